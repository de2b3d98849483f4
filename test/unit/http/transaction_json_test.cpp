#include "http/transaction_json.hpp"

#include "command/command_table.hpp"
#include "support/allocation_count.hpp"
#include "support/transaction_bodies.hpp"

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
using test::get_of;
using test::gets;

constexpr base::request_limits default_limits{};

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

bool lies_in(std::string_view part, std::string_view whole) {
    return part.data() >= whole.data() && part.data() + part.size() <= whole.data() + whole.size();
}

}  // namespace

BOOST_AUTO_TEST_SUITE(transaction_json)

BOOST_DATA_TEST_CASE(reads_a_transaction, bdata::make(requests)) {
    request_decoder decoder{default_limits};
    BOOST_REQUIRE(decoder.decode(sample.body));
    BOOST_TEST(shown(decoder.transaction()) == sample.commands);
    BOOST_TEST(decoder.transaction().dry_run == sample.dry_run);
    BOOST_TEST((decoder.values_as() == sample.values_as));
}

BOOST_AUTO_TEST_CASE(borrows_plain_text_from_the_body) {
    const std::string body =
        R"({"commands":[{"cmd_type":"set","key":"plain","value":"w\u0069th"}]})";
    request_decoder decoder{default_limits};
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
    request_decoder decoder{default_limits};
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
    request_decoder decoder{default_limits};
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
    request_decoder decoder{default_limits};
    for (const std::string& body : bodies) BOOST_REQUIRE(decoder.decode(body));

    const std::size_t before = test::allocation_count();
    bool all_read = true;
    for (const std::string& body : bodies) all_read = decoder.decode(body).has_value() && all_read;
    BOOST_TEST(test::allocation_count() == before);
    BOOST_TEST(all_read);
}

BOOST_AUTO_TEST_CASE(trimming_gives_back_what_a_large_request_took) {
    const std::string small = get_of(R"(\u0061)");
    request_decoder decoder{default_limits};
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
