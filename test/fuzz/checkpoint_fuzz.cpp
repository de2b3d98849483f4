#include "persist/checkpoint.hpp"

#include "base/bytes.hpp"
#include "base/checksum.hpp"
#include "support/require.hpp"
#include "support/simulated_disk.hpp"

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

namespace memstore::persist {
namespace {

using test::require;

constexpr std::uint64_t sequence = 7;
constexpr std::size_t checksum_size = 4;

/// With the checksum that it should have at its end, which is hard to guess.
std::string with_checksum(std::string_view bytes) {
    std::string sound{bytes.substr(0, bytes.size() - std::min(bytes.size(), checksum_size))};
    base::append_integer(sound, base::crc32c(sound));
    return sound;
}

template <class Decode>
void check_one_form(std::string_view bytes, Decode decode) {
    const auto read = decode(bytes);
    if (read) require(bytes.starts_with(encode(*read)), "a record has one form only");
}

template <class Decode>
void check_record(std::string_view bytes, std::size_t size, Decode decode) {
    check_one_form(bytes, decode);
    check_one_form(with_checksum(bytes.substr(0, size)), decode);
}

bool check_entries(std::string_view body, std::uint32_t count) {
    std::vector<checkpoint_entry> entries;
    if (!read_checkpoint_entries(body, count, entries)) return false;
    std::string again;
    for (const checkpoint_entry& each : entries) append_checkpoint_entry(again, each);
    require(again == body, "the entries of a block have one form only");
    require(entries.size() == count, "a block has as many entries as it says");
    return true;
}

/// A part, as a writer would have left it but for what its blocks hold.
struct made_part {
    std::string bytes = encode(part_header{.number = 0, .sequence = sequence});
    part_summary summary{.chain = base::crc32c(bytes)};
    bool sound = true;
};

/// Each block of the input: how many entries, how long, and so many bytes.
made_part make_part(std::string_view input) {
    made_part made;
    base::byte_reader in{input};
    std::uint32_t number = 0;
    while (!in.at_end()) {
        const auto entries = in.integer<std::uint8_t>();
        const auto size = in.integer<std::uint8_t>();
        const std::string_view body = in.bytes(std::min<std::size_t>(size, in.left()));
        if (entries == 0) break;
        const std::string header = encode(block_header{
            .number = number++,
            .body_bytes = body.size(),
            .entries = entries,
            .body_checksum = base::crc32c(body)});
        made.bytes.append(header).append(body);
        made.summary.entries += entries;
        made.summary.chain = base::crc32c(header, made.summary.chain);
        made.sound = check_entries(body, entries) && made.sound;
    }
    const std::string end = encode(block_header{.is_end = true, .number = number});
    made.bytes.append(end);
    made.summary.chain = base::crc32c(end, made.summary.chain);
    made.summary.bytes = made.bytes.size();
    return made;
}

/// @return whether it was read to its end without a fault
bool read_part(const std::string& bytes, const part_summary& summary) {
    test::simulated_disk files;
    const data_directory directory{files, "data"};
    files.put(directory.part(sequence, 0), bytes);
    const auto part = part_reader::open(directory, sequence, 0, summary);
    if (!part) return false;
    for (std::uint64_t entries = 0;;) {
        const auto block = (*part)->next();
        if (!block) {
            require(block.error().kind == fault_kind::corrupt, "what cannot be read is damaged");
            return false;
        }
        entries += block->size();
        if (!block->empty()) continue;
        require(entries == summary.entries, "a part has as many entries as the manifest says");
        return true;
    }
}

void check_parts(std::string_view input) {
    const made_part made = make_part(input);
    require(read_part(made.bytes, made.summary) == made.sound, "a part is read if it is sound");
    const std::string raw = encode(part_header{.number = 0, .sequence = sequence}).append(input);
    part_summary claimed = made.summary;
    claimed.bytes = raw.size();
    require(
        !read_part(raw, claimed) || raw == made.bytes,
        "a part is what the manifest names or nothing"
    );
}

}  // namespace
}  // namespace memstore::persist

// NOLINTNEXTLINE(readability-identifier-naming): libFuzzer's name
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    using namespace memstore::persist;
    // A copy of its own, so that reading past the end is seen.
    const std::string input(reinterpret_cast<const char*>(data), size);
    check_record(input, input.size(), decode_manifest);
    check_record(input, part_header_bytes, decode_part_header);
    check_record(input, block_header_bytes, decode_block_header);
    check_parts(input);
    return 0;
}
