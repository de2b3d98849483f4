#include "app/journal_tool.hpp"

#include "app/journal_lines.hpp"
#include "support/journal_fixture.hpp"

#include <boost/test/unit_test.hpp>

#include <array>
#include <chrono>
#include <sstream>
#include <string>

using namespace memstore;

namespace {

struct tool_fixture : test::journal_fixture {
    tool_fixture() { lock.reset(); }

    int run(app::journal_action action, const char* where = "data") {
        out.str({});
        errors.str({});
        return app::run_journal_tool({action, where}, disk, out, errors);
    }

    bool says(const std::string& text) const { return out.str().find(text) != std::string::npos; }

    /// Changes a byte of the first entry of the first segment.
    void damage() {
        std::string content = disk.content(directory.segment(1));
        content[80] = static_cast<char>(content[80] ^ 1);
        disk.put(directory.segment(1), content);
    }

    std::ostringstream out;
    std::ostringstream errors;
};

}  // namespace

BOOST_FIXTURE_TEST_SUITE(journal_tool, tool_fixture)

BOOST_AUTO_TEST_CASE(inspect_lists_what_there_is) {
    disk.put(directory.hash_secret(), "secret");
    BOOST_TEST(run(app::journal_action::inspect) == 0);
    BOOST_TEST(out.str() == "no journal, no checkpoint\n");
    auto journal = writer();
    append_and_sync(journal);
    append_and_sync(journal);
    BOOST_REQUIRE(checkpoint(journal.end()));
    BOOST_TEST(run(app::journal_action::inspect) == 0);
    BOOST_TEST(
        says("checkpoint-00000000000000000002.manifest: after entry 2, version 2, 2 keys in "
             "2 parts, ")
    );
    BOOST_TEST(says(
        "journal-00000000000000000001.log: epoch 1, 2 entries from 1, 2 transactions, " +
        std::to_string(journal.bytes_written()) + " of "
    ));
    disk.put(directory.segment(9), "nonsense");
    disk.put(directory.manifest(9), "nonsense");
    BOOST_TEST(run(app::journal_action::inspect) == 0);
    BOOST_TEST(says("journal-00000000000000000009.log: its header is cut short\n"));
    BOOST_TEST(says("checkpoint-00000000000000000009.manifest: the manifest is cut short\n"));
}

BOOST_AUTO_TEST_CASE(a_directory_of_others_is_no_sound_journal) {
    disk.put("data/notes", "x");
    disk.put("data/journal-1.log", "x");
    for (const auto action :
         {app::journal_action::inspect,
          app::journal_action::verify,
          app::journal_action::dump,
          app::journal_action::repair}) {
        BOOST_TEST(run(action) == app::status_no_journal);
        BOOST_TEST(out.str().empty());
        BOOST_TEST(
            errors.str() ==
            "memstore: data: there is no journal here, nor anything else of a server\n"
        );
    }
    disk.put(directory.layout(), "1\n0\n");
    BOOST_TEST(run(app::journal_action::verify) == 0);
    BOOST_TEST(out.str() == "journal: readable up to entry 0\nsound\n");
}

BOOST_AUTO_TEST_CASE(verify_tells_sound_from_torn_from_damaged) {
    auto journal = writer();
    for (int i = 0; i < 3; ++i) append_and_sync(journal);
    BOOST_TEST(run(app::journal_action::verify) == 0);
    BOOST_TEST(out.str() == "journal: readable up to entry 3\nsound\n");
    const std::string whole = disk.content(directory.segment(1));
    disk.put(directory.segment(1), whole.substr(0, journal.bytes_written() - 1));
    BOOST_TEST(run(app::journal_action::verify) == 0);
    BOOST_TEST(says("torn, and cut off at the next start: data/journal-00000000000000000001.log"));
    disk.put(directory.segment(1), whole);
    damage();
    BOOST_TEST(run(app::journal_action::verify) == app::status_damaged);
    BOOST_TEST(
        says("damaged: data/journal-00000000000000000001.log at 64: entry 1 does not match "
             "its checksum, though entry 2 says it was durable\n")
    );
    BOOST_TEST(run(app::journal_action::verify, "absent") == 1);
    BOOST_TEST(errors.str().find("memstore: absent: cannot list the directory") == 0U);
}

BOOST_AUTO_TEST_CASE(dump_prints_a_transaction_a_line_from_the_oldest_segment_on) {
    auto journal = writer();
    for (int i = 0; i < 12; ++i) append_and_sync(journal);
    BOOST_TEST(run(app::journal_action::dump) == 0);
    BOOST_TEST(out.str().starts_with(
        R"({"sequence":1,"version":1,"changes":[{"key":"key-1","value":"vvvvvvvvvv"}]})"
        "\n"
    ));
    BOOST_REQUIRE(checkpoint(journal.end()));
    BOOST_REQUIRE(directory.remove_before(12));
    const auto oldest = directory.segments()->front();
    BOOST_TEST(oldest > 1U);
    BOOST_TEST(run(app::journal_action::dump) == 0);
    BOOST_TEST(out.str().starts_with(R"({"sequence":)" + std::to_string(oldest) + ","));
    BOOST_TEST(says(R"({"sequence":12,)"));
}

BOOST_AUTO_TEST_CASE(dump_stops_at_damage) {
    auto journal = writer();
    for (int i = 0; i < 3; ++i) append_and_sync(journal);
    damage();
    BOOST_TEST(run(app::journal_action::dump) == app::status_damaged);
    BOOST_TEST(out.str().empty());
    BOOST_TEST(errors.str().find("entry 1 does not match its checksum") != std::string::npos);
}

BOOST_AUTO_TEST_CASE(output_that_cannot_be_written_is_a_failure) {
    disk.put(directory.hash_secret(), "secret");
    out.setstate(std::ios::badbit);
    BOOST_TEST(
        app::run_journal_tool({app::journal_action::verify, "data"}, disk, out, errors) == 1
    );
}

BOOST_AUTO_TEST_CASE(repair_says_what_it_set_aside) {
    auto journal = writer();
    for (int i = 0; i < 3; ++i) append_and_sync(journal);
    BOOST_TEST(run(app::journal_action::repair) == 0);
    BOOST_TEST(says("nothing to repair\n"));
    damage();
    BOOST_TEST(run(app::journal_action::repair) == 0);
    BOOST_TEST(says("set aside: data/journal-00000000000000000001.log.damaged-64\n"));
    BOOST_TEST(says("repaired\n"));
    BOOST_TEST(run(app::journal_action::verify) == 0);
}

BOOST_AUTO_TEST_CASE(repair_leaves_a_directory_alone_that_somebody_has) {
    disk.put(directory.hash_secret(), "secret");
    const auto held = directory.take();
    BOOST_TEST(run(app::journal_action::repair) == 1);
    BOOST_TEST(errors.str() == "memstore: data: another process has the directory\n");
    BOOST_TEST(run(app::journal_action::repair, "absent") == 1);
    BOOST_TEST(!disk.holds("absent"));
}

BOOST_AUTO_TEST_CASE(a_line_says_all_of_a_transaction) {
    const std::array effects{
        persist::effect{.key = "a\"", .value = "1", .version = 7},
        persist::effect{
            .key = "b",
            .value = "\xff",
            .deadline = base::moment{std::chrono::milliseconds{1500}},
            .version = 3},
        persist::effect{.key = "c", .removed = true},
        persist::effect{.key = "d", .removed = true, .cause = base::change_cause::expired},
        persist::effect{.key = "e", .removed = true, .cause = base::change_cause::evicted}};
    std::string line;
    app::append_journal_line(line, 9, {7, effects});
    BOOST_TEST(
        line == R"({"sequence":9,"version":7,"changes":[{"key":"a\"","value":"1"},)"
                R"({"key":"b","value":{"base64":"/w=="},"version":3,"expires_at_ms":1500},)"
                R"({"key":"c","value":null},{"key":"d","value":null,"cause":"expired"},)"
                R"({"key":"e","value":null,"cause":"evicted"}]})"
                "\n"
    );
}

BOOST_AUTO_TEST_SUITE_END()
