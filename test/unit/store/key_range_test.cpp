#include "store/key_range.hpp"

#include <boost/test/unit_test.hpp>

#include <algorithm>
#include <cstddef>
#include <optional>
#include <string>
#include <vector>

using namespace memstore;
using store::direction;
using store::key_cut;
using store::key_range;

namespace {

/// Every string of up to `bytes_max` of the lowest byte, a middle one and the highest.
std::vector<std::string> all_keys(std::size_t bytes_max) {
    std::vector<std::string> all{""};
    for (std::size_t at = 0; at < all.size() && all[at].size() < bytes_max; ++at) {
        const std::string stem = all[at];
        for (const char next : {'\0', 'a', '\xFF'}) all.push_back(stem + next);
    }
    return all;
}

const std::vector<std::string> keys = all_keys(3);

}  // namespace

BOOST_AUTO_TEST_SUITE(key_ranges)

BOOST_AUTO_TEST_CASE(a_range_holds_its_start_and_not_its_end) {
    for (const std::string& start : keys) {
        for (const std::string& end : keys) {
            const auto subject = key_range::between(start, end);
            const auto open = key_range::between(start, std::nullopt);
            for (const std::string& key : keys) {
                BOOST_REQUIRE_EQUAL(subject.contains(key), start <= key && key < end);
                BOOST_REQUIRE_EQUAL(open.contains(key), start <= key);
            }
        }
    }
}

BOOST_AUTO_TEST_CASE(the_range_of_a_prefix_holds_what_begins_with_it) {
    for (const std::string& prefix : keys) {
        const auto subject = key_range::of_prefix(prefix);
        for (const std::string& key : all_keys(5)) {
            BOOST_REQUIRE_EQUAL(subject.contains(key), key.starts_with(prefix));
        }
    }
}

BOOST_AUTO_TEST_CASE(all_keys_are_in_the_range_of_all) {
    for (const std::string& key : keys) BOOST_REQUIRE(key_range{}.contains(key));
}

BOOST_AUTO_TEST_CASE(after_a_key_the_rest_of_the_way_is_left) {
    for (const std::string& start : keys) {
        for (const std::string& last : keys) {
            const auto whole = key_range::between("a", start);
            const auto further = whole.after(last, direction::forward);
            const auto back = whole.after(last, direction::reverse);
            for (const std::string& key : keys) {
                BOOST_REQUIRE_EQUAL(further.contains(key), whole.contains(key) && key > last);
                BOOST_REQUIRE_EQUAL(back.contains(key), whole.contains(key) && key < last);
            }
        }
    }
}

BOOST_AUTO_TEST_CASE(who_goes_through_it_passes_its_far_end) {
    const auto subject = key_range::between("b", "d");
    BOOST_TEST(!subject.passed("c", direction::forward));
    BOOST_TEST(subject.passed("d", direction::forward));
    BOOST_TEST(!subject.passed("b", direction::reverse));
    BOOST_TEST(subject.passed("az", direction::reverse));
}

/// What a search in a node asks first: where a cut stands to all keys that begin alike.
BOOST_AUTO_TEST_CASE(a_cut_compares_to_all_keys_with_a_prefix) {
    for (const std::string& bytes : keys) {
        for (const key_cut& cut :
             {key_cut::before(bytes), key_cut::behind(bytes), key_cut::behind_all(bytes)}) {
            for (const std::string& prefix : keys) {
                const int order = cut.compare_to_all(prefix);
                if (order == 0) continue;
                for (const std::string& end : keys) {
                    BOOST_REQUIRE_EQUAL(cut.is_behind(prefix + end), order > 0);
                }
            }
        }
    }
}

BOOST_AUTO_TEST_SUITE_END()
