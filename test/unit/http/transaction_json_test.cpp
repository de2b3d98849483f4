#include "http/transaction_json.hpp"

#include "command/command_table.hpp"
#include "support/allocation_count.hpp"

#include <boost/json.hpp>
#include <boost/test/data/monomorphic.hpp>
#include <boost/test/data/test_case.hpp>
#include <boost/test/unit_test.hpp>

#include <cstddef>
#include <optional>
#include <ostream>
#include <span>
#include <string>
#include <string_view>
#include <type_traits>
#include <variant>
#include <vector>

namespace memstore::http {
namespace {

namespace bdata = boost::unit_test::data;
using namespace std::string_literals;
using namespace std::string_view_literals;

constexpr base::request_limits defaults{};

/// What it was given beside its key and value; a truth only where it is one.
void append_arguments(std::string& out, const command::command& one) {
    for (const command::argument_definition& each : command::arguments()) {
        const bool shown =
            each.which == command::argument::key || each.which == command::argument::value;
        if (shown || !one.has(each.which)) continue;
        const auto append = [&](const auto member) {
            const auto& given = one.*member;
            if constexpr (std::is_same_v<decltype(given), const std::string_view&>) {
                out.append(each.name).append(" ").append(given);
            } else if constexpr (std::is_same_v<decltype(given), const bool&>) {
                out.append(given ? "" : "not ").append(each.name);
            } else {
                out.append(each.name).append(" ").append(std::to_string(given));
            }
        };
        out.append("|");
        std::visit(append, each.member);
    }
}

/// Commands as a text that a failure can show.
std::string shown(const command::transaction& transaction) {
    std::string out;
    const auto show = [&](const command::command& each) {
        out.append(each.what->name).append("(").append(each.key).append("|").append(each.value);
        append_arguments(out, each);
        out.append(")");
    };
    for (std::size_t i = 0; i <= transaction.commands.size(); ++i) {
        if (transaction.branched) {
            const auto& ends = *transaction.branched;
            if (i == 0) out.append("if ");
            if (i == ends.conditions_end) out.append("then ");
            if (i == ends.then_end) out.append("else ");
        }
        if (i < transaction.commands.size()) show(transaction.commands[i]);
    }
    return out;
}

struct readable {
    std::string_view body;
    std::string_view commands;
    bool dry_run = false;
    encoding values_as = encoding::utf8;
};

std::ostream& operator<<(std::ostream& out, const readable& sample) { return out << sample.body; }

const readable requests[] = {
    {R"({"commands":[]})", ""},
    {R"({"commands":[{"cmd_type":"get","key":"foo"}]})", "get(foo|)"},
    {R"({"commands":[{"cmd_type":"set","key":"foo","value":"bar"},{"cmd_type":"get","key":"foo"}]})",
     "set(foo|bar)get(foo|)"},
    {" \r\n\t{ \"commands\" : [ { \"cmd_type\" : \"get\" , \"key\" : \"foo\" } ] } \r\n\t",
     "get(foo|)"},
    // members in any order
    {R"({"commands":[{"value":"bar","key":"foo","cmd_type":"set"}]})", "set(foo|bar)"},
    {R"({"encoding":"utf8","dry_run":true,"commands":[{"key":"foo","cmd_type":"get"}]})",
     "get(foo|)",
     true},
    // names of commands in any case, names of members with escapes
    {R"({"commands":[{"cmd_type":"GET","key":"a"},{"cmd_type":"SeT","key":"b"}]})",
     "get(a|)set(b|)"},
    {R"({"commands":[{"cmd_type":"g\u0065t","\u006bey":"a"}]})", "get(a|)"},
    {R"({"\u0063ommands":[{"cmd_typ\u0065":"get","k\u0065y":"a"}]})", "get(a|)"},
    // what is absent is empty; what a command has no use for is tolerated
    {R"({"commands":[{"cmd_type":"set","key":"foo"}]})", "set(foo|)"},
    {R"({"commands":[{"cmd_type":"get","key":"foo","value":"unused"}]})", "get(foo|unused)"},
    {R"({"commands":[{"cmd_type":"get","key":""}]})", "get(|)"},
    // text with and without escapes
    {R"({"commands":[{"cmd_type":"set","key":"a\"b\\c\/d","value":"\b\f\n\r\t"}]})",
     "set(a\"b\\c/d|\b\f\n\r\t)"},
    {R"({"commands":[{"cmd_type":"set","key":"\u00e9\u20AC","value":"\ud83d\ude00"}]})",
     "set(\u00E9\u20AC|\U0001F600)"},
    {"{\"commands\":[{\"cmd_type\":\"set\",\"key\":\"\u00E9\u20AC\",\"value\":\"\U0001F600 "
     "\\u0041\"}]}",
     "set(\u00E9\u20AC|\U0001F600 A)"},
    {R"({"commands":[{"cmd_type":"set","key":"\u0000","value":"a\u0000b"}]})", "set(\0|a\0b)"sv},
    // times to live
    {R"({"commands":[{"cmd_type":"set","key":"a","ttl_ms":1}]})", "set(a||ttl_ms 1)"},
    {R"({"commands":[{"cmd_type":"set","key":"a","ttl_ms":9007199254740991}]})",
     "set(a||ttl_ms 9007199254740991)"},
    {R"({"commands":[{"cmd_type":"set","key":"a","keep_ttl":true}]})", "set(a||keep_ttl)"},
    {R"({"commands":[{"ttl_ms":5,"keep_ttl":false,"cmd_type":"set","key":"a"}]})",
     "set(a||ttl_ms 5|not keep_ttl)"},
    // what other commands are given
    {R"({"commands":[{"cmd_type":"incr","key":"a"},{"cmd_type":"Incr","key":"a","by":-9223372036854775808,"min":0,"max":5}]})",
     "incr(a|)incr(a||by -9223372036854775808|min 0|max 5)"},
    {R"({"commands":[{"cmd_type":"check","key":"a","value":""},{"cmd_type":"check","key":"a","exists":false},{"cmd_type":"check","key":"a","version":9223372036854775807}]})",
     "check(a|)check(a||not exists)check(a||version 9223372036854775807)"},
    {R"({"commands":[{"cmd_type":"expire","key":"a","ttl_ms":3},{"cmd_type":"persist","key":"a"},{"cmd_type":"del","key":"a","value":"x"}]})",
     "expire(a||ttl_ms 3)persist(a|)del(a|x)"},
    {R"({"commands":[{"cmd_type":"append","key":"a","value":"b"},{"cmd_type":"exists","key":"a"},{"cmd_type":"entry","key":"a"}]})",
     "append(a|b)exists(a|)entry(a|)"},
    {R"({"commands":[{"cmd_type":"scan","prefix":""},{"cmd_type":"count","start":"a","end":"b","key":"k"},{"cmd_type":"delrange","end":"c"}]})",
     "scan(||prefix )count(k||start a|end b)delrange(||end c)"},
    {R"({"encoding":"base64","commands":[{"cmd_type":"scan","start":"Zm9v","end":"Zm9w","after":"Zm9v","limit":10000,"reverse":true,"keys_only":false}]})",
     "scan(||start foo|end fop|after foo|limit 10000|reverse|not keys_only)",
     false,
     encoding::base64},
    // branches, in any order
    {R"({"if":[{"cmd_type":"check","key":"a","exists":true}],"then":[{"cmd_type":"get","key":"b"}],"else":[{"cmd_type":"get","key":"c"}]})",
     "if check(a||exists)then get(b|)else get(c|)"},
    {R"({"else":[{"cmd_type":"get","key":"c"},{"cmd_type":"get","key":"d"}],"if":[{"cmd_type":"check","key":"a","exists":true}]})",
     "if check(a||exists)then else get(c|)get(d|)"},
    {R"({"then":[{"cmd_type":"get","key":"b"}],"dry_run":true,"if":[]})",
     "if then get(b|)else ",
     true},
    {R"({"if":[]})", "if then else "},
    {R"({"encoding":"base64","then":[{"cmd_type":"get","key":"Zm9v"}],"if":[{"cmd_type":"check","key":"Zm9v","value":"YmE="}]})",
     "if check(foo|ba)then get(foo|)else ",
     false,
     encoding::base64},
    // the rest of the request
    {R"({"commands":[],"dry_run":true})", "", true},
    {R"({"commands":[],"dry_run":false})", ""},
    {R"({"encoding":"base64","commands":[{"cmd_type":"set","key":"Zm9v","value":"YmE="}]})",
     "set(foo|ba)",
     false,
     encoding::base64},
    {R"({"commands":[{"cmd_type":"set","key":"Zm9v","value":""}],"encoding":"base64"})",
     "set(foo|)",
     false,
     encoding::base64},
    {R"({"commands":[{"cmd_type":"set","key":"Zm9\u0076","value":"\/w=="}],"encoding":"base64"})",
     "set(foo|\xFF)",
     false,
     encoding::base64},
};

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

const refused bad_commands[] = {
    {R"({"commands":[null]})", errc::bad_argument, "a command must be an object", 0},
    {R"({"commands":[5]})", errc::bad_argument, "a command must be an object", 0},
    {R"({"commands":["get"]})", errc::bad_argument, "a command must be an object", 0},
    {R"({"commands":[true]})", errc::bad_argument, "a command must be an object", 0},
    {R"({"commands":[{"cmd_type":"get","key":"a"},[{"cmd_type":"get"}]]})",
     errc::bad_argument,
     "a command must be an object",
     1},
    {R"({"commands":[{"cmd_type":5,"key":"a"}]})",
     errc::bad_argument,
     R"("cmd_type" must be a string)",
     0},
    {R"({"commands":[{"cmd_type":null,"key":"a"}]})",
     errc::bad_argument,
     R"("cmd_type" must be a string)",
     0},
    {R"({"commands":[{"cmd_type":["get"],"key":"a"}]})",
     errc::bad_argument,
     R"("cmd_type" must be a string)",
     0},
    {R"({"commands":[{"cmd_type":"get"}]})", errc::bad_argument, R"("key" is missing)", 0},
    {R"({"commands":[{"cmd_type":"set","value":"a"}]})",
     errc::bad_argument,
     R"("key" is missing)",
     0},
    {R"({"commands":[{"cmd_type":"get","key":null}]})",
     errc::bad_argument,
     R"("key" must be a string)",
     0},
    {R"({"commands":[{"cmd_type":"get","key":1}]})",
     errc::bad_argument,
     R"("key" must be a string)",
     0},
    {R"({"commands":[{"key":{"a":"b"},"cmd_type":"get"}]})",
     errc::bad_argument,
     R"("key" must be a string)",
     0},
    {R"({"commands":[{"cmd_type":"set","key":"a","value":1.5}]})",
     errc::bad_argument,
     R"("value" must be a string)",
     0},
    {R"({"commands":[{"cmd_type":"get","key":"a","value":null}]})",
     errc::bad_argument,
     R"("value" must be a string)",
     0},
    {R"({"commands":[{"cmd_type":"set","key":"a","ttl":5}]})",
     errc::bad_argument,
     R"(unknown member "ttl")",
     0},
    {R"({"commands":[{"cmd_type":"set","Key":"a"}]})",
     errc::bad_argument,
     R"(unknown member "Key")",
     0},
    {R"({"commands":[{"tags":[{"key":"b"}],"cmd_type":"set","key":"a"}]})",
     errc::bad_argument,
     R"(unknown member "tags")",
     0},
    {R"({"commands":[{"cmd_type":"get","key":"a","ttl_ms":5}]})",
     errc::bad_argument,
     R"(unknown member "ttl_ms")",
     0},
    {R"({"commands":[{"ttl_ms":"x","cmd_type":"get","key":"a"}]})",
     errc::bad_argument,
     R"(unknown member "ttl_ms")",
     0},
    {R"({"commands":[{"keep_ttl":false,"cmd_type":"get","key":"a"}]})",
     errc::bad_argument,
     R"(unknown member "keep_ttl")",
     0},
    {R"({"commands":[{"cmd_type":"append","key":"a"}]})",
     errc::bad_argument,
     R"("value" is missing)",
     0},
    {R"({"commands":[{"cmd_type":"expire","key":"a"}]})",
     errc::bad_argument,
     R"("ttl_ms" is missing)",
     0},
    {R"({"commands":[{"cmd_type":"incr","key":"a","by":9223372036854775808}]})",
     errc::bad_argument,
     R"("by" must be an integer from -9223372036854775808 to 9223372036854775807)",
     0},
    {R"({"commands":[{"cmd_type":"incr","key":"a","by":true}]})",
     errc::bad_argument,
     R"("by" must be an integer from -9223372036854775808 to 9223372036854775807)",
     0},
    {R"({"commands":[{"cmd_type":"incr","key":"a","min":2,"max":1}]})",
     errc::bad_argument,
     R"("min" is more than "max")",
     0},
    {R"({"commands":[{"cmd_type":"check","key":"a","version":-1}]})",
     errc::bad_argument,
     R"("version" must be an integer from 0 to 9223372036854775807)",
     0},
    {R"({"commands":[{"cmd_type":"check","key":"a","exists":1}]})",
     errc::bad_argument,
     R"("exists" must be true or false)",
     0},
    {R"({"commands":[{"cmd_type":"scan"}]})",
     errc::bad_argument,
     R"(a range needs "prefix", or "start" or "end")",
     0},
    {R"({"commands":[{"cmd_type":"count","prefix":"a","end":"b"}]})",
     errc::bad_argument,
     R"("prefix" excludes "start" and "end")",
     0},
    {R"({"commands":[{"cmd_type":"count","prefix":"a","limit":1}]})",
     errc::bad_argument,
     R"(unknown member "limit")",
     0},
    {R"({"commands":[{"cmd_type":"scan","prefix":"a","limit":10001}]})",
     errc::bad_argument,
     R"("limit" must be an integer from 1 to 10000)",
     0},
    {R"({"encoding":"base64","commands":[{"cmd_type":"scan","prefix":"?"}]})",
     errc::bad_argument,
     R"("prefix" is not base64)",
     0},
    {R"({"commands":[{"cmd_type":"check","key":"a"}]})",
     errc::bad_argument,
     R"(a check needs exactly one of "value", "exists", "version", or "min" and "max")",
     0},
    {R"({"commands":[{"cmd_type":"check","key":"a","value":"","exists":true}]})",
     errc::bad_argument,
     R"(a check needs exactly one of "value", "exists", "version", or "min" and "max")",
     0},
    {R"({"commands":[{"cmd_type":"get","key":"a","prefix":"b"}]})",
     errc::bad_argument,
     R"(unknown member "prefix")",
     0},
    {R"({"commands":[{"cmd_type":"get","key":"a","key":"b"}]})",
     errc::bad_argument,
     R"(duplicate member "key")",
     0},
    {R"({"commands":[{"cmd_type":"get","cmd_type":"get","key":"b"}]})",
     errc::bad_argument,
     R"(duplicate member "cmd_type")",
     0},
    {R"({"commands":[{"cmd_type":"set","key":"a","ttl_ms":5,"keep_ttl":true}]})",
     errc::bad_argument,
     R"("ttl_ms" and "keep_ttl" exclude each other)",
     0},
    {R"({"commands":[{"cmd_type":"set","key":"a","keep_ttl":1}]})",
     errc::bad_argument,
     R"("keep_ttl" must be true or false)",
     0},
    // the first command at fault, and the first fault in it
    {R"({"commands":[{"cmd_type":"get","key":"a"},{"cmd_type":"get"},{"cmd_type":"fly"}]})",
     errc::bad_argument,
     R"("key" is missing)",
     1},
    {R"({"commands":[7,{"cmd_type":"fly"}]})",
     errc::bad_argument,
     "a command must be an object",
     0},
    {R"({"commands":[{"cmd_type":"get","one":1,"two":2}]})",
     errc::bad_argument,
     R"(unknown member "one")",
     0},
    // base64, which is known only at the end
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

std::string get_of(std::string_view key, std::string_view rest = "") {
    return R"({"commands":[{"cmd_type":"get","key":")"s.append(key)
        .append(R"("}])")
        .append(rest)
        .append("}");
}

refusal refusal_of(std::string_view body, const base::request_limits& limits = defaults) {
    request_decoder decoder{limits};
    const auto read = decoder.decode(body);
    BOOST_REQUIRE(!read);
    BOOST_TEST(decoder.transaction().commands.empty());
    return read.error();
}

bool lies_in(std::string_view part, std::string_view whole) {
    return part.data() >= whole.data() && part.data() + part.size() <= whole.data() + whole.size();
}

/// An object that opens `depth` arrays and objects at once, itself among them.
std::string nested(std::size_t depth) {
    return R"({"commands":[],"x":)" + std::string(depth - 1, '[') + std::string(depth - 1, ']') +
           "}";
}

std::string gets(std::size_t count) {
    std::string body = R"({"commands":[)";
    for (std::size_t i = 0; i < count; ++i) {
        body.append(i == 0 ? "" : ",")
            .append(R"({"cmd_type":"get","key":")")
            .append(std::to_string(i))
            .append("\"}");
    }
    return body.append("]}");
}

}  // namespace

BOOST_AUTO_TEST_SUITE(transaction_json)

BOOST_DATA_TEST_CASE(reads_a_transaction, bdata::make(requests)) {
    request_decoder decoder{defaults};
    BOOST_REQUIRE(decoder.decode(sample.body));
    BOOST_TEST(shown(decoder.transaction()) == sample.commands);
    BOOST_TEST(decoder.transaction().dry_run == sample.dry_run);
    BOOST_TEST((decoder.values_as() == sample.values_as));
}

BOOST_DATA_TEST_CASE(
    names_what_is_wrong,
    bdata::make(empty_requests) + bdata::make(malformed) + bdata::make(bad_requests) +
        bdata::make(unknown_commands) + bdata::make(bad_commands)
) {
    const refusal refused = refusal_of(sample.body);
    BOOST_TEST((refused.code == sample.code));
    BOOST_TEST(refused.what == sample.what);
    BOOST_TEST((refused.command == sample.command));
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

BOOST_AUTO_TEST_CASE(borrows_plain_text_from_the_body) {
    const std::string body =
        R"({"commands":[{"cmd_type":"set","key":"plain","value":"w\u0069th"}]})";
    request_decoder decoder{defaults};
    BOOST_REQUIRE(decoder.decode(body));
    const command::command& only = decoder.transaction().commands.at(0);
    BOOST_TEST(lies_in(only.key, body));
    BOOST_TEST(!lies_in(only.value, body));
    BOOST_TEST(only.value == "with");
}

BOOST_AUTO_TEST_CASE(a_request_leaves_nothing_to_the_next) {
    const std::string_view first =
        R"({"commands":[{"cmd_type":"set","key":"YQ==","keep_ttl":true}],)"
        R"("dry_run":true,"encoding":"base64"})";
    const std::string_view second = R"({"commands":[{"cmd_type":"set","key":"YQ=="}]})";
    request_decoder decoder{defaults};
    for (const std::string_view between :
         {"",
          "{",
          "null",
          "{}",
          R"({"x":[{"y":1}]})",
          R"({"commands":[{}]})",
          R"({"commands":[{"cmd_type":"get","x":1}]})"}) {
        BOOST_REQUIRE(decoder.decode(first));
        BOOST_TEST(shown(decoder.transaction()) == "set(a||keep_ttl)");
        BOOST_TEST(!decoder.decode(between).has_value());
        BOOST_REQUIRE(decoder.decode(second));
        BOOST_TEST(shown(decoder.transaction()) == "set(YQ==|)");
        BOOST_TEST(!decoder.transaction().dry_run);
        BOOST_TEST((decoder.values_as() == encoding::utf8));
    }
}

BOOST_AUTO_TEST_CASE(dry_run_can_be_set_from_without) {
    request_decoder decoder{defaults};
    BOOST_REQUIRE(decoder.decode(R"({"commands":[]})"));
    decoder.set_dry_run(true);
    BOOST_TEST(decoder.transaction().dry_run);
    BOOST_REQUIRE(decoder.decode(R"({"commands":[]})"));
    BOOST_TEST(!decoder.transaction().dry_run);
}

BOOST_AUTO_TEST_CASE(a_request_like_those_before_allocates_nothing) {
    const std::string bodies[] = {
        gets(50),
        R"({"commands":[{"cmd_type":"set","key":"\u006bey","value":"a \"long enough\" text, with \n escapes"}]})",
        R"({"encoding":"base64","commands":[{"cmd_type":"set","key":"Zm9v","value":"Zm9vYmFyZm9vYmFyZm9vYmFy"}]})",
    };
    request_decoder decoder{defaults};
    for (const std::string& body : bodies) BOOST_REQUIRE(decoder.decode(body));

    const std::size_t before = test::allocation_count();
    bool all_read = true;
    for (const std::string& body : bodies) all_read = decoder.decode(body).has_value() && all_read;
    BOOST_TEST(test::allocation_count() == before);
    BOOST_TEST(all_read);
}

BOOST_AUTO_TEST_CASE(trimming_gives_back_what_a_large_request_took) {
    const std::string small = get_of(R"(\u0061)");
    request_decoder decoder{defaults};
    BOOST_REQUIRE(decoder.decode(gets(5000)));
    BOOST_REQUIRE(decoder.decode(get_of(R"(\u0061)", std::string(200'000, ' '))));
    decoder.trim();
    BOOST_TEST(decoder.transaction().commands.empty());
    BOOST_TEST(decoder.transaction().commands.capacity() == 0U);
    BOOST_REQUIRE(decoder.decode(small));

    const std::size_t before = test::allocation_count();
    decoder.trim();
    const bool read = decoder.decode(small).has_value();
    BOOST_TEST(test::allocation_count() == before);
    BOOST_TEST(read);
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace memstore::http
