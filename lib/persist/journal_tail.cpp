#include "persist/journal_tail.hpp"

#include <algorithm>
#include <cstddef>
#include <string>

namespace memstore::persist {
namespace {

using boost::system::error_code;

constexpr std::size_t block_bytes = std::size_t{1} * 1024 * 1024;

checked<std::string> read_from(
    fs::file& from,
    const std::filesystem::path& path,
    std::uint64_t offset
) {
    const auto size = from.size();
    if (!size) return failed_call("cannot tell the size of", path, size.error());
    std::string bytes(*size > offset ? *size - offset : 0, '\0');
    const auto got = from.read_at(offset, bytes);
    if (!got) return failed_call("cannot read", path, got.error());
    bytes.resize(*got);
    bytes.resize(bytes.find_last_not_of('\0') + 1);
    return bytes;
}

checked<std::filesystem::path> keep(
    const data_directory& directory,
    const std::filesystem::path& file,
    std::uint64_t offset,
    const std::string& bytes
) {
    if (bytes.empty()) return std::filesystem::path{};
    auto kept_in = directory.free_name_for_damage(file, offset);
    if (!kept_in) return kept_in.error();
    const auto written = directory.write_whole(*kept_in, bytes);
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
    const auto bytes = read_from(**opened, file, offset);
    if (!bytes) return bytes.error();
    auto kept_in = keep(directory, file, offset, *bytes);
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
