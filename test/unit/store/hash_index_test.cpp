#include "store/hash_index.hpp"

#include "store/epoch.hpp"
#include "store/node_memory.hpp"

#include <boost/test/data/monomorphic.hpp>
#include <boost/test/data/test_case.hpp>
#include <boost/test/unit_test.hpp>

#include <atomic>
#include <map>
#include <random>
#include <string>
#include <thread>
#include <vector>

using namespace memstore;
namespace bdata = boost::unit_test::data;

namespace {

struct index_fixture {
    store::epoch_domain epochs;
    store::node_memory memory{epochs};
    store::hash_index subject;
    std::map<std::string, store::key_record*> records;
    std::uint64_t hash_mask = ~std::uint64_t{0};

    ~index_fixture() {
        for (const auto& [key, each] : records) memory.blocks.free(each, each->block_bytes());
        subject.clear(memory);
    }

    std::uint64_t hash_of(const std::string& key) const {
        return std::hash<std::string>{}(key)&hash_mask;
    }
    store::key_record* find(const std::string& key) const {
        return subject.find(hash_of(key), key);
    }
    void insert(const std::string& key) {
        auto* const made = store::key_record::make(memory.blocks, key, hash_of(key), 0);
        records[key] = made;
        subject.insert(*made, hash_of(key), memory);
    }
    void erase(const std::string& key) {
        store::key_record* const gone = records.extract(key).mapped();
        subject.erase(*gone, memory);
        memory.retired.retire(gone, gone->block_bytes());
        memory.retired.seal();
    }
};

}  // namespace

BOOST_FIXTURE_TEST_SUITE(hash_index, index_fixture)

/// Random insertions and erasures, with good hashes and with ones that collide in the slot, in the
/// tag or in both.
BOOST_DATA_TEST_CASE(
    it_behaves_as_a_map,
    bdata::make(
        {~std::uint64_t{0},
         std::uint64_t{0},
         std::uint64_t{0xE0000000},
         std::uint64_t{0xFFFF00000000}}
    ) * bdata::xrange(4),
    mask,
    seed
) {
    std::mt19937_64 random(static_cast<unsigned>(seed));
    hash_mask = mask;
    for (int step = 0; step < 6'000; ++step) {
        const bool grows = step / 1'500 % 2 == 0;
        const std::string key = std::to_string(random() % 400);
        const bool there = records.contains(key);
        BOOST_REQUIRE((find(key) == (there ? records[key] : nullptr)));
        if (!there) {
            if (grows || random() % 4 == 0) insert(key);
        } else if (!grows || random() % 4 == 0) {
            erase(key);
        }
        BOOST_REQUIRE_EQUAL(subject.size(), records.size());
    }
    for (const auto& [key, each] : records) BOOST_REQUIRE(find(key) == each);
}

BOOST_AUTO_TEST_CASE(prefetching_an_empty_index_is_nothing) {
    subject.prefetch_slot(1);
    subject.prefetch_record(1);
    subject.prefetch_revision(1);
    BOOST_TEST(find("a") == nullptr);
}

BOOST_AUTO_TEST_CASE(a_table_that_was_emptied_shrinks) {
    for (int i = 0; i < 10'000; ++i) insert(std::to_string(i));
    for (int i = 0; i < 10'000; ++i) erase(std::to_string(i));
    memory.retired.collect();
    BOOST_TEST(memory.blocks.bytes_in_use() < 1'000U);
}

/// What was there before a reader began it must find, whatever comes and goes around it.
BOOST_AUTO_TEST_CASE(readers_find_what_stays_while_the_table_changes) {
    constexpr int staying = 200;
    for (int i = 0; i < staying; ++i) insert("stays" + std::to_string(i));
    std::atomic<bool> done = false;
    std::atomic<int> missed = 0;
    std::vector<std::jthread> readers;
    for (int thread = 0; thread < 2; ++thread) {
        readers.emplace_back([&] {
            std::vector<std::pair<std::string, std::uint64_t>> wanted;
            for (int i = 0; i < staying; ++i) {
                const std::string key = "stays" + std::to_string(i);
                wanted.emplace_back(key, hash_of(key));
            }
            while (!done) {
                const store::epoch_domain::pin reading{epochs};
                for (const auto& [key, hash] : wanted) {
                    const auto* const found = subject.find(hash, key);
                    missed += found == nullptr || found->key() != key;
                }
            }
        });
    }
    std::mt19937_64 random(1);
    for (int round = 0; round < 6; ++round) {
        const int passing = 1 << (6 + 2 * (round % 3));
        for (int i = 0; i < passing; ++i) insert("passes" + std::to_string(i));
        for (int i = 0; i < passing; ++i) erase("passes" + std::to_string(i));
    }
    done = true;
    readers.clear();
    BOOST_TEST(missed == 0);
}

BOOST_AUTO_TEST_SUITE_END()
