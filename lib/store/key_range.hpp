#pragma once

#include <cstdint>
#include <optional>
#include <string_view>

namespace memstore::store {

/// Which way keys are gone through: in bytewise order, or from the last to the first.
enum class direction : std::uint8_t { forward, reverse };

/** A place between keys: before one, behind one, or behind all that begin with some bytes. No key
    has to be there. Its bytes are borrowed.
*/
class key_cut {
public:
    static key_cut before(std::string_view key) noexcept { return {key, place::before}; }
    static key_cut behind(std::string_view key) noexcept { return {key, place::behind}; }
    /// Behind every key, where the prefix is empty.
    static key_cut behind_all(std::string_view prefix) noexcept {
        return {prefix, place::behind_all};
    }

    bool is_behind(std::string_view key) const noexcept {
        if (place_ == place::before) return key < key_;
        return is_behind_or_before(key);
    }

    /// Whether it is behind `key`, or at once before it.
    bool is_behind_or_before(std::string_view key) const noexcept {
        return (place_ == place::behind_all ? key.substr(0, key_.size()) : key) <= key_;
    }

    /// Negative: it is before all keys that begin with `prefix`; positive: behind all; 0: its own
    /// bytes begin so, and decide.
    int compare_to_all(std::string_view prefix) const noexcept {
        if (place_ == place::behind_all && key_.size() < prefix.size()) {
            return key_.compare(prefix.substr(0, key_.size())) < 0 ? -1 : 1;
        }
        return key_.substr(0, prefix.size()).compare(prefix);
    }

    /// The bytes that it compares by, and the one that might follow them for ever.
    std::string_view bytes() const noexcept { return key_; }
    unsigned char filler() const noexcept { return place_ == place::behind_all ? 0xFF : 0; }

private:
    enum class place : std::uint8_t { before, behind, behind_all };

    key_cut(std::string_view key, place where) noexcept : key_(key), place_(where) {}

    std::string_view key_;
    place place_;
};

/** The keys between two cuts; none where the first is not before the second. Its bytes are
 * borrowed.
 */
class key_range {
public:
    /// All keys.
    key_range() noexcept : key_range(key_cut::before({}), key_cut::behind_all({})) {}

    key_range(key_cut low, key_cut high) noexcept : low_(low), high_(high) {}

    /// From `start` to before `end`, or to the last.
    static key_range between(std::string_view start, std::optional<std::string_view> end) noexcept {
        return {key_cut::before(start), end ? key_cut::before(*end) : key_cut::behind_all({})};
    }
    static key_range of_prefix(std::string_view prefix) noexcept {
        return {key_cut::before(prefix), key_cut::behind_all(prefix)};
    }

    /// What is left of it for who has come to `key`, which need not be in it.
    key_range after(std::string_view key, direction way) const noexcept {
        if (way == direction::forward) {
            return low_.is_behind(key) ? *this : key_range{key_cut::behind(key), high_};
        }
        return high_.is_behind(key) ? key_range{low_, key_cut::before(key)} : *this;
    }

    bool contains(std::string_view key) const noexcept {
        return !low_.is_behind(key) && high_.is_behind(key);
    }

    /// Where one begins who goes through it; see passed() for where to end.
    const key_cut& entrance(direction way) const noexcept {
        return way == direction::forward ? low_ : high_;
    }

    /// Whether `key`, at or past the entrance, is past the other end.
    bool passed(std::string_view key, direction way) const noexcept {
        return way == direction::forward ? !high_.is_behind(key) : low_.is_behind(key);
    }

private:
    key_cut low_;
    key_cut high_;
};

}  // namespace memstore::store
