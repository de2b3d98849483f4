#include "store/partition.hpp"

#include <cassert>

namespace memstore::store {

tree_root partition::published() const noexcept {
    const word seen = published_.load(std::memory_order_seq_cst);
    if ((seen & pending_tag) == 0) return tree_root{reinterpret_cast<const tree_node*>(seen)};
    return reinterpret_cast<const commit_record::change*>(seen ^ pending_tag)->current();
}

void partition::apply(const write& last, std::uint64_t version, limbo& retired) {
    assert(committing() == version);
    const record* const added =
        last.erased ? nullptr : make_record(last.key.bytes, last.value, last.deadline, version);
    const record* const displaced = added != nullptr
                                        ? working_.put(added, version, retired)
                                        : working_.erase(last.key.bytes, version, retired);
    if (displaced != nullptr && displaced->expires()) deadlines_.remove(*displaced);
    if (added != nullptr && added->expires()) deadlines_.add(*added);

    const std::size_t keys = size() + (added != nullptr ? 1 : 0) - (displaced != nullptr ? 1 : 0);
    size_.store(keys, std::memory_order_relaxed);
}

void partition::publish() noexcept {
    published_.store(word_of(working_.root()), std::memory_order_seq_cst);
    committing_.store(idle, std::memory_order_release);
}

void partition::point_at(const commit_record::change& pending) noexcept {
    published_.store(reinterpret_cast<word>(&pending) | pending_tag, std::memory_order_seq_cst);
}

}  // namespace memstore::store
