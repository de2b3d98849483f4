#pragma once

#include "cluster/state.hpp"
#include "persist/recovery.hpp"
#include "store/write_set.hpp"

#include <atomic>
#include <cstddef>
#include <cstdint>
#include <deque>
#include <mutex>
#include <span>
#include <vector>

namespace memstore::cluster {

/** Brings keys back into a cluster that nobody uses yet.

    @par Threads  load() from several, as its base says; the rest from one
*/
class restorer final : public persist::applier {
public:
    explicit restorer(state& cluster);

    void load(std::span<const persist::checkpoint_entry> entries) override;
    void forget() override;
    void apply(const persist::transaction& committed) override;

    /// Ends it: commits go on after `version`, which is no lower than any that was brought back.
    void finish(std::uint64_t version);

private:
    struct located_entry {
        store::write write;
        std::uint64_t version;
    };

    /// The entries of each node, in the memory of an earlier load().
    using sorted_entries = std::vector<std::vector<located_entry>>;

    sorted_entries borrow();
    void give_back(sorted_entries&& used);
    store::located_key locate(std::string_view key) const noexcept;
    void restore(const store::write& last, std::uint64_t version);
    void collect_garbage();

    state& cluster_;
    std::deque<std::mutex> loading_;  // one a node
    std::mutex borrowing_;
    std::vector<sorted_entries> unused_;
    std::atomic<std::size_t> loads_ = 0;
    std::size_t applied_ = 0;  // effects since garbage was last collected
};

}  // namespace memstore::cluster
