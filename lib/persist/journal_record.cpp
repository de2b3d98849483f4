#include "persist/journal_record.hpp"

#include "persist/record_fields.hpp"

#include <cassert>
#include <limits>
#include <stdexcept>

namespace memstore::persist {
namespace {

using base::append_integer;

constexpr std::string_view segment_magic = "MEMSJRNL";
constexpr std::string_view entry_magic = "MSJE";
static_assert(entry_magic.size() == entry_magic_bytes);

constexpr std::uint8_t removed_bit = 1;
constexpr unsigned cause_shift = 1;
constexpr std::uint8_t cause_mask = 3;
constexpr std::uint8_t deadline_bit = 8;
constexpr std::uint8_t version_bit = 16;
constexpr std::uint8_t known_bits = 31;

std::uint32_t checksum_of(std::uint64_t salt) {
    std::string bytes;
    append_integer(bytes, salt);
    return base::crc32c(bytes);
}

std::uint8_t flags_of(const effect& of, std::uint64_t commit_version) noexcept {
    unsigned flags = of.removed ? removed_bit : 0U;
    flags |= static_cast<unsigned>(of.cause) << cause_shift;
    if (of.deadline != base::never) flags |= deadline_bit;
    if (of.version != 0 && of.version != commit_version) flags |= version_bit;
    return static_cast<std::uint8_t>(flags);
}

/// Whether what the flags say goes together.
bool is_sound(std::uint8_t flags) noexcept {
    const unsigned why = flags >> cause_shift & cause_mask;
    const bool removed = (flags & removed_bit) != 0;
    if ((flags & ~known_bits) != 0 || why > static_cast<unsigned>(base::change_cause::evicted))
        return false;
    return removed ? (flags & (deadline_bit | version_bit)) == 0 : why == 0;
}

void append_effect(std::string& body, const effect& appended, std::uint64_t commit_version) {
    const std::uint8_t flags = flags_of(appended, commit_version);
    assert(is_sound(flags));
    append_integer(body, flags);
    base::append_sized(body, appended.key);
    if ((flags & deadline_bit) != 0) append_integer(body, milliseconds_of(appended.deadline));
    if ((flags & version_bit) != 0) append_integer(body, appended.version);
    if (!appended.removed) base::append_sized(body, appended.value);
}

}  // namespace

std::string_view describe(defect what) noexcept {
    switch (what) {
    case defect::cut_short: return "is cut short";
    case defect::no_magic: return "does not begin with its magic";
    case defect::wrong_checksum: return "does not match its checksum";
    case defect::unknown_version: return "is of a format version that this program does not know";
    case defect::malformed: return "is whole, but not what its format allows";
    }
    return "is defective";
}

void throw_exception_from_error(defect what, const boost::source_location& where) {
    throw std::logic_error{
        "a record that " + std::string{describe(what)} + " was used at " + where.to_string()};
}

std::string encode(const segment_header& header) {
    std::string out{segment_magic};
    append_integer(out, format_version);
    append_integer(out, std::uint32_t{header.shown_early ? 1U : 0U});
    append_integer(out, header.epoch);
    append_integer(out, header.first_sequence);
    append_integer(out, header.previous_hash);
    append_integer(out, header.salt);
    append_integer(out, milliseconds_of(header.created));
    append_integer(out, std::uint32_t{0});
    append_integer(out, base::crc32c(out));
    assert(out.size() == segment_header_bytes);
    return out;
}

decoded<segment_header> decode_segment_header(std::string_view bytes) {
    if (bytes.size() < segment_header_bytes) return defect::cut_short;
    bytes = bytes.substr(0, segment_header_bytes);
    base::byte_reader in{bytes};
    if (in.bytes(segment_magic.size()) != segment_magic) return defect::no_magic;
    if (!ends_with_checksum(bytes)) return defect::wrong_checksum;
    if (in.integer<std::uint32_t>() != format_version) return defect::unknown_version;
    segment_header header{};
    const auto flags = in.integer<std::uint32_t>();
    header.shown_early = flags == 1;
    header.epoch = in.integer<std::uint64_t>();
    header.first_sequence = in.integer<std::uint64_t>();
    header.previous_hash = in.integer<std::uint64_t>();
    header.salt = in.integer<std::uint64_t>();
    header.created = moment_of(in.integer<std::int64_t>());
    const bool zeros = in.integer<std::uint32_t>() == 0;
    if (!zeros || flags > 1) return defect::malformed;
    return header;
}

std::string encode(const entry_header& header, std::uint64_t salt) {
    std::string out{entry_magic};
    append_integer(out, static_cast<std::uint16_t>(format_version));
    append_integer(out, std::uint16_t{0});
    append_integer(out, header.epoch);
    append_integer(out, header.sequence);
    append_integer(out, header.durable);
    append_integer(out, header.previous_hash);
    append_integer(out, header.body_bytes);
    append_integer(out, header.transactions);
    append_integer(out, header.body_checksum);
    append_integer(out, base::crc32c(out, checksum_of(salt)));
    assert(out.size() == entry_header_bytes);
    return out;
}

decoded<entry_header> decode_entry_header(std::string_view bytes, std::uint64_t salt) {
    if (bytes.size() < entry_header_bytes) return defect::cut_short;
    bytes = bytes.substr(0, entry_header_bytes);
    base::byte_reader in{bytes};
    if (in.bytes(entry_magic.size()) != entry_magic) return defect::no_magic;
    if (!ends_with_checksum(bytes, checksum_of(salt))) return defect::wrong_checksum;
    if (in.integer<std::uint16_t>() != format_version) return defect::unknown_version;
    const bool zeros = in.integer<std::uint16_t>() == 0;
    entry_header header{};
    header.epoch = in.integer<std::uint64_t>();
    header.sequence = in.integer<std::uint64_t>();
    header.durable = in.integer<std::uint64_t>();
    header.previous_hash = in.integer<std::uint64_t>();
    header.body_bytes = in.integer<std::uint64_t>();
    header.transactions = in.integer<std::uint32_t>();
    header.body_checksum = in.integer<std::uint32_t>();
    const bool sound = zeros && header.transactions > 0 && header.durable < header.sequence &&
                       header.body_bytes <= std::numeric_limits<std::int64_t>::max();
    if (!sound) return defect::malformed;
    return header;
}

std::size_t find_entry_magic(std::string_view bytes, std::size_t from) noexcept {
    return bytes.find(entry_magic, from);
}

void append_transaction(std::string& body, const transaction& appended) {
    assert(!appended.effects.empty());
    append_integer(body, appended.version);
    base::append_varint(body, appended.effects.size());
    for (const effect& each : appended.effects) append_effect(body, each, appended.version);
}

std::optional<transaction> body_reader::next() {
    if (in_.at_end()) return std::nullopt;
    const auto version = in_.integer<std::uint64_t>();
    const std::uint64_t count = in_.varint();
    if (count == 0) in_.fail();
    effects_.clear();
    for (std::uint64_t i = 0; i < count; ++i) {
        if (!read_effect(version)) return std::nullopt;
    }
    if (in_.failed()) return std::nullopt;
    return transaction{version, effects_};
}

bool body_reader::read_effect(std::uint64_t commit_version) {
    const auto flags = in_.integer<std::uint8_t>();
    if (!is_sound(flags)) in_.fail();
    effect& read = effects_.emplace_back();
    read.removed = (flags & removed_bit) != 0;
    read.cause = static_cast<base::change_cause>(flags >> cause_shift & cause_mask);
    read.key = in_.sized();
    if ((flags & deadline_bit) != 0) {
        read.deadline = moment_of(in_.integer<std::int64_t>());
        if (read.deadline == base::never) in_.fail();
    }
    read.version = commit_version;
    if ((flags & version_bit) != 0) {
        read.version = in_.integer<std::uint64_t>();
        if (read.version == commit_version || read.version == 0) in_.fail();
    }
    if (read.removed) {
        read.version = 0;
    } else {
        read.value = in_.sized();
    }
    return !in_.failed();
}

}  // namespace memstore::persist
