#pragma once

#include "persist/data_directory.hpp"
#include "persist/fault.hpp"
#include "persist/journal_record.hpp"
#include "persist/journal_writer.hpp"
#include "persist/segment_reader.hpp"

#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <memory>
#include <optional>
#include <string>
#include <vector>

namespace memstore::persist {

/// What stands behind the last entry of a journal.
struct journal_tail {
    std::filesystem::path file;
    std::uint64_t offset = 0;
    std::uint64_t bytes = 0;
    std::string torn = {};  ///< why it is no entry; empty: it is nothing but zeros
};

/** Reads the entries of a journal in order, over all its segments.

    It stops where the journal ends, be it at a torn tail, and tells that from damage to what was
    acknowledged, as FORMAT.md has it. It changes nothing.

    @par Threads  one at a time
*/
class journal_reader {
public:
    /// @param after  the last entry that is not wanted, as a checkpoint has it. All zeros: from the
    ///   first entry on.
    journal_reader(data_directory directory, const journal_end& after);

    /// Looks which segments are to be read. To be called first, and once.
    checked<void> open();

    /** The next entry, borrowed until the next call; nothing at the end.

        @par Errors  fault_kind::corrupt and where, unsupported, or what the system said
    */
    checked<std::optional<entry_view>> next();

    /// The last entry read, or `after`; and the highest epoch met.
    const journal_end& end() const noexcept { return end_; }

    /// Whether answers may have named versions behind the end: as the last segment has it.
    bool shown_early() const noexcept { return shown_early_; }

    /// Whether there is any segment to be read.
    bool has_segment() const noexcept { return !segments_.empty(); }

    /// The segment that next() is in, or at the end the last. Only after next(), and when there is
    /// one.
    const segment_reader& segment() const noexcept { return *segment_; }

    /// After the end: what stands behind it, if anything does.
    const std::optional<journal_tail>& tail() const noexcept { return tail_; }

    /// Where in segment() the entries begin for which no later entry vouches that they are durable,
    /// or some place before.
    std::uint64_t unvouched_from() const noexcept { return unvouched_from_; }

    std::uint64_t bytes_read() const noexcept;
    /// Of all segments that are to be read.
    std::uint64_t bytes_total() const noexcept { return bytes_total_; }

private:
    bool is_last() const noexcept { return at_ + 1 == segments_.size(); }
    checked<void> measure();
    checked<void> open_segment();
    checked<void> begin_segment(const segment_header& header);
    checked<void> end_at_bad_header(defect why);
    checked<void> end_segment();
    checked<void> judge_tail();
    checked<void> take(const entry_view& entry);
    void note_durable(const entry_header& header);

    data_directory directory_;
    journal_end after_;
    journal_end end_;
    std::vector<std::uint64_t> segments_;
    std::size_t at_ = 0;
    bool ended_ = false;
    bool shown_early_ = false;
    std::unique_ptr<segment_reader> segment_;
    std::uint64_t epoch_ = 0;  // of the segment before
    std::uint64_t unvouched_from_ = segment_header_bytes;
    std::uint64_t next_vouched_ = 0;      // when this entry is vouched for,
    std::uint64_t next_vouched_end_ = 0;  // what is unvouched begins here
    std::optional<journal_tail> tail_;
    std::uint64_t bytes_before_ = 0;  // of the segments before
    std::uint64_t bytes_total_ = 0;
};

/// Where to read from for all entries that there are: before the first of the oldest segment.
checked<journal_end> before_oldest_entry(const data_directory& directory);

}  // namespace memstore::persist
