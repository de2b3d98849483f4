#pragma once

#include "store/partition.hpp"

#include <cstddef>
#include <cstdint>
#include <vector>

namespace memstore::store {

/// A partition as of one version.
class partition_view {
public:
    partition_view(const partition& of, std::uint64_t version) noexcept
        : of_(&of), version_(version) {}

    /// Of the last commit that it shows.
    std::uint64_t version() const noexcept { return version_; }

    const revision* find(const located_key& key) const noexcept { return of_->find(key, version_); }

    const partition& of() const noexcept { return *of_; }

private:
    const partition* of_;
    std::uint64_t version_;
};

/** The partitions that a transaction concerns, all as of one commit version.

    Taking one copies no keys; it stays as it is while the epoch domain is pinned, whatever is
    written meanwhile.
*/
class snapshot {
public:
    void clear() noexcept { views_.clear(); }
    void add(partition_view view) { views_.push_back(view); }
    void set_version(std::uint64_t version) noexcept { version_ = version; }

    std::uint64_t version() const noexcept { return version_; }
    std::size_t size() const noexcept { return views_.size(); }
    const partition_view& operator[](std::size_t slot) const noexcept { return views_[slot]; }

    /// The latest version that any of its partitions was changed under.
    std::uint64_t last_change() const noexcept;

private:
    std::uint64_t version_ = 0;
    std::vector<partition_view> views_;
};

inline std::uint64_t snapshot::last_change() const noexcept {
    std::uint64_t last = 0;
    for (const partition_view& each : views_) {
        last = each.version() > last ? each.version() : last;
    }
    return last;
}

}  // namespace memstore::store
