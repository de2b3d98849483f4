#include "cluster/node_history.hpp"

#include "store/epoch.hpp"

#include <boost/test/data/monomorphic.hpp>
#include <boost/test/data/test_case.hpp>
#include <boost/test/unit_test.hpp>

#include <algorithm>
#include <atomic>
#include <cstdint>
#include <random>
#include <string>
#include <thread>
#include <vector>

using namespace memstore;
using cluster::history_cursor;
using cluster::node_history;
using cluster::recorded_change;
using cluster::recorded_commit;
namespace bdata = boost::unit_test::data;

namespace {

store::write write_of(std::string_view key, std::string_view value) {
    return {.key = {key, 0, 0}, .value = value};
}

/// A node's history, written as a transaction's owner does.
struct subject {
    explicit subject(std::size_t bytes_max, std::size_t commit_bytes_max = 1'000'000)
        : budget(bytes_max), history(memory, budget, std::max(bytes_max, commit_bytes_max)) {}

    void commit(std::uint64_t version, const std::vector<store::write>& changes) {
        history.begin_commit();
        history.set_commit_version(version);
        history.record(version, changes);
        history.conclude();
        memory.retired.collect();
    }
    void commit(std::uint64_t version, std::string_view value) {
        commit(version, {write_of("key", value)});
    }

    /// What a cursor finds from there on.
    std::vector<std::uint64_t> versions_after(std::uint64_t version) {
        const store::epoch_domain::pin reading{epochs};
        history_cursor from{history, version};
        std::vector<std::uint64_t> found;
        for (; const auto* const next = from.current(); from.advance()) {
            found.push_back(next->version());
        }
        BOOST_REQUIRE(!from.lost());
        return found;
    }
    bool lost_after(std::uint64_t version) {
        const store::epoch_domain::pin reading{epochs};
        return history_cursor{history, version}.lost();
    }

    store::epoch_domain epochs;
    store::node_memory memory{epochs};
    cluster::history_budget budget;
    node_history history;
};

std::vector<std::uint64_t> numbers(std::uint64_t first, std::uint64_t last) {
    std::vector<std::uint64_t> all;
    for (std::uint64_t each = first; each <= last; ++each) all.push_back(each);
    return all;
}

}  // namespace

BOOST_AUTO_TEST_SUITE(history)

BOOST_AUTO_TEST_CASE(a_commit_is_found_as_it_was_written) {
    const std::string long_key(base::key_bytes_max, 'k');
    const std::string long_value(300'000, 'v');
    const std::string zeros(9, '\0');
    const base::moment soon{std::chrono::milliseconds{12'345}};
    std::vector<store::write> changes{
        write_of("", ""),
        write_of(zeros, zeros),
        write_of(long_key, long_value),
        write_of("erased", "")};
    changes[1].deadline = soon;
    changes[3].erased = true;
    changes[3].cause = base::change_cause::evicted;
    subject of{1'000'000};
    of.commit(7, changes);

    const store::epoch_domain::pin reading{of.epochs};
    const auto* const found = history_cursor{of.history, 6}.current();
    BOOST_REQUIRE(found != nullptr);
    BOOST_TEST(found->version() == 7U);
    std::size_t at = 0;
    found->visit([&](const recorded_change& each) {
        const store::write& expected = changes.at(at++);
        BOOST_TEST(each.key == expected.key.bytes);
        BOOST_TEST(each.value == expected.value);
        BOOST_TEST((each.deadline == expected.deadline));
        BOOST_TEST(each.erased == expected.erased);
        BOOST_TEST((each.cause == expected.cause));
    });
    BOOST_TEST(at == changes.size());
}

BOOST_AUTO_TEST_CASE(it_begins_behind_any_version) {
    subject of{1'000'000};
    for (std::uint64_t version = 2; version <= 2'000; ++version) of.commit(version * 2, "value");
    for (const std::uint64_t after :
         {1U, 2U, 3U, 4U, 5U, 1998U, 1999U, 2000U, 3999U, 4000U, 9000U}) {
        std::vector<std::uint64_t> expected;
        for (std::uint64_t version = 2; version <= 2'000; ++version) {
            if (version * 2 > after) expected.push_back(version * 2);
        }
        BOOST_TEST((of.versions_after(after) == expected), after);
    }
}

BOOST_AUTO_TEST_CASE(a_cursor_finds_what_comes_after_it_was_at_the_end) {
    subject of{1'000'000};
    const store::epoch_domain::pin reading{of.epochs};
    history_cursor from{of.history, 1};
    for (std::uint64_t version = 2; version < 2'000; ++version) {
        BOOST_TEST((from.current() == nullptr));
        of.commit(version, "value");
        BOOST_REQUIRE(from.current() != nullptr);
        BOOST_REQUIRE_EQUAL(from.current()->version(), version);
        from.advance();
    }
    BOOST_TEST(!from.lost());
}

/// What is told of as lost is lost, and what is not is there: at every step, from every version.
BOOST_DATA_TEST_CASE(it_forgets_the_oldest_and_says_so, bdata::xrange(20), seed) {
    std::mt19937_64 random(static_cast<unsigned>(seed));
    subject of{20'000, 40'000};
    std::uint64_t last = 1;
    for (int step = 0; step < 300; ++step) {
        const bool huge = random() % 100 == 0;
        const bool too_large = random() % 100 == 0;
        of.commit(++last, std::string(too_large ? 50'000 : huge ? 30'000 : random() % 800, 'v'));
        BOOST_REQUIRE_LE(of.history.bytes(), huge ? 31'000U : 30'100U);
        const std::uint64_t oldest = of.history.oldest();
        BOOST_REQUIRE_EQUAL(oldest == last, too_large);
        for (std::uint64_t after = oldest; after <= last; ++after) {
            BOOST_REQUIRE((of.versions_after(after) == numbers(after + 1, last)));
        }
        for (std::uint64_t after = 1; after < oldest; ++after) {
            BOOST_REQUIRE(of.lost_after(after));
        }
    }
    BOOST_TEST(of.history.oldest() > 1U);
}

BOOST_AUTO_TEST_CASE(it_stays_within_its_bytes_and_uses_them) {
    for (const std::size_t bytes_max : {10'000U, 100'000U, 1'000'000U}) {
        subject of{bytes_max};
        for (std::uint64_t version = 2; version < 30'000; ++version) {
            of.commit(version, "a value of usual size");
            BOOST_REQUIRE_LE(of.history.bytes(), bytes_max);
        }
        BOOST_TEST(of.history.bytes() > bytes_max * 3 / 4);
        BOOST_TEST(of.memory.blocks.bytes_in_use() == of.history.bytes(), "what it drops is freed");
    }
}

BOOST_AUTO_TEST_CASE(what_is_larger_than_all_of_it_stays_while_it_is_the_newest) {
    subject of{10'000};
    of.commit(2, "small");
    of.commit(3, std::string(100'000, 'v'));
    BOOST_TEST(of.history.oldest() == 2U);
    BOOST_TEST((of.versions_after(2) == numbers(3, 3)));
    of.commit(4, "small");
    BOOST_TEST(of.history.oldest() == 3U);
    BOOST_TEST(of.history.bytes() <= 10'000U);
}

BOOST_AUTO_TEST_CASE(what_is_larger_than_a_commit_may_be_is_not_kept_and_that_is_told) {
    subject of{10'000, 20'000};
    of.commit(2, "small");
    const store::epoch_domain::pin reading{of.epochs};
    history_cursor at_the_end{of.history, 1};
    BOOST_REQUIRE(at_the_end.current() != nullptr);
    at_the_end.advance();
    BOOST_REQUIRE(at_the_end.current() == nullptr);
    BOOST_REQUIRE(!at_the_end.lost());

    of.commit(3, std::string(20'000, 'v'));
    BOOST_TEST(of.history.bytes() == 0U);
    BOOST_TEST(of.history.oldest() == 3U);
    BOOST_TEST(of.lost_after(2));
    BOOST_TEST((at_the_end.current() == nullptr));
    BOOST_TEST(at_the_end.lost());
    BOOST_TEST(of.versions_after(3).empty());
    of.commit(4, "small");
    BOOST_TEST(of.lost_after(2));
    BOOST_TEST((of.versions_after(3) == numbers(4, 4)));
}

BOOST_AUTO_TEST_CASE(a_history_of_a_few_bytes_keeps_the_newest_commits) {
    subject of{1};
    for (std::uint64_t version = 2; version < 1'000; ++version) {
        of.commit(version, "value");
        BOOST_TEST(of.versions_after(of.history.oldest()).back() == version);
        BOOST_TEST(of.history.bytes() <= 1'024U);
    }
}

BOOST_AUTO_TEST_CASE(a_history_of_nothing_keeps_and_announces_nothing) {
    subject of{0};
    of.history.begin_commit();
    BOOST_TEST(of.history.committing() == node_history::idle);
    of.commit(2, "value");
    BOOST_TEST(!of.history.keeps());
    BOOST_TEST(of.history.bytes() == 0U);
    BOOST_TEST(of.memory.blocks.bytes_in_use() == 0U);
}

BOOST_AUTO_TEST_CASE(a_commit_is_announced_until_it_is_concluded) {
    subject of{10'000};
    of.history.begin_commit();
    BOOST_TEST(of.history.committing() == node_history::version_pending);
    of.history.set_commit_version(2);
    BOOST_TEST(of.history.committing() == 2U);
    of.history.record(2, {});
    BOOST_TEST(of.history.committing() == 2U);
    of.history.conclude();
    BOOST_TEST(of.history.committing() == node_history::idle);
}

/// A reader that was overtaken is told so; it does not read what is not there any more.
BOOST_AUTO_TEST_CASE(a_cursor_that_is_overtaken_is_lost) {
    subject of{10'000};
    for (std::uint64_t version = 2; version < 50; ++version) of.commit(version, "value");
    const store::epoch_domain::pin reading{of.epochs};
    history_cursor from{of.history, 1};
    BOOST_REQUIRE(from.current() != nullptr);
    for (std::uint64_t version = 50; version < 5'000; ++version) of.commit(version, "value");
    std::uint64_t last = 1;
    for (; const auto* const next = from.current(); from.advance()) {
        BOOST_REQUIRE_EQUAL(next->version(), ++last);
    }
    BOOST_TEST(from.lost());
    BOOST_TEST(last < 100U);
}

/// Readers beside the writer find whole commits, in order and without a gap, until they are lost.
BOOST_AUTO_TEST_CASE(readers_follow_while_it_is_written) {
    constexpr std::uint64_t last = 40'000;
    subject of{50'000};
    std::atomic<std::uint64_t> written = 1;
    std::atomic<int> wrong = 0;
    std::atomic<std::uint64_t> read = 0;
    const auto follow = [&] {
        std::uint64_t after = 1;
        while (after < last) {
            const std::uint64_t before = written.load();
            const store::epoch_domain::pin reading{of.epochs};
            history_cursor from{of.history, after};
            for (; const auto* const next = from.current(); from.advance()) {
                wrong += next->version() != ++after;
                next->visit([&](const recorded_change& each) {
                    wrong += each.value != std::string(after % 300, static_cast<char>(after));
                });
                ++read;
            }
            if (from.lost()) {
                after = std::max(after, of.history.oldest());
            } else {
                wrong += after < before;
            }
        }
    };
    {
        const std::jthread one{follow};
        const std::jthread other{follow};
        for (std::uint64_t version = 2; version <= last; ++version) {
            of.commit(version, std::string(version % 300, static_cast<char>(version)));
            written = version;
            if (version % 1'000 == 0) std::this_thread::sleep_for(std::chrono::milliseconds{1});
        }
    }
    BOOST_TEST(wrong == 0);
    BOOST_TEST(read > 0U);
}

BOOST_AUTO_TEST_SUITE_END()
