#include "http/text_arena.hpp"

#include <boost/test/unit_test.hpp>

#include <string>
#include <string_view>

namespace memstore::http {

BOOST_AUTO_TEST_SUITE(arena_of_texts)

BOOST_AUTO_TEST_CASE(joins_the_parts_of_a_text) {
    text_arena arena;
    arena.reset(20);
    arena.append("one");
    arena.append("");
    arena.append("two");
    BOOST_TEST(arena.last(6) == "onetwo");
    arena.append("three");
    BOOST_TEST(arena.last(5) == "three");
}

BOOST_AUTO_TEST_CASE(never_moves_what_it_holds_until_it_is_reset) {
    text_arena arena;
    constexpr std::size_t bytes = 5000;
    arena.reset(bytes);
    arena.append("first");
    const std::string_view first = arena.last(5);
    while (arena.last(0).data() - first.data() < static_cast<std::ptrdiff_t>(bytes))
        arena.append("more.");
    BOOST_TEST(first == "first");
}

BOOST_AUTO_TEST_CASE(decodes_beside_what_it_holds) {
    text_arena arena;
    const std::string_view body = "kept Zm9vYmFy";
    arena.reset(body.size());
    arena.append("kept ");
    const std::string_view kept = arena.last(5);
    BOOST_TEST((arena.decode_base64(body.substr(5)) == "foobar"));
    BOOST_TEST(kept == "kept ");
    BOOST_TEST(arena.last(6) == "foobar");
}

BOOST_AUTO_TEST_CASE(decodes_its_own_text_in_place) {
    text_arena arena;
    arena.reset(12);
    arena.append("Zm9v");
    const std::string_view text = arena.last(4);
    arena.append("YmFyYmF6");
    const std::string_view next = arena.last(8);
    BOOST_TEST((arena.decode_base64(text) == "foo"));
    BOOST_TEST((arena.decode_base64(next) == "barbaz"));
}

BOOST_AUTO_TEST_CASE(takes_no_text_that_is_not_base64) {
    text_arena arena;
    arena.reset(4);
    BOOST_TEST(!arena.decode_base64("Zm9").has_value());
    BOOST_TEST((arena.decode_base64("") == ""));
}

BOOST_AUTO_TEST_CASE(serves_bodies_of_any_size_in_turn) {
    text_arena arena;
    for (const std::size_t bytes : {10U, 100'000U, 3U, 200'000U}) {
        arena.reset(bytes);
        const std::string text(bytes, 'x');
        arena.append(text);
        BOOST_TEST(arena.last(bytes) == text);
        arena.trim(1000);
    }
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace memstore::http
