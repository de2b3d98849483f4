#include "cluster/channel.hpp"

#include "base/give_back.hpp"
#include "cluster/collect.hpp"
#include "command/command_table.hpp"
#include "store/keyspace.hpp"

#include <algorithm>
#include <cstddef>
#include <string_view>
#include <variant>

namespace memstore::cluster {
namespace {

// As many cache misses as may be under way at a time, or somewhat more.
constexpr std::size_t prefetched_keys = 32;

}  // namespace

bool channel::execute(const command::transaction& what, service::answer_sink& sink) {
    transaction_ = &what;
    sink_ = &sink;
    replies_.clear();
    plan_.make(what, cluster_);
    if (what.read_only() && answer_from_snapshot()) return true;
    plan_.find_nodes(cluster_);
    return enter(plan_.nodes(), cluster_);
}

bool channel::answer_from_snapshot() {
    const store::epoch_domain::pin reading{cluster_.epochs};
    if (!collect(cluster_, plan_.partitions(), snapshot_)) return false;
    // A writer that holds the queue may have found the key alive and not have published yet: ask
    // it, in line.
    if (!evaluate()) return false;
    cluster_.commits.reveal(snapshot_.version());
    if (sink_->accept(replies_)) sink_->take(service::outcome{snapshot_.version(), replies_});
    shrink();
    return true;
}

void channel::run() noexcept {
    collect_owned(cluster_, plan_.partitions(), snapshot_);
    evaluate();
    accepted_ = sink_->accept(replies_);
    if (!accepted_ || changes_.empty() || transaction_->dry_run) {
        cluster_.commits.reveal(snapshot_.version());
    } else {
        snapshot_.set_version(
            committer_.commit(cluster_, plan_.partitions(), changes_, plan_.nodes())
        );
    }
}

void channel::conclude(bool in_place) noexcept {
    service::answer_sink& sink = *sink_;
    if (accepted_) sink.take(service::outcome{snapshot_.version(), replies_});
    shrink();
    if (!in_place) sink.resume();
}

std::size_t channel::weight() const noexcept {
    constexpr std::size_t bytes_as_a_command = 1024;
    std::size_t bytes = 0;
    for (const command::command& each : transaction_->commands) bytes += each.value.size();
    for (const command::reply& each : replies_) {
        const auto* const text = std::get_if<std::string_view>(&each);
        bytes += text != nullptr ? text->size() : 0;
    }
    return transaction_->commands.size() + bytes / bytes_as_a_command;
}

bool channel::evaluate() {
    changes_.clear();
    replies_.clear();
    store::keyspace keys{snapshot_, changes_, cluster_.time};
    const auto located = plan_.keys();
    for (std::size_t i = 0; i < located.size(); ++i) {
        if (i % prefetched_keys == 0 && located.size() > 1) {
            keys.prefetch(located.subspan(i, std::min(prefetched_keys, located.size() - i)));
        }
        const command::command& each = transaction_->commands[i];
        replies_.push_back(each.what->run(each, located[i], keys));
    }
    return !keys.met_expired();
}

void channel::shrink() {
    constexpr std::size_t kept_max = 256;
    if (replies_.capacity() <= kept_max) return;
    base::give_back(replies_);
    plan_.shrink();
    changes_.shrink();
}

}  // namespace memstore::cluster
