#include "store/keyspace.hpp"

#include "store/range_scan.hpp"
#include "store/write_run.hpp"

namespace memstore::store {
namespace {

/// What is stored in a range, and own writes over it, in one order.
class overlay {
public:
    struct item {
        located_key key;  ///< without its hash where it is stored
        const write* own;
        const revision* stored;  ///< where there is no own write
    };

    overlay(const snapshot& before, const write_set& changes, const key_range& range, direction way)
        : way_(way), stored_(before, range, way), own_(changes, range, way) {}

    /// @return whether there was one more
    bool next(item& into) noexcept {
        const write* const own = own_.current();
        const range_scan::item stored = stored_.current();
        if (own == nullptr || (stored.shown != nullptr && is_before(stored.key, own->key.bytes))) {
            into = {{stored.key, 0, stored.slot}, nullptr, stored.shown};
            if (stored.shown == nullptr) return false;
            stored_.next();
        } else {
            into = {own->key, own, nullptr};
            if (stored.shown != nullptr && stored.key == own->key.bytes) stored_.next();
            own_.next();
        }
        return true;
    }

    void take_new(const key_range& left) { own_.take_new(left); }

private:
    bool is_before(std::string_view one, std::string_view other) const noexcept {
        return way_ == direction::forward ? one < other : one > other;
    }

    direction way_;
    range_scan stored_;
    write_run own_;
};

}  // namespace

void keyspace::prefetch(std::span<const located_key> keys) const noexcept {
    const auto index_of = [&](const located_key& key) -> const hash_index& {
        return before_[key.slot].of().index();
    };
    for (const located_key& each : keys) index_of(each).prefetch_slot(each.hash);
    for (const located_key& each : keys) index_of(each).prefetch_record(each.hash);
    for (const located_key& each : keys) index_of(each).prefetch_revision(each.hash);
}

std::optional<keyspace::entry> keyspace::find(const located_key& key) {
    const write* const own = changes_.empty() ? nullptr : changes_.find(key);
    if (own != nullptr) return written(*own);
    const revision* const found = before_[key.slot].find(key);
    return found == nullptr ? std::nullopt : shown(*found);
}

std::optional<keyspace::entry> keyspace::written(const write& own) noexcept {
    if (own.erased) return std::nullopt;
    return entry{own.value, own.deadline, not_committed};
}

/// What is stored, unless its deadline has come.
std::optional<keyspace::entry> keyspace::shown(const revision& there) {
    if (!there.expires()) return entry{there.value(), base::never, there.birth()};
    if (there.deadline() <= now()) {
        met_expired_ = true;
        return std::nullopt;
    }
    return entry{there.value(), there.deadline(), there.birth()};
}

void keyspace::visit(const key_range& range, direction way, void* context, callback visitor) {
    overlay both{before_, changes_, range, way};
    for (overlay::item next; both.next(next);) {
        ++visited_;
        const auto there = next.own != nullptr ? written(*next.own) : shown(*next.stored);
        if (!there) continue;
        if (next.own == nullptr) next.key.hash = hash_of_(next.key.bytes);
        if (!visitor(context, next.key, *there)) return;
        both.take_new(range.after(next.key.bytes, way));
    }
}

void keyspace::put(const located_key& key, std::string_view value, base::moment deadline) {
    changes_.put({.key = key, .value = value, .deadline = deadline});
}

void keyspace::erase(const located_key& key) {
    changes_.put({.key = key, .value = {}, .erased = true});
}

base::moment keyspace::now() {
    if (!now_) now_ = time_.now();
    return *now_;
}

}  // namespace memstore::store
