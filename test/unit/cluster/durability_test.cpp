// Engine, journal and recovery in one thread, on a disk whose power can be cut: everything that
// happens comes from a seed.
#include "cluster/channel.hpp"
#include "cluster/checkpoint.hpp"
#include "cluster/cut.hpp"
#include "cluster/expiry.hpp"
#include "cluster/restorer.hpp"
#include "cluster/watch_hub.hpp"
#include "persist/journal.hpp"
#include "support/engine.hpp"
#include "support/journal_fixture.hpp"
#include "support/shuffling_executor.hpp"
#include "support/watching.hpp"

#include <boost/asio/post.hpp>
#include <boost/test/unit_test.hpp>

#include <algorithm>
#include <chrono>
#include <deque>
#include <map>
#include <memory>
#include <optional>
#include <random>
#include <string>
#include <utility>
#include <vector>

using namespace memstore;
using persist::sync_policy;

namespace {

/// What a transaction left: a value, or nothing, a key.
using changes = std::map<std::string, std::optional<std::string>>;
using contents = std::map<std::string, std::string>;

struct last_sink final : test::copying_sink {};

/// A client with at most one transaction under way.
struct client {
    explicit client(cluster::state& state) : channel(std::make_unique<cluster::channel>(state)) {}

    bool busy() const { return asked && !in_place && !sink->resumed; }

    std::unique_ptr<cluster::channel> channel;
    std::unique_ptr<last_sink> sink;
    std::unique_ptr<test::transaction_builder> asked;
    bool in_place = false;
    bool judged = true;
};

/// From a start to the end of the power or the process.
struct engine final : cluster::watch_hub::schedule {
    engine(test::journal_fixture& on, unsigned seed)
        : scheduler(seed), state{{.nodes = 3, .partitions = 8}, {}, on.clock, executors} {}

    void look_soon() noexcept override {
        boost::asio::post(scheduler.get_executor(), [this] { hub.look(); });
    }
    void look_after_pause() override { look_soon(); }

    test::shuffling_context scheduler;
    std::vector<boost::asio::any_io_executor> executors{scheduler.get_executor()};
    cluster::state state;
    std::optional<persist::journal> journal;
    std::deque<client> clients;
    cluster::watch_hub hub{state, *this};
    std::unique_ptr<service::watch> watch;
    test::counting_waiter watch_waits;
};

/** Many lives of one store. What must hold after each: all that any answer named is there, and what
    is there is what the transactions up to some version left, whole ones only.
*/
class lives {
public:
    lives(std::uint64_t seed, sync_policy policy, bool lying_disk = false)
        : on_(seed), random_(seed), policy_(policy) {
        on_.disk.lie_about_sync(lying_disk);
        on_.lock.reset();
        on_.settings = {
            .segment_bytes = 500 + random_() % 3000,
            .prepared_bytes = random_() % 2 == 0 ? 0 : 50 + random_() % 1000};
    }

    /// @return what did not hold; empty, where all did
    std::string run(int count) {
        for (int i = 0; i < count && broken_.empty(); ++i) {
            bool power_cut = random_() % 2 == 0;
            try {
                live();
            } catch (const test::power_cut&) {
                power_cut = true;
            }
            end(power_cut);
        }
        return broken_;
    }

    std::uint64_t answered() const { return answers_; }

private:
    void live() {
        plan_strike();
        if (!begin()) return;
        for (std::size_t steps = random_() % 150; steps > 0 && broken_.empty(); --steps) {
            step();
            judge_answers();
        }
    }

    void plan_strike() {
        on_.disk.set_space(~std::uint64_t{0});
        const std::uint64_t calls = random_() % 150;
        switch (random_() % 4) {
        case 0: on_.disk.cut_power_after(calls); break;
        case 1: on_.disk.fail_after(calls, boost::system::errc::io_error); break;
        case 2: on_.disk.set_space(on_.disk.used() + random_() % 5000); break;
        default: break;
        }
    }

    bool begin() {
        auto lock = on_.directory.take();
        if (!lock) return false;
        lock_ = *std::move(lock);
        now_ = std::make_unique<engine>(on_, static_cast<unsigned>(random_()));
        cluster::restorer into{now_->state};
        const auto found = persist::recover(on_.directory, into);
        if (!found) {
            if (found.error().kind == persist::fault_kind::corrupt) fail(describe(found.error()));
            return false;
        }
        into.finish(found->last_version);
        judge_recovered(found->last_version);
        now_->journal.emplace(
            on_.writer(found->end),
            persist::journal::settings{.sync = policy_},
            now_->state.commits.revealed(),
            persist::journal::listeners{
                .durable = [state = &now_->state](std::uint64_t version) { state->show(version); },
                .changed = [](const auto&) {}}
        );
        now_->state.append_to(*now_->journal);
        for (int i = 0; i < 6; ++i) now_->clients.emplace_back(now_->state);
        now_->watch = *now_->hub.open("", {});
        return true;
    }

    /// The store holds what the transactions up to `version` left, and all that was answered.
    void judge_recovered(std::uint64_t version) {
        // The empty store has a version too, of which nothing is written.
        if (std::max(version, cluster::commit_clock::first) < named_) {
            return fail(
                "version " + std::to_string(named_) + " was named in an answer and is lost"
            );
        }
        committed_.erase(committed_.upper_bound(version), committed_.end());
        if (held() != as_of(version)) fail("the keys are not those of the transactions");
        if (version > cluster::commit_clock::first && !committed_.contains(version))
            fail("there is a version of nobody's");
    }

    contents as_of(std::uint64_t version) const {
        contents then;
        for (auto each = committed_.begin(); each != committed_.upper_bound(version); ++each) {
            for (const auto& [key, value] : each->second) {
                if (value) then[key] = *value;
                if (!value) then.erase(key);
            }
        }
        return then;
    }

    /// All keys of the engine that began.
    contents held() {
        contents all;
        cluster::channel look{now_->state};
        for (const std::string& key : keys) {
            test::transaction_builder one;
            one.get(key);
            test::copying_sink sink;
            look.execute(one.what(), sink);
            if (sink.last.values.at(0)) all[key] = *sink.last.values[0];
        }
        return all;
    }

    void step() {
        switch (random_() % 11) {
        case 0:
        case 1: now_->journal->write(); return;
        case 2: now_->scheduler.run(); return;
        case 3:
            if (random_() % 3 == 0) on_.disk.set_space(~std::uint64_t{0});
            return;
        case 4:
            if (policy_ == sync_policy::everysec && !now_->journal->lost()) now_->journal->sync();
            return;
        case 5:
            if (random_() % 4 == 0) take_checkpoint();
            return;
        case 6: return read();
        case 7: return watch();
        default: start_one(); return;
        }
    }

    void take_checkpoint() {
        struct sink final : service::snapshot_sink {
            void take(result<std::unique_ptr<service::snapshot>> given) noexcept override {
                taken = *std::move(given);
            }
            std::unique_ptr<service::snapshot> taken;
        } to;
        const persist::journal::position at = now_->journal->written();
        if (!cluster::cut::take(now_->state, to)) return fail("a cut had to wait");
        (void)cluster::write_checkpoint(*to.taken, at, on_.directory, 1, on_.clock.now());
    }

    /// Without a queue, and at once: what the version in the answer names, and nothing else.
    void read() {
        cluster::channel reader{now_->state};
        test::transaction_builder all;
        for (const std::string& key : keys) all.get(key);
        test::copying_sink sink;
        if (!reader.execute(all.what(), sink)) return fail("a reader had to wait");
        const contents then = as_of(sink.last.version);
        for (std::size_t i = 0; i < keys.size(); ++i) {
            const auto found = then.find(keys[i]);
            const auto expected = found == then.end() ? std::nullopt : std::optional{found->second};
            if (sink.last.values[i] != expected)
                fail("a reader saw what its version does not hold");
        }
        named_ = std::max(named_, sink.last.version);
        ++answers_;
    }

    /// What is shown of a commit is what it did, and counts as named.
    void watch() {
        test::copying_visitor shown;
        const auto progress = now_->watch->next(shown, random_() % 100);
        for (const test::seen_commit& each : shown.seen) {
            const auto made = committed_.find(each.version);
            if (made == committed_.end()) return fail("a watch was shown nobody's commit");
            for (const test::seen_change& change : each.changes) {
                if (made->second.at(change.key) != change.value)
                    return fail("a watch was shown what nobody wrote");
            }
        }
        named_ = std::max(named_, progress.version);
        ++answers_;
        if (random_() % 2 == 0) now_->watch->wait(now_->watch_waits);
    }

    void start_one() {
        client& one = now_->clients[random_() % now_->clients.size()];
        if (one.busy()) return;
        one.asked = std::make_unique<test::transaction_builder>();
        one.sink = std::make_unique<last_sink>();
        one.judged = false;
        changes made;
        for (auto i = 1 + random_() % 4; i > 0; --i) {
            const std::string& key = keys[random_() % keys.size()];
            switch (random_() % 5) {
            case 0:
                one.asked->set(key, std::to_string(++value_));
                made[key] = std::to_string(value_);
                break;
            case 1:
                one.asked->del(key);
                made[key] = std::nullopt;
                break;
            case 2:  // a check of what may not be durable yet
                one.asked->check(key, command::argument::exists, random_() % 2);
                break;
            default: one.asked->get(key);
            }
        }
        one.in_place = one.channel->execute(one.asked->what(), *one.sink);
        const bool committed =
            one.sink->taken == 1 && !one.sink->refused && one.sink->last.failed.empty();
        // To remove what is not there is no commit: then the version is another's.
        if (committed && !made.empty()) {
            committed_.emplace(one.sink->last.version, std::move(made));
        }
    }

    /// What a client has been told must be there for ever.
    void judge_answers() {
        for (client& each : now_->clients) {
            if (each.judged || each.busy()) continue;
            each.judged = true;
            if (each.sink->lost > 0 || each.sink->refused) continue;
            named_ = std::max(named_, each.sink->last.version);
            ++answers_;
        }
    }

    void end(bool power_cut) {
        if (now_ && now_->journal) now_->journal->give_up();
        now_.reset();
        lock_.reset();
        if (power_cut) {
            on_.disk.restart();
        } else {
            on_.disk.restart_process();
        }
    }

    void fail(const std::string& what) {
        if (broken_.empty()) broken_ = what;
    }

    const std::vector<std::string> keys{"a", "b", "c", "d", "e", "f"};
    test::journal_fixture on_;
    std::mt19937_64 random_;
    sync_policy policy_;
    std::unique_ptr<fs::file_lock> lock_;
    std::unique_ptr<engine> now_;
    std::map<std::uint64_t, changes> committed_;  // by version
    std::uint64_t named_ = 0;                     // the highest version in an answer
    std::uint64_t value_ = 0;
    std::uint64_t answers_ = 0;
    std::string broken_;
};

#ifdef NDEBUG
constexpr int seeds = 1000;
#else
constexpr int seeds = 40;
#endif
constexpr int control_seeds = 10;
constexpr int lives_each = 6;

int broken_among(sync_policy policy, bool lying_disk = false) {
    int broken = 0;
    for (int seed = 0; seed < control_seeds; ++seed) {
        lives of{static_cast<std::uint64_t>(seed), policy, lying_disk};
        broken += of.run(lives_each).empty() ? 0 : 1;
    }
    return broken;
}

}  // namespace

BOOST_AUTO_TEST_SUITE(durability)

BOOST_AUTO_TEST_CASE(nobody_is_told_what_a_power_cut_takes_back) {
    std::uint64_t answers = 0;
    for (int seed = 0; seed < seeds; ++seed) {
        lives of{static_cast<std::uint64_t>(seed), sync_policy::always};
        const std::string broken = of.run(lives_each);
        BOOST_REQUIRE_MESSAGE(broken.empty(), "seed " << seed << ": " << broken);
        answers += of.answered();
    }
    BOOST_TEST(answers > 50U * seeds);
}

/// The controls: the same must find what does not hold.
BOOST_AUTO_TEST_CASE(a_policy_that_promises_less_is_found_out) {
    BOOST_TEST(broken_among(sync_policy::never) > control_seeds / 2);
}

BOOST_AUTO_TEST_CASE(a_disk_that_lies_is_found_out) {
    BOOST_TEST(broken_among(sync_policy::always, true) > control_seeds / 5);
}

BOOST_AUTO_TEST_SUITE_END()
