#include "http/transaction_json.hpp"

#include "base/base64.hpp"
#include "base/limits.hpp"
#include "command/command_table.hpp"
#include "http/answer_json.hpp"
#include "http/json_text.hpp"
#include "http/refusal_json.hpp"
#include "support/json_oracle.hpp"
#include "support/require.hpp"

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

namespace memstore::http {
namespace {

namespace json = boost::json;
using test::require;

constexpr base::request_limits limits{.commands = 8, .json_depth = 5};

bool is_blank(std::string_view text) {
    return text.find_first_not_of(" \t\r\n") == std::string_view::npos;
}

void append_argument(std::string& out, std::string_view text) {
    out.push_back('"');
    base::append_base64(out, text);
    out.push_back('"');
}
void append_argument(std::string& out, std::int64_t number) { out.append(std::to_string(number)); }
void append_argument(std::string& out, bool truth) { out.append(truth ? "true" : "false"); }

void append_command(std::string& out, const command::command& one) {
    out.append(R"({"cmd_type":)");
    append_json_string(out, one.what->name);
    for (const command::argument_definition& each : command::arguments()) {
        if (!one.has(each.which)) continue;
        out.append(",\"").append(each.name).append("\":");
        std::visit([&](const auto member) { append_argument(out, one.*member); }, each.member);
    }
    out.push_back('}');
}

void append_commands(
    std::string& out,
    std::string_view name,
    std::span<const command::command> commands
) {
    out.append(",\"").append(name).append("\":[");
    for (const command::command& each : commands) {
        if (&each != commands.data()) out.push_back(',');
        append_command(out, each);
    }
    out.push_back(']');
}

/// The transaction in base64, which holds whatever its keys and values are.
std::string written(const command::transaction& transaction) {
    std::string out = R"({"encoding":"base64")";
    const std::span<const command::command> all = transaction.commands;
    if (transaction.branched) {
        const auto& ends = *transaction.branched;
        append_commands(out, "else", all.subspan(ends.then_end));
        append_commands(out, "if", all.first(ends.conditions_end));
        append_commands(
            out,
            "then",
            all.subspan(ends.conditions_end, ends.then_end - ends.conditions_end)
        );
    } else {
        append_commands(out, "commands", all);
    }
    return out.append(transaction.dry_run ? R"(,"dry_run":true})" : "}");
}

bool same(const command::command& one, const command::command& other) {
    const auto same_argument = [&](const command::argument_definition& each) {
        return std::visit(
            [&](const auto member) { return one.*member == other.*member; },
            each.member
        );
    };
    const auto all = command::arguments();
    return one.what == other.what && one.given == other.given &&
           std::all_of(all.begin(), all.end(), same_argument);
}

void check_read_back(const command::transaction& transaction) {
    const std::string body = written(transaction);
    request_decoder decoder{limits};
    require(decoder.decode(body).has_value(), "what was written is read");
    const command::transaction& again = decoder.transaction();
    require(again.dry_run == transaction.dry_run, "dry_run is read back");
    require(
        again.branched.has_value() == transaction.branched.has_value(),
        "branches are read back"
    );
    require(again.commands.size() == transaction.commands.size(), "every command is read back");
    for (std::size_t i = 0; i < again.commands.size(); ++i) {
        require(
            same(again.commands[i], transaction.commands[i]),
            "every command is read back as it was"
        );
    }
}

void check_results(const command::transaction& transaction, encoding values_as) {
    command::evaluation evaluated;
    std::vector<command::reply>& replies = evaluated.replies;
    for (const command::command& each : transaction.commands) replies.emplace_back(each.value);
    std::string out;
    const executed what{transaction, evaluated, 0, values_as};
    append_answer(out, what);
    require(answer_size(what) == out.size(), "the size of an answer is known before");
    const json::value document = json::parse(out);
    const json::array& results = document.at("results").as_array();
    require(results.size() == replies.size(), "every command has a result");
    for (std::size_t i = 0; i < results.size(); ++i) {
        if (values_as != encoding::utf8) continue;
        require(results[i].as_string() == transaction.commands[i].value, "text comes back as text");
    }
}

void check_refusal(const refusal& refused) {
    std::string out;
    append_error(out, refused);
    require(json::parse(out).at("error").as_string() == refused.what, "an error is JSON");
    require(
        !refused.command || *refused.command < limits.commands,
        "an error names a command there is"
    );
}

void check(request_decoder& decoder, std::string_view body) {
    const auto read = decoder.decode(body);
    const bool malformed = !read && read.error().code == errc::malformed_json;
    const bool is_request = is_blank(body) || test::is_json_object(body, limits.json_depth);
    require(malformed == !is_request, "what a JSON parser refuses is malformed, and nothing else");
    if (!read) return check_refusal(read.error());
    check_read_back(decoder.transaction());
    check_results(decoder.transaction(), decoder.values_as());
}

}  // namespace
}  // namespace memstore::http

// NOLINTNEXTLINE(readability-identifier-naming): libFuzzer's name
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    static memstore::http::request_decoder decoder{memstore::http::limits};
    // A copy of its own, so that reading past the end is seen.
    const std::string body(reinterpret_cast<const char*>(data), size);
    memstore::http::check(decoder, body);
    return 0;
}
