#include "http/rate_table.hpp"

#include <boost/test/data/monomorphic.hpp>
#include <boost/test/data/test_case.hpp>
#include <boost/test/unit_test.hpp>

#include <algorithm>
#include <chrono>
#include <cstdint>
#include <map>
#include <random>

namespace memstore::http {
namespace {

namespace bdata = boost::unit_test::data;
using namespace std::chrono_literals;

constexpr std::uint64_t secret = 42;

/// A bucket as people think of one: tokens drip in, up to a burst, and each request takes one. A
/// token is counted in the nanoseconds that it takes to drip.
class bucket {
public:
    explicit bucket(const rate& each)
        : token_(1s / std::chrono::nanoseconds{1} / static_cast<std::int64_t>(each.per_second)),
          full_(token_ * static_cast<std::int64_t>(each.burst)),
          held_(full_) {}

    void drip(std::int64_t ns) { held_ = std::min(full_, held_ + ns); }

    bool take() {
        if (held_ < token_) return false;
        held_ -= token_;
        return true;
    }

    std::int64_t lacks() const { return token_ - held_; }

private:
    std::int64_t token_;
    std::int64_t full_;
    std::int64_t held_;
};

struct setting {
    rate_table table;
    rate_table::moment now{1h};

    bool pass(std::uint64_t who = 1) { return !table.take(who, now); }
    int passes(int asked, std::uint64_t who = 1) {
        int all = 0;
        for (int i = 0; i < asked; ++i) all += pass(who) ? 1 : 0;
        return all;
    }
};

BOOST_AUTO_TEST_SUITE(rate_table_)

BOOST_AUTO_TEST_CASE(what_is_given_back_can_be_asked_for_again) {
    setting one{{{.per_second = 1, .burst = 3}, 64, secret}};
    BOOST_TEST(one.passes(10) == 3);
    one.table.give_back(1);
    BOOST_TEST(one.passes(10) == 1);
    one.table.give_back(2);  // nobody
    BOOST_TEST(one.passes(10) == 0);
    BOOST_TEST(one.passes(10, 2) == 3);
}

BOOST_AUTO_TEST_CASE(a_burst_passes_and_then_the_rate) {
    setting here{{{.per_second = 10, .burst = 5}, 100, secret}};
    BOOST_TEST(here.passes(20) == 5);
    here.now += 99ms;
    BOOST_TEST(!here.pass());
    here.now += 1ms;
    BOOST_TEST(here.passes(20) == 1);
    here.now += 1s;
    BOOST_TEST(here.passes(20) == 5);
    int passed = 0;
    for (int ms = 0; ms < 10'000; ++ms) {
        here.now += 1ms;
        passed += here.pass() ? 1 : 0;
    }
    BOOST_TEST(passed == 100);
}

BOOST_AUTO_TEST_CASE(who_waits_as_long_as_told_passes) {
    setting here{{{.per_second = 3, .burst = 1}, 100, secret}};
    BOOST_TEST(here.pass());
    for (int i = 0; i < 10; ++i) {
        const auto wait = here.table.take(1, here.now);
        BOOST_REQUIRE(wait.has_value());
        BOOST_TEST((*wait > 0ns && *wait <= 333'333'333ns));
        here.now += *wait - 1ns;
        BOOST_TEST(!here.pass());
        here.now += 1ns;
        BOOST_TEST(here.pass());
    }
}

BOOST_AUTO_TEST_CASE(what_is_refused_costs_nothing) {
    setting here{{{.per_second = 10, .burst = 1}, 100, secret}};
    BOOST_TEST(here.passes(10'000) == 1);
    here.now += 100ms;
    BOOST_TEST(here.pass());
}

BOOST_AUTO_TEST_CASE(one_takes_nothing_from_another) {
    setting here{{{.per_second = 1, .burst = 2}, 8192, secret}};
    for (std::uint64_t who = 0; who < 500; ++who) BOOST_TEST(here.passes(5, who) == 2);
}

/// The clocks of two threads: a request may be judged as of a moment before that of the last.
BOOST_AUTO_TEST_CASE(a_moment_before_the_last_is_no_gift) {
    setting here{{{.per_second = 10, .burst = 1}, 100, secret}};
    BOOST_TEST(here.pass());
    here.now -= 50ms;
    BOOST_TEST(!here.pass());
    here.now += 149ms;
    BOOST_TEST(!here.pass());
    here.now += 1ms;
    BOOST_TEST(here.pass());
}

BOOST_DATA_TEST_CASE(is_a_bucket_that_drips, bdata::xrange(200), seed) {
    std::mt19937_64 random(static_cast<unsigned>(seed));
    const rate each{.per_second = 1 + random() % 2'000, .burst = 1 + random() % 50};
    setting here{{each, 256, secret}};
    std::map<std::uint64_t, bucket> model;
    for (int step = 0; step < 2'000; ++step) {
        const std::uint64_t who = random() % 16;
        bucket& expected = model.try_emplace(who, each).first->second;
        const auto wait = here.table.take(who, here.now);
        BOOST_REQUIRE(!wait.has_value() == expected.take());
        if (wait) BOOST_REQUIRE(wait->count() == expected.lacks());
        if (random() % 3 != 0) continue;
        const auto pause =
            static_cast<std::int64_t>(random() % (random() % 20 == 0 ? 2'000'000'000 : 4'000'000));
        here.now += std::chrono::nanoseconds{pause};
        for (auto& [one, drips] : model) drips.drip(pause);
    }
}

/// Who has a great many addresses makes the table no larger, and those who keep on asking stay in
/// it: of all who could go, those who asked for least do.
BOOST_AUTO_TEST_CASE(many_strangers_take_no_memory_and_free_nobody_who_asks_a_lot) {
    setting here{{{.per_second = 1, .burst = 100}, 1024, secret}};
    const std::size_t before = here.table.bytes();
    BOOST_TEST(before == 1024 * 16U);
    BOOST_TEST(here.passes(200, 7) == 100);
    for (std::uint64_t stranger = 1'000; stranger < 61'000; ++stranger) {
        BOOST_REQUIRE(here.pass(stranger));
    }
    BOOST_TEST(here.table.bytes() == before);
    BOOST_TEST(!here.pass(7));
}

/// Those of one set who put each other out gain nothing: whom a bucket of its own would refuse, the
/// table does.
BOOST_DATA_TEST_CASE(who_was_put_out_passes_no_more_often, bdata::xrange(100), seed) {
    std::mt19937_64 random(static_cast<unsigned>(seed));
    const rate each{.per_second = 1 + random() % 100, .burst = 1 + random() % 20};
    setting here{{each, 8, secret}};
    BOOST_TEST(here.table.bytes() == 8 * 16U);
    const std::uint64_t all = 9 + random() % 30;
    std::map<std::uint64_t, bucket> model;
    int passed = 0;
    for (int step = 0; step < 5'000; ++step) {
        const std::uint64_t who = random() % all;
        bucket& own = model.try_emplace(who, each).first->second;
        if (here.pass(who)) {
            BOOST_REQUIRE(own.take());
            ++passed;
        }
        if (random() % 10 != 0) continue;
        const auto pause = static_cast<std::int64_t>(random() % 20'000'000);
        here.now += std::chrono::nanoseconds{pause};
        for (auto& [one, drips] : model) drips.drip(pause);
    }
    BOOST_TEST(passed >= static_cast<int>(each.burst));
}

/// What a full set holds its members to, together, is the rate of as many as it has room for.
BOOST_AUTO_TEST_CASE(a_full_set_has_the_rates_of_eight) {
    setting here{{{.per_second = 10, .burst = 5}, 8, secret}};
    const auto pass_all = [&here] {
        int passed = 0;
        for (int round = 0; round < 50; ++round) {
            for (std::uint64_t who = 1; who <= 20; ++who) passed += here.pass(who) ? 1 : 0;
        }
        return passed;
    };
    BOOST_TEST(pass_all() == 8 * 5);
    here.now += 100ms;
    BOOST_TEST(pass_all() == 8);
    here.now += 10s;
    BOOST_TEST(pass_all() == 8 * 5);
}

BOOST_AUTO_TEST_CASE(who_is_refused_puts_nobody_out) {
    setting here{{{.per_second = 1, .burst = 1}, 8, secret}};
    for (std::uint64_t who = 1; who <= 8; ++who) BOOST_TEST(here.pass(who));
    for (std::uint64_t who = 9; who <= 20; ++who) BOOST_TEST(!here.pass(who));
    for (std::uint64_t who = 1; who <= 8; ++who) {
        here.table.give_back(who);
        BOOST_TEST(here.pass(who));
    }
}

BOOST_AUTO_TEST_CASE(the_idle_make_room_for_others) {
    setting here{{{.per_second = 10, .burst = 1}, 4096, secret}};
    for (std::uint64_t round = 0; round < 20; ++round) {
        for (std::uint64_t who = 0; who < 500; ++who) BOOST_TEST(here.pass(round * 1000 + who));
        for (std::uint64_t who = 0; who < 500; ++who) BOOST_TEST(!here.pass(round * 1000 + who));
        here.now += 100ms;
    }
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace
}  // namespace memstore::http
