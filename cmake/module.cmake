# daybreak_module(<path below src> [LINKS <module or library>...] [PRIVATE_LINKS ...] [MIGRATIONS])
#
# Makes one target of the folder src/<path>: all its .cpp files but the tests, and beside it a test
# program of its *_test.cpp files. A module sees only its own headers and those of the modules it
# links, since each module has an include root of its own that holds nothing but itself: a wrong
# include does not compile.
#
#   library target    daybreak_<path with _>   (for example daybreak_commons_directory)
#   test program      <path with _>_test       (run by ctest under the same name)
#
# Files that end in _avx2.cpp and _avx512.cpp are compiled for those instruction sets.
# *_test.cpp need GoogleTest; they may link more through TEST_LINKS.

function(daybreak_module path)
  cmake_parse_arguments(ARG "MIGRATIONS" "" "LINKS;PRIVATE_LINKS;TEST_LINKS" ${ARGN})
  string(REPLACE "/" "_" name "${path}")
  set(target "daybreak_${name}")
  set(folder "${CMAKE_SOURCE_DIR}/src/${path}")

  set(include_root "${CMAKE_BINARY_DIR}/include/${name}")
  get_filename_component(parent "${include_root}/${path}" DIRECTORY)
  file(MAKE_DIRECTORY "${parent}")
  if(NOT EXISTS "${include_root}/${path}")
    file(CREATE_LINK "${folder}" "${include_root}/${path}" SYMBOLIC)
  endif()

  file(GLOB sources CONFIGURE_DEPENDS "${folder}/*.cpp")
  set(tests ${sources})
  list(FILTER tests INCLUDE REGEX "_test\\.cpp$")
  list(FILTER sources EXCLUDE REGEX "_test\\.cpp$")

  add_library(${target} STATIC ${sources})
  target_include_directories(${target} PUBLIC "${include_root}")
  target_link_libraries(${target} PUBLIC Threads::Threads)
  daybreak_link(${target} PUBLIC ${ARG_LINKS})
  daybreak_link(${target} PRIVATE ${ARG_PRIVATE_LINKS})
  daybreak_instruction_sets(${sources})
  daybreak_precompile(${target})
  if(ARG_MIGRATIONS)
    daybreak_embed(${target} NAME ${name}_migrations FOLDER "${folder}/migrations" PATTERN "*.sql")
  endif()

  if(tests AND DAYBREAK_TESTS)
    find_package(GTest REQUIRED)
    add_executable(${name}_test ${tests})
    target_link_libraries(${name}_test PRIVATE ${target} GTest::gmock GTest::gtest_main)
    daybreak_link(${name}_test PRIVATE ${ARG_PRIVATE_LINKS} ${ARG_TEST_LINKS})
    target_compile_definitions(${name}_test PRIVATE DAYBREAK_SOURCE_DIR="${CMAKE_SOURCE_DIR}")
    daybreak_precompile_test(${name}_test)
    add_test(NAME ${name} COMMAND ${name}_test --gtest_brief=1 WORKING_DIRECTORY ${CMAKE_SOURCE_DIR})
    set_tests_properties(${name} PROPERTIES TIMEOUT 900)
  endif()
endfunction()

# Links modules by path ("commons/directory") or libraries by target name.
function(daybreak_link target visibility)
  foreach(link IN LISTS ARGN)
    string(REPLACE "/" "_" name "${link}")
    if(EXISTS "${CMAKE_SOURCE_DIR}/src/${link}")
      target_link_libraries(${target} ${visibility} daybreak_${name})
    else()
      target_link_libraries(${target} ${visibility} ${link})
    endif()
  endforeach()
endfunction()

function(daybreak_instruction_sets)
  foreach(source IN LISTS ARGN)
    if(source MATCHES "_avx512\\.cpp$")
      set_source_files_properties("${source}" PROPERTIES SKIP_PRECOMPILE_HEADERS ON
        COMPILE_OPTIONS "-mavx512f;-mavx512bw;-mavx512vl;-mavx512dq;-mavx2")
    elseif(source MATCHES "_avx2\\.cpp$")
      set_source_files_properties("${source}" PROPERTIES SKIP_PRECOMPILE_HEADERS ON COMPILE_OPTIONS "-mavx2")
    endif()
  endforeach()
endfunction()

# One precompiled header of the standard library for all modules.
function(daybreak_precompile target)
  if(DAYBREAK_FUZZ)
    return()
  endif()
  if(NOT TARGET daybreak_precompiled)
    file(WRITE "${CMAKE_BINARY_DIR}/precompiled.cpp" "")
    add_library(daybreak_precompiled OBJECT "${CMAKE_BINARY_DIR}/precompiled.cpp")
    target_link_libraries(daybreak_precompiled PUBLIC Threads::Threads)
    target_precompile_headers(daybreak_precompiled PRIVATE "$<$<COMPILE_LANGUAGE:CXX>:${CMAKE_SOURCE_DIR}/cmake/precompiled.hpp>")
  endif()
  target_precompile_headers(${target} REUSE_FROM daybreak_precompiled)
endfunction()

# Another with GoogleTest for the test programs. Their own code is optimised less than what they
# test: that halves the time to compile them.
function(daybreak_precompile_test target)
  if(DAYBREAK_FUZZ)
    return()
  endif()
  set(options $<$<CONFIG:Release>:-O1>)
  if(NOT TARGET daybreak_precompiled_test)
    file(WRITE "${CMAKE_BINARY_DIR}/precompiled_test.cpp" "")
    add_library(daybreak_precompiled_test OBJECT "${CMAKE_BINARY_DIR}/precompiled_test.cpp")
    target_compile_options(daybreak_precompiled_test PRIVATE ${options})
    target_link_libraries(daybreak_precompiled_test PUBLIC Threads::Threads GTest::gmock)
    target_precompile_headers(daybreak_precompiled_test PRIVATE
      "$<$<COMPILE_LANGUAGE:CXX>:${CMAKE_SOURCE_DIR}/cmake/precompiled.hpp>" <gtest/gtest.h> <gmock/gmock.h>)
  endif()
  target_compile_options(${target} PRIVATE ${options})
  target_precompile_headers(${target} REUSE_FROM daybreak_precompiled_test)
endfunction()
