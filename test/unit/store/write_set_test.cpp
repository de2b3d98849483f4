#include "store/write_set.hpp"

#include "support/allocation_count.hpp"

#include <boost/test/data/monomorphic.hpp>
#include <boost/test/data/test_case.hpp>
#include <boost/test/unit_test.hpp>

#include <deque>
#include <map>
#include <random>
#include <string>

using namespace memstore;
namespace bdata = boost::unit_test::data;

BOOST_AUTO_TEST_SUITE(write_set)

/// Hashes of two bits make every key collide with a quarter of the others.
BOOST_DATA_TEST_CASE(it_holds_the_last_write_of_each_key, bdata::xrange(60), seed) {
    std::mt19937_64 random(static_cast<unsigned>(seed));
    const std::uint64_t hashes = seed % 2 == 0 ? 4 : 1'000'000;
    store::write_set subject;
    std::deque<std::string> bytes;
    for (int round = 0; round < 3; ++round) {
        subject.clear();
        std::map<std::string, std::string> expected;
        for (std::size_t i = 0, writes = random() % (1U << (seed % 11)); i < writes; ++i) {
            const std::string& key = bytes.emplace_back("k" + std::to_string(random() % 300));
            const std::string& value = bytes.emplace_back(std::to_string(i));
            const store::located_key at{key, std::hash<std::string>{}(key) % hashes, 0};
            const store::write* const before = subject.find(at);
            BOOST_REQUIRE_EQUAL(before != nullptr, expected.contains(key));
            if (before != nullptr) BOOST_REQUIRE_EQUAL(before->value, expected[key]);
            subject.put({.key = at, .value = value});
            expected[key] = value;
        }
        BOOST_TEST(subject.writes().size() == expected.size());
        for (const store::write& each : subject.writes()) {
            BOOST_TEST(each.value == expected[std::string{each.key.bytes}]);
        }
        if (round == 1) subject.shrink();
    }
}

BOOST_AUTO_TEST_CASE(shrinking_gives_memory_back) {
    store::write_set subject;
    const std::string key = "k";
    const auto fill = [&] {
        for (std::uint64_t hash = 0; hash < 1'000; ++hash)
            subject.put({.key = {key, hash, 0}, .value = {}});
        subject.clear();
    };
    fill();
    const std::size_t before = test::allocation_count();
    fill();
    BOOST_TEST(test::allocation_count() == before, "clear() keeps it");
    subject.shrink();
    fill();
    BOOST_TEST(test::allocation_count() > before);
}

BOOST_AUTO_TEST_SUITE_END()
