#include "log/journal_stream.hpp"

#include <boost/test/unit_test.hpp>

#include <sys/stat.h>

#include <cstdio>
#include <string>

using namespace memstore;

BOOST_AUTO_TEST_SUITE(journal_stream)

BOOST_AUTO_TEST_CASE(it_is_the_file_of_that_device_and_inode) {
    std::FILE* const file = std::tmpfile();
    struct stat found {};
    BOOST_REQUIRE_EQUAL(::fstat(::fileno(file), &found), 0);
    const std::string named = std::to_string(found.st_dev) + ":" + std::to_string(found.st_ino);
    BOOST_TEST(log::is_journal_stream(::fileno(file), named));
    BOOST_TEST(!log::is_journal_stream(::fileno(file), named + "0"));
    BOOST_TEST(!log::is_journal_stream(::fileno(file), "1" + named));
    for (const char* const bad : {"", ":", "1", "1:", ":1", "a:b", "1:1 "}) {
        BOOST_TEST(!log::is_journal_stream(::fileno(file), bad));
    }
    std::fclose(file);
    BOOST_TEST(!log::is_journal_stream(-1, named));
}

BOOST_AUTO_TEST_CASE(severities_are_those_of_syslog) {
    BOOST_TEST(log::journal_mark(log::level::debug) == "<7>");
    BOOST_TEST(log::journal_mark(log::level::info) == "<6>");
    BOOST_TEST(log::journal_mark(log::level::warn) == "<4>");
    BOOST_TEST(log::journal_mark(log::level::error) == "<3>");
}

BOOST_AUTO_TEST_SUITE_END()
