#include "cluster/load_meter.hpp"

#include <cmath>

namespace memstore::cluster {

load_meter::load_meter(std::size_t partitions)
    : seen_(partitions, 0), rates_(partitions, 0.0), looked_(std::chrono::steady_clock::now()) {
    for (auto& row : rows_) row = std::vector<std::atomic<std::uint64_t>>(partitions);
}

std::size_t load_meter::row_of_thread() noexcept {
    static std::atomic<std::size_t> threads = 0;
    thread_local const std::size_t own = threads.fetch_add(1, std::memory_order_relaxed) % rows;
    return own;
}

std::uint64_t load_meter::operations(partition_index at) const noexcept {
    std::uint64_t all = 0;
    for (const auto& row : rows_) all += row[at].load(std::memory_order_relaxed);
    return all;
}

void load_meter::look(std::chrono::steady_clock::time_point now) {
    using seconds = std::chrono::duration<double>;
    const double passed = seconds{now - looked_}.count();
    if (passed <= 0) return;
    looked_ = now;
    const double kept = std::exp(-passed / seconds{memory}.count());
    const auto update = [&](double& rate, std::uint64_t& seen, std::uint64_t all) {
        const double of_late = static_cast<double>(all - seen) / passed;
        rate = rate * kept + of_late * (1 - kept);
        seen = all;
    };
    for (partition_index each = 0; each < rates_.size(); ++each) {
        update(rates_[each], seen_[each], operations(each));
    }
    update(queued_rate_, queued_seen_, queued_.load(std::memory_order_relaxed));
    update(
        queued_partitions_rate_,
        queued_partitions_seen_,
        queued_partitions_.load(std::memory_order_relaxed)
    );
}

}  // namespace memstore::cluster
