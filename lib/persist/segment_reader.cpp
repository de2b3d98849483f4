#include "persist/segment_reader.hpp"

#include "base/checksum.hpp"
#include "base/hash.hpp"
#include "persist/room.hpp"

#include <algorithm>
#include <span>
#include <utility>

namespace memstore::persist {
namespace {

constexpr std::uint64_t read_bytes_min = std::uint64_t{1} * 1024 * 1024;

/// What claims to be longer has its checksum looked at before there is memory for it.
constexpr std::uint64_t unproven_bytes_max = std::uint64_t{16} * 1024 * 1024;

}  // namespace

checked<std::unique_ptr<segment_reader>> segment_reader::open(
    fs::file_system& files,
    const std::filesystem::path& path
) {
    auto file = files.open(path, fs::open_mode::read);
    if (!file) return failed_call("cannot open", path, file.error());
    const auto bytes = (*file)->size();
    if (!bytes) return failed_call("cannot tell the size of", path, bytes.error());
    return std::unique_ptr<segment_reader>{new segment_reader{*std::move(file), path, *bytes}};
}

/// What the file holds from `from` on: at least `bytes` of it, or as much as there is.
checked<std::string_view> segment_reader::window(std::uint64_t from, std::uint64_t bytes) {
    const std::uint64_t wanted = std::min(bytes, file_bytes_ - std::min(from, file_bytes_));
    const std::uint64_t held_to = buffer_at_ + buffer_.size();
    if (from < buffer_at_ || from + wanted > held_to) {
        const bool goes_on = from >= buffer_at_ && from < held_to;
        buffer_.erase(0, goes_on ? from - buffer_at_ : buffer_.size());
        buffer_at_ = from;
        const std::size_t kept = buffer_.size();
        const std::uint64_t size = std::min(std::max(wanted, read_bytes_min), file_bytes_ - from);
        const auto room = make_room(buffer_, size, path_);
        if (!room) return room.error();
        const auto got = file_->read_at(from + kept, std::span{buffer_}.subspan(kept, size - kept));
        if (!got) return failed_call("cannot read", path_, got.error());
        buffer_.resize(kept + *got);
    }
    return std::string_view{buffer_}.substr(from - buffer_at_);
}

checked<decoded<segment_header>> segment_reader::read_header() {
    const auto bytes = window(0, segment_header_bytes);
    if (!bytes) return bytes.error();
    const auto read = decode_segment_header(*bytes);
    if (read) {
        header_ = *read;
        offset_ = segment_header_bytes;
    }
    return checked<decoded<segment_header>>{read};
}

checked<std::optional<entry_view>> segment_reader::next() {
    auto bytes = window(offset_, entry_header_bytes);
    if (!bytes) return bytes.error();
    const auto header = decode_entry_header(*bytes, header_.salt);
    if (!header) {
        why_ = header.error();
        return std::optional<entry_view>{};
    }
    if (header->bytes() > file_bytes_ - offset_) {
        why_ = defect::cut_short;
        return std::optional<entry_view>{};
    }
    const auto worth_memory = may_be_whole(*header);
    if (!worth_memory) return worth_memory.error();
    if (!*worth_memory) {
        why_ = defect::wrong_checksum;
        return std::optional<entry_view>{};
    }
    bytes = window(offset_, header->bytes());
    if (!bytes) return bytes.error();
    const std::string_view whole = bytes->substr(0, header->bytes());
    const std::string_view body = whole.substr(entry_header_bytes);
    if (whole.size() < header->bytes() || base::crc32c(body) != header->body_checksum) {
        why_ = defect::wrong_checksum;
        return std::optional<entry_view>{};
    }
    const std::uint64_t at = std::exchange(offset_, offset_ + whole.size());
    return std::optional<entry_view>{{*header, body, base::hash_of(whole), at}};
}

/// Whether an entry that begins at offset() may match its checksum. A header alone may claim any
/// length, and the file may be as long without taking any space.
checked<bool> segment_reader::may_be_whole(const entry_header& header) {
    if (header.body_bytes <= unproven_bytes_max) return true;
    std::uint64_t from = offset_ + entry_header_bytes;
    const std::uint64_t end = from + header.body_bytes;
    std::uint32_t checksum = 0;
    while (from < end) {
        const auto bytes = window(from, 1);
        if (!bytes) return bytes.error();
        if (bytes->empty()) return false;
        const std::string_view part = bytes->substr(0, end - from);
        checksum = base::crc32c(part, checksum);
        from += part.size();
    }
    return checksum == header.body_checksum;
}

checked<bool> segment_reader::is_zero_from(std::uint64_t from) {
    while (from < file_bytes_) {
        const auto bytes = window(from, 1);
        if (!bytes) return bytes.error();
        if (bytes->find_first_not_of('\0') != std::string_view::npos) return false;
        if (bytes->empty()) break;
        from += bytes->size();
    }
    return true;
}

checked<std::optional<entry_header>> segment_reader::find_witness(std::uint64_t sequence) {
    std::uint64_t from = offset_;
    while (from + entry_header_bytes <= file_bytes_) {
        const auto bytes = window(from, entry_header_bytes);
        if (!bytes) return bytes.error();
        if (bytes->size() < entry_header_bytes) break;
        const std::size_t at = find_entry_magic(*bytes, 0);
        if (at == std::string_view::npos) {
            from += bytes->size() - entry_magic_bytes + 1;
            continue;
        }
        if (at + entry_header_bytes > bytes->size()) {
            from += at;  // and there is more of the file than of the window
            continue;
        }
        const auto header = decode_entry_header(bytes->substr(at), header_.salt);
        const bool witness =
            header && header->epoch == header_.epoch && header->durable >= sequence;
        if (witness) return std::optional{*header};
        from += at + 1;
    }
    return std::optional<entry_header>{};
}

}  // namespace memstore::persist
