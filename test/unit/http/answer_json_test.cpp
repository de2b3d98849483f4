#include "http/answer_json.hpp"

#include "command/command_table.hpp"

#include <boost/test/unit_test.hpp>

#include <cstdint>
#include <initializer_list>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

namespace memstore::http {
namespace {

using namespace std::string_view_literals;
using command::argument;

std::string answer(const executed& what) {
    std::string out = "before ";
    append_answer(out, what);
    const std::string appended = out.substr(std::string_view{"before "}.size());
    BOOST_TEST(answer_size(what) >= appended.size());
    BOOST_TEST(answer_size_bound(what) >= appended.size());
    return appended;
}

std::string results(
    std::initializer_list<command::reply> replies,
    encoding values_as = encoding::utf8
) {
    const command::transaction asked;
    command::evaluation evaluated;
    evaluated.replies.assign(replies);
    return answer({asked, evaluated, 7, values_as});
}

/// A transaction of checks, and what came of it.
struct aborted_fixture {
    command::command& check(std::string_view key, argument what) {
        return asked.commands.emplace_back(command::command{
            .what = command::find_command("check"),
            .given = {argument::key, what},
            .key = key,
        });
    }
    std::string text(encoding values_as = encoding::utf8) {
        return answer({asked, evaluated, 7, values_as});
    }

    command::transaction asked;
    command::evaluation evaluated;
};

}  // namespace

BOOST_AUTO_TEST_SUITE(answer_json)

BOOST_AUTO_TEST_CASE(results_stand_in_the_order_of_the_commands) {
    BOOST_TEST(
        results({"bar"sv, std::monostate{}, ""sv, "say \"hi\"\n"sv}) ==
        R"({"results":["bar",null,"","say \"hi\"\n"]})"
    );
}

BOOST_AUTO_TEST_CASE(no_results_are_an_empty_array) {
    BOOST_TEST(results({}) == R"({"results":[]})");
}

BOOST_AUTO_TEST_CASE(bytes_that_are_no_text_come_as_marked_base64) {
    BOOST_TEST(
        results({"\xFF"sv, "text"sv, "\xED\xA0\x80"sv}) ==
        R"({"results":[{"base64":"/w=="},"text",{"base64":"7aCA"}]})"
    );
}

BOOST_AUTO_TEST_CASE(in_base64_every_value_comes_as_a_string_of_it) {
    const std::string body =
        results({"\xFF"sv, "text"sv, std::monostate{}, ""sv}, encoding::base64);
    BOOST_TEST(body == R"({"results":["/w==","dGV4dA==",null,""]})");
}

BOOST_AUTO_TEST_CASE(the_bound_holds_where_every_byte_is_escaped) {
    const std::string zeros(1000, '\0');
    const std::string_view view{zeros};
    BOOST_TEST(results({view, view, ""sv, std::monostate{}}).size() > 12'000U);
}

BOOST_AUTO_TEST_CASE(numbers_and_truths_are_their_own_json) {
    BOOST_TEST(
        results({std::int64_t{-9223372036854775807 - 1}, std::int64_t{0}, true, false}) ==
        R"({"results":[-9223372036854775808,0,true,false]})"
    );
}

BOOST_AUTO_TEST_CASE(an_entry_has_the_version_of_this_transaction_where_that_wrote_it) {
    const command::entry stored{"a", 3, std::nullopt};
    const command::entry own{"b", store::keyspace::not_committed, 250};
    BOOST_TEST(
        results({stored, own}) == R"({"results":[{"value":"a","version":3,"ttl_ms":null},)"
                                  R"({"value":"b","version":7,"ttl_ms":250}]})"
    );
}

BOOST_AUTO_TEST_CASE(a_page_names_where_to_go_on_when_there_is_more) {
    const std::vector<command::row> rows{{"k", "v", 3}, {"\xFF", "w", 4}};
    BOOST_TEST(
        results({command::page{rows, true, false}}) ==
        R"({"results":[{"entries":[{"key":"k","value":"v","version":3},)"
        R"({"key":{"base64":"/w=="},"value":"w","version":4}],"next":{"base64":"/w=="}}]})"
    );
    BOOST_TEST(
        results({command::page{rows, false, true}}, encoding::base64) ==
        R"({"results":[{"entries":[{"key":"aw==","version":3},{"key":"/w==","version":4}],)"
        R"("next":null}]})"
    );
    BOOST_TEST(
        results({command::page{{}, false, false}}) == R"({"results":[{"entries":[],"next":null}]})"
    );
}

BOOST_AUTO_TEST_CASE(branches_say_which_ran) {
    command::transaction asked;
    asked.branched = command::transaction::branches{0, 0};
    command::evaluation evaluated;
    BOOST_TEST(
        answer({asked, evaluated, 0, encoding::utf8}) == R"({"succeeded":true,"results":[]})"
    );
    evaluated.succeeded = false;
    evaluated.replies.emplace_back("a"sv);
    BOOST_TEST(
        answer({asked, evaluated, 0, encoding::utf8}) == R"({"succeeded":false,"results":["a"]})"
    );
}

BOOST_FIXTURE_TEST_CASE(
    every_failed_check_says_what_it_expected_and_what_is_there,
    aborted_fixture
) {
    check("a", argument::value).value = "x";
    check("b", argument::exists).exists = true;
    check("c", argument::version).version = 5;
    auto& bounds = check("d", argument::min);
    bounds.given.add(argument::max);
    bounds.min = -1;
    bounds.max = 10;
    const store::keyspace::entry stored{"y", base::never, 4};
    const store::keyspace::entry own{"11", base::never, store::keyspace::not_committed};
    evaluated.failed = {{0, stored}, {1, std::nullopt}, {2, std::nullopt}, {3, own}};
    BOOST_TEST(
        text() ==
        R"({"error":"check failed","code":"check_failed","failed":[)"
        R"({"command":0,"key":"a","expected":{"value":"x"},"actual":{"value":"y","version":4}},)"
        R"({"command":1,"key":"b","expected":{"exists":true},"actual":null},)"
        R"({"command":2,"key":"c","expected":{"version":5},"actual":null},)"
        R"({"command":3,"key":"d","expected":{"min":-1,"max":10},"actual":{"value":"11","version":null}}]})"
    );
}

BOOST_FIXTURE_TEST_CASE(a_failure_counts_commands_within_their_branch, aborted_fixture) {
    check("a", argument::exists);
    check("b", argument::exists);
    check("c", argument::exists);
    asked.branched = command::transaction::branches{1, 2};
    evaluated.failed = {{0, std::nullopt}, {1, std::nullopt}, {2, std::nullopt}};
    const std::string body = text();
    BOOST_TEST(body.find(R"({"command":0,"branch":"if","key":"a")") != std::string::npos);
    BOOST_TEST(body.find(R"({"command":0,"branch":"then","key":"b")") != std::string::npos);
    BOOST_TEST(body.find(R"({"command":0,"branch":"else","key":"c")") != std::string::npos);
}

BOOST_FIXTURE_TEST_CASE(what_does_not_fit_is_named_unless_a_check_failed_too, aborted_fixture) {
    check("a", argument::exists);
    evaluated.unfit = command::misfit{errc::overflow, 0};
    BOOST_TEST(
        text(encoding::base64) ==
        R"({"error":"the sum is no 64-bit integer","code":"overflow","command":0,"key":"YQ=="})"
    );
    evaluated.failed = {{0, std::nullopt}};
    BOOST_TEST(text().starts_with(R"({"error":"check failed")"));
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace memstore::http
