#include "app/option_table.hpp"

#include "app/value_text.hpp"

#include <boost/algorithm/string/case_conv.hpp>
#include <boost/algorithm/string/classification.hpp>
#include <boost/algorithm/string/join.hpp>
#include <boost/algorithm/string/replace.hpp>
#include <boost/algorithm/string/split.hpp>
#include <boost/algorithm/string/trim.hpp>

#include <algorithm>
#include <array>
#include <cctype>
#include <type_traits>

namespace memstore::app {
namespace {

using namespace std::chrono_literals;

constexpr std::uint64_t kib = 1024;
constexpr std::uint64_t gib = kib * kib * kib;

template <class Value>
struct range {
    Value least;
    Value most;
};

std::string number_text(std::uint64_t number) { return std::to_string(number); }

template <class Member, class Value, class Parse, class Show>
option bounded(
    description what,
    Member member,
    range<Value> bounds,
    std::string kind,
    Parse parse,
    Show show
) {
    auto assign = [=](settings& to, std::span<const std::string> given) -> std::string {
        const auto value = parse(given.front());
        if (!value || *value < bounds.least || *value > bounds.most) {
            return "is not " + kind + " from " + show(bounds.least) + " to " + show(bounds.most);
        }
        auto& place = std::invoke(member, to);
        place = static_cast<std::remove_reference_t<decltype(place)>>(*value);
        return {};
    };
    auto shown = [=](const settings& from) { return std::vector{show(std::invoke(member, from))}; };
    return {what, arity::one, assign, shown};
}

template <class Member>
option number(description what, Member member, range<std::uint64_t> bounds) {
    return bounded(what, member, bounds, "a whole number", parse_number, number_text);
}

/// The same, with 0 for `auto`.
template <class Member>
option number_or_auto(description what, Member member, range<std::uint64_t> bounds) {
    option row = number(what, member, bounds);
    row.assign = [=, parse = row.assign](settings& to, std::span<const std::string> given) {
        if (given.front() != "auto") return parse(to, given);
        std::invoke(member, to) = 0;
        return std::string{};
    };
    row.shown = [=, show = row.shown](const settings& from) {
        if (std::invoke(member, from) == 0) return std::vector<std::string>{"auto"};
        return show(from);
    };
    return row;
}

template <class Member>
option size(description what, Member member, range<std::uint64_t> bounds) {
    return bounded(what, member, bounds, "a size", parse_size, size_text);
}

template <class Member>
option duration(description what, Member member, range<std::chrono::milliseconds> bounds) {
    return bounded(what, member, bounds, "a duration", parse_duration, duration_text);
}

template <class Member>
option boolean(description what, Member member) {
    auto assign = [=](settings& to, std::span<const std::string> given) -> std::string {
        const auto value = parse_boolean(given.front());
        if (!value) return "is neither true nor false";
        std::invoke(member, to) = *value;
        return {};
    };
    auto shown = [=](const settings& from) {
        return std::vector<std::string>{std::invoke(member, from) ? "true" : "false"};
    };
    return {what, arity::flag, assign, shown};
}

/// @param names  of the enumeration's values, in their order
template <class Member>
option choice(description what, Member member, std::vector<std::string> names) {
    auto assign = [=](settings& to, std::span<const std::string> given) -> std::string {
        const auto found = std::find(names.begin(), names.end(), given.front());
        if (found == names.end()) return "is none of " + boost::algorithm::join(names, ", ");
        auto& place = std::invoke(member, to);
        place = static_cast<std::remove_reference_t<decltype(place)>>(found - names.begin());
        return {};
    };
    auto shown = [=](const settings& from) {
        return std::vector{names[static_cast<std::size_t>(std::invoke(member, from))]};
    };
    return {what, arity::one, assign, shown};
}

template <class Member>
option text(description what, Member member) {
    auto assign = [=](settings& to, std::span<const std::string> given) -> std::string {
        std::invoke(member, to) = given.front();
        return {};
    };
    auto shown = [=](const settings& from) {
        return std::vector<std::string>{std::invoke(member, from)};
    };
    return {what, arity::one, assign, shown};
}

template <class Member>
option host(description what, Member member) {
    option row = text(what, member);
    row.assign = [store = row.assign](settings& to, std::span<const std::string> given) {
        return given.front().empty() ? "is not an address" : store(to, given);
    };
    return row;
}

template <class Member>
option directory(description what, Member member) {
    option row = text(what, member);
    row.assign = [store = row.assign](settings& to, std::span<const std::string> given) {
        return given.front().empty() ? "is not a directory" : store(to, given);
    };
    return row;
}

std::vector<std::string> comma_separated(std::span<const std::string> texts) {
    std::vector<std::string> items;
    for (const std::string& one : texts) {
        std::vector<std::string> parts;
        boost::algorithm::split(parts, one, boost::algorithm::is_any_of(","));
        for (std::string& part : parts) {
            boost::algorithm::trim(part);
            if (!part.empty()) items.push_back(std::move(part));
        }
    }
    return items;
}

/// Whether a browser may send it as Origin: scheme and authority, no path; or `null`.
bool is_origin(std::string_view text) {
    if (text == "null") return true;
    const std::size_t colon = text.find("://");
    if (colon == std::string_view::npos || colon == 0) return false;
    const auto authority = text.substr(colon + 3);
    const auto allowed = [](unsigned char c) {
        return std::isgraph(c) != 0 &&
               std::string_view{"/?#@*"}.find(static_cast<char>(c)) == std::string_view::npos;
    };
    return !authority.empty() && std::all_of(authority.begin(), authority.end(), allowed);
}

template <class Member>
option origins(description what, Member member) {
    auto assign = [=](settings& to, std::span<const std::string> given) -> std::string {
        auto items = comma_separated(given);
        for (std::string& item : items) {
            if (!is_origin(item)) return "is not a list of origins such as https://example.com";
            boost::algorithm::to_lower(item);  // as browsers send it
        }
        std::invoke(member, to) = std::move(items);
        return {};
    };
    auto shown = [=](const settings& from) { return std::invoke(member, from); };
    return {what, arity::many, assign, shown};
}

/// The way to a setting of the HTTP server.
template <class Value>
auto http_setting(Value http::settings::*which) {
    return [which](auto& of) -> auto& { return of.http.*which; };
}

/// The way to a setting of how fast requests may come.
auto rate_of(http::rate http::rate_settings::*whose, std::uint64_t http::rate::*which) {
    return [ whose, which ](auto& of) -> auto& { return of.http.rates.*whose.*which; };
}

/// The way to a setting of the journal.
template <class Value>
auto journal_setting(Value journal_settings::*which) {
    return [which](auto& of) -> auto& { return of.journal.*which; };
}

/// The way to a setting of who may ask.
template <class Value>
auto auth_setting(Value auth_settings::*which) {
    return [which](auto& of) -> auto& { return of.auth.*which; };
}

/// The way to a file of TLS.
auto tls_file(std::string net::tls_files::*which) {
    return [which](auto& of) -> auto& { return of.tls.*which; };
}

/// The way to one of its limits.
auto limit(std::size_t base::request_limits::*which) {
    return [which](auto& of) -> auto& { return of.http.limits.*which; };
}

std::vector<option> make_table() {
    return {
        host({"address", "HOST", "the address to listen on, or a name of it"}, &settings::address),
        number(
            {"port", "PORT", "the port to listen on; 0 takes any that is free", 'p'},
            &settings::port,
            {0, 65'535}
        ),
        number_or_auto(
            {"nodes", "N", "nodes that share the keys; auto: as many as the cores ask for"},
            &settings::nodes,
            {1, 1'024}
        ),
        number(
            {"partitions", "N", "partitions of the keys, at least as many as nodes"},
            &settings::partitions,
            {1, 65'536}
        ),
        number(
            {"threads", "N", "threads that serve, by default one a core"},
            &settings::threads,
            {1, 256}
        ),
        text(
            {"config", "FILE", "the YAML file to read, by default .memstore.yaml if it is there"},
            &settings::config
        ),
        text(
            {"port-file", "FILE", "a file that holds the port while memstore serves"},
            &settings::port_file
        ),
        duration(
            {"drain-timeout", "TIME", "how long a stop waits for requests under way"},
            &settings::drain_timeout,
            {0s, 1h}
        ),
        duration(
            {"timeouts.idle", "TIME", "how long a connection may wait for its next request"},
            http_setting(&http::settings::idle_timeout),
            {10ms, 24h}
        ),
        duration(
            {"timeouts.request",
             "TIME",
             "for a request to arrive; for a reply to leave, 1s more per 64KiB"},
            http_setting(&http::settings::request_timeout),
            {10ms, 24h}
        ),
        size(
            {"limits.body", "SIZE", "the longest request body"},
            limit(&base::request_limits::body_bytes),
            {1, gib}
        ),
        size(
            {"limits.header", "SIZE", "the longest request line and header fields together"},
            limit(&base::request_limits::header_bytes),
            {256, kib * kib}
        ),
        size(
            {"limits.uri", "SIZE", "the longest request target"},
            limit(&base::request_limits::uri_bytes),
            {64, kib * kib}
        ),
        size(
            {"limits.answer", "SIZE", "the longest body of an answer"},
            limit(&base::request_limits::answer_bytes),
            {kib, gib}
        ),
        number(
            {"limits.commands", "N", "the most commands of one transaction"},
            limit(&base::request_limits::commands),
            {1, 1'000'000}
        ),
        number(
            {"limits.json-depth", "N", "the deepest nesting of a JSON body"},
            limit(&base::request_limits::json_depth),
            {4, 512}
        ),
        number(
            {"limits.connections", "N", "the most connections at a time"},
            http_setting(&http::settings::connections_max),
            {1, 1'000'000}
        ),
        number(
            {"limits.connections-per-address",
             "N",
             "of one IPv4 address or IPv6 /64, half if not given; 0: any number"},
            http_setting(&http::settings::connections_per_address_max),
            {0, 1'000'000}
        ),
        number(
            {"limits.watches",
             "N",
             "the most watches at a time, of those connections; half if not given"},
            http_setting(&http::settings::watches_max),
            {1, 1'000'000}
        ),
        size(
            {"limits.buffered",
             "SIZE",
             "the most memory for all long requests and answers on their way"},
            http_setting(&http::settings::buffered_bytes_max),
            {kib * kib, kib * gib}
        ),
        choice(
            {"rate.mode", "MODE", "requests that come too fast: off, count them or enforce (429)"},
            [](auto& of) -> auto& { return of.http.rates.mode; },
            {"off", "count", "enforce"}
        ),
        number(
            {"rate.per-address",
             "N",
             "requests a second of one IPv4 address or IPv6 /64; 0: any number"},
            rate_of(&http::rate_settings::of_address, &http::rate::per_second),
            {0, 1'000'000}
        ),
        number(
            {"rate.per-address-burst", "N", "how many of them at once, after silence"},
            rate_of(&http::rate_settings::of_address, &http::rate::burst),
            {1, 1'000'000}
        ),
        number(
            {"rate.per-token", "N", "requests a second of one token; 0: any number"},
            rate_of(&http::rate_settings::of_token, &http::rate::per_second),
            {0, 1'000'000}
        ),
        number(
            {"rate.per-token-burst", "N", "how many of them at once, after silence"},
            rate_of(&http::rate_settings::of_token, &http::rate::burst),
            {1, 1'000'000}
        ),
        boolean(
            {"cluster.auto-rebalance",
             "BOOL",
             "move partitions from nodes that bear much to others, by load"},
            &settings::auto_rebalance
        ),
        size(
            {"memory.limit", "SIZE", "the most memory for keys and values; 0: as much as there is"},
            &settings::memory_limit,
            {0, kib * gib}
        ),
        choice(
            {"memory.policy",
             "POLICY",
             "at the limit: reject, or let go of keys not asked for lately (lru)"},
            &settings::memory_policy,
            {"reject", "lru"}
        ),
        size(
            {"watch.history",
             "SIZE",
             "the memory for the last commits, which watches show; 0: none"},
            &settings::watch_history_bytes,
            {0, 64 * gib}
        ),
        origins(
            {"cors.allowed-origins",
             "ORIGIN,...",
             "web origins whose pages may call the API, whose hosts may be ours"},
            http_setting(&http::settings::allowed_origins)
        ),
        text(
            {"auth.tokens-file", "FILE", "who may ask, and what: see memstore token new"},
            auth_setting(&auth_settings::tokens_file)
        ),
        boolean(
            {"auth.required", "BOOL", "do not serve without tokens"},
            auth_setting(&auth_settings::required)
        ),
        text(
            {"tls.certificate",
             "FILE",
             "serve TLS alone, with this certificate and its chain in PEM"},
            tls_file(&net::tls_files::certificate)
        ),
        text(
            {"tls.key", "FILE", "the key of the certificate in PEM"},
            tls_file(&net::tls_files::key)
        ),
        text(
            {"tls.client-ca", "FILE", "let in only clients that these certificates vouch for"},
            tls_file(&net::tls_files::client_ca)
        ),
        boolean(
            {"journal.enable", "BOOL", "keep what is committed in a journal on disk"},
            journal_setting(&journal_settings::enable)
        ),
        directory(
            {"journal.path", "DIR", "the directory of the journal, which is created"},
            journal_setting(&journal_settings::path)
        ),
        boolean(
            {"journal.recover-on-startup",
             "BOOL",
             "begin with what the directory holds; else it must hold nothing"},
            journal_setting(&journal_settings::recover_on_startup)
        ),
        choice(
            {"journal.fsync",
             "WHEN",
             "when it is synced: always (before an answer), everysec or never"},
            journal_setting(&journal_settings::fsync),
            {"always", "everysec", "never"}
        ),
        size(
            {"journal.checkpoint",
             "SIZE",
             "write a checkpoint when the journal has grown by so much"},
            journal_setting(&journal_settings::checkpoint_bytes),
            {64 * kib, 1'024 * gib}
        ),
        size(
            {"journal.segment", "SIZE", "how long a file of the journal grows"},
            journal_setting(&journal_settings::segment_bytes),
            {64 * kib, 64 * gib}
        ),
        boolean(
            {"metrics.public", "BOOL", "show /metrics to those who have no token, too"},
            &settings::metrics_public
        ),
        duration(
            {"slowlog.threshold", "TIME", "keep requests in /v1/slowlog that took as long"},
            http_setting(&http::settings::slow_threshold),
            {0s, 1h}
        ),
        number(
            {"slowlog.entries", "N", "how many of the latest of them; 0: none"},
            http_setting(&http::settings::slow_entries_max),
            {0, 100'000}
        ),
        choice(
            {"log.level", "LEVEL", "the least that is logged: debug, info, warn, error or off"},
            &settings::log_level,
            {"debug", "info", "warn", "error", "off"}
        ),
        choice(
            {"log.format", "FORMAT", "text for people, json for programs"},
            &settings::log_format,
            {"text", "json"}
        ),
        boolean(
            {"log.access", "BOOL", "log every request; serving waits for who reads the log"},
            http_setting(&http::settings::access_log)
        ),
    };
}

}  // namespace

std::string option::flag() const { return "--" + std::string{name}; }

std::string option::environment() const {
    std::string variable = "MEMSTORE_" + boost::algorithm::to_upper_copy(std::string{name});
    std::replace(variable.begin(), variable.end(), '.', '_');
    std::replace(variable.begin(), variable.end(), '-', '_');
    return variable;
}

std::string option::camel_case() const {
    std::string camel;
    bool raise = false;
    for (const char c : name.substr(name.rfind('.') + 1)) {
        const auto capital = std::toupper(static_cast<unsigned char>(c));
        if (c != '-') camel += raise ? static_cast<char>(capital) : c;
        raise = c == '-';
    }
    return camel;
}

const std::vector<option>& option_table() {
    static const std::vector<option> table = make_table();
    return table;
}

const option* find_option(std::string_view name) {
    const auto& table = option_table();
    const auto found = std::find_if(table.begin(), table.end(), [name](const option& row) {
        return row.name == name;
    });
    return found == table.end() ? nullptr : &*found;
}

}  // namespace memstore::app
