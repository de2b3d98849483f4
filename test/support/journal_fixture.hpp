#pragma once

#include "persist/data_directory.hpp"
#include "persist/journal_writer.hpp"
#include "persist/recovery.hpp"
#include "support/fake_clock.hpp"
#include "support/journal_model.hpp"
#include "support/simulated_disk.hpp"

#include <boost/test/unit_test.hpp>

#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>
#include <vector>

namespace memstore::test {

/// A journal on a simulated disk, and what was written to it.
struct journal_fixture {
    explicit journal_fixture(std::uint64_t seed = 1) : disk(seed) {}

    persist::journal_writer writer(const persist::journal_end& after = {}) {
        return {directory, settings, after, [this] { return ++salt; }, clock};
    }

    /// A batch of one transaction that sets one key.
    owned_batch next_batch(std::size_t value_bytes = 10) {
        ++version;
        const std::string number = std::to_string(version);
        owned_effect only{.key = "key-" + number, .value = std::string(value_bytes, 'v')};
        return {{version, {only}}};
    }

    /// Appends, as a batch of its own, and remembers it.
    void append(persist::journal_writer& to, std::size_t value_bytes = 10) {
        history.push_back(next_batch(value_bytes));
        auto entry = filled(history.back());
        const auto appended = to.append(entry);
        BOOST_REQUIRE(appended.has_value());
        BOOST_TEST(*appended == history.size());
    }

    void append_and_sync(persist::journal_writer& to) {
        append(to);
        BOOST_REQUIRE(to.sync().has_value());
    }

    /// Recovers; the keys must be those after as many batches as it says.
    persist::checked<persist::recovered> recover() {
        model_applier keys;
        auto report = persist::recover(directory, keys);
        if (report) {
            BOOST_REQUIRE(report->end.sequence <= history.size());
            BOOST_TEST((keys.keys == replay(history, report->end.sequence)));
        }
        return report;
    }

    persist::checked<void> checkpoint(const persist::journal_end& at, std::size_t parts = 2) {
        const auto keys = replay(history, at.sequence);
        return write_checkpoint(
            directory,
            {at.epoch, at.sequence, at.hash, version, clock.now()},
            keys,
            parts
        );
    }

    std::vector<std::string> names() { return disk.list(directory.path()).value(); }

    simulated_disk disk;
    persist::data_directory directory{disk, "data"};
    std::unique_ptr<fs::file_lock> lock = directory.take().value();
    persist::journal_settings settings{.segment_bytes = 1000, .prepared_bytes = 300};
    fake_clock clock;
    std::uint64_t salt = 100;
    std::uint64_t version = 0;
    std::vector<owned_batch> history;
};

}  // namespace memstore::test
