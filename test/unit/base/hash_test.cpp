#include "base/hash.hpp"

#include <boost/test/unit_test.hpp>

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <limits>
#include <string>
#include <vector>

namespace memstore::base {
namespace {

key_hasher::secret counting_from(unsigned first) {
    key_hasher::secret bytes{};
    for (std::byte& one : bytes) one = static_cast<std::byte>(first++);
    return bytes;
}

constexpr auto highest = std::numeric_limits<std::uint64_t>::max();

}  // namespace

BOOST_AUTO_TEST_SUITE(hash)

BOOST_AUTO_TEST_CASE(the_same_secret_gives_the_same_hashes_everywhere) {
    const key_hasher hash{counting_from(0)};
    BOOST_TEST(hash("") == 14351172088760115867U);
    BOOST_TEST(hash("foo") == 4425047570760400347U);
    BOOST_TEST(hash("user:12345") == 8395327841520483473U);
    BOOST_TEST(hash(std::string(1000, 'x')) == 467587203611349027U);
}

BOOST_AUTO_TEST_CASE(another_secret_gives_other_hashes) {
    const key_hasher one{counting_from(0)};
    const key_hasher other{counting_from(1)};
    for (const char* key : {"", "foo", "a key of more than sixteen bytes"})
        BOOST_TEST(one(key) != other(key));
}

BOOST_AUTO_TEST_CASE(every_byte_of_a_key_counts) {
    const key_hasher hash{counting_from(7)};
    for (const std::size_t length : {1U, 8U, 17U, 200U, 1000U}) {
        const std::string key(length, 'k');
        for (std::size_t at = 0; at < length; ++at) {
            std::string other = key;
            other[at] = 'K';
            BOOST_TEST(hash(key) != hash(other));
        }
        BOOST_TEST(hash(key) != hash(key + 'k'));
        BOOST_TEST(hash(key) != hash(key + '\0'));
    }
}

BOOST_AUTO_TEST_CASE(keys_spread_evenly) {
    constexpr std::uint32_t places = 64;
    constexpr int keys_each = 1000;
    const key_hasher hash{counting_from(3)};
    std::vector<int> counts(places);
    for (std::uint32_t i = 0; i < places * keys_each; ++i) {
        ++counts[scale(hash("key:" + std::to_string(i)), places)];
    }
    // Six standard deviations of a binomial distribution.
    const auto [least, most] = std::minmax_element(counts.begin(), counts.end());
    BOOST_TEST(*least > keys_each - 190);
    BOOST_TEST(*most < keys_each + 190);
}

BOOST_AUTO_TEST_CASE(hashes_without_a_secret_are_part_of_the_data_format) {
    BOOST_TEST(hash_of("") == 0x2D06800538D394C2U);
    BOOST_TEST(hash_of("memstore") != hash_of(""));
}

BOOST_AUTO_TEST_CASE(scale_stays_in_range_and_in_order) {
    for (const std::uint32_t count : {1U, 3U, 4096U, std::numeric_limits<std::uint32_t>::max()}) {
        BOOST_TEST(scale(0, count) == 0U);
        BOOST_TEST(scale(highest, count) == count - 1);
        BOOST_TEST(scale(highest / 2, count) <= scale(highest / 2 + 1, count));
        BOOST_TEST(scale(highest / 2 + 1, count) == count / 2);
    }
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace memstore::base
