# memstore_embed(TARGET NAMESPACE name HEADER header FILES file...)
# A library that has these files in it, by the assembler, and finds them by their names: it defines the function
# embedded_file() of the namespace, which the header declares.
enable_language(ASM)

function(memstore_embed target)
  cmake_parse_arguments(PARSE_ARGV 1 arg "" "NAMESPACE;HEADER" "FILES")
  set(data ".section .rodata\n")
  set(symbols "")
  set(table "")
  foreach(file ${arg_FILES})
    get_filename_component(name ${file} NAME)
    string(MAKE_C_IDENTIFIER "memstore_embedded_${name}" symbol)
    string(APPEND data ".global ${symbol}_begin, ${symbol}_end\n"
      ".hidden ${symbol}_begin, ${symbol}_end\n"
      "${symbol}_begin:\n.incbin \"${file}\"\n${symbol}_end:\n.byte 0\n")
    string(APPEND symbols "extern const char ${symbol}_begin[];\nextern const char ${symbol}_end[];\n")
    string(APPEND table "    {\"${name}\", ${symbol}_begin, ${symbol}_end},\n")
  endforeach()
  string(APPEND data ".section .note.GNU-stack, \"\", %progbits\n")
  set(assembly ${CMAKE_CURRENT_BINARY_DIR}/${target}.s)
  set(source ${CMAKE_CURRENT_BINARY_DIR}/${target}.cpp)
  file(CONFIGURE OUTPUT ${assembly} CONTENT "${data}" @ONLY)
  file(CONFIGURE OUTPUT ${source} @ONLY CONTENT [[
#include "@arg_HEADER@"

#include <stdexcept>
#include <string>

extern "C" {
@symbols@}

namespace @arg_NAMESPACE@ {
namespace {

struct file {
    std::string_view name;
    const char* begin;
    const char* end;
};

const file files[] = {
@table@};

}  // namespace

std::string_view embedded_file(std::string_view name) {
    for (const file& one : files) {
        if (one.name == name) return {one.begin, static_cast<std::size_t>(one.end - one.begin)};
    }
    throw std::out_of_range{"no embedded file " + std::string{name}};
}

}  // namespace @arg_NAMESPACE@
]])
  set_source_files_properties(${assembly} PROPERTIES OBJECT_DEPENDS "${arg_FILES}")
  # Apart, since the options of C++ mean nothing to the assembler.
  add_library(${target}_data OBJECT ${assembly})
  add_library(${target} STATIC ${source} $<TARGET_OBJECTS:${target}_data>)
  target_link_libraries(${target} PRIVATE memstore::options)
  target_include_directories(${target} PRIVATE ${PROJECT_SOURCE_DIR}/lib)
endfunction()
