#include "http/transaction_json.hpp"
#include "support/transaction_bodies.hpp"

#include <boost/test/data/monomorphic.hpp>
#include <boost/test/data/test_case.hpp>
#include <boost/test/unit_test.hpp>

#include <cstddef>
#include <optional>
#include <ostream>
#include <string>
#include <string_view>

namespace memstore::http {
namespace {

namespace bdata = boost::unit_test::data;
using namespace std::string_literals;
using test::get_of;
using test::gets;

constexpr base::request_limits defaults{};

struct refused {
    std::string_view body;
    errc code;
    std::string_view what;
    std::optional<std::size_t> command = {};
};

std::ostream& operator<<(std::ostream& out, const refused& sample) { return out << sample.body; }

const refused empty_requests[] = {
    {"", errc::empty_request, "empty request"},
    {" \r\n\t", errc::empty_request, "empty request"},
    {"{}", errc::empty_request, "empty request"},
    {R"({"commands":null})", errc::empty_request, "empty request"},
    {R"({"dry_run":true})", errc::empty_request, "empty request"},
};

const refused malformed[] = {
    {"{", errc::malformed_json, "could not bind request: unexpected end, at byte 1"},
    {R"({"commands":[)",
     errc::malformed_json,
     "could not bind request: unexpected end, at byte 13"},
    {R"({"commands":[]}x)",
     errc::malformed_json,
     "could not bind request: text after the document, at byte 15"},
    {R"({"commands":[]} {})",
     errc::malformed_json,
     "could not bind request: text after the document, at byte 16"},
    {R"({"commands":[],})",
     errc::malformed_json,
     "could not bind request: syntax error, at byte 15"},
    {R"({commands:[]})", errc::malformed_json, "could not bind request: syntax error, at byte 1"},
    {R"({"commands":nul})",
     errc::malformed_json,
     "could not bind request: syntax error, at byte 12"},
    {R"({"a":1e2147483648})",
     errc::malformed_json,
     "could not bind request: number out of range, at byte 16"},
    {R"({"a":"\ud800"})", errc::malformed_json, "could not bind request: syntax error, at byte 12"},
    {R"({"a":"\udc00 and more"})",
     errc::malformed_json,
     "could not bind request: bad \\u escape, at byte 7"},
    {R"({"a":"\ud800\u0041 and more"})",
     errc::malformed_json,
     "could not bind request: bad \\u escape, at byte 14"},
    {R"({"a":"\u12g4 and more"})",
     errc::malformed_json,
     "could not bind request: bad \\u escape, at byte 9"},
    {R"({"a":"\x"})", errc::malformed_json, "could not bind request: syntax error, at byte 7"},
    {"{\"a\":\"\xFF\"}", errc::malformed_json, "could not bind request: syntax error, at byte 6"},
    {"{\"a\":\"\xED\xA0\x80\"}",
     errc::malformed_json,
     "could not bind request: syntax error, at byte 6"},
    {"{\"a\":\"\x01\"}", errc::malformed_json, "could not bind request: syntax error, at byte 6"},
    {"\xEF\xBB\xBF{}", errc::malformed_json, "could not bind request: syntax error, at byte 0"},
    {"// {}\n{}", errc::malformed_json, "could not bind request: syntax error, at byte 0"},
    // whole, but no object
    {"null", errc::malformed_json, "could not bind request: expected an object, at byte 0"},
    {"  []", errc::malformed_json, "could not bind request: expected an object, at byte 2"},
    {R"([{"commands":[]}])",
     errc::malformed_json,
     "could not bind request: expected an object, at byte 0"},
    {"\n42", errc::malformed_json, "could not bind request: expected an object, at byte 1"},
    {"-1.5e3", errc::malformed_json, "could not bind request: expected an object, at byte 0"},
    {R"("commands")",
     errc::malformed_json,
     "could not bind request: expected an object, at byte 0"},
    {R"("\u0063")", errc::malformed_json, "could not bind request: expected an object, at byte 0"},
    {"true", errc::malformed_json, "could not bind request: expected an object, at byte 0"},
    // outweighs what is wrong before it
    {R"({"commands":[{"cmd_type":"fly"}])",
     errc::malformed_json,
     "could not bind request: unexpected end, at byte 32"},
    {R"({"dryrun":true,"commands":5)",
     errc::malformed_json,
     "could not bind request: unexpected end, at byte 27"},
    {R"(null null)",
     errc::malformed_json,
     "could not bind request: text after the document, at byte 5"},
};

const refused bad_requests[] = {
    {R"({"dryrun":true,"commands":[]})", errc::bad_argument, R"(unknown member "dryrun")"},
    {R"({"Commands":[]})", errc::bad_argument, R"(unknown member "Commands")"},
    {R"({"":0})", errc::bad_argument, R"(unknown member "")"},
    {R"({"commands":[],"x":{"deep":[1,{"commands":2}]}})",
     errc::bad_argument,
     R"(unknown member "x")"},
    {R"({"a":1,"b":2})", errc::bad_argument, R"(unknown member "a")"},
    {R"({"commands":[],"commands":[]})", errc::bad_argument, R"(duplicate member "commands")"},
    {R"({"commands":null,"command\u0073":[]})",
     errc::bad_argument,
     R"(duplicate member "commands")"},
    {R"({"dry_run":true,"dry_run":true})", errc::bad_argument, R"(duplicate member "dry_run")"},
    {R"({"commands":{}})", errc::bad_argument, R"("commands" must be an array)"},
    {R"({"commands":"[]"})", errc::bad_argument, R"("commands" must be an array)"},
    {R"({"commands":0})", errc::bad_argument, R"("commands" must be an array)"},
    {R"({"commands":false})", errc::bad_argument, R"("commands" must be an array)"},
    {R"({"dry_run":1,"commands":[]})", errc::bad_argument, R"("dry_run" must be true or false)"},
    {R"({"dry_run":null,"commands":[]})", errc::bad_argument, R"("dry_run" must be true or false)"},
    {R"({"dry_run":"true","commands":[]})",
     errc::bad_argument,
     R"("dry_run" must be true or false)"},
    {R"({"dry_run":[],"commands":[]})", errc::bad_argument, R"("dry_run" must be true or false)"},
    {R"({"encoding":"latin1","commands":[]})",
     errc::bad_argument,
     R"("encoding" must be "utf8" or "base64")"},
    {R"({"encoding":"UTF8","commands":[]})",
     errc::bad_argument,
     R"("encoding" must be "utf8" or "base64")"},
    {R"({"encoding":null,"commands":[]})",
     errc::bad_argument,
     R"("encoding" must be "utf8" or "base64")"},
    {R"({"encoding":{},"commands":[]})",
     errc::bad_argument,
     R"("encoding" must be "utf8" or "base64")"},
};

constexpr std::string_view bad_branches[] = {
    R"({"commands":[],"if":[]})",
    R"({"commands":[],"then":[]})",
    R"({"else":[],"commands":[]})",
    R"({"then":[]})",
    R"({"else":[]})",
    R"({"if":null})",
    R"({"if":{},"then":[]})",
    R"({"if":[],"if":[]})",
};

const refused unknown_commands[] = {
    {R"({"commands":[{"cmd_type":"fly","key":"a"}]})", errc::unknown_command, "unknown command", 0},
    {R"({"commands":[{"cmd_type":""}]})", errc::unknown_command, "unknown command", 0},
    {R"({"commands":[{"cmd_type":"get "}]})", errc::unknown_command, "unknown command", 0},
    {R"({"commands":[{}]})", errc::unknown_command, "unknown command", 0},
    {R"({"commands":[{"key":"a"}]})", errc::unknown_command, "unknown command", 0},
    {R"({"commands":[{"cmd_type":"get","key":"a"},{"cmd_type":"fly"}]})",
     errc::unknown_command,
     "unknown command",
     1},
    // whatever else is wrong with it, and wherever
    {R"({"commands":[{"wings":2,"key":7,"cmd_type":"fly"}]})",
     errc::unknown_command,
     "unknown command",
     0},
    {R"({"commands":[{"cmd_type":"fly","cmd_type":"get","key":"a"}]})",
     errc::unknown_command,
     "unknown command",
     0},
    {R"({"commands":[{"to":{"cmd_type":"get","deep":[[1],{}]},"cmd_type":"fly"}]})",
     errc::unknown_command,
     "unknown command",
     0},
};

/// Commands of which one, the first if nothing else is said, has a bad argument.
struct bad_command {
    std::string_view commands;
    std::string_view what;
    std::size_t at = 0;
};

std::ostream& operator<<(std::ostream& out, const bad_command& sample) {
    return out << sample.commands;
}

const bad_command bad_commands[] = {
    {R"(null)", "a command must be an object"},
    {R"(5)", "a command must be an object"},
    {R"("get")", "a command must be an object"},
    {R"(true)", "a command must be an object"},
    {R"({"cmd_type":"get","key":"a"},[{"cmd_type":"get"}])", "a command must be an object", 1},
    {R"({"cmd_type":5,"key":"a"})", R"("cmd_type" must be a string)"},
    {R"({"cmd_type":null,"key":"a"})", R"("cmd_type" must be a string)"},
    {R"({"cmd_type":["get"],"key":"a"})", R"("cmd_type" must be a string)"},
    {R"({"cmd_type":"get"})", R"("key" is missing)"},
    {R"({"cmd_type":"set","value":"a"})", R"("key" is missing)"},
    {R"({"cmd_type":"get","key":null})", R"("key" must be a string)"},
    {R"({"cmd_type":"get","key":1})", R"("key" must be a string)"},
    {R"({"key":{"a":"b"},"cmd_type":"get"})", R"("key" must be a string)"},
    {R"({"cmd_type":"set","key":"a","value":1.5})", R"("value" must be a string)"},
    {R"({"cmd_type":"get","key":"a","value":null})", R"("value" must be a string)"},
    {R"({"cmd_type":"set","key":"a","ttl":5})", R"(unknown member "ttl")"},
    {R"({"cmd_type":"set","Key":"a"})", R"(unknown member "Key")"},
    {R"({"tags":[{"key":"b"}],"cmd_type":"set","key":"a"})", R"(unknown member "tags")"},
    {R"({"cmd_type":"get","key":"a","ttl_ms":5})", R"(unknown member "ttl_ms")"},
    {R"({"ttl_ms":"x","cmd_type":"get","key":"a"})", R"(unknown member "ttl_ms")"},
    {R"({"keep_ttl":false,"cmd_type":"get","key":"a"})", R"(unknown member "keep_ttl")"},
    {R"({"cmd_type":"append","key":"a"})", R"("value" is missing)"},
    {R"({"cmd_type":"expire","key":"a"})", R"("ttl_ms" is missing)"},
    {R"({"cmd_type":"incr","key":"a","by":9223372036854775808})",
     R"("by" must be an integer from -9223372036854775808 to 9223372036854775807)"},
    {R"({"cmd_type":"incr","key":"a","by":true})",
     R"("by" must be an integer from -9223372036854775808 to 9223372036854775807)"},
    {R"({"cmd_type":"incr","key":"a","min":2,"max":1})", R"("min" is more than "max")"},
    {R"({"cmd_type":"check","key":"a","version":-1})",
     R"("version" must be an integer from 0 to 9223372036854775807)"},
    {R"({"cmd_type":"check","key":"a","exists":1})", R"("exists" must be true or false)"},
    {R"({"cmd_type":"scan"})", R"(a range needs "prefix", or "start" or "end")"},
    {R"({"cmd_type":"count","prefix":"a","end":"b"})", R"("prefix" excludes "start" and "end")"},
    {R"({"cmd_type":"count","prefix":"a","limit":1})", R"(unknown member "limit")"},
    {R"({"cmd_type":"scan","prefix":"a","limit":10001})",
     R"("limit" must be an integer from 1 to 10000)"},
    {R"({"cmd_type":"check","key":"a"})",
     R"(a check needs exactly one of "value", "exists", "version", or "min" and "max")"},
    {R"({"cmd_type":"check","key":"a","value":"","exists":true})",
     R"(a check needs exactly one of "value", "exists", "version", or "min" and "max")"},
    {R"({"cmd_type":"get","key":"a","prefix":"b"})", R"(unknown member "prefix")"},
    {R"({"cmd_type":"get","key":"a","key":"b"})", R"(duplicate member "key")"},
    {R"({"cmd_type":"get","cmd_type":"get","key":"b"})", R"(duplicate member "cmd_type")"},
    {R"({"cmd_type":"set","key":"a","ttl_ms":5,"keep_ttl":true})",
     R"("ttl_ms" and "keep_ttl" exclude each other)"},
    {R"({"cmd_type":"set","key":"a","keep_ttl":1})", R"("keep_ttl" must be true or false)"},
    // the first command at fault, and the first fault in it
    {R"({"cmd_type":"get","key":"a"},{"cmd_type":"get"},{"cmd_type":"fly"})",
     R"("key" is missing)",
     1},
    {R"(7,{"cmd_type":"fly"})", "a command must be an object"},
    {R"({"cmd_type":"get","one":1,"two":2})", R"(unknown member "one")"},
};

const refused bad_in_base64[] = {
    {R"({"encoding":"base64","commands":[{"cmd_type":"scan","prefix":"?"}]})",
     errc::bad_argument,
     R"("prefix" is not base64)",
     0},
    {R"({"commands":[{"cmd_type":"get","key":"Zm9"}],"encoding":"base64"})",
     errc::bad_argument,
     R"("key" is not base64)",
     0},
    {R"({"commands":[{"cmd_type":"get","key":"Zm9v"},{"cmd_type":"set","key":"","value":"Zm9-"}],"encoding":"base64"})",
     errc::bad_argument,
     R"("value" is not base64)",
     1},
    {R"({"encoding":"base64","commands":[{"cmd_type":"get","key":"*"},{"cmd_type":"fly"}]})",
     errc::bad_argument,
     R"("key" is not base64)",
     0},
    {R"({"encoding":"base64","commands":[{"cmd_type":"fly"},{"cmd_type":"get","key":"*"}]})",
     errc::unknown_command,
     "unknown command",
     0},
};

const std::string_view bad_times_to_live[] = {
    "0",
    "-1",
    "9007199254740992",
    "9223372036854775807",
    "9223372036854775808",
    "99999999999999999999999",
    "1.0",
    "1e3",
    "0.5",
    "\"5\"",
    "null",
    "true",
    "[]",
    "{}",
    "-0",
};

/// An object that opens `depth` arrays and objects at once, itself among them.
std::string nested(std::size_t depth) {
    return R"({"commands":[],"x":)" + std::string(depth - 1, '[') + std::string(depth - 1, ']') +
           "}";
}

refusal refusal_of(std::string_view body, const base::request_limits& limits = defaults) {
    request_decoder decoder{limits};
    const auto read = decoder.decode(body);
    BOOST_REQUIRE(!read);
    BOOST_TEST(decoder.transaction().commands.empty());
    return read.error();
}

}  // namespace

BOOST_AUTO_TEST_SUITE(transaction_json_refusals)

BOOST_DATA_TEST_CASE(
    names_what_is_wrong,
    bdata::make(empty_requests) + bdata::make(malformed) + bdata::make(bad_requests) +
        bdata::make(unknown_commands) + bdata::make(bad_in_base64)
) {
    const refusal refused = refusal_of(sample.body);
    BOOST_TEST((refused.code == sample.code));
    BOOST_TEST(refused.what == sample.what);
    BOOST_TEST((refused.command == sample.command));
    BOOST_TEST(!refused.violated.has_value());
}

BOOST_DATA_TEST_CASE(names_the_command_at_fault_and_what_is_wrong, bdata::make(bad_commands)) {
    const refusal refused = refusal_of("{\"commands\":[" + std::string{sample.commands} + "]}");
    BOOST_TEST((refused.code == errc::bad_argument));
    BOOST_TEST(refused.what == sample.what);
    BOOST_TEST((refused.command == sample.at));
    BOOST_TEST(!refused.violated.has_value());
}

BOOST_DATA_TEST_CASE(branches_need_an_if_and_nothing_beside, bdata::make(bad_branches)) {
    const refusal refused = refusal_of(sample);
    BOOST_TEST((refused.code == errc::bad_argument));
    BOOST_TEST(!refused.command.has_value());
}

BOOST_AUTO_TEST_CASE(a_fault_in_a_branch_is_counted_there) {
    const refusal unknown = refusal_of(
        R"({"then":[{"cmd_type":"get","key":"a"}],"if":[{"cmd_type":"check","key":"a","exists":true}],)"
        R"("else":[{"cmd_type":"get","key":"b"},{"cmd_type":"fly"}]})"
    );
    BOOST_TEST((unknown.code == errc::unknown_command));
    BOOST_TEST((unknown.command == 1U));
    BOOST_TEST(unknown.branch == "else");

    const refusal no_check =
        refusal_of(R"({"else":[{"cmd_type":"get","key":"b"}],"if":[{"cmd_type":"get","key":"a"}]})"
        );
    BOOST_TEST(no_check.what == R"("if" takes conditions only, such as "check")");
    BOOST_TEST((no_check.command == 0U));
    BOOST_TEST(no_check.branch == "if");

    const refusal no_base64 = refusal_of(
        R"({"if":[],"then":[{"cmd_type":"get","key":"YQ=="},{"cmd_type":"get","key":"?"}],)"
        R"("encoding":"base64"})"
    );
    BOOST_TEST(no_base64.what == R"("key" is not base64)");
    BOOST_TEST((no_base64.command == 1U));
    BOOST_TEST(no_base64.branch == "then");
}

BOOST_AUTO_TEST_CASE(branches_count_together) {
    const std::string one = R"({"cmd_type":"check","key":"a","exists":true})";
    const std::string body =
        "{\"if\":[" + one + "],\"then\":[" + one + "],\"else\":[" + one + "," + one + "]}";
    const refusal refused = refusal_of(body, {.commands = 3});
    BOOST_TEST((refused.code == errc::too_many_commands));
    BOOST_TEST(refused.violated->actual == 4U);
}

BOOST_DATA_TEST_CASE(a_time_to_live_is_a_positive_integer, bdata::make(bad_times_to_live)) {
    const auto body =
        R"({"commands":[{"cmd_type":"set","key":"a","ttl_ms":)" + std::string{sample} + "}]}";
    const refusal refused = refusal_of(body);
    BOOST_TEST((refused.code == errc::bad_argument));
    BOOST_TEST(refused.what == R"("ttl_ms" must be an integer from 1 to 9007199254740991)");
    BOOST_TEST((refused.command == 0U));
}

BOOST_AUTO_TEST_CASE(repeats_no_more_of_an_unknown_name_than_a_reader_needs) {
    BOOST_TEST(
        refusal_of("{\"" + std::string(64, 'n') + "\":1}").what ==
        "unknown member \"" + std::string(64, 'n') + '"'
    );
    BOOST_TEST(
        refusal_of("{\"" + std::string(100'000, 'n') + "\":1}").what ==
        "unknown member \"" + std::string(64, 'n') + "...\""
    );
    const std::string before = std::string(62, 'n');
    BOOST_TEST(
        refusal_of("{\"" + before + "\u20AC and more\":1}").what ==
        "unknown member \"" + before + "...\""
    );
}

BOOST_AUTO_TEST_CASE(a_key_has_at_most_64_kib) {
    request_decoder decoder{defaults};
    const std::string longest(base::key_bytes_max, 'k');
    BOOST_TEST(decoder.decode(get_of(longest)).has_value());

    const refusal refused = refusal_of(get_of(longest + 'k'));
    BOOST_TEST((refused.code == errc::bad_argument));
    BOOST_TEST((refused.command == 0U));
    BOOST_REQUIRE(refused.violated.has_value());
    BOOST_TEST(refused.violated->limit == 65536U);
    BOOST_TEST(refused.violated->actual == 65537U);
    BOOST_TEST(refused.violated->option == "");
}

BOOST_AUTO_TEST_CASE(a_key_in_base64_is_as_long_as_its_bytes) {
    request_decoder decoder{defaults};
    const std::string almost(base::key_bytes_max / 3 * 4, 'A');  // of 65535 bytes
    BOOST_TEST(decoder.decode(get_of(almost + "AA==", R"(,"encoding":"base64")")).has_value());
    BOOST_TEST(decoder.transaction().commands.at(0).key.size() == base::key_bytes_max);
    const refusal refused = refusal_of(get_of(almost + "AAA=", R"(,"encoding":"base64")"));
    BOOST_REQUIRE(refused.violated.has_value());
    BOOST_TEST(refused.violated->actual == 65537U);
}

BOOST_AUTO_TEST_CASE(depth_is_limited) {
    const base::request_limits limits{.json_depth = 5};
    BOOST_TEST(refusal_of(nested(5), limits).what == R"(unknown member "x")");

    const refusal refused = refusal_of(nested(6), limits);
    BOOST_TEST((refused.code == errc::malformed_json));
    BOOST_TEST(
        refused.what ==
        "could not bind request: nested deeper than limits.json-depth (5), at byte 23"
    );
    BOOST_REQUIRE(refused.violated.has_value());
    BOOST_TEST(refused.violated->limit == 5U);
    BOOST_TEST(refused.violated->actual == 6U);
    BOOST_TEST(refused.violated->option == "limits.json-depth");
}

BOOST_AUTO_TEST_CASE(the_number_of_commands_is_limited) {
    const base::request_limits limits{.commands = 3};
    request_decoder decoder{limits};
    BOOST_TEST(decoder.decode(gets(3)).has_value());

    const refusal refused = refusal_of(gets(5), limits);
    BOOST_TEST((refused.code == errc::too_many_commands));
    BOOST_TEST(refused.what == "5 commands are too many: limits.commands is 3");
    BOOST_TEST(!refused.command.has_value());
    BOOST_REQUIRE(refused.violated.has_value());
    BOOST_TEST(refused.violated->limit == 3U);
    BOOST_TEST(refused.violated->actual == 5U);
    BOOST_TEST(refused.violated->option == "limits.commands");
}

BOOST_AUTO_TEST_CASE(too_many_commands_outweigh_what_is_wrong_with_them) {
    const base::request_limits limits{.commands = 3};
    for (const std::string_view body : {
             R"({"commands":[{},{},{},{}]})",
             R"({"commands":[{"cmd_type":"get"},1,[2,[3]],null]})",
             R"({"commands":[{"cmd_type":"fly","x":[{"a":1}]},{"cmd_type":"get","key":"a"},"","\n"]})",
         }) {
        const refusal refused = refusal_of(body, limits);
        BOOST_TEST((refused.code == errc::too_many_commands));
        BOOST_REQUIRE(refused.violated.has_value());
        BOOST_TEST(refused.violated->actual == 4U);
    }
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace memstore::http
