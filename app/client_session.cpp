#include "app/client_session.hpp"

#include "app/client_text.hpp"
#include "app/value_text.hpp"
#include "log/line.hpp"

#include <boost/json/parse.hpp>
#include <boost/json/serialize.hpp>

#include <sys/stat.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstdio>
#include <fcntl.h>
#include <system_error>
#include <unistd.h>

namespace memstore::app {
namespace {

using namespace std::chrono_literals;

constexpr std::chrono::milliseconds default_patience = 30s;
constexpr std::chrono::milliseconds longest_time = 24h * 366;

std::string_view value_of(const std::vector<std::string>& environment, std::string_view name) {
    for (const std::string_view variable : environment) {
        if (variable.starts_with(name) && variable.substr(name.size()).starts_with('=')) {
            return variable.substr(name.size() + 1);
        }
    }
    return {};
}

client_failed misused(std::string_view flag, std::string_view value, const std::string& why) {
    return {client_usage, std::string{flag} + ": " + log::quoted(value) + " " + why};
}

std::string token_in(const std::vector<std::string>& environment) {
    const std::string_view token = value_of(environment, token_variable);
    const auto visible = [](char c) { return c > ' ' && c < '\x7f'; };
    if (std::all_of(token.begin(), token.end(), visible)) return std::string{token};
    throw client_failed{client_usage, std::string{token_variable} + " holds no token"};
}

client::url server_of(const client_line& line, const std::vector<std::string>& environment) {
    const auto flag = line.flags.find("url");
    std::string_view text = default_url;
    std::string origin = "default";
    if (flag != line.flags.end()) {
        text = flag->second;
        origin = "--url";
    } else if (const auto variable = value_of(environment, url_variable); !variable.empty()) {
        text = variable;
        origin = url_variable;
    }
    const auto server = client::parse_url(text);
    if (!server) throw client_failed{client_usage, origin + ": " + line_text(server.error().what)};
    return *server;
}

std::string system_text(int number) { return std::generic_category().message(number); }

}  // namespace

client_session::client_session(client_line line, const std::vector<std::string>& environment)
    : line_(std::move(line)) {
    const bool table = is_set("table");
    if (table && is_set("json")) {
        throw client_failed{client_usage, "--json and --table exclude each other"};
    }
    json_ = is_set("json") || (!table && ::isatty(STDOUT_FILENO) != 1);
    auto way = client::access::open(
        {.server = server_of(line_, environment),
         .token = token_in(environment),
         .ca_file = std::string{text("ca").value_or("")},
         .patience = duration("timeout", 1ms).value_or(default_patience)}
    );
    if (!way) throw client_failed{client_usage, way.error().what};
    client_.emplace(*std::move(way));
}

std::string_view client_session::word(std::size_t at, std::string_view otherwise) const noexcept {
    return at < line_.words.size() ? std::string_view{line_.words[at]} : otherwise;
}

std::optional<std::string_view> client_session::text(std::string_view flag) const {
    const auto found = line_.flags.find(flag);
    if (found == line_.flags.end()) return std::nullopt;
    return found->second;
}

std::optional<std::uint64_t> client_session::number(
    std::string_view flag,
    std::uint64_t least,
    std::uint64_t most
) const {
    const auto given = text(flag);
    if (!given) return std::nullopt;
    const auto value = parse_number(*given);
    if (value && *value >= least && *value <= most) return value;
    throw misused(
        "--" + std::string{flag},
        *given,
        "is not a whole number from " + std::to_string(least) + " to " + std::to_string(most)
    );
}

std::optional<std::uint64_t> client_session::size(std::string_view flag, std::uint64_t most) const {
    const auto given = text(flag);
    if (!given) return std::nullopt;
    const auto value = parse_size(*given);
    if (value && *value <= most) return value;
    throw misused("--" + std::string{flag}, *given, "is not a size up to " + size_text(most));
}

std::optional<std::chrono::milliseconds> client_session::duration(
    std::string_view flag,
    std::chrono::milliseconds least
) const {
    const auto given = text(flag);
    if (!given) return std::nullopt;
    const auto value = parse_duration(*given);
    if (value && *value >= least && *value <= longest_time) return value;
    throw misused(
        "--" + std::string{flag},
        *given,
        "is not a time from " + duration_text(least) + " on, such as 30s"
    );
}

bool client_session::is_set(std::string_view flag) const {
    const auto given = text(flag);
    if (!given) return false;
    const auto value = parse_boolean(*given);
    if (value) return *value;
    throw misused("--" + std::string{flag}, *given, "is neither true nor false");
}

client::response client_session::ask(client::request what, client::body_taker take) {
    auto answer = client_->ask(std::move(what), std::move(take));
    if (!answer) throw client_failed{client_unreachable, line_text(answer.error().what)};
    return *std::move(answer);
}

client::response client_session::ask_for(client::request what, client::body_taker take) {
    auto answer = ask(std::move(what), std::move(take));
    if (!answer.good()) throw refusal_of(answer);
    return answer;
}

void client_session::print(std::string_view text) const {
    while (!text.empty()) {
        const auto written = ::write(STDOUT_FILENO, text.data(), text.size());
        if (written < 0 && errno == EINTR) continue;
        if (written < 0) {
            throw client_failed{
                client_usage,
                "cannot write to standard output: " + system_text(errno)};
        }
        text.remove_prefix(static_cast<std::size_t>(written));
    }
}

void client_session::note(std::string_view text) const {
    const std::string line = "memstore: " + std::string{text} + "\n";
    std::fwrite(line.data(), 1, line.size(), stderr);
}

client_failed refusal_of(const client::response& answer) {
    boost::system::error_code no;
    const auto body = boost::json::parse(answer.body, no);
    std::string why;
    if (!no && body.is_object()) {
        const auto& members = body.as_object();
        if (const auto* error = members.if_contains("error"); error && error->is_string()) {
            why = error->as_string().c_str();
        }
        if (const auto* failed = members.if_contains("failed")) {
            why += " " + boost::json::serialize(*failed);
        }
    } else {
        why = answer.body.substr(0, 200);
    }
    if (answer.status == 401) why += "; a token is read from MEMSTORE_TOKEN";
    const bool check_failed = answer.status == 409 || answer.status == 412;
    return {
        check_failed ? client_absent : client_refused,
        "the server answers " + std::to_string(answer.status) + (why.empty() ? "" : ": ") +
            line_text(why)};
}

std::string read_input(std::string_view file) {
    const bool standard = file == "-";
    const int from =
        standard ? STDIN_FILENO : ::open(std::string{file}.c_str(), O_RDONLY | O_CLOEXEC);
    const auto fail = [&] {
        const std::string why = system_text(errno);
        const std::string what = standard ? "standard input" : log::quoted(file);
        return client_failed{client_usage, "cannot read " + what + ": " + why};
    };
    if (from < 0) throw fail();
    std::string all;
    std::array<char, 65536> piece;
    for (;;) {
        const auto bytes = ::read(from, piece.data(), piece.size());
        if (bytes < 0 && errno == EINTR) continue;
        if (bytes < 0) throw fail();
        if (bytes == 0) break;
        all.append(piece.data(), static_cast<std::size_t>(bytes));
    }
    if (!standard) ::close(from);
    return all;
}

}  // namespace memstore::app
