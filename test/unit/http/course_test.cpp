#include "http/course.hpp"

#include <boost/test/unit_test.hpp>

#include <chrono>
#include <limits>
#include <string>

namespace memstore::http {
namespace {

using namespace std::chrono_literals;
using moment = course::moment;

constexpr moment at(std::chrono::microseconds time) { return moment{1h + time}; }

void check(const stage_times& one, int wait, int execute, int journal) {
    BOOST_TEST(one.wait.count() == wait);
    BOOST_TEST(one.execute.count() == execute);
    BOOST_TEST(one.journal.count() == journal);
}

}  // namespace

BOOST_AUTO_TEST_SUITE(course_)

BOOST_AUTO_TEST_CASE(where_nothing_was_looked_at_all_of_it_was_execution) {
    check(course{}.times(at(0us), at(70us)), 0, 70, 0);
}

BOOST_AUTO_TEST_CASE(what_was_looked_at_parts_the_stages) {
    course one;
    one.asked = at(10us);
    one.began = at(30us);
    one.taken = at(60us);
    check(one.times(at(0us), at(100us)), 20, 30, 0);
    one.held_back = true;
    check(one.times(at(0us), at(100us)), 20, 30, 40);
    one.began = {};
    check(one.times(at(0us), at(100us)), 0, 50, 40);
    one.asked = {};
    check(one.times(at(0us), at(100us)), 0, 60, 40);
}

BOOST_AUTO_TEST_CASE(a_trace_goes_into_an_object) {
    std::string body = R"({"results":[]})";
    append_trace(body, {.wait = 1us, .execute = 2us, .journal = 3us});
    BOOST_TEST(body == R"({"results":[],"trace":{"wait_us":1,"execute_us":2,"journal_us":3}})");
}

BOOST_AUTO_TEST_CASE(the_longest_trace_has_room) {
    constexpr auto longest = std::chrono::microseconds::min();
    std::string body = "{}";
    append_trace(body, {longest, longest, longest});
    BOOST_TEST(body.size() <= 2 + trace_bytes_max);
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace memstore::http
