#include "store/slab.hpp"

#include <boost/test/data/monomorphic.hpp>
#include <boost/test/data/test_case.hpp>
#include <boost/test/unit_test.hpp>

#include <algorithm>
#include <array>
#include <cstring>
#include <random>
#include <thread>
#include <utility>
#include <vector>

using memstore::store::slab;
namespace bdata = boost::unit_test::data;

namespace {

/// A block full of a byte of its own: had another been given the same memory, one of them would
/// notice.
struct marked_block {
    void* memory;
    std::size_t bytes;
    unsigned char mark;

    bool intact() const {
        const auto* const all = static_cast<const unsigned char*>(memory);
        return std::all_of(all, all + bytes, [&](unsigned char each) { return each == mark; });
    }
};

marked_block take(slab& from, std::size_t bytes, std::size_t number) {
    const marked_block made{from.allocate(bytes), bytes, static_cast<unsigned char>(number % 251)};
    std::memset(made.memory, made.mark, bytes);
    return made;
}

}  // namespace

BOOST_AUTO_TEST_SUITE(slab_)

BOOST_DATA_TEST_CASE(blocks_never_overlap, bdata::xrange(12), seed) {
    std::mt19937_64 random(static_cast<unsigned>(seed));
    const std::size_t bytes_max = seed % 3 == 0 ? 5'000 : 300;
    slab subject;
    std::vector<marked_block> held;
    for (std::size_t step = 0; step < 60'000; ++step) {
        const bool grows = step / 15'000 % 2 == 0;
        if (held.empty() || random() % 8 < (grows ? 6U : 2U)) {
            held.push_back(take(subject, 1 + random() % bytes_max, step));
            BOOST_REQUIRE(reinterpret_cast<std::uintptr_t>(held.back().memory) % 8 == 0);
        } else {
            std::swap(held[random() % held.size()], held.back());
            BOOST_REQUIRE(held.back().intact());
            subject.free(held.back().memory, held.back().bytes);
            held.pop_back();
        }
    }
    std::size_t bytes = 0;
    for (const marked_block& each : held)
        bytes += memstore::store::slab_layout::taken_by(each.bytes);
    BOOST_TEST(subject.bytes_in_use() == bytes);
    for (const marked_block& each : held) {
        BOOST_REQUIRE(each.intact());
        subject.free(each.memory, each.bytes);
    }
    BOOST_TEST(subject.bytes_in_use() == 0U);
}

BOOST_AUTO_TEST_CASE(chunks_that_are_empty_go_back) {
    slab subject;
    std::vector<void*> held;
    for (int i = 0; i < 200'000; ++i) held.push_back(subject.allocate(48));
    BOOST_TEST(subject.chunks() >= 9U);
    for (void* const each : held) subject.free(each, 48);
    BOOST_TEST(subject.chunks() <= 2U);  // those whose blocks wait in the array
}

/// What is in use moves out of the chunks that are to be cleared, and these go back; all that was
/// written is still there, and what is held is near what is in use.
BOOST_DATA_TEST_CASE(sparse_chunks_are_cleared, bdata::xrange(8), seed) {
    std::mt19937_64 random(static_cast<unsigned>(seed));
    slab subject;
    std::vector<marked_block> held;
    for (std::size_t i = 0; i < 60'000; ++i) held.push_back(take(subject, 40 + random() % 200, i));
    const std::size_t kept_of_hundred = 5 + 10 * static_cast<std::size_t>(seed);
    const auto kept = std::partition(held.begin(), held.end(), [&](const marked_block&) {
        return random() % 100 < kept_of_hundred;
    });
    std::for_each(kept, held.end(), [&](const marked_block& each) {
        subject.free(each.memory, each.bytes);
    });
    held.erase(kept, held.end());
    const std::size_t before = subject.bytes_held();

    const std::size_t promised = subject.begin_clearing(before);
    for (std::size_t i = 0; i < held.size(); ++i) {
        marked_block& each = held[i];
        if (!subject.is_leaving(each.memory, each.bytes)) continue;
        const marked_block now = take(subject, each.bytes, each.mark);
        BOOST_REQUIRE(!subject.is_leaving(now.memory, now.bytes));
        BOOST_REQUIRE(each.intact());
        subject.free(each.memory, each.bytes);
        each = now;
    }
    subject.end_clearing();
    BOOST_TEST(promised >= (before - subject.bytes_in_use()) * 9 / 10);
    const std::size_t in_use = subject.bytes_in_use();
    const std::size_t a_chunk_of_each_class = std::size_t{20} << 20;
    BOOST_TEST(
        subject.bytes_held() <= std::min(before, in_use + in_use / 4 + a_chunk_of_each_class)
    );
    for (const marked_block& each : held) {
        BOOST_REQUIRE(each.intact());
        subject.free(each.memory, each.bytes);
    }
    BOOST_TEST(subject.bytes_in_use() == 0U);
}

/// Also where others free what is in a chunk that is being cleared.
BOOST_AUTO_TEST_CASE(a_cleared_chunk_goes_back_when_others_have_freed_its_blocks) {
    slab subject;
    slab other;
    std::vector<void*> held;
    for (int i = 0; i < 30'000; ++i) held.push_back(subject.allocate(100));
    for (std::size_t i = 0; i < held.size(); ++i) {
        if (i % 4 != 0) subject.free(std::exchange(held[i], nullptr), 100);
    }
    BOOST_TEST(subject.begin_clearing(subject.bytes_held()) > 0U);
    for (void* const each : held) {
        if (each != nullptr) other.free(each, 100);
    }
    other.return_idle();
    subject.return_idle();
    BOOST_TEST(subject.chunks() == 0U);
    subject.end_clearing();
}

/// Two nodes, a thread each; each frees what the other has allocated.
BOOST_AUTO_TEST_CASE(blocks_that_were_freed_elsewhere_come_home) {
    constexpr int rounds = 50;
    constexpr std::size_t blocks = 20'000;
    std::array<slab, 2> subjects;
    std::array<std::vector<marked_block>, 2> held;
    for (int round = 0; round < rounds; ++round) {
        const auto work = [&](std::size_t own) {
            for (const marked_block& each : held[own]) subjects[own].free(each.memory, each.bytes);
            held[own].clear();
            for (std::size_t i = 0; i < blocks; ++i)
                held[own].push_back(take(subjects[own], 64, i));
        };
        {
            const std::jthread one{work, 0};
            const std::jthread other{work, 1};
        }
        for (const auto& own : held) {
            for (const marked_block& each : own) BOOST_REQUIRE(each.intact());
        }
        std::swap(held[0], held[1]);
    }
    for (std::size_t own = 0; own < 2; ++own) {
        BOOST_TEST(subjects[own].chunks() <= 6U, "the same blocks go around");
        for (const marked_block& each : held[own]) subjects[own].free(each.memory, each.bytes);
    }
    BOOST_TEST(subjects[0].bytes_in_use() + subjects[1].bytes_in_use() == 0U);
    for (slab& each : subjects) each.return_idle();
}

BOOST_AUTO_TEST_SUITE_END()
