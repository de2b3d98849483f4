#pragma once

#include <string_view>

namespace memstore::console {

/** The bytes of a file that the build has put into the program.

    @param name  that of the file, without its folder
    @throws std::out_of_range  where the build was not given it
*/
std::string_view embedded_file(std::string_view name);

}  // namespace memstore::console
