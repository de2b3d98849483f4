#include "base/bytes.hpp"

namespace memstore::base {
namespace {

constexpr unsigned group_bits = 7;
constexpr std::uint64_t group_mask = 0x7F;
constexpr unsigned char more_bit = 0x80;

}  // namespace

void append_varint(std::string& out, std::uint64_t value) {
    while (value > group_mask) {
        out.push_back(static_cast<char>((value & group_mask) | more_bit));
        value >>= group_bits;
    }
    out.push_back(static_cast<char>(value));
}

void append_sized(std::string& out, std::string_view bytes) {
    append_varint(out, bytes.size());
    out.append(bytes);
}

std::uint64_t byte_reader::long_varint() noexcept {
    std::uint64_t value = 0;
    for (unsigned shift = 0; at_ != end_; shift += group_bits) {
        const auto next = static_cast<unsigned char>(*at_++);
        const std::uint64_t group = next & group_mask;
        const bool longer_than_need_be = next == 0 && shift > 0;
        if (shift > 63 || (group << shift) >> shift != group || longer_than_need_be) break;
        value |= group << shift;
        if ((next & more_bit) == 0) return value;
    }
    fail();
    return 0;
}

}  // namespace memstore::base
