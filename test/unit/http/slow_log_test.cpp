#include "http/slow_log.hpp"

#include "command/key_commands.hpp"
#include "command/range_commands.hpp"

#include <boost/test/unit_test.hpp>

#include <chrono>
#include <string>
#include <thread>
#include <vector>

namespace memstore::http {
namespace {

using namespace std::chrono_literals;

slow_request request_called(std::string id) {
    return {
        .id = std::move(id),
        .answered = std::chrono::sys_time<std::chrono::milliseconds>{1'700'000'000'123ms},
        .method = "POST",
        .route = "/v1/execute",
        .answer = status::ok,
        .error = {},
        .took = 1234us,
        .stages = std::nullopt,
        .commands = 0,
        .keys = {}};
}

command::command command_on(const command::definition& what, std::string_view key) {
    command::command made;
    made.what = &what;
    made.key = key;
    made.given.add(command::argument::key);
    return made;
}

std::string text_of(const slow_log& log) {
    std::string out;
    append_slow_log(out, log);
    return out;
}

}  // namespace

BOOST_AUTO_TEST_SUITE(slow_log_)

BOOST_AUTO_TEST_CASE(slow_is_what_takes_the_threshold_or_longer) {
    const slow_log subject{100ms, 1};
    BOOST_TEST(!subject.is_slow(99'999'999ns));
    BOOST_TEST(subject.is_slow(100ms));
    BOOST_TEST(subject.is_slow(1h));
    BOOST_TEST((slow_log{0ms, 1}.is_slow(0ns)));
    BOOST_TEST((!slow_log{0ms, 0}.is_slow(1h)));
}

BOOST_AUTO_TEST_CASE(the_oldest_makes_room_for_the_latest) {
    slow_log subject{100ms, 3};
    for (const char* id : {"a", "b", "c", "d"}) subject.add(request_called(id));
    std::string ids;
    for (const slow_request& each : subject.entries()) ids += each.id;
    BOOST_TEST(ids == "dcb");
    BOOST_TEST(subject.recorded() == 4U);
    subject.clear();
    BOOST_TEST(subject.entries().empty());
    BOOST_TEST(subject.recorded() == 4U);
}

BOOST_AUTO_TEST_CASE(many_threads_may_add_and_look) {
    slow_log subject{0ms, 16};
    std::vector<std::jthread> threads;
    for (int i = 0; i < 4; ++i) {
        threads.emplace_back([&] {
            for (int left = 500; left > 0; --left) {
                subject.add(request_called("x"));
                if (left % 50 == 0) subject.clear();
                BOOST_ASSERT(subject.entries().size() <= 16);
            }
        });
    }
    threads.clear();
    BOOST_TEST(subject.recorded() == 2000U);
}

BOOST_AUTO_TEST_CASE(keys_are_few_and_short_and_text) {
    command::transaction what;
    const std::string longest(1000, 'k');
    what.commands.push_back(command_on(command::set, "plain"));
    what.commands.back().value = "never shown";
    what.commands.push_back(command_on(command::get, longest));
    what.commands.push_back(command_on(command::get, "\xff\n"));
    what.commands.push_back(command_on(command::exists, "ours"));
    what.commands.back().implied = true;
    command::command scan;
    scan.what = &command::scan;
    scan.prefix = "pre/";
    scan.given.add(command::argument::prefix);
    what.commands.push_back(scan);
    const std::vector<std::string> keys = first_keys(what);
    BOOST_REQUIRE(keys.size() == 4U);
    BOOST_TEST(keys[0] == "plain");
    BOOST_TEST(keys[1] == longest.substr(0, 64).append("..."));
    BOOST_TEST(keys[2] == "\\xff\\n");
    BOOST_TEST(keys[3] == "pre/");
    BOOST_TEST(commands_of(what) == 4U);
    for (int more = 0; more < 20; ++more) what.commands.push_back(what.commands.front());
    BOOST_TEST(first_keys(what).size() == 8U);
    BOOST_TEST(commands_of(what) == 24U);
}

BOOST_AUTO_TEST_CASE(json_has_the_transaction_where_there_was_one) {
    slow_log subject{100ms, 4};
    BOOST_TEST(text_of(subject) == R"({"threshold_ms":100,"recorded":0,"entries":[]})");
    slow_request one = request_called("mine");
    one.stages = stage_times{.wait = 1us, .execute = 2us, .journal = 3us};
    one.commands = 2;
    one.keys = {"a", "\\x00\""};
    subject.add(one);
    slow_request other = request_called("\"");
    other.answer.reset();
    other.error = "journal_unavailable";
    subject.add(other);
    BOOST_TEST(
        text_of(subject) ==
        R"({"threshold_ms":100,"recorded":2,"entries":[)"
        R"({"id":"\"","at_ms":1700000000123,"method":"POST","route":"/v1/execute","status":null,)"
        R"("code":"journal_unavailable","took_us":1234},)"
        R"({"id":"mine","at_ms":1700000000123,"method":"POST","route":"/v1/execute","status":200,)"
        R"("took_us":1234,"wait_us":1,"execute_us":2,"journal_us":3,"commands":2,)"
        R"("keys":["a","\\x00\""]}]})"
    );
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace memstore::http
