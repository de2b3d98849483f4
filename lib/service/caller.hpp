#pragma once

#include <cstdint>
#include <initializer_list>
#include <string>
#include <string_view>
#include <vector>

namespace memstore::service {

/// What one may be allowed to do: to learn what is stored, to change it, or to steer the server.
enum class right : std::uint8_t { read, write, admin };

/// Some of them.
class rights {
public:
    constexpr rights() noexcept = default;
    constexpr rights(std::initializer_list<right> those) noexcept {
        for (const right each : those) add(each);
    }

    constexpr void add(right one) noexcept { bits_ = static_cast<std::uint8_t>(bits_ | bit(one)); }
    constexpr bool contains(right one) const noexcept { return (bits_ & bit(one)) != 0; }
    constexpr bool empty() const noexcept { return bits_ == 0; }
    constexpr bool operator==(const rights&) const noexcept = default;

private:
    static constexpr unsigned bit(right one) noexcept { return 1U << static_cast<unsigned>(one); }

    std::uint8_t bits_ = 0;
};

/// Who asks, and what they may do.
struct caller {
    std::string name;  ///< for people; no secret
    rights may;

    /// Reading and writing is of keys that begin with one of these alone. An empty one: of all.
    std::vector<std::string> prefixes;
};

}  // namespace memstore::service
