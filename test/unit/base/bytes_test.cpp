#include "base/bytes.hpp"

#include <boost/test/data/monomorphic.hpp>
#include <boost/test/data/test_case.hpp>
#include <boost/test/unit_test.hpp>

#include <array>
#include <cstdint>
#include <limits>
#include <random>
#include <string>
#include <string_view>

using namespace memstore;
using namespace std::string_literals;
namespace bdata = boost::unit_test::data;

namespace {

struct sample {
    std::uint64_t value;
    std::string bytes;
};

std::ostream& operator<<(std::ostream& out, const sample& shown) { return out << shown.value; }

const std::array<sample, 7> varints{{
    {0, "\0"s},
    {1, "\x01"},
    {127, "\x7f"},
    {128, "\x80\x01"},
    {300, "\xac\x02"},
    {std::uint64_t{1} << 32, "\x80\x80\x80\x80\x10"},
    {std::numeric_limits<std::uint64_t>::max(), "\xff\xff\xff\xff\xff\xff\xff\xff\xff\x01"},
}};

const std::array<std::string, 7> not_varints{
    "",
    "\x80",
    "\x80\x00"s,
    "\xff\x80\x00"s,
    "\xff\xff\xff\xff\xff\xff\xff\xff\xff\x02",
    "\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff\x01",
    "\xff\xff\xff\xff\xff\xff\xff\xff\xff\x81\x00"s,
};

}  // namespace

BOOST_AUTO_TEST_SUITE(bytes)

BOOST_AUTO_TEST_CASE(integers_are_little_endian) {
    std::string out;
    base::append_integer<std::uint8_t>(out, 0xfe);
    base::append_integer<std::uint16_t>(out, 0x0102);
    base::append_integer<std::uint32_t>(out, 0x03040506);
    base::append_integer<std::int64_t>(out, -2);
    BOOST_TEST((out == "\xfe\x02\x01\x06\x05\x04\x03\xfe\xff\xff\xff\xff\xff\xff\xff"));
    base::byte_reader in{out};
    BOOST_TEST(in.integer<std::uint8_t>() == 0xfe);
    BOOST_TEST(in.integer<std::uint16_t>() == 0x0102);
    BOOST_TEST(in.offset() == 3U);
    BOOST_TEST(in.integer<std::uint32_t>() == 0x03040506U);
    BOOST_TEST(in.integer<std::int64_t>() == -2);
    BOOST_TEST(in.at_end());
    BOOST_TEST(!in.failed());
}

BOOST_DATA_TEST_CASE(varints_are_as_short_as_can_be, bdata::make(varints)) {
    std::string out;
    base::append_varint(out, sample.value);
    BOOST_TEST((out == sample.bytes));
    base::byte_reader in{out};
    BOOST_TEST(in.varint() == sample.value);
    BOOST_TEST(in.at_end());
    BOOST_TEST(!in.failed());
}

BOOST_DATA_TEST_CASE(other_varints_are_refused, bdata::make(not_varints)) {
    base::byte_reader in{sample};
    BOOST_TEST(in.varint() == 0U);
    BOOST_TEST(in.failed());
}

BOOST_AUTO_TEST_CASE(nothing_is_read_past_the_end_nor_after_it) {
    const std::string three = "abc";
    base::byte_reader in{three};
    BOOST_TEST(in.integer<std::uint32_t>() == 0U);
    BOOST_TEST(in.failed());
    BOOST_TEST(in.integer<std::uint8_t>() == 0U);
    BOOST_TEST(in.bytes(1).empty());
    base::byte_reader huge{three};
    BOOST_TEST(huge.bytes(std::numeric_limits<std::uint64_t>::max()).empty());
    BOOST_TEST(huge.failed());
}

BOOST_DATA_TEST_CASE(what_was_appended_is_read, bdata::xrange(100), seed) {
    std::mt19937_64 random(static_cast<unsigned>(seed));
    const std::uint64_t number = random() >> random() % 64;
    const std::string text(random() % 300, static_cast<char>(random()));
    std::string out;
    base::append_sized(out, text);
    base::append_varint(out, number);
    for (std::size_t cut = 0; cut <= out.size(); ++cut) {
        base::byte_reader in{std::string_view{out}.substr(0, cut)};
        const std::string_view read = in.sized();
        const std::uint64_t last = in.varint();
        BOOST_REQUIRE(in.failed() == (cut < out.size()));
        if (!in.failed()) BOOST_REQUIRE((read == text && last == number && in.at_end()));
    }
}

BOOST_AUTO_TEST_SUITE_END()
