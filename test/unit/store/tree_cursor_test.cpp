#include "store/tree_cursor.hpp"

#include "store/epoch.hpp"
#include "store/node_memory.hpp"
#include "support/random_key.hpp"

#include <boost/test/data/monomorphic.hpp>
#include <boost/test/data/test_case.hpp>
#include <boost/test/unit_test.hpp>

#include <algorithm>
#include <iterator>
#include <map>
#include <random>
#include <string>
#include <vector>

using namespace memstore;
namespace bdata = boost::unit_test::data;
using store::direction;
using store::key_cut;

namespace {

struct cursor_fixture {
    store::epoch_domain epochs;
    store::node_memory memory{epochs};
    store::tree tree;
    std::map<std::string, store::key_record*> records;

    ~cursor_fixture() { tree.clear(memory); }

    void insert(const std::string& key) {
        const auto* const first = store::revision::make_tombstone(memory.blocks, 1, nullptr);
        records[key] = store::key_record::make(memory.blocks, key, 0, first);
        tree.insert(*records[key], memory);
    }
    void erase(const std::string& key) {
        store::key_record* const gone = records.extract(key).mapped();
        tree.erase(*gone, memory);
        memory.retired.retire(gone->newest(), gone->newest()->block_bytes());
        memory.retired.retire(gone, gone->block_bytes());
    }
    void publish() {
        tree.publish();
        memory.retired.seal();
    }

    std::vector<std::string> read(const key_cut& cut, direction way) const {
        std::vector<std::string> found;
        store::tree_cursor subject{tree.root(), way};
        for (subject.seek(cut); subject.current() != nullptr; subject.next()) {
            subject.prefetch_next();
            found.emplace_back(subject.current()->key());
        }
        return found;
    }

    std::vector<std::string> expected(const key_cut& cut, direction way) const {
        std::vector<std::string> all;
        for (const auto& [key, record] : records) {
            if (cut.is_behind(key) == (way == direction::reverse)) all.push_back(key);
        }
        if (way == direction::reverse) std::reverse(all.begin(), all.end());
        return all;
    }
};

key_cut random_cut(std::mt19937_64& random, std::string_view key) {
    switch (random() % 3) {
    case 0: return key_cut::before(key);
    case 1: return key_cut::behind(key);
    default: return key_cut::behind_all(key);
    }
}

}  // namespace

BOOST_FIXTURE_TEST_SUITE(tree_cursor, cursor_fixture)

BOOST_AUTO_TEST_CASE(an_empty_tree_is_at_its_end_at_once) {
    for (const direction way : {direction::forward, direction::reverse}) {
        BOOST_TEST(read(key_cut::before(""), way).empty());
        BOOST_TEST(read(key_cut::behind_all(""), way).empty());
    }
}

/// Trees of up to three levels that have grown and shrunk, from everywhere, both ways.
BOOST_DATA_TEST_CASE(it_goes_through_what_is_behind_or_before_a_cut, bdata::xrange(40), seed) {
    std::mt19937_64 random(static_cast<unsigned>(seed));
    const unsigned variety = 1U << (seed % 14);
    for (int changes = 1 << (seed % 13); changes > 0; --changes) {
        const std::string key = test::random_key(random, variety);
        if (!records.contains(key)) {
            insert(key);
        } else if (random() % 6 < static_cast<unsigned>(seed) % 6) {
            erase(key);
        }
        if (changes % 5 == 0) publish();
    }
    publish();
    for (int looks = 0; looks < 60; ++looks) {
        std::string key = test::random_key(random, variety);
        key.resize(key.size() - random() % 3 % (key.size() + 1));
        const key_cut cut = random_cut(random, key);
        for (const direction way : {direction::forward, direction::reverse}) {
            BOOST_REQUIRE(read(cut, way) == expected(cut, way));
        }
    }
}

BOOST_AUTO_TEST_CASE(it_stays_in_the_state_that_it_began_in) {
    for (int i = 0; i < 1'000; ++i) insert(std::to_string(1'000 + i));
    publish();
    const auto before = expected(key_cut::before(""), direction::forward);
    const store::epoch_domain::pin reading{epochs};
    store::tree_cursor subject{tree.root(), direction::forward};
    std::vector<std::string> found;
    for (subject.seek(key_cut::before("")); subject.current() != nullptr; subject.next()) {
        found.emplace_back(subject.current()->key());
        erase(found.back());
        insert("new" + found.back());
        publish();
    }
    BOOST_TEST(found == before, boost::test_tools::per_element());
}

BOOST_AUTO_TEST_SUITE_END()
