#include "cluster/channel.hpp"

#include "cluster/collect.hpp"
#include "cluster/growth.hpp"
#include "store/keyspace.hpp"

#include <cstddef>
#include <string_view>
#include <variant>

namespace memstore::cluster {
namespace {

/// How many bytes of the store a reply carries.
std::size_t bytes_of(const command::reply& one) noexcept {
    if (const auto* const text = std::get_if<std::string_view>(&one)) return text->size();
    if (const auto* const entry = std::get_if<command::entry>(&one)) return entry->value.size();
    const auto* const page = std::get_if<command::page>(&one);
    if (page == nullptr) return 0;
    std::size_t bytes = 0;
    for (const command::row& each : page->rows) bytes += each.key.size() + each.value.size();
    return bytes;
}

bool is_lost(const state& cluster) noexcept {
    return cluster.journal != nullptr && cluster.journal->lost();
}

refusal not_writable(const persist::journal& why) {
    return {errc::journal_unavailable, "the store can only be read: " + why.complaint()};
}

}  // namespace

bool channel::execute(const command::transaction& what, service::answer_sink& sink) {
    transaction_ = &what;
    sink_ = &sink;
    began_ = {};
    plan_.make(what, cluster_);
    const bool sampled = sampler_.next();
    if (sampled) note_load();
    if (what.read_only() && answer_from_snapshot()) return true;
    if (sampled) cluster_.load.note_queued(plan_.partitions().size());
    needs_all_nodes_ = false;
    find_nodes();
    return enter(plan_.nodes(), cluster_);
}

bool channel::answer_from_snapshot() {
    const store::epoch_domain::pin reading{cluster_.epochs};
    if (!collect(cluster_, plan_.partitions(), snapshot_)) return false;
    // A writer that holds the queue may have found the key alive and not have published yet: ask
    // it, in line.
    if (!evaluate() && !is_lost(cluster_)) return false;
    cluster_.commits.reveal(snapshot_.version());
    if (cluster_.evicts()) note_use();
    if (sink_->accept(evaluation_)) answer(*sink_, false);
    forget();
    return true;
}

/// A command on a range comes to all partitions alike: it says nothing of one.
void channel::note_load() noexcept {
    if (plan_.scanned_partitions() > 0) return;
    for (const store::located_key& each : plan_.keys()) {
        cluster_.load.note(cluster_.partition_of(each.hash));
    }
}

bool channel::wants_to_write() const noexcept {
    return !transaction_->read_only() && !transaction_->dry_run;
}

/// Near the memory limit, one more than the transaction's own: else each node would keep the keys
/// that it happens to have, however old, and make room among those of its own only.
void channel::find_nodes() {
    plan_.find_nodes(cluster_);
    if (!cluster_.evicts() || !wants_to_write() || plan_.scanned_partitions() > 0) return;
    const std::size_t end = cluster_.nodes_in_use();
    if (needs_all_nodes_) {
        for (std::size_t at = 0; at < end; ++at) plan_.add_node(cluster_.nodes[at]);
    } else if (cluster_.memory_bytes() + cluster_.pressure() > cluster_.memory_bytes_max / 64 * 63) {
        if (!evictor_) evictor_.emplace();
        plan_.add_node(cluster_.nodes[evictor_->pick(end)]);
    }
}

std::span<node* const> channel::plan_anew() noexcept {
    find_nodes();
    return plan_.nodes();
}

bool channel::run() noexcept {
    if (!plan_.has_right_nodes(cluster_)) return false;
    if (waited()) began_ = std::chrono::steady_clock::now();
    if (wants_to_write() && !cluster_.writable()) {
        verdict_ = verdict::not_writable;
        return true;
    }
    evaluate_owned();
    if (has_changes()) too_large_ = refuse_growth(cluster_, snapshot_, changes_);
    if (too_large_ && cluster_.evicts() && could_fit(cluster_, changes_) && !make_room() &&
        !needs_all_nodes_) {
        needs_all_nodes_ = true;
        too_large_.reset();
        return false;
    }
    const bool changes = has_changes();
    const bool accepted = !too_large_ && sink_->accept(evaluation_);
    verdict_ = accepted ? verdict::accepted : verdict::dropped;
    if (accepted && changes) {
        snapshot_.set_version(
            committer_.commit(cluster_, plan_.partitions(), changes_, plan_.nodes())
        );
    } else if (!cluster_.shows_durable_only()) {
        cluster_.commits.reveal(snapshot_.version());
    }
    if (cluster_.evicts()) note_use();
    return true;
}

bool channel::has_changes() const noexcept {
    return wants_to_write() && !evaluation_.aborted() && !changes_.empty();
}

void channel::evaluate_owned() {
    collect_owned(cluster_, plan_.partitions(), snapshot_);
    evaluate();
}

/// Keys go that were not asked for lately; what the transaction has read may be among them.
bool channel::make_room() {
    const limit_violation& violated = *too_large_->violated;
    note_use();
    if (!evictor_) evictor_.emplace();
    const auto needed = static_cast<std::size_t>(growth(snapshot_, changes_));
    const std::size_t wanted = violated.actual - violated.limit;
    if (!evictor_->make_room(cluster_, plan_.nodes(), wanted, needed)) return false;
    too_large_.reset();
    evaluate_owned();
    return true;
}

void channel::note_use() const noexcept {
    const store::use_time now = cluster_.uses.now();
    for (const store::located_key& each : plan_.keys()) {
        cluster_.partitions[cluster_.partition_of(each.hash)].note_use(each, now);
    }
}

bool channel::conclude(bool in_place) noexcept {
    service::answer_sink& sink = *sink_;
    if (verdict_ == verdict::accepted) answer(sink, cluster_.shows_durable_only());
    if (verdict_ == verdict::not_writable) sink.take(not_writable(*cluster_.journal));
    if (too_large_) sink.take(*too_large_);
    forget();
    const bool has_seen = cluster_.journal != nullptr && verdict_ != verdict::not_writable;
    // Another thread may go on with it from here.
    if (has_seen && !cluster_.journal->wait(*this, snapshot_.version())) return false;
    if (!in_place) sink.resume();
    return true;
}

void channel::resume_after_journal(bool known) noexcept {
    if (!known) sink_->lose();
    sink_->resume();
}

void channel::answer(service::answer_sink& sink, bool held_back) noexcept {
    sink.take(service::outcome{snapshot_.version(), evaluation_, began_, held_back});
}

std::size_t channel::weight() const noexcept {
    constexpr std::size_t bytes_as_a_command = 1024;
    std::size_t bytes = 0;
    for (const command::command& each : transaction_->commands) bytes += each.value.size();
    for (const command::reply& each : evaluation_.replies) bytes += bytes_of(each);
    return transaction_->commands.size() + bytes / bytes_as_a_command + plan_.scanned_partitions() +
           visited_;
}

bool channel::evaluate() {
    changes_.clear();
    store::keyspace keys{snapshot_, changes_, cluster_.time, cluster_.hash_of};
    command::evaluate(*transaction_, plan_.keys(), keys, evaluation_);
    visited_ = keys.visited();
    return !keys.met_expired();
}

void channel::forget() {
    evaluation_.clear();
    too_large_.reset();
    visited_ = 0;
    plan_.shrink();
    changes_.shrink();
}

}  // namespace memstore::cluster
