#include "store/keyspace.hpp"

#include "support/one_partition.hpp"

#include <boost/test/unit_test.hpp>

#include <chrono>

using namespace memstore;
using namespace std::chrono_literals;

namespace {

struct keyspace_fixture : test::one_partition {
    keyspace_fixture() {
        store_value("lasting", "1", 2);
        store_value("passing", "2", 3, clock.now() + 10ms);
    }
};

}  // namespace

BOOST_FIXTURE_TEST_SUITE(keyspace, keyspace_fixture)

BOOST_AUTO_TEST_CASE(own_writes_hide_the_snapshot) {
    auto subject = keys();
    BOOST_TEST(subject.find(located("lasting"))->value == "1");
    subject.put(located("lasting"), "new", base::never);
    BOOST_TEST(subject.find(located("lasting"))->value == "new");
    BOOST_TEST(!subject.find(located("absent")));
    BOOST_TEST(before[0].find(located("lasting"))->value() == "1");
}

BOOST_AUTO_TEST_CASE(a_key_is_there_until_its_deadline_and_not_at_it) {
    auto early = keys();
    BOOST_TEST(early.find(located("passing"))->value == "2");
    BOOST_TEST(!early.met_expired());
    clock.advance(9ms);
    auto last = keys();
    BOOST_TEST(last.find(located("passing")).has_value());
    clock.advance(1ms);
    auto late = keys();
    BOOST_TEST(!late.find(located("passing")).has_value());
    BOOST_TEST(late.met_expired());
}

BOOST_AUTO_TEST_CASE(time_stands_still_in_a_transaction) {
    auto subject = keys();
    const base::moment first = subject.now();
    clock.advance(1h);
    BOOST_TEST((subject.now() == first));
    BOOST_TEST(subject.find(located("passing")).has_value());
}

BOOST_AUTO_TEST_SUITE_END()
