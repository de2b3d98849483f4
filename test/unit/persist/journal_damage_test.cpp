#include "base/bytes.hpp"
#include "base/checksum.hpp"
#include "persist/repair.hpp"
#include "support/journal_fixture.hpp"

#include <boost/test/data/monomorphic.hpp>
#include <boost/test/data/test_case.hpp>
#include <boost/test/unit_test.hpp>

#include <algorithm>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <random>
#include <string>
#include <vector>

using namespace memstore;
using persist::fault_kind;
namespace bdata = boost::unit_test::data;

namespace {

/// A journal of two segments, each entry of which was synced before the next.
struct small_journal : test::journal_fixture {
    small_journal() {
        settings = {.segment_bytes = 400, .prepared_bytes = 0};
        auto journal = writer();
        while (history.size() < 6) {
            append_and_sync(journal);
            const auto segments = *directory.segments();
            ends.push_back(disk.content(directory.segment(segments.back())).size());
        }
        const auto segments = *directory.segments();
        BOOST_REQUIRE(segments.size() == 2U);
        first_of_last = segments.back();
        last = directory.segment(first_of_last);
        before_last = directory.segment(1);
    }

    /// How many entries end at or before `offset` in the last segment, the first segment's
    /// included.
    std::uint64_t whole_up_to(std::uint64_t offset) const {
        std::uint64_t count = first_of_last - 1;
        while (count < ends.size() && ends[count] <= offset) ++count;
        return count;
    }

    std::vector<std::uint64_t> ends;  // of each entry in its segment
    std::uint64_t first_of_last = 0;
    std::filesystem::path last;
    std::filesystem::path before_last;
};

std::string flipped(std::string content, std::size_t at, unsigned bit) {
    content[at] = static_cast<char>(static_cast<unsigned char>(content[at]) ^ 1U << bit);
    return content;
}

}  // namespace

BOOST_FIXTURE_TEST_SUITE(journal_damage, small_journal)

BOOST_AUTO_TEST_CASE(cut_at_every_byte_it_ends_at_its_last_whole_entry) {
    const std::string whole = disk.content(last);
    for (std::size_t size = 0; size <= whole.size(); ++size) {
        small_journal cut_one;
        cut_one.disk.put(last, whole.substr(0, size));
        const auto report = cut_one.recover();
        BOOST_REQUIRE(report.has_value());
        const std::uint64_t entries = whole_up_to(size);
        BOOST_TEST(report->end.sequence == entries);
        const bool clean =
            size == persist::segment_header_bytes || std::ranges::count(ends, size) > 0;
        BOOST_TEST(report->torn.has_value() == !(clean && size > 0));
        if (report->torn && size > 0) {
            BOOST_TEST((report->torn->file == last));
            const std::string& kept = cut_one.disk.content(report->torn->kept_in);
            std::string torn = whole.substr(report->torn->offset, size - report->torn->offset);
            torn.resize(torn.find_last_not_of('\0') + 1);
            BOOST_TEST((kept == torn));
        }
        const auto again = cut_one.recover();
        BOOST_REQUIRE(again.has_value());
        BOOST_TEST(!again->torn.has_value());
        BOOST_TEST((again->end == report->end));
    }
}

BOOST_AUTO_TEST_CASE(a_long_torn_tail_is_kept_whole_and_its_zeros_are_not) {
    constexpr std::size_t mib = std::size_t{1024} * 1024;
    std::mt19937_64 random{1};
    const std::string whole = disk.content(last);
    for (const std::size_t bytes : {mib - 1, mib, mib + 1, 3 * mib - 200}) {
        std::string torn(bytes, '\0');
        for (char& each : torn) each = static_cast<char>(random());
        torn.back() = 1;
        disk.put(last, whole + torn + std::string(2 * mib + 5, '\0'));
        const auto report = recover();
        BOOST_REQUIRE(report.has_value());
        BOOST_REQUIRE(report->torn.has_value());
        BOOST_TEST((disk.content(report->torn->kept_in) == torn));
        BOOST_TEST((disk.content(last) == whole));
    }
    disk.put(last, whole + std::string(2 * mib + 5, '\0'));
    BOOST_TEST(!recover()->torn.has_value());
    BOOST_TEST((disk.content(last) == whole));
}

BOOST_AUTO_TEST_CASE(a_segment_that_is_not_the_last_may_not_be_cut) {
    const std::string whole = disk.content(before_last);
    for (std::size_t size = 0; size < whole.size(); ++size) {
        disk.put(before_last, whole.substr(0, size));
        const auto report = recover();
        BOOST_REQUIRE(report.has_error());
        BOOST_TEST((report.error().kind == fault_kind::corrupt));
    }
}

BOOST_AUTO_TEST_CASE(a_changed_bit_is_never_taken_for_data) {
    for (const auto& file : {before_last, last}) {
        const std::string whole = disk.content(file);
        const std::uint64_t vouched_to = file == last ? ends[ends.size() - 2] : whole.size();
        for (std::size_t at = 0; at < whole.size(); ++at) {
            disk.put(file, flipped(whole, at, at % 8));
            const auto report = recover();
            BOOST_TEST(report.has_error() == (at < vouched_to));
            if (report) {
                BOOST_TEST(report->end.sequence == history.size() - 1);
                BOOST_TEST(report->torn.has_value());
            } else {
                BOOST_TEST((report.error().kind == fault_kind::corrupt));
                BOOST_TEST((report.error().file == file));
                BOOST_TEST(report.error().offset.value() <= at);
            }
        }
        disk.put(file, whole);
    }
}

BOOST_AUTO_TEST_CASE(damage_is_named_precisely) {
    disk.put(last, flipped(disk.content(last), ends[4] - 1, 0));
    const auto found = recover();
    BOOST_REQUIRE(found.has_error());
    BOOST_TEST(
        describe(found.error()) ==
        "data/journal-00000000000000000004.log at " + std::to_string(ends[3]) +
            ": entry 5 does not match its checksum, though entry 6 says it was durable"
    );
}

BOOST_AUTO_TEST_CASE(a_segment_that_is_missing_is_named) {
    BOOST_TEST(!disk.remove(before_last));
    const auto found = recover();
    BOOST_REQUIRE(found.has_error());
    BOOST_TEST(found.error().what == "entry 1 is missing: the next segment begins later");
    BOOST_TEST((found.error().file == last));
}

BOOST_AUTO_TEST_CASE(a_segment_of_another_journal_is_refused) {
    const std::string whole = disk.content(last);
    small_journal other;
    other.clock.advance(std::chrono::seconds{1});
    std::string header = encode(persist::segment_header{
        .epoch = 1,
        .first_sequence = first_of_last,
        .previous_hash = 12345,
        .salt = 102});
    disk.put(last, header + whole.substr(header.size()));
    const auto found = recover();
    BOOST_REQUIRE(found.has_error());
    BOOST_TEST(found.error().what == "the segment does not follow the one before it");
}

BOOST_AUTO_TEST_CASE(a_newer_format_is_refused_and_not_touched) {
    std::string content = disk.content(last);
    content[8] = 2;
    std::string header = content.substr(0, 60);
    base::append_integer(header, base::crc32c(header));
    disk.put(last, header + content.substr(header.size()));
    const auto found = recover();
    BOOST_REQUIRE(found.has_error());
    BOOST_TEST((found.error().kind == fault_kind::unsupported));
    BOOST_TEST((persist::repair(directory).error().kind == fault_kind::unsupported));
    BOOST_TEST(disk.content(last).size() == content.size());
}

BOOST_AUTO_TEST_CASE(entries_of_another_salt_do_not_vouch) {
    // A value that holds a journal's bytes stands in a torn tail.
    auto journal = writer(recover().value().end);
    const std::string bait = disk.content(last).substr(persist::segment_header_bytes);
    test::owned_batch batch{{++version, {{.key = "bait", .value = bait + bait}}}};
    auto entry = test::filled(batch);
    BOOST_REQUIRE(journal.append(entry).has_value());
    const auto path = directory.segment(7);
    disk.put(path, flipped(disk.content(path), 70, 0));
    const auto report = recover();
    BOOST_REQUIRE(report.has_value());
    BOOST_TEST(report->torn.has_value());
    BOOST_TEST(report->end.sequence == 6U);
}

BOOST_AUTO_TEST_CASE(unsynced_entries_may_be_torn_in_the_middle) {
    settings.segment_bytes = 10'000;
    auto journal = writer(recover().value().end);
    for (int i = 0; i < 5; ++i) append(journal);
    const auto path = directory.segment(7);
    disk.put(path, flipped(disk.content(path), 70, 0));
    const auto report = recover();
    BOOST_REQUIRE(report.has_value());
    BOOST_TEST(report->end.sequence == 6U);
}

BOOST_AUTO_TEST_CASE(verify_finds_what_is_wrong_and_changes_nothing) {
    const auto sound = persist::verify(directory);
    BOOST_REQUIRE(sound.has_value());
    BOOST_TEST(sound->sound());
    BOOST_TEST(sound->end.sequence == 6U);
    const std::string damaged = flipped(disk.content(before_last), 80, 3);
    disk.put(before_last, damaged);
    const auto found = persist::verify(directory);
    BOOST_REQUIRE(found.has_value());
    BOOST_TEST(!found->sound());
    BOOST_REQUIRE(found->journal.has_value());
    BOOST_TEST((found->journal->file == before_last));
    BOOST_TEST(found->journal->offset.value() == 64U);
    BOOST_TEST(found->end.sequence == 0U);
    BOOST_TEST((disk.content(before_last) == damaged));
}

BOOST_DATA_TEST_CASE(repair_leaves_what_stands_before_the_damage, bdata::xrange(60), seed) {
    std::mt19937_64 random(static_cast<unsigned>(seed));
    const auto& file = random() % 2 == 0 ? before_last : last;
    const std::string whole = disk.content(file);
    const std::size_t at = random() % (whole.size() - 64) + 64;
    disk.put(file, flipped(whole, at, random() % 8));
    const bool recoverable = recover().has_value();
    const auto done = persist::repair(directory);
    BOOST_REQUIRE(done.has_value());
    BOOST_TEST(done->set_aside.empty() == recoverable);
    const auto report = recover();
    BOOST_REQUIRE(report.has_value());
    const std::uint64_t in_first = first_of_last - 1;
    const auto begin = ends.begin() + (file == last ? static_cast<std::ptrdiff_t>(in_first) : 0);
    const auto before = std::upper_bound(
        begin,
        file == last ? ends.end() : ends.begin() + static_cast<std::ptrdiff_t>(in_first),
        at
    );
    BOOST_TEST(report->end.sequence == static_cast<std::uint64_t>(before - ends.begin()));
    BOOST_TEST(persist::verify(directory)->sound());
    for (const auto& aside : done->set_aside) BOOST_TEST(disk.holds(aside));
}

BOOST_AUTO_TEST_CASE(a_sound_journal_is_not_repaired) {
    const auto before = names();
    const auto done = persist::repair(directory);
    BOOST_REQUIRE(done.has_value());
    BOOST_TEST(done->set_aside.empty());
    BOOST_TEST((names() == before));
}

BOOST_AUTO_TEST_CASE(a_journal_without_its_beginning_is_not_repaired) {
    BOOST_TEST(!disk.remove(before_last));
    BOOST_TEST((persist::repair(directory).error().kind == fault_kind::corrupt));
    BOOST_TEST(disk.holds(last));
}

BOOST_AUTO_TEST_SUITE_END()
