#include "persist/checkpoint.hpp"

#include "base/checksum.hpp"
#include "persist/room.hpp"

#include <algorithm>
#include <cassert>
#include <utility>

namespace memstore::persist {
namespace {

using boost::system::error_code;
namespace errc = boost::system::errc;

constexpr std::size_t full_block_bytes = std::size_t{256} * 1024;
constexpr std::size_t manifest_bytes_max = std::size_t{16} * 1024 * 1024;

}  // namespace

part_writer::part_writer(std::unique_ptr<fs::file> file, std::filesystem::path path)
    : file_(std::move(file)), path_(std::move(path)), block_(block_header_bytes, '\0') {}

checked<std::unique_ptr<part_writer>> part_writer::create(
    fs::file_system& files,
    const std::filesystem::path& path,
    const part_header& header
) {
    const error_code removed = files.remove(path);
    if (removed && removed != errc::no_such_file_or_directory) {
        return failed_call("cannot remove", path, removed);
    }
    auto file = files.open(path, fs::open_mode::create);
    if (!file) return failed_call("cannot create", path, file.error());
    std::unique_ptr<part_writer> part{new part_writer{*std::move(file), path}};
    const std::string bytes = encode(header);
    const auto written = part->write(bytes);
    if (!written) return written.error();
    part->written_.chain = base::crc32c(bytes);
    return part;
}

checked<void> part_writer::add(const checkpoint_entry& entry) {
    append_checkpoint_entry(block_, entry);
    ++block_entries_;
    ++written_.entries;
    if (block_.size() < full_block_bytes) return {};
    return write_block();
}

checked<void> part_writer::write_block() {
    const std::string_view body = std::string_view{block_}.substr(block_header_bytes);
    const std::string header = encode(block_header{
        .number = blocks_,
        .body_bytes = body.size(),
        .entries = block_entries_,
        .body_checksum = base::crc32c(body)});
    header.copy(block_.data(), header.size());
    written_.chain = base::crc32c(header, written_.chain);
    auto written = write(block_);
    block_.resize(block_header_bytes);
    block_entries_ = 0;
    ++blocks_;
    return written;
}

checked<part_summary> part_writer::finish() {
    if (block_entries_ > 0) {
        const auto written = write_block();
        if (!written) return written.error();
    }
    const std::string end = encode(block_header{.is_end = true, .number = blocks_});
    written_.chain = base::crc32c(end, written_.chain);
    const auto written = write(end);
    if (!written) return written.error();
    if (const error_code failed = file_->sync()) return failed_call("cannot sync", path_, failed);
    return written_;
}

checked<void> part_writer::write(const std::string& bytes) {
    const error_code failed = file_->write_at(written_.bytes, bytes);
    if (failed) return failed_call("cannot write", path_, failed);
    written_.bytes += bytes.size();
    return {};
}

checkpoint_writer::checkpoint_writer(data_directory directory, const checkpoint_stamp& stamp)
    : directory_(std::move(directory)), stamp_(stamp) {}

checked<std::unique_ptr<part_writer>> checkpoint_writer::begin_part() {
    const auto whole = directory_.checkpoints();
    if (!whole) return whole.error();
    if (std::ranges::binary_search(*whole, stamp_.sequence)) {
        const auto there = errc::make_error_code(errc::file_exists);
        return failed_call("cannot write", directory_.manifest(stamp_.sequence), there);
    }
    const std::uint32_t number = parts_++;
    const auto path = directory_.part(stamp_.sequence, number);
    return part_writer::create(
        directory_.files(),
        path,
        {.number = number, .sequence = stamp_.sequence}
    );
}

checked<void> checkpoint_writer::commit(std::vector<part_summary> parts) {
    assert(parts.size() == parts_);
    const auto synced = directory_.sync();
    if (!synced) return synced.error();
    const std::string manifest = encode(checkpoint_manifest{stamp_, std::move(parts)});
    return directory_.write_whole(directory_.manifest(stamp_.sequence), manifest);
}

void checkpoint_writer::abandon() noexcept {
    // A commit that failed may have left a manifest, and then the parts are needed.
    const auto manifest = directory_.manifest(stamp_.sequence);
    const error_code removed = directory_.files().remove(manifest);
    if (removed != errc::no_such_file_or_directory && (removed || !directory_.sync())) return;
    for (std::uint32_t i = 0; i < parts_; ++i) {
        directory_.files().remove(directory_.part(stamp_.sequence, i));
    }
    parts_ = 0;
}

part_reader::part_reader(
    std::unique_ptr<fs::file> file,
    std::filesystem::path path,
    const part_summary& expected
)
    : file_(std::move(file)), path_(std::move(path)), expected_(expected) {}

checked<std::unique_ptr<part_reader>> part_reader::open(
    const data_directory& directory,
    std::uint64_t sequence,
    std::uint32_t number,
    const part_summary& expected
) {
    const auto path = directory.part(sequence, number);
    auto file = directory.files().open(path, fs::open_mode::read);
    if (!file && file.error() == errc::no_such_file_or_directory) {
        return corruption("the checkpoint lacks a part", path, 0);
    }
    if (!file) return failed_call("cannot open", path, file.error());
    std::unique_ptr<part_reader> part{new part_reader{*std::move(file), path, expected}};
    const auto begun = part->read_header({.number = number, .sequence = sequence});
    if (!begun) return begun.error();
    return part;
}

fault part_reader::damaged(std::string what) const {
    return corruption(std::move(what), path_, offset_);
}

/// So many bytes, or damage. They are held in body_.
checked<std::string_view> part_reader::read(std::uint64_t bytes) {
    if (bytes > expected_.bytes - offset_) return damaged("the part is cut short");
    const auto room = make_room(body_, bytes, path_);
    if (!room) return room.error();
    const auto got = file_->read_at(offset_, body_);
    if (!got) return failed_call("cannot read", path_, got.error());
    if (*got < bytes) return damaged("the part is cut short");
    offset_ += bytes;
    return std::string_view{body_};
}

checked<void> part_reader::read_header(const part_header& expected) {
    const auto size = file_->size();
    if (!size) return failed_call("cannot tell the size of", path_, size.error());
    if (*size != expected_.bytes) return damaged("the part is not as long as the manifest says");
    const auto bytes = read(part_header_bytes);
    if (!bytes) return bytes.error();
    const auto header = decode_part_header(*bytes);
    if (!header) return damaged("the header of the part " + std::string{describe(header.error())});
    if (*header != expected) return damaged("the part is not the one that its name says");
    found_.chain = base::crc32c(*bytes);
    return {};
}

checked<std::span<const checkpoint_entry>> part_reader::next() {
    entries_.clear();
    if (ended_) return std::span<const checkpoint_entry>{};
    auto bytes = read(block_header_bytes);
    if (!bytes) return bytes.error();
    const auto header = decode_block_header(*bytes);
    if (!header) return damaged("the block before " + std::string{describe(header.error())});
    if (header->number != blocks_) return damaged("a block is missing");
    found_.chain = base::crc32c(*bytes, found_.chain);
    if (header->is_end) {
        const auto ended = end();
        if (!ended) return ended.error();
        return std::span<const checkpoint_entry>{};
    }
    bytes = read(header->body_bytes);
    if (!bytes) return bytes.error();
    if (base::crc32c(*bytes) != header->body_checksum) {
        return damaged("the block before does not match its checksum");
    }
    if (!read_checkpoint_entries(*bytes, header->entries, entries_)) {
        return damaged("the block before is whole, but not what its format allows");
    }
    ++blocks_;
    found_.entries += header->entries;
    return std::span<const checkpoint_entry>{entries_};
}

checked<void> part_reader::end() {
    ended_ = true;
    found_.bytes = offset_;
    if (found_ != expected_) return damaged("the part is not the one that the manifest names");
    return {};
}

checked<checkpoint_manifest> read_manifest(
    const data_directory& directory,
    std::uint64_t sequence
) {
    const auto path = directory.manifest(sequence);
    const auto bytes = directory.files().read(path, manifest_bytes_max);
    if (!bytes) return failed_call("cannot read", path, bytes.error());
    auto manifest = decode_manifest(*bytes);
    if (!manifest && manifest.error() == defect::unknown_version) {
        const std::string what{describe(manifest.error())};
        return fault{.kind = fault_kind::unsupported, .what = "the manifest " + what, .file = path};
    }
    if (!manifest) {
        const std::string what{describe(manifest.error())};
        return corruption("the manifest " + what, path, 0);
    }
    if (manifest->stamp.sequence != sequence) {
        return corruption("the manifest is not the one that its name says", path, 0);
    }
    return *std::move(manifest);
}

}  // namespace memstore::persist
