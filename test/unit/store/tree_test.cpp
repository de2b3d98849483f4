#include "store/tree.hpp"

#include "store/epoch.hpp"
#include "store/node_memory.hpp"
#include "store/tree_cursor.hpp"
#include "support/random_key.hpp"

#include <boost/test/data/monomorphic.hpp>
#include <boost/test/data/test_case.hpp>
#include <boost/test/unit_test.hpp>

#include <map>
#include <optional>
#include <random>
#include <set>
#include <string>
#include <utility>
#include <vector>

using namespace memstore;
namespace bdata = boost::unit_test::data;

namespace {

using model = std::set<std::string>;  // the obviously right version

struct tree_fixture {
    store::epoch_domain epochs;
    store::node_memory memory{epochs};
    store::tree subject;
    std::map<std::string, store::key_record*> records;

    ~tree_fixture() { subject.clear(memory); }

    void insert(const std::string& key) {
        const auto* const first = store::revision::make_tombstone(memory.blocks, 1, nullptr);
        records[key] = store::key_record::make(memory.blocks, key, 0, first);
        subject.insert(*records[key], memory);
    }
    void erase(const std::string& key) {
        store::key_record* const gone = records.extract(key).mapped();
        subject.erase(*gone, memory);
        memory.retired.retire(gone->newest(), gone->newest()->block_bytes());
        memory.retired.retire(gone, gone->block_bytes());
    }
    void commit() {
        subject.publish();
        memory.retired.seal();
    }
};

model contents(store::tree_root root, std::string_view from = {}) {
    model found;
    bool in_order = true;
    store::tree_cursor each{root, store::direction::forward};
    for (each.seek(store::key_cut::before(from)); each.current() != nullptr; each.next()) {
        const std::string_view key = each.current()->key();
        in_order = in_order && (found.empty() || *found.rbegin() < key);
        found.emplace_hint(found.end(), key);
    }
    BOOST_TEST(in_order);
    return found;
}

}  // namespace

BOOST_FIXTURE_TEST_SUITE(tree, tree_fixture)

BOOST_AUTO_TEST_CASE(an_empty_tree_holds_nothing) {
    BOOST_TEST(contents(subject.root()).empty());
    insert("a");
    erase("a");
    commit();
    BOOST_TEST(contents(subject.root()).empty());
}

BOOST_AUTO_TEST_CASE(a_change_shows_when_it_is_published) {
    insert("a");
    BOOST_TEST(contents(subject.root()).empty());
    commit();
    BOOST_TEST(contents(subject.root()).size() == 1U);
}

BOOST_AUTO_TEST_CASE(the_empty_key_is_a_key_and_zero_bytes_count) {
    insert(std::string(1, '\0'));
    insert("");
    insert(std::string(5, '\0'));
    commit();
    BOOST_TEST(contents(subject.root()).size() == 3U);
    BOOST_TEST(contents(subject.root(), std::string(1, '\0')).size() == 2U);
}

/// Thousands of random changes, in transactions of one to eight, checked against a model; roots
/// that were taken on the way, and are held, must still be what they were.
BOOST_DATA_TEST_CASE(it_behaves_as_a_set_and_roots_never_change, bdata::xrange(40), seed) {
    std::mt19937_64 random(static_cast<unsigned>(seed));
    const unsigned variety = 1U << (seed % 12);
    model now;
    std::vector<std::pair<store::tree_root, model>> taken;
    std::optional<store::epoch_domain::pin> reading;
    for (int step = 0; step < 2000; ++step) {
        for (auto changes = 1 + random() % 8; changes > 0; --changes) {
            const std::string key = test::random_key(random, variety);
            if (now.insert(key).second) {
                insert(key);
            } else if (random() % 6 < static_cast<unsigned>(seed) % 6) {
                erase(key);
                now.erase(key);
            }
        }
        commit();
        if (step % 400 == 0) {
            reading.reset();
            taken.clear();
            reading.emplace(epochs);
        }
        if (step % 50 == 0) taken.emplace_back(subject.root(), now);
        if (step % 100 == 99) {
            for (const auto& [view, expected] : taken) BOOST_REQUIRE(contents(view) == expected);
        }
    }
    for (int i = 0; i < 50; ++i) {
        const std::string from = test::random_key(random, variety);
        BOOST_REQUIRE(contents(subject.root(), from) == model(now.lower_bound(from), now.end()));
    }
    reading.reset();
    for (int i = 0; i < 3; ++i) memory.retired.collect();
    std::size_t bytes = 0;
    for (const auto& [key, record] : records) {
        bytes += store::slab_layout::taken_by(record->block_bytes()) +
                 store::slab_layout::taken_by(record->newest()->block_bytes());
    }
    BOOST_TEST(memory.blocks.bytes_in_use() == bytes + subject.bytes());
}

BOOST_AUTO_TEST_CASE(ten_thousand_keys_in_order_and_back) {
    model now;
    for (int i = 0; i < 10'000; ++i) {
        const std::string key = "key:" + std::to_string(100'000 + i);
        now.insert(key);
        insert(key);
        if (i % 7 == 0) commit();
    }
    commit();
    BOOST_TEST((contents(subject.root()) == now));
    for (const std::string& key : now) erase(key);
    commit();
    BOOST_TEST(contents(subject.root()).empty());
}

BOOST_AUTO_TEST_SUITE_END()
