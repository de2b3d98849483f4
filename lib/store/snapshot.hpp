#pragma once

#include "store/tree.hpp"

#include <cstddef>
#include <cstdint>
#include <vector>

namespace memstore::store {

/** The partitions that a transaction concerns, all as of one commit version.

    Taking one copies no keys; it stays as it is while the epoch domain is pinned, whatever is
    written meanwhile.
*/
class snapshot {
public:
    void clear() noexcept { roots_.clear(); }
    void add(tree_root root) { roots_.push_back(root); }
    void set_version(std::uint64_t version) noexcept { version_ = version; }

    std::uint64_t version() const noexcept { return version_; }
    std::size_t size() const noexcept { return roots_.size(); }
    tree_root operator[](std::size_t slot) const noexcept { return roots_[slot]; }

    /// The latest version that any of its partitions was changed under.
    std::uint64_t last_change() const noexcept;

private:
    std::uint64_t version_ = 0;
    std::vector<tree_root> roots_;
};

inline std::uint64_t snapshot::last_change() const noexcept {
    std::uint64_t last = 0;
    for (const tree_root root : roots_) last = root.version() > last ? root.version() : last;
    return last;
}

}  // namespace memstore::store
