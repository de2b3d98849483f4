#include "persist/journal_tail.hpp"

#include <algorithm>
#include <cstddef>
#include <string>

namespace memstore::persist {
namespace {

using boost::system::error_code;

constexpr std::size_t block_bytes = std::size_t{1} * 1024 * 1024;

/// Where what is not zero ends; `offset`, where nothing but zeros stands from there on.
checked<std::uint64_t> end_of_content(
    fs::file& in,
    const std::filesystem::path& path,
    std::uint64_t offset
) {
    const auto size = in.size();
    if (!size) return failed_call("cannot tell the size of", path, size.error());
    std::string block(block_bytes, '\0');
    for (std::uint64_t end = *size; end > offset; end -= block.size()) {
        block.resize(std::min<std::uint64_t>(block_bytes, end - offset));
        const std::uint64_t begin = end - block.size();
        const auto got = in.read_at(begin, block);
        if (!got) return failed_call("cannot read", path, got.error());
        const std::size_t last = block.find_last_not_of('\0');
        if (last != std::string::npos) return begin + last + 1;
    }
    return offset;
}

error_code copy(fs::file& from, std::uint64_t begin, std::uint64_t end, fs::file& to) {
    std::string block(block_bytes, '\0');
    for (std::uint64_t at = begin; at < end; at += block.size()) {
        block.resize(std::min<std::uint64_t>(block_bytes, end - at));
        const auto got = from.read_at(at, block);
        if (!got) return got.error();
        if (const error_code failed = to.write_at(at - begin, block)) return failed;
    }
    return {};
}

checked<std::filesystem::path> keep(
    const data_directory& directory,
    fs::file& from,
    const std::filesystem::path& file,
    std::uint64_t offset
) {
    const auto end = end_of_content(from, file, offset);
    if (!end) return end.error();
    if (*end == offset) return std::filesystem::path{};
    auto kept_in = directory.free_name_for_damage(file, offset);
    if (!kept_in) return kept_in.error();
    const auto written =
        directory.write_whole(*kept_in, [&](fs::file& to) { return copy(from, offset, *end, to); });
    if (!written) return written.error();
    return *std::move(kept_in);
}

checked<void> write_again(const data_directory& directory, const journal_reader& journal) {
    const auto& path = journal.segment().path();
    const auto opened = directory.files().open(path, fs::open_mode::write);
    if (!opened) return failed_call("cannot open", path, opened.error());
    std::string block(block_bytes, '\0');
    const std::uint64_t end = journal.segment().offset();
    for (std::uint64_t at = journal.unvouched_from(); at < end; at += block.size()) {
        block.resize(std::min<std::uint64_t>(block.size(), end - at));
        const auto got = (*opened)->read_at(at, block);
        if (!got) return failed_call("cannot read", path, got.error());
        const error_code failed = (*opened)->write_at(at, block);
        if (failed) return failed_call("cannot write", path, failed);
    }
    return {};
}

}  // namespace

checked<std::filesystem::path> cut_off(
    const data_directory& directory,
    const std::filesystem::path& file,
    std::uint64_t offset
) {
    const auto opened = directory.files().open(file, fs::open_mode::write);
    if (!opened) return failed_call("cannot open", file, opened.error());
    auto kept_in = keep(directory, **opened, file, offset);
    if (!kept_in) return kept_in.error();
    if (offset == 0) {
        const error_code failed = directory.files().remove(file);
        if (failed) return failed_call("cannot remove", file, failed);
        const auto synced = directory.sync();
        if (!synced) return synced.error();
        return *std::move(kept_in);
    }
    error_code failed = (*opened)->resize(offset);
    if (!failed) failed = (*opened)->sync();
    if (failed) return failed_call("cannot cut", file, failed);
    return *std::move(kept_in);
}

checked<std::optional<cut>> end_journal(
    const data_directory& directory,
    const journal_reader& journal
) {
    if (!journal.has_segment()) return std::optional<cut>{};
    const auto& segment = journal.segment();
    const journal_tail tail =
        journal.tail().value_or(journal_tail{.file = segment.path(), .offset = segment.bytes()});
    if (tail.offset > 0) {
        const auto written = write_again(directory, journal);
        if (!written) return written.error();
    }
    auto kept_in = cut_off(directory, tail.file, tail.offset);
    if (!kept_in) return kept_in.error();
    if (tail.torn.empty()) return std::optional<cut>{};
    return std::optional<cut>{{tail.file, tail.offset, tail.bytes, tail.torn, *kept_in}};
}

}  // namespace memstore::persist
