#include "cluster/plan.hpp"

#include "command/command_table.hpp"
#include "support/fake_clock.hpp"

#include <boost/asio/io_context.hpp>
#include <boost/test/data/monomorphic.hpp>
#include <boost/test/data/test_case.hpp>
#include <boost/test/unit_test.hpp>

#include <algorithm>
#include <deque>
#include <random>
#include <set>
#include <string>
#include <vector>

using namespace memstore;
namespace bdata = boost::unit_test::data;

namespace {

struct plan_fixture {
    boost::asio::io_context io;
    test::fake_clock clock;
    const std::vector<boost::asio::any_io_executor> executors{io.get_executor()};
    cluster::state state{{.nodes = 4, .partitions = 271}, {}, clock, executors};
    std::deque<std::string> keys;
    command::transaction what;
    cluster::plan subject;

    void get(const std::string& key) {
        what.commands.push_back(
            {.what = command::find_command("get"), .key = keys.emplace_back(key)}
        );
    }
};

}  // namespace

BOOST_FIXTURE_TEST_SUITE(plan, plan_fixture)

BOOST_AUTO_TEST_CASE(no_commands_concern_nothing) {
    subject.make(what, state);
    subject.find_nodes(state);
    BOOST_TEST(subject.keys().empty());
    BOOST_TEST(subject.partitions().empty());
    BOOST_TEST(subject.nodes().empty());
}

BOOST_DATA_TEST_CASE(every_key_is_found_in_its_partition_and_node, bdata::xrange(50), seed) {
    std::mt19937_64 random(static_cast<unsigned>(seed));
    for (int round = 0; round < 3; ++round) {
        what.commands.clear();
        for (auto i = random() % 400; i > 0; --i) get(std::to_string(random() % 200));
        subject.make(what, state);
        subject.find_nodes(state);

        BOOST_REQUIRE(subject.keys().size() == what.commands.size());
        std::set<cluster::partition_index> partitions;
        std::set<cluster::node*> nodes;
        for (std::size_t i = 0; i < what.commands.size(); ++i) {
            const store::located_key& key = subject.keys()[i];
            BOOST_REQUIRE_EQUAL(key.bytes, what.commands[i].key);
            const auto own = state.partition_of(state.hash_of(key.bytes));
            BOOST_REQUIRE_EQUAL(subject.partitions()[key.slot], own);
            partitions.insert(own);
            nodes.insert(&state.nodes[state.owner_of(own)]);
        }
        BOOST_TEST(std::is_sorted(subject.partitions().begin(), subject.partitions().end()));
        BOOST_TEST(subject.partitions().size() == partitions.size());
        BOOST_TEST(subject.nodes().size() == nodes.size());
        std::vector<std::size_t> order;
        for (const cluster::node* each : subject.nodes()) order.push_back(each->index);
        BOOST_TEST(
            std::is_sorted(order.begin(), order.end()),
            "queues are entered in ascending order"
        );
        subject.shrink();
    }
}

BOOST_AUTO_TEST_CASE(a_command_on_a_range_makes_it_all_partitions_and_nodes) {
    const command::definition on_a_range{.name = "", .spans = true};
    get("a");
    get("b");
    subject.make(what, state);
    BOOST_TEST(subject.scanned_partitions() == 0U);
    what.commands.push_back({.what = &on_a_range});
    subject.make(what, state);
    subject.find_nodes(state);
    BOOST_TEST(subject.partitions().size() == 271U);
    BOOST_TEST(subject.scanned_partitions() == 271U);
    BOOST_TEST(subject.nodes().size() == 4U);
    for (std::uint32_t slot = 0; slot < 271; ++slot) {
        BOOST_REQUIRE_EQUAL(subject.partitions()[slot], slot);
    }
    for (const store::located_key& key : subject.keys()) {
        BOOST_TEST(key.slot == state.partition_of(state.hash_of(key.bytes)));
    }
    what.commands.clear();
    subject.make(what, state);
    BOOST_TEST(subject.partitions().empty());
}

BOOST_AUTO_TEST_SUITE_END()
