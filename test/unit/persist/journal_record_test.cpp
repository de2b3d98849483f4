#include "persist/journal_record.hpp"

#include "base/checksum.hpp"
#include "support/effects.hpp"

#include <boost/test/data/monomorphic.hpp>
#include <boost/test/data/test_case.hpp>
#include <boost/test/unit_test.hpp>

#include <algorithm>
#include <array>
#include <chrono>
#include <random>
#include <string>
#include <string_view>
#include <vector>

using namespace memstore;
using namespace std::string_literals;
using persist::defect;
namespace bdata = boost::unit_test::data;

namespace {

constexpr std::uint64_t salt = 0x5a17;

const persist::segment_header some_segment{
    .epoch = 3,
    .first_sequence = 77,
    .previous_hash = 0xfedcba9876543210,
    .salt = salt,
    .created = base::moment{std::chrono::milliseconds{1'700'000'000'000}}};

const persist::entry_header some_entry{
    .epoch = 3,
    .sequence = 78,
    .durable = 76,
    .previous_hash = 0x123456789abcdef0,
    .body_bytes = 1234,
    .transactions = 5,
    .body_checksum = 0xabcdef};

std::vector<test::owned_transaction> read_all(std::string_view body, bool& malformed) {
    persist::body_reader reader{body};
    std::vector<test::owned_transaction> out;
    while (const auto next = reader.next()) out.push_back(test::owned(*next));
    malformed = reader.malformed();
    return out;
}

/// With the checksum that belongs to what stands before it.
std::string with_checksum(std::string bytes, std::uint32_t before) {
    bytes.resize(bytes.size() - 4);
    base::append_integer(bytes, base::crc32c(bytes, before));
    return bytes;
}

std::uint32_t checksum_of_salt() {
    std::string bytes;
    base::append_integer(bytes, salt);
    return base::crc32c(bytes);
}

struct bad_body {
    std::string what;
    std::string bytes;
};

std::ostream& operator<<(std::ostream& out, const bad_body& shown) { return out << shown.what; }

const std::string version_7 = "\7\0\0\0\0\0\0\0"s;

const std::array<bad_body, 13> bad_bodies{{
    {"no effects", version_7 + "\0"s},
    {"more effects than there are", version_7 + "\2\0\1k\1v"s},
    {"a count without an end", version_7 + "\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff"s},
    {"an unknown flag", version_7 + "\1\x20\1k\1v"s},
    {"an unknown cause", version_7 + "\1\7\1k"s},
    {"a set with a cause", version_7 + "\1\2\1k\1v"s},
    {"a removal with a deadline", version_7 + "\1\x09\1k\0\0\0\0\0\0\0\0"s},
    {"a removal with a version", version_7 + "\1\x11\1k\1\0\0\0\0\0\0\0"s},
    {"a key that is cut", version_7 + "\1\0\x05key"s},
    {"a value that is cut", version_7 + "\1\0\1k\x05val"s},
    {"a deadline that means none", version_7 + "\1\x08\1k\xff\xff\xff\xff\xff\xff\xff\x7f\1v"s},
    {"a version that is the commit version", version_7 + "\1\x10\1k" + version_7 + "\1v"},
    {"a version that is none", version_7 + "\1\x10\1k\0\0\0\0\0\0\0\0\1v"s},
}};

}  // namespace

BOOST_AUTO_TEST_SUITE(journal_record)

BOOST_AUTO_TEST_CASE(headers_are_read_as_they_were_written) {
    const std::string segment = encode(some_segment);
    BOOST_TEST(segment.size() == persist::segment_header_bytes);
    BOOST_TEST((persist::decode_segment_header(segment).value() == some_segment));
    const std::string entry = encode(some_entry, salt);
    BOOST_TEST(entry.size() == persist::entry_header_bytes);
    BOOST_TEST((persist::decode_entry_header(entry + "body", salt).value() == some_entry));
}

BOOST_AUTO_TEST_CASE(the_bytes_are_those_of_format_md) {
    const std::string entry = encode(some_entry, salt);
    const std::string fields =
        "MSJE\1\0\0\0"s
        "\3\0\0\0\0\0\0\0"s
        "\x4e\0\0\0\0\0\0\0"s
        "\x4c\0\0\0\0\0\0\0"s
        "\xf0\xde\xbc\x9a\x78\x56\x34\x12"s
        "\xd2\x04\0\0\0\0\0\0"s
        "\5\0\0\0"s
        "\xef\xcd\xab\0"s;
    BOOST_TEST((entry.substr(0, 56) == fields));

    std::string body;
    const std::array effects{
        persist::effect{.key = "k", .value = "v"},
        persist::effect{.key = "gone", .removed = true, .cause = base::change_cause::expired},
        persist::effect{
            .key = "",
            .value = "w",
            .deadline = base::moment{std::chrono::milliseconds{258}},
            .version = 6}};
    persist::append_transaction(body, {7, effects});
    BOOST_TEST(
        (body ==
         version_7 + "\3" + "\0\1k\1v"s + "\3\4gone" + "\x18\0\2\1\0\0\0\0\0\0\6\0\0\0\0\0\0\0\1w"s)
    );
}

BOOST_AUTO_TEST_CASE(zeros_are_no_record) {
    const std::string zeros(100, '\0');
    BOOST_TEST((persist::decode_segment_header(zeros).error() == defect::no_magic));
    BOOST_TEST((persist::decode_entry_header(zeros, 0).error() == defect::no_magic));
    bool malformed = false;
    BOOST_TEST(read_all(zeros, malformed).empty());
    BOOST_TEST(malformed);
}

BOOST_AUTO_TEST_CASE(a_header_that_is_cut_or_changed_is_none) {
    const std::string segment = encode(some_segment);
    const std::string entry = encode(some_entry, salt);
    for (std::size_t size = 0; size < segment.size(); ++size) {
        const auto cut = segment.substr(0, size);
        BOOST_TEST((persist::decode_segment_header(cut).error() == defect::cut_short));
    }
    for (std::size_t size = 0; size < entry.size(); ++size) {
        const auto cut = entry.substr(0, size);
        BOOST_TEST((persist::decode_entry_header(cut, salt).error() == defect::cut_short));
    }
    for (std::size_t bit = 0; bit < segment.size() * 8; ++bit) {
        std::string changed = segment;
        changed[bit / 8] = static_cast<char>(changed[bit / 8] ^ 1 << bit % 8);
        BOOST_TEST(persist::decode_segment_header(changed).has_error());
    }
    for (std::size_t bit = 0; bit < entry.size() * 8; ++bit) {
        std::string changed = entry;
        changed[bit / 8] = static_cast<char>(changed[bit / 8] ^ 1 << bit % 8);
        BOOST_TEST(persist::decode_entry_header(changed, salt).has_error());
    }
    BOOST_TEST((persist::decode_entry_header(entry, salt + 1).error() == defect::wrong_checksum));
}

BOOST_AUTO_TEST_CASE(a_whole_header_may_still_not_be_ours) {
    std::string segment = encode(some_segment);
    segment[8] = 2;
    BOOST_TEST((
        persist::decode_segment_header(with_checksum(segment, 0)).error() == defect::unknown_version
    ));
    segment = encode(some_segment);
    segment[13] = 1;
    BOOST_TEST(
        (persist::decode_segment_header(with_checksum(segment, 0)).error() == defect::malformed)
    );
    std::string entry = encode(some_entry, salt);
    entry[4] = 2;
    entry = with_checksum(entry, checksum_of_salt());
    BOOST_TEST((persist::decode_entry_header(entry, salt).error() == defect::unknown_version));
    for (const auto& wrong :
         {persist::entry_header{.sequence = 5, .durable = 5, .transactions = 1},
          persist::entry_header{.sequence = 5, .durable = 4, .transactions = 0}}) {
        BOOST_TEST(
            (persist::decode_entry_header(encode(wrong, salt), salt).error() == defect::malformed)
        );
    }
}

BOOST_DATA_TEST_CASE(transactions_are_read_as_they_were_written, bdata::xrange(300), seed) {
    std::mt19937_64 random(static_cast<unsigned>(seed));
    std::vector<test::owned_transaction> written;
    std::vector<std::size_t> ends{0};
    std::string body;
    for (std::size_t i = random() % 6 + 1; i > 0; --i) {
        written.push_back(test::random_transaction(random, random() | 1));
        const auto effects = written.back().borrowed();
        persist::append_transaction(body, {written.back().version, effects});
        ends.push_back(body.size());
    }
    bool malformed = true;
    BOOST_TEST((read_all(body, malformed) == written));
    BOOST_TEST(!malformed);

    const std::size_t cut = random() % body.size();
    const auto whole = std::ranges::upper_bound(ends, cut) - ends.begin() - 1;
    const auto left = read_all(std::string_view{body}.substr(0, cut), malformed);
    written.resize(static_cast<std::size_t>(whole));
    BOOST_TEST((left == written));
    BOOST_TEST(malformed == (ends[static_cast<std::size_t>(whole)] != cut));
}

BOOST_AUTO_TEST_CASE(a_version_of_its_own_is_kept_and_else_it_is_the_commits) {
    const std::array effects{
        persist::effect{.key = "a", .value = "1"},
        persist::effect{.key = "b", .value = "2", .version = 3},
        persist::effect{.key = "c", .value = "3", .version = 7}};
    std::string body;
    persist::append_transaction(body, {7, effects});
    persist::body_reader reader{body};
    const auto read = reader.next();
    BOOST_REQUIRE(read.has_value());
    BOOST_TEST(read->effects[0].version == 7U);
    BOOST_TEST(read->effects[1].version == 3U);
    BOOST_TEST(read->effects[2].version == 7U);
}

BOOST_DATA_TEST_CASE(what_the_format_does_not_allow_is_refused, bdata::make(bad_bodies)) {
    bool malformed = false;
    BOOST_TEST(read_all(sample.bytes, malformed).empty());
    BOOST_TEST(malformed);
}

BOOST_AUTO_TEST_SUITE_END()
