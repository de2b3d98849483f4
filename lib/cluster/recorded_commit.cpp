#include "cluster/recorded_commit.hpp"

#include <algorithm>
#include <cassert>
#include <new>

namespace memstore::cluster {

recorded_commit::change_header::change_header(const store::write& of) noexcept
    : deadline_(of.deadline), packed_(of.erased ? 1 : 0) {
    const auto pack = [this](std::uint64_t field, unsigned at) { packed_ |= field << at; };
    pack(static_cast<std::uint64_t>(of.cause), 1);
    pack(of.key.bytes.size(), 1 + cause_bits);
    pack(of.value.size(), 1 + cause_bits + key_bits);
    assert(of.value.size() == value_bytes());
}

std::size_t recorded_commit::bytes_for(std::span<const store::write> changes) noexcept {
    std::size_t bytes = sizeof(recorded_commit);
    for (const store::write& each : changes) {
        bytes += padded_bytes(each.key.bytes.size(), each.value.size());
    }
    return bytes;
}

const recorded_commit* recorded_commit::make(
    std::byte* at,
    std::size_t bytes,
    std::uint64_t version,
    std::span<const store::write> changes
) noexcept {
    const auto* const made = ::new (at) recorded_commit{version, bytes};
    at += sizeof(recorded_commit);
    for (const store::write& each : changes) {
        const auto* const header = ::new (at) change_header{each};
        auto* const text = reinterpret_cast<char*>(at + sizeof(change_header));
        std::copy(each.key.bytes.begin(), each.key.bytes.end(), text);
        std::copy(each.value.begin(), each.value.end(), text + each.key.bytes.size());
        at += header->bytes();
    }
    return made;
}

}  // namespace memstore::cluster
