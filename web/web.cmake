# Builds what browsers get (styles, scripts, fonts) and puts it into the module `html`.
find_program(NODE node REQUIRED)
set(web_folder "${CMAKE_SOURCE_DIR}/web")
set(web_output "${CMAKE_BINARY_DIR}/web_assets")
file(GLOB web_sources CONFIGURE_DEPENDS "${web_folder}/src/*")
add_custom_command(
  OUTPUT "${CMAKE_BINARY_DIR}/web_assets.stamp"
  COMMAND "${NODE}" "${web_folder}/build.mjs" "${web_output}"
  COMMAND "${CMAKE_COMMAND}" -E touch "${CMAKE_BINARY_DIR}/web_assets.stamp"
  DEPENDS ${web_sources} "${web_folder}/build.mjs" "${web_folder}/package-lock.json" "${web_folder}/tsconfig.json"
  COMMENT "Building styles and scripts"
  VERBATIM)
daybreak_embed_built(daybreak_html NAME web_assets FOLDER "${web_output}" DEPENDS "${CMAKE_BINARY_DIR}/web_assets.stamp")
