#pragma once

#include <cstdint>
#include <string_view>

namespace memstore::base {

/** CRC-32C (Castagnoli), as in RFC 3720.

    With the processor's instruction where it has one (x86-64 with SSE 4.2: some 5 GB/s), else by
    Boost.CRC (some 250 MB/s).

    @param before  the checksum of what stands before `bytes`, to go on from it
*/
std::uint32_t crc32c(std::string_view bytes, std::uint32_t before = 0) noexcept;

/// The same by Boost.CRC, on every processor.
std::uint32_t portable_crc32c(std::string_view bytes, std::uint32_t before = 0) noexcept;

}  // namespace memstore::base
