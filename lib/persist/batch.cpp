#include "persist/batch.hpp"

#include "base/checksum.hpp"

#include <algorithm>
#include <cassert>

namespace memstore::persist {

void batch::add(std::uint64_t version, std::span<const effect> effects) {
    append_transaction(bytes_, {version, effects});
    ++transactions_;
    last_version_ = std::max(last_version_, version);
}

void batch::clear() noexcept {
    bytes_.resize(entry_header_bytes);
    transactions_ = 0;
    last_version_ = 0;
}

void batch::shrink(std::size_t kept_bytes_max) {
    clear();
    if (bytes_.capacity() > kept_bytes_max) bytes_.shrink_to_fit();
}

std::string_view batch::seal(entry_header header, std::uint64_t salt) {
    assert(!empty());
    const std::string_view body = std::string_view{bytes_}.substr(entry_header_bytes);
    header.body_bytes = body.size();
    header.transactions = transactions_;
    header.body_checksum = base::crc32c(body);
    const std::string encoded = encode(header, salt);
    encoded.copy(bytes_.data(), encoded.size());
    return bytes_;
}

}  // namespace memstore::persist
