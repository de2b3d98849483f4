#include "persist/recovery.hpp"
#include "support/journal_fixture.hpp"

#include <boost/test/unit_test.hpp>

#include <cstdint>
#include <memory>
#include <optional>
#include <random>
#include <string>

using namespace memstore;
using persist::fault_kind;
namespace errc = boost::system::errc;

namespace {

/** Journal, checkpoints and recovery over many ends of the process and of the power, against a list
    of batches. What must hold after each: all that was acknowledged is there, in order, followed by
    nothing but what was on its way; nothing that was refused; and no batch in part.
*/
class lives {
public:
    explicit lives(std::uint64_t seed, bool lying_disk = false) : with_(seed), random_(seed) {
        with_.disk.lie_about_sync(lying_disk);
        with_.settings = {
            .segment_bytes = 500 + random_() % 3000,
            .prepared_bytes = random_() % 2 == 0 ? 0 : 50 + random_() % 1000};
    }

    /// @return what did not hold; empty, where all did
    std::string run(int count) {
        for (int i = 0; i < count && broken_.empty(); ++i) {
            bool power_cut = random_() % 2 == 0;
            try {
                live();
            } catch (const test::power_cut&) {
                power_cut = true;
            }
            end(power_cut);
        }
        return broken_;
    }

    std::uint64_t power_cuts() const { return power_cuts_; }

private:
    void live() {
        plan_strike();
        if (!begin()) return;
        for (std::size_t steps = random_() % 30; steps > 0 && !lost_; --steps) step();
    }

    /// Some lives end in the midst of a call, some have a call that fails, some meet a full disk.
    void plan_strike() {
        with_.disk.set_space(~std::uint64_t{0});
        const std::uint64_t calls = random_() % 120;
        switch (random_() % 4) {
        case 0: with_.disk.cut_power_after(calls); break;
        case 1: with_.disk.fail_after(calls, errc::io_error); break;
        case 2: with_.disk.set_space(with_.disk.used() + random_() % 5000); break;
        default: break;
        }
    }

    bool begin() {
        lost_ = false;
        journal_.reset();
        auto lock = with_.directory.take();
        if (!lock) return false;
        lock_ = *std::move(lock);
        test::model_applier found;
        const auto report = persist::recover(with_.directory, found);
        if (!report) {
            if (report.error().kind == fault_kind::corrupt) fail(describe(report.error()));
            return false;
        }
        judge(*report, found.keys);
        if (!broken_.empty()) return false;
        with_.history.resize(report->end.sequence);
        acknowledged_ = report->end.sequence;
        journal_.emplace(with_.writer(report->end));
        return true;
    }

    void judge(const persist::recovered& report, const test::stored_keys& keys) {
        const std::uint64_t count = report.end.sequence;
        if (count < acknowledged_) fail("an acknowledged batch is lost");
        if (count > with_.history.size()) return fail("there is a batch that nobody wrote");
        if (keys != test::replay(with_.history, count))
            fail("the keys are not those of the batches");
    }

    void step() {
        switch (random_() % 12) {
        case 0: return take_checkpoint();
        case 1:
        case 2:
        case 3: return sync();
        case 4: with_.disk.set_space(~std::uint64_t{0}); return;
        default: return append();
        }
    }

    void append() {
        auto batch = test::random_batch(random_, with_.version);
        auto entry = test::filled(batch);
        // On its way from here on: whether it is there after a power cut, nobody knows.
        with_.history.push_back(std::move(batch));
        const auto appended = journal_->append(entry);
        if (appended) return;
        lost_ = appended.error().kind == fault_kind::unknown;
        if (!lost_) with_.history.pop_back();
    }

    void sync() {
        const auto durable = journal_->sync();
        lost_ = !durable;
        if (durable) acknowledged_ = *durable;
    }

    void take_checkpoint() {
        sync();
        if (lost_) return;
        const persist::journal_end at = journal_->end();
        const auto keys = test::replay(with_.history, at.sequence);
        const persist::checkpoint_stamp stamp{at.epoch, at.sequence, at.hash, with_.version};
        const auto written =
            test::write_checkpoint(with_.directory, stamp, keys, random_() % 3 + 1);
        if (written) (void)with_.directory.remove_before(at.sequence);
    }

    void end(bool power_cut) {
        journal_.reset();
        lock_.reset();
        if (power_cut) {
            ++power_cuts_;
            with_.disk.restart();
        } else {
            with_.disk.restart_process();
        }
    }

    void fail(const std::string& what) {
        if (broken_.empty()) broken_ = what;
    }

    test::journal_fixture with_;
    std::mt19937_64 random_;
    std::unique_ptr<fs::file_lock> lock_;
    std::optional<persist::journal_writer> journal_;
    std::uint64_t acknowledged_ = 0;
    std::uint64_t power_cuts_ = 0;
    bool lost_ = false;
    std::string broken_;
};

#ifdef NDEBUG
constexpr int seeds = 4000;
#else
constexpr int seeds = 200;
#endif
constexpr int lives_each = 8;

}  // namespace

BOOST_AUTO_TEST_SUITE(crash)

BOOST_AUTO_TEST_CASE(what_was_acknowledged_survives_whatever_the_seed_has_in_store) {
    std::uint64_t power_cuts = 0;
    for (int seed = 0; seed < seeds; ++seed) {
        lives of{static_cast<std::uint64_t>(seed)};
        const std::string broken = of.run(lives_each);
        BOOST_REQUIRE_MESSAGE(broken.empty(), "seed " << seed << ": " << broken);
        power_cuts += of.power_cuts();
    }
    BOOST_TEST(power_cuts > 3U * seeds);
}

BOOST_AUTO_TEST_CASE(a_disk_that_lies_about_syncs_is_found_out) {
    int found = 0;
    for (int seed = 0; seed < 50; ++seed) {
        lives of{static_cast<std::uint64_t>(seed), true};
        found += of.run(lives_each).empty() ? 0 : 1;
    }
    BOOST_TEST(found > 25);
}

namespace {

persist::checked<persist::recovered> recover_again(
    const test::journal_fixture& with,
    test::model_applier& found
) {
    found.keys.clear();
    return persist::recover(with.directory, found);
}

/// Appends, rotates, takes checkpoints and starts again: all calls that there are.
void play(test::journal_fixture& with, std::uint64_t& acknowledged) {
    for (int start = 0; start < 3; ++start) {
        test::model_applier found;
        auto report = persist::recover(with.directory, found);
        if (!report) report = recover_again(with, found);
        if (!report) return;
        BOOST_REQUIRE(report->end.sequence >= acknowledged);
        BOOST_REQUIRE(report->end.sequence <= with.history.size());
        BOOST_REQUIRE((found.keys == test::replay(with.history, report->end.sequence)));
        with.history.resize(report->end.sequence);
        acknowledged = report->end.sequence;
        auto journal = with.writer(report->end);
        for (int i = 0; i < 7; ++i) {
            with.history.push_back(with.next_batch(60));
            auto entry = test::filled(with.history.back());
            const auto appended = journal.append(entry);
            if (!appended && appended.error().kind == fault_kind::unknown) break;
            if (!appended) with.history.pop_back();
            const auto synced = journal.sync();
            if (!synced) break;
            acknowledged = *synced;
            if (i == 4 && with.checkpoint(journal.end())) {
                (void)with.directory.remove_before(journal.end().sequence);
            }
        }
    }
}

}  // namespace

BOOST_AUTO_TEST_CASE(every_call_may_fail) {
    for (const auto error : {errc::io_error, errc::no_space_on_device}) {
        bool done = false;
        for (std::uint64_t calls = 0; !done; ++calls) {
            test::journal_fixture with{calls};
            std::uint64_t acknowledged = 0;
            with.disk.fail_after(calls, error);
            play(with, acknowledged);
            done = !with.disk.struck();
            with.disk.restart();
            const auto report = with.recover();
            BOOST_REQUIRE_MESSAGE(report.has_value(), "call " << calls);
            BOOST_TEST(report->end.sequence >= acknowledged);
        }
    }
}

BOOST_AUTO_TEST_CASE(every_call_may_be_the_last_and_the_next_recovery_too) {
    bool done = false;
    for (std::uint64_t calls = 0; !done; ++calls) {
        for (std::uint64_t seed = 0; seed < 2; ++seed) {
            test::journal_fixture with{calls * 7 + seed};
            std::uint64_t acknowledged = 0;
            with.disk.cut_power_after(calls);
            try {
                play(with, acknowledged);
            } catch (const test::power_cut&) {
            }
            done = !with.disk.struck();
            with.disk.restart();
            bool recovered = false;
            for (std::uint64_t within = 0; !recovered; ++within) {
                with.disk.cut_power_after(within);
                try {
                    const auto report = with.recover();
                    BOOST_REQUIRE_MESSAGE(report.has_value(), "call " << calls);
                    BOOST_TEST(report->end.sequence >= acknowledged);
                    recovered = true;
                } catch (const test::power_cut&) {
                }
                with.disk.restart();
            }
        }
    }
}

BOOST_AUTO_TEST_SUITE_END()
