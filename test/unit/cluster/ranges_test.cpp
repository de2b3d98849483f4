#include "cluster/cluster.hpp"
#include "support/engine.hpp"
#include "support/fake_clock.hpp"

#include <boost/asio/any_io_executor.hpp>
#include <boost/test/unit_test.hpp>

#include <algorithm>
#include <atomic>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <random>
#include <set>
#include <string>
#include <thread>
#include <variant>
#include <vector>

using namespace memstore;

namespace {

struct ranges_fixture {
    test::fake_clock clock;
    test::running_io io{2};
    const std::vector<boost::asio::any_io_executor> executors = io.executors();
    cluster::cluster store{{.nodes = 3, .partitions = 40}, {}, clock, executors};
};

/// Copies what commands on ranges answer.
class range_sink : public test::copying_sink {
public:
    void take(const result<service::outcome>& answer) noexcept override {
        for (const command::reply& each : answer->evaluated.replies) {
            if (const auto* const page = std::get_if<command::page>(&each)) {
                keys.clear();
                for (const command::row& row : page->rows) keys.emplace_back(row.key);
                more = page->more;
            }
            if (const auto* const number = std::get_if<std::int64_t>(&each)) count = *number;
        }
        copying_sink::take(answer);
    }

    std::vector<std::string> keys;
    bool more = false;
    std::int64_t count = 0;
};

class client {
public:
    explicit client(service::transaction_service& engine) : channel_(engine.open()) {}

    void execute(test::transaction_builder& what) {
        sink_.resumed = false;
        if (!channel_->execute(what.what(), sink_)) sink_.resumed.wait(false);
    }

    void set(const std::string& key) {
        test::transaction_builder one;
        execute(one.set(key, key));
    }

    /// @param after  the last key of the page before, if there was one
    const range_sink& scan(
        const std::string& prefix,
        bool reverse,
        std::int64_t limit,
        const std::optional<std::string>& after = {}
    ) {
        test::transaction_builder one;
        one.on_range("scan", prefix)
            .with(command::argument::reverse, reverse)
            .with(command::argument::limit, limit);
        if (after) one.with(command::argument::after, *after);
        execute(one);
        return sink_;
    }

    std::int64_t erase_all(const std::string& prefix) {
        test::transaction_builder one;
        execute(one.on_range("delrange", prefix));
        return sink_.count;
    }

private:
    range_sink sink_;
    std::unique_ptr<service::channel> channel_;
};

std::string numbered_key(const std::string& stem, std::size_t number) {
    return stem + std::to_string(number);
}

/// Keys that stay, in some order.
std::string staying_key(std::size_t number) { return numbered_key("stays", number * 7919 % 1'000); }

constexpr std::size_t staying = 300;
constexpr std::size_t tokens = 40;
constexpr std::size_t places = 400;

/// Overwrites keys that stay, lets others come and go, and moves tokens: one disappears and another
/// one appears in one transaction.
class churn {
public:
    /// @param half  0 or 1: of the tokens and their places
    churn(service::transaction_service& engine, std::size_t half)
        : half_(half), random_(half), writer_(engine) {
        for (std::size_t i = half; i < tokens; i += 2) held_.push_back(i);
    }

    void step() {
        test::transaction_builder one;
        one.set(staying_key(random_() % staying), std::to_string(random_()));
        writer_.execute(one);
        test::transaction_builder other;
        const std::string passing = numbered_key("stays", 1'000 + random_() % 500);
        writer_.execute(random_() % 2 == 0 ? other.set(passing, "") : other.del(passing));
        move_token();
    }

private:
    void move_token() {
        std::size_t& token = held_[random_() % held_.size()];
        const std::size_t to = random_() % (places / 2) * 2 + half_;
        if (std::find(held_.begin(), held_.end(), to) != held_.end()) return;
        test::transaction_builder both;
        writer_.execute(both.del(numbered_key("token", token)).set(numbered_key("token", to), ""));
        token = to;
    }

    std::size_t half_;
    std::mt19937_64 random_;
    client writer_;
    std::vector<std::size_t> held_;
};

/// Page by page: the keys that begin with "stays".
std::vector<std::string> read_by_pages(client& reader, bool reverse, std::mt19937_64& random) {
    std::vector<std::string> met;
    std::optional<std::string> after;
    for (bool more = true; more;) {
        const auto limit = static_cast<std::int64_t>(1 + random() % 40);
        const range_sink& page = reader.scan("stays", reverse, limit, after);
        met.insert(met.end(), page.keys.begin(), page.keys.end());
        more = page.more;
        if (more) after = page.keys.back();
    }
    return met;
}

}  // namespace

BOOST_FIXTURE_TEST_SUITE(ranges, ranges_fixture)

BOOST_AUTO_TEST_CASE(a_range_is_over_all_partitions_and_nodes) {
    client subject{store};
    std::set<std::string> expected;
    for (std::size_t i = 0; i < 500; ++i) {
        expected.insert(numbered_key("key", i));
        subject.set(numbered_key("key", i));
    }
    const auto in_order = [&] { return std::vector(expected.begin(), expected.end()); };
    BOOST_TEST(subject.scan("", false, 1'000).keys == in_order());

    BOOST_TEST(subject.erase_all("key3") == 111);
    std::erase_if(expected, [](const std::string& key) { return key.starts_with("key3"); });
    BOOST_TEST(subject.scan("", false, 1'000).keys == in_order());
    BOOST_TEST(store.size() == expected.size());
}

/// A client that pages while others write meets every key that stays once, none twice, in order;
/// one that reads the tokens always counts as many.
BOOST_AUTO_TEST_CASE(pages_skip_and_repeat_nothing_while_others_write) {
    client reader{store};
    for (std::size_t i = 0; i < staying; ++i) reader.set(staying_key(i));
    for (std::size_t i = 0; i < tokens; ++i) reader.set(numbered_key("token", i));

    std::atomic<bool> done = false;
    std::atomic<std::size_t> steps = 0;
    const auto write = [&](std::size_t half) {
        for (churn writer{store, half}; !done; ++steps) writer.step();
    };
    std::size_t wrong = 0;
    {
        const std::jthread one{write, 0};
        const std::jthread other{write, 1};
        std::mt19937_64 random{3};
        for (int passes = 0; passes < 60 || steps < 1'000; ++passes) {
            const bool reverse = passes % 2 == 1;
            std::vector<std::string> met = read_by_pages(reader, reverse, random);
            if (reverse) std::reverse(met.begin(), met.end());
            wrong += std::is_sorted(met.begin(), met.end(), std::less_equal<>{}) ? 0 : 1;
            for (std::size_t i = 0; i < staying; ++i) {
                wrong += std::binary_search(met.begin(), met.end(), staying_key(i)) ? 0 : 1;
            }
            wrong += reader.scan("token", reverse, 10'000).keys.size() == tokens ? 0 : 1;
        }
        done = true;
    }
    BOOST_TEST(wrong == 0U);
}

BOOST_AUTO_TEST_SUITE_END()
