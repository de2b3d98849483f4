#pragma once

#include "fs/file_system.hpp"
#include "persist/fault.hpp"
#include "persist/journal_record.hpp"

#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

namespace memstore::persist {

/// An entry and where in its segment it stands. Its body is borrowed.
struct entry_view {
    entry_header header;
    std::string_view body;
    std::uint64_t hash = 0;  ///< of all its bytes
    std::uint64_t offset = 0;
};

/** Reads one segment of a journal: its header and the entries up to the first place that holds
   none. What comes before and after the segment is not its matter.

    @par Complexity  memory: a block, or the longest entry
    @par Threads     one at a time
*/
class segment_reader {
public:
    static checked<std::unique_ptr<segment_reader>> open(
        fs::file_system& files,
        const std::filesystem::path& path
    );

    /// Reads the header. To be called first, and once.
    checked<decoded<segment_header>> read_header();

    /// The next whole entry, borrowed until the next call; or nothing, where there is none here:
    /// why() says more.
    checked<std::optional<entry_view>> next();

    const segment_header& header() const noexcept { return header_; }
    /// Why the last next() had nothing.
    defect why() const noexcept { return why_; }

    const std::filesystem::path& path() const noexcept { return path_; }
    /// Where the next entry begins.
    std::uint64_t offset() const noexcept { return offset_; }
    std::uint64_t bytes() const noexcept { return file_bytes_; }

    /// Whether nothing but zeros stands from `from` on.
    checked<bool> is_zero_from(std::uint64_t from);

    /// The first entry header from here on that says that the journal was durable up to `sequence`.
    checked<std::optional<entry_header>> find_witness(std::uint64_t sequence);

private:
    segment_reader(std::unique_ptr<fs::file> file, std::filesystem::path path, std::uint64_t bytes)
        : file_(std::move(file)), path_(std::move(path)), file_bytes_(bytes) {}

    checked<bool> may_be_whole(const entry_header& header);
    checked<std::string_view> window(std::uint64_t from, std::uint64_t bytes);

    std::unique_ptr<fs::file> file_;
    std::filesystem::path path_;
    std::uint64_t file_bytes_;
    segment_header header_;
    std::uint64_t offset_ = 0;
    defect why_{};

    std::string buffer_;
    std::uint64_t buffer_at_ = 0;  // where in the file the buffer begins
};

}  // namespace memstore::persist
