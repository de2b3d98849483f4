#include "net/read_buffer.hpp"

#include <boost/test/data/monomorphic.hpp>
#include <boost/test/data/test_case.hpp>
#include <boost/test/unit_test.hpp>

#include <algorithm>
#include <random>
#include <string>

namespace memstore::net {
namespace {

namespace bdata = boost::unit_test::data;

void append(read_buffer& buffer, std::string_view bytes) {
    while (!bytes.empty()) {
        const auto room = buffer.room();
        BOOST_REQUIRE(!room.empty());
        const std::size_t count = bytes.copy(room.data(), room.size());
        buffer.commit(count);
        bytes.remove_prefix(count);
    }
}

BOOST_AUTO_TEST_SUITE(read_buffer_)

BOOST_DATA_TEST_CASE(holds_what_a_string_would, bdata::xrange(50), seed) {
    std::mt19937 random(static_cast<unsigned>(seed));
    read_buffer subject{100'000};
    std::string model;
    for (int step = 0; step < 500; ++step) {
        const std::size_t count = random() % (model.size() + 1);
        switch (random() % 4) {
        case 0:
            subject.consume(count);
            model.erase(0, count);
            break;
        case 1: {
            const std::size_t at = random() % (model.size() - count + 1);
            subject.erase(at, count);
            model.erase(at, count);
            break;
        }
        case 2: subject.trim(); break;
        default: {
            const std::string more(random() % 3000, static_cast<char>('a' + step % 26));
            if (model.size() + more.size() > 100'000) break;
            append(subject, more);
            model += more;
        }
        }
        BOOST_REQUIRE(subject.unread() == model);
        BOOST_REQUIRE(subject.empty() == model.empty());
    }
}

BOOST_DATA_TEST_CASE(has_no_more_memory_than_is_to_come, bdata::xrange(50), seed) {
    std::mt19937 random(static_cast<unsigned>(seed));
    const std::size_t all = 1 + random() % 100'000;
    read_buffer subject{100'000};
    while (subject.unread().size() < all) {
        const auto room = subject.room(1 + random() % 5'000, all);
        BOOST_REQUIRE(!room.empty());
        BOOST_REQUIRE(subject.capacity() <= std::max(all, read_buffer::bytes_kept));
        subject.commit(std::min({room.size(), all - subject.unread().size(), 1 + random() % 9'000UL}
        ));
    }
}

BOOST_AUTO_TEST_CASE(grows_to_its_limit_and_no_further) {
    read_buffer subject{10'000};
    append(subject, std::string(10'000, 'x'));
    BOOST_TEST(subject.room().empty());
    BOOST_TEST(subject.capacity() == 10'000U);
    subject.consume(1);
    BOOST_TEST(subject.room().size() == 1U);
}

BOOST_AUTO_TEST_CASE(makes_the_room_that_is_wanted) {
    read_buffer subject{100'000};
    append(subject, "header");
    BOOST_TEST(subject.room(30'000).size() >= 30'000U);
    const std::size_t capacity = subject.capacity();
    subject.commit(30'000);
    subject.erase(6, 30'000);
    BOOST_TEST(subject.room(30'000).size() >= 30'000U);
    BOOST_TEST(subject.capacity() == capacity);
    BOOST_TEST(subject.room(200'000).size() == 100'000U - 6);
    BOOST_TEST(subject.unread() == "header");
}

BOOST_AUTO_TEST_CASE(gives_back_what_a_large_request_needed) {
    read_buffer subject{1'000'000};
    append(subject, std::string(500'000, 'x'));
    subject.trim();
    BOOST_TEST(subject.capacity() >= 500'000U);  // what is unread stays
    subject.consume(500'000);
    subject.trim();
    BOOST_TEST(subject.capacity() <= read_buffer::bytes_kept);
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace
}  // namespace memstore::net
