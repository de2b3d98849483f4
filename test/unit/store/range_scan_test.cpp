#include "store/range_scan.hpp"

#include "support/partitioned_store.hpp"
#include "support/random_key.hpp"

#include <boost/test/data/monomorphic.hpp>
#include <boost/test/data/test_case.hpp>
#include <boost/test/unit_test.hpp>

#include <algorithm>
#include <cstdint>
#include <map>
#include <optional>
#include <random>
#include <string>
#include <utility>
#include <vector>

using namespace memstore;
namespace bdata = boost::unit_test::data;
using store::direction;
using store::key_range;

namespace {

/// A value and the version that wrote it, by key: the obviously right version.
using versioned_values = std::map<std::string, std::pair<std::string, std::uint64_t>>;
using listing = std::vector<std::pair<std::string, std::pair<std::string, std::uint64_t>>>;

struct scan_fixture {
    std::optional<test::partitioned_store> stored;
    versioned_values now;

    /// Writes some random keys and erases others.
    void change(std::mt19937_64& random, unsigned variety, unsigned erased_of_ten) {
        std::map<std::string, std::optional<std::string>> changes;
        for (auto i = 1 + random() % 6; i > 0; --i) {
            const bool erases = random() % 10 < erased_of_ten;
            changes[test::random_key(random, variety)] =
                erases ? std::nullopt : std::optional{std::to_string(random() % 99999)};
        }
        std::vector<store::write> writes;
        for (const auto& [key, value] : changes) {
            const bool erases = !value.has_value();
            const std::string_view text = erases ? std::string_view{} : *value;
            writes.push_back({.key = stored->at(key), .value = text, .erased = erases});
        }
        const std::uint64_t version = stored->commit(writes);
        for (auto& [key, value] : changes) {
            if (value) {
                now[key] = {*value, version};
            } else {
                now.erase(key);
            }
        }
    }
};

listing read(const store::snapshot& from, const key_range& range, direction way) {
    listing found;
    for (store::range_scan each{from, range, way}; each.current().shown != nullptr; each.next()) {
        const auto& [key, slot, shown] = each.current();
        found.push_back({std::string{key}, {std::string{shown->value()}, shown->birth()}});
    }
    return found;
}

listing expected(const versioned_values& all, const key_range& range, direction way) {
    listing found;
    for (const auto& each : all) {
        if (range.contains(each.first)) found.emplace_back(each);
    }
    if (way == direction::reverse) std::reverse(found.begin(), found.end());
    return found;
}

/// Its bytes are in `bytes`.
key_range random_range(std::mt19937_64& random, unsigned variety, std::vector<std::string>& bytes) {
    bytes = {test::random_key(random, variety), test::random_key(random, variety)};
    if (random() % 8 != 0) std::sort(bytes.begin(), bytes.end());
    switch (random() % 4) {
    case 0: return {};
    case 1: return key_range::between(bytes[0], std::nullopt);
    case 2: return key_range::of_prefix(std::string_view{bytes[0]}.substr(0, random() % 6));
    default: return key_range::between(bytes[0], bytes[1]);
    }
}

}  // namespace

BOOST_FIXTURE_TEST_SUITE(range_scan, scan_fixture)

BOOST_AUTO_TEST_CASE(nothing_is_shown_of_an_empty_store) {
    for (const std::size_t partitions : {0U, 1U, 5U}) {
        stored.emplace(partitions);
        BOOST_TEST((read(stored->now(), {}, direction::forward).empty()));
        BOOST_TEST((read(stored->now(), {}, direction::reverse).empty()));
    }
}

/// Random writes and erasures, and ranges of the present and of snapshots that were taken on the
/// way, both ways, whole and by pages.
BOOST_DATA_TEST_CASE(it_shows_what_the_snapshot_holds_in_order, bdata::xrange(36), seed) {
    std::mt19937_64 random(static_cast<unsigned>(seed));
    const std::size_t partitions[]{1, 2, 3, 7, 64, 271};
    stored.emplace(partitions[seed % 6]);
    const unsigned variety = 4U << (2 * (seed % 7));
    const unsigned erased_of_ten = 1 + static_cast<unsigned>(seed) % 6;
    std::optional<store::epoch_domain::pin> reading;
    std::vector<std::pair<store::snapshot, versioned_values>> taken;
    for (int step = 0; step < 600; ++step) {
        change(random, variety, erased_of_ten);
        if (step % 200 == 0) {
            taken.clear();
            reading.reset();
            reading.emplace(stored->epochs);
        }
        if (step % 50 == 0) taken.emplace_back(stored->now(), now);
        if (step % 40 != 39) continue;
        for (const auto& [snapshot, then] : taken) {
            std::vector<std::string> bytes;
            const key_range range = random_range(random, variety, bytes);
            const auto way = random() % 2 == 0 ? direction::forward : direction::reverse;
            const listing whole = expected(then, range, way);
            BOOST_REQUIRE((read(snapshot, range, way) == whole));

            const std::string last = test::random_key(random, variety);
            const key_range rest = range.after(last, way);
            BOOST_REQUIRE((read(snapshot, rest, way) == expected(then, rest, way)));
        }
    }
}

/// So that what all keys in play share changes again and again: it must be found anew each time.
BOOST_AUTO_TEST_CASE(keys_of_all_lengths_and_prefixes_come_in_order) {
    stored.emplace(16);
    std::vector<std::string> keys;
    for (const std::string& stem : {std::string{}, std::string(30, 'a'), std::string(9, '\xFF')}) {
        for (int i = 0; i < 200; ++i) {
            keys.push_back(stem + std::string(static_cast<std::size_t>(i), '\xFF'));
            keys.push_back(stem + std::string(static_cast<std::size_t>(i), '\0'));
            keys.push_back(stem + "ten bytes: " + std::to_string(i));
        }
    }
    std::sort(keys.begin(), keys.end());
    keys.erase(std::unique(keys.begin(), keys.end()), keys.end());
    std::vector<store::write> writes;
    for (const std::string& key : keys) writes.push_back({.key = stored->at(key), .value = "v"});
    const std::uint64_t version = stored->commit(writes);
    for (const std::string& key : keys) now[key] = {"v", version};
    for (const direction way : {direction::forward, direction::reverse}) {
        BOOST_TEST((read(stored->now(), {}, way) == expected(now, {}, way)));
    }
}

BOOST_AUTO_TEST_SUITE_END()
