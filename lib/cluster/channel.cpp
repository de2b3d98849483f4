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

}  // namespace

bool channel::execute(const command::transaction& what, service::answer_sink& sink) {
    transaction_ = &what;
    sink_ = &sink;
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
    if (sink_->accept(evaluation_)) answer(*sink_);
    forget();
    return true;
}

void channel::run() noexcept {
    collect_owned(cluster_, plan_.partitions(), snapshot_);
    evaluate();
    const bool changes = !changes_.empty() && !evaluation_.aborted() && !transaction_->dry_run;
    if (changes) refused_ = refuse_growth(cluster_, snapshot_, changes_);
    accepted_ = !refused_ && sink_->accept(evaluation_);
    if (!accepted_ || !changes) {
        cluster_.commits.reveal(snapshot_.version());
    } else {
        snapshot_.set_version(
            committer_.commit(cluster_, plan_.partitions(), changes_, plan_.nodes())
        );
    }
}

void channel::conclude(bool in_place) noexcept {
    service::answer_sink& sink = *sink_;
    if (accepted_) answer(sink);
    if (refused_) sink.take(*refused_);
    forget();
    if (!in_place) sink.resume();
}

void channel::answer(service::answer_sink& sink) noexcept {
    sink.take(service::outcome{snapshot_.version(), evaluation_});
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
    refused_.reset();
    visited_ = 0;
    plan_.shrink();
    changes_.shrink();
}

}  // namespace memstore::cluster
