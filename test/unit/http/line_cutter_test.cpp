#include "http/line_cutter.hpp"

#include <boost/test/data/monomorphic.hpp>
#include <boost/test/data/test_case.hpp>
#include <boost/test/unit_test.hpp>

#include <cstddef>
#include <functional>
#include <random>
#include <string>
#include <string_view>
#include <vector>

namespace memstore::http {
namespace {

namespace bdata = boost::unit_test::data;

/// The lines of a body that comes in pieces of such sizes, and last what did not end.
std::vector<std::string> cut(std::string_view body, const std::function<std::size_t()>& next_size) {
    line_cutter cutter;
    std::vector<std::string> lines;
    while (!body.empty()) {
        // A copy of its own, so that a line that outlives its piece is seen.
        const std::string own{body.substr(0, next_size())};
        std::string_view piece = own;
        while (!piece.empty()) {
            const auto line = cutter.next(piece);
            if (line) lines.emplace_back(*line);
        }
        body.remove_prefix(own.size());
    }
    lines.emplace_back(cutter.begun());
    return lines;
}

}  // namespace

BOOST_AUTO_TEST_SUITE(line_cutting)

BOOST_AUTO_TEST_CASE(lines_end_with_a_line_feed) {
    const auto whole = [] { return 1000; };
    const auto is = [&](std::string_view body, const std::vector<std::string>& lines) {
        return cut(body, whole) == lines;
    };
    BOOST_TEST(is("", {""}));
    BOOST_TEST(is("a\nbc\n", {"a", "bc", ""}));
    BOOST_TEST(is("\n\na\r\nb", {"", "", "a\r", "b"}));
}

BOOST_DATA_TEST_CASE(how_they_came_changes_nothing, bdata::xrange(200), seed) {
    std::mt19937 random(static_cast<unsigned>(seed));
    std::string body;
    for (auto left = random() % 200; left > 0; --left) body += "ab\n"[random() % 3];
    const auto whole = cut(body, [&] { return body.size(); });
    BOOST_TEST((cut(body, [] { return 1; }) == whole));
    BOOST_TEST((cut(body, [&] { return 1 + random() % 7; }) == whole));
}

BOOST_AUTO_TEST_CASE(a_long_line_leaves_nothing) {
    line_cutter cutter;
    const std::string part(500'000, 'x');
    for (int i = 0; i < 4; ++i) {
        std::string_view piece = part;
        BOOST_TEST(!cutter.next(piece));
        BOOST_TEST(piece.empty());
    }
    BOOST_TEST(cutter.begun().size() == 2'000'000U);
    std::string_view end = "\nab";
    BOOST_TEST(cutter.next(end)->size() == 2'000'000U);
    BOOST_TEST(end == "ab");
    BOOST_TEST(cutter.begun().empty());
    BOOST_TEST(!cutter.next(end));
    BOOST_TEST(cutter.begun() == "ab");
    BOOST_TEST(cutter.capacity() <= 65'536U);
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace memstore::http
