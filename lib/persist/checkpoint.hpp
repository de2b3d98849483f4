#pragma once

#include "fs/file_system.hpp"
#include "persist/checkpoint_record.hpp"
#include "persist/data_directory.hpp"
#include "persist/fault.hpp"

#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <vector>

namespace memstore::persist {

/** Writes one part of a checkpoint, in blocks.

    @par Complexity  memory: a block of 256 KiB, or the longest entry
    @par Threads     one at a time; different parts may be written by different threads at once
*/
class part_writer {
public:
    /// Creates the file, in place of what another attempt may have left.
    static checked<std::unique_ptr<part_writer>> create(
        fs::file_system& files,
        const std::filesystem::path& path,
        const part_header& header
    );

    /// Copies an entry.
    checked<void> add(const checkpoint_entry& entry);

    /// Ends the part and makes its content durable. Nothing can be done with it after that.
    checked<part_summary> finish();

private:
    part_writer(std::unique_ptr<fs::file> file, std::filesystem::path path);

    checked<void> write(const std::string& bytes);
    checked<void> write_block();

    std::unique_ptr<fs::file> file_;
    std::filesystem::path path_;
    part_summary written_;
    std::string block_;  // room for the header, then the body
    std::uint32_t block_entries_ = 0;
    std::uint32_t blocks_ = 0;
};

/** Writes a checkpoint: parts, each by whichever thread, then the manifest that makes them one.

    The journal must be durable up to the stamp's sequence number before commit(): else the state on
    disk would be ahead of the log that it comes from.

    @par Threads  one at a time; the parts are apart from it
*/
class checkpoint_writer {
public:
    /// The directory must be taken.
    checkpoint_writer(data_directory directory, const checkpoint_stamp& stamp);

    /** Begins the next part.

        @par Errors  fault_kind::failed where there is a checkpoint of this sequence number already,
          which is of the same state
    */
    checked<std::unique_ptr<part_writer>> begin_part();

    /** Makes it the newest checkpoint; durable on return.

        @param parts  what finish() returned, in the order of begin_part()
    */
    checked<void> commit(std::vector<part_summary> parts);

    /// Removes all of it instead, when something could not be written: it takes room.
    void abandon() noexcept;

private:
    data_directory directory_;
    checkpoint_stamp stamp_;
    std::uint32_t parts_ = 0;
};

/** Reads one part of a checkpoint and checks it against the manifest.

    @par Complexity  memory: a block
    @par Threads     one at a time; different parts may be read by different threads at once
*/
class part_reader {
public:
    static checked<std::unique_ptr<part_reader>> open(
        const data_directory& directory,
        std::uint64_t sequence,
        std::uint32_t number,
        const part_summary& expected
    );

    /** The entries of the next block, borrowed until the next call; none at the end.

        @par Errors  fault_kind::corrupt, where the part is not what the manifest says, or what the
          system said
    */
    checked<std::span<const checkpoint_entry>> next();

    std::uint64_t bytes_read() const noexcept { return offset_; }

private:
    part_reader(
        std::unique_ptr<fs::file> file,
        std::filesystem::path path,
        const part_summary& expected
    );

    checked<std::string_view> read(std::uint64_t bytes);
    checked<void> read_header(const part_header& expected);
    checked<void> end();
    fault damaged(std::string what) const;

    std::unique_ptr<fs::file> file_;
    std::filesystem::path path_;
    part_summary expected_;
    part_summary found_;
    std::uint64_t offset_ = 0;
    std::uint32_t blocks_ = 0;
    bool ended_ = false;
    std::string body_;
    std::vector<checkpoint_entry> entries_;
};

/// Reads the manifest of a checkpoint.
checked<checkpoint_manifest> read_manifest(const data_directory& directory, std::uint64_t sequence);

}  // namespace memstore::persist
