#include "store/keyspace.hpp"
#include "support/fake_clock.hpp"
#include "support/partitioned_store.hpp"
#include "support/random_key.hpp"

#include <boost/test/data/monomorphic.hpp>
#include <boost/test/data/test_case.hpp>
#include <boost/test/unit_test.hpp>

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <deque>
#include <map>
#include <optional>
#include <random>
#include <string>
#include <vector>

using namespace memstore;
using namespace std::chrono_literals;
namespace bdata = boost::unit_test::data;
using store::direction;
using store::key_range;

namespace {

struct held {
    std::string value;
    base::moment deadline = base::never;
    std::uint64_t version = 0;

    friend bool operator==(const held&, const held&) = default;
};

using model = std::map<std::string, held>;  // the obviously right version

struct seen {
    std::string key;
    held there;

    friend bool operator==(const seen&, const seen&) = default;
};

struct visit_fixture {
    test::fake_clock clock;
    test::partitioned_store stored{7};
    store::write_set changes;
    std::deque<std::string> bytes;  // what writes borrow
    model committed;

    void commit(const model& keys) {
        std::vector<store::write> writes;
        for (const auto& [key, there] : keys) {
            writes.push_back(
                {.key = stored.at(key), .value = there.value, .deadline = there.deadline}
            );
        }
        const std::uint64_t version = stored.commit(writes);
        for (const auto& [key, there] : keys) {
            committed[key] = {there.value, there.deadline, version};
        }
    }

    std::string_view keep(const std::string& text) { return bytes.emplace_back(text); }

    /// Many commits; some keys have a deadline, and it has come for some of those.
    void fill(std::mt19937_64& random, unsigned variety) {
        for (int commits = 0; commits < 60; ++commits) {
            model some;
            for (auto i = random() % 5; i > 0; --i) {
                const auto left = std::chrono::milliseconds{random() % 20};
                const auto deadline = random() % 3 == 0 ? clock.now() + left : base::never;
                some[test::random_key(random, variety)] = {std::to_string(random() % 99), deadline};
            }
            commit(some);
            clock.advance(random() % 4 == 0 ? 1ms : 0ms);
        }
    }
};

/// A keyspace and a model of it, changed alike at random.
class overlaid {
public:
    overlaid(
        visit_fixture& around,
        const store::snapshot& before,
        std::mt19937_64& random,
        unsigned variety
    )
        : around_(around),
          random_(random),
          variety_(variety),
          subject_(before, around.changes, around.clock, around.stored.hash_of) {
        for (const auto& [key, there] : around.committed) {
            const bool expired = there.deadline <= around.clock.now();
            now_[key] = expired ? std::nullopt : std::optional{there};
        }
    }

    /// Visits a random range with a visitor that changes this and that.
    bool visit_is_right() {
        for (auto i = random_() % 4; i > 0; --i) change();
        const auto way = random_() % 2 == 0 ? direction::forward : direction::reverse;
        const std::string start = test::random_key(random_, variety_);
        key_range left = random_() % 3 == 0 ? key_range{} : key_range::between(start, {});
        const std::size_t most = random_() % 3 == 0 ? random_() % 20 : 10'000;
        std::size_t met = 0;
        bool right = true;
        subject_.visit(left, way, [&](const store::located_key& key, const auto& there) {
            const std::string name{key.bytes};
            const seen found{name, {std::string{there.value}, there.deadline, there.version}};
            const auto own = around_.stored.at(name);
            right =
                right && next(left, way) == found && key.hash == own.hash && key.slot == own.slot;
            left = left.after(around_.keep(name), way);
            if (random_() % 3 == 0) {
                subject_.erase(key);
                now_.erase(name);
            }
            if (random_() % 8 == 0) change();
            return ++met < most && right;
        });
        if (met < most) right = right && !next(left, way).has_value();
        return right && subject_.met_expired() == met_expired_;
    }

private:
    void change() {
        const std::string key = test::random_key(random_, variety_);
        const auto at = around_.stored.at(around_.keep(key));
        if (random_() % 2 == 0) {
            subject_.erase(at);
            now_.erase(key);
        } else {
            const std::string value = std::to_string(random_() % 99);
            subject_.put(at, around_.keep(value), base::never);
            now_[key] = held{value, base::never, store::keyspace::not_committed};
        }
    }

    /// The next key that is there, and what is; that some on the way have expired is noted.
    std::optional<seen> next(const key_range& left, direction way) {
        return way == direction::forward ? next_of(now_.begin(), now_.end(), left)
                                         : next_of(now_.rbegin(), now_.rend(), left);
    }

    template <class Iterator>
    std::optional<seen> next_of(Iterator first, Iterator last, const key_range& left) {
        for (; first != last; ++first) {
            if (!left.contains(first->first)) continue;
            if (first->second) return seen{first->first, *first->second};
            met_expired_ = true;
        }
        return std::nullopt;
    }

    visit_fixture& around_;
    std::mt19937_64& random_;
    unsigned variety_;
    store::keyspace subject_;
    std::map<std::string, std::optional<held>> now_;  // nothing: expired
    bool met_expired_ = false;
};

std::vector<std::string> names(store::keyspace& keys, const key_range& range, direction way) {
    std::vector<std::string> found;
    keys.visit(range, way, [&](const store::located_key& key, const store::keyspace::entry&) {
        found.emplace_back(key.bytes);
        return true;
    });
    return found;
}

using texts = std::vector<std::string>;

}  // namespace

BOOST_FIXTURE_TEST_SUITE(keyspace_visit, visit_fixture)

BOOST_AUTO_TEST_CASE(own_writes_are_among_the_keys_and_erased_ones_are_not) {
    commit({{"a", {"1"}}, {"b", {"1"}}, {"c", {"1"}}, {"d", {"1"}}});
    const auto before = stored.now();
    store::keyspace keys{before, changes, clock, stored.hash_of};
    keys.put(stored.at("bb"), "2", base::never);
    keys.put(stored.at("c"), "2", base::never);
    keys.erase(stored.at("b"));
    keys.erase(stored.at("absent"));
    BOOST_TEST(!keys.find(stored.at("b")).has_value());

    std::string met;
    const auto note = [&](const store::located_key& key, const store::keyspace::entry& there) {
        met.append(key.bytes).append(there.value).append(" ");
        return key.bytes != "c";
    };
    keys.visit({}, direction::forward, note);
    BOOST_TEST(met == "a1 bb2 c2 ");
    BOOST_TEST((names(keys, {}, direction::reverse) == texts{"d", "c", "bb", "a"}));
    BOOST_TEST((names(keys, key_range::of_prefix("b"), direction::forward) == texts{"bb"}));
}

BOOST_AUTO_TEST_CASE(an_entry_tells_which_commit_wrote_it) {
    commit({{"a", {"1"}}});
    commit({{"b", {"1"}}});
    const auto before = stored.now();
    store::keyspace keys{before, changes, clock, stored.hash_of};
    BOOST_TEST(keys.find(stored.at("a"))->version == committed["a"].version);
    BOOST_TEST(committed["a"].version < committed["b"].version);
    keys.put(stored.at("a"), "2", base::never);
    BOOST_TEST(keys.find(stored.at("a"))->version == store::keyspace::not_committed);
}

BOOST_AUTO_TEST_CASE(what_has_expired_is_hidden_and_that_is_told) {
    commit({{"a", {"1", clock.now() + 5ms}}, {"b", {"1"}}, {"c", {"1", clock.now() + 9ms}}});
    const auto before = stored.now();
    clock.advance(5ms);
    store::keyspace keys{before, changes, clock, stored.hash_of};
    BOOST_TEST((names(keys, key_range::between("b", {}), direction::forward) == texts{"b", "c"}));
    BOOST_TEST(!keys.met_expired());
    BOOST_TEST((names(keys, {}, direction::forward) == texts{"b", "c"}));
    BOOST_TEST(keys.met_expired());
    BOOST_TEST(keys.visited() == 5U, "what it takes counts what is hidden");
}

BOOST_AUTO_TEST_CASE(an_own_write_in_its_place_keeps_what_has_expired_out_of_it) {
    commit({{"a", {"1", clock.now() + 5ms}}});
    const auto before = stored.now();
    clock.advance(5ms);
    store::keyspace keys{before, changes, clock, stored.hash_of};
    keys.put(stored.at("a"), "2", base::never);
    BOOST_TEST((names(keys, {}, direction::forward) == texts{"a"}));
    BOOST_TEST(!keys.met_expired());
}

BOOST_AUTO_TEST_CASE(a_range_is_erased_while_it_is_visited) {
    model many;
    for (int i = 0; i < 3'000; ++i) many["key:" + std::to_string(i)] = {std::to_string(i)};
    commit(many);
    const store::epoch_domain::pin reading{stored.epochs};
    const auto before = stored.now();
    store::keyspace keys{before, changes, clock, stored.hash_of};
    std::size_t erased = 0;
    const auto erase = [&](const store::located_key& key, const store::keyspace::entry&) {
        keys.erase(key);
        return ++erased > 0;
    };
    keys.visit(key_range::of_prefix("key:1"), direction::forward, erase);
    BOOST_TEST(erased == 1'111U);
    BOOST_TEST((names(keys, key_range::of_prefix("key:1"), direction::reverse).empty()));
    BOOST_TEST(names(keys, {}, direction::reverse).size() == 3'000U - erased);

    stored.commit(changes.writes());
    changes.clear();
    const auto after = stored.now();
    store::keyspace left{after, changes, clock, stored.hash_of};
    BOOST_TEST(names(left, {}, direction::forward).size() == 3'000U - erased);
}

/// Visitors that put and erase here and there, ahead of where they are and behind it, against a map
/// in which the next key is looked up each time.
BOOST_DATA_TEST_CASE(a_visitor_meets_what_is_ahead_as_it_is_then, bdata::xrange(60), seed) {
    std::mt19937_64 random(static_cast<unsigned>(seed));
    const unsigned variety = 2U << (seed % 9);
    fill(random, variety);
    const store::epoch_domain::pin reading{stored.epochs};
    const auto before = stored.now();
    overlaid subject{*this, before, random, variety};
    for (int visits = 0; visits < 30; ++visits) BOOST_REQUIRE(subject.visit_is_right());
}

BOOST_AUTO_TEST_SUITE_END()
