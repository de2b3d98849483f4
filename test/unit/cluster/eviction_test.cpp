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
#include <set>
#include <string>
#include <vector>

using namespace memstore;
using namespace std::chrono_literals;
namespace bdata = boost::unit_test::data;

namespace {

struct evicting_fixture : test::limited_cluster {
    evicting_fixture() : limited_cluster(cluster::memory_policy::lru) {}

    static std::string name(int number) { return "key" + std::to_string(number); }

    bool holds(const std::string& key) {
        test::transaction_builder one;
        return client.execute(one.get(key)).values.at(0).has_value();
    }
    int held_of(int first, int end) {
        int held = 0;
        for (int i = first; i < end; ++i) held += holds(name(i)) ? 1 : 0;
        return held;
    }

    /// The next second begins.
    void pass_time() {
        clock.advance(1s);
        subject.remove_expired();
        io.restart();
        io.run();
    }
};

const std::string kilobyte(1'000, 'v');

/// The keys that a watch says are there.
class follower final : public service::commit_visitor {
public:
    void read_all(service::watch& from) {
        constexpr std::size_t any_bytes = 1'000'000;
        service::watch_progress progress{};
        do {
            progress = from.next(*this, any_bytes);
        } while (progress.reached == service::watch_progress::state::more);
        BOOST_REQUIRE((progress.reached == service::watch_progress::state::quiet));
    }

    void visit(const service::commit& next) override {
        BOOST_REQUIRE(next.version > last_);
        last_ = next.version;
        for (const service::change& each : next.changes) {
            if (each.value) {
                keys.emplace(each.key);
                continue;
            }
            keys.erase(std::string{each.key});
            ++(each.cause == base::change_cause::evicted ? evicted : others);
        }
    }

    std::set<std::string> keys;
    std::size_t evicted = 0;
    std::size_t others = 0;

private:
    std::uint64_t last_ = 0;
};

}  // namespace

BOOST_FIXTURE_TEST_SUITE(eviction, evicting_fixture)

BOOST_AUTO_TEST_CASE(a_write_always_finds_room_and_the_limit_holds) {
    for (int i = 0; i < 5'000; ++i) {
        BOOST_REQUIRE(set(name(i), kilobyte));
        BOOST_REQUIRE(holds(name(i)));
        BOOST_TEST_REQUIRE(subject.memory_bytes() <= limit + limit / 20);
    }
    BOOST_TEST(subject.memory_bytes() > limit * 9 / 10);
    BOOST_TEST(subject.size() > 700);
}

BOOST_AUTO_TEST_CASE(what_was_not_asked_for_lately_goes_first) {
    for (int i = 0; i < 800; ++i) BOOST_REQUIRE(set(name(i), kilobyte));
    pass_time();
    BOOST_TEST(held_of(0, 400) == 400);  // they are asked for by this
    pass_time();
    for (int i = 800; i < 1'200; ++i) BOOST_REQUIRE(set(name(i), kilobyte));
    BOOST_TEST(held_of(0, 400) >= 350);
    BOOST_TEST(held_of(800, 1'200) == 400);
    BOOST_TEST(held_of(400, 800) < 200);
}

/// Within a second too: the clock goes on with what is evicted.
BOOST_AUTO_TEST_CASE(a_key_that_is_always_asked_for_stays) {
    BOOST_REQUIRE(set("asked for", kilobyte));
    for (int i = 0; i < 10'000; ++i) {
        BOOST_REQUIRE(set(name(i), kilobyte));
        BOOST_REQUIRE(holds("asked for"));
    }
}

BOOST_AUTO_TEST_CASE(a_large_value_takes_the_place_of_many) {
    for (int i = 0; i < 5'000; ++i) BOOST_REQUIRE(set(name(i), "v"));
    test::transaction_builder large;
    BOOST_TEST(execute(large.set("large", std::string(limit / 2, 'v')).get("large")));
    BOOST_TEST(holds("large"));
    BOOST_TEST(subject.memory_bytes() <= limit + limit / 20);
}

BOOST_AUTO_TEST_CASE(what_can_never_fit_is_refused_and_nothing_goes_for_it) {
    for (int i = 0; i < 800; ++i) BOOST_REQUIRE(set(name(i), kilobyte));
    const std::size_t before = subject.size();
    for (const std::size_t bytes : {limit + 1, limit - 1'000}) {
        BOOST_TEST(!set("large", std::string(bytes, 'v')));
        BOOST_TEST((client.refused().value().code == errc::memory_limit));
    }
    BOOST_TEST(subject.size() == before);
    BOOST_TEST(set("small", "v"));
}

/// What a transaction reads, and what it decides on, is what is there when it takes effect.
BOOST_AUTO_TEST_CASE(a_transaction_reads_what_its_own_room_has_left) {
    for (int i = 0; i < 3'000; ++i) {
        test::transaction_builder both;
        both.get("old").set(name(i), kilobyte).get("old");
        const auto values = client.execute(both).values;
        BOOST_REQUIRE(!client.refused());
        BOOST_REQUIRE((values.at(0) == values.at(2)));
        if (!values.at(0)) BOOST_REQUIRE(set("old", kilobyte));
    }
}

/// As after a start with a lower limit: who comes first does not wait until all is removed.
BOOST_AUTO_TEST_CASE(a_store_far_above_its_limit_shrinks_with_each_write) {
    constexpr int keys = 20'000;
    subject.restore([](persist::applier& into) {
        for (int i = 0; i < keys; ++i) {
            const std::string key = name(i);
            into.load({{{.key = key, .value = kilobyte, .version = 1}}});
        }
        return std::uint64_t{1};
    });
    BOOST_TEST(subject.size() == keys);
    for (int i = 0; i < 20; ++i) {
        const std::size_t before = subject.size();
        BOOST_REQUIRE(set("new" + std::to_string(i), kilobyte));
        BOOST_REQUIRE(subject.size() + 3'000 > before);
    }
    pass_time();
    BOOST_TEST(subject.memory_bytes() <= limit + limit / 20);
    BOOST_TEST(subject.size() > 150);  // among the index and the tree of so many
}

BOOST_AUTO_TEST_CASE(evictions_are_commits_that_say_so) {
    follower shown;
    const auto watching = *subject.open_watch("", std::nullopt);
    for (int i = 0; i < 2'000; ++i) {
        BOOST_REQUIRE(set(name(i), kilobyte));
        shown.read_all(*watching);
    }
    BOOST_TEST(shown.evicted > 1'000);
    BOOST_TEST(shown.others == 0);
    BOOST_TEST(shown.keys.size() == subject.size());
    for (const std::string& key : shown.keys) BOOST_REQUIRE(holds(key));
}

/// Whatever is written, what is there is what was last written there.
BOOST_DATA_TEST_CASE(it_holds_part_of_a_map, bdata::xrange(8), seed) {
    std::mt19937_64 random(static_cast<unsigned>(seed));
    std::map<std::string, std::string> model;
    for (int step = 0; step < 1'500; ++step) {
        test::transaction_builder all;
        for (auto i = 1 + random() % 4; i > 0; --i) {
            const std::string key = std::to_string(random() % 400);
            if (random() % 8 == 0) {
                all.del(key);
                model.erase(key);
            } else {
                const std::string value(random() % 20'000, static_cast<char>('a' + step % 26));
                all.set(key, value);
                model[key] = value;
            }
        }
        BOOST_REQUIRE(execute(all));
        BOOST_REQUIRE(subject.memory_bytes() <= limit + limit / 10);
        if (step % 100 == 0) pass_time();
    }
    std::size_t held = 0;
    for (const auto& [key, value] : model) {
        test::transaction_builder look;
        const auto found = client.execute(look.get(key)).values.at(0);
        if (found) BOOST_REQUIRE((*found == value));
        held += found ? 1 : 0;
    }
    BOOST_TEST(held == subject.size());
    BOOST_TEST(held > 0);
    BOOST_TEST(held < model.size());
}

BOOST_AUTO_TEST_SUITE_END()
