#include "store/held_snapshot.hpp"

#include "support/partitioned_store.hpp"
#include "support/random_key.hpp"

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
#include <string_view>
#include <thread>
#include <utility>
#include <vector>

using namespace memstore;
using namespace std::chrono_literals;
namespace bdata = boost::unit_test::data;

namespace {

struct value {
    std::string text;
    std::uint64_t version;
    base::moment deadline;

    bool operator==(const value&) const = default;
};
using model = std::map<std::string, value>;  // the obviously right version

struct taken {
    store::held_snapshot subject;
    model expected;
};

model of(std::string_view prefix, const model& all) {
    model found;
    for (const auto& each : all) {
        if (each.first.starts_with(prefix)) found.insert(each);
    }
    return found;
}

struct held_fixture {
    std::optional<test::partitioned_store> stored;
    model now;
    std::map<std::uint64_t, model> recent{{1, {}}};  // as of each version from the visible one on
    base::moment time{1h};

    void commit(const std::map<std::string, std::optional<value>>& changes) {
        std::vector<store::write> writes;
        for (const auto& [key, after] : changes) {
            store::write& made =
                writes.emplace_back(store::write{.key = stored->at(key), .value = {}});
            made.erased = !after.has_value();
            if (after) made.value = after->text;
            if (after) made.deadline = after->deadline;
        }
        const std::uint64_t version = stored->commit(writes);
        for (const auto& [key, after] : changes) {
            now.erase(key);
            if (after) now[key] = {after->text, version, after->deadline};
        }
        recent[version] = now;
        recent.erase(recent.begin(), recent.find(stored->visible()));
    }

    void change(std::mt19937_64& random, unsigned variety, unsigned erased_of_ten) {
        std::map<std::string, std::optional<value>> changes;
        for (auto i = 1 + random() % 6; i > 0; --i) {
            std::optional<value>& after = changes[test::random_key(random, variety)];
            after.reset();
            if (random() % 10 < erased_of_ten) continue;
            const bool passes = random() % 4 == 0;
            const auto deadline =
                passes ? time + std::chrono::milliseconds{random() % 50} : base::never;
            after = value{std::to_string(random() % 99999), 0, deadline};
        }
        time += 1ms;
        commit(changes);
    }

    taken take() {
        taken made{stored->hold(time), recent.begin()->second};
        std::erase_if(made.expected, [&](const auto& each) {
            return each.second.deadline <= time;
        });
        return made;
    }

    /// What a scan shows, by steps of a random length; in order, or it fails.
    static void read(store::held_scan scan, std::mt19937_64& random, model& into) {
        std::string last;
        bool first = true;
        for (bool more = true; more;) {
            const store::held_scan::bounds most{1 + random() % 50, 1 + random() % 1'000};
            std::size_t shown = 0;
            std::size_t bytes = 0;
            more = scan.next(most, [&](const store::held_scan::entry& each) {
                BOOST_REQUIRE(bytes < most.bytes);
                BOOST_REQUIRE(first || last < each.key);
                first = false;
                last = each.key;
                bytes += each.key.size() + each.value.size();
                ++shown;
                into[last] = {std::string{each.value}, each.version, each.deadline};
            });
            BOOST_REQUIRE(shown <= most.keys);
        }
    }

    static void check(const taken& each, std::mt19937_64& random) {
        model whole;
        read({each.subject, ""}, random, whole);
        BOOST_REQUIRE((whole == each.expected));

        const std::string prefix = test::random_key(random, 100).substr(0, random() % 6);
        model some;
        read({each.subject, prefix}, random, some);
        BOOST_REQUIRE((some == of(prefix, each.expected)));

        model parts;
        for (std::size_t part = 0; part < each.subject.partitions(); ++part) {
            read({each.subject, part}, random, parts);
        }
        BOOST_REQUIRE((parts == each.expected));
    }

    void erase_all() {
        std::map<std::string, std::optional<value>> all;
        for (const auto& each : now) all[each.first] = std::nullopt;
        commit(all);
        stored->catch_up();
        for (int i = 0; i < 4; ++i) stored->collect();
    }

    /// Random writes, erasures and re-creations, while up to five snapshots are held and let go in
    /// any order; each must show what was there when it was taken, and when all have gone nothing
    /// may be left in memory. Half the time, what is there moves meanwhile.
    void play(int seed, std::uint64_t lag);
};

void held_fixture::play(int seed, std::uint64_t lag) {
    std::mt19937_64 random(static_cast<unsigned>(seed));
    const std::size_t partitions[]{1, 2, 7, 64};
    stored.emplace(partitions[seed % 4], lag);
    const unsigned variety = 4U << (2 * (seed % 5));
    const unsigned erased_of_ten = 1 + static_cast<unsigned>(seed) % 6;
    const bool relocates = seed >= 12;
    std::vector<taken> held;
    for (int step = 0; step < 600; ++step) {
        change(random, variety, erased_of_ten);
        if (relocates && step % 5 == 0) stored->relocate(10);
        if (step % 100 == 50) stored->collect();
        if (random() % 30 == 0 && held.size() < 5) held.push_back(take());
        if (random() % 40 != 0 || held.empty()) continue;
        std::swap(held.back(), held[random() % held.size()]);
        check(held.back(), random);
        if (random() % 2 == 0) held.pop_back();
    }
    for (const taken& each : held) check(each, random);
    held.clear();
    erase_all();
    BOOST_TEST(stored->keys() == 0U);
    BOOST_TEST(stored->memory.retired.empty());
    const std::size_t table = store::slab_layout::taken_by(8 + 16 * 8);
    BOOST_TEST(stored->memory.blocks.bytes_in_use() <= partitions[seed % 4] * table);
}

}  // namespace

BOOST_FIXTURE_TEST_SUITE(held_snapshots, held_fixture)

BOOST_DATA_TEST_CASE(they_show_what_was_there_when_they_were_taken, bdata::xrange(24), seed) {
    play(seed, 0);
}

/// Where commits are shown only when they are durable, others than the owner read behind it.
BOOST_DATA_TEST_CASE(they_show_what_was_visible_when_they_were_taken, bdata::xrange(24), seed) {
    play(seed, 1 + static_cast<std::uint64_t>(seed) * 2);
}

/// A key that came after it is a step of its own, like any other: no step is long.
BOOST_AUTO_TEST_CASE(a_step_looks_at_no_more_keys_than_it_may) {
    std::mt19937_64 random(1);
    stored.emplace(7);
    const taken empty = take();
    for (int i = 0; i < 500; ++i) change(random, 100, 0);
    store::held_scan scan{empty.subject, ""};
    std::size_t steps = 1;
    while (scan.next({10, 1'000}, [](const auto&) { BOOST_FAIL("nothing was there"); })) ++steps;
    BOOST_TEST(steps >= now.size() / 10);
    BOOST_TEST(steps <= now.size() / 10 + 1);
}

BOOST_AUTO_TEST_CASE(one_can_be_let_go_by_any_thread) {
    std::mt19937_64 random(1);
    stored.emplace(7);
    change(random, 100, 0);
    std::optional<taken> one{take()};
    change(random, 100, 0);
    std::jthread{[&] {
        check(*one, random);
        one.reset();
    }}.join();
    erase_all();
    BOOST_TEST(stored->memory.retired.empty());
}

BOOST_AUTO_TEST_CASE(there_are_not_too_many_of_them) {
    store::held_versions subject;
    std::vector<store::held_versions::lease> all;
    for (std::uint64_t i = 1; i <= store::held_versions::held_max; ++i) {
        all.push_back(*subject.hold(i));
    }
    BOOST_TEST(!subject.hold(1'000).has_value());
    all.erase(all.begin() + 99);
    BOOST_TEST(!subject.list().any_in(100, 101));
    BOOST_TEST(subject.hold(1'000).has_value());
    BOOST_TEST(subject.any());
    all.clear();
    BOOST_TEST(!subject.any());
    BOOST_TEST(subject.list().all().empty());
}

/// However often keys are written, and come and go, one revision of each is kept, and goes with the
/// snapshot.
BOOST_AUTO_TEST_CASE(one_copy_of_what_is_changed_is_kept_and_no_more) {
    constexpr int keys = 100;
    stored.emplace(7);
    const auto write_all = [&](const std::string& text) {
        std::map<std::string, std::optional<value>> changes;
        for (int i = 0; i < keys; ++i) {
            changes["key" + std::to_string(i)] = value{text, 0, base::never};
            auto& passing = changes["passing" + text + std::to_string(i)];
            passing = value{text, 0, base::never};
        }
        commit(changes);
        for (int i = 0; i < keys; ++i) {
            commit({{"passing" + text + std::to_string(i), std::nullopt}});
        }
    };
    const auto bytes = [&] {
        for (int i = 0; i < 4; ++i) stored->collect();
        return stored->memory.blocks.bytes_in_use();
    };
    for (int i = 0; i < 3; ++i) write_all(std::to_string(1'000 + i));
    const std::size_t before = bytes();
    std::optional<taken> older{take()};
    for (int i = 0; i < 50; ++i) write_all(std::to_string(2'000 + i));
    const std::size_t with_one = bytes();
    std::optional<taken> newer{take()};
    for (int i = 0; i < 50; ++i) write_all(std::to_string(3'000 + i));
    const std::size_t with_two = bytes();
    constexpr std::size_t copy = keys * store::slab_layout::taken_by(16 + 4);
    constexpr std::size_t margin = 1'000;  // of index and tree, which were larger meanwhile
    BOOST_TEST(with_one - before >= copy);
    BOOST_TEST(with_one - before < copy + margin);
    BOOST_TEST(with_two - with_one >= copy);
    BOOST_TEST(with_two - with_one < copy + margin);

    std::mt19937_64 random(1);
    check(*older, random);
    older.reset();
    BOOST_TEST(bytes() < with_one + margin);
    check(*newer, random);
    newer.reset();
    BOOST_TEST(bytes() < before + margin);
}

BOOST_AUTO_TEST_SUITE_END()
