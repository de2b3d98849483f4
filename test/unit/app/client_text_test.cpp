#include "app/client_text.hpp"

#include "app/client_progress.hpp"

#include <boost/test/unit_test.hpp>

#include <string>

using namespace memstore;

BOOST_AUTO_TEST_SUITE(client_text)

BOOST_AUTO_TEST_CASE(columns_are_as_wide_as_their_widest_text) {
    const std::string text =
        app::table_text({{"KEY", "N", "WHAT"}, {"long key", "5", "x"}, {"k", "12"}});
    BOOST_TEST(text == "KEY       N   WHAT\nlong key   5  x\nk         12\n");
}

BOOST_AUTO_TEST_CASE(a_cell_is_one_line_of_its_width) {
    BOOST_TEST(app::cell_text("short", 10) == "short");
    BOOST_TEST(app::cell_text("0123456789", 10) == "0123456789");
    BOOST_TEST(app::cell_text("0123456789a", 10) == "0123456...");
    BOOST_TEST(app::cell_text("a\nb\x1b", 20) == "a\\nb\\x1b");
    BOOST_TEST(app::cell_text(std::string(1000, '\x01'), 10).size() == 10U);
}

BOOST_AUTO_TEST_CASE(a_cell_does_not_end_amid_a_character) {
    BOOST_TEST(app::cell_text("abcdef\u00e9xyzxyz", 10) == "abcdef...");
    BOOST_TEST(app::cell_text("abcde\u00e9xyzxyz", 10) == "abcde\u00e9...");
}

BOOST_AUTO_TEST_CASE(a_line_has_no_control_characters_and_keeps_its_quotes) {
    BOOST_TEST(app::line_text("a \"b\"\n") == "a \"b\"\\n");
}

BOOST_AUTO_TEST_CASE(control_characters_behind_ascii_are_escaped) {
    BOOST_TEST(app::line_text("a\u009b2Jb\u00a0") == "a\\xc2\\x9b2Jb\u00a0");
    BOOST_TEST(app::cell_text("\u0085", 20) == "\\xc2\\x85");
}

BOOST_AUTO_TEST_CASE(json_in_plain_sight_is_the_same_json) {
    BOOST_TEST(app::visible_json(R"({"a\n":"\\x"})") == R"({"a\n":"\\x"})");
    BOOST_TEST(app::visible_json("\"\x7f\u0080\u009b\u009f\"") == R"("\u007f\u0080\u009b\u009f")");
    BOOST_TEST(app::visible_json("\u00a0\u00e9\u0400\u20ac") == "\u00a0\u00e9\u0400\u20ac");
    BOOST_TEST(app::visible_json("\xc2") == "\xc2");
}

BOOST_AUTO_TEST_CASE(a_word_is_quoted_where_a_shell_would_misread_it) {
    BOOST_TEST(app::shell_word("user:1/a-b.c") == "user:1/a-b.c");
    BOOST_TEST(app::shell_word("") == "''");
    BOOST_TEST(app::shell_word("a b") == "'a b'");
    BOOST_TEST(app::shell_word("$(x)`y`!~*") == "'$(x)`y`!~*'");
    BOOST_TEST(app::shell_word("it's") == R"('it'\''s')");
}

BOOST_AUTO_TEST_CASE(bytes_have_the_largest_unit_that_fits) {
    BOOST_TEST(app::bytes_text(0) == "0 B");
    BOOST_TEST(app::bytes_text(1023) == "1023 B");
    BOOST_TEST(app::bytes_text(1536) == "1.5 KiB");
    BOOST_TEST(app::bytes_text(std::uint64_t{3} << 30) == "3.0 GiB");
    BOOST_TEST(app::bytes_text(std::uint64_t{1} << 63) == "8388608.0 TiB");
}

BOOST_AUTO_TEST_CASE(a_bar_is_as_full_as_its_part) {
    BOOST_TEST(app::bar_text(0, 10) == "[..............................]   0 %");
    BOOST_TEST(app::bar_text(5, 10) == "[###############...............]  50 %");
    BOOST_TEST(app::bar_text(10, 10) == "[##############################] 100 %");
    BOOST_TEST(app::bar_text(11, 10) == app::bar_text(10, 10));
    BOOST_TEST(app::bar_text(5, 0).empty());
}

BOOST_AUTO_TEST_SUITE_END()
