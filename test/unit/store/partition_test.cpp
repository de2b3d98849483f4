#include "store/partition.hpp"

#include "store/epoch.hpp"

#include <boost/test/unit_test.hpp>

#include <chrono>

using namespace memstore;

namespace {

struct partition_fixture {
    store::epoch_domain epochs;
    store::limbo retired{epochs};
    store::partition subject;

    void stage(
        store::partition& one,
        std::string_view key,
        std::string_view value,
        std::uint64_t version
    ) {
        one.begin_commit();
        one.set_commit_version(version);
        one.apply({.key = {key, 0, 0}, .value = value}, version, retired);
    }
};

bool shows(const store::partition& one, std::string_view key) {
    return one.published().find(key) != nullptr;
}

}  // namespace

BOOST_FIXTURE_TEST_SUITE(partition, partition_fixture)

BOOST_AUTO_TEST_CASE(readers_see_nothing_of_a_commit_until_it_is_published) {
    subject.begin_commit();
    BOOST_TEST(subject.committing() == store::partition::version_pending);
    subject.set_commit_version(2);
    subject.apply({.key = {"a", 0, 0}, .value = "1"}, 2, retired);
    BOOST_TEST(subject.committing() == 2U);
    BOOST_TEST(!shows(subject, "a"));
    BOOST_TEST((subject.working().find("a") != nullptr));
    subject.publish();
    BOOST_TEST(shows(subject, "a"));
    BOOST_TEST(subject.committing() == store::partition::idle);
    BOOST_TEST(subject.published().version() == 2U);
}

BOOST_AUTO_TEST_CASE(partitions_behind_a_commit_record_change_at_one_instant) {
    store::partition other;
    stage(subject, "a", "1", 2);
    stage(other, "b", "1", 2);
    store::commit_record record{2};
    subject.point_at(record.add(subject.published(), subject.working()));
    other.point_at(record.add(other.published(), other.working()));
    BOOST_TEST((!shows(subject, "a") && !shows(other, "b")));
    record.commit();
    BOOST_TEST((shows(subject, "a") && shows(other, "b")));
    subject.settle();
    BOOST_TEST((shows(subject, "a") && shows(other, "b")));
    other.settle();
    BOOST_TEST((shows(subject, "a") && shows(other, "b")));
}

BOOST_AUTO_TEST_CASE(it_counts_keys_and_knows_deadlines) {
    const base::moment deadline{std::chrono::milliseconds{5}};
    const auto write =
        [&](std::string_view key, base::moment until, bool erased, std::uint64_t version) {
            subject.begin_commit();
            subject.set_commit_version(version);
            subject.apply(
                {.key = {key, 0, 0}, .value = "", .deadline = until, .erased = erased},
                version,
                retired
            );
            subject.publish();
            retired.seal();
        };
    write("a", deadline, false, 2);
    write("b", base::never, false, 3);
    BOOST_TEST(subject.size() == 2U);
    BOOST_TEST((subject.deadlines().earliest() == deadline));
    write("a", base::never, false, 4);
    BOOST_TEST(subject.size() == 2U);
    BOOST_TEST((subject.deadlines().earliest() == base::never));
    write("a", deadline, false, 5);
    write("a", base::never, true, 6);
    write("absent", base::never, true, 7);
    BOOST_TEST(subject.size() == 1U);
    BOOST_TEST((subject.deadlines().earliest() == base::never));
}

BOOST_AUTO_TEST_SUITE_END()
