#include "metrics/process_figures.hpp"

#include <boost/test/unit_test.hpp>

#include <chrono>
#include <string>
#include <unistd.h>
#include <vector>

namespace memstore::metrics {
namespace {

constexpr const char* rest_of_line =
    " S 1 1 1 0 -1 4194560 900 0 0 0 12 34 0 0 20 0 6 0 4711 471564288 1836 1844 1 1";

}  // namespace

BOOST_AUTO_TEST_SUITE(process_figures_)

BOOST_AUTO_TEST_CASE(a_line_is_read_whatever_the_name_of_the_program) {
    for (const std::string name : {"memstore", "a b", ") R 1", "", "(((", "x) y) z"}) {
        const auto read = parse_stat("77 (" + name + ")" + rest_of_line);
        BOOST_REQUIRE(read.has_value());
        BOOST_TEST(read->user_ticks == 12U);
        BOOST_TEST(read->system_ticks == 34U);
        BOOST_TEST(read->threads == 6U);
        BOOST_TEST(read->started_ticks == 4711U);
        BOOST_TEST(read->virtual_bytes == 471'564'288U);
        BOOST_TEST(read->resident_pages == 1836U);
    }
}

BOOST_AUTO_TEST_CASE(what_is_no_such_line_is_nothing) {
    for (const std::string text :
         {"", "77", "77 (a", "77 (a) S", "77 (a) S 1 1 1 0 -1 1 1 0 0 0 x 34 0 0 20 0 6 0 1 1 1"}) {
        BOOST_TEST(!parse_stat(text).has_value(), text);
    }
}

BOOST_AUTO_TEST_CASE(this_process_is_as_it_is) {
    const auto before = figures_of_process();
    BOOST_REQUIRE(before.has_value());
    int ends[2];
    BOOST_REQUIRE(::pipe(ends) == 0);
    const std::vector<char> memory(std::size_t{64} * 1024 * 1024, 'x');
    const auto after = figures_of_process();
    ::close(ends[0]);
    ::close(ends[1]);
    BOOST_TEST(after->open_files == before->open_files + 2);
    BOOST_TEST(after->open_files < after->open_files_max);
    BOOST_TEST(after->resident_bytes >= before->resident_bytes + memory.size() / 2);
    BOOST_TEST(after->cpu_seconds >= before->cpu_seconds);
    BOOST_TEST(after->threads >= 1U);
    BOOST_TEST(after->started == before->started);
    const std::chrono::duration<double> now = std::chrono::system_clock::now().time_since_epoch();
    BOOST_TEST(after->started <= now.count() + 1);
    BOOST_TEST(after->started > now.count() - 3600);
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace memstore::metrics
