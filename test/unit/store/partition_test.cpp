#include "store/partition.hpp"

#include "store/epoch.hpp"
#include "store/node_memory.hpp"

#include <boost/test/unit_test.hpp>

#include <chrono>
#include <functional>
#include <string_view>

using namespace memstore;

namespace {

store::located_key at(std::string_view key) { return {key, std::hash<std::string_view>{}(key), 0}; }

struct partition_fixture {
    store::epoch_domain epochs;
    store::node_memory memory{epochs};
    store::partition subject{memory};

    static void stage(
        store::partition& one,
        std::string_view key,
        std::string_view value,
        std::uint64_t version
    ) {
        one.begin_commit();
        one.set_commit_version(version);
        one.apply({.key = at(key), .value = value}, version);
    }
};

bool shows(const store::partition& one, std::string_view key) {
    return one.find(at(key), one.published()) != nullptr;
}

}  // namespace

BOOST_FIXTURE_TEST_SUITE(partition, partition_fixture)

BOOST_AUTO_TEST_CASE(readers_see_nothing_of_a_commit_until_it_is_published) {
    subject.begin_commit();
    BOOST_TEST(subject.committing() == store::partition::version_pending);
    subject.set_commit_version(2);
    subject.apply({.key = at("a"), .value = "1"}, 2);
    BOOST_TEST(subject.committing() == 2U);
    BOOST_TEST(!shows(subject, "a"));
    BOOST_TEST((subject.find(at("a"), subject.working()) != nullptr));
    subject.publish();
    BOOST_TEST(shows(subject, "a"));
    BOOST_TEST(subject.committing() == store::partition::idle);
    BOOST_TEST(subject.published() == 2U);
}

BOOST_AUTO_TEST_CASE(partitions_behind_a_commit_record_change_at_one_instant) {
    store::partition other{memory};
    stage(subject, "a", "1", 2);
    stage(other, "b", "1", 2);
    auto& record = *store::commit_record::make(memory.blocks, 2);
    subject.point_at(record.add(subject.published(), subject.working()));
    other.point_at(record.add(other.published(), other.working()));
    BOOST_TEST((!shows(subject, "a") && !shows(other, "b")));
    record.commit();
    BOOST_TEST((shows(subject, "a") && shows(other, "b")));
    subject.settle();
    BOOST_TEST((shows(subject, "a") && shows(other, "b")));
    other.settle();
    BOOST_TEST((shows(subject, "a") && shows(other, "b")));
    memory.retired.retire(&record, record.block_bytes());
}

BOOST_AUTO_TEST_CASE(it_counts_keys_and_knows_deadlines) {
    const base::moment deadline{std::chrono::milliseconds{5}};
    const auto write = [&](std::string_view key,
                           base::moment until,
                           bool erased,
                           std::uint64_t version) {
        subject.begin_commit();
        subject.set_commit_version(version);
        subject.apply({.key = at(key), .value = "", .deadline = until, .erased = erased}, version);
        subject.publish();
        memory.retired.seal();
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

BOOST_AUTO_TEST_CASE(an_erased_key_is_forgotten_once_nobody_can_read_it) {
    const std::size_t before = memory.blocks.bytes_in_use();
    stage(subject, "a", "1", 2);
    subject.publish();
    const auto erase = [&](std::uint64_t version) {
        subject.begin_commit();
        subject.set_commit_version(version);
        subject.apply({.key = at("a"), .value = {}, .erased = true}, version);
        subject.publish();
    };
    const auto look = [&] {
        memory.retired.collect();
        subject.reclaim(10);
    };
    {
        const store::epoch_domain::pin reading{epochs};
        const std::uint64_t seen = subject.published();
        erase(3);
        look();
        look();
        BOOST_TEST(subject.find(at("a"), seen)->value() == "1");
        BOOST_TEST(!shows(subject, "a"));
        BOOST_TEST(subject.index().size() == 1U);
        BOOST_TEST(subject.has_remains());
    }
    stage(subject, "a", "2", 4);
    subject.publish();
    look();
    BOOST_TEST(shows(subject, "a"), "written again, it stays");
    BOOST_TEST(!subject.has_remains());

    erase(5);
    look();  // its grace period begins
    look();
    BOOST_TEST(subject.index().size() == 0U);
    look();
    look();
    const std::size_t table = store::slab_layout::taken_by(8 + 16 * 8);
    BOOST_TEST(memory.blocks.bytes_in_use() == before + table);
}

/// Where commits are shown only when they are durable, others read behind what is published.
BOOST_AUTO_TEST_CASE(what_is_replaced_or_erased_stays_until_that_is_visible) {
    memory.shows_late = true;
    stage(subject, "a", "1", 2);
    subject.publish();
    stage(subject, "a", "2", 3);
    subject.publish();
    subject.set_commit_version(4);
    subject.apply({.key = at("a"), .value = {}, .erased = true}, 4);
    subject.publish();
    const auto look = [&](std::uint64_t visible) {
        for (int i = 0; i < 3; ++i) {
            memory.retired.collect();
            subject.reclaim(10, visible);
        }
    };
    look(2);
    {
        const store::epoch_domain::pin reading{epochs};
        BOOST_TEST(subject.find(at("a"), 2)->value() == "1");
        BOOST_TEST(subject.find(at("a"), 3)->value() == "2");
        BOOST_TEST(subject.find(at("a"), 4) == nullptr);
    }
    look(3);
    BOOST_TEST(subject.find(at("a"), 3)->value() == "2");
    BOOST_TEST(subject.has_remains());
    look(4);
    BOOST_TEST(subject.index().size() == 0U);
    BOOST_TEST(!subject.has_remains());
    look(4);
    BOOST_TEST(memory.retired.empty());
}

BOOST_AUTO_TEST_CASE(what_is_restored_is_there_in_whatever_order_it_comes) {
    subject.restore({.key = at("a"), .value = "1"}, 7);
    subject.restore({.key = at("b"), .value = "2"}, 5);
    subject.publish();
    BOOST_TEST(subject.published() == 7U);
    BOOST_TEST(subject.committing() == store::partition::idle);
    BOOST_TEST((shows(subject, "a") && shows(subject, "b")));
    BOOST_TEST(subject.find(at("b"), 7)->birth() == 5U);
    BOOST_TEST(subject.size() == 2U);

    subject.clear();
    BOOST_TEST(memory.beside_blocks == 0U);
    BOOST_TEST(subject.size() == 0U);
    BOOST_TEST(subject.published() == 0U);
    BOOST_TEST((!shows(subject, "a") && !shows(subject, "b")));
    subject.restore({.key = at("a"), .value = "3"}, 2);
    subject.publish();
    BOOST_TEST(shows(subject, "a"));
}

BOOST_AUTO_TEST_SUITE_END()
