#pragma once

#include <boost/system/error_code.hpp>
#include <boost/system/result.hpp>

#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace memstore::fs {

/** A file that is open; its destructor closes it, and makes nothing durable.

    What was written is read back at once. Until sync() returned, a power cut may take any of it
    back: any part of a write, in any order, and leave zeros where the file had grown.

    @par Threads  one at a time
*/
class file {
public:
    virtual ~file() = default;

    virtual boost::system::result<std::uint64_t> size() = 0;

    /// Reads from `offset` until `into` is full or the file ends. @return how many bytes
    virtual boost::system::result<std::size_t> read_at(
        std::uint64_t offset,
        std::span<char> into
    ) = 0;

    /// Writes all of `bytes` at `offset`, over what is there or beyond the end. A failure may have
    /// written any beginning of them.
    virtual boost::system::error_code write_at(std::uint64_t offset, std::string_view bytes) = 0;

    /** Makes the content and the size durable.

        A failure is final: the system may have dropped what it could not write, so that the next
        sync() succeeds without it. What was written since the last sync() that succeeded is lost
        or not; nobody can tell. A file that was removed is errc::no_such_file_or_directory: its
        content goes with the descriptor.
    */
    virtual boost::system::error_code sync() = 0;

    /// What sync() would say of a file that was removed, without syncing.
    virtual boost::system::error_code check_name() = 0;

    /// Cuts the file, or grows it by zeros. Durable with the next sync().
    virtual boost::system::error_code resize(std::uint64_t bytes) = 0;
};

enum class open_mode : std::uint8_t {
    read,
    write,   ///< to read, too; the file must be there
    create,  ///< to read and write; the file must not be there, and is its owner's alone (0600)
};

/// Keeps others from taking the same lock until it is destroyed.
class file_lock {
public:
    virtual ~file_lock() = default;
};

/** Files, behind an interface, so that a test can stage what a disk does.

    A file that was created, renamed or removed may be so or not after a power cut, until
    sync_directory() returned for its directory.

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

    /// Removes a file. One that is not there is errc::no_such_file_or_directory; a directory,
    /// which stays, is errc::is_a_directory.
    virtual boost::system::error_code remove(const std::filesystem::path& file) = 0;

    /// Opens a file. A directory is errc::is_a_directory, a pipe or a device
    /// errc::no_such_device_or_address.
    virtual boost::system::result<std::unique_ptr<file>> open(
        const std::filesystem::path& file,
        open_mode mode
    ) = 0;

    /// Gives a file another name, in place of the file that had it.
    virtual boost::system::error_code rename(
        const std::filesystem::path& from,
        const std::filesystem::path& to
    ) = 0;

    /// The names of all that a directory holds, in order.
    virtual boost::system::result<std::vector<std::string>> list(
        const std::filesystem::path& directory
    ) = 0;

    /// Creates a directory that is its owner's alone (0700). One that is there is
    /// errc::file_exists.
    virtual boost::system::error_code create_directory(const std::filesystem::path& directory) = 0;

    /// Makes durable which files a directory holds.
    virtual boost::system::error_code sync_directory(const std::filesystem::path& directory) = 0;

    /** Takes a lock that one process at a time can have, and gives back when it ends, however it
        ends. One that is taken is errc::resource_unavailable_try_again.

        @param file  created where there is none, and left there
    */
    virtual boost::system::result<std::unique_ptr<file_lock>> lock(const std::filesystem::path& file
    ) = 0;
};

}  // namespace memstore::fs
