#include "store/key_record.hpp"

#include "base/limits.hpp"

#include <boost/test/data/monomorphic.hpp>
#include <boost/test/data/test_case.hpp>
#include <boost/test/unit_test.hpp>

#include <cstdint>
#include <string>
#include <string_view>

using namespace memstore;
namespace bdata = boost::unit_test::data;

namespace {

struct key_record_fixture {
    store::slab memory;
    store::key_record* subject = nullptr;

    ~key_record_fixture() { memory.free(subject, subject->block_bytes()); }

    static std::size_t revision_bytes(std::size_t value_bytes) {
        return store::revision::bytes_for(std::string(value_bytes, 'v'), base::never);
    }

    void make(std::string_view key, std::size_t value_bytes) {
        subject = store::key_record::make(memory, key, 0x1234'5678'9ABC'DEF0, revision_bytes(value_bytes));
    }

    const store::revision* settle(std::string_view value, std::uint64_t birth) {
        void* const home = subject->take_home(store::revision::bytes_for(value, base::never));
        BOOST_REQUIRE(home != nullptr);
        subject->prepend(store::revision::make(home, value, base::never, birth, subject->newest()));
        return subject->newest();
    }
};

}  // namespace

BOOST_FIXTURE_TEST_SUITE(key_record_, key_record_fixture)

/// Keys of all lengths modulo a word, and the longest; values that fit a home and that do not.
BOOST_DATA_TEST_CASE(
    key_and_home_share_a_block_and_no_bytes,
    bdata::make({0, 1, 7, 8, 9, 16, 65'536}) * bdata::make({0, 1, 32, 112, 113, 5'000}),
    key_bytes,
    value_bytes
) {
    const std::string key(static_cast<std::size_t>(key_bytes), 'k');
    const std::string value(static_cast<std::size_t>(value_bytes), 'v');
    make(key, value.size());
    BOOST_TEST(subject->newest() == nullptr);
    BOOST_TEST(subject->hash() == 0x9ABC'DEF0);
    BOOST_TEST(memory.bytes_in_use() == subject->block_bytes());
    if (revision_bytes(value.size()) > store::key_record::home_bytes_max) {
        BOOST_TEST(subject->take_home(revision_bytes(0)) == nullptr);
    } else {
        const store::revision* const first = settle(value, 2);
        BOOST_TEST(reinterpret_cast<std::uintptr_t>(first) % 8 == 0U);
        BOOST_TEST(subject->is_at_home(first));
        BOOST_TEST((first->value() == value));
        const auto* const begin = reinterpret_cast<const char*>(subject);
        BOOST_TEST(first->value().data() + value.size() <= begin + subject->block_bytes());
    }
    BOOST_TEST((subject->key() == key));
}

BOOST_AUTO_TEST_CASE(a_home_is_taken_once_until_it_is_vacated) {
    make("key", 20);
    const store::revision* const first = settle("12345678901234567890", 2);
    BOOST_TEST(subject->take_home(revision_bytes(1)) == nullptr);
    subject->vacate_home();
    BOOST_TEST(subject->take_home(revision_bytes(25)) == nullptr, "it does not fit");
    BOOST_TEST(settle("1", 3) == first);
    BOOST_TEST(subject->newest()->value() == "1");
    BOOST_TEST(subject->take_home(revision_bytes(1)) == nullptr);
}

BOOST_AUTO_TEST_CASE(a_revision_is_the_same_in_another_place) {
    make("key", 20);
    const store::revision* const first = settle("value", 2);
    void* const elsewhere = memory.allocate(first->block_bytes());
    const store::revision* const copy = first->copy_to(elsewhere);
    BOOST_TEST(!subject->is_at_home(copy));
    BOOST_TEST(copy->value() == "value");
    BOOST_TEST(copy->birth() == 2U);
    BOOST_TEST(copy->older() == nullptr);
    memory.free(elsewhere, first->block_bytes());
}

BOOST_AUTO_TEST_SUITE_END()
