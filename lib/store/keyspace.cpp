#include "store/keyspace.hpp"

namespace memstore::store {

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
    if (own != nullptr) {
        if (own->erased) return std::nullopt;
        return entry{own->value, own->deadline, not_committed};
    }
    const revision* const found = before_[key.slot].find(key);
    if (found == nullptr) return std::nullopt;
    if (!found->expires()) return entry{found->value(), base::never, found->birth()};
    if (found->deadline() <= now()) {
        met_expired_ = true;
        return std::nullopt;
    }
    return entry{found->value(), found->deadline(), found->birth()};
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
