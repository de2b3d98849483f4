#include "persist/batch.hpp"

#include "base/checksum.hpp"

#include <boost/test/unit_test.hpp>

#include <array>
#include <string>

using namespace memstore;

namespace {

const std::array some_effects{persist::effect{.key = "k", .value = "v"}};

}  // namespace

BOOST_AUTO_TEST_SUITE(batch)

BOOST_AUTO_TEST_CASE(becomes_an_entry) {
    persist::batch filled;
    BOOST_TEST(filled.empty());
    filled.add(9, some_effects);
    filled.add(8, some_effects);
    BOOST_TEST(filled.transactions() == 2U);
    BOOST_TEST(filled.last_version() == 9U);

    const std::string_view entry = filled.seal({.epoch = 1, .sequence = 2, .durable = 1}, 4);
    BOOST_TEST(entry.size() == filled.bytes());
    const auto header = persist::decode_entry_header(entry, 4);
    BOOST_REQUIRE(header.has_value());
    BOOST_TEST(header->transactions == 2U);
    BOOST_TEST(header->sequence == 2U);
    BOOST_TEST(header->bytes() == entry.size());
    const std::string_view body = entry.substr(persist::entry_header_bytes);
    BOOST_TEST(header->body_checksum == base::crc32c(body));
    persist::body_reader reader{body};
    BOOST_TEST(reader.next()->version == 9U);
    BOOST_TEST(reader.next()->version == 8U);
    BOOST_TEST(!reader.next());
    BOOST_TEST(!reader.malformed());
}

BOOST_AUTO_TEST_CASE(can_be_sealed_again_and_filled_again) {
    persist::batch filled;
    filled.add(9, some_effects);
    const std::string first{filled.seal({.epoch = 1, .sequence = 2, .durable = 1}, 4)};
    const std::string again{filled.seal({.epoch = 1, .sequence = 3, .durable = 1}, 4)};
    BOOST_TEST((first != again));
    BOOST_TEST((filled.seal({.epoch = 1, .sequence = 2, .durable = 1}, 4) == first));
    filled.clear();
    BOOST_TEST(filled.empty());
    BOOST_TEST(filled.last_version() == 0U);
    filled.add(9, some_effects);
    BOOST_TEST((filled.seal({.epoch = 1, .sequence = 2, .durable = 1}, 4) == first));
}

BOOST_AUTO_TEST_SUITE_END()
