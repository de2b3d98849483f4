#include "cluster/cluster.hpp"

#include "support/engine.hpp"
#include "support/fake_clock.hpp"

#include <boost/asio/io_context.hpp>
#include <boost/test/data/monomorphic.hpp>
#include <boost/test/data/test_case.hpp>
#include <boost/test/unit_test.hpp>

#include <chrono>
#include <map>
#include <random>
#include <string>
#include <vector>

using namespace memstore;
using namespace std::chrono_literals;
namespace bdata = boost::unit_test::data;

namespace {

struct cluster_fixture {
    boost::asio::io_context io;
    test::fake_clock clock;
    std::vector<boost::asio::any_io_executor> executors{io.get_executor()};
    cluster::cluster subject{{.nodes = 4, .partitions = 271}, {}, clock, executors};
    test::blocking_client client{subject};

    std::optional<std::string> get(const std::string& key) {
        test::transaction_builder one;
        return client.execute(one.get(key)).values.at(0);
    }
    test::answer set(const std::string& key, const std::string& value) {
        test::transaction_builder one;
        return client.execute(one.set(key, value));
    }
    test::answer set_for(const std::string& key, std::chrono::milliseconds ttl) {
        test::transaction_builder one;
        one.set(key, "v").with(command::argument::ttl_ms, ttl.count());
        return client.execute(one);
    }
};

}  // namespace

BOOST_FIXTURE_TEST_SUITE(cluster_, cluster_fixture)

BOOST_AUTO_TEST_CASE(the_empty_store_is_version_1) {
    test::transaction_builder nothing;
    BOOST_TEST(client.execute(nothing).version == 1U);
    BOOST_TEST(!get("absent").has_value());
    BOOST_TEST(set("a", "1").version == 2U);
    BOOST_TEST(client.execute(nothing).version == 2U);
}

BOOST_AUTO_TEST_CASE(a_transaction_that_is_not_accepted_leaves_no_trace) {
    set("a", "1");
    test::blocking_client refusing{subject};
    refusing.stop_accepting();
    test::transaction_builder writes;
    const auto shown = refusing.execute(writes.set("a", "2").set("b", "2").get("a"));
    BOOST_TEST(shown.values.size() == 3U);
    BOOST_TEST(shown.version == 0U);
    BOOST_TEST(get("a").value() == "1");
    BOOST_TEST(!get("b").has_value());
    BOOST_TEST(subject.size() == 1U);
    BOOST_TEST(set("a", "3").version == 3U);
}

BOOST_AUTO_TEST_CASE(commands_see_those_before_them) {
    test::transaction_builder all;
    all.get("a").set("a", "1").get("a").set("b", "2").set("a", "3").get("a").get("b");
    const auto given = client.execute(all).values;
    using text = std::optional<std::string>;
    const std::vector<text> expected{text{}, "1", "1", "2", "3", "3", "2"};
    BOOST_TEST((given == expected));
    BOOST_TEST((get("a") == text{"3"}));
    BOOST_TEST(subject.size() == 2U);
}

BOOST_AUTO_TEST_CASE(a_dry_run_answers_as_if_and_changes_nothing) {
    set("a", "old");
    test::transaction_builder dry;
    dry.set("a", "new").get("a");
    dry.what().dry_run = true;
    const auto given = client.execute(dry);
    BOOST_TEST((given.values.at(1) == std::optional<std::string>{"new"}));
    BOOST_TEST(given.version == 2U);
    BOOST_TEST((get("a") == std::optional<std::string>{"old"}));
}

BOOST_DATA_TEST_CASE(it_behaves_as_a_map, bdata::xrange(10), seed) {
    std::mt19937_64 random(static_cast<unsigned>(seed));
    std::map<std::string, std::string> model;
    for (int step = 0; step < 300; ++step) {
        test::transaction_builder all;
        std::vector<std::optional<std::string>> expected;
        for (auto i = random() % 40; i > 0; --i) {
            const std::string key = std::to_string(random() % 100);
            if (random() % 2 == 0) {
                const std::string value = std::to_string(random());
                all.set(key, value);
                expected.emplace_back(model[key] = value);
            } else {
                all.get(key);
                expected.push_back(model.contains(key) ? std::optional{model[key]} : std::nullopt);
            }
        }
        BOOST_REQUIRE((client.execute(all).values == expected));
    }
    BOOST_TEST(subject.size() == model.size());
}

BOOST_AUTO_TEST_CASE(a_key_is_gone_at_its_deadline) {
    set_for("k", 10ms);
    clock.advance(9ms);
    BOOST_TEST(get("k").has_value());
    clock.advance(1ms);
    BOOST_TEST(!get("k").has_value());
}

BOOST_AUTO_TEST_CASE(a_set_clears_the_deadline_unless_it_keeps_it) {
    set_for("cleared", 10ms);
    set_for("kept", 10ms);
    set("cleared", "v");
    test::transaction_builder keep;
    keep.set("kept", "w").with(command::argument::keep_ttl, 1);
    client.execute(keep);
    clock.advance(1h);
    BOOST_TEST(get("cleared").has_value());
    BOOST_TEST(!get("kept").has_value());
}

BOOST_AUTO_TEST_CASE(a_set_that_keeps_the_deadline_of_an_expired_key_starts_anew) {
    set_for("k", 10ms);
    clock.advance(1h);
    test::transaction_builder keep;
    keep.set("k", "w").with(command::argument::keep_ttl, 1);
    client.execute(keep);
    BOOST_TEST(get("k").has_value());
}

BOOST_AUTO_TEST_CASE(expired_keys_are_removed_by_commits_of_their_own) {
    for (int i = 0; i < 20'000; ++i)
        set_for(std::to_string(i), std::chrono::milliseconds{1 + i % 10});
    set("lasting", "v");
    const auto before = set("lasting", "w").version;
    subject.remove_expired();
    BOOST_TEST(subject.size() == 20'001U);
    clock.advance(10ms);
    subject.remove_expired();
    BOOST_TEST(subject.size() > 19'000U, "it lets others have a turn");
    BOOST_TEST(get("0").has_value() == false);
    io.run();
    BOOST_TEST(subject.size() == 1U, "it goes on until nothing is due");
    test::transaction_builder nothing;
    BOOST_TEST(client.execute(nothing).version > before);
    BOOST_TEST(get("lasting").has_value());
}

BOOST_AUTO_TEST_CASE(a_stop_does_not_wait_until_all_that_expired_is_gone) {
    for (int i = 0; i < 20'000; ++i) set_for(std::to_string(i), 1ms);
    clock.advance(1ms);
    subject.remove_expired();
    subject.stop();
    io.run();
    BOOST_TEST(subject.size() > 10'000U);
}

BOOST_AUTO_TEST_CASE(the_timer_removes_what_expires_until_it_is_stopped) {
    set_for("k", 10ms);
    clock.advance(10ms);
    subject.start();
    while (subject.size() != 0) io.run_one();
    subject.stop();
    io.run();
    BOOST_TEST(subject.size() == 0U);
}

BOOST_AUTO_TEST_SUITE_END()
