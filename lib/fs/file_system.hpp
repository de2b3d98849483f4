#pragma once

#include <boost/system/error_code.hpp>
#include <boost/system/result.hpp>

#include <cstddef>
#include <filesystem>
#include <string>
#include <string_view>

namespace memstore::fs {

/** Files, behind an interface, so that a test can stage what a disk does.

    Errors are those of the system, in boost::system's generic or system category.

    @par Threads  any
*/
class file_system {
public:
    virtual ~file_system() = default;

    /// Reads a whole file. One that is longer than `bytes_max` is errc::file_too_large.
    virtual boost::system::result<std::string> read(
        const std::filesystem::path& file,
        std::size_t bytes_max
    ) = 0;

    /** Makes `content` the content of a file, which it creates where there is none.

        Whoever opens it meanwhile finds the old content or the new, also after a crash; the new
        content is durable on return. A failure leaves the old.
    */
    virtual boost::system::error_code replace(
        const std::filesystem::path& file,
        std::string_view content
    ) = 0;

    /// Removes a file. One that is not there is errc::no_such_file_or_directory.
    virtual boost::system::error_code remove(const std::filesystem::path& file) = 0;
};

}  // namespace memstore::fs
