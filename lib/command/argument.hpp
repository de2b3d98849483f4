#pragma once

#include <cstdint>
#include <initializer_list>
#include <span>
#include <string_view>
#include <variant>

namespace memstore::command {

struct command;

/// What a command may be given.
enum class argument : std::uint8_t {
    key,
    value,
    ttl_ms,
    keep_ttl,
    by,
    min,
    max,
    exists,
    version,
    prefix,
    start,
    end,
    after,
    limit,
    reverse,
    keys_only,
};

/// Some of them.
class argument_set {
public:
    constexpr argument_set() noexcept = default;
    constexpr argument_set(std::initializer_list<argument> those) noexcept {
        for (const argument each : those) add(each);
    }

    constexpr void add(argument one) noexcept { bits_ |= bit_of(one); }
    constexpr bool contains(argument one) const noexcept { return (bits_ & bit_of(one)) != 0; }
    constexpr bool empty() const noexcept { return bits_ == 0; }

    /// Those that are in both.
    constexpr argument_set operator&(argument_set other) const noexcept {
        return argument_set{bits_ & other.bits_};
    }
    /// Those that are not in the other.
    constexpr argument_set operator-(argument_set other) const noexcept {
        return argument_set{bits_ & ~other.bits_};
    }
    constexpr bool operator==(const argument_set&) const noexcept = default;

private:
    static constexpr std::uint32_t bit_of(argument one) noexcept {
        return std::uint32_t{1} << static_cast<unsigned>(one);
    }
    constexpr explicit argument_set(std::uint32_t bits) noexcept : bits_(bits) {}

    std::uint32_t bits_ = 0;
};

/// How an argument is called, and which member of a command holds it: text, an integer or a truth.
struct argument_definition {
    using place =
        std::variant<std::string_view command::*, std::int64_t command::*, bool command::*>;

    argument which;
    std::string_view name;
    place member;
    std::int64_t min = 0;  ///< of an integer
    std::int64_t max = 0;
};

/// All of them, the most frequent first.
std::span<const argument_definition> arguments() noexcept;

}  // namespace memstore::command
