#pragma once

#include "base/clock.hpp"
#include "base/duration_tally.hpp"
#include "fs/file_system.hpp"
#include "persist/batch.hpp"
#include "persist/data_directory.hpp"
#include "persist/fault.hpp"

#include <cstdint>
#include <filesystem>
#include <functional>
#include <memory>
#include <optional>

namespace memstore::persist {

struct journal_settings {
    /// A segment that would grow beyond this is followed by another.
    std::uint64_t segment_bytes = std::uint64_t{64} * 1024 * 1024;
    /** Zeros written ahead of the entries; 0: none. To sync what was written over zeros takes no
        change of the file's size, so half the time on ext4 (140 against 240 us for 8 KiB), and a
        disk that fills up is noticed early; it costs writing everything twice.
    */
    std::uint64_t prepared_bytes = std::uint64_t{1} * 1024 * 1024;
    /// Answers do not wait until what they tell is durable: noted in each segment.
    bool shown_early = false;
};

/// Where a journal ends: its last entry. The one of a new journal is all zeros.
struct journal_end {
    std::uint64_t epoch = 0;  ///< the highest
    std::uint64_t sequence = 0;
    std::uint64_t hash = 0;

    friend bool operator==(const journal_end&, const journal_end&) = default;
};

/** Writes a journal, one batch an entry. When to sync is its caller's matter.

    An entry that was appended is read by this process at once, survives its end, and survives a
    power cut once sync() has returned its sequence number or a higher one.

    @par Threads  one at a time; append() and sync() block on the disk
*/
class journal_writer {
public:
    /// The source of salts, called for each segment: random numbers, or anything else in tests.
    using salt_source = std::function<std::uint64_t()>;

    /// Goes on after `end`, as recover() found it, in a segment and an epoch of its own; that
    /// segment is created by the first append(). The directory must be taken.
    /// @param time  outlives it
    journal_writer(
        data_directory directory,
        const journal_settings& settings,
        const journal_end& end,
        salt_source salts,
        const base::clock& time
    );

    /** Writes a batch, which is not empty, as the next entry, and seals it.

        @return its sequence number
        @par Errors  fault_kind::failed or no_space: the entry is not in the journal, and will not
       be after a crash, and the next call may work; fault_kind::unknown: it is there or it is not,
          and every later call fails the same way
    */
    checked<std::uint64_t> append(batch& entry);

    /** Makes durable what was appended. Does nothing where there is nothing to do.

        @return the sequence number up to which the journal is durable
        @par Errors  fault_kind::unknown: nothing after durable() may ever be acknowledged, and
       every later call fails the same way
    */
    checked<std::uint64_t> sync();

    /** Looks whether what was appended still has a name to be found by.

        @par Errors  fault_kind::unknown, as sync() has it
    */
    checked<void> check_name();

    const journal_end& end() const noexcept { return end_; }
    std::uint64_t durable() const noexcept { return durable_; }
    /// All that this writer has written, headers included, zeros not.
    std::uint64_t bytes_written() const noexcept { return bytes_written_; }
    /// How long each sync of entries took that succeeded. Any thread.
    base::duration_counts syncs() const noexcept { return syncs_->counts(); }

private:
    bool is_full_for(const batch& entry) const noexcept;
    checked<void> begin_segment();
    checked<void> create_segment(const std::filesystem::path& path);
    fault refuse(boost::system::error_code error);
    fault lose(std::string what, boost::system::error_code error);
    void prepare();

    data_directory directory_;
    journal_settings settings_;
    journal_end end_;
    std::uint64_t durable_;
    salt_source salts_;
    const base::clock& time_;

    std::unique_ptr<fs::file> file_;
    std::filesystem::path path_;
    std::uint64_t salt_ = 0;
    std::uint64_t size_ = 0;      // of the segment up to the end of its last entry
    std::uint64_t prepared_ = 0;  // up to where the file was written, with zeros or entries
    bool may_prepare_ = false;
    bool needs_segment_ = true;
    std::uint64_t bytes_written_ = 0;
    std::unique_ptr<base::duration_tally> syncs_ = std::make_unique<base::duration_tally>();
    std::optional<fault> lost_;
};

}  // namespace memstore::persist
