#include "store/limbo.hpp"

#include "store/epoch.hpp"
#include "store/slab.hpp"

#include <boost/test/unit_test.hpp>

#include <algorithm>
#include <atomic>
#include <cstdint>
#include <new>
#include <thread>
#include <vector>

using namespace memstore::store;

namespace {

struct limbo_fixture {
    epoch_domain domain;
    slab memory;
    limbo subject{domain, memory};

    void churn(int blocks, std::size_t bytes = 8) {
        for (int i = 0; i < blocks; ++i) {
            subject.retire(memory.allocate(bytes), bytes);
            subject.seal();
        }
    }
};

constexpr std::size_t mib = std::size_t{1} << 20;

}  // namespace

BOOST_FIXTURE_TEST_SUITE(limbo_, limbo_fixture)

BOOST_AUTO_TEST_CASE(what_nobody_can_reach_is_freed_in_time) {
    churn(10'000);
    BOOST_TEST(memory.bytes_in_use() < 8'000U);
}

BOOST_AUTO_TEST_CASE(large_blocks_do_not_pile_up) {
    std::size_t most = 0;
    for (int i = 0; i < 100; ++i) {
        const epoch_domain::pin writing{domain};
        churn(1, 4 * mib);
        most = std::max(most, memory.bytes_in_use());
    }
    BOOST_TEST(most <= 12 * mib);
}

BOOST_AUTO_TEST_CASE(what_a_reader_may_hold_is_kept_until_it_leaves) {
    churn(1'000);
    {
        const epoch_domain::pin reading{domain};
        const std::size_t before = memory.bytes_in_use();
        churn(5'000);
        BOOST_TEST(memory.bytes_in_use() >= before + 40'000);
    }
    churn(10'000);
    BOOST_TEST(memory.bytes_in_use() < 8'000U);
}

BOOST_AUTO_TEST_CASE(an_idle_owner_can_free_the_rest) {
    BOOST_TEST(subject.empty());
    churn(10);
    BOOST_TEST(!subject.empty());
    BOOST_TEST(subject.bytes() == 80U);
    subject.collect();
    BOOST_TEST(subject.empty());
    BOOST_TEST(memory.bytes_in_use() == 0U);
}

BOOST_AUTO_TEST_CASE(what_is_not_visible_yet_is_kept_without_a_reader) {
    const auto retire = [&](std::uint64_t version, std::uint64_t visible) {
        subject.retire(memory.allocate(8), 8);
        subject.seal(version, visible);
    };
    retire(2, 1);
    retire(3, 1);
    retire(4, 2);
    for (int i = 0; i < 3; ++i) subject.collect(2);
    BOOST_TEST(subject.size() == 2U, "whoever begins to read at 2 may find what 3 replaced");
    for (int i = 0; i < 3; ++i) subject.collect(3);
    BOOST_TEST(subject.size() == 1U);
    retire(5, 5);
    for (int i = 0; i < 3; ++i) subject.collect(5);
    BOOST_TEST(subject.empty());
    BOOST_TEST(memory.bytes_in_use() == 0U);
}

BOOST_AUTO_TEST_CASE(a_long_row_of_what_is_not_visible_yet_is_freed_at_last) {
    constexpr std::uint64_t commits = 10'000;
    for (std::uint64_t version = 1; version <= commits; ++version) {
        subject.retire(memory.allocate(8), 8);
        subject.seal(version, version / 1000 * 1000);
    }
    BOOST_TEST(subject.size() < 2'000U);
    for (int i = 0; i < 2; ++i) subject.collect(commits);
    BOOST_TEST(subject.empty());
}

/// While a reader stays, not every retirement looks at all threads: each look begins an epoch.
BOOST_AUTO_TEST_CASE(a_long_reader_does_not_make_every_retirement_expensive) {
    const epoch_domain::pin reading{domain};
    const std::uint64_t before = domain.now();
    churn(10'000);
    BOOST_TEST(domain.now() - before <= 10'000 / 128);
}

BOOST_AUTO_TEST_CASE(a_limbo_frees_all_when_it_ends) {
    {
        limbo ending{domain, memory};
        for (int i = 0; i < 100; ++i) ending.retire(memory.allocate(24), 24);
        BOOST_TEST(memory.bytes_in_use() == 2'400U);
    }
    BOOST_TEST(memory.bytes_in_use() == 0U);
}

/// Readers follow a pointer that a writer replaces and retires all the time. A reader that is not
/// protected meets a freed block, which the sanitizers see, or one that was used again.
BOOST_AUTO_TEST_CASE(readers_never_meet_a_freed_block) {
    using mark = std::atomic<std::uint64_t>;
    const auto make = [&](std::uint64_t number) {
        return new (memory.allocate(sizeof(mark))) mark{number};
    };
    std::atomic<mark*> shared = make(0);
    std::atomic<bool> done = false;
    std::atomic<std::uint64_t> bad = 0;
    std::vector<std::jthread> readers;
    for (int i = 0; i < 3; ++i) {
        readers.emplace_back([&] {
            while (!done) {
                const epoch_domain::pin reading{domain};
                const mark* const seen = shared.load();
                const std::uint64_t first = *seen;
                for (int again = 0; again < 20; ++again) bad += *seen != first;
            }
        });
    }
    for (std::uint64_t i = 1; i <= 50'000; ++i) {
        subject.retire(shared.exchange(make(i)), sizeof(mark));
        subject.seal();
    }
    done = true;
    readers.clear();
    memory.free(shared.load(), sizeof(mark));
    BOOST_TEST(bad == 0U);
}

BOOST_AUTO_TEST_SUITE_END()
