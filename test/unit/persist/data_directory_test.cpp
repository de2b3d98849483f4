#include "persist/data_directory.hpp"

#include "fs/posix_file_system.hpp"
#include "support/simulated_disk.hpp"
#include "support/temporary_directory.hpp"

#include <boost/test/unit_test.hpp>

#include <string>
#include <vector>

using namespace memstore;
using persist::fault_kind;

namespace {

using names = std::vector<std::string>;
using sequences = std::vector<std::uint64_t>;

struct directory_fixture {
    void put(const std::string& name) { disk.put("data/" + name, "x"); }
    names left() { return disk.list("data").value(); }

    test::simulated_disk disk;
    persist::data_directory directory{disk, "data"};
};

const std::string zeros_17(17, '0');

}  // namespace

BOOST_FIXTURE_TEST_SUITE(data_directory, directory_fixture)

BOOST_AUTO_TEST_CASE(is_created_and_one_process_s_at_a_time) {
    const test::temporary_directory parent;
    fs::posix_file_system files;
    const persist::data_directory real{files, parent.path / "data"};
    auto lock = real.take();
    BOOST_REQUIRE(lock.has_value());
    using perms = std::filesystem::perms;
    BOOST_TEST((std::filesystem::status(real.path()).permissions() == perms::owner_all));
    BOOST_TEST(
        (std::filesystem::status(real.path() / "lock").permissions() ==
         (perms::owner_read | perms::owner_write))
    );
    const auto second = real.take();
    BOOST_REQUIRE(second.has_error());
    BOOST_TEST((second.error().kind == fault_kind::locked));
    BOOST_TEST(describe(second.error()).find(real.path().string()) == 0U);
    lock->reset();
    BOOST_TEST(real.take().has_value());
}

BOOST_AUTO_TEST_CASE(that_it_was_created_is_durable) {
    BOOST_TEST(directory.take().has_value());
    disk.restart();
    BOOST_TEST(disk.holds("data"));
}

BOOST_AUTO_TEST_CASE(that_another_created_it_who_was_killed_is_durable_too) {
    BOOST_TEST(!disk.create_directory("data"));
    disk.restart_process();
    BOOST_TEST(directory.take().has_value());
    disk.restart();
    BOOST_TEST(disk.holds("data"));
}

BOOST_AUTO_TEST_CASE(says_why_it_cannot_be_had) {
    const persist::data_directory orphan{disk, "absent/data"};
    BOOST_TEST((orphan.take().error().kind == fault_kind::failed));
    BOOST_TEST((directory.segments().error().kind == fault_kind::failed));
}

BOOST_AUTO_TEST_CASE(names_say_what_a_file_is) {
    BOOST_TEST(directory.segment(7) == "data/journal-" + zeros_17 + "007.log");
    BOOST_TEST(directory.manifest(70) == "data/checkpoint-" + zeros_17 + "070.manifest");
    BOOST_TEST(directory.part(70, 12) == "data/checkpoint-" + zeros_17 + "070.part-12");
}

BOOST_AUTO_TEST_CASE(only_names_of_the_right_form_count) {
    for (const auto* name :
         {"journal-00000000000000000100.log",
          "journal-00000000000000000020.log",
          "journal-20.log",
          "journal-0000000000000000002x.log",
          "journal-00000000000000000030.log.damaged-64",
          "journal-99999999999999999999.log",
          "checkpoint-00000000000000000005.manifest",
          "checkpoint-00000000000000000006.part-0"}) {
        put(name);
    }
    BOOST_TEST((directory.segments().value() == sequences{20, 100}));
    BOOST_TEST((directory.checkpoints().value() == sequences{5}));
}

BOOST_AUTO_TEST_CASE(leftovers_go_and_nothing_else) {
    const std::string of_others = directory.part(9, 2).filename().string();
    BOOST_TEST(!disk.create_directory(directory.path()));
    BOOST_TEST(!disk.create_directory(directory.path() / of_others));
    const names kept{
        "checkpoint-" + zeros_17 + "005.manifest",
        "checkpoint-" + zeros_17 + "005.part-0",
        "journal-" + zeros_17 + "001.log",
        "journal-" + zeros_17 + "001.log.damaged-64",
        "journal-1.log.tmp",
        "notes",
        "notes.tmp"};
    for (const std::string& name : kept) put(name);
    put("checkpoint-" + zeros_17 + "009.part-0");
    put("checkpoint-" + zeros_17 + "009.part-11");
    put("checkpoint-" + zeros_17 + "009.manifest.tmp");
    put("hash-secret.tmp");
    put("layout.tmp");
    put("journal-" + zeros_17 + "001.log.damaged-64-2.tmp");
    BOOST_TEST(directory.remove_leftovers().has_value());
    names remaining = left();
    BOOST_TEST(std::erase(remaining, of_others) == 1U);
    BOOST_TEST((remaining == kept));
}

BOOST_AUTO_TEST_CASE(what_a_checkpoint_stands_for_goes) {
    for (const auto* number : {"005", "020", "030"}) {
        put("checkpoint-" + zeros_17 + number + ".manifest");
        put("checkpoint-" + zeros_17 + number + ".part-0");
    }
    for (const auto* first : {"001", "011", "021", "031"}) {
        put("journal-" + zeros_17 + first + ".log");
    }
    BOOST_TEST(directory.remove_before(20).has_value());
    BOOST_TEST(
        (left() ==
         names{
             "checkpoint-" + zeros_17 + "020.manifest",
             "checkpoint-" + zeros_17 + "020.part-0",
             "checkpoint-" + zeros_17 + "030.manifest",
             "checkpoint-" + zeros_17 + "030.part-0",
             "journal-" + zeros_17 + "021.log",
             "journal-" + zeros_17 + "031.log"})
    );
}

BOOST_AUTO_TEST_CASE(segments_that_are_needed_stay) {
    put("checkpoint-" + zeros_17 + "020.manifest");
    for (const auto* first : {"001", "020", "022"}) put("journal-" + zeros_17 + first + ".log");
    BOOST_TEST(directory.remove_before(20).has_value());
    BOOST_TEST((directory.segments().value() == sequences{20, 22}));
    disk.put("only/journal-" + zeros_17 + "001.log", "x");
    const persist::data_directory with_one_segment{disk, "only"};
    BOOST_TEST(with_one_segment.remove_before(20).has_value());
    BOOST_TEST((with_one_segment.segments().value() == sequences{1}));
}

BOOST_AUTO_TEST_CASE(a_damaged_name_is_taken_once) {
    const auto file = directory.segment(1);
    const auto first = directory.free_name_for_damage(file, 64);
    BOOST_TEST(first.has_error());
    put("a");
    BOOST_TEST(directory.free_name_for_damage(file, 64).value() == file.string() + ".damaged-64");
    put(file.filename().string() + ".damaged-64");
    BOOST_TEST(directory.free_name_for_damage(file, 64).value() == file.string() + ".damaged-64-2");
}

BOOST_AUTO_TEST_SUITE_END()
