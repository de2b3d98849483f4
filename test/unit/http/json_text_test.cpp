#include "http/json_text.hpp"

#include <boost/json.hpp>
#include <boost/test/data/monomorphic.hpp>
#include <boost/test/data/test_case.hpp>
#include <boost/test/unit_test.hpp>

#include <ostream>
#include <random>
#include <string>
#include <string_view>

namespace memstore::http {
namespace {

namespace bdata = boost::unit_test::data;
using namespace std::string_view_literals;

std::string written(std::string_view text) {
    std::string out;
    append_json_string(out, text);
    BOOST_TEST(json_string_size(text) == out.size());
    return out;
}

struct sample_text {
    std::string_view text;
    std::string_view written;
};

std::ostream& operator<<(std::ostream& out, const sample_text& sample) {
    return out << sample.written;
}

const sample_text samples[] = {
    {"", R"("")"},
    {"bar", R"("bar")"},
    {"eight by", R"("eight by")"},
    {"just over eight", R"("just over eight")"},
    {R"(a "quoted" word)", R"("a \"quoted\" word")"},
    {R"(back\slash)", R"("back\\slash")"},
    {R"(""""""""\\\\\\\\)", R"("\"\"\"\"\"\"\"\"\\\\\\\\\\\\\\\\")"},
    {"\b\f\n\r\t", R"("\b\f\n\r\t")"},
    {"\x00\x01\x0B\x0E\x1F"sv, R"("\u0000\u0001\u000b\u000e\u001f")"},
    {"/ \x7F ~ ' <>&", "\"/ \x7F ~ ' <>&\""},
    {"\u00E9 \u20AC \U0001F600", "\"\u00E9 \u20AC \U0001F600\""},
};

std::string random_text(std::mt19937_64& random) {
    const std::string_view pieces[] =
        {"plain", "\"", "\\", "\n", "\x01", "\u00E9", "\U0001F600", "sixteen letters!"};
    std::string text;
    for (auto left = random() % 20; left > 0; --left)
        text.append(pieces[random() % std::size(pieces)]);
    return text;
}

}  // namespace

BOOST_AUTO_TEST_SUITE(json_text)

BOOST_DATA_TEST_CASE(writes_what_rfc_8259_says, bdata::make(samples)) {
    BOOST_TEST(written(sample.text) == sample.written);
}

BOOST_AUTO_TEST_CASE(appends_to_what_is_there) {
    std::string out = "[";
    append_json_string(out, "foo");
    BOOST_TEST(out == "[\"foo\"");
}

BOOST_AUTO_TEST_CASE(finds_every_byte_to_escape_at_every_place) {
    for (int code = 0; code < 0x80; ++code) {
        for (std::size_t before = 0; before < 40; ++before) {
            const std::string text =
                std::string(before, 'a') + static_cast<char>(code) + "tail of the text";
            BOOST_TEST(boost::json::parse(written(text)).as_string() == text);
        }
    }
}

BOOST_DATA_TEST_CASE(a_parser_gives_the_text_back, bdata::xrange(200), seed) {
    std::mt19937_64 random(static_cast<unsigned>(seed));
    const std::string text = random_text(random);
    BOOST_TEST(boost::json::parse(written(text)).as_string() == text);
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace memstore::http
