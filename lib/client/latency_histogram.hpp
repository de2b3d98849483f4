#pragma once

#include <array>
#include <bit>
#include <chrono>
#include <cstddef>
#include <cstdint>

namespace memstore::client {

/** How often each latency was seen, to within a thousandth of it, from a nanosecond to some 18
    minutes; what is longer counts as that.

    A power of two is divided into 1024 equal parts, so that its memory is fixed (256 KiB), whatever
    was seen. (The idea of HdrHistogram.)

    @par Complexity  record() is constant; the others go through all of it
    @par Threads     one at a time
*/
class latency_histogram {
public:
    void record(std::chrono::nanoseconds latency) noexcept {
        const auto value = latency.count() < 0 ? 0 : static_cast<std::uint64_t>(latency.count());
        const std::uint64_t kept = value < value_max ? value : value_max;
        ++counts_[index_of(kept)];
        ++count_;
        if (kept > longest_) longest_ = kept;
    }

    /// Adds what another has seen.
    void add(const latency_histogram& other) noexcept;

    std::uint64_t count() const noexcept { return count_; }
    std::chrono::nanoseconds longest() const noexcept { return nanoseconds_of(longest_); }

    /// The latency that this part of all did not exceed; 0 where there are none.
    /// @param part  from 0 to 1
    std::chrono::nanoseconds quantile(double part) const noexcept;

    std::chrono::nanoseconds mean() const noexcept;

private:
    static constexpr unsigned part_bits = 10;
    static constexpr std::uint64_t parts = std::uint64_t{1} << part_bits;
    static constexpr unsigned value_bits = 40;
    static constexpr std::uint64_t value_max = (std::uint64_t{1} << value_bits) - 1;
    static constexpr std::size_t cells = (value_bits - part_bits + 1) * parts;

    static std::chrono::nanoseconds nanoseconds_of(std::uint64_t value) noexcept {
        return std::chrono::nanoseconds{static_cast<std::int64_t>(value)};
    }

    /// Values up to twice the parts have a cell each; from there on, so many bits are left out.
    static std::size_t index_of(std::uint64_t value) noexcept {
        const auto width = static_cast<unsigned>(std::bit_width(value));
        if (width <= part_bits) return value;
        const unsigned left_out = width - 1 - part_bits;
        return left_out * parts + (value >> left_out);
    }

    /// The greatest value of a cell.
    static std::uint64_t greatest_of(std::size_t index) noexcept;

    std::array<std::uint64_t, cells> counts_{};
    std::uint64_t count_ = 0;
    std::uint64_t longest_ = 0;
};

}  // namespace memstore::client
