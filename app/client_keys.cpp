#include "app/client_keys.hpp"

#include "app/client_json.hpp"
#include "app/client_text.hpp"
#include "base/base64.hpp"

#include <boost/json/parse.hpp>
#include <boost/json/serialize.hpp>

#include <algorithm>

namespace memstore::app {
namespace {

namespace json = boost::json;
using namespace std::chrono_literals;

constexpr std::uint64_t scan_limit_max = 10'000;
constexpr std::uint64_t default_scan_limit = 100;
constexpr std::size_t table_cell_width = 60;

std::string path_of(std::string_view key) { return "/v1/keys/" + client::percent_encoded(key); }

client::request transaction_of(std::string body) {
    return {.method = "POST", .target = "/v1/execute", .body = std::move(body)};
}

std::string deletion_of(const std::vector<std::string>& keys) {
    json::array commands;
    for (const std::string& key : keys) {
        std::string encoded;
        base::append_base64(encoded, key);
        commands.push_back(json::object{{"cmd_type", "del"}, {"key", encoded}});
    }
    return json::serialize(json::object{{"encoding", "base64"}, {"commands", std::move(commands)}});
}

/// The entries of a scan, as they come.
class scan_printer {
public:
    explicit scan_printer(client_session& to, bool keys_only) : to_(to), keys_only_(keys_only) {
        table_row heading{"KEY", "VERSION"};
        if (!keys_only_) heading.emplace_back("VALUE");
        rows_.push_back(std::move(heading));
    }

    void print(const json::array& entries) {
        std::string lines;
        for (const json::value& each : entries) {
            if (to_.prints_json()) {
                lines += json::serialize(each) + '\n';
            } else {
                rows_.push_back(row_of(each));
            }
        }
        if (!to_.prints_json()) lines = table_text(rows_);
        rows_.resize(1);
        to_.print(lines);
    }

private:
    table_row row_of(const json::value& entry) const {
        table_row row{
            cell_text(bytes_in(member_of(entry, "key")), table_cell_width),
            std::to_string(number_in(member_of(entry, "version")))};
        if (!keys_only_)
            row.push_back(cell_text(bytes_in(member_of(entry, "value")), table_cell_width));
        return row;
    }

    client_session& to_;
    bool keys_only_;
    std::vector<table_row> rows_;
};

std::string scan_target(
    const client_session& session,
    std::uint64_t limit,
    const std::optional<std::string>& after
) {
    std::string target = "/v1/keys?limit=" + std::to_string(limit);
    target += "&prefix=" + client::percent_encoded(session.word(0, ""));
    if (after) target += "&after=" + client::percent_encoded(*after);
    for (const std::string_view flag : {"reverse", "keys-only"}) {
        if (!session.is_set(flag)) continue;
        target += flag == "reverse" ? "&reverse=true" : "&keys_only=true";
    }
    return target;
}

std::string results_table(const json::value& answer) {
    std::vector<table_row> rows{{"COMMAND", "RESULT"}};
    const auto& results = array_in(member_of(answer, "results"));
    for (std::size_t at = 0; at < results.size(); ++at) {
        rows.push_back({std::to_string(at), visible_json(json::serialize(results[at]))});
    }
    std::string text = table_text(rows);
    const json::value* branch = object_in(answer).if_contains("succeeded");
    if (branch != nullptr) text += "succeeded: " + visible_json(json::serialize(*branch)) + "\n";
    return text;
}

/// Whether the server itself says so: others answer 404, too, for a path that they do not know.
bool says_absent(const client::response& answer) {
    if (answer.status != 404) return false;
    boost::system::error_code no;
    const auto body = json::parse(answer.body, no);
    const json::value* error =
        !no && body.is_object() ? body.as_object().if_contains("error") : nullptr;
    return error != nullptr && *error == "no such key";
}

/// A page of the keys behind `after`. It has less of them where the server refuses to answer so
/// much.
client::response page_of(
    client_session& session,
    std::uint64_t& limit,
    const std::optional<std::string>& after
) {
    for (;; limit /= 2) {
        auto answer = session.ask({.target = scan_target(session, limit, after)});
        if (answer.good()) return answer;
        if (answer.status != 413 || limit == 1) throw refusal_of(answer);
    }
}

/// How to go on behind a key, for a shell to read. A key that is not shown as it is cannot be told.
std::string hint_after(std::string_view key) {
    const bool is_whole = cell_text(key, table_cell_width) == key;
    if (!is_whole) return "there are more: --all prints them";
    return "there are more: --all prints them, --after=" + shell_word(key) + " the next";
}

}  // namespace

int run_get(client_session& session) {
    const auto answer = session.ask({.target = path_of(session.words().front())});
    if (says_absent(answer)) return client_absent;
    if (!answer.good()) throw refusal_of(answer);
    session.print(answer.body);
    return client_done;
}

int run_set(client_session& session) {
    std::string target = path_of(session.words().front());
    const auto ttl = session.duration("ttl", 1ms);
    if (ttl) target += "?ttl_ms=" + std::to_string(ttl->count());
    const std::string& given = session.words().back();
    std::string value = given == "-" ? read_input(given) : given;
    const auto answer =
        session.ask_for({.method = "PUT", .target = target, .body = std::move(value)});
    const bool created = answer.status == 201;
    const std::string version{answer.field("Memstore-Version")};
    if (session.prints_json()) {
        session.print(
            std::string{R"({"created":)"} + (created ? "true" : "false") + R"(,"version":)" +
            version + "}\n"
        );
    } else {
        session.print((created ? "created, version " : "replaced, version ") + version + "\n");
    }
    return client_done;
}

int run_del(client_session& session) {
    const auto answer = session.ask_for(transaction_of(deletion_of(session.words())));
    const auto body = json_in(answer.body);
    const auto& results = array_in(member_of(body, "results"));
    const auto removed = std::count(results.begin(), results.end(), json::value(true));
    if (session.prints_json()) {
        session.print("{\"removed\":" + std::to_string(removed) + "}\n");
    } else {
        session.print(
            "removed " + std::to_string(removed) + " of " + std::to_string(results.size()) + "\n"
        );
    }
    return static_cast<std::size_t>(removed) == results.size() ? client_done : client_absent;
}

int run_scan(client_session& session) {
    const bool all = session.is_set("all");
    const auto limit = session.number("limit", 1, scan_limit_max);
    if (all && limit) throw client_failed{client_usage, "--all and --limit exclude each other"};
    std::optional<std::string> after;
    if (const auto given = session.text("after")) after = *given;
    scan_printer printer{session, session.is_set("keys-only")};
    std::uint64_t most = scan_limit_max;
    for (;;) {
        const auto answer =
            all ? page_of(session, most, after)
                : session.ask_for(
                      {.target = scan_target(session, limit.value_or(default_scan_limit), after)}
                  );
        const auto body = json_in(answer.body);
        printer.print(array_in(member_of(body, "entries")));
        const json::value& next = member_of(body, "next");
        if (next.is_null()) return client_done;
        after = bytes_in(next);
        if (all) continue;
        session.note(hint_after(*after));
        return client_done;
    }
}

int run_exec(client_session& session) {
    std::string document = read_input(session.word(0, "-"));
    const std::size_t begin = document.find_first_not_of(" \t\r\n");
    if (begin != std::string::npos && document[begin] == '[') {
        document = "{\"commands\":" + document + "}";
    }
    const auto answer = session.ask(transaction_of(std::move(document)));
    if (!answer.good()) throw refusal_of(answer);
    session.print(session.prints_json() ? answer.body + "\n" : results_table(json_in(answer.body)));
    return client_done;
}

}  // namespace memstore::app
