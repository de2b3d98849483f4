#include "persist/journal.hpp"

#include "support/journal_fixture.hpp"

#include <boost/test/unit_test.hpp>

#include <atomic>
#include <cstddef>
#include <cstdint>
#include <deque>
#include <memory>
#include <optional>
#include <string>
#include <thread>
#include <vector>

using namespace memstore;
using persist::fault_kind;
using persist::sync_policy;
namespace errc = boost::system::errc;

namespace {

class counting_waiter final : public persist::journal::waiter {
public:
    void resume_after_journal(bool known) noexcept override {
        known_ = known;
        ++resumed_;
        resumed_.notify_one();
    }

    int resumed() const noexcept { return resumed_.load(); }
    bool known() const noexcept { return known_; }
    void await() const { resumed_.wait(0); }

private:
    std::atomic<int> resumed_ = 0;
    bool known_ = false;
};

/// A journal that is written when the test says so.
struct stepped : test::journal_fixture {
    persist::journal& open(persist::journal::settings options) {
        journal = std::make_unique<persist::journal>(
            writer(),
            options,
            0,
            persist::journal::listeners{
                .durable = [this](std::uint64_t shown) { durable = shown; },
                .changed =
                    [this](const std::optional<persist::fault>& why) {
                        ++changes;
                        complaint = why;
                    }}
        );
        return *journal;
    }

    /// Appends one transaction, as applied at once. @return its version
    std::uint64_t commit(const std::string& key = "k", const std::string& value = "v") {
        const auto made = append(key, value);
        journal->applied(made);
        return made.version();
    }

    persist::journal::receipt append(const std::string& key, const std::string& value) {
        history.push_back({{++version, {{.key = key, .value = value, .version = version}}}});
        const std::vector<persist::effect> effects{{.key = key, .value = value}};
        return journal->append(effects, [this] { return version; });
    }

    /// The versions of what a recovery finds.
    std::uint64_t recovered_version() {
        journal.reset();
        test::model_applier keys;
        const auto found = persist::recover(directory, keys);
        BOOST_REQUIRE(found.has_value());
        return found->last_version;
    }

    std::unique_ptr<persist::journal> journal;
    std::uint64_t durable = 0;
    int changes = 0;
    std::optional<persist::fault> complaint;
};

}  // namespace

BOOST_FIXTURE_TEST_SUITE(journal, stepped)

BOOST_AUTO_TEST_CASE(what_commits_meanwhile_is_one_entry) {
    open({.sync = sync_policy::always});
    commit();
    journal->write();
    for (int i = 0; i < 5; ++i) commit();
    journal->write();
    journal->write();
    BOOST_TEST(journal->written().end.sequence == 2U);
    BOOST_TEST(durable == 6U);
    disk.restart();
    BOOST_TEST(recovered_version() == 6U);
}

BOOST_AUTO_TEST_CASE(who_waits_goes_on_when_what_it_waits_for_is_on_the_disk) {
    open({.sync = sync_policy::always});
    counting_waiter first, second, third, late;
    BOOST_TEST(!journal->wait(first, commit()));
    BOOST_TEST(!journal->wait(second, commit()));
    BOOST_TEST(first.resumed() == 0);
    journal->write();
    BOOST_TEST(first.resumed() == 1);
    BOOST_TEST(first.known());
    BOOST_TEST(second.resumed() == 1);
    BOOST_TEST(!journal->wait(third, commit()));
    BOOST_TEST(journal->wait(late, version - 1), "that is there already");
    journal->write();
    BOOST_TEST(third.resumed() == 1);
    BOOST_TEST(late.resumed() == 0);
}

BOOST_AUTO_TEST_CASE(nobody_waits_where_nothing_is_promised_unless_there_is_too_much) {
    for (const auto policy : {sync_policy::everysec, sync_policy::never}) {
        open({.sync = policy, .backlog_bytes_max = 1000});
        counting_waiter one, other;
        BOOST_TEST(journal->wait(one, commit()));
        const std::uint64_t large = commit("k", std::string(2000, 'v'));
        BOOST_TEST(!journal->wait(other, large));
        journal->write();
        BOOST_TEST(other.resumed() == 1);
        BOOST_TEST(other.known());
        BOOST_TEST(durable == 0U, "it is shown anyway");
        journal.reset();
        disk.restart_process();
    }
}

BOOST_AUTO_TEST_CASE(a_batch_is_not_shown_before_it_is_applied) {
    open({.sync = sync_policy::always});
    const auto made = append("k", "v");
    std::atomic<bool> written = false;
    std::jthread writing{[&] {
        journal->write();
        written = true;
    }};
    counting_waiter one;
    BOOST_TEST(!journal->wait(one, made.version()));
    BOOST_TEST(one.resumed() == 0);
    journal->applied(made);
    one.await();
    writing.join();
    BOOST_TEST(written.load());
    BOOST_TEST(durable == made.version());
}

BOOST_AUTO_TEST_CASE(a_full_disk_is_waited_for) {
    open({.sync = sync_policy::always});
    commit();
    journal->write();
    disk.set_space(disk.used());
    counting_waiter first, second;
    BOOST_TEST(!journal->wait(first, commit("k", std::string(500, 'v'))));
    journal->write();
    BOOST_TEST(!journal->writable());
    BOOST_TEST(!journal->lost());
    BOOST_REQUIRE(complaint.has_value());
    BOOST_TEST((complaint->kind == fault_kind::no_space));
    BOOST_TEST(journal->complaint().find("No space left") != std::string::npos);
    BOOST_TEST(first.resumed() == 0);
    // One that had got as far as this before it was known.
    BOOST_TEST(!journal->wait(second, commit()));
    journal->write();
    BOOST_TEST(changes == 1);

    disk.set_space(~std::uint64_t{0});
    journal->write();
    BOOST_TEST(journal->writable());
    BOOST_TEST(journal->complaint().empty());
    BOOST_TEST(changes == 2);
    BOOST_TEST(first.known());
    BOOST_TEST(second.resumed() == 0);
    journal->write();
    BOOST_TEST(second.known());
    disk.restart();
    BOOST_TEST(recovered_version() == 3U);
}

BOOST_AUTO_TEST_CASE(nobody_is_told_anything_after_a_sync_that_failed) {
    open({.sync = sync_policy::always});
    commit();
    journal->write();
    counting_waiter first, second, third;
    BOOST_TEST(!journal->wait(first, commit()));
    disk.fail_after(1, errc::io_error);  // the write is done, the sync is not
    journal->write();
    BOOST_TEST(journal->lost());
    BOOST_TEST(!journal->writable());
    BOOST_TEST(first.resumed() == 1);
    BOOST_TEST(!first.known());
    BOOST_TEST(durable == 1U);
    disk.heal();
    journal->write();
    BOOST_TEST(journal->lost(), "whatever the disk says now");
    BOOST_TEST(!journal->wait(second, 2));
    BOOST_TEST(second.resumed() == 1);
    BOOST_TEST(!second.known());
    BOOST_TEST(journal->wait(third, 1), "that is there");
    disk.restart();
    BOOST_TEST(recovered_version() >= 1U);
}

BOOST_AUTO_TEST_CASE(a_stop_does_not_wait_for_room) {
    open({.sync = sync_policy::always});
    disk.set_space(0);
    counting_waiter before, after;
    BOOST_TEST(!journal->wait(before, commit()));
    journal->write();
    BOOST_TEST(before.resumed() == 0);
    journal->give_up();
    BOOST_TEST(before.resumed() == 1);
    BOOST_TEST(!before.known());
    BOOST_TEST(!journal->wait(after, 1));
    BOOST_TEST(!after.known());
}

BOOST_AUTO_TEST_CASE(who_waits_for_room_is_told_nothing_by_a_stop) {
    open({.sync = sync_policy::everysec, .backlog_bytes_max = 1000});
    disk.set_space(0);
    counting_waiter early, late;
    const std::uint64_t large = commit("k", std::string(2000, 'v'));
    BOOST_TEST(!journal->wait(early, large));
    journal->write();
    BOOST_TEST(early.resumed() == 0);
    // One that had got as far as this before it was known.
    const std::uint64_t larger = commit("k", std::string(2000, 'w'));
    journal->give_up();
    BOOST_TEST(early.resumed() == 1);
    BOOST_TEST(!early.known());
    BOOST_TEST(!journal->wait(late, larger));
    BOOST_TEST(late.resumed() == 1);
    BOOST_TEST(!late.known());
}

BOOST_AUTO_TEST_CASE(who_waited_for_room_is_told_nothing_by_a_journal_that_is_lost) {
    open({.sync = sync_policy::everysec, .backlog_bytes_max = 1000});
    commit();
    journal->write();
    counting_waiter waiting, late;
    const std::uint64_t large = commit("k", std::string(2000, 'v'));
    BOOST_TEST(!journal->wait(waiting, large));
    disk.fail_after(0, errc::io_error);
    journal->sync();
    BOOST_TEST(journal->lost());
    BOOST_TEST(waiting.resumed() == 1);
    BOOST_TEST(!waiting.known());
    BOOST_TEST(journal->wait(late, large), "there is no room to wait for any more");
}

BOOST_AUTO_TEST_CASE(what_is_left_is_written_and_synced_at_the_end) {
    for (const auto policy : {sync_policy::always, sync_policy::everysec, sync_policy::never}) {
        stepped one;
        one.open({.sync = policy});
        for (int i = 0; i < 3; ++i) one.commit();
        std::stop_source stop;
        stop.request_stop();
        one.journal->run(stop.get_token());
        one.disk.restart();
        BOOST_TEST(one.recovered_version() == 3U);
    }
}

BOOST_AUTO_TEST_CASE(many_append_while_one_writes) {
    constexpr int threads = 4;
    constexpr int commits = 200;
    open({.sync = sync_policy::always});
    std::atomic<std::uint64_t> versions = 0;
    std::atomic<int> lost = 0;
    std::vector<std::deque<counting_waiter>> waiters(threads);
    {
        std::jthread writing{[&](const std::stop_token& stop) { journal->run(stop); }};
        std::vector<std::jthread> committing;
        for (int i = 0; i < threads; ++i) {
            committing.emplace_back([&, i] {
                for (int n = 0; n < commits; ++n) {
                    const std::vector<persist::effect> effects{{.key = "k", .value = "v"}};
                    const auto made = journal->append(effects, [&] { return ++versions; });
                    journal->applied(made);
                    counting_waiter& one = waiters[static_cast<std::size_t>(i)].emplace_back();
                    if (!journal->wait(one, made.version())) one.await();
                    if (one.resumed() != 0 && !one.known()) ++lost;
                }
            });
        }
    }
    BOOST_TEST(lost == 0);
    BOOST_TEST(durable == std::uint64_t{threads * commits});
    disk.restart();
    BOOST_TEST(recovered_version() == std::uint64_t{threads * commits});
}

BOOST_AUTO_TEST_SUITE_END()
