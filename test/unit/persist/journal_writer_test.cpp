#include "persist/journal_writer.hpp"

#include "persist/journal_reader.hpp"
#include "support/journal_fixture.hpp"

#include <boost/test/unit_test.hpp>

#include <string>
#include <vector>

using namespace memstore;
using persist::fault_kind;
namespace errc = boost::system::errc;

namespace {

struct writer_fixture : test::journal_fixture {
    using journal_fixture::journal_fixture;

    /// The next batch, on its way.
    persist::checked<std::uint64_t> try_append(persist::journal_writer& to) {
        auto batch = next_batch();
        auto entry = test::filled(batch);
        auto appended = to.append(entry);
        if (appended) history.push_back(batch);
        return appended;
    }

    std::uint64_t recovered_after_power_cut() {
        disk.restart();
        lock = directory.take().value();
        return recover().value().end.sequence;
    }
};

}  // namespace

BOOST_FIXTURE_TEST_SUITE(journal_writer, writer_fixture)

BOOST_AUTO_TEST_CASE(nothing_is_written_before_the_first_entry) {
    auto journal = writer();
    BOOST_TEST(journal.sync().value() == 0U);
    BOOST_TEST(directory.segments()->empty());
}

BOOST_AUTO_TEST_CASE(entries_follow_one_another_over_segments) {
    auto journal = writer();
    for (int i = 0; i < 30; ++i) append(journal);
    BOOST_TEST(journal.sync().value() == 30U);
    BOOST_TEST(journal.durable() == 30U);
    BOOST_TEST(directory.segments()->size() > 2U);
    for (const auto first : *directory.segments()) {
        BOOST_TEST(disk.content(directory.segment(first)).size() <= settings.segment_bytes);
    }
    BOOST_TEST(recover().value().end.sequence == 30U);
}

BOOST_AUTO_TEST_CASE(an_entry_longer_than_a_segment_has_one_of_its_own) {
    auto journal = writer();
    append(journal);
    append(journal, 5000);
    append(journal);
    BOOST_TEST(journal.sync().value() == 3U);
    BOOST_TEST(directory.segments()->size() == 3U);
    BOOST_TEST(recover().value().end.sequence == 3U);
}

BOOST_AUTO_TEST_CASE(each_start_has_an_epoch_and_a_segment_of_its_own) {
    auto first = writer();
    append_and_sync(first);
    const auto end = recover().value().end;
    BOOST_TEST(end.epoch == 1U);
    BOOST_TEST((end == first.end()));
    auto second = writer(end);
    append_and_sync(second);
    BOOST_TEST(second.end().epoch == 2U);
    BOOST_TEST((directory.segments().value() == std::vector<std::uint64_t>{1, 2}));
    BOOST_TEST((recover().value().end == second.end()));
}

BOOST_AUTO_TEST_CASE(zeros_are_written_ahead_within_the_segment) {
    auto journal = writer();
    append(journal);
    const std::string& content = disk.content(directory.segment(1));
    BOOST_TEST(content.size() == journal.bytes_written() + settings.prepared_bytes);
    BOOST_TEST(content.substr(journal.bytes_written()) == std::string(300, '\0'));
    while (directory.segments()->size() == 1) append(journal);
    BOOST_TEST(disk.content(directory.segment(1)).size() <= settings.segment_bytes);

    BOOST_TEST(recover().value().end.sequence == history.size());
    const auto last = directory.segments()->back();
    BOOST_TEST(disk.content(directory.segment(last)).back() != '\0');
}

BOOST_AUTO_TEST_CASE(a_full_disk_refuses_until_there_is_room) {
    settings.prepared_bytes = 0;
    auto journal = writer();
    append_and_sync(journal);
    disk.set_space(disk.used() + 50);
    const auto refused = try_append(journal);
    BOOST_REQUIRE(refused.has_error());
    BOOST_TEST((refused.error().kind == fault_kind::no_space));
    BOOST_TEST((try_append(journal).error().kind == fault_kind::no_space));
    BOOST_TEST(journal.sync().value() == 1U);
    disk.set_space(100'000);
    append_and_sync(journal);
    BOOST_TEST(recovered_after_power_cut() == 2U);
}

BOOST_AUTO_TEST_CASE(a_disk_that_is_too_full_for_zeros_takes_entries) {
    disk.set_space(400);
    auto journal = writer();
    append_and_sync(journal);
    append_and_sync(journal);
    BOOST_TEST(recovered_after_power_cut() == 2U);
}

BOOST_AUTO_TEST_CASE(what_was_refused_never_comes_back) {
    for (unsigned seed = 0; seed < 50; ++seed) {
        writer_fixture with{seed};
        auto journal = with.writer();
        with.append_and_sync(journal);
        with.disk.fail_after(0, errc::io_error);
        BOOST_TEST((with.try_append(journal).error().kind == fault_kind::failed));
        BOOST_TEST(with.recovered_after_power_cut() == 1U);
    }
}

BOOST_AUTO_TEST_CASE(a_failed_sync_is_final) {
    auto journal = writer();
    append_and_sync(journal);
    append(journal);
    disk.fail_after(0, errc::io_error);
    const auto lost = journal.sync();
    BOOST_REQUIRE(lost.has_error());
    BOOST_TEST((lost.error().kind == fault_kind::unknown));
    BOOST_TEST(journal.durable() == 1U);
    const auto calls = disk.calls();
    BOOST_TEST((journal.sync().error().kind == fault_kind::unknown));
    BOOST_TEST((try_append(journal).error().kind == fault_kind::unknown));
    BOOST_TEST(disk.calls() == calls);
}

BOOST_AUTO_TEST_CASE(a_lack_of_descriptors_passes_wherever_a_segment_meets_it) {
    for (const std::uint64_t calls_before :
         {1U, 4U}) {  // to create the file, to sync the directory
        writer_fixture with;
        auto journal = with.writer();
        with.disk.fail_after(calls_before, errc::too_many_files_open);
        const auto refused = with.try_append(journal);
        BOOST_REQUIRE(refused.has_error());
        BOOST_TEST((refused.error().kind == fault_kind::failed));
        BOOST_TEST(with.directory.segments()->empty());
        with.disk.heal();
        with.append_and_sync(journal);
        BOOST_TEST(with.recovered_after_power_cut() == 1U);
    }
}

BOOST_AUTO_TEST_CASE(a_directory_that_cannot_be_synced_loses_the_journal) {
    auto journal = writer();
    disk.fail_after(4, errc::io_error);
    BOOST_TEST((try_append(journal).error().kind == fault_kind::unknown));
}

BOOST_AUTO_TEST_CASE(a_segment_that_could_not_be_created_is_created_later) {
    auto journal = writer();
    while (directory.segments()->size() < 2) append(journal);
    const auto before = directory.segments()->size();
    while (directory.segments()->size() == before) {
        disk.fail_after(1, errc::no_space_on_device);
        const auto appended = try_append(journal);
        disk.heal();
        BOOST_TEST((appended || appended.error().kind == fault_kind::no_space));
        append(journal);
    }
    BOOST_TEST(journal.sync().value() == history.size());
    BOOST_TEST(recovered_after_power_cut() == history.size());
}

BOOST_AUTO_TEST_SUITE_END()
