#include "persist/checkpoint.hpp"

#include "fs/posix_file_system.hpp"
#include "support/effects.hpp"
#include "support/journal_model.hpp"
#include "support/simulated_disk.hpp"
#include "support/temporary_directory.hpp"

#include <boost/test/data/monomorphic.hpp>
#include <boost/test/data/test_case.hpp>
#include <boost/test/unit_test.hpp>

#include <chrono>
#include <random>
#include <string>
#include <thread>
#include <vector>

using namespace memstore;
using persist::defect;
using persist::fault_kind;
namespace bdata = boost::unit_test::data;
namespace errc = boost::system::errc;

namespace {

const persist::checkpoint_stamp stamp{
    .epoch = 2,
    .sequence = 41,
    .hash = 0xabcdef,
    .last_version = 99,
    .taken = base::moment{std::chrono::milliseconds{1'700'000'000'000}}};

const persist::checkpoint_manifest some_manifest{
    stamp,
    {{.bytes = 100, .entries = 3, .chain = 7}, {.bytes = 60, .entries = 0, .chain = 8}}};

struct checkpoint_fixture {
    explicit checkpoint_fixture(std::uint64_t seed = 1) : disk(seed) {}

    test::stored_keys random_keys(std::size_t count) {
        test::stored_keys keys;
        for (std::size_t i = 0; i < count; ++i) {
            const auto effect = test::random_effect(random, 7);
            keys["key-" + std::to_string(i)] = {effect.value, effect.deadline, random()};
        }
        return keys;
    }

    /// All that a checkpoint holds, or what is wrong with it.
    persist::checked<test::stored_keys> read(std::uint64_t sequence = stamp.sequence) {
        const auto manifest = persist::read_manifest(directory, sequence);
        if (!manifest) return manifest.error();
        test::model_applier keys;
        for (std::uint32_t i = 0; i < manifest->parts.size(); ++i) {
            const auto part =
                persist::part_reader::open(directory, sequence, i, manifest->parts[i]);
            if (!part) return part.error();
            for (bool more = true; more;) {
                const auto entries = (*part)->next();
                if (!entries) return entries.error();
                keys.load(*entries);
                more = !entries->empty();
            }
        }
        return keys.keys;
    }

    std::mt19937_64 random{1};
    test::simulated_disk disk;
    persist::data_directory directory{disk, "data"};
    std::unique_ptr<fs::file_lock> lock = directory.take().value();
};

}  // namespace

BOOST_FIXTURE_TEST_SUITE(checkpoint, checkpoint_fixture)

BOOST_AUTO_TEST_CASE(records_are_read_as_they_were_written) {
    BOOST_TEST((persist::decode_manifest(encode(some_manifest)).value() == some_manifest));
    const persist::part_header part{.number = 3, .sequence = 41};
    BOOST_TEST((persist::decode_part_header(encode(part)).value() == part));
    const persist::block_header block{
        .number = 5,
        .body_bytes = 1000,
        .entries = 9,
        .body_checksum = 77};
    BOOST_TEST((persist::decode_block_header(encode(block) + "body").value() == block));
    const persist::block_header end{.is_end = true, .number = 6};
    BOOST_TEST((persist::decode_block_header(encode(end)).value() == end));
}

BOOST_AUTO_TEST_CASE(the_bytes_are_those_of_format_md) {
    using namespace std::string_literals;
    std::string body;
    const auto deadline = base::moment{std::chrono::milliseconds{258}};
    persist::append_checkpoint_entry(body, {.key = "k", .value = "v", .version = 7});
    persist::append_checkpoint_entry(body, {"", "w", deadline, 8});
    BOOST_TEST((body == "\0\1k\7\0\0\0\0\0\0\0\1v\1\0\2\1\0\0\0\0\0\0\x08\0\0\0\0\0\0\0\1w"s));
    BOOST_TEST((encode(some_manifest).substr(0, 16) == "MEMSCKPT\1\0\0\0\2\0\0\0"s));
    BOOST_TEST(encode(some_manifest).size() == 56U + 2 * 20 + 4);
    BOOST_TEST(
        (encode(persist::part_header{.number = 3, .sequence = 41}).substr(0, 28) ==
         "MEMSPART\1\0\0\0\3\0\0\0\x29\0\0\0\0\0\0\0\0\0\0\0"s)
    );
    BOOST_TEST(
        (encode(persist::block_header{.is_end = true, .number = 6}).substr(0, 24) ==
         "MSCE\6"s + std::string(19, '\0'))
    );
}

BOOST_AUTO_TEST_CASE(records_that_are_cut_changed_or_zero_are_none) {
    const std::string manifest = encode(some_manifest);
    for (std::size_t size = 0; size < manifest.size(); ++size) {
        BOOST_TEST(persist::decode_manifest(manifest.substr(0, size)).has_error());
    }
    for (std::size_t bit = 0; bit < manifest.size() * 8; ++bit) {
        std::string changed = manifest;
        changed[bit / 8] = static_cast<char>(changed[bit / 8] ^ 1 << bit % 8);
        BOOST_TEST(persist::decode_manifest(changed).has_error());
    }
    const std::string zeros(100, '\0');
    BOOST_TEST((persist::decode_manifest(zeros).error() == defect::no_magic));
    BOOST_TEST((persist::decode_part_header(zeros).error() == defect::no_magic));
    BOOST_TEST((persist::decode_block_header(zeros).error() == defect::no_magic));
    std::vector<persist::checkpoint_entry> entries;
    BOOST_TEST(!persist::read_checkpoint_entries("\2\1k", 1, entries));
}

BOOST_DATA_TEST_CASE(what_was_written_is_read, bdata::xrange(1, 5), parts) {
    const auto keys = random_keys(5000);
    BOOST_REQUIRE(test::write_checkpoint(directory, stamp, keys, static_cast<std::size_t>(parts)));
    BOOST_TEST((read().value() == keys));
    BOOST_TEST((persist::read_manifest(directory, 41)->stamp == stamp));
}

BOOST_AUTO_TEST_CASE(an_empty_one_and_one_with_a_long_value_are_read) {
    BOOST_REQUIRE(test::write_checkpoint(directory, stamp, {}, 2));
    BOOST_TEST(read()->empty());
    test::stored_keys keys{{"long", {std::string(1'000'000, 'x')}}, {"short", {"y"}}};
    auto later = stamp;
    later.sequence = 50;
    BOOST_REQUIRE(test::write_checkpoint(directory, later, keys, 1));
    BOOST_TEST((read(50).value() == keys));
}

BOOST_AUTO_TEST_CASE(parts_are_written_by_several_threads) {
    const test::temporary_directory parent;
    fs::posix_file_system files;
    const persist::data_directory real{files, parent.path};
    persist::checkpoint_writer writer{real, stamp};
    std::vector<std::unique_ptr<persist::part_writer>> parts;
    for (int i = 0; i < 4; ++i) parts.push_back(*writer.begin_part());
    std::vector<persist::part_summary> summaries(parts.size());
    {
        std::vector<std::jthread> threads;
        for (std::size_t i = 0; i < parts.size(); ++i) {
            threads.emplace_back([&, i] {
                for (int key = 0; key < 20'000; ++key) {
                    const std::string name = std::to_string(i) + "-" + std::to_string(key);
                    parts[i]->add({.key = name, .value = name, .version = 1}).value();
                }
                summaries[i] = parts[i]->finish().value();
            });
        }
    }
    BOOST_REQUIRE(writer.commit(summaries));
    std::uint64_t entries = 0;
    const auto manifest = persist::read_manifest(real, 41);
    for (const auto& each : manifest->parts) entries += each.entries;
    BOOST_TEST(entries == 80'000U);
}

BOOST_AUTO_TEST_CASE(a_changed_byte_is_found_wherever_it_is) {
    const auto keys = random_keys(12);
    BOOST_REQUIRE(test::write_checkpoint(directory, stamp, keys, 2));
    for (const auto& file :
         {directory.manifest(41), directory.part(41, 0), directory.part(41, 1)}) {
        const std::string whole = disk.content(file);
        for (std::size_t at = 0; at < whole.size(); ++at) {
            std::string changed = whole;
            changed[at] = static_cast<char>(changed[at] ^ 1 << at % 8);
            disk.put(file, changed);
            const auto found = read();
            BOOST_REQUIRE(found.has_error());
            BOOST_TEST((found.error().kind == fault_kind::corrupt));
            BOOST_TEST((found.error().file == file));
        }
        for (std::size_t size = 0; size < whole.size(); ++size) {
            disk.put(file, whole.substr(0, size));
            BOOST_TEST((read().error().kind == fault_kind::corrupt));
        }
        disk.put(file, whole);
    }
    BOOST_TEST((read().value() == keys));
}

BOOST_AUTO_TEST_CASE(parts_cannot_be_exchanged_or_lacking) {
    BOOST_REQUIRE(test::write_checkpoint(directory, stamp, random_keys(50), 2));
    const std::string first = disk.content(directory.part(41, 0));
    disk.put(directory.part(41, 1), first);
    BOOST_TEST((read().error().kind == fault_kind::corrupt));
    BOOST_TEST(!disk.remove(directory.part(41, 1)));
    BOOST_TEST(read().error().what == "the checkpoint lacks a part");
}

BOOST_AUTO_TEST_CASE(it_is_there_when_its_manifest_is) {
    persist::checkpoint_writer writer{directory, stamp};
    const auto part = writer.begin_part();
    BOOST_REQUIRE(part.has_value());
    BOOST_REQUIRE((*part)->finish().has_value());
    BOOST_TEST(directory.checkpoints()->empty());
    writer.abandon();
    BOOST_TEST(!disk.holds(directory.part(41, 0)));
    BOOST_REQUIRE(test::write_checkpoint(directory, stamp, {}, 1));
    BOOST_TEST((persist::checkpoint_writer{directory, stamp}.begin_part().has_error()));
    BOOST_TEST((read().has_value()));
}

BOOST_AUTO_TEST_CASE(at_every_power_cut_there_is_all_of_it_or_nothing) {
    const auto keys = test::stored_keys{{"a", {"1"}}, {"b", {"2"}}};
    bool done = false;
    for (std::uint64_t calls = 0; !done; ++calls) {
        for (unsigned seed = 0; seed < 20; ++seed) {
            checkpoint_fixture with{seed};
            with.disk.cut_power_after(calls);
            bool committed = false;
            try {
                committed = test::write_checkpoint(with.directory, stamp, keys, 2).has_value();
                done = !with.disk.struck();
            } catch (const test::power_cut&) {
            }
            with.disk.restart();
            const bool there = !with.directory.checkpoints()->empty();
            BOOST_TEST((there || !committed));
            if (there) BOOST_TEST((with.read().value() == keys));
        }
    }
}

BOOST_AUTO_TEST_CASE(every_call_that_fails_is_reported_and_can_be_tried_again) {
    const auto keys = test::stored_keys{{"a", {"1"}}, {"b", {"2"}}};
    bool done = false;
    for (std::uint64_t calls = 0; !done; ++calls) {
        checkpoint_fixture with;
        with.disk.fail_after(calls, errc::io_error);
        const auto written = test::write_checkpoint(with.directory, stamp, keys, 2);
        done = !with.disk.struck();
        BOOST_TEST(written.has_value() == done);
        with.disk.heal();
        if (!done) {
            BOOST_TEST((written.error().kind == fault_kind::failed));
            persist::checkpoint_writer failed{with.directory, stamp};
            failed.abandon();
            BOOST_REQUIRE(with.directory.remove_leftovers());
            BOOST_REQUIRE(test::write_checkpoint(with.directory, stamp, keys, 2));
        }
        BOOST_TEST((with.read().value() == keys));
    }
}

BOOST_AUTO_TEST_SUITE_END()
