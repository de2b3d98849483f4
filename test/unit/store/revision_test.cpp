#include "store/revision.hpp"

#include "store/key_record.hpp"

#include <boost/test/data/monomorphic.hpp>
#include <boost/test/data/test_case.hpp>
#include <boost/test/unit_test.hpp>

#include <array>
#include <chrono>
#include <string>

using namespace memstore;
namespace bdata = boost::unit_test::data;

namespace {

const store::revision* make_revision(
    store::slab& memory,
    std::string_view value,
    std::uint64_t birth,
    const store::revision* older
) {
    void* const block = memory.allocate(store::revision::bytes_for(value, base::never));
    return store::revision::make(block, value, base::never, birth, older);
}

void free_revision(store::slab& memory, const store::revision* one) {
    memory.free(const_cast<store::revision*>(one), one->block_bytes());
}

}  // namespace

BOOST_AUTO_TEST_SUITE(revision)

/// Lengths around those where the header's field ends and where blocks are large.
BOOST_DATA_TEST_CASE(
    it_holds_what_it_was_made_with,
    bdata::make({0, 1, 32, 2'000, 8'190, 8'191, 8'192, 1'000'000}) * bdata::make({false, true}),
    bytes,
    expires
) {
    store::slab memory;
    const std::string value(static_cast<std::size_t>(bytes), 'v');
    const auto deadline = expires ? base::moment{std::chrono::milliseconds{7}} : base::never;
    const auto* const older = store::revision::make_tombstone(memory, 1, nullptr);
    const std::size_t block_bytes = store::revision::bytes_for(value, deadline);
    const auto* const made = store::revision::make(
        memory.allocate(block_bytes),
        value,
        deadline,
        1UL << 60,
        older
    );
    BOOST_TEST(made->block_bytes() == block_bytes);
    BOOST_TEST((made->value() == value));
    BOOST_TEST((made->deadline() == deadline));
    BOOST_TEST(made->expires() == expires);
    BOOST_TEST(!made->erased());
    BOOST_TEST(made->birth() == 1UL << 60);
    BOOST_TEST(made->older() == older);
    BOOST_TEST((older->erased() && older->older() == nullptr && older->value().empty()));
    free_revision(memory, made);
    free_revision(memory, older);
    BOOST_TEST(memory.bytes_in_use() == 0U);
}

BOOST_AUTO_TEST_CASE(a_reader_takes_the_newest_that_is_not_after_its_version) {
    store::slab memory;
    std::array<const store::revision*, 3> chain{};
    store::key_record& subject = *store::key_record::make(memory, "key", 0, 0);
    chain[0] = make_revision(memory, "a", 10, nullptr);
    subject.prepend(chain[0]);
    chain[1] = store::revision::make_tombstone(memory, 20, chain[0]);
    subject.prepend(chain[1]);
    chain[2] = make_revision(memory, "c", 30, chain[1]);
    subject.prepend(chain[2]);
    BOOST_TEST(subject.at(9) == nullptr);
    BOOST_TEST(subject.at(10) == chain[0]);
    BOOST_TEST(subject.at(29) == chain[1]);
    BOOST_TEST(subject.at(30) == chain[2]);
    BOOST_TEST(subject.key() == "key");
    for (const store::revision* const each : chain) free_revision(memory, each);
    memory.free(&subject, subject.block_bytes());
}

BOOST_AUTO_TEST_SUITE_END()
