#include "app/option_table.hpp"

#include "app/option_kinds.hpp"

#include <boost/algorithm/string/case_conv.hpp>

#include <algorithm>
#include <cctype>

namespace memstore::app {
namespace {

using namespace kind;
using namespace std::chrono_literals;

constexpr std::uint64_t kib = 1024;
constexpr std::uint64_t gib = kib * kib * kib;

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
