#include "base/base64.hpp"
#include "base/utf8.hpp"
#include "command/command_table.hpp"
#include "http/answer_json.hpp"
#include "http/json_text.hpp"
#include "http/transaction_json.hpp"
#include "support/json_oracle.hpp"

#include <boost/test/data/monomorphic.hpp>
#include <boost/test/data/test_case.hpp>
#include <boost/test/unit_test.hpp>

#include <algorithm>
#include <random>
#include <string>
#include <string_view>
#include <vector>

namespace memstore::http {
namespace {

namespace bdata = boost::unit_test::data;
namespace json = boost::json;
using namespace std::string_view_literals;
using source = std::mt19937_64;

constexpr base::request_limits limits{.json_depth = 6};

std::size_t below(source& random, std::size_t bound) { return random() % bound; }

std::string random_bytes(source& random) {
    std::string bytes(below(random, 40), '\0');
    for (char& c : bytes) c = static_cast<char>(random());
    return bytes;
}

std::string random_text(source& random) {
    constexpr std::string_view pieces[] =
        {"a", "key:17", "\"", "\\", "\n", "\x00"sv, "\u00E9", "\U0001F600"};
    std::string text;
    for (auto left = below(random, 12); left > 0; --left)
        text.append(pieces[below(random, std::size(pieces))]);
    return text;
}

struct model {
    std::string cmd_type;
    std::string key;
    std::string value;
};

std::vector<model> random_model(source& random, encoding as) {
    std::vector<model> commands(below(random, 6));
    const auto text = [&] {
        return as == encoding::base64 ? random_bytes(random) : random_text(random);
    };
    for (model& each : commands) each = {below(random, 2) == 0 ? "get" : "set", text(), text()};
    return commands;
}

std::string in_json(std::string_view text, encoding as) {
    std::string out;
    if (as == encoding::utf8) {
        append_json_string(out, text);
        return out;
    }
    std::string base64;
    base::append_base64(base64, text);
    append_json_string(out, base64);
    return out;
}

/// Joins `parts` in random order, with white space here and there.
std::string shuffled(source& random, std::vector<std::string> parts) {
    constexpr std::string_view spaces[] = {"", "", "", " ", "\n\t"};
    const auto space = [&] { return spaces[below(random, std::size(spaces))]; };
    std::shuffle(parts.begin(), parts.end(), random);
    std::string out;
    for (const std::string& part : parts) {
        if (!out.empty()) out.push_back(',');
        out.append(space()).append(part).append(space());
    }
    return out;
}

std::string request_of(source& random, const std::vector<model>& commands, encoding as) {
    std::string array = R"("commands":[)";
    for (const model& each : commands) {
        if (&each != &commands.front()) array.push_back(',');
        const std::string members = shuffled(
            random,
            {R"("cmd_type":")" + each.cmd_type + '"',
             "\"key\":" + in_json(each.key, as),
             R"("v\u0061lue":)" + in_json(each.value, as)}
        );
        array.append("{").append(members).append("}");
    }
    array.push_back(']');
    std::vector<std::string> parts{array, R"("dry_run":true)"};
    parts.push_back(as == encoding::base64 ? R"("encoding":"base64")" : R"("encoding":"utf8")");
    return '{' + shuffled(random, parts) + '}';
}

encoding random_encoding(source& random) {
    return below(random, 2) == 0 ? encoding::utf8 : encoding::base64;
}

void mutate(source& random, std::string& text) {
    constexpr std::string_view pieces[] = {
        "{",
        "}",
        "[",
        "]",
        ",",
        ":",
        "\"",
        "\\",
        "\\u",
        "d800",
        "null",
        "-",
        "1e9",
        " ",
        "\x00"sv,
        "\xFF",
        "\xC3",
        "\u00E9",
    };
    const std::size_t at = below(random, text.size() + 1);
    switch (below(random, 4)) {
    case 0: text.insert(at, pieces[below(random, std::size(pieces))]); return;
    case 1: text.erase(at, 1 + below(random, 4)); return;
    case 2: text.insert(at, text.substr(below(random, text.size() + 1), below(random, 10))); return;
    default: text.resize(at); return;
    }
}

bool is_blank(std::string_view text) {
    return text.find_first_not_of(" \t\r\n") == std::string_view::npos;
}

std::string decoded(const json::value& base64) {
    const json::string& text = base64.as_string();
    std::string bytes(base::base64_decoded_bytes_max(text.size()), '\0');
    bytes.resize(base::decode_base64(text, bytes.data()).value());
    return bytes;
}

std::string bytes_of(const json::value& result, encoding as) {
    if (result.is_object()) return decoded(result.at("base64"));
    return as == encoding::base64 ? decoded(result) : json::value_to<std::string>(result);
}

}  // namespace

BOOST_AUTO_TEST_SUITE(transaction_json_laws)

BOOST_DATA_TEST_CASE(every_transaction_that_was_written_is_read_back, bdata::xrange(500), seed) {
    source random(static_cast<unsigned>(seed));
    request_decoder decoder{limits};
    for (int round = 0; round < 10; ++round) {
        const encoding as = random_encoding(random);
        const std::vector<model> commands = random_model(random, as);
        const std::string body = request_of(random, commands, as);
        BOOST_TEST_CONTEXT(body) {
            BOOST_REQUIRE(decoder.decode(body));
            const auto& read = decoder.transaction().commands;
            BOOST_TEST(decoder.transaction().dry_run);
            BOOST_TEST((decoder.values_as() == as));
            BOOST_REQUIRE(read.size() == commands.size());
            for (std::size_t i = 0; i < read.size(); ++i) {
                BOOST_TEST(read[i].what->name == commands[i].cmd_type);
                BOOST_TEST(read[i].key == commands[i].key);
                BOOST_TEST(read[i].value == commands[i].value);
            }
        }
    }
}

BOOST_DATA_TEST_CASE(malformed_json_is_what_a_json_parser_refuses, bdata::xrange(500), seed) {
    source random(static_cast<unsigned>(seed));
    request_decoder decoder{limits};
    for (int round = 0; round < 20; ++round) {
        const encoding as = random_encoding(random);
        std::string body = request_of(random, random_model(random, as), as);
        for (auto left = 1 + below(random, 3); left > 0; --left) mutate(random, body);
        if (is_blank(body)) continue;
        const auto read = decoder.decode(body);
        const bool malformed = !read && read.error().code == errc::malformed_json;
        BOOST_TEST_CONTEXT(body) {
            BOOST_TEST(malformed == !test::is_json_object(body, limits.json_depth));
        }
    }
}

BOOST_DATA_TEST_CASE(every_result_can_be_read_back, bdata::xrange(500), seed) {
    source random(static_cast<unsigned>(seed));
    std::vector<std::string> values(below(random, 8));
    command::evaluation evaluated;
    std::vector<command::reply>& replies = evaluated.replies;
    for (std::string& value : values) {
        value = below(random, 2) == 0 ? random_bytes(random) : random_text(random);
        replies.push_back(below(random, 4) == 0 ? command::reply{} : command::reply{value});
    }
    const encoding as = random_encoding(random);
    std::string out;
    const command::transaction asked;
    const executed what{asked, evaluated, 0, as};
    append_answer(out, what);
    BOOST_TEST(answer_size(what) == out.size());
    BOOST_TEST(answer_size_bound(what) >= out.size());

    const json::value document = json::parse(out);
    const json::array& results = document.at("results").as_array();
    BOOST_REQUIRE(results.size() == replies.size());
    for (std::size_t i = 0; i < results.size(); ++i) {
        const bool absent = std::holds_alternative<std::monostate>(replies[i]);
        BOOST_TEST(results[i].is_null() == absent);
        if (absent) continue;
        BOOST_TEST(bytes_of(results[i], as) == values[i]);
        BOOST_TEST(results[i].is_object() == (as == encoding::utf8 && !base::is_utf8(values[i])));
    }
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace memstore::http
