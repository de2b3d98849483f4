#include "client/latency_histogram.hpp"

#include <algorithm>
#include <cmath>

namespace memstore::client {

void latency_histogram::add(const latency_histogram& other) noexcept {
    for (std::size_t at = 0; at < counts_.size(); ++at) counts_[at] += other.counts_[at];
    count_ += other.count_;
    longest_ = std::max(longest_, other.longest_);
}

std::chrono::nanoseconds latency_histogram::quantile(double part) const noexcept {
    const double wanted = std::ceil(std::clamp(part, 0.0, 1.0) * static_cast<double>(count_));
    const auto rank = std::max<std::uint64_t>(static_cast<std::uint64_t>(wanted), 1);
    std::uint64_t passed = 0;
    for (std::size_t at = 0; at < counts_.size(); ++at) {
        passed += counts_[at];
        if (passed >= rank) return nanoseconds_of(std::min(greatest_of(at), longest_));
    }
    return {};
}

std::chrono::nanoseconds latency_histogram::mean() const noexcept {
    if (count_ == 0) return {};
    double sum = 0;
    for (std::size_t at = 0; at < counts_.size(); ++at) {
        if (counts_[at] == 0) continue;
        sum += static_cast<double>(counts_[at]) * static_cast<double>(greatest_of(at));
    }
    return nanoseconds_of(static_cast<std::uint64_t>(sum / static_cast<double>(count_)));
}

std::uint64_t latency_histogram::greatest_of(std::size_t index) noexcept {
    if (index < 2 * parts) return index;
    const std::uint64_t left_out = index / parts - 1;
    return ((index - left_out * parts + 1) << left_out) - 1;
}

}  // namespace memstore::client
