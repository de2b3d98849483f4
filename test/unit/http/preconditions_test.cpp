#include "http/preconditions.hpp"

#include <boost/test/data/monomorphic.hpp>
#include <boost/test/data/test_case.hpp>
#include <boost/test/unit_test.hpp>

#include <ostream>
#include <random>
#include <string>

namespace memstore::http {
namespace {

namespace bdata = boost::unit_test::data;
using verdict = preconditions::verdict;

result<preconditions> parsed(const std::string& lines) {
    return preconditions_of(field_block{lines});
}

verdict judged(const std::string& lines, std::uint64_t version, bool reads) {
    return parsed(lines).value().judge(version, reads);
}

struct condition {
    std::string lines;
    std::uint64_t version;  ///< what is there; 0: nothing
    verdict read;
    verdict write;
};
std::ostream& operator<<(std::ostream& out, const condition& one) {
    return out << one.lines << "of " << one.version;
}

const condition conditions[] = {
    {"", 0, verdict::hold, verdict::hold},
    {"", 7, verdict::hold, verdict::hold},
    {"If-Match: \"7\"\r\n", 7, verdict::hold, verdict::hold},
    {"If-Match: \"7\"\r\n", 8, verdict::failed, verdict::failed},
    {"If-Match: \"7\"\r\n", 0, verdict::failed, verdict::failed},
    {"If-Match: \"0\"\r\n", 0, verdict::failed, verdict::failed},
    {"If-Match: *\r\n", 7, verdict::hold, verdict::hold},
    {"If-Match: *\r\n", 0, verdict::failed, verdict::failed},
    {"If-Match: \"1\", \"7\"\r\n", 7, verdict::hold, verdict::hold},
    {"If-Match: \"1\"\r\nIf-Match: \"7\"\r\n", 7, verdict::hold, verdict::hold},
    {"If-Match: W/\"7\"\r\n", 7, verdict::failed, verdict::failed},
    {"If-Match: \"07\"\r\n", 7, verdict::failed, verdict::failed},
    {"If-Match: \"a,\", \"\", \"\xff\" ,,\t\"7\",\r\n", 7, verdict::hold, verdict::hold},
    {"If-None-Match: *\r\n", 0, verdict::hold, verdict::hold},
    {"If-None-Match: *\r\n", 7, verdict::not_modified, verdict::failed},
    {"If-None-Match: \"7\"\r\n", 7, verdict::not_modified, verdict::failed},
    {"If-None-Match: W/\"7\"\r\n", 7, verdict::not_modified, verdict::failed},
    {"If-None-Match: \"7\"\r\n", 8, verdict::hold, verdict::hold},
    {"If-None-Match: \"7\"\r\n", 0, verdict::hold, verdict::hold},
    {"If-None-Match: \"18446744073709551616\"\r\n", 7, verdict::hold, verdict::hold},
    {"If-Match: \"7\"\r\nIf-None-Match: \"7\"\r\n", 7, verdict::not_modified, verdict::failed},
    {"If-Match: \"8\"\r\nIf-None-Match: \"7\"\r\n", 7, verdict::failed, verdict::failed},
};

const char* const malformed[] = {
    "",
    "7",
    "\"",
    "\"7",
    "7\"",
    "w/\"7\"",
    "W/7",
    "W/",
    "\"7\" \"8\"",
    "\"7\"\"8\"",
    "\" 7\"",
    "*, \"7\"",
    "\"7\", *",
    "**",
    ",",
    "\"7\";",
    "\"7\x7f\"",
    "W/ \"7\"",
    "'7'"};

BOOST_AUTO_TEST_SUITE(preconditions_)

BOOST_DATA_TEST_CASE(each_is_judged_by_the_version, bdata::make(conditions)) {
    BOOST_TEST((judged(sample.lines, sample.version, true) == sample.read));
    BOOST_TEST((judged(sample.lines, sample.version, false) == sample.write));
}

BOOST_DATA_TEST_CASE(what_is_no_list_of_tags_is_named, bdata::make(malformed), list) {
    const auto if_match = parsed(std::string{"If-Match: "} + list + "\r\n");
    BOOST_REQUIRE(!if_match);
    BOOST_TEST(if_match.error().what == "If-Match is a list of entity tags, as \"17\", or *");
    BOOST_TEST((if_match.error().code == errc::bad_argument));
    BOOST_TEST(!parsed(std::string{"If-None-Match: "} + list + "\r\n"));
}

BOOST_DATA_TEST_CASE(any_list_means_what_is_in_it, bdata::xrange(300), seed) {
    std::mt19937 random(static_cast<unsigned>(seed));
    std::string list;
    bool strong = false;
    bool weak = false;
    for (auto count = random() % 5 + 1; count > 0; --count) {
        const auto version = random() % 4 + 1;
        const bool marked = random() % 2 == 0;
        (marked ? weak : strong) |= version == 1;
        list += std::string(random() % 2, ' ') + (marked ? "W/\"" : "\"");
        list += std::to_string(version) + (random() % 3 == 0 ? "\",," : "\" ,");
    }
    const auto tags = parsed("If-Match: " + list + "\r\n").value().if_match.value();
    BOOST_TEST(tags.match_strongly(1) == strong);
    BOOST_TEST(tags.match_weakly(1) == (strong || weak));
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace
}  // namespace memstore::http
