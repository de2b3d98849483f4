#include "cluster/cluster.hpp"
#include "support/engine.hpp"
#include "support/fake_clock.hpp"
#include "support/snapshots.hpp"

#include <boost/asio/io_context.hpp>
#include <boost/test/data/monomorphic.hpp>
#include <boost/test/data/test_case.hpp>
#include <boost/test/unit_test.hpp>

#include <cstddef>
#include <map>
#include <optional>
#include <random>
#include <string>
#include <vector>

using namespace memstore;
namespace bdata = boost::unit_test::data;

namespace {

/// A store of two nodes that may take up so much that chunks of one mebibyte are few of it.
struct compacting_fixture {
    static constexpr std::size_t limit = std::size_t{40} << 20;

    void open(
        cluster::memory_policy policy,
        std::size_t bytes_max = limit,
        cluster::unused_bounds unused = {}
    ) {
        subject.emplace(
            cluster::settings{
                .nodes = 2,
                .partitions = 8,
                .history_bytes = 64 * 1024,
                .memory_bytes_max = bytes_max,
                .policy = policy,
                .unused = unused},
            base::key_hasher::secret{},
            clock,
            executors
        );
        client.emplace(*subject);
    }

    bool set(int first, int count, const std::string& value) {
        test::transaction_builder all;
        for (int i = first; i < first + count; ++i) all.set("key" + std::to_string(i), value);
        client->execute(all);
        return !client->refused();
    }

    /// The server has nothing to do for a moment.
    void rest() {
        for (int i = 0; i < 4; ++i) {
            subject->remove_expired();
            io.restart();
            io.run();
        }
    }

    std::size_t held() const { return subject->memory_bytes_held(); }

    static void adopt(
        const std::map<std::string, std::string>& changes,
        std::map<std::string, std::string>& into
    ) {
        for (const auto& [key, value] : changes) {
            if (value.empty()) {
                into.erase(key);
            } else {
                into[key] = value;
            }
        }
    }

    /// What a store at its limit may hold; while chunks are being cleared it is a quarter more, or
    /// two, as the sample of what goes has it: a store that clears nothing comes to two limits and
    /// more.
    static constexpr std::size_t held_max = limit + limit / 8 + (std::size_t{4} << 20);
    static constexpr std::size_t held_amid_max = held_max / 2 * 3;

    /// So that a store that has come to its limit always holds more than it may.
    static constexpr cluster::unused_bounds nothing{
        .part_of_limit = ~std::size_t{0},
        .bytes_a_node = 0};
    static constexpr std::size_t small_limit = std::size_t{3} << 20;

    boost::asio::io_context io;
    test::fake_clock clock;
    std::vector<boost::asio::any_io_executor> executors{io.get_executor()};
    std::optional<cluster::cluster> subject;
    std::optional<test::blocking_client> client;
};

}  // namespace

BOOST_FIXTURE_TEST_SUITE(compactor, compacting_fixture)

/// Values of each size take the place of those before them, which go one here, one there.
BOOST_AUTO_TEST_CASE(what_is_held_stays_near_the_limit_while_sizes_change) {
    open(cluster::memory_policy::lru);
    int next = 0;
    std::size_t held_most = 0;
    for (const std::size_t bytes : {100U, 1'000U, 200U}) {
        const std::string value(bytes, 'v');
        const int batch = bytes < 500 ? 50 : 10;
        for (int end = next + static_cast<int>(limit * 3 / 2 / bytes); next < end; next += batch) {
            BOOST_REQUIRE(set(next, batch, value));
            held_most = std::max(held_most, held());
        }
        BOOST_TEST(held_most <= held_amid_max);
        held_most = 0;
        BOOST_TEST(subject->memory_bytes() > limit / 5 * 4);
    }
}

/// Every fourth key stays: the room of the others is good for values of another size.
BOOST_AUTO_TEST_CASE(what_was_deleted_makes_room_for_values_of_another_size) {
    open(cluster::memory_policy::reject);
    constexpr int batch = 50;
    const std::string before(300, 'a');
    int keys = 0;
    while (set(keys, batch, before)) keys += batch;
    for (int i = 0; i < keys; i += batch) {
        test::transaction_builder some;
        for (int each = i; each < i + batch; ++each) {
            if (each % 4 != 0) some.del("key" + std::to_string(each));
        }
        client->execute(some);
    }
    const std::string after(1'100, 'b');
    int more = keys;
    std::size_t held_most = 0;
    while (set(more, batch, after)) {
        more += batch;
        held_most = std::max(held_most, held());
    }
    BOOST_TEST(held_most <= held_amid_max);
    BOOST_TEST(static_cast<std::size_t>(more - keys) * after.size() > limit / 2);
    for (int i = 0; i < more; ++i) {
        test::transaction_builder look;
        const auto found = client->execute(look.get("key" + std::to_string(i))).values.at(0);
        const bool is_there = i >= keys || i % 4 == 0;
        BOOST_REQUIRE_EQUAL(found.has_value(), is_there);
        if (found) BOOST_REQUIRE(*found == (i >= keys ? after : before));
    }
}

/// With deadlines and erasures, and partitions that change their nodes; room is made all the time.
BOOST_DATA_TEST_CASE(it_stays_a_map_whatever_moves, bdata::xrange(4), seed) {
    std::mt19937_64 random(static_cast<unsigned>(seed));
    open(cluster::memory_policy::reject, small_limit, nothing);
    std::map<std::string, std::string> model;
    for (int step = 0; step < 2'000; ++step) {
        std::map<std::string, std::string> changes;  // to nothing: the key goes
        test::transaction_builder all;
        const std::size_t bytes_max = std::size_t{50} << step / 200 % 6;
        for (int i = 0; i < 40; ++i) {
            const std::string key = std::to_string(random() % 20'000);
            std::string& value = changes[key];
            if (random() % 4 == 0) {
                all.del(key);
                value.clear();
                continue;
            }
            value.assign(1 + random() % bytes_max, static_cast<char>('a' + i % 26));
            all.set(key, value);
            if (random() % 3 == 0) all.with(command::argument::ttl_ms, 3'600'000);
        }
        client->execute(all);
        if (!client->refused()) adopt(changes, model);
        if (step % 400 == 399) BOOST_REQUIRE(subject->resize(1 + random() % 4));
    }
    BOOST_TEST(subject->size() == model.size());
    for (const auto& [key, value] : model) {
        test::transaction_builder look;
        BOOST_REQUIRE((client->execute(look.get(key)).values.at(0) == value));
    }
}

/// Chunks that are used in part by values which came from another node, and large ones that went:
/// what a node's own slab says of itself is not what its partitions use.
BOOST_AUTO_TEST_CASE(what_is_held_comes_down_behind_a_resize) {
    open(cluster::memory_policy::lru);
    int next = 0;
    const auto write = [&](std::size_t value_bytes, std::size_t bytes) {
        const std::string value(value_bytes, 'v');
        for (std::size_t written = 0; written < bytes; written += 20 * value_bytes) {
            BOOST_REQUIRE(set(next, 20, value));
            next += 20;
        }
    };
    write(5'000, limit * 2);
    BOOST_REQUIRE(subject->resize(4));
    write(300, limit * 2);
    BOOST_REQUIRE(subject->resize(1));
    for (const std::size_t bytes : {1'000U, 150U}) {
        for (int part = 0; part < 20; ++part) {
            write(bytes, limit / 10);
            rest();
        }
    }
    BOOST_TEST(held() <= held_max);
    BOOST_TEST(subject->memory_bytes() > limit / 5 * 4);
}

/// All keys go while chunks are being cleared, and as many others come.
BOOST_AUTO_TEST_CASE(a_store_that_was_emptied_amid_a_walk_is_cleared_when_it_fills_anew) {
    open(cluster::memory_policy::reject, small_limit, nothing);
    constexpr int batch = 50;
    for (int round = 0; round < 6; ++round) {
        const std::string value(round % 2 == 0 ? 100 : 700, 'v');
        int keys = 0;
        while (set(keys, batch, value)) keys += batch;
        for (int i = 0; i < keys; i += batch) {
            test::transaction_builder all;
            for (int each = i; each < i + batch; ++each) {
                if (i + batch < keys || each % 4 != 0) all.del("key" + std::to_string(each));
            }
            client->execute(all);
        }
        if (round % 2 != 0) {
            test::transaction_builder rest;
            client->execute(rest.on_range("delrange", ""));
        }
    }
    BOOST_TEST(subject->size() == 0U);
    rest();
    BOOST_TEST(held() <= small_limit);
}

/// What is kept for a snapshot is not what clearing could give back, and nothing goes for it.
BOOST_AUTO_TEST_CASE(a_snapshot_that_is_held_costs_no_keys) {
    open(cluster::memory_policy::lru);
    const std::string value(200, 'v');
    const int keys = static_cast<int>(limit / 320);
    for (int i = 0; i < keys; i += 50) BOOST_REQUIRE(set(i, 50, value));
    const std::size_t before = subject->size();
    const auto taken = test::take_snapshot(*subject);
    for (int i = 0; i < keys; i += 50) BOOST_REQUIRE(set(i, 50, value));
    BOOST_TEST(subject->size() > before / 10 * 9);
}

BOOST_AUTO_TEST_SUITE_END()
