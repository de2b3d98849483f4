#include "persist/checkpoint_record.hpp"

#include "persist/record_fields.hpp"

#include <cassert>

namespace memstore::persist {
namespace {

using base::append_integer;

constexpr std::string_view manifest_magic = "MEMSCKPT";
constexpr std::string_view part_magic = "MEMSPART";
constexpr std::string_view block_magic = "MSCB";
constexpr std::string_view end_magic = "MSCE";
constexpr std::size_t manifest_bytes_min = 60;
constexpr std::size_t summary_bytes = 20;
constexpr std::uint8_t entry_deadline_bit = 1;

}  // namespace

std::string encode(const checkpoint_manifest& manifest) {
    std::string out{manifest_magic};
    append_integer(out, format_version);
    append_integer(out, static_cast<std::uint32_t>(manifest.parts.size()));
    append_integer(out, manifest.stamp.epoch);
    append_integer(out, manifest.stamp.sequence);
    append_integer(out, manifest.stamp.hash);
    append_integer(out, manifest.stamp.last_version);
    append_integer(out, milliseconds_of(manifest.stamp.taken));
    for (const part_summary& each : manifest.parts) {
        append_integer(out, each.bytes);
        append_integer(out, each.entries);
        append_integer(out, each.chain);
    }
    append_integer(out, base::crc32c(out));
    return out;
}

decoded<checkpoint_manifest> decode_manifest(std::string_view bytes) {
    if (bytes.size() < manifest_bytes_min) return defect::cut_short;
    base::byte_reader in{bytes};
    if (in.bytes(manifest_magic.size()) != manifest_magic) return defect::no_magic;
    if (!ends_with_checksum(bytes)) return defect::wrong_checksum;
    if (in.integer<std::uint32_t>() != format_version) return defect::unknown_version;
    const auto parts = in.integer<std::uint32_t>();
    checkpoint_manifest manifest;
    manifest.stamp.epoch = in.integer<std::uint64_t>();
    manifest.stamp.sequence = in.integer<std::uint64_t>();
    manifest.stamp.hash = in.integer<std::uint64_t>();
    manifest.stamp.last_version = in.integer<std::uint64_t>();
    manifest.stamp.taken = moment_of(in.integer<std::int64_t>());
    if (in.left() != parts * std::uint64_t{summary_bytes} + checksum_bytes) {
        return defect::malformed;
    }
    for (std::uint32_t i = 0; i < parts; ++i) {
        part_summary& each = manifest.parts.emplace_back();
        each.bytes = in.integer<std::uint64_t>();
        each.entries = in.integer<std::uint64_t>();
        each.chain = in.integer<std::uint32_t>();
    }
    return manifest;
}

std::string encode(const part_header& header) {
    std::string out{part_magic};
    append_integer(out, format_version);
    append_integer(out, header.number);
    append_integer(out, header.sequence);
    append_integer(out, std::uint32_t{0});
    append_integer(out, base::crc32c(out));
    assert(out.size() == part_header_bytes);
    return out;
}

decoded<part_header> decode_part_header(std::string_view bytes) {
    if (bytes.size() < part_header_bytes) return defect::cut_short;
    bytes = bytes.substr(0, part_header_bytes);
    base::byte_reader in{bytes};
    if (in.bytes(part_magic.size()) != part_magic) return defect::no_magic;
    if (!ends_with_checksum(bytes)) return defect::wrong_checksum;
    if (in.integer<std::uint32_t>() != format_version) return defect::unknown_version;
    part_header header;
    header.number = in.integer<std::uint32_t>();
    header.sequence = in.integer<std::uint64_t>();
    if (in.integer<std::uint32_t>() != 0) return defect::malformed;
    return header;
}

std::string encode(const block_header& header) {
    std::string out{header.is_end ? end_magic : block_magic};
    append_integer(out, header.number);
    append_integer(out, header.body_bytes);
    append_integer(out, header.entries);
    append_integer(out, header.body_checksum);
    append_integer(out, base::crc32c(out));
    assert(out.size() == block_header_bytes);
    return out;
}

decoded<block_header> decode_block_header(std::string_view bytes) {
    if (bytes.size() < block_header_bytes) return defect::cut_short;
    bytes = bytes.substr(0, block_header_bytes);
    base::byte_reader in{bytes};
    block_header header;
    const std::string_view magic = in.bytes(block_magic.size());
    header.is_end = magic == end_magic;
    if (!header.is_end && magic != block_magic) return defect::no_magic;
    if (!ends_with_checksum(bytes)) return defect::wrong_checksum;
    header.number = in.integer<std::uint32_t>();
    header.body_bytes = in.integer<std::uint64_t>();
    header.entries = in.integer<std::uint32_t>();
    header.body_checksum = in.integer<std::uint32_t>();
    const bool zeros = header.body_bytes == 0 && header.entries == 0 && header.body_checksum == 0;
    if (header.is_end ? !zeros : header.entries == 0) return defect::malformed;
    return header;
}

void append_checkpoint_entry(std::string& body, const checkpoint_entry& appended) {
    const bool expires = appended.deadline != base::never;
    append_integer(body, expires ? entry_deadline_bit : std::uint8_t{0});
    base::append_sized(body, appended.key);
    if (expires) append_integer(body, milliseconds_of(appended.deadline));
    append_integer(body, appended.version);
    base::append_sized(body, appended.value);
}

bool read_checkpoint_entries(
    std::string_view body,
    std::uint32_t count,
    std::vector<checkpoint_entry>& out
) {
    base::byte_reader in{body};
    for (std::uint32_t i = 0; i < count && !in.failed(); ++i) {
        const auto flags = in.integer<std::uint8_t>();
        checkpoint_entry& read = out.emplace_back();
        read.key = in.sized();
        if ((flags & entry_deadline_bit) != 0)
            read.deadline = moment_of(in.integer<std::int64_t>());
        const bool sound = flags == (read.deadline == base::never ? 0 : entry_deadline_bit);
        read.version = in.integer<std::uint64_t>();
        read.value = in.sized();
        if (!sound) in.fail();
    }
    return !in.failed() && in.at_end();
}

}  // namespace memstore::persist
