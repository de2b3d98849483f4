#pragma once

#include "cluster/commit.hpp"
#include "cluster/eviction.hpp"
#include "cluster/passage.hpp"
#include "cluster/plan.hpp"
#include "cluster/state.hpp"
#include "command/evaluation.hpp"
#include "service/transaction_service.hpp"
#include "store/snapshot.hpp"
#include "store/write_set.hpp"

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>

namespace memstore::cluster {

/** A session's channel into a cluster: what only reads is answered from a snapshot, without
    entering a queue; everything else passes through the queues of its nodes.

    With a journal that shows durable commits only, whatever came out of a queue has seen more than
    is durable, be it that it was aborted or only read: its answer is made at once, while what it
    borrows is there, and held back until the journal has written all that it has seen.
*/
class channel final : public service::channel, private passage, private persist::journal::waiter {
public:
    explicit channel(state& cluster) noexcept : cluster_(cluster) {}

    bool execute(const command::transaction& what, service::answer_sink& sink) override;

private:
    bool answer_from_snapshot();
    void note_load() noexcept;
    void note_use() const noexcept;
    bool has_changes() const noexcept;
    void evaluate_owned();
    void find_nodes();
    bool make_room();
    bool wants_to_write() const noexcept;
    bool run() noexcept override;
    std::span<node* const> plan_anew() noexcept override;
    bool conclude(bool in_place) noexcept override;
    void resume_after_journal(bool known) noexcept override;
    std::size_t weight() const noexcept override;

    /// Runs the commands on the snapshot. @return whether no deadline that has passed decided
    /// anything
    bool evaluate();
    void answer(service::answer_sink& sink, bool held_back) noexcept;
    void forget();

    state& cluster_;
    const command::transaction* transaction_ = nullptr;
    service::answer_sink* sink_ = nullptr;
    plan plan_;
    store::snapshot snapshot_;
    store::write_set changes_;
    command::evaluation evaluation_;  // empty between transactions
    std::size_t visited_ = 0;         // keys that commands on ranges came to
    enum class verdict : std::uint8_t { accepted, dropped, not_writable };
    verdict verdict_ = verdict::dropped;
    std::optional<refusal> too_large_;
    std::chrono::steady_clock::time_point began_;  // to run, where it had to wait
    committer committer_;
    std::optional<evictor> evictor_;  // once one was needed
    bool needs_all_nodes_ = false;    // to find room
    load_meter::sampler sampler_;
};

}  // namespace memstore::cluster
