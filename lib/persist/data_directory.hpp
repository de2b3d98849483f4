#pragma once

#include "fs/file_system.hpp"
#include "persist/fault.hpp"

#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

namespace memstore::persist {

/** The directory that holds a journal and its checkpoints: what its files are called, who has it,
    and what may go. It holds nothing itself, so that it may be copied.

    @par Threads  any, as far as its files are concerned with different names
*/
class data_directory {
public:
    /// @param files  outlives it and its copies
    data_directory(fs::file_system& files, std::filesystem::path path);

    /** Creates the directory where there is none (not its parents), and locks it. Everything that
        writes needs the lock; to read, as `memstore journal inspect` does, none is needed.

        @return the lock; the directory is another's again when it is destroyed
        @par Errors  fault_kind::locked, or what the system said
    */
    checked<std::unique_ptr<fs::file_lock>> take() const;

    /// take(), but of a directory that is there: for what has no business creating one.
    checked<std::unique_ptr<fs::file_lock>> take_existing() const;

    fs::file_system& files() const noexcept { return *files_; }
    const std::filesystem::path& path() const noexcept { return path_; }

    std::filesystem::path segment(std::uint64_t first_sequence) const;
    std::filesystem::path manifest(std::uint64_t sequence) const;
    std::filesystem::path part(std::uint64_t sequence, std::size_t number) const;
    /// What keys are hashed with, so that they come back in the partitions they were in.
    std::filesystem::path hash_secret() const;
    /// Which node owns which partition.
    std::filesystem::path layout() const;

    /// The first sequence numbers of the segments, in order.
    checked<std::vector<std::uint64_t>> segments() const;
    /// The sequence numbers of the checkpoints that have a manifest, in order.
    checked<std::vector<std::uint64_t>> checkpoints() const;

    /// Whether there is any file that a journal leaves in its directory, a lock aside.
    checked<bool> holds_any() const;

    /// The parts that there are of a checkpoint, with or without a manifest.
    checked<std::vector<std::filesystem::path>> parts(std::uint64_t sequence) const;

    /// Makes durable which files there are.
    checked<void> sync() const;

    /// Writes a file of its owner's that others find whole or not at all, also after a power cut.
    checked<void> write_whole(const std::filesystem::path& file, std::string_view content) const;

    /// The same, of what `fill` writes: for content that may be longer than memory.
    checked<void> write_whole(
        const std::filesystem::path& file,
        const std::function<boost::system::error_code(fs::file&)>& fill
    ) const;

    /// A name for what is cut off `file` at `offset`, that no file has.
    checked<std::filesystem::path> free_name_for_damage(
        const std::filesystem::path& file,
        std::uint64_t offset
    ) const;

    /// Removes what was under way when a process ended: what was written aside under `*.tmp`, parts
    /// without a manifest. What others have put into the directory stays.
    checked<void> remove_leftovers() const;

    /** Removes the checkpoints before this one, and the segments that it stands for. The last
        segment stays.

        @param checkpoint  one that is known to be whole and durable: it was committed, or recovered
          from
    */
    checked<void> remove_before(std::uint64_t checkpoint) const;

private:
    checked<std::vector<std::string>> names() const;
    checked<void> remove(const std::vector<std::string>& names) const;

    fs::file_system* files_;
    std::filesystem::path path_;
};

}  // namespace memstore::persist
