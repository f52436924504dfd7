# Warnings, sanitizers, linker and compiler cache. A suppressed warning carries its reason.

add_compile_options(-Wall -Wextra -Wnon-virtual-dtor -Woverloaded-virtual -Wcast-qual)
add_compile_options(
  -Wno-missing-field-initializers  # designated initialisers leave the rest at their defaults on purpose
)
if(CMAKE_CXX_COMPILER_ID STREQUAL "GNU")
  add_compile_options(
    -Wno-restrict  # g++ 12 reports std::string concatenation wrongly (GCC bug 105651)
    -Wno-maybe-uninitialized  # g++ 12 reports std::variant and tl::expected wrongly (GCC bug 105562)
    -Wno-stringop-overflow -Wno-array-bounds  # the same for std::string concatenation (GCC bug 105329)
  )
endif()

if(DAYBREAK_SANITIZE)
  add_compile_options(-fsanitize=${DAYBREAK_SANITIZE} -fno-omit-frame-pointer -g1)
  add_link_options(-fsanitize=${DAYBREAK_SANITIZE})
else()
  add_compile_options($<$<CONFIG:Release>:-g1>)
endif()
if(DAYBREAK_FUZZ)
  add_compile_options(-fsanitize=fuzzer-no-link)
endif()
add_compile_definitions($<$<NOT:$<CONFIG:Debug>>:_GLIBCXX_ASSERTIONS> _FORTIFY_SOURCE=$<IF:$<CONFIG:Debug>,0,2>)
if(CMAKE_BUILD_TYPE STREQUAL "RelWithDebInfo" OR DAYBREAK_SANITIZE)
  add_compile_options(-U_FORTIFY_SOURCE)
endif()

find_program(DAYBREAK_CCACHE ccache)
if(DAYBREAK_CCACHE AND NOT CMAKE_CXX_COMPILER_LAUNCHER)
  set(CMAKE_C_COMPILER_LAUNCHER ${DAYBREAK_CCACHE})
  set(CMAKE_CXX_COMPILER_LAUNCHER ${CMAKE_COMMAND} -E env CCACHE_SLOPPINESS=pch_defines,time_macros ${DAYBREAK_CCACHE})
endif()
find_program(DAYBREAK_MOLD mold)
if(DAYBREAK_MOLD)
  add_link_options(-fuse-ld=mold)
endif()
if(CMAKE_CXX_COMPILER_ID STREQUAL "GNU")
  add_compile_options(-fpch-preprocess)  # lets ccache see through a precompiled header
endif()

find_package(PkgConfig REQUIRED)
find_package(Threads REQUIRED)
