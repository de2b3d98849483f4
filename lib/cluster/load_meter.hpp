#pragma once

#include "cluster/layout.hpp"

#include <array>
#include <atomic>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <vector>

namespace memstore::cluster {

/** How many operations come to each partition: since the beginning, and of late.

    One transaction in so many is counted, for all of them; each thread counts in one of a few
    rows. So counting costs a nanosecond or less, and a figure is right within a few percent once
    some thousands have come.

    @par Threads  sampler and operations() any; the rest one at a time
*/
class load_meter {
public:
    /// What one that is counted stands for.
    static constexpr std::uint64_t sampled_one_in = 8;

    /** Decides which transactions of a session are counted, in no pattern that they could have.

        @par Threads  one at a time
    */
    class sampler {
    public:
        bool next() noexcept {
            at_ += 0x9e3779b97f4a7c15U;  // a Weyl sequence: the golden ratio of 2^64
            return at_ < ~std::uint64_t{0} / sampled_one_in;
        }

    private:
        std::uint64_t at_ = reinterpret_cast<std::uintptr_t>(this) * 0x9e3779b97f4a7c15U;
    };

    explicit load_meter(std::size_t partitions);

    /// A transaction that was sampled has one operation there.
    void note(partition_index at) noexcept {
        rows_[row_of_thread()][at].fetch_add(sampled_one_in, std::memory_order_relaxed);
    }

    /// A transaction that was sampled takes the nodes of so many partitions.
    void note_queued(std::size_t partitions) noexcept {
        queued_.fetch_add(sampled_one_in, std::memory_order_relaxed);
        queued_partitions_.fetch_add(sampled_one_in * partitions, std::memory_order_relaxed);
    }

    /// Since the beginning.
    std::uint64_t operations(partition_index at) const noexcept;

    /// Brings the rates up to date; at least now and then.
    void look(std::chrono::steady_clock::time_point now);

    /// Operations a second of each partition as of the last look: an average that weighs what was
    /// `memory` ago by 1 / e.
    const std::vector<double>& rates() const noexcept { return rates_; }

    /// Transactions a second that took nodes, and their partitions, in the same way.
    double queued_rate() const noexcept { return queued_rate_; }
    double queued_partitions_rate() const noexcept { return queued_partitions_rate_; }

    static constexpr std::chrono::seconds memory{5};

private:
    static constexpr std::size_t rows = 8;

    static std::size_t row_of_thread() noexcept;

    std::array<std::vector<std::atomic<std::uint64_t>>, rows> rows_;
    std::vector<std::uint64_t> seen_;
    std::vector<double> rates_;
    alignas(64) std::atomic<std::uint64_t> queued_ = 0;
    std::atomic<std::uint64_t> queued_partitions_ = 0;
    std::uint64_t queued_seen_ = 0;
    std::uint64_t queued_partitions_seen_ = 0;
    double queued_rate_ = 0;
    double queued_partitions_rate_ = 0;
    std::chrono::steady_clock::time_point looked_;
};

}  // namespace memstore::cluster
