# Compiles locale/*.po (checked by msgfmt) and puts them into the module `language`.
find_program(MSGFMT msgfmt REQUIRED)
set(locale_folder "${CMAKE_BINARY_DIR}/locale")
file(MAKE_DIRECTORY "${locale_folder}")
file(GLOB po_files CONFIGURE_DEPENDS "${CMAKE_SOURCE_DIR}/locale/*.po")
set(mo_files "")
foreach(po IN LISTS po_files)
  get_filename_component(code "${po}" NAME_WE)
  add_custom_command(
    OUTPUT "${locale_folder}/${code}.mo"
    COMMAND "${MSGFMT}" --check --endianness=little --output-file=${locale_folder}/${code}.mo "${po}"
    DEPENDS "${po}"
    COMMENT "Compiling ${code}.po"
    VERBATIM)
  list(APPEND mo_files "${locale_folder}/${code}.mo")
endforeach()
daybreak_embed_built(daybreak_language NAME locale FOLDER "${locale_folder}" DEPENDS ${mo_files})
if(DAYBREAK_TESTS)
  add_test(NAME translations COMMAND "${CMAKE_SOURCE_DIR}/scripts/update-translations" --check)
endif()
