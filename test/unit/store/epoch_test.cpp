#include "store/epoch.hpp"

#include <boost/test/unit_test.hpp>

#include <atomic>
#include <memory>
#include <optional>
#include <stdexcept>
#include <thread>
#include <vector>

using memstore::store::epoch_domain;
using memstore::store::limbo;

namespace {

std::atomic<int> alive = 0;

struct counted {
    counted() { ++alive; }
    ~counted() { --alive; }
    counted(const counted&) = delete;
    counted& operator=(const counted&) = delete;
};

void destroy_counted(void* object) noexcept { delete static_cast<counted*>(object); }

/// Enough retirements to make a limbo look whether it may free some.
void churn(limbo& subject, int objects) {
    for (int i = 0; i < objects; ++i) {
        subject.retire(new counted, destroy_counted);
        subject.seal();
    }
}

}  // namespace

BOOST_AUTO_TEST_SUITE(epoch)

BOOST_AUTO_TEST_CASE(what_nobody_can_reach_is_freed_in_time) {
    epoch_domain domain;
    limbo subject{domain};
    churn(subject, 10'000);
    BOOST_TEST(alive < 1'000);
}

BOOST_AUTO_TEST_CASE(what_a_reader_may_hold_is_kept_until_it_leaves) {
    epoch_domain domain;
    limbo subject{domain};
    churn(subject, 1'000);
    {
        const epoch_domain::pin reading{domain};
        const int before = alive;
        churn(subject, 5'000);
        BOOST_TEST(alive >= before + 4'000);
        { const epoch_domain::pin nested{domain}; }
        churn(subject, 1'000);
        BOOST_TEST(alive >= before + 5'000);
    }
    churn(subject, 10'000);
    BOOST_TEST(alive < 8'000);
}

BOOST_AUTO_TEST_CASE(a_limbo_frees_all_when_it_ends) {
    {
        epoch_domain domain;
        limbo subject{domain};
        churn(subject, 100);
        BOOST_TEST(alive == 100);
    }
    BOOST_TEST(alive == 0);
}

BOOST_AUTO_TEST_CASE(more_threads_than_slots_is_an_error_and_not_silence) {
    epoch_domain domain;
    std::atomic<std::size_t> pinned = 0;
    std::atomic<bool> done = false;
    std::atomic<std::size_t> refused = 0;
    std::vector<std::jthread> readers;
    const auto read = [&] {
        try {
            const epoch_domain::pin reading{domain};
            ++pinned;
            while (!done) done.wait(false);
        } catch (const std::length_error&) {
            ++refused;
            ++pinned;
        }
    };
    for (std::size_t i = 0; i < epoch_domain::threads_max + 4; ++i) readers.emplace_back(read);
    while (pinned < readers.size()) std::this_thread::yield();
    done = true;
    done.notify_all();
    readers.clear();
    BOOST_TEST(refused >= 4U);
    BOOST_TEST(refused <= 5U);  // this thread may hold a slot of its own

    std::jthread late{[&] { BOOST_CHECK_NO_THROW((epoch_domain::pin{domain})); }};
}

/// Readers follow a pointer that a writer replaces and retires all the time. A reader that is not
/// protected meets a freed object, which the sanitizers see, or its cleared mark.
BOOST_AUTO_TEST_CASE(readers_never_meet_a_freed_object) {
    struct marked {
        std::atomic<std::uint64_t> mark = 0xA11FE;
        ~marked() { mark = 0; }
    };
    epoch_domain domain;
    std::atomic<marked*> shared = new marked;
    std::atomic<bool> done = false;
    std::atomic<std::uint64_t> bad = 0;
    std::vector<std::jthread> readers;
    for (int i = 0; i < 3; ++i) {
        readers.emplace_back([&] {
            while (!done) {
                const epoch_domain::pin reading{domain};
                const marked* const seen = shared.load();
                for (int again = 0; again < 20; ++again) bad += seen->mark != 0xA11FE;
            }
        });
    }
    {
        limbo retired{domain};
        for (int i = 0; i < 50'000; ++i) {
            retired.retire(shared.exchange(new marked), [](void* old) noexcept {
                delete static_cast<marked*>(old);
            });
            retired.seal();
        }
        done = true;
        readers.clear();
    }
    delete shared.load();
    BOOST_TEST(bad == 0U);
}

BOOST_AUTO_TEST_SUITE_END()
