#include "support/simulated_disk.hpp"

#include <boost/test/data/monomorphic.hpp>
#include <boost/test/data/test_case.hpp>
#include <boost/test/unit_test.hpp>

#include <algorithm>
#include <memory>
#include <set>
#include <stdexcept>
#include <string>

using namespace memstore;
namespace bdata = boost::unit_test::data;
namespace errc = boost::system::errc;

namespace {

struct disk_with_a_file {
    explicit disk_with_a_file(std::uint64_t seed = 1) : disk(seed) {
        disk.put("d/file", std::string(1000, 'd'));
        file = disk.open("d/file", fs::open_mode::write).value();
    }

    std::string after_power_cut() {
        file.reset();
        disk.restart();
        return disk.content("d/file");
    }

    test::simulated_disk disk;
    std::unique_ptr<fs::file> file;
};

const std::string written = std::string(1000, 'd') + std::string(1500, 'n');

/// What becomes of 1500 bytes that were appended and not synced, over many seeds.
std::set<std::string> survivors() {
    std::set<std::string> seen;
    for (unsigned seed = 0; seed < 200; ++seed) {
        disk_with_a_file with{seed};
        BOOST_REQUIRE(!with.file->write_at(1000, std::string(1500, 'n')));
        seen.insert(with.after_power_cut());
    }
    return seen;
}

}  // namespace

BOOST_AUTO_TEST_SUITE(simulated_disk)

BOOST_AUTO_TEST_CASE(what_was_not_synced_survives_in_every_way) {
    const auto seen = survivors();
    const auto some = [&](auto law) { return std::any_of(seen.begin(), seen.end(), law); };
    BOOST_TEST(seen.contains(std::string(1000, 'd')));
    BOOST_TEST(seen.contains(written));
    BOOST_TEST(seen.contains(std::string(1000, 'd') + std::string(1500, '\0')));
    BOOST_TEST(some([](const std::string& each) { return each.size() % 512 != 0; }));
    BOOST_TEST(some([](const std::string& each) {
        return each.size() > 2000 && each[1000] == '\0' && each.back() == 'n';
    }));
    for (const std::string& each : seen) BOOST_TEST(each.starts_with(std::string(1000, 'd')));
}

BOOST_DATA_TEST_CASE(what_was_synced_survives, bdata::xrange(50), seed) {
    disk_with_a_file with{static_cast<unsigned>(seed)};
    BOOST_TEST(!with.file->write_at(1000, std::string(1500, 'n')));
    BOOST_TEST(!with.file->sync());
    BOOST_TEST((with.after_power_cut() == written));
}

BOOST_AUTO_TEST_CASE(a_seed_tells_all) {
    for (unsigned seed = 0; seed < 20; ++seed) {
        disk_with_a_file one{seed};
        disk_with_a_file other{seed};
        BOOST_TEST(!one.file->write_at(500, std::string(3000, 'n')));
        BOOST_TEST(!other.file->write_at(500, std::string(3000, 'n')));
        BOOST_TEST((one.after_power_cut() == other.after_power_cut()));
    }
}

BOOST_AUTO_TEST_CASE(the_end_of_a_process_loses_nothing_but_its_locks) {
    disk_with_a_file with;
    auto lock = with.disk.lock("d/lock").value();
    BOOST_TEST((with.disk.lock("d/lock").error() == errc::resource_unavailable_try_again));
    BOOST_TEST(!with.file->write_at(1000, std::string(1500, 'n')));
    with.disk.restart_process();
    BOOST_TEST((with.disk.content("d/file") == written));
    BOOST_TEST(with.disk.lock("d/lock").has_value());
    BOOST_CHECK_THROW(with.file->size(), std::logic_error);
}

BOOST_AUTO_TEST_CASE(a_failed_sync_forgets_what_the_next_one_does_not_know_of) {
    bool lost = false;
    for (unsigned seed = 0; seed < 50; ++seed) {
        disk_with_a_file with{seed};
        BOOST_TEST(!with.file->write_at(0, std::string(1500, 'n')));
        with.disk.fail_after(0, errc::io_error);
        BOOST_TEST((with.file->sync() == errc::io_error));
        BOOST_TEST(with.disk.struck());
        BOOST_TEST((with.disk.content("d/file") == std::string(1500, 'n')));
        BOOST_TEST(!with.file->sync());
        lost = lost || with.after_power_cut() != std::string(1500, 'n');
    }
    BOOST_TEST(lost);
}

BOOST_AUTO_TEST_CASE(each_call_can_be_made_to_fail_once) {
    disk_with_a_file with;
    with.disk.fail_after(1, errc::no_space_on_device);
    BOOST_TEST(!with.file->write_at(0, "first"));
    BOOST_TEST((with.file->write_at(0, "second") == errc::no_space_on_device));
    BOOST_TEST(!with.file->write_at(0, "third"));
    BOOST_TEST(with.disk.content("d/file").starts_with("third"));
}

BOOST_AUTO_TEST_CASE(each_call_can_be_the_last) {
    disk_with_a_file with;
    with.disk.cut_power_after(1);
    BOOST_TEST(!with.file->sync());
    BOOST_CHECK_THROW((void)with.file->sync(), test::power_cut);
}

BOOST_AUTO_TEST_CASE(a_full_disk_takes_what_fits) {
    disk_with_a_file with;
    with.disk.set_space(1100);
    BOOST_TEST((with.file->write_at(1000, std::string(200, 'n')) == errc::no_space_on_device));
    BOOST_TEST(with.file->size().value() == 1100U);
    BOOST_TEST(!with.file->write_at(0, std::string(1100, 'o')));
    with.disk.set_space(2000);
    BOOST_TEST(!with.file->write_at(1000, std::string(200, 'n')));
}

BOOST_AUTO_TEST_CASE(names_are_durable_when_their_directory_was_synced) {
    unsigned lost = 0;
    unsigned kept = 0;
    for (unsigned seed = 0; seed < 60; ++seed) {
        test::simulated_disk disk{seed};
        disk.put("d/old", "content");
        BOOST_TEST(!disk.rename("d/old", "d/new"));
        BOOST_TEST(disk.open("d/other", fs::open_mode::create).has_value());
        if (seed % 2 == 0) BOOST_TEST(!disk.sync_directory("d"));
        disk.restart();
        BOOST_TEST((disk.holds("d/old") != disk.holds("d/new")));
        const bool all = disk.holds("d/new") && disk.holds("d/other");
        if (seed % 2 == 0) BOOST_TEST(all);
        (all ? kept : lost) += seed % 2;
    }
    BOOST_TEST(lost > 0U);
    BOOST_TEST(kept > 0U);
}

BOOST_AUTO_TEST_CASE(replaced_content_is_the_old_or_the_new_at_every_power_cut) {
    for (unsigned calls = 0; calls < 6; ++calls) {
        for (unsigned seed = 0; seed < 30; ++seed) {
            test::simulated_disk disk{seed};
            disk.put("d/file", "old");
            disk.cut_power_after(calls);
            try {
                BOOST_TEST(!disk.replace("d/file", "new"));
                disk.restart();
                BOOST_TEST(disk.content("d/file") == "new");
            } catch (const test::power_cut&) {
                disk.restart();
                const std::string left = disk.content("d/file");
                BOOST_TEST((left == "old" || left == "new"));
            }
        }
    }
}

BOOST_AUTO_TEST_SUITE_END()
