// What others than the owners of its nodes see of a commit before the journal has written it:
// nothing. In one thread, on a disk of memory.
#include "cluster/channel.hpp"
#include "cluster/cut.hpp"
#include "cluster/expiry.hpp"
#include "cluster/restorer.hpp"
#include "cluster/watch_hub.hpp"
#include "persist/journal.hpp"
#include "support/engine.hpp"
#include "support/journal_fixture.hpp"
#include "support/shuffling_executor.hpp"
#include "support/snapshots.hpp"
#include "support/watching.hpp"

#include <boost/asio/post.hpp>
#include <boost/test/unit_test.hpp>

#include <cstdint>
#include <deque>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

using namespace memstore;
using persist::sync_policy;
using reached = service::watch_progress::state;
using why = service::watch_refusal::why;

namespace {

constexpr std::size_t any_bytes = 1'000'000'000;
constexpr service::snapshot_bounds any_bounds{.keys_max = 1'000, .bytes_max = any_bytes};

/// Snapshots of a cluster that has nothing but its state.
class cuts final : public service::snapshot_service {
public:
    explicit cuts(cluster::state& of) noexcept : of_(of) {}
    bool take_snapshot(service::snapshot_sink& to) override { return cluster::cut::take(of_, to); }

private:
    cluster::state& of_;
};

struct writer {
    explicit writer(cluster::state& state) : client(state) {}

    bool answered() const { return in_place || sink.resumed; }

    cluster::channel client;
    test::transaction_builder what;
    test::copying_sink sink;
    bool in_place = false;
};

struct durable_fixture : cluster::watch_hub::schedule {
    void look_soon() noexcept override {
        boost::asio::post(scheduler.get_executor(), [this] { hub.look(); });
    }
    void look_after_pause() override { look_soon(); }

    void start(sync_policy policy = sync_policy::always, std::uint64_t recovered = 1) {
        start(persist::journal::settings{.sync = policy}, recovered);
    }

    void start(const persist::journal::settings& options, std::uint64_t recovered = 1) {
        cluster::restorer{state}.finish(recovered);
        journal.emplace(
            on.writer(),
            options,
            recovered,
            persist::journal::listeners{
                .durable = [this](std::uint64_t version) { state.show(version); },
                .changed = [](const auto&) {}}
        );
        state.append_to(*journal);
    }

    /// @return the version of a transaction that waits, or has been answered
    std::uint64_t set(const std::string& key, const std::string& value) {
        writer& one = writes.emplace_back(state);
        one.what.set(key, value);
        one.in_place = one.client.execute(one.what.what(), one.sink);
        return one.sink.last.version;
    }

    std::optional<std::string> get(const std::string& key) {
        writer one{state};
        one.what.get(key);
        BOOST_REQUIRE(one.client.execute(one.what.what(), one.sink));
        BOOST_TEST(one.sink.last.version == state.commits.revealed());
        return one.sink.last.values.at(0);
    }

    std::vector<test::seen_commit> read(service::watch& from) {
        test::copying_visitor to;
        const auto progress = from.next(to, any_bytes);
        BOOST_REQUIRE((progress.reached == reached::quiet));
        BOOST_TEST(progress.version <= state.commits.revealed());
        return to.seen;
    }

    test::snapshot_listing list(const service::snapshot& of) {
        test::snapshot_listing all;
        all.read(*of.scan(""), any_bounds);
        return all;
    }

    /// What idle nodes do.
    void tidy() {
        for (cluster::node& each : state.nodes) {
            cluster::expiry{state, each}.remove_due();
            scheduler.run();
        }
    }

    std::size_t bytes_in_use() const {
        std::size_t all = 0;
        for (const cluster::node& each : state.nodes) all += each.memory.blocks.bytes_in_use();
        return all;
    }

    test::journal_fixture on;
    test::shuffling_context scheduler{1};
    std::vector<boost::asio::any_io_executor> executors{scheduler.get_executor()};
    cluster::state state{
        {.nodes = 4, .partitions = 16, .history_bytes = 20'000},
        {},
        on.clock,
        executors};
    cluster::watch_hub hub{state, *this};
    std::optional<persist::journal> journal;
    std::deque<writer> writes;
};

}  // namespace

BOOST_FIXTURE_TEST_SUITE(durable_view, durable_fixture)

BOOST_AUTO_TEST_CASE(a_watch_is_shown_a_commit_when_it_is_durable_and_woken_then) {
    start();
    const auto watch = *hub.open("", {});
    test::counting_waiter waiter;
    BOOST_TEST(read(*watch).empty());
    BOOST_TEST(!watch->wait(waiter));

    const std::uint64_t version = set("k", "v");
    scheduler.run();
    hub.look();
    BOOST_TEST(!writes.back().answered());
    BOOST_TEST(waiter.resumed == 0);
    BOOST_TEST(read(*watch).empty());
    BOOST_TEST(!get("k").has_value());

    BOOST_TEST(!watch->wait(waiter));
    journal->write();
    scheduler.run();
    BOOST_TEST(writes.back().answered());
    BOOST_TEST(waiter.resumed == 1);
    const std::vector<test::seen_commit> expected{{version, {{"k", "v"}}}};
    BOOST_TEST((read(*watch) == expected));
    BOOST_TEST((get("k") == "v"));
}

BOOST_AUTO_TEST_CASE(a_watch_does_not_wait_for_the_disk_where_nobody_does) {
    start(sync_policy::everysec);
    const auto watch = *hub.open("", {});
    const std::uint64_t version = set("k", "v");
    BOOST_TEST(writes.back().answered());
    const std::vector<test::seen_commit> expected{{version, {{"k", "v"}}}};
    test::copying_visitor to;
    watch->next(to, any_bytes);
    BOOST_TEST((to.seen == expected));
}

BOOST_AUTO_TEST_CASE(who_waits_for_room_has_no_answer_when_there_will_be_none) {
    start(persist::journal::settings{.sync = sync_policy::everysec, .backlog_bytes_max = 1'000});
    on.disk.set_space(0);
    set("small", "v");
    BOOST_TEST(writes.back().answered());
    set("large", std::string(2'000, 'v'));
    BOOST_TEST(!writes.back().answered());
    journal->write();
    scheduler.run();
    BOOST_TEST(!writes.back().answered());
    journal->give_up();
    scheduler.run();
    BOOST_TEST(writes.back().answered());
    BOOST_TEST(writes.back().sink.lost == 1);
}

BOOST_AUTO_TEST_CASE(a_watch_begins_behind_what_is_durable) {
    start();
    set("k", "v");
    journal->write();
    const std::uint64_t durable = state.commits.revealed();
    const std::uint64_t hidden = set("k", "w");
    const auto watch = *hub.open("", {});
    BOOST_TEST(watch->began_behind() == durable);
    const auto refused = hub.open("", hidden);
    BOOST_REQUIRE(refused.has_error());
    BOOST_TEST((refused.error().reason == why::not_reached));
    BOOST_TEST(refused.error().latest == durable);
}

/// Where so much is committed that the history drops what is not durable yet.
BOOST_AUTO_TEST_CASE(a_version_that_is_not_durable_is_not_named_because_it_is_held_no_more) {
    start();
    set("k", std::string(1'000, 'v'));
    journal->write();
    const std::uint64_t durable = state.commits.revealed();
    for (int i = 0; i < 30; ++i) set("k", std::string(1'000, 'w'));
    const auto refused = hub.open("", durable);
    BOOST_REQUIRE(refused.has_error());
    BOOST_TEST((refused.error().reason == why::gone));
    BOOST_TEST(refused.error().oldest <= durable);
    BOOST_TEST(refused.error().latest == durable);
    journal->write();
    BOOST_TEST(hub.open("", state.commits.revealed()).has_value());
}

BOOST_AUTO_TEST_CASE(a_recovered_store_has_no_history_of_what_came_before) {
    start(sync_policy::always, 1'000);
    const auto refused = hub.open("", 999);
    BOOST_REQUIRE(refused.has_error());
    BOOST_TEST((refused.error().reason == why::gone));
    BOOST_TEST(refused.error().oldest == 1'000U);
    BOOST_TEST(refused.error().latest == 1'000U);
    BOOST_TEST((hub.open("", 1'001).error().reason == why::not_reached));
    const auto watch = *hub.open("", 1'000);
    BOOST_TEST(set("k", "v") == 1'001U);
    journal->write();
    BOOST_TEST(read(*watch).size() == 1U);
}

BOOST_AUTO_TEST_CASE(a_snapshot_is_of_what_is_durable_for_as_long_as_it_is_held) {
    start();
    for (const char* key : {"a", "b", "c"}) set(key, "1");
    journal->write();
    const std::uint64_t durable = state.commits.revealed();
    // Replaced twice, and erased, before the snapshot is taken.
    set("a", "2");
    set("a", "3");
    writer erasure{state};
    erasure.what.del("b");
    BOOST_TEST(!erasure.client.execute(erasure.what.what(), erasure.sink));
    cuts all{state};
    auto held = test::take_snapshot(all);
    BOOST_TEST(held->version() == durable);
    set("a", "4");
    set("d", "1");
    for (int i = 0; i < 5; ++i) {
        journal->write();
        tidy();
    }
    const auto listed = list(*held);
    BOOST_TEST(listed.all.size() == 3U);
    for (const char* key : {"a", "b", "c"}) BOOST_TEST(listed.all.at(key).value == "1");
    BOOST_TEST((get("a") == "4"));
    BOOST_TEST(!get("b").has_value());
}

/// Each is durable a hundred commits later. Neither those nor idle nodes may keep what they left.
BOOST_AUTO_TEST_CASE(what_was_overwritten_goes_when_it_is_durable) {
    start();
    const auto overwrite = [&](int times) {
        for (int i = 1; i <= times; ++i) {
            set("k", std::string(100, 'v'));
            if (i % 100 != 0) continue;
            journal->write();
            writes.clear();
        }
    };
    overwrite(1'000);
    const std::size_t before = bytes_in_use();
    overwrite(10'000);
    BOOST_TEST(bytes_in_use() < before + std::size_t{1'000} * 200);
    for (int i = 0; i < 8; ++i) tidy();
    for (const cluster::node& each : state.nodes) BOOST_TEST(each.memory.retired.empty());
    for (const auto& each : state.partitions) BOOST_TEST(!each.has_remains());
}

BOOST_AUTO_TEST_SUITE_END()
