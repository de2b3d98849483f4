# memstore_verify_headers(TARGET)
# Has the target all_verify_interface_header_sets compile each header alone that no source of its own begins with:
# every other one is compiled so already where sources are compiled one by one, as in release (scripts/lint.py holds that
# a source begins with its header).
function(memstore_verify_headers target)
  get_target_property(headers ${target} HEADER_SET)
  set(alone)
  foreach(header IN LISTS headers)
    cmake_path(ABSOLUTE_PATH header BASE_DIRECTORY ${CMAKE_CURRENT_SOURCE_DIR})
    cmake_path(REPLACE_EXTENSION header LAST_ONLY cpp OUTPUT_VARIABLE source)
    if(NOT EXISTS ${source})
      list(APPEND alone ${header})
    endif()
  endforeach()
  set_target_properties(${target} PROPERTIES HEADER_SET "${alone}" VERIFY_INTERFACE_HEADER_SETS ON)
endfunction()
