#include "store/keyspace.hpp"

#include "store/epoch.hpp"
#include "store/node_memory.hpp"
#include "support/fake_clock.hpp"

#include <boost/test/unit_test.hpp>

#include <chrono>

using namespace memstore;
using namespace std::chrono_literals;

namespace {

struct keyspace_fixture {
    test::fake_clock clock;
    base::key_hasher hash_of{{}};
    store::epoch_domain epochs;
    store::node_memory memory{epochs};
    store::partition stored{memory};
    store::snapshot before;
    store::write_set changes;

    keyspace_fixture() {
        stored.begin_commit();
        stored.set_commit_version(2);
        stored.apply({.key = at("lasting"), .value = "1"}, 2);
        stored.apply({.key = at("passing"), .value = "2", .deadline = clock.now() + 10ms}, 2);
        stored.publish();
        before.add({stored, stored.published()});
    }

    store::keyspace keys() { return {before, changes, clock, hash_of}; }
    static store::located_key at(std::string_view key) { return {key, key.size(), 0}; }
};

}  // namespace

BOOST_FIXTURE_TEST_SUITE(keyspace, keyspace_fixture)

BOOST_AUTO_TEST_CASE(own_writes_hide_the_snapshot) {
    auto subject = keys();
    BOOST_TEST(subject.find(at("lasting"))->value == "1");
    subject.put(at("lasting"), "new", base::never);
    BOOST_TEST(subject.find(at("lasting"))->value == "new");
    BOOST_TEST(!subject.find(at("absent")));
    BOOST_TEST(before[0].find(at("lasting"))->value() == "1");
}

BOOST_AUTO_TEST_CASE(a_key_is_there_until_its_deadline_and_not_at_it) {
    auto early = keys();
    BOOST_TEST(early.find(at("passing"))->value == "2");
    BOOST_TEST(!early.met_expired());
    clock.advance(9ms);
    auto last = keys();
    BOOST_TEST(last.find(at("passing")).has_value());
    clock.advance(1ms);
    auto late = keys();
    BOOST_TEST(!late.find(at("passing")).has_value());
    BOOST_TEST(late.met_expired());
}

BOOST_AUTO_TEST_CASE(time_stands_still_in_a_transaction) {
    auto subject = keys();
    const base::moment first = subject.now();
    clock.advance(1h);
    BOOST_TEST((subject.now() == first));
    BOOST_TEST(subject.find(at("passing")).has_value());
}

BOOST_AUTO_TEST_SUITE_END()
