#include "base/checksum.hpp"

#include <boost/crc.hpp>

#if defined(__x86_64__)
#include <nmmintrin.h>
#endif

#include <cstddef>
#include <cstring>

namespace memstore::base {
namespace {

constexpr std::uint32_t polynomial = 0x1EDC6F41;
constexpr std::uint32_t all_ones = 0xFFFFFFFF;

/// The bits in the other order: Boost takes a remainder to go on from before it is reflected.
std::uint32_t reversed(std::uint32_t bits) noexcept {
    std::uint32_t out = 0;
    for (unsigned i = 0; i < 32; ++i) out |= (bits >> i & 1U) << (31 - i);
    return out;
}

#if defined(__x86_64__)
__attribute__((target("sse4.2"))) std::uint32_t crc32c_by_instruction(
    std::string_view bytes,
    std::uint32_t before
) noexcept {
    std::uint64_t state = before ^ all_ones;
    const char* at = bytes.data();
    std::size_t left = bytes.size();
    for (; left >= sizeof(std::uint64_t); left -= sizeof(std::uint64_t)) {
        std::uint64_t word = 0;
        std::memcpy(&word, at, sizeof word);
        state = _mm_crc32_u64(state, word);
        at += sizeof word;
    }
    auto last = static_cast<std::uint32_t>(state);
    for (; left > 0; --left) last = _mm_crc32_u8(last, static_cast<unsigned char>(*at++));
    return last ^ all_ones;
}
#endif

}  // namespace

std::uint32_t portable_crc32c(std::string_view bytes, std::uint32_t before) noexcept {
    boost::crc_optimal<32, polynomial, all_ones, all_ones, true, true> crc{
        reversed(before ^ all_ones)};
    crc.process_bytes(bytes.data(), bytes.size());
    return static_cast<std::uint32_t>(crc.checksum());
}

std::uint32_t crc32c(std::string_view bytes, std::uint32_t before) noexcept {
#if defined(__x86_64__)
    static const bool has_instruction = __builtin_cpu_supports("sse4.2") != 0;
    if (has_instruction) return crc32c_by_instruction(bytes, before);
#endif
    return portable_crc32c(bytes, before);
}

}  // namespace memstore::base
