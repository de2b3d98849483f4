#include "store/tree.hpp"

#include "store/epoch.hpp"

#include <boost/test/data/monomorphic.hpp>
#include <boost/test/data/test_case.hpp>
#include <boost/test/unit_test.hpp>

#include <map>
#include <optional>
#include <random>
#include <string>
#include <utility>
#include <vector>

using namespace memstore;
namespace bdata = boost::unit_test::data;

namespace {

using model = std::map<std::string, std::string>;  // the obviously right version

struct tree_fixture {
    store::epoch_domain epochs;
    store::limbo retired{epochs};
    store::tree subject;
    std::uint64_t version = 1;

    void put(const std::string& key, const std::string& value) {
        subject.put(store::make_record(key, value, base::never, version), version, retired);
    }
    bool erase(const std::string& key) { return subject.erase(key, version, retired) != nullptr; }

    void commit() {
        retired.seal();
        ++version;
    }
};

model contents(store::tree_root root, std::string_view from = {}) {
    model found;
    std::string before;
    root.visit(from, [&](const store::record& each) {
        BOOST_TEST((found.empty() || before < each.key()), "keys come in order");
        before = each.key();
        found.emplace(each.key(), each.value());
        return true;
    });
    return found;
}

/// Keys that collide in length, prefix and zero bytes, few enough to be met again.
std::string random_key(std::mt19937_64& random, unsigned variety) {
    static const std::vector<std::string> stems{
        "",
        "a",
        "key:",
        "key:00000",
        std::string("zero\0byte", 9),
        std::string(40, 'x'),
        "\xFF\xFF\xFF"};
    std::string key = stems[random() % stems.size()];
    const unsigned number = static_cast<unsigned>(random() % variety);
    switch (random() % 3) {
    case 0: return key + std::to_string(number);
    case 1: return key.append(number % 11, '\0');
    default: return key + static_cast<char>(number) + static_cast<char>(number >> 8);
    }
}

}  // namespace

BOOST_FIXTURE_TEST_SUITE(tree, tree_fixture)

BOOST_AUTO_TEST_CASE(an_empty_tree_holds_nothing) {
    BOOST_TEST(subject.root().find("") == nullptr);
    BOOST_TEST(subject.root().version() == 0);
    BOOST_TEST(contents(subject.root()).empty());
    BOOST_TEST(!erase("a"));
}

BOOST_AUTO_TEST_CASE(the_empty_key_is_a_key) {
    put("", "nothing");
    BOOST_REQUIRE(subject.root().find("") != nullptr);
    BOOST_TEST(subject.root().find("")->value() == "nothing");
    BOOST_TEST(subject.root().find(std::string(1, '\0')) == nullptr);
}

BOOST_AUTO_TEST_CASE(a_root_names_the_version_that_left_it) {
    put("a", "1");
    commit();
    put("b", "2");
    BOOST_TEST(subject.root().version() == version);
    commit();
    BOOST_TEST(!erase("c"));
    BOOST_TEST(subject.root().version() == version - 1);
}

BOOST_AUTO_TEST_CASE(a_tree_that_shrinks_to_one_leaf_still_names_its_version) {
    for (int i = 0; i < 200; ++i) put(std::to_string(1000 + i), "x");
    commit();
    for (int i = 199; i >= 0; --i) {
        BOOST_TEST(erase(std::to_string(1000 + i)));
        BOOST_TEST(subject.root().version() == version);
        commit();
    }
    BOOST_TEST(contents(subject.root()).empty());
}

/// Thousands of random changes, in transactions of one to eight, checked against a model; snapshots
/// that were taken on the way, and are held, must still be what they were.
BOOST_DATA_TEST_CASE(it_behaves_as_a_map_and_snapshots_never_change, bdata::xrange(40), seed) {
    std::mt19937_64 random(static_cast<unsigned>(seed));
    const unsigned variety = 1U << (seed % 12);
    const unsigned erased_of_ten = static_cast<unsigned>(seed) % 6;
    model now;
    std::vector<std::pair<store::tree_root, model>> taken;
    std::optional<store::epoch_domain::pin> reading;
    for (int step = 0; step < 2000; ++step) {
        for (auto changes = 1 + random() % 8; changes > 0; --changes) {
            const std::string key = random_key(random, variety);
            if (random() % 10 < erased_of_ten) {
                BOOST_REQUIRE_EQUAL(erase(key), now.erase(key) == 1);
            } else {
                put(key, now[key] = std::to_string(step));
            }
        }
        commit();
        if (step % 400 == 0) {
            reading.reset();
            taken.clear();
            reading.emplace(epochs);
        }
        if (step % 50 == 0) taken.emplace_back(subject.root(), now);

        const std::string wanted = random_key(random, variety);
        const store::record* const found = subject.root().find(wanted);
        BOOST_REQUIRE_EQUAL(found != nullptr, now.contains(wanted));
        if (found != nullptr) BOOST_REQUIRE_EQUAL(found->value(), now[wanted]);
        if (step % 100 == 99) {
            for (const auto& [view, expected] : taken) BOOST_REQUIRE(contents(view) == expected);
        }
    }
    for (int i = 0; i < 50; ++i) {
        const std::string from = random_key(random, variety);
        BOOST_REQUIRE(contents(subject.root(), from) == model(now.lower_bound(from), now.end()));
    }
    for (const auto& [key, value] : now) BOOST_REQUIRE(subject.root().find(key) != nullptr);
}

BOOST_AUTO_TEST_CASE(ten_thousand_keys_in_order_and_back) {
    model now;
    for (int i = 0; i < 10'000; ++i) {
        const std::string key = "key:" + std::to_string(100'000 + i);
        put(key, now[key] = std::to_string(i));
        if (i % 7 == 0) commit();
    }
    BOOST_TEST((contents(subject.root()) == now));
    for (const auto& [key, value] : now) {
        BOOST_REQUIRE(erase(key));
        BOOST_REQUIRE(subject.root().find(key) == nullptr);
    }
    BOOST_TEST(contents(subject.root()).empty());
}

BOOST_AUTO_TEST_CASE(a_visit_ends_when_the_visitor_says_so) {
    for (int i = 0; i < 100; ++i) put(std::to_string(i), "");
    int visited = 0;
    subject.root().visit("", [&](const store::record&) { return ++visited < 5; });
    BOOST_TEST(visited == 5);
}

BOOST_AUTO_TEST_SUITE_END()
