#include "support/limited_cluster.hpp"

#include <boost/test/data/monomorphic.hpp>
#include <boost/test/data/test_case.hpp>
#include <boost/test/unit_test.hpp>

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <map>
#include <optional>
#include <random>
#include <string>
#include <utility>
#include <vector>

using namespace memstore;
using namespace std::chrono_literals;
namespace bdata = boost::unit_test::data;

namespace {

struct limited_fixture : test::limited_cluster {
    limited_fixture() : limited_cluster(cluster::memory_policy::reject) {}

    bool del(const std::string& key) {
        test::transaction_builder one;
        return execute(one.del(key));
    }
    std::uint64_t version() {
        test::transaction_builder nothing;
        return client.execute(nothing).version;
    }

    /// Until one is refused. @return how many were not
    int fill(const std::string& value) {
        int keys = 0;
        while (set("key" + std::to_string(keys), value)) ++keys;
        return keys;
    }

    void rest() {
        for (int i = 0; i < 4; ++i) {
            subject.remove_expired();
            io.restart();
            io.run();
        }
    }
};

}  // namespace

BOOST_FIXTURE_TEST_SUITE(memory_limit, limited_fixture)

BOOST_AUTO_TEST_CASE(a_write_that_would_pass_it_is_refused_and_leaves_no_trace) {
    const int keys = fill(std::string(1'000, 'v'));
    BOOST_TEST(keys > 500);
    BOOST_TEST(keys < 1'049);
    BOOST_TEST(subject.memory_bytes() <= limit);
    const refusal refused = client.refused().value();
    BOOST_TEST((refused.code == errc::memory_limit));
    BOOST_TEST(refused.violated->limit == limit);
    BOOST_TEST(refused.violated->actual > limit);
    BOOST_TEST(refused.violated->option == "memory.limit");

    const std::uint64_t before = version();
    test::transaction_builder some;
    BOOST_TEST(!execute(some.set("key0", "short").set("new", std::string(100'000, 'v')).get("key0"))
    );
    BOOST_TEST(version() == before);
    test::transaction_builder look;
    const auto found = client.execute(look.get("key0").get("new")).values;
    BOOST_TEST((found.at(0) == std::string(1'000, 'v')));
    BOOST_TEST(!found.at(1).has_value());
}

BOOST_AUTO_TEST_CASE(what_does_not_grow_goes_on) {
    const std::string value(1'000, 'v');
    const int keys = fill(value);
    for (int round = 0; round < 20; ++round) {
        for (int i = 0; i < keys; ++i) {
            BOOST_REQUIRE(set("key" + std::to_string(i), std::string(1'000, 'w')));
        }
    }
    test::transaction_builder exchange;
    BOOST_TEST(execute(exchange.del("key0").set("other", value)));
    test::transaction_builder look;
    BOOST_TEST(execute(look.get("other").get("key1")));
    test::transaction_builder dry;
    dry.set("large", std::string(limit, 'v'));
    dry.what().dry_run = true;
    BOOST_TEST(execute(dry), "it takes nothing");
}

BOOST_AUTO_TEST_CASE(a_key_that_is_deleted_makes_room_for_another_at_once) {
    const std::string value(1'000, 'v');
    const int keys = fill(value);
    for (int i = 0; i < keys; ++i) {
        BOOST_REQUIRE(del("key" + std::to_string(i)));
        BOOST_REQUIRE(set("new" + std::to_string(i), std::string(800, 'v')));
    }
    BOOST_TEST(subject.memory_bytes() <= limit);
}

BOOST_AUTO_TEST_CASE(what_expires_makes_room) {
    int keys = 0;
    for (bool done = true; done; ++keys) {
        test::transaction_builder one;
        one.set("key" + std::to_string(keys), "v").with(command::argument::ttl_ms, 10);
        done = execute(one);
    }
    const std::size_t full = subject.memory_bytes();
    BOOST_TEST(full > limit * 9 / 10);
    clock.advance(10ms);
    rest();
    BOOST_TEST(subject.memory_bytes() < full / 4);
    BOOST_TEST(set("new", std::string(limit / 2, 'v')));
}

/// Whatever is written, refused or not, the store is what a map is with the same writes, and no
/// larger than it may be.
BOOST_DATA_TEST_CASE(it_stays_a_map_within_its_limit, bdata::xrange(8), seed) {
    std::mt19937_64 random(static_cast<unsigned>(seed));
    std::map<std::string, std::string> model;
    int refused = 0;
    for (int step = 0; step < 1'500; ++step) {
        auto after = model;
        test::transaction_builder all;
        for (auto i = 1 + random() % 4; i > 0; --i) {
            const std::string key = std::to_string(random() % 200);
            if (random() % 4 == 0) {
                all.del(key);
                after.erase(key);
            } else {
                const std::string value(random() % 20'000, 'v');
                all.set(key, value);
                after[key] = value;
            }
        }
        if (execute(all)) {
            model = std::move(after);
        } else {
            ++refused;
        }
        BOOST_REQUIRE(subject.memory_bytes() <= limit + limit / 50);
    }
    BOOST_TEST(refused > 0);
    BOOST_TEST(subject.size() == model.size());
    for (const auto& [key, value] : model) {
        test::transaction_builder look;
        BOOST_REQUIRE((client.execute(look.get(key)).values.at(0) == value));
    }
}

BOOST_AUTO_TEST_SUITE_END()
