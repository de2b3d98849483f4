#include "http/event_text.hpp"

#include <boost/json.hpp>
#include <boost/test/unit_test.hpp>

#include <array>
#include <optional>
#include <string>

namespace memstore::http {
namespace {

BOOST_AUTO_TEST_SUITE(event_text)

BOOST_AUTO_TEST_CASE(a_stream_begins_with_what_a_client_is_not_shown) {
    std::string out = "before ";
    append_event_prelude(out, 7);
    append_event_prelude(out, std::nullopt);
    BOOST_TEST(out == "before retry: 1000\nid: 7\n\nretry: 1000\n\n");
}

BOOST_AUTO_TEST_CASE(a_commit_has_its_version_for_a_name) {
    const std::array<service::change, 4> changes{{
        {"a", "1", base::change_cause::client},
        {"b", std::nullopt, base::change_cause::client},
        {"c", std::nullopt, base::change_cause::expired},
        {"\xff", "\xfe", base::change_cause::evicted},
    }};
    std::string out = "before ";
    append_commit_event(out, {18'446'744'073'709'551'615U, changes});
    BOOST_TEST(
        out ==
        "before id: 18446744073709551615\nevent: commit\ndata: "
        R"({"version":18446744073709551615,"changes":[{"key":"a","value":"1"},)"
        R"({"key":"b","value":null},{"key":"c","value":null,"cause":"expired"},)"
        R"({"key":{"base64":"/w=="},"value":{"base64":"/g=="},"cause":"evicted"}]})"
        "\n\n"
    );
}

/// What ends a line would end the data.
BOOST_AUTO_TEST_CASE(no_byte_of_a_key_or_a_value_ends_a_line) {
    for (int byte = 0; byte < 256; ++byte) {
        const std::string bytes{'x', static_cast<char>(byte), '\n', '\r'};
        const service::change one{bytes, bytes, base::change_cause::client};
        std::string out;
        append_commit_event(out, {1, {&one, 1}});
        const std::string begin = "id: 1\nevent: commit\ndata: ";
        BOOST_REQUIRE(out.starts_with(begin));
        BOOST_TEST(out.find_first_of("\r\n", begin.size()) == out.size() - 2);
        BOOST_TEST(boost::json::parse(out.substr(begin.size())).is_object());
    }
}

BOOST_AUTO_TEST_CASE(only_the_last_part_of_a_snapshot_has_a_name) {
    std::string out = "before ";
    snapshot_event first{out, 7};
    first.add("a", "1");
    first.add("\xff", "");
    first.end(false);
    snapshot_event nothing{out, 7};
    nothing.end(false);
    snapshot_event second{out, 7};
    second.add("b", "2");
    second.end(true);
    snapshot_event none_at_all{out, 8};
    none_at_all.end(true);
    BOOST_TEST(
        out ==
        "before event: snapshot\ndata: "
        R"({"version":7,"changes":[{"key":"a","value":"1"},{"key":{"base64":"/w=="},"value":""}]})"
        "\n\nevent: snapshot\ndata: "
        R"({"version":7,"changes":[{"key":"b","value":"2"}],"last":true})"
        "\nid: 7\n\nevent: snapshot\ndata: "
        R"({"version":8,"changes":[],"last":true})"
        "\nid: 8\n\n"
    );
}

BOOST_AUTO_TEST_CASE(what_is_no_commit_has_no_name) {
    std::string out;
    append_progress_event(out, 8);
    append_overrun_event(out, 9);
    BOOST_TEST(
        out ==
        "event: progress\ndata: {\"version\":8}\n\n"
        "event: overrun\ndata: {\"version\":9}\n\n"
    );
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace
}  // namespace memstore::http
