#pragma once

#include "base/change_cause.hpp"
#include "base/clock.hpp"
#include "base/limits.hpp"
#include "store/write_set.hpp"

#include <cstddef>
#include <cstdint>
#include <span>
#include <string_view>

namespace memstore::cluster {

/// What a commit left in the place of one key. Its bytes are borrowed from the recorded commit.
struct recorded_change {
    std::string_view key;
    std::string_view value;
    base::moment deadline;
    bool erased;
    base::change_cause cause;
};

/** A commit in one piece: its version and its changes, keys and values among them, in the block
   that begins with it. Never changes once made.
*/
class recorded_commit {
public:
    /// How many bytes make() writes.
    static std::size_t bytes_for(std::span<const store::write> changes) noexcept;

    /// @param at  aligned to 8 bytes, with room for bytes_for()
    static const recorded_commit* make(
        std::byte* at,
        std::size_t bytes,
        std::uint64_t version,
        std::span<const store::write> changes
    ) noexcept;

    std::uint64_t version() const noexcept { return version_; }

    /// Of all of it: the next commit may follow directly.
    std::size_t bytes() const noexcept { return bytes_; }

    /// Calls `visit(recorded_change)` for each, in the order of the write set.
    template <class Visitor>
    void visit(Visitor&& visitor) const;

private:
    /// Of a change; key and value follow.
    class change_header {
    public:
        explicit change_header(const store::write& of) noexcept;

        /// Of all of the change: the next one follows directly.
        std::size_t bytes() const noexcept { return padded_bytes(key_bytes(), value_bytes()); }
        recorded_change change() const noexcept;

    private:
        static constexpr unsigned cause_bits = 3;
        static constexpr unsigned key_bits = 20;
        static_assert(base::key_bytes_max >> key_bits == 0);

        std::size_t key_bytes() const noexcept {
            return packed_ >> (1 + cause_bits) & ((std::uint64_t{1} << key_bits) - 1);
        }
        std::size_t value_bytes() const noexcept { return packed_ >> (1 + cause_bits + key_bits); }

        base::moment deadline_;
        std::uint64_t packed_;  // from the lowest bit: whether erased, cause, size of key, of value
    };

    recorded_commit(std::uint64_t version, std::size_t bytes) noexcept
        : version_(version), bytes_(bytes) {}

    static std::size_t padded_bytes(std::size_t key_bytes, std::size_t value_bytes) noexcept {
        return (sizeof(change_header) + key_bytes + value_bytes + 7) / 8 * 8;
    }

    std::uint64_t version_;
    std::size_t bytes_;
};

template <class Visitor>
void recorded_commit::visit(Visitor&& visitor) const {
    const auto* next = reinterpret_cast<const std::byte*>(this + 1);
    const auto* const end = reinterpret_cast<const std::byte*>(this) + bytes_;
    while (next != end) {
        const auto& header = *reinterpret_cast<const change_header*>(next);
        visitor(header.change());
        next += header.bytes();
    }
}

inline recorded_change recorded_commit::change_header::change() const noexcept {
    const auto* const bytes = reinterpret_cast<const char*>(this + 1);
    constexpr std::uint64_t cause_mask = (1U << cause_bits) - 1;
    return {
        .key = {bytes, key_bytes()},
        .value = {bytes + key_bytes(), value_bytes()},
        .deadline = deadline_,
        .erased = (packed_ & 1) != 0,
        .cause = static_cast<base::change_cause>(packed_ >> 1 & cause_mask)};
}

}  // namespace memstore::cluster
