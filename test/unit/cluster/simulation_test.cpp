// The whole engine in one thread: clock, executor and the order of everything come from a seed.
#include "cluster/channel.hpp"
#include "cluster/collect.hpp"
#include "cluster/expiry.hpp"
#include "support/engine.hpp"
#include "support/fake_clock.hpp"
#include "support/history.hpp"
#include "support/shuffling_executor.hpp"

#include <boost/test/data/monomorphic.hpp>
#include <boost/test/data/test_case.hpp>
#include <boost/test/unit_test.hpp>

#include <algorithm>
#include <chrono>
#include <deque>
#include <functional>
#include <memory>
#include <random>
#include <string>
#include <vector>

using namespace memstore;
namespace bdata = boost::unit_test::data;

namespace {

/// Owns some nodes while it does something: what that starts must line up.
class holder final : cluster::passage {
public:
    void hold(
        std::span<cluster::node* const> nodes,
        cluster::state& state,
        std::function<void()> what
    ) {
        what_ = std::move(what);
        BOOST_REQUIRE(enter(nodes, state));
    }

private:
    bool run() noexcept override {
        what_();
        return true;
    }
    bool conclude(bool) noexcept override { return true; }

    std::function<void()> what_;
};

/// A client with one random transaction under way.
struct simulated_client {
    explicit simulated_client(cluster::state& state)
        : channel(std::make_unique<cluster::channel>(state)) {}

    void start(std::mt19937_64& random, const std::string& unique) {
        for (auto i = 1 + random() % 5; i > 0; --i) {
            const std::string key = std::to_string(random() % 12);
            if (random() % 2 == 0) {
                asked.get(key);
                done.operations.push_back({false, key, std::nullopt});
            } else {
                const std::string value = unique + "." + std::to_string(i);
                asked.set(key, value);
                done.operations.push_back({true, key, value});
            }
        }
        in_place = channel->execute(asked.what(), sink);
    }

    test::event finished() {
        done.version = sink.last.version;
        for (std::size_t i = 0; i < done.operations.size(); ++i)
            done.operations[i].value = sink.last.values[i];
        return done;
    }

    std::unique_ptr<cluster::channel> channel;
    test::copying_sink sink;
    test::transaction_builder asked;
    test::event done{};
    bool in_place = false;
};

struct simulation {
    explicit simulation(unsigned seed) : random(seed), scheduler(seed) {}
    simulation(unsigned seed, cluster::settings size)
        : random(seed), scheduler(seed), state(size, {}, clock, executors) {}

    /// Some nodes, ascending.
    std::vector<cluster::node*> random_nodes() {
        std::vector<cluster::node*> chosen;
        for (cluster::node& each : state.nodes) {
            if (random() % 2 == 0) chosen.push_back(&each);
        }
        return chosen;
    }

    /// What the timer does while nobody asks for anything.
    void idle() {
        std::deque<cluster::expiry> expiries;
        for (cluster::node& each : state.nodes) expiries.emplace_back(state, each);
        for (int tick = 0; tick < 5; ++tick) {
            for (cluster::expiry& each : expiries) each.remove_due();
            scheduler.run();
        }
    }

    std::size_t bytes_in_use() const {
        std::size_t bytes = 0;
        for (const cluster::node& each : state.nodes) bytes += each.memory.blocks.bytes_in_use();
        return bytes;
    }

    std::mt19937_64 random;
    test::fake_clock clock;
    test::shuffling_context scheduler;
    std::vector<boost::asio::any_io_executor> executors{scheduler.get_executor()};
    cluster::state state{{.nodes = 4, .partitions = 16}, {}, clock, executors};
};

/// A cluster whose memory is that of its keys alone.
constexpr cluster::settings without_history{.nodes = 4, .partitions = 16, .history_bytes = 0};

/// Starts a crowd of transactions while some nodes are held, lets them go, and adds what was
/// answered to `history`.
void run_crowd(simulation& world, const std::string& name, std::vector<test::event>& history) {
    std::deque<simulated_client> clients;
    const auto crowd = world.random() % 60;
    const auto start_all = [&] {
        for (std::size_t i = 0; i < crowd; ++i) {
            clients.emplace_back(world.state).start(world.random, name + "." + std::to_string(i));
        }
    };
    const auto nodes = world.random_nodes();
    holder blocker;
    blocker.hold(nodes, world.state, start_all);
    world.scheduler.run();
    for (simulated_client& each : clients) {
        BOOST_REQUIRE_EQUAL(each.sink.taken, 1);
        BOOST_REQUIRE_EQUAL(each.sink.resumed, !each.in_place);
        history.push_back(each.finished());
    }
}

}  // namespace

BOOST_AUTO_TEST_SUITE(simulated)

/// Each must be answered once, in an order that explains all answers.
BOOST_DATA_TEST_CASE(a_crowd_in_line_is_answered_in_one_order, bdata::xrange(200), seed) {
    simulation world{static_cast<unsigned>(seed)};
    std::vector<test::event> history;
    for (int round = 0; round < 5; ++round) run_crowd(world, std::to_string(round), history);
    const auto anomaly = test::find_anomaly(history);
    BOOST_TEST(!anomaly, anomaly.value_or(""));
}

BOOST_AUTO_TEST_CASE(a_read_only_transaction_does_not_wait_for_a_held_node) {
    simulation world{1};
    std::vector<cluster::node*> all;
    for (cluster::node& each : world.state.nodes) all.push_back(&each);
    test::copying_sink sink;
    test::transaction_builder look;
    look.get("a").get("b").get("c");
    cluster::channel reader{world.state};
    holder blocker;
    blocker.hold(all, world.state, [&] { BOOST_TEST(reader.execute(look.what(), sink)); });
    BOOST_TEST(sink.taken == 1);
}

/// A writer that owns the node may have found the key alive before its deadline, and not have
/// published yet.
BOOST_AUTO_TEST_CASE(a_reader_that_finds_a_key_expired_waits_for_the_owner_of_its_node) {
    simulation world{1};
    cluster::channel client{world.state};
    test::copying_sink sink;
    test::transaction_builder write;
    write.set("k", "v").with(command::argument::ttl_ms, 10);
    BOOST_TEST(client.execute(write.what(), sink));
    world.clock.advance(std::chrono::milliseconds{10});

    std::vector<cluster::node*> all;
    for (cluster::node& each : world.state.nodes) all.push_back(&each);
    test::transaction_builder look;
    look.get("k");
    holder blocker;
    blocker.hold(all, world.state, [&] { BOOST_TEST(!client.execute(look.what(), sink)); });
    BOOST_TEST(sink.resumed);
    BOOST_TEST(!sink.last.values.at(0).has_value());
}

/// A long transaction in line does not hold up the one whose thread passes it the node.
BOOST_AUTO_TEST_CASE(what_takes_long_does_not_run_in_place) {
    simulation world{1};
    std::vector<cluster::node*> all;
    for (cluster::node& each : world.state.nodes) all.push_back(&each);
    test::transaction_builder short_one, long_one, large_one;
    short_one.set("k", "v");
    for (int i = 0; i < 1'000; ++i) long_one.set("k", "v");
    large_one.set("k", std::string(1'000'000, 'v'));
    for (auto* const waiting : {&long_one, &large_one}) {
        cluster::channel first{world.state};
        cluster::channel second{world.state};
        test::copying_sink first_sink;
        test::copying_sink second_sink;
        holder blocker;
        blocker.hold(all, world.state, [&] {
            BOOST_TEST(!first.execute(short_one.what(), first_sink));
            BOOST_TEST(!second.execute(waiting->what(), second_sink));
        });
        BOOST_TEST(first_sink.resumed);
        BOOST_TEST(!second_sink.resumed);
        world.scheduler.run();
        BOOST_TEST(second_sink.resumed);
    }
}

/// It is handed on before a long answer is written.
BOOST_AUTO_TEST_CASE(who_waits_for_a_node_does_not_wait_for_an_answer_to_be_written) {
    simulation world{1};
    std::vector<cluster::node*> all;
    for (cluster::node& each : world.state.nodes) all.push_back(&each);

    struct slow_sink final : test::copying_sink {
        void take(const result<service::outcome>& answer) noexcept override {
            world->scheduler.run();  // as another thread would meanwhile
            other_was_answered = other->resumed;
            copying_sink::take(answer);
        }
        simulation* world = nullptr;
        test::copying_sink* other = nullptr;
        bool other_was_answered = false;
    };
    test::transaction_builder large, small;
    large.set("k", std::string(1'000'000, 'v'));
    small.set("k", "v");
    cluster::channel first{world.state};
    cluster::channel second{world.state};
    test::copying_sink second_sink;
    slow_sink first_sink;
    first_sink.world = &world;
    first_sink.other = &second_sink;
    holder blocker;
    blocker.hold(all, world.state, [&] {
        BOOST_TEST(!first.execute(large.what(), first_sink));
        BOOST_TEST(!second.execute(small.what(), second_sink));
    });
    world.scheduler.run();
    BOOST_TEST(first_sink.other_was_answered);
    BOOST_TEST(second_sink.resumed);
}

BOOST_AUTO_TEST_CASE(what_was_overwritten_does_not_pile_up) {
    simulation world{1};
    cluster::channel client{world.state};
    test::copying_sink sink;
    test::transaction_builder write;
    write.set("k", "v").set("l", "v");
    for (int i = 0; i < 10'000; ++i) client.execute(write.what(), sink);
    std::size_t retired = 0;
    for (const cluster::node& each : world.state.nodes) retired += each.memory.retired.size();
    BOOST_TEST(retired < 2'000U);
}

BOOST_AUTO_TEST_CASE(large_values_that_were_overwritten_do_not_pile_up) {
    constexpr std::size_t bytes = std::size_t{4} << 20;
    simulation world{1, without_history};
    cluster::channel client{world.state};
    test::copying_sink sink;
    test::transaction_builder write;
    write.set("k", std::string(bytes, 'v'));
    std::size_t most = 0;
    for (int i = 0; i < 40; ++i) {
        client.execute(write.what(), sink);
        most = std::max(most, world.bytes_in_use());
    }
    BOOST_TEST(most < 4 * bytes);
    world.idle();
    BOOST_TEST(world.bytes_in_use() < bytes + bytes / 8);
}

BOOST_AUTO_TEST_CASE(an_idle_cluster_forgets_what_expired) {
    simulation world{1, without_history};
    cluster::channel client{world.state};
    test::copying_sink sink;
    test::transaction_builder write;
    for (int i = 0; i < 1'000; ++i) {
        write.set("passing" + std::to_string(i), "v").with(command::argument::ttl_ms, 1);
    }
    client.execute(write.what(), sink);
    const std::size_t full = world.bytes_in_use();
    world.clock.advance(std::chrono::milliseconds{1});
    world.idle();
    for (const store::partition& each : world.state.partitions) {
        BOOST_TEST(each.size() == 0U);
        BOOST_TEST(each.index().size() == 0U);
    }
    BOOST_TEST(world.bytes_in_use() < full / 2, "small tables are left");
}

/// Half-way into a commit, a reader must not name a version that the commit will have.
BOOST_AUTO_TEST_CASE(a_snapshot_is_never_named_by_a_version_that_it_does_not_show) {
    simulation world{1};
    store::partition& changed = world.state.partitions[3];
    const std::vector<cluster::partition_index> wanted{3};
    store::snapshot seen;

    changed.begin_commit();
    BOOST_TEST(!cluster::collect(world.state, wanted, seen), "its version may be any");
    const std::uint64_t version = world.state.commits.next();
    changed.set_commit_version(version);
    BOOST_TEST(
        cluster::collect(world.state, wanted, seen),
        "a later version than any revealed: the past is whole"
    );
    BOOST_TEST(seen.version() < version);

    world.state.commits.reveal(world.state.commits.next()
    );  // a stranger's commit overtakes this one
    BOOST_TEST(!cluster::collect(world.state, wanted, seen), "the name would promise the commit");
    changed.publish();
    BOOST_TEST(cluster::collect(world.state, wanted, seen));
    BOOST_TEST(seen.version() > version);
}

BOOST_AUTO_TEST_SUITE_END()
