#include "base/checksum.hpp"

#include <boost/test/data/monomorphic.hpp>
#include <boost/test/data/test_case.hpp>
#include <boost/test/unit_test.hpp>

#include <array>
#include <cstdint>
#include <random>
#include <string>
#include <string_view>

using namespace memstore;
namespace bdata = boost::unit_test::data;

namespace {

struct published_checksum {
    std::string bytes;
    std::uint32_t checksum;
};

std::ostream& operator<<(std::ostream& out, const published_checksum& shown) {
    return out << shown.checksum;
}

std::string counted(int first, int step) {
    std::string out;
    for (int i = 0; i < 32; ++i) out.push_back(static_cast<char>(first + i * step));
    return out;
}

/// RFC 3720, appendix B.4, and the check value of the catalogues.
const std::array<published_checksum, 6> published{{
    {"", 0},
    {"123456789", 0xE3069283},
    {std::string(32, '\0'), 0x8A9136AA},
    {std::string(32, '\xff'), 0x62A8AB43},
    {counted(0, 1), 0x46DD794E},
    {counted(31, -1), 0x113FDB5C},
}};

}  // namespace

BOOST_AUTO_TEST_SUITE(checksum)

BOOST_DATA_TEST_CASE(has_the_published_values, bdata::make(published)) {
    BOOST_TEST(base::crc32c(sample.bytes) == sample.checksum);
    BOOST_TEST(base::portable_crc32c(sample.bytes) == sample.checksum);
}

BOOST_DATA_TEST_CASE(goes_on_and_is_the_same_on_every_processor, bdata::xrange(100), seed) {
    std::mt19937_64 random(static_cast<unsigned>(seed));
    std::string text;
    for (std::size_t i = random() % 200; i > 0; --i) text.push_back(static_cast<char>(random()));
    const std::string_view all{text};
    const std::size_t cut = random() % (text.size() + 1);
    const std::uint32_t whole = base::crc32c(all);
    BOOST_TEST(base::portable_crc32c(all) == whole);
    BOOST_TEST(base::crc32c(all.substr(cut), base::crc32c(all.substr(0, cut))) == whole);
    const std::uint32_t begun = base::portable_crc32c(all.substr(0, cut));
    BOOST_TEST(base::portable_crc32c(all.substr(cut), begun) == whole);
}

BOOST_AUTO_TEST_SUITE_END()
