#pragma once

#include "base/clock.hpp"
#include "persist/journal_record.hpp"

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

/// A checkpoint's bytes, as FORMAT.md has them: functions from values to bytes and back.
namespace memstore::persist {

inline constexpr std::size_t part_header_bytes = 32;
inline constexpr std::size_t block_header_bytes = 28;

/// A key of a checkpoint and what it has. Its bytes are borrowed.
struct checkpoint_entry {
    std::string_view key;
    std::string_view value;
    base::moment deadline = base::never;
    std::uint64_t version = 0;

    friend bool operator==(const checkpoint_entry&, const checkpoint_entry&) = default;
};

/// What a checkpoint stands for.
struct checkpoint_stamp {
    std::uint64_t epoch = 0;
    std::uint64_t sequence = 0;      ///< of the last journal entry that is in it as a whole
    std::uint64_t hash = 0;          ///< of that entry
    std::uint64_t last_version = 0;  ///< the last commit in it, which later entries may hold
    base::moment taken = {};

    friend bool operator==(const checkpoint_stamp&, const checkpoint_stamp&) = default;
};

/// What the manifest says of a part.
struct part_summary {
    std::uint64_t bytes = 0;
    std::uint64_t entries = 0;
    std::uint32_t chain = 0;  ///< over its header, block headers and end

    friend bool operator==(const part_summary&, const part_summary&) = default;
};

struct checkpoint_manifest {
    checkpoint_stamp stamp;
    std::vector<part_summary> parts;

    friend bool operator==(const checkpoint_manifest&, const checkpoint_manifest&) = default;
};

struct part_header {
    std::uint32_t number = 0;
    std::uint64_t sequence = 0;

    friend bool operator==(const part_header&, const part_header&) = default;
};

struct block_header {
    bool is_end = false;
    std::uint32_t number = 0;  ///< of the block; at the end, how many there were
    std::uint64_t body_bytes = 0;
    std::uint32_t entries = 0;
    std::uint32_t body_checksum = 0;

    friend bool operator==(const block_header&, const block_header&) = default;
};

std::string encode(const checkpoint_manifest& manifest);
std::string encode(const part_header& header);
std::string encode(const block_header& header);

/// @param bytes  the whole manifest
decoded<checkpoint_manifest> decode_manifest(std::string_view bytes);
/// @param bytes  what begins with a header
decoded<part_header> decode_part_header(std::string_view bytes);
decoded<block_header> decode_block_header(std::string_view bytes);

void append_checkpoint_entry(std::string& body, const checkpoint_entry& appended);

/** Appends the entries of a block to `out`. They borrow from the body.

    @return whether the body is `count` entries, as FORMAT.md allows them, and nothing else
*/
bool read_checkpoint_entries(
    std::string_view body,
    std::uint32_t count,
    std::vector<checkpoint_entry>& out
);

}  // namespace memstore::persist
