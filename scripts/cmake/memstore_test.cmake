# What every test program begins with, compiled once: Boost.Test's headers, and its main().
add_library(memstore_test_main OBJECT ${PROJECT_SOURCE_DIR}/test/support/main.cpp)
# The index of an archive that was made for the link-time pass names inline functions of the standard library, which its
# machine code lacks: the library itself goes before such an archive can come a second time.
target_link_libraries(memstore_test_main PUBLIC memstore::options Boost::unit_test_framework stdc++)
target_precompile_headers(memstore_test_main PRIVATE
  <boost/test/data/monomorphic.hpp> <boost/test/data/test_case.hpp> <boost/test/unit_test.hpp>
  <memory> <random> <string> <string_view> <vector>)
if(MEMSTORE_SANITIZE)
  # Not for what is tested: it takes longer to optimise Boost.Test's checks than to run them.
  target_compile_options(memstore_test_main PUBLIC -O0)
endif()

# memstore_test(NAME LABEL label SOURCES file... LINKS target... [HEAVY file...] [TIMEOUT seconds] [ONE_THREAD])
# A Boost.Test program, registered as one test. NAME is a module's or a subject's; labels: unit, simulation, integration.
# HEAVY: further sources, which work for so long that a build for a sanitizer optimises them.
# ONE_THREAD: there is no race to find, so a build for ThreadSanitizer leaves it out.
function(memstore_test name)
  cmake_parse_arguments(PARSE_ARGV 1 arg "ONE_THREAD" "LABEL;TIMEOUT" "SOURCES;HEAVY;LINKS")
  if(arg_ONE_THREAD AND MEMSTORE_SANITIZE MATCHES "thread")
    return()
  endif()
  if(NOT arg_TIMEOUT)
    set(arg_TIMEOUT 900)
  endif()
  add_executable(test_${name} ${arg_SOURCES} ${arg_HEAVY})
  target_include_directories(test_${name} PRIVATE ${PROJECT_SOURCE_DIR}/test)
  target_link_libraries(test_${name} PRIVATE memstore_test_main ${arg_LINKS})
  target_precompile_headers(test_${name} REUSE_FROM memstore_test_main)
  if(MEMSTORE_SANITIZE)
    # What was precompiled is only for sources with the same options.
    set_source_files_properties(${arg_HEAVY} PROPERTIES COMPILE_OPTIONS -O1 SKIP_PRECOMPILE_HEADERS ON)
  endif()
  add_test(NAME ${name} COMMAND test_${name})
  set_tests_properties(${name} PROPERTIES LABELS ${arg_LABEL} TIMEOUT ${arg_TIMEOUT})
endfunction()
