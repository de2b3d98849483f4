// Watches in one thread: when the hub looks, and who goes on when, comes from a seed.
#include "cluster/watch_hub.hpp"

#include "cluster/channel.hpp"
#include "cluster/expiry.hpp"
#include "support/engine.hpp"
#include "support/fake_clock.hpp"
#include "support/shuffling_executor.hpp"
#include "support/watching.hpp"

#include <boost/asio/post.hpp>
#include <boost/test/data/monomorphic.hpp>
#include <boost/test/data/test_case.hpp>
#include <boost/test/unit_test.hpp>

#include <chrono>
#include <deque>
#include <memory>
#include <optional>
#include <random>
#include <string>
#include <vector>

using namespace memstore;
using reached = service::watch_progress::state;
using why = service::watch_refusal::why;
namespace bdata = boost::unit_test::data;

namespace {

constexpr std::size_t any_bytes = 1'000'000'000;

/// A cluster and its hub, which looks when the scheduler lets it.
struct world final : cluster::watch_hub::schedule {
    explicit world(unsigned seed, std::size_t history_bytes = 1'000'000)
        : random(seed),
          scheduler(seed),
          state(
              {.nodes = 4, .partitions = 16, .history_bytes = history_bytes},
              {},
              clock,
              executors
          ) {}

    void look_soon() noexcept override {
        ++looks_asked;
        boost::asio::post(scheduler.get_executor(), [this] { hub.look(); });
    }
    void look_after_pause() override {
        ++pauses;
        boost::asio::post(scheduler.get_executor(), [this] { hub.look(); });
    }

    std::uint64_t execute(test::transaction_builder& what) {
        cluster::channel client{state};
        test::copying_sink sink;
        BOOST_REQUIRE(client.execute(what.what(), sink));
        return sink.last.version;
    }
    std::uint64_t set(const std::string& key, const std::string& value) {
        test::transaction_builder one;
        return execute(one.set(key, value));
    }

    std::unique_ptr<service::watch> watch(
        std::string_view prefix,
        std::optional<std::uint64_t> after = {}
    ) {
        auto opened = hub.open(prefix, after);
        BOOST_REQUIRE(opened.has_value());
        return std::move(*opened);
    }
    service::watch_refusal refusal(std::uint64_t after) {
        const auto opened = hub.open("", after);
        BOOST_REQUIRE(opened.has_error());
        return opened.error();
    }

    std::mt19937_64 random;
    test::fake_clock clock;
    test::shuffling_context scheduler;
    std::vector<boost::asio::any_io_executor> executors{scheduler.get_executor()};
    cluster::state state;
    int looks_asked = 0;
    int pauses = 0;
    cluster::watch_hub hub{state, *this};
};

/// All that a watch has to show now.
std::vector<test::seen_commit> read_all(service::watch& from) {
    test::copying_visitor to;
    service::watch_progress progress{};
    do {
        progress = from.next(to, any_bytes);
    } while (progress.reached == reached::more);
    BOOST_REQUIRE((progress.reached == reached::quiet));
    return to.seen;
}

test::seen_commit one_change(std::uint64_t version, const std::string& key, const char* value) {
    return {version, {{key, value}}};
}

/// A session that watches: reads a little at a time, waits when it has seen everything, and now and
/// then goes and comes back.
class session final : public service::watch::waiter {
public:
    session(world& in, std::string prefix)
        : began(in.state.commits.revealed()), in_(in), prefix_(std::move(prefix)) {
        watch_ = in_.watch(prefix_);
        post_step();
    }

    void resume() noexcept override {
        BOOST_REQUIRE(waits_);
        waits_ = false;
        post_step();
    }

    /// Until it waits: then nothing it may see is left.
    void step() {
        const auto progress = watch_->next(to_, in_.random() % 200);
        BOOST_REQUIRE((progress.reached != reached::overrun));
        BOOST_REQUIRE_GE(progress.version, seen_up_to_);
        seen_up_to_ = progress.version;
        if (progress.reached == reached::quiet) {
            waits_ = true;
            if (!watch_->wait(*this)) return;
            waits_ = false;
        } else if (in_.random() % 10 == 0) {
            watch_.reset();
            watch_ = in_.watch(prefix_, seen_up_to_);
        }
        post_step();
    }

    void leave() { watch_.reset(); }

    const std::string& prefix() const { return prefix_; }
    const std::vector<test::seen_commit>& seen() const { return to_.seen; }
    bool waits() const { return waits_; }

    const std::uint64_t began;

private:
    void post_step() {
        boost::asio::post(in_.scheduler.get_executor(), [this] { step(); });
    }

    world& in_;
    const std::string prefix_;
    std::unique_ptr<service::watch> watch_;
    test::copying_visitor to_;
    std::uint64_t seen_up_to_ = 1;
    bool waits_ = false;
};

std::string random_key(std::mt19937_64& random) {
    std::string key(1 + random() % 4, 'a');
    for (char& each : key) each = "abc"[random() % 3];
    return key;
}

void commit_some(world& in, test::commit_log& log) {
    for (auto commits = in.random() % 10; commits > 0; --commits) {
        test::transaction_builder writes;
        std::vector<test::seen_change> changes;
        for (auto keys = 1 + in.random() % 4; keys > 0; --keys) {
            changes.push_back({random_key(in.random), std::to_string(in.random())});
            writes.set(changes.back().key, *changes.back().value);
        }
        const std::uint64_t version = in.execute(writes);
        for (const test::seen_change& each : changes) log.add(version, each.key, each);
    }
}

/// Commits, and lets sessions come, in an order drawn by chance.
void run_sessions(world& in, std::deque<session>& sessions, test::commit_log& log) {
    const char* const prefixes[] = {"", "a", "ab", "abc", "b", "ba", "c", "none"};
    const auto commit = [&] { commit_some(in, log); };
    for (int round = 0; round < 20; ++round) {
        boost::asio::post(in.scheduler.get_executor(), commit);
        if (in.random() % 4 == 0) {
            sessions.emplace_back(in, prefixes[in.random() % std::size(prefixes)]);
        }
        if (in.random() % 2 == 0) in.scheduler.run();
    }
    in.scheduler.run();
}

}  // namespace

BOOST_AUTO_TEST_SUITE(watching)

BOOST_AUTO_TEST_CASE(a_watch_shows_what_is_committed_after_it_began) {
    world in{1};
    in.set("a", "0");
    const auto all = in.watch("");
    const auto some = in.watch("a");
    const std::uint64_t first = in.set("a", "1");
    in.set("b", "2");
    const std::vector<test::seen_commit> expected{
        one_change(first, "a", "1"),
        one_change(first + 1, "b", "2")};
    BOOST_TEST((read_all(*all) == expected));
    BOOST_TEST((read_all(*some) == std::vector{expected[0]}));
    BOOST_TEST(read_all(*all).empty());
}

BOOST_AUTO_TEST_CASE(a_commit_over_several_nodes_is_shown_whole_and_once) {
    world in{1};
    const auto all = in.watch("");
    test::transaction_builder writes;
    test::seen_commit expected{2, {}};
    for (int i = 0; i < 100; ++i) {
        const std::string key = std::to_string(i);
        writes.set(key, "first").set(key, "last");
        expected.changes.push_back({key, "last"});
    }
    in.execute(writes);
    const auto seen = read_all(*all);
    BOOST_TEST((seen == std::vector{expected}), "the last write of each key, in their order");
}

BOOST_AUTO_TEST_CASE(a_watch_goes_on_behind_any_version) {
    world in{1};
    std::vector<test::seen_commit> all;
    for (int i = 0; i < 50; ++i) {
        const std::uint64_t version = in.set(std::to_string(i), "v");
        all.push_back(one_change(version, std::to_string(i), "v"));
    }
    for (std::uint64_t after = 1; after <= all.back().version; ++after) {
        const std::vector expected(all.begin() + static_cast<std::ptrdiff_t>(after - 1), all.end());
        const auto from = in.watch("", after);
        BOOST_TEST((read_all(*from) == expected));
    }
}

BOOST_AUTO_TEST_CASE(an_expired_key_goes_by_a_commit_that_says_so) {
    world in{1};
    const auto all = in.watch("");
    test::transaction_builder write;
    write.set("k", "v").with(command::argument::ttl_ms, 10);
    const std::uint64_t written = in.execute(write);
    in.clock.advance(std::chrono::milliseconds{10});
    for (cluster::node& each : in.state.nodes) cluster::expiry{in.state, each}.remove_due();
    const auto seen = read_all(*all);
    BOOST_REQUIRE_EQUAL(seen.size(), 2U);
    BOOST_TEST((seen[0] == one_change(written, "k", "v")));
    const test::seen_change gone{"k", std::nullopt, base::change_cause::expired};
    BOOST_TEST((seen[1] == test::seen_commit{written + 1, {gone}}));
}

BOOST_AUTO_TEST_CASE(a_dry_run_and_a_read_show_nothing) {
    world in{1};
    const auto all = in.watch("");
    test::transaction_builder dry;
    dry.set("a", "1").what().dry_run = true;
    in.execute(dry);
    test::transaction_builder look;
    in.execute(look.get("a"));
    BOOST_TEST(read_all(*all).empty());
}

BOOST_AUTO_TEST_CASE(it_stops_behind_the_commit_that_reaches_its_bound) {
    world in{1};
    const auto all = in.watch("");
    for (int i = 0; i < 10; ++i) in.set("k", std::string(99, 'v'));
    test::copying_visitor to;
    auto progress = all->next(to, 150);
    BOOST_TEST((progress.reached == reached::more));
    BOOST_TEST(to.seen.size() == 2U);
    BOOST_TEST(progress.version == to.seen.back().version);
    progress = all->next(to, 0);
    BOOST_TEST((progress.reached == reached::more));
    BOOST_TEST(to.seen.size() == 3U);
}

/// So that a thread which serves others, too, is not held up by what its watch does not show.
BOOST_AUTO_TEST_CASE(it_looks_at_a_bounded_part_of_the_history_at_a_time) {
    world in{1, std::size_t{64} << 20};
    const auto some = in.watch("rare");
    for (int i = 0; i < 100; ++i) in.set("frequent", std::string(100'000, 'v'));
    const std::uint64_t last = in.set("rare", "v");
    test::copying_visitor to;
    int looks = 1;
    for (; some->next(to, any_bytes).reached == reached::more; ++looks) {
    }
    BOOST_TEST(looks > 10);
    BOOST_TEST((to.seen == std::vector{one_change(last, "rare", "v")}));
}

BOOST_AUTO_TEST_CASE(who_waits_is_resumed_by_what_touches_its_prefix_alone) {
    world in{1};
    const auto some = in.watch("a");
    test::counting_waiter waiter;
    BOOST_TEST(!some->wait(waiter));
    in.set("b", "1");
    in.scheduler.run();
    BOOST_TEST(waiter.resumed == 0);
    const std::uint64_t version = in.set("a", "2");
    BOOST_TEST(waiter.resumed == 0, "a writer does not do it itself");
    in.scheduler.run();
    BOOST_TEST(waiter.resumed == 1);
    BOOST_TEST((read_all(*some) == std::vector{one_change(version, "a", "2")}));
    BOOST_TEST(!some->wait(waiter));
    in.set("a", "3");
    in.scheduler.run();
    BOOST_TEST(waiter.resumed == 2);
}

BOOST_AUTO_TEST_CASE(what_was_committed_before_the_wait_is_not_waited_for) {
    world in{1};
    const auto some = in.watch("a");
    const std::uint64_t version = in.set("a", "1");
    test::counting_waiter waiter;
    if (!some->wait(waiter)) {
        in.scheduler.run();
        BOOST_TEST(waiter.resumed == 1);
    }
    BOOST_TEST((read_all(*some) == std::vector{one_change(version, "a", "1")}));
}

BOOST_AUTO_TEST_CASE(a_watch_that_goes_ends_its_wait) {
    world in{1};
    auto some = in.watch("a");
    const auto other = in.watch("a");
    test::counting_waiter waiter;
    test::counting_waiter of_other;
    BOOST_TEST(!some->wait(waiter));
    BOOST_TEST(!other->wait(of_other));
    in.set("a", "1");
    some.reset();
    in.scheduler.run();
    BOOST_TEST(waiter.resumed == 0);
    BOOST_TEST(of_other.resumed == 1);
}

BOOST_AUTO_TEST_CASE(a_wait_replaces_the_one_before) {
    world in{1};
    const auto some = in.watch("a");
    test::counting_waiter first;
    test::counting_waiter second;
    BOOST_TEST(!some->wait(first));
    BOOST_TEST(!some->wait(second));
    in.set("a", "1");
    in.scheduler.run();
    BOOST_TEST(first.resumed == 0);
    BOOST_TEST(second.resumed == 1);
    in.set("a", "2");
    in.scheduler.run();
    BOOST_TEST(second.resumed == 1);
}

/// A watch that shows nothing still tells how far it has come, without looking at the history.
BOOST_AUTO_TEST_CASE(a_quiet_watch_promises_a_version) {
    world in{1};
    const auto some = in.watch("a");
    test::copying_visitor to;
    const std::uint64_t first = in.set("b", "1");
    auto progress = some->next(to, any_bytes);
    BOOST_TEST((progress.reached == reached::quiet));
    BOOST_TEST(progress.version == first);
    test::counting_waiter waiter;
    BOOST_TEST(!some->wait(waiter));
    const std::uint64_t second = in.set("b", "2");
    in.scheduler.run();
    progress = some->next(to, any_bytes);
    BOOST_TEST((progress.reached == reached::quiet));
    BOOST_TEST(progress.version == second);
    BOOST_TEST(to.seen.empty());
}

BOOST_AUTO_TEST_CASE(nobody_is_shown_a_commit_while_an_earlier_one_is_on_its_way) {
    world in{1};
    const auto all = in.watch("");
    cluster::node_history& other = in.state.nodes[3].history;
    const std::uint64_t settled = in.set("a", "1");

    other.begin_commit();
    BOOST_TEST(read_all(*all).empty(), "its version may be any: nothing new is settled");
    const std::uint64_t under_way = in.state.commits.next();
    other.set_commit_version(under_way);
    BOOST_TEST(read_all(*all).back().version == settled);
    std::string later_key = "b";  // on another node
    while (in.state.owners[in.state.partition_of(in.state.hash_of(later_key))] == 3)
        later_key += 'b';
    const std::uint64_t later = in.set(later_key, "2");
    BOOST_TEST(read_all(*all).empty());

    test::counting_waiter waiter;
    BOOST_TEST(!all->wait(waiter));
    for (int i = 0; i < 10; ++i) in.hub.look();
    BOOST_TEST(waiter.resumed == 0);

    const std::vector<store::write> changes{{.key = {"under way", 0, 0}, .value = "v"}};
    other.record(under_way, changes);
    other.conclude();
    in.scheduler.run();
    BOOST_TEST(waiter.resumed == 1);
    const std::vector<test::seen_commit> expected{
        one_change(under_way, "under way", "v"),
        one_change(later, later_key, "2")};
    BOOST_TEST((read_all(*all) == expected));
}

BOOST_AUTO_TEST_CASE(no_answer_has_a_lower_version_than_a_commit_that_was_shown) {
    world in{1};
    const auto all = in.watch("");
    const store::write change{.key = {"k", 0, 0}, .value = "v"};
    cluster::node_history& of = in.state.nodes[0].history;
    of.begin_commit();
    const std::uint64_t version = in.state.commits.next();
    of.set_commit_version(version);
    of.record(version, {&change, 1});
    of.conclude();  // and was not revealed yet
    BOOST_TEST(read_all(*all).size() == 1U);
    test::transaction_builder nothing;
    BOOST_TEST(in.execute(nothing) == version);
}

BOOST_AUTO_TEST_CASE(a_watch_cannot_begin_where_the_history_does_not_reach) {
    world in{1, 20'000};
    for (int i = 0; i < 1'000; ++i) in.set(std::to_string(i), "value");
    const std::uint64_t oldest = cluster::oldest_held(in.state);
    const std::uint64_t latest = in.state.commits.revealed();
    BOOST_TEST(oldest > 2U);
    BOOST_TEST(oldest < latest);
    for (const std::uint64_t after : {std::uint64_t{0}, std::uint64_t{1}, oldest - 1}) {
        const auto refused = in.refusal(after);
        BOOST_TEST((refused.reason == why::gone));
        BOOST_TEST(refused.oldest == oldest);
        BOOST_TEST(refused.latest == latest);
    }
    BOOST_TEST(read_all(*in.watch("", oldest)).size() == latest - oldest);
    BOOST_TEST(read_all(*in.watch("", latest)).empty());
}

BOOST_AUTO_TEST_CASE(a_version_that_nobody_was_told_of_is_refused) {
    world in{1};
    const std::uint64_t latest = in.set("a", "1");
    const auto refused = in.refusal(latest + 1);
    BOOST_TEST((refused.reason == why::not_reached));
    BOOST_TEST(refused.oldest == 1U);
    BOOST_TEST(refused.latest == latest);
}

BOOST_AUTO_TEST_CASE(nothing_kept_is_nothing_to_watch) {
    world in{1, 0};
    in.set("a", "1");
    BOOST_TEST((in.hub.open("", {}).error().reason == why::nothing_kept));
    BOOST_TEST((in.refusal(1).reason == why::nothing_kept));
    BOOST_TEST((in.refusal(9).reason == why::nothing_kept));
}

/// It holds nothing: neither the history nor a copy of it.
BOOST_AUTO_TEST_CASE(who_reads_too_slowly_is_overrun_and_holds_up_nothing) {
    constexpr std::size_t history_bytes = 100'000;
    world in{1, history_bytes};
    const auto slow = in.watch("a");
    const std::uint64_t first = in.set("a", "1");
    test::copying_visitor to;
    BOOST_TEST((slow->next(to, 0).reached == reached::more));
    std::size_t most = 0;
    for (int i = 0; i < 5'000; ++i) {
        in.set("a" + std::to_string(i % 100), std::string(100, 'v'));
        std::size_t bytes = 0;
        for (cluster::node& each : in.state.nodes) bytes += each.history.bytes();
        most = std::max(most, bytes);
    }
    BOOST_TEST(most <= history_bytes);
    for (int i = 0; i < 3; ++i) {
        const auto progress = slow->next(to, any_bytes);
        BOOST_TEST((progress.reached == reached::overrun));
        BOOST_TEST(progress.version == first);
    }
    BOOST_TEST(slow->is_overrun());
    BOOST_TEST(!in.watch("a")->is_overrun());
    BOOST_TEST(to.seen.size() == 1U);
    BOOST_TEST((in.refusal(first).reason == why::gone));
}

/// Up to the last commit that is held it is not overrun; then it is.
BOOST_AUTO_TEST_CASE(it_is_overrun_exactly_when_something_was_dropped) {
    world in{1, 50'000};
    const auto all = in.watch("");
    test::copying_visitor to;
    BOOST_TEST((all->next(to, any_bytes).reached == reached::quiet));
    const std::uint64_t position = in.state.commits.revealed();
    while (cluster::oldest_held(in.state) <= position) {
        const auto again = in.watch("", position);
        BOOST_REQUIRE_EQUAL(read_all(*again).size(), in.state.commits.revealed() - position);
        BOOST_REQUIRE(!all->is_overrun());
        in.set(std::to_string(in.random() % 100), "value");
    }
    BOOST_TEST(all->is_overrun());
    BOOST_TEST((all->next(to, any_bytes).reached == reached::overrun));
    BOOST_TEST((in.refusal(position).reason == why::gone));
}

BOOST_AUTO_TEST_CASE(a_watch_of_a_prefix_that_nobody_writes_is_not_left_behind) {
    world in{1, 20'000};
    const auto idle = in.watch("idle");
    test::counting_waiter waiter;
    BOOST_TEST(!idle->wait(waiter));
    for (int i = 0; i < 10'000; ++i) {
        in.set("busy" + std::to_string(i % 10), "value");
        if (i % 10 == 0) in.scheduler.run();
    }
    in.scheduler.run();
    BOOST_TEST(waiter.resumed == 0);
    const std::uint64_t version = in.set("idle", "v");
    in.scheduler.run();
    BOOST_TEST(waiter.resumed == 1);
    BOOST_TEST((read_all(*idle) == std::vector{one_change(version, "idle", "v")}));
}

BOOST_AUTO_TEST_CASE(where_the_hub_itself_is_overtaken_those_who_follow_are_told) {
    world in{1, 20'000};
    const auto idle = in.watch("idle");
    test::counting_waiter waiter;
    BOOST_TEST(!idle->wait(waiter));
    for (int i = 0; i < 10'000; ++i) in.set("busy" + std::to_string(i % 10), "value");
    in.scheduler.run();
    BOOST_TEST(waiter.resumed == 1);
    test::copying_visitor to;
    BOOST_TEST((idle->next(to, any_bytes).reached == reached::overrun));
    const auto next = in.watch("idle");
    BOOST_TEST(!next->wait(waiter));
    in.set("idle", "v");
    in.scheduler.run();
    BOOST_TEST(waiter.resumed == 2, "the hub goes on");
}

BOOST_AUTO_TEST_CASE(a_writer_wakes_the_hub_once_and_only_for_those_who_wait) {
    world in{1};
    const auto some = in.watch("a");
    in.set("a", "1");
    in.set("b", "1");
    BOOST_TEST(in.looks_asked == 0, "nobody waits");
    read_all(*some);
    test::counting_waiter waiter;
    BOOST_TEST(!some->wait(waiter));
    BOOST_TEST(in.looks_asked == 0, "nothing has come");
    for (int i = 0; i < 100; ++i) in.set("b", "2");
    BOOST_TEST(in.looks_asked == 1);
    in.scheduler.run();
    BOOST_TEST(in.looks_asked == 1);
    BOOST_TEST(in.pauses == 1);
    in.set("b", "3");
    BOOST_TEST(in.looks_asked == 2);
    in.scheduler.run();
    BOOST_TEST(waiter.resumed == 0);
}

/// What is committed in a pause is found at its end, without waking anybody for it.
BOOST_AUTO_TEST_CASE(while_it_pauses_nobody_wakes_the_hub) {
    struct paused final : cluster::watch_hub::schedule {
        void look_soon() noexcept override { ++asked; }
        void look_after_pause() override { pauses = true; }
        int asked = 0;
        bool pauses = false;
    };
    world in{1};
    paused schedule;
    cluster::watch_hub hub{in.state, schedule};
    const auto some = *hub.open("a", {});
    test::counting_waiter waiter;
    BOOST_TEST(!some->wait(waiter));
    in.set("b", "1");
    BOOST_TEST(schedule.asked == 1);
    hub.look();
    BOOST_TEST(schedule.pauses);
    for (int i = 0; i < 100; ++i) in.set("b", "2");
    in.set("a", "3");
    BOOST_TEST(schedule.asked == 1);
    hub.look();
    BOOST_TEST(waiter.resumed == 1);
    BOOST_TEST(schedule.asked == 1);
}

BOOST_AUTO_TEST_CASE(many_watches_of_many_prefixes_are_each_resumed_for_their_own) {
    world in{1};
    std::vector<std::unique_ptr<service::watch>> watches;
    std::deque<test::counting_waiter> waiters(500);
    for (std::size_t i = 0; i < waiters.size(); ++i) {
        watches.push_back(in.watch(std::to_string(i)));
        BOOST_REQUIRE(!watches.back()->wait(waiters[i]));
    }
    in.set("123 and more", "v");
    in.scheduler.run();
    for (std::size_t i = 0; i < waiters.size(); ++i) {
        BOOST_TEST(waiters[i].resumed == (i == 1 || i == 12 || i == 123 ? 1 : 0), i);
    }
}

/// Every session sees exactly the commits that touch its prefix, whole, in order, each once.
BOOST_DATA_TEST_CASE(every_session_sees_what_was_committed, bdata::xrange(200), seed) {
    world in{static_cast<unsigned>(seed)};
    test::commit_log log;
    std::deque<session> sessions;
    run_sessions(in, sessions, log);
    for (session& each : sessions) {
        BOOST_REQUIRE(each.waits());
        const auto seen = test::with_sorted_changes(each.seen());
        const bool same = seen == log.expected(each.prefix(), each.began, log.last());
        BOOST_TEST(same, each.prefix());
        each.leave();
    }
}

BOOST_AUTO_TEST_SUITE_END()
