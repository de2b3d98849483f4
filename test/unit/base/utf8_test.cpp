#include "base/utf8.hpp"

#include <boost/test/data/monomorphic.hpp>
#include <boost/test/data/test_case.hpp>
#include <boost/test/unit_test.hpp>

#include <cstdint>
#include <initializer_list>
#include <string>
#include <string_view>

namespace memstore::base {
namespace {

namespace bdata = boost::unit_test::data;
using namespace std::string_view_literals;

std::string bytes_of(std::initializer_list<unsigned> values) {
    std::string bytes;
    for (const unsigned value : values) bytes.push_back(static_cast<char>(value));
    return bytes;
}

std::string encoded(std::uint32_t point) {
    if (point < 0x80) return bytes_of({point});
    if (point < 0x800) return bytes_of({0xC0 | point >> 6, 0x80 | (point & 0x3F)});
    if (point < 0x10000) {
        return bytes_of({0xE0 | point >> 12, 0x80 | (point >> 6 & 0x3F), 0x80 | (point & 0x3F)});
    }
    return bytes_of(
        {0xF0 | point >> 18,
         0x80 | (point >> 12 & 0x3F),
         0x80 | (point >> 6 & 0x3F),
         0x80 | (point & 0x3F)}
    );
}

bool is_scalar_value(std::uint32_t point) {
    return point < 0xD800 || (point > 0xDFFF && point < 0x110000);
}

/// Whether `bytes`, as long as their first one says, encode a scalar value: they do when encoding
/// it gives them back.
bool encodes_one(const std::string& bytes) {
    const auto byte = [&](std::size_t i) {
        return static_cast<std::uint32_t>(static_cast<unsigned char>(bytes[i]));
    };
    std::uint32_t point = byte(0) & (0xFFU >> (bytes.size() + 1));
    for (std::size_t i = 1; i < bytes.size(); ++i) point = point << 6 | (byte(i) & 0x3F);
    return is_scalar_value(point) && encoded(point) == bytes;
}

const std::string_view well_formed[] = {
    ""sv,
    "plain"sv,
    "\x00\x7F"sv,
    "\u00E9"sv,
    "\u20AC"sv,
    "\U0001F600"sv,
    "mixed \u00E9 and \u20AC and \U0001F600 in one text"sv,
    "\xEF\xBF\xBF"sv,
    "\xF4\x8F\xBF\xBF"sv,
};

const std::string_view malformed[] = {
    // continuations alone
    "\x80"sv,
    "\xBF"sv,
    // cut short, or continued by something else
    "\xC3"sv,
    "\xE2\x82"sv,
    "\xF0\x9F\x98"sv,
    "\xC3("sv,
    // overlong
    "\xC0\x80"sv,
    "\xE0\x9F\xBF"sv,
    "\xF0\x8F\xBF\xBF"sv,
    // surrogates
    "\xED\xA0\x80"sv,
    "\xED\xBF\xBF"sv,
    // past U+10FFFF
    "\xF4\x90\x80\x80"sv,
    "\xF8\x88\x80\x80\x80"sv,
    "\xFE"sv,
    "\xFF"sv,
};

}  // namespace

BOOST_AUTO_TEST_SUITE(utf8)

BOOST_DATA_TEST_CASE(well_formed_text_is_utf8, bdata::make(well_formed)) {
    BOOST_TEST(is_utf8(sample));
}

BOOST_DATA_TEST_CASE(malformed_text_is_not_wherever_it_stands, bdata::make(malformed)) {
    for (std::size_t before = 0; before < 140; ++before) {
        for (const std::size_t after : {0U, 1U, 7U, 8U, 9U, 64U, 65U}) {
            const std::string text =
                std::string(before, 'a') + std::string{sample} + std::string(after, 'z');
            BOOST_TEST(!is_utf8(text));
        }
    }
}

BOOST_AUTO_TEST_CASE(text_is_utf8_wherever_its_longer_sequences_stand) {
    for (std::size_t before = 0; before < 140; ++before) {
        const std::string text =
            std::string(before, 'a') + "\u00E9\U0001F600" + std::string(70, 'z');
        BOOST_TEST(is_utf8(text));
    }
}

BOOST_AUTO_TEST_CASE(every_scalar_value_is_utf8_and_no_surrogate_is) {
    std::uint32_t wrong = 0;
    for (std::uint32_t point = 0; point < 0x110000; ++point)
        wrong += is_utf8(encoded(point)) != is_scalar_value(point);
    BOOST_TEST(wrong == 0U);
}

BOOST_AUTO_TEST_CASE(two_and_three_bytes_are_utf8_exactly_when_they_encode_something) {
    std::uint32_t wrong = 0;
    for (unsigned first = 0xC0; first < 0xF0; ++first) {
        for (unsigned second = 0; second < 0x100; ++second) {
            if (first < 0xE0) {
                const std::string two = bytes_of({first, second});
                wrong += is_utf8(two) != encodes_one(two);
                continue;
            }
            for (const unsigned third : {0x00U, 0x7FU, 0x80U, 0x9FU, 0xA0U, 0xBFU, 0xC0U, 0xFFU}) {
                const std::string three = bytes_of({first, second, third});
                wrong += is_utf8(three) != encodes_one(three);
            }
        }
    }
    BOOST_TEST(wrong == 0U);
}

BOOST_AUTO_TEST_CASE(four_bytes_are_utf8_exactly_when_they_encode_something) {
    std::uint32_t wrong = 0;
    for (unsigned first = 0xF0; first < 0xF8; ++first) {
        for (unsigned second = 0; second < 0x100; ++second) {
            for (const unsigned third : {0x00U, 0x7FU, 0x80U, 0xBFU, 0xC0U}) {
                for (const unsigned fourth : {0x00U, 0x7FU, 0x80U, 0xBFU, 0xC0U}) {
                    const std::string four = bytes_of({first, second, third, fourth});
                    wrong += is_utf8(four) != encodes_one(four);
                }
            }
        }
    }
    BOOST_TEST(wrong == 0U);
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace memstore::base
