// Watching over a real socket: what is committed, and to the letter what comes of it.
#include "async/system_clock.hpp"
#include "cluster/cluster.hpp"
#include "http/watch_endpoint.hpp"
#include "support/engine.hpp"
#include "support/event_reader.hpp"
#include "support/http_fixture.hpp"
#include "support/logged_writers.hpp"
#include "support/watching.hpp"

#include <boost/json.hpp>
#include <boost/test/data/monomorphic.hpp>
#include <boost/test/data/test_case.hpp>
#include <boost/test/unit_test.hpp>

#include <chrono>
#include <cstdint>
#include <deque>
#include <exception>
#include <map>
#include <random>
#include <stdexcept>
#include <string>
#include <string_view>
#include <thread>
#include <utility>
#include <vector>

namespace memstore {
namespace {

using namespace std::chrono_literals;
namespace bdata = boost::unit_test::data;
using test::event_reader;
using test::get_request;

constexpr auto never_progress = std::chrono::hours{1};

/// A store behind a server, to be written to without one.
struct watched_store {
    explicit watched_store(
        std::size_t history_bytes = std::size_t{4} << 20,
        std::chrono::milliseconds silence = never_progress,
        http::settings options = {}
    )
        : engine(
              {.nodes = 4, .partitions = 31, .history_bytes = history_bytes},
              {},
              clock,
              executors
          ),
          server(engine, std::move(options), {http::watch_route(engine, engine, silence)}) {
        engine.start();
    }
    ~watched_store() {
        server.stop(0s);
        engine.stop();
        io.run_dry();
    }

    std::uint64_t set(const std::string& key, const std::string& value) {
        test::transaction_builder one;
        return writer.execute(one.set(key, value)).version;
    }
    std::uint64_t del(const std::string& key) {
        test::transaction_builder one;
        return writer.execute(one.del(key)).version;
    }

    event_reader watch(std::string_view query, std::string_view fields = {}) const {
        return event_reader{server.port(), "/v1/watch" + std::string{query}, fields};
    }
    test::wire_answer ask(std::string_view query, std::string_view fields = {}) const {
        test::raw_client client{server.port()};
        return client.ask(get_request("/v1/watch" + std::string{query}, fields));
    }

    test::running_io io{1};
    async::system_clock clock;
    std::vector<boost::asio::any_io_executor> executors = io.executors();
    cluster::cluster engine;
    test::blocking_client writer{engine};
    test::running_server server;
};

std::string version_json(std::uint64_t version) {
    return R"({"version":)" + std::to_string(version) + "}";
}

std::string change_json(std::uint64_t version, const std::string& change) {
    return R"({"version":)" + std::to_string(version) + R"(,"changes":[{)" + change + "}]}";
}

test::wire_event commit(std::uint64_t version, const std::string& change) {
    return {std::to_string(version), "commit", change_json(version, change)};
}

std::string last_event_id(std::uint64_t version) {
    return "Last-Event-ID: " + std::to_string(version) + "\r\n";
}

BOOST_AUTO_TEST_SUITE(http_watch)

BOOST_AUTO_TEST_CASE(is_a_stream_of_events_that_says_where_it_begins) {
    watched_store store;
    const std::uint64_t first = store.set("before", "1");
    event_reader watch = store.watch("");
    BOOST_TEST(watch.answer().status == 200);
    BOOST_TEST(watch.answer().field("content-type") == "text/event-stream");
    BOOST_TEST(watch.answer().field("cache-control") == "no-store");
    BOOST_TEST(watch.answer().field("x-accel-buffering") == "no");
    BOOST_TEST(watch.answer().field("memstore-version") == std::to_string(first));
    BOOST_TEST(watch.next_block() == "retry: 1000\nid: " + std::to_string(first) + "\n");
    const std::uint64_t second = store.set("after", "2");
    BOOST_TEST(
        watch.next_block() == "id: " + std::to_string(second) + "\nevent: commit\ndata: " +
                                  change_json(second, R"("key":"after","value":"2")") + "\n"
    );
}

BOOST_AUTO_TEST_CASE(one_too_many_is_told_so_and_the_others_go_on) {
    watched_store store{std::size_t{4} << 20, never_progress, {.watches_max = 2}};
    event_reader first = store.watch("");
    auto second = std::make_unique<event_reader>(store.server.port(), "/v1/watch?from=0", "");
    BOOST_TEST(second->answer().status == 200);
    for (const std::string_view query : {"", "?from=0"}) {
        test::raw_client client{store.server.port()};
        const auto refused = client.ask(get_request("/v1/watch" + std::string{query}));
        BOOST_TEST(refused.status == 503);
        BOOST_TEST(refused.field("retry-after") == "1");
        const auto why = boost::json::parse(refused.body);
        BOOST_TEST(why.at("code").as_string() == "too_many_watches");
        BOOST_TEST(why.at("option").as_string() == "limits.watches");
        BOOST_TEST(why.at("limit").as_int64() == 2);
        BOOST_TEST(client.ask(get_request("/livez")).status == 200);
    }
    BOOST_TEST(store.server.server().figures().refusals["too_many_watches"] == 2U);
    const std::uint64_t version = store.set("k", "v");
    BOOST_CHECK((first.next() == commit(version, R"("key":"k","value":"v")")));
    second.reset();
    for (int status = 503; status != 200;) {  // as soon as the server has seen it go
        status = store.watch("").answer().status;
        BOOST_TEST((status == 200 || status == 503));
    }
}

BOOST_AUTO_TEST_CASE(shows_each_commit_as_it_was) {
    watched_store store;
    event_reader watch = store.watch("?prefix=");
    const std::uint64_t first = store.set("a\n\"", "line\r\nline: \xe2\x82\xac");
    const std::uint64_t second = store.set("\xff", std::string("\0\xfe", 2));
    const std::uint64_t third = store.del("\xff");
    test::transaction_builder both;
    const std::uint64_t fourth =
        store.writer.execute(both.set("b", "1").set("b", "2").set("c", "3").del("absent")).version;
    BOOST_CHECK(
        (watch.next() ==
         commit(first, "\"key\":\"a\\n\\\"\",\"value\":\"line\\r\\nline: \xe2\x82\xac\""))
    );
    BOOST_CHECK(
        (watch.next() == commit(second, R"("key":{"base64":"/w=="},"value":{"base64":"AP4="})"))
    );
    BOOST_CHECK((watch.next() == commit(third, R"("key":{"base64":"/w=="},"value":null)")));
    const auto last = watch.next();
    BOOST_TEST(last.id == std::to_string(fourth));
    BOOST_TEST(last.data.find(R"({"key":"b","value":"2"})") != std::string::npos, last.data);
    BOOST_TEST(last.data.find(R"({"key":"c","value":"3"})") != std::string::npos, last.data);
}

BOOST_AUTO_TEST_CASE(tells_that_a_key_expired) {
    watched_store store;
    event_reader watch = store.watch("?prefix=k");
    test::transaction_builder brief;
    brief.set("k", "v").with(command::argument::ttl_ms, 20);
    const std::uint64_t written = store.writer.execute(brief).version;
    BOOST_CHECK((watch.next() == commit(written, R"("key":"k","value":"v")")));
    const auto expired = watch.next();
    const std::uint64_t version = std::stoull(expired.id);
    BOOST_TEST(version > written);
    BOOST_CHECK((expired == commit(version, R"("key":"k","value":null,"cause":"expired")")));
}

BOOST_AUTO_TEST_CASE(begins_behind_the_version_that_it_is_given) {
    watched_store store;
    std::vector<std::uint64_t> versions;
    for (int i = 0; i < 10; ++i) versions.push_back(store.set("k", std::to_string(i)));
    const auto shows_from = [&](event_reader watch, std::size_t begin) {
        for (std::size_t i = begin; i < versions.size(); ++i) {
            const std::string change = R"("key":"k","value":")" + std::to_string(i) + "\"";
            BOOST_CHECK((watch.next() == commit(versions[i], change)));
        }
    };
    shows_from(store.watch("?from=1"), 0);
    shows_from(store.watch("?from=" + std::to_string(versions[3])), 4);
    shows_from(store.watch("", last_event_id(versions[5])), 6);
    const std::string query = "?prefix=k&from=" + std::to_string(versions[1]);
    shows_from(store.watch(query, last_event_id(versions[8])), 9);
}

BOOST_AUTO_TEST_CASE(a_prefix_is_percent_decoded_once) {
    watched_store store;
    event_reader watch = store.watch("?prefix=a%2F%2520%FF");
    store.set("a/", "1");
    const std::uint64_t version = store.set("a/%20\xff!", "2");
    BOOST_CHECK((watch.next() == commit(version, R"("key":{"base64":"YS8lMjD/IQ=="},"value":"2")"))
    );
}

BOOST_AUTO_TEST_CASE(where_the_history_does_not_reach_that_is_told) {
    watched_store store{20'000};
    for (int i = 0; i < 1'000; ++i) store.set(std::to_string(i), "value");
    const std::uint64_t latest = store.set("last", "value");
    auto refused = store.ask("?from=2");
    BOOST_TEST(refused.status == 410);
    auto body = boost::json::parse(refused.body).as_object();
    BOOST_TEST(body.at("code").as_string() == "version_gone");
    BOOST_TEST(body.at("error").is_string());
    BOOST_TEST(body.at("latest").to_number<std::uint64_t>() == latest);
    const auto oldest = body.at("oldest").to_number<std::uint64_t>();
    BOOST_TEST(oldest > 2U);
    BOOST_TEST(store.ask("?from=" + std::to_string(oldest - 1)).status == 410);
    BOOST_TEST(store.watch("?from=" + std::to_string(oldest)).answer().status == 200);

    refused = store.ask("", last_event_id(latest + 1));
    BOOST_TEST(refused.status == 410);
    body = boost::json::parse(refused.body).as_object();
    BOOST_TEST(body.at("code").as_string() == "version_unknown");
    BOOST_TEST(body.at("oldest").to_number<std::uint64_t>() == oldest);
    BOOST_TEST(body.at("latest").to_number<std::uint64_t>() == latest);
}

BOOST_AUTO_TEST_CASE(where_nothing_is_kept_there_is_nothing_to_watch) {
    watched_store store{0};
    const auto refused = store.ask("");
    BOOST_TEST(refused.status == 404);
    BOOST_TEST(
        boost::json::parse(refused.body).as_object().at("code").as_string() == "watching_off"
    );
}

const char* const bad_queries[] = {
    "?from=x",
    "?from=-1",
    "?from=1.5",
    "?from=",
    "?from=18446744073709551616",
    "?from=1&from=1",
    "?frm=1",
    "?prefix=%zz",
    "?prefix",
};

BOOST_DATA_TEST_CASE(a_bad_parameter_is_refused, bdata::make(bad_queries)) {
    const watched_store store;
    const auto refused = store.ask(sample);
    BOOST_TEST(refused.status == 400);
    BOOST_TEST(refused.body.find(R"("code":"bad_argument")") != std::string::npos, refused.body);
}

BOOST_AUTO_TEST_CASE(a_bad_last_event_id_is_refused) {
    const watched_store store;
    BOOST_TEST(store.ask("?from=1", "Last-Event-ID: seven\r\n").status == 400);
}

BOOST_AUTO_TEST_CASE(head_tells_what_get_would_and_other_methods_are_told_so) {
    watched_store store;
    test::raw_client client{store.server.port()};
    const auto head = client.ask("HEAD /v1/watch HTTP/1.1\r\nHost: localhost\r\n\r\n", false);
    BOOST_TEST(head.status == 200);
    BOOST_TEST(head.field("content-type") == "text/event-stream");
    const auto gone =
        client.ask("HEAD /v1/watch?from=9 HTTP/1.1\r\nHost: localhost\r\n\r\n", false);
    BOOST_TEST(gone.status == 410);
    const auto post = client.ask("POST /v1/watch HTTP/1.1\r\nHost: localhost\r\n\r\n");
    BOOST_TEST(post.status == 405);
    BOOST_TEST(post.field("allow") == "GET, HEAD, OPTIONS");
    BOOST_TEST(client.ask(get_request("/livez")).body == "ok");
}

BOOST_AUTO_TEST_CASE(pages_may_watch_where_they_may_get) {
    watched_store store{
        std::size_t{1} << 20,
        never_progress,
        {.allowed_origins = {"https://app.example"}}};
    BOOST_TEST(store.ask("", "Origin: https://evil.example\r\n").status == 403);
    event_reader watch = store.watch("", "Origin: https://app.example\r\n");
    BOOST_TEST(watch.answer().status == 200);
    BOOST_TEST(watch.answer().field("access-control-allow-origin") == "https://app.example");
}

BOOST_AUTO_TEST_CASE(in_silence_it_says_how_far_that_reaches) {
    watched_store store{std::size_t{4} << 20, 50ms};
    event_reader watch = store.watch("?prefix=nothing");
    for (int i = 0; i < 3; ++i) {
        const std::uint64_t version = store.set("something", "else");
        test::wire_event told;
        do {
            told = watch.next();
        } while (told.data != version_json(version));
        BOOST_CHECK((told == test::wire_event{"", "progress", version_json(version)}));
    }
    const std::uint64_t last = store.set("nothing", "v");
    test::wire_event told;
    do {
        told = watch.next();
    } while (told.kind == "progress");
    BOOST_CHECK((told == commit(last, R"("key":"nothing","value":"v")")));
}

BOOST_AUTO_TEST_CASE(one_that_is_idle_for_longer_than_a_connection_may_be_goes_on) {
    watched_store store{
        std::size_t{4} << 20,
        300ms,
        {.idle_timeout = 100ms, .request_timeout = 100ms}};
    event_reader watch = store.watch("?prefix=a");
    for (int i = 0; i < 3; ++i) BOOST_TEST(watch.next().kind == "progress");
    const std::uint64_t version = store.set("a", "v");
    test::wire_event told;
    do {
        told = watch.next();
    } while (told.kind == "progress");
    BOOST_TEST(told.id == std::to_string(version));
}

/// Who does not read is sent no more than it takes, and told when it has missed something. Nobody
/// else waits for it.
BOOST_AUTO_TEST_CASE(a_slow_reader_is_overrun_and_may_come_back) {
    constexpr int commits = 400;
    const std::string value(100'000, 'v');
    watched_store store{std::size_t{4} << 20, never_progress, {.request_timeout = 10min}};
    event_reader watch = store.watch("?prefix=k");
    std::vector<std::uint64_t> versions;
    for (int i = 0; i < commits; ++i) versions.push_back(store.set("k", value));
    std::size_t seen = 0;
    test::wire_event told;
    for (told = watch.next(); told.kind == "commit"; told = watch.next(), ++seen) {
        BOOST_REQUIRE_EQUAL(told.id, std::to_string(versions.at(seen)));
    }
    BOOST_TEST(seen < versions.size());
    BOOST_TEST(told.id == "");
    BOOST_TEST(told.kind == "overrun");
    const std::uint64_t reached = seen == 0 ? 1 : versions[seen - 1];
    BOOST_TEST(told.data == version_json(reached));
    BOOST_TEST(watch.at_end());
    BOOST_TEST(store.ask("", last_event_id(reached)).status == 410);
}

BOOST_AUTO_TEST_CASE(a_stop_ends_it_at_once) {
    watched_store store;
    event_reader one = store.watch("?prefix=none");
    event_reader other = store.watch("");
    const std::uint64_t version = store.set("k", "v");
    BOOST_TEST(other.next().id == std::to_string(version));
    BOOST_TEST(store.server.stop(30s));
    one.next_block();
    BOOST_TEST(one.at_end());
    BOOST_TEST(other.at_end());
}

std::string snapshot_json(std::uint64_t version, const std::string& changes) {
    return R"({"version":)" + std::to_string(version) + R"(,"changes":[)" + changes +
           R"(],"last":true})";
}

BOOST_AUTO_TEST_CASE(from_0_shows_what_is_there_and_goes_on) {
    watched_store store;
    store.set("b", "1");
    store.set("gone", "1");
    store.set("\xff", "\xfe");
    store.set("a", "1");
    const std::uint64_t version = store.del("gone");
    event_reader watch = store.watch("?from=0");
    BOOST_TEST(watch.answer().field("memstore-version") == std::to_string(version));
    BOOST_TEST(watch.next_block() == "retry: 1000\n", "no place to go on from yet");
    const std::string all = R"({"key":"a","value":"1"},{"key":"b","value":"1"},)"
                            R"({"key":{"base64":"/w=="},"value":{"base64":"/g=="}})";
    BOOST_TEST(
        watch.next_block() == "event: snapshot\ndata: " + snapshot_json(version, all) +
                                  "\nid: " + std::to_string(version) + "\n"
    );
    const std::uint64_t next = store.set("a", "2");
    BOOST_CHECK((watch.next() == commit(next, R"("key":"a","value":"2")")));

    event_reader some = store.watch("?prefix=b&from=0");
    const std::string only = snapshot_json(next, R"({"key":"b","value":"1"})");
    BOOST_CHECK((some.next() == test::wire_event{std::to_string(next), "snapshot", only}));
    event_reader resumed = store.watch("?from=0", last_event_id(version));
    BOOST_CHECK((resumed.next() == commit(next, R"("key":"a","value":"2")")));
}

BOOST_AUTO_TEST_CASE(from_0_of_nothing_says_so) {
    watched_store store;
    event_reader watch = store.watch("?from=0");
    BOOST_CHECK((watch.next() == test::wire_event{"1", "snapshot", snapshot_json(1, "")}));
    const std::uint64_t version = store.set("a", "1");
    BOOST_CHECK((watch.next() == commit(version, R"("key":"a","value":"1")")));
}

using keys_and_values = std::map<std::string, std::string>;

void apply(const boost::json::value& changes, keys_and_values& to) {
    for (const auto& each : changes.as_array()) {
        const auto& change = each.as_object();
        to[std::string{change.at("key").as_string()}] = std::string{change.at("value").as_string()};
    }
}

/// What is there at first and what is committed behind that make one history, whatever was on its
/// way meanwhile.
BOOST_AUTO_TEST_CASE(from_0_while_others_write_is_one_moment_and_all_that_follows) {
    watched_store store{std::size_t{64} << 20};
    // Beside the writers' few keys, so many that a snapshot takes several events.
    const std::string value(1'000, 'v');
    test::transaction_builder fill;
    for (int i = 0; i < 2'000; ++i) fill.set("dd" + std::to_string(i), value);
    store.writer.execute(fill);
    test::logged_writers writers{store.engine, 2, 3'000, 1};
    std::vector<std::pair<std::uint64_t, keys_and_values>> snapshots;
    std::vector<event_reader> watches;
    for (int i = 0; i < 5; ++i) {
        watches.push_back(store.watch("?prefix=d&from=0"));
        auto& [version, found] = snapshots.emplace_back();
        int events = 0;
        for (test::wire_event part; part.id.empty(); ++events) {
            part = watches.back().next();
            BOOST_REQUIRE_EQUAL(part.kind, "snapshot");
            const auto data = boost::json::parse(part.data).as_object();
            version = data.at("version").to_number<std::uint64_t>();
            apply(data.at("changes"), found);
            BOOST_TEST(data.contains("last") == !part.id.empty());
        }
        BOOST_TEST(events > 10);
    }
    test::commit_log log = writers.join();
    const std::uint64_t last = store.set("d", "last");
    log.add(last, "d", {"d", "last"});
    for (std::size_t i = 0; i < watches.size(); ++i) {
        const auto& [version, found] = snapshots[i];
        keys_and_values expected;
        for (int n = 0; n < 2'000; ++n) expected["dd" + std::to_string(n)] = value;
        for (const auto& each : log.expected("d", 1, version)) {
            for (const auto& change : each.changes) expected[change.key] = *change.value;
        }
        BOOST_TEST((found == expected));
        std::vector<std::uint64_t> seen;
        while (seen.empty() || seen.back() < last) {
            seen.push_back(std::stoull(watches[i].next().id));
        }
        std::vector<std::uint64_t> committed;
        for (const auto& each : log.expected("d", version, last)) {
            committed.push_back(each.version);
        }
        BOOST_TEST(seen == committed, boost::test_tools::per_element());
    }
}

/// Otherwise it would hold the snapshot, and with it all that is overwritten, for as long as it
/// likes.
BOOST_AUTO_TEST_CASE(who_reads_a_snapshot_too_slowly_is_overrun_and_begins_anew) {
    watched_store store{std::size_t{1} << 20, never_progress, {.request_timeout = 10min}};
    const std::string value(100'000, 'v');
    for (int i = 0; i < 500; ++i) store.set(std::to_string(i), value);
    event_reader watch = store.watch("?from=0");
    test::wire_event told = watch.next();
    for (int i = 0; i < 50; ++i) store.set("k", value);
    while (told.kind == "snapshot") {
        BOOST_TEST(told.id == "");
        told = watch.next();
    }
    BOOST_CHECK((told == test::wire_event{"", "overrun", version_json(0)}));
    BOOST_TEST(watch.at_end());
}

BOOST_AUTO_TEST_CASE(who_leaves_amid_a_snapshot_leaves_nothing_behind) {
    watched_store store;
    const std::string value(100'000, 'v');
    for (int i = 0; i < 200; ++i) store.set(std::to_string(i), value);
    for (int i = 0; i < 10; ++i) {
        event_reader watch = store.watch("?from=0");
        watch.next();
        watch.client().break_off();
    }
    BOOST_TEST(store.server.stop(30s));
}

/// A client that comes and goes: whatever it was shown last is where it goes on.
class returning_client {
public:
    returning_client(const watched_store& store, std::string prefix, unsigned seed)
        : store_(store), prefix_(std::move(prefix)), random_(seed) {}

    /// Sees all that is committed behind `version`, up to a commit that touches every prefix and
    /// writes nothing but `last`.
    void follow(std::uint64_t version, std::string_view last) {
        bool over = false;
        while (!over) {
            event_reader watch = store_.watch("?from=1&prefix=" + prefix_, last_event_id(version));
            if (watch.answer().status != 200) throw std::runtime_error{"a refusal"};
            for (auto left = 1 + random_() % 100; left > 0 && !over; --left) {
                const test::seen_commit& next = note(watch.next());
                version = next.version;
                over = next.changes.front().value == last;
            }
            if (random_() % 2 == 0) watch.client().break_off();
        }
    }

    const std::string& prefix() const { return prefix_; }
    const std::vector<test::seen_commit>& seen() const { return seen_; }

private:
    const test::seen_commit& note(const test::wire_event& event) {
        if (event.kind != "commit") throw std::runtime_error{"no commit: " + event.kind};
        const auto data = boost::json::parse(event.data).as_object();
        const auto version = data.at("version").to_number<std::uint64_t>();
        if (event.id != std::to_string(version)) throw std::runtime_error{"id: " + event.id};
        test::seen_commit& commit = seen_.emplace_back(test::seen_commit{version, {}});
        for (const auto& each : data.at("changes").as_array()) {
            const auto& change = each.as_object();
            commit.changes.push_back(
                {std::string{change.at("key").as_string()},
                 std::string{change.at("value").as_string()}}
            );
        }
        return commit;
    }

    const watched_store& store_;
    const std::string prefix_;
    std::mt19937 random_;
    std::vector<test::seen_commit> seen_;
};

/// Follows in a thread of its own. Why it could not is in its error.
struct follower {
    follower(const watched_store& store, std::string prefix, unsigned seed)
        : client(store, std::move(prefix), seed) {}

    void start(std::uint64_t version, std::string_view last) {
        thread = std::jthread{[this, version, last] {
            try {
                client.follow(version, last);
            } catch (const std::exception& failed) {
                error = failed.what();
            }
        }};
    }

    returning_client client;
    std::string error;
    std::jthread thread;
};

/// No gap, no duplicate, nothing out of order, however often they reconnect while others write.
BOOST_AUTO_TEST_CASE(clients_that_come_and_go_miss_nothing_and_see_nothing_twice) {
    watched_store store{std::size_t{64} << 20};
    const std::uint64_t begin = store.set("first", "v");
    std::deque<follower> followers;
    unsigned seed = 0;
    for (const char* const prefix : {"", "a", "bc", "d"}) {
        followers.emplace_back(store, prefix, ++seed).start(begin, "last");
    }
    test::logged_writers writers{store.engine, 3, 1'500, 1};
    test::commit_log log = writers.join();

    test::transaction_builder all;
    std::vector<test::seen_change> changes;
    for (const char* const key : {"aa", "bc", "dd"}) {
        all.set(key, "last");
        changes.push_back({key, "last"});
    }
    const std::uint64_t last = store.writer.execute(all).version;
    for (const auto& each : changes) log.add(last, each.key, each);
    for (follower& each : followers) {
        each.thread.join();
        BOOST_TEST(each.error == "");
        const auto seen = test::with_sorted_changes(each.client.seen());
        const bool same = seen == log.expected(each.client.prefix(), begin, last);
        BOOST_TEST(same, each.client.prefix());
    }
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace
}  // namespace memstore
