#include "persist/journal_record.hpp"
#include "support/require.hpp"

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

namespace memstore::persist {
namespace {

using test::require;

void check_body(std::string_view body) {
    body_reader reader{body};
    std::string again;
    while (const auto next = reader.next()) {
        append_transaction(again, *next);
        require(again.size() == reader.offset(), "a transaction is as long as it was");
    }
    require(body.starts_with(again), "what is read has one form only");
    require(reader.malformed() || again.size() == body.size(), "a sound body is read to its end");
}

void check_segment_header(std::string_view bytes) {
    const auto read = decode_segment_header(bytes);
    if (read) require(bytes.starts_with(encode(*read)), "a segment header has one form only");
}

/// The salt stands in front, so that a seed can have a checksum that is right.
void check_entry(std::string_view bytes) {
    base::byte_reader in{bytes};
    const auto salt = in.integer<std::uint64_t>();
    bytes = in.bytes(in.left());
    const auto read = decode_entry_header(bytes, salt);
    if (!read) return;
    require(bytes.starts_with(encode(*read, salt)), "an entry header has one form only");
    check_body(bytes.substr(entry_header_bytes));
}

}  // namespace
}  // namespace memstore::persist

// NOLINTNEXTLINE(readability-identifier-naming): libFuzzer's name
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    // A copy of its own, so that reading past the end is seen.
    const std::string input(reinterpret_cast<const char*>(data), size);
    memstore::persist::check_segment_header(input);
    memstore::persist::check_entry(input);
    memstore::persist::check_body(input);
    return 0;
}
