#include "persist/recovery.hpp"

#include "base/checksum.hpp"
#include "fs/posix_file_system.hpp"
#include "persist/repair.hpp"
#include "support/journal_fixture.hpp"
#include "support/temporary_directory.hpp"

#include <boost/test/unit_test.hpp>

#include <algorithm>
#include <filesystem>
#include <map>
#include <mutex>
#include <random>
#include <set>
#include <span>
#include <stdexcept>
#include <string>
#include <thread>
#include <vector>

using namespace memstore;
using persist::fault_kind;
namespace errc = boost::system::errc;

namespace {

/// Notes what it was given, and by which threads.
class counting_applier final : public persist::applier {
public:
    void load(std::span<const persist::checkpoint_entry> entries) override {
        const std::lock_guard lock{mutex_};
        loaded += entries.size();
        threads.insert(std::this_thread::get_id());
    }
    void forget() override { loaded = 0; }
    void apply(const persist::transaction& committed) override {
        versions.push_back(committed.version);
    }

    std::size_t loaded = 0;
    std::set<std::thread::id> threads;
    std::vector<std::uint64_t> versions;

private:
    std::mutex mutex_;
};

class throwing_applier final : public persist::applier {
public:
    void load(std::span<const persist::checkpoint_entry>) override {
        throw std::runtime_error{"no room"};
    }
    void forget() override {}
    void apply(const persist::transaction&) override {}
};

}  // namespace

BOOST_FIXTURE_TEST_SUITE(recovery, test::journal_fixture)

BOOST_AUTO_TEST_CASE(an_empty_directory_is_an_empty_store) {
    const auto report = recover();
    BOOST_REQUIRE(report.has_value());
    BOOST_TEST((report->end == persist::journal_end{}));
    BOOST_TEST(report->last_version == 0U);
    BOOST_TEST(!report->checkpoint.has_value());
}

BOOST_AUTO_TEST_CASE(the_checkpoint_comes_first_and_then_what_followed) {
    auto journal = writer();
    for (int i = 0; i < 12; ++i) append_and_sync(journal);
    BOOST_REQUIRE(checkpoint(journal.end()));
    for (int i = 0; i < 12; ++i) append_and_sync(journal);
    counting_applier applied;
    const auto report = persist::recover(directory, applied);
    BOOST_REQUIRE(report.has_value());
    BOOST_TEST(report->checkpoint->sequence == 12U);
    BOOST_TEST(report->loaded == 12U);
    BOOST_TEST(applied.loaded == 12U);
    BOOST_TEST(report->entries == 12U);
    BOOST_TEST(report->transactions == 12U);
    BOOST_TEST(report->effects == 12U);
    BOOST_TEST(report->last_version == 24U);
    BOOST_TEST((report->end == journal.end()));
    BOOST_TEST(applied.versions.front() == 13U);
    BOOST_TEST(std::ranges::is_sorted(applied.versions));
    BOOST_TEST(recover()->end.sequence == 24U);

    BOOST_REQUIRE(directory.remove_before(12));
    BOOST_TEST(directory.segments()->front() > 1U);
    BOOST_TEST((recover()->end == journal.end()));
}

BOOST_AUTO_TEST_CASE(a_checkpoint_alone_is_enough_and_the_journal_goes_on_after_it) {
    auto journal = writer();
    for (int i = 0; i < 5; ++i) append_and_sync(journal);
    BOOST_REQUIRE(checkpoint(journal.end()));
    for (const auto first : *directory.segments()) {
        BOOST_TEST(!disk.remove(directory.segment(first)));
    }
    const auto report = recover();
    BOOST_REQUIRE(report.has_value());
    BOOST_TEST((report->end == journal.end()));
    auto next = writer(report->end);
    append_and_sync(next);
    BOOST_TEST(next.end().epoch == journal.end().epoch + 1);
    BOOST_TEST((recover()->end == next.end()));
}

BOOST_AUTO_TEST_CASE(a_damaged_checkpoint_is_passed_over_while_the_journal_reaches_back) {
    auto journal = writer();
    for (int i = 0; i < 6; ++i) append_and_sync(journal);
    BOOST_REQUIRE(checkpoint(journal.end()));
    append_and_sync(journal);
    const auto part = directory.part(6, 1);
    std::string content = disk.content(part);
    content[70] = static_cast<char>(content[70] ^ 1);
    disk.put(part, content);
    BOOST_TEST(!persist::verify(directory)->sound());
    const auto report = recover();
    BOOST_REQUIRE(report.has_value());
    BOOST_TEST(report->end.sequence == 7U);
    BOOST_REQUIRE(report->passed_over.size() == 1U);
    BOOST_TEST((report->passed_over.front().file == part));
    BOOST_TEST(persist::verify(directory)->sound());
    BOOST_TEST(recover()->passed_over.empty());
    for (const auto& file : {directory.manifest(6), directory.part(6, 0), part}) {
        BOOST_TEST(!disk.holds(file));
        BOOST_TEST(disk.holds(file.string() + ".damaged-0"));
    }
    BOOST_TEST(checkpoint(report->end).has_value());
}

BOOST_AUTO_TEST_CASE(verify_tells_what_recovery_will_find_whatever_is_damaged) {
    settings = {.segment_bytes = 400, .prepared_bytes = 0};
    auto journal = writer();
    std::vector<std::filesystem::path> files;
    for (int i = 1; i <= 12; ++i) {
        append_and_sync(journal);
        if (i % 5 != 0) continue;
        BOOST_REQUIRE(checkpoint(journal.end()));
        for (std::size_t part = 0; part < 2; ++part) {
            files.push_back(directory.part(journal.end().sequence, part));
        }
        files.push_back(directory.manifest(journal.end().sequence));
    }
    for (const auto first : *directory.segments()) files.push_back(directory.segment(first));
    BOOST_REQUIRE(files.size() > 8U);
    std::map<std::filesystem::path, std::string> whole;
    for (const auto& file : files) whole[file] = disk.content(file);
    std::size_t sound = 0;
    std::size_t stopped = 0;
    std::mt19937_64 random{1};
    for (int i = 0; i < 200; ++i) {
        for (auto damages = random() % 2 + 1; damages > 0; --damages) {
            const auto& file = files[random() % files.size()];
            std::string content = disk.content(file);
            char& changed = content[random() % content.size()];
            changed = static_cast<char>(changed ^ 1);
            disk.put(file, content);
        }
        const auto told = persist::verify(directory);
        BOOST_REQUIRE(told.has_value());
        const auto report = recover();
        if (report) {
            BOOST_TEST(!told->journal);
            BOOST_TEST((report->end == told->end));
            BOOST_TEST(report->checkpoint.has_value() == told->checkpoint.has_value());
            if (told->checkpoint) BOOST_TEST(report->checkpoint->sequence == *told->checkpoint);
            ++sound;
        } else {
            BOOST_TEST(!told->sound());
            ++stopped;
        }
        for (const std::string& name : names()) BOOST_TEST(!disk.remove(directory.path() / name));
        for (const auto& [file, content] : whole) disk.put(file, content);
    }
    BOOST_TEST(sound > 20U);
    BOOST_TEST(stopped > 20U);
}

BOOST_AUTO_TEST_CASE(repair_keeps_all_of_a_damaged_checkpoint) {
    auto journal = writer();
    for (int i = 0; i < 6; ++i) append_and_sync(journal);
    BOOST_REQUIRE(checkpoint(journal.end()));
    const auto part = directory.part(6, 1);
    disk.put(part, disk.content(part).substr(1));
    const auto done = persist::repair(directory);
    BOOST_REQUIRE(done.has_value());
    BOOST_TEST(done->set_aside.size() == 3U);
    BOOST_TEST(recover().has_value());
    for (const auto& file : done->set_aside) BOOST_TEST(disk.holds(file));
}

BOOST_AUTO_TEST_CASE(to_set_a_checkpoint_aside_loses_none_of_it_at_any_power_cut) {
    bool done = false;
    for (std::uint64_t calls = 0; !done; ++calls) {
        journal_fixture with{calls};
        auto journal = with.writer();
        for (int i = 0; i < 3; ++i) with.append_and_sync(journal);
        BOOST_REQUIRE(with.checkpoint(journal.end()));
        with.disk.put(with.directory.part(3, 1), "damaged");
        with.disk.cut_power_after(calls);
        try {
            BOOST_REQUIRE(with.recover().has_value());
            done = !with.disk.struck();
        } catch (const test::power_cut&) {
        }
        with.disk.restart();
        BOOST_REQUIRE(with.recover().has_value());
        const auto names = with.names();
        BOOST_TEST(std::ranges::count_if(names, [](const std::string& name) {
                       return name.starts_with("checkpoint-") && name.ends_with(".damaged-0");
                   }) == 3);
    }
}

BOOST_AUTO_TEST_CASE(a_damaged_checkpoint_that_the_journal_does_not_reach_stops_it) {
    for (const bool with_a_beginning : {false, true}) {
        journal_fixture with;
        auto journal = with.writer();
        for (int i = 0; i < 12; ++i) with.append_and_sync(journal);
        BOOST_REQUIRE(with.checkpoint(journal.end()));
        with.disk.put(with.directory.part(12, 0), "damaged");
        const auto segments = *with.directory.segments();
        BOOST_REQUIRE(segments.size() > 1U);
        for (std::size_t i = with_a_beginning ? 1 : 0; i < segments.size(); ++i) {
            BOOST_TEST(!with.disk.remove(with.directory.segment(segments[i])));
        }
        const auto before = with.names();
        const auto found = with.recover();
        BOOST_REQUIRE(found.has_error());
        BOOST_TEST((found.error().kind == fault_kind::corrupt));
        BOOST_TEST((found.error().file == with.directory.part(12, 0)));
        BOOST_TEST(
            found.error().what.find("the journal ends before it, at entry ") != std::string::npos
        );
        BOOST_TEST((with.names() == before));
        BOOST_TEST(persist::repair(with.directory).has_value() == with_a_beginning);
        BOOST_TEST(with.recover().has_value() == with_a_beginning);
    }
}

BOOST_AUTO_TEST_CASE(where_it_stops_nothing_is_removed) {
    auto journal = writer();
    for (int i = 0; i < 12; ++i) append_and_sync(journal);
    BOOST_REQUIRE(checkpoint(journal.end()));
    BOOST_REQUIRE(directory.remove_before(12));
    const std::string manifest = disk.content(directory.manifest(12));
    BOOST_TEST(!disk.remove(directory.manifest(12)));
    const auto before = names();
    BOOST_TEST((recover().error().kind == fault_kind::corrupt));
    BOOST_TEST((names() == before));
    disk.put(directory.manifest(12), manifest);
    BOOST_TEST((recover()->end == journal.end()));
}

BOOST_AUTO_TEST_CASE(a_damaged_checkpoint_that_is_needed_stops_it) {
    auto journal = writer();
    for (int i = 0; i < 12; ++i) append_and_sync(journal);
    BOOST_REQUIRE(checkpoint(journal.end()));
    BOOST_REQUIRE(directory.remove_before(12));
    disk.put(directory.manifest(12), "MEMSCKPT");
    const auto found = recover();
    BOOST_REQUIRE(found.has_error());
    BOOST_TEST((found.error().kind == fault_kind::corrupt));
    BOOST_TEST(found.error().what.find("entry 1 is missing") == 0U);
    BOOST_TEST(found.error().what.find("manifest is cut short") != std::string::npos);
    BOOST_TEST((persist::repair(directory).error().kind == fault_kind::corrupt));
}

BOOST_AUTO_TEST_CASE(a_checkpoint_of_another_journal_is_not_believed) {
    auto journal = writer();
    for (int i = 0; i < 3; ++i) append_and_sync(journal);
    auto end = journal.end();
    ++end.hash;
    BOOST_REQUIRE(checkpoint(end));
    const auto found = recover();
    BOOST_REQUIRE(found.has_error());
    BOOST_TEST(found.error().what == "entry 3 is not the one that the checkpoint stands for");
}

BOOST_AUTO_TEST_CASE(a_tail_torn_below_the_checkpoint_loses_nothing) {
    auto journal = writer();
    for (int i = 0; i < 3; ++i) append_and_sync(journal);
    BOOST_REQUIRE(checkpoint(journal.end()));
    const auto path = directory.segment(1);
    disk.put(path, disk.content(path).substr(0, 200));
    const auto report = recover();
    BOOST_REQUIRE(report.has_value());
    BOOST_TEST(report->torn.has_value());
    BOOST_TEST(report->end.sequence == 3U);
    auto next = writer(report->end);
    append_and_sync(next);
    BOOST_TEST(recover()->end.sequence == 4U);
}

BOOST_AUTO_TEST_CASE(what_is_whole_but_malformed_stops_it) {
    std::string body = "\1\0\0\0\0\0\0\0\1\xff";
    const std::string header = encode(
        persist::entry_header{
            .epoch = 1,
            .sequence = 1,
            .body_bytes = body.size(),
            .transactions = 1,
            .body_checksum = base::crc32c(body)},
        5
    );
    const std::string segment =
        encode(persist::segment_header{.epoch = 1, .first_sequence = 1, .salt = 5});
    disk.put(directory.segment(1), segment + header + body);
    const auto found = recover();
    BOOST_REQUIRE(found.has_error());
    BOOST_TEST(found.error().what == "entry 1 is whole, but not what its format allows");
    BOOST_TEST(found.error().offset.value() == 64U);
    BOOST_TEST(!persist::verify(directory)->sound());
}

/// What is wrong with a journal whose transactions have these versions, an entry for each list.
std::string fault_of_versions(const std::vector<std::vector<std::uint64_t>>& entries) {
    test::journal_fixture with;
    auto journal = with.writer();
    for (const auto& versions : entries) {
        test::owned_batch batch;
        for (const auto version : versions)
            batch.push_back({version, {{.key = "k", .value = "v"}}});
        auto entry = test::filled(batch);
        BOOST_REQUIRE(journal.append(entry).has_value());
    }
    BOOST_REQUIRE(journal.sync().has_value());
    const auto verified = persist::verify(with.directory);
    BOOST_REQUIRE(verified.has_value());
    counting_applier applied;
    const auto found = persist::recover(with.directory, applied);
    BOOST_TEST(found.has_value() == verified->sound());
    if (found) return {};
    BOOST_TEST((found.error().kind == fault_kind::corrupt));
    BOOST_TEST(describe(found.error()) == describe(*verified->journal));
    return found.error().what;
}

BOOST_AUTO_TEST_CASE(versions_that_do_not_ascend_stop_it) {
    BOOST_TEST(fault_of_versions({{1, 2}, {3}, {7, 9}}).empty());
    const std::string again = "entry 2 holds version 2, though version 2 came before it";
    BOOST_TEST(fault_of_versions({{1, 2}, {2}}) == again);
    const std::string within = "entry 1 holds version 4, though version 5 came before it";
    BOOST_TEST(fault_of_versions({{3, 5, 4}, {6}}) == within);
    BOOST_TEST(
        fault_of_versions({{0}}) == "entry 1 holds version 0, though version 0 came before it"
    );
}

BOOST_AUTO_TEST_CASE(progress_ends_at_all_of_it) {
    const test::temporary_directory parent;
    fs::posix_file_system files;
    const persist::data_directory real{files, parent.path};
    const auto held = real.take();
    test::stored_keys keys;
    for (int i = 0; i < 50'000; ++i) {
        keys["key-" + std::to_string(i)] = {std::string(60, 'v'), base::never, 1};
    }
    persist::journal_writer journal{real, {}, {}, [] { return 1; }, clock};
    BOOST_REQUIRE(test::write_checkpoint(real, {}, keys, 8));
    for (int i = 0; i < 20; ++i) {
        auto entry = test::filled(next_batch(200'000));
        BOOST_REQUIRE(journal.append(entry).has_value());
    }
    std::vector<persist::recovery_progress> told;
    counting_applier applied;
    const auto report = persist::recover(real, applied, {.threads = 3}, [&](const auto& progress) {
        told.push_back(progress);
    });
    BOOST_REQUIRE(report.has_value());
    BOOST_TEST(applied.loaded == 50'000U);
    BOOST_TEST(report->loaded == 50'000U);
    BOOST_TEST(report->entries == 20U);
    BOOST_TEST(told.size() > 5U);
    for (std::size_t i = 0; i < told.size(); ++i) {
        BOOST_TEST(told[i].bytes_total == told.back().bytes_total);
        BOOST_TEST((i == 0 || told[i - 1].bytes_done < told[i].bytes_done));
    }
    // The zeros behind the last entry are not read as data.
    BOOST_TEST(told.back().bytes_total - told.back().bytes_done <= 2U * 1024 * 1024);
}

BOOST_AUTO_TEST_CASE(what_an_applier_throws_gets_through) {
    const test::temporary_directory parent;
    fs::posix_file_system files;
    const persist::data_directory real{files, parent.path};
    const test::stored_keys keys{{"a", {"1", base::never, 1}}, {"b", {"2", base::never, 1}}};
    BOOST_REQUIRE(test::write_checkpoint(real, {}, keys, 2));
    throwing_applier throws;
    BOOST_CHECK_THROW((void)persist::recover(real, throws, {.threads = 2}), std::runtime_error);
}

BOOST_AUTO_TEST_CASE(every_call_that_fails_is_reported_and_the_next_attempt_works) {
    bool done = false;
    for (std::uint64_t calls = 0; !done; ++calls) {
        journal_fixture with;
        auto journal = with.writer();
        for (int i = 0; i < 4; ++i) with.append_and_sync(journal);
        BOOST_REQUIRE(with.checkpoint(journal.end()));
        for (int i = 0; i < 3; ++i) with.append_and_sync(journal);
        with.disk.put("data/checkpoint-00000000000000000009.part-0", "left over");
        const auto path = with.directory.segment(with.directory.segments()->back());
        with.disk.put(path, with.disk.content(path) + "torn");
        with.disk.fail_after(calls, errc::io_error);
        const auto failed = with.recover();
        done = !with.disk.struck();
        BOOST_TEST(failed.has_value() == done);
        if (!done) BOOST_TEST((failed.error().kind == fault_kind::failed));
        with.disk.heal();
        const auto report = with.recover();
        BOOST_REQUIRE(report.has_value());
        BOOST_TEST(report->end.sequence == 7U);
    }
}

BOOST_AUTO_TEST_SUITE_END()
