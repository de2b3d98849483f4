#include "app/option_table.hpp"

#include <boost/test/unit_test.hpp>

#include <algorithm>
#include <array>
#include <chrono>
#include <set>
#include <string>
#include <utility>

using namespace memstore;

namespace {

std::string assign(app::settings& to, std::string_view name, std::string value) {
    const std::array given{std::move(value)};
    return app::find_option(name)->assign(to, given);
}

}  // namespace

BOOST_AUTO_TEST_SUITE(option_table)

BOOST_AUTO_TEST_CASE(every_spelling_names_one_option) {
    std::set<std::string> variables;
    std::set<std::string> flags;
    for (const app::option& row : app::option_table()) {
        BOOST_TEST(variables.insert(row.environment()).second, row.name);
        BOOST_TEST(flags.insert(row.flag()).second, row.name);
        BOOST_TEST(app::find_option(row.name) == &row);
    }
}

BOOST_AUTO_TEST_CASE(spellings_follow_from_the_name) {
    const app::option depth = *app::find_option("limits.json-depth");
    BOOST_TEST(depth.flag() == "--limits.json-depth");
    BOOST_TEST(depth.environment() == "MEMSTORE_LIMITS_JSON_DEPTH");
    BOOST_TEST(depth.camel_case() == "jsonDepth");
    BOOST_TEST(app::find_option("port")->camel_case() == "port");
    BOOST_TEST(app::find_option("drain-timeout")->camel_case() == "drainTimeout");
}

BOOST_AUTO_TEST_CASE(sections_stand_together) {
    std::set<std::string> closed;
    std::string open;
    for (const app::option& row : app::option_table()) {
        const std::string section{row.name.substr(0, row.name.rfind('.') + 1)};
        if (section == open) continue;
        BOOST_TEST(closed.insert(open).second, row.name);
        open = section;
    }
    BOOST_TEST(!closed.contains(open), open);
}

BOOST_AUTO_TEST_CASE(every_default_is_a_value_that_may_be_given) {
    const app::settings defaults;
    for (const app::option& row : app::option_table()) {
        app::settings copy;
        const auto shown = row.shown(defaults);
        BOOST_TEST((row.assign(copy, shown) == ""), row.name);
        BOOST_TEST((row.shown(copy) == shown), row.name);
    }
}

BOOST_AUTO_TEST_CASE(values_go_into_their_own_place) {
    app::settings to;
    const std::pair<const char*, const char*> values[] = {
        {"address", "::1"},
        {"port", "1"},
        {"nodes", "2"},
        {"cluster.auto-rebalance", "true"},
        {"partitions", "3"},
        {"threads", "5"},
        {"memory.limit", "6MiB"},
        {"memory.policy", "lru"},
        {"config", "c"},
        {"port-file", "p"},
        {"drain-timeout", "6s"},
        {"timeouts.idle", "7s"},
        {"timeouts.request", "8s"},
        {"limits.body", "9"},
        {"limits.header", "1000"},
        {"limits.uri", "1001"},
        {"limits.commands", "11"},
        {"limits.answer", "1025"},
        {"limits.json-depth", "12"},
        {"limits.connections", "13"},
        {"limits.connections-per-address", "20"},
        {"limits.watches", "21"},
        {"limits.buffered", "14MiB"},
        {"rate.mode", "count"},
        {"rate.per-address", "22"},
        {"rate.per-address-burst", "23"},
        {"rate.per-token", "24"},
        {"rate.per-token-burst", "25"},
        {"watch.history", "15MiB"},
        {"cors.allowed-origins", "http://a"},
        {"auth.tokens-file", "t"},
        {"auth.required", "true"},
        {"tls.certificate", "c.pem"},
        {"tls.key", "k.pem"},
        {"tls.client-ca", "ca.pem"},
        {"journal.enable", "true"},
        {"journal.path", "j"},
        {"journal.recover-on-startup", "false"},
        {"journal.fsync", "never"},
        {"journal.checkpoint", "16MiB"},
        {"journal.segment", "17MiB"},
        {"metrics.public", "true"},
        {"slowlog.threshold", "18ms"},
        {"slowlog.entries", "19"},
        {"log.level", "error"},
        {"log.format", "json"},
        {"log.access", "true"}};
    for (const auto& [name, value] : values) BOOST_TEST(assign(to, name, value) == "", name);
    BOOST_TEST(std::size(values) == app::option_table().size());
    for (const auto& [name, value] : values) {
        BOOST_TEST(app::find_option(name)->shown(to).front() == value, name);
    }
    BOOST_TEST(to.http.limits.header_bytes == 1000U);
    BOOST_TEST(to.watch_history_bytes == 15U * 1024 * 1024);
    BOOST_TEST(to.http.request_timeout.count() == 8000);
    BOOST_TEST((to.journal.fsync == persist::sync_policy::never));
    BOOST_TEST(to.journal.segment_bytes == 17U * 1024 * 1024);
    BOOST_TEST(to.http.slow_threshold.count() == 18);
    BOOST_TEST(to.http.slow_entries_max == 19U);
    BOOST_TEST((to.log_level == log::level::error));
}

BOOST_AUTO_TEST_CASE(a_stop_ends_before_docker_loses_patience) {
    const std::chrono::seconds patience{10};
    BOOST_TEST((app::settings{}.drain_timeout < patience));
}

BOOST_AUTO_TEST_CASE(ranges_end_where_they_say) {
    app::settings to;
    BOOST_TEST(assign(to, "port", "65535") == "");
    BOOST_TEST(to.port == 65535);
    BOOST_TEST(assign(to, "port", "65536") == "is not a whole number from 0 to 65535");
    BOOST_TEST(assign(to, "nodes", "0") == "is not a whole number from 1 to 1024");
    BOOST_TEST(assign(to, "nodes", "auto") == "");
    BOOST_TEST(to.nodes == 0U);
    BOOST_TEST(app::find_option("nodes")->shown(to).front() == "auto");
    BOOST_TEST(assign(to, "limits.body", "2GiB") == "is not a size from 1 to 1GiB");
    BOOST_TEST(assign(to, "watch.history", "0") == "");
    BOOST_TEST(assign(to, "watch.history", "65GiB") == "is not a size from 0 to 64GiB");
    BOOST_TEST(assign(to, "drain-timeout", "2h") == "is not a duration from 0s to 3600s");
    BOOST_TEST(assign(to, "log.level", "loud") == "is none of debug, info, warn, error, off");
    BOOST_TEST(assign(to, "log.access", "maybe") == "is neither true nor false");
    BOOST_TEST(assign(to, "address", "") == "is not an address");
    BOOST_TEST(to.port == 65535);
}

BOOST_AUTO_TEST_CASE(origins_are_what_browsers_send) {
    app::settings to;
    BOOST_TEST(assign(to, "cors.allowed-origins", "https://A.example, http://b:81,null") == "");
    const std::vector<std::string> expected{"https://a.example", "http://b:81", "null"};
    BOOST_TEST((to.http.allowed_origins == expected));
    for (const char* const bad :
         {"*", "example.com", "https://", "://a", "https://a/", "https://a b"}) {
        BOOST_TEST(assign(to, "cors.allowed-origins", bad) != "", bad);
    }
    BOOST_TEST((to.http.allowed_origins == expected));
    BOOST_TEST(assign(to, "cors.allowed-origins", "") == "");
    BOOST_TEST(to.http.allowed_origins.empty());
}

BOOST_AUTO_TEST_SUITE_END()
