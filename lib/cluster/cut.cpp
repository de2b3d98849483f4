#include "cluster/cut.hpp"

#include "cluster/collect.hpp"

#include <memory>
#include <numeric>
#include <utility>

namespace memstore::cluster {
namespace {

class held_scan final : public service::snapshot_scan {
public:
    explicit held_scan(store::held_scan of) : scan_(std::move(of)) {}

    bool next(service::snapshot_visitor& to, const service::snapshot_bounds& most) override {
        const auto show = [&](const store::held_scan::entry& each) {
            to.visit({each.key, each.value, each.version, each.deadline});
        };
        return scan_.next({most.keys_max, most.bytes_max}, show);
    }

private:
    store::held_scan scan_;
};

class held_snapshot final : public service::snapshot {
public:
    explicit held_snapshot(store::held_snapshot held) noexcept : held_(std::move(held)) {}

    std::uint64_t version() const noexcept override { return held_.version(); }
    std::size_t parts() const noexcept override { return held_.partitions(); }

    std::unique_ptr<service::snapshot_scan> scan(std::string_view prefix) const override {
        return std::make_unique<held_scan>(store::held_scan{held_, prefix});
    }
    std::unique_ptr<service::snapshot_scan> scan_part(std::size_t part) const override {
        return std::make_unique<held_scan>(store::held_scan{held_, part});
    }

private:
    store::held_snapshot held_;
};

}  // namespace

bool cut::take(state& cluster, service::snapshot_sink& to) {
    // Its conclude() frees it.
    auto* const taking = new cut{cluster, to};
    return taking->enter(taking->nodes_, cluster);
}

cut::cut(state& cluster, service::snapshot_sink& to) : cluster_(cluster), to_(to) { plan_anew(); }

std::span<node* const> cut::plan_anew() noexcept {
    nodes_.clear();
    const std::size_t end = cluster_.nodes_in_use();
    for (std::size_t at = 0; at < end; ++at) nodes_.push_back(&cluster_.nodes[at]);
    return nodes_;
}

/// No commit is under way anywhere. What is not durable yet, and may not be shown, is left out.
bool cut::run() noexcept {
    if (cluster_.nodes_in_use() > nodes_.size()) return false;
    std::vector<partition_index> all(cluster_.partitions.size());
    std::iota(all.begin(), all.end(), partition_index{0});
    store::snapshot taken;
    if (cluster_.shows_durable_only()) {
        collect(cluster_, all, taken);
    } else {
        collect_owned(cluster_, all, taken);
    }
    auto held = cluster_.epochs.held().hold(taken.version());
    if (!held) return true;
    cluster_.commits.reveal(taken.version());
    taken_.emplace(cluster_.epochs, std::move(*held), std::move(taken), cluster_.time.now());
    return true;
}

bool cut::conclude(bool) noexcept {
    const std::unique_ptr<cut> self{this};
    service::snapshot_sink& to = to_;
    if (taken_) {
        to.take(std::make_unique<held_snapshot>(std::move(*taken_)));
    } else {
        to.take(refusal{errc::overloaded, "too many snapshots of the store are held"});
    }
    return true;
}

std::size_t cut::weight() const noexcept {
    constexpr std::size_t partitions_as_a_command = 16;
    return cluster_.partitions.size() / partitions_as_a_command;
}

}  // namespace memstore::cluster
