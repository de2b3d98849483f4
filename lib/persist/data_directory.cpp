#include "persist/data_directory.hpp"

#include <algorithm>
#include <charconv>
#include <optional>
#include <utility>

namespace memstore::persist {
namespace {

using boost::system::error_code;
namespace errc = boost::system::errc;

constexpr std::string_view segment_prefix = "journal-";
constexpr std::string_view segment_suffix = ".log";
constexpr std::string_view checkpoint_prefix = "checkpoint-";
constexpr std::string_view manifest_suffix = ".manifest";
constexpr std::string_view part_infix = ".part-";
constexpr std::string_view aside_suffix = ".tmp";
constexpr std::string_view damage_infix = ".damaged-";
constexpr std::string_view hash_secret_name = "hash-secret";
constexpr std::string_view layout_name = "layout";
constexpr std::size_t sequence_digits = 20;

std::string digits(std::uint64_t sequence) {
    std::string text = std::to_string(sequence);
    return std::string(sequence_digits - text.size(), '0') + text;
}

std::optional<std::uint64_t> number_of(std::string_view text) {
    std::uint64_t value = 0;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
    const bool whole = error == std::errc{} && end == text.data() + text.size();
    return whole ? std::optional{value} : std::nullopt;
}

/// The sequence number in a name of this form, if it is of it.
std::optional<std::uint64_t> sequence_in(
    std::string_view name,
    std::string_view prefix,
    std::string_view suffix
) {
    const std::size_t length = prefix.size() + sequence_digits + suffix.size();
    if (name.size() != length || !name.starts_with(prefix) || !name.ends_with(suffix)) return {};
    return number_of(name.substr(prefix.size(), sequence_digits));
}

/// The sequence number of the checkpoint that a name is a part of, if it is one.
std::optional<std::uint64_t> checkpoint_of_part(std::string_view name) {
    const std::size_t infix = checkpoint_prefix.size() + sequence_digits;
    if (name.size() <= infix || !name.starts_with(checkpoint_prefix)) return {};
    if (!name.substr(infix).starts_with(part_infix)) return {};
    if (!number_of(name.substr(infix + part_infix.size()))) return {};
    return number_of(name.substr(checkpoint_prefix.size(), sequence_digits));
}

/// Whether a file of this name is a journal's own, so not somebody else's who put it there.
bool is_own(std::string_view name) {
    name = name.substr(0, name.find(damage_infix));
    return name == hash_secret_name || name == layout_name ||
           sequence_in(name, segment_prefix, segment_suffix) ||
           sequence_in(name, checkpoint_prefix, manifest_suffix) || checkpoint_of_part(name);
}

/// Whether it was being written aside when a process ended.
bool is_unfinished(std::string_view name) {
    if (!name.ends_with(aside_suffix)) return false;
    return is_own(name.substr(0, name.size() - aside_suffix.size()));
}

std::vector<std::uint64_t> sequences_in(
    const std::vector<std::string>& names,
    std::string_view prefix,
    std::string_view suffix
) {
    std::vector<std::uint64_t> found;
    for (const std::string& name : names) {
        if (const auto sequence = sequence_in(name, prefix, suffix)) found.push_back(*sequence);
    }
    return found;  // names come in order, and so do numbers of the same width
}

}  // namespace

data_directory::data_directory(fs::file_system& files, std::filesystem::path path)
    : files_(&files), path_(path.has_filename() ? std::move(path) : path.parent_path()) {}

checked<std::unique_ptr<fs::file_lock>> data_directory::take() const {
    const error_code created = files_->create_directory(path_);
    if (created && created != errc::file_exists) {
        return failed_call("cannot create the directory", path_, created);
    }
    // Also where it was there: whoever created it may have been killed before it did this.
    const error_code failed = files_->sync_directory(path_.parent_path());
    const bool is_anothers = created && failed == errc::permission_denied;
    if (failed && !is_anothers) {
        return failed_call("cannot sync the directory", path_.parent_path(), failed);
    }
    return take_existing();
}

checked<std::unique_ptr<fs::file_lock>> data_directory::take_existing() const {
    auto held = files_->lock(path_ / "lock");
    if (held) return *std::move(held);
    if (held.error() != errc::resource_unavailable_try_again) {
        return failed_call("cannot lock the directory", path_ / "lock", held.error());
    }
    return fault{
        .kind = fault_kind::locked,
        .what = "another process has the directory",
        .file = path_};
}

std::filesystem::path data_directory::segment(std::uint64_t first_sequence) const {
    return path_ /
           (std::string{segment_prefix} + digits(first_sequence) + std::string{segment_suffix});
}

std::filesystem::path data_directory::manifest(std::uint64_t sequence) const {
    return path_ /
           (std::string{checkpoint_prefix} + digits(sequence) + std::string{manifest_suffix});
}

std::filesystem::path data_directory::hash_secret() const { return path_ / hash_secret_name; }
std::filesystem::path data_directory::layout() const { return path_ / layout_name; }

std::filesystem::path data_directory::part(std::uint64_t sequence, std::size_t number) const {
    return path_ / (std::string{checkpoint_prefix} + digits(sequence) + std::string{part_infix} +
                    std::to_string(number));
}

checked<std::vector<std::string>> data_directory::names() const {
    auto listed = files_->list(path_);
    if (!listed) return failed_call("cannot list the directory", path_, listed.error());
    return *std::move(listed);
}

checked<std::vector<std::uint64_t>> data_directory::segments() const {
    const auto listed = names();
    if (!listed) return listed.error();
    return sequences_in(*listed, segment_prefix, segment_suffix);
}

checked<std::vector<std::uint64_t>> data_directory::checkpoints() const {
    const auto listed = names();
    if (!listed) return listed.error();
    return sequences_in(*listed, checkpoint_prefix, manifest_suffix);
}

checked<bool> data_directory::holds_any() const {
    const auto listed = names();
    if (!listed) return listed.error();
    return std::ranges::any_of(*listed, is_own);
}

checked<std::vector<std::filesystem::path>> data_directory::parts(std::uint64_t sequence) const {
    const auto listed = names();
    if (!listed) return listed.error();
    std::vector<std::filesystem::path> found;
    for (const std::string& name : *listed) {
        if (checkpoint_of_part(name) == sequence) found.push_back(path_ / name);
    }
    return found;
}

checked<void> data_directory::sync() const {
    const error_code failed = files_->sync_directory(path_);
    if (failed) return failed_call("cannot sync the directory", path_, failed);
    return {};
}

checked<void> data_directory::write_whole(
    const std::filesystem::path& file,
    std::string_view content
) const {
    return write_whole(file, [&](fs::file& to) { return to.write_at(0, content); });
}

checked<void> data_directory::write_whole(
    const std::filesystem::path& file,
    const std::function<error_code(fs::file&)>& fill
) const {
    std::filesystem::path aside = file;
    aside += aside_suffix;
    const error_code removed = files_->remove(aside);
    if (removed && removed != errc::no_such_file_or_directory) {
        return failed_call("cannot remove", aside, removed);
    }
    const auto fresh = files_->open(aside, fs::open_mode::create);
    if (!fresh) return failed_call("cannot create", aside, fresh.error());
    error_code failed = fill(**fresh);
    if (!failed) failed = (*fresh)->sync();
    if (!failed) failed = files_->rename(aside, file);
    if (failed) {
        files_->remove(aside);
        return failed_call("cannot write", file, failed);
    }
    return sync();
}

checked<std::filesystem::path> data_directory::free_name_for_damage(
    const std::filesystem::path& file,
    std::uint64_t offset
) const {
    const auto listed = names();
    if (!listed) return listed.error();
    const std::string wanted =
        file.filename().string() + std::string{damage_infix} + std::to_string(offset);
    std::string name = wanted;
    for (int i = 2; std::ranges::binary_search(*listed, name); ++i) {
        name = wanted + "-" + std::to_string(i);
    }
    return path_ / name;
}

checked<void> data_directory::remove(const std::vector<std::string>& names) const {
    for (const std::string& name : names) {
        const error_code failed = files_->remove(path_ / name);
        const bool is_anothers = failed == errc::is_a_directory;
        if (failed && !is_anothers) return failed_call("cannot remove", path_ / name, failed);
    }
    if (names.empty()) return {};
    return sync();
}

checked<void> data_directory::remove_leftovers() const {
    const auto listed = names();
    if (!listed) return listed.error();
    const auto whole = sequences_in(*listed, checkpoint_prefix, manifest_suffix);
    std::vector<std::string> leftovers;
    for (const std::string& name : *listed) {
        const auto checkpoint = checkpoint_of_part(name);
        const bool lost = checkpoint && !std::ranges::binary_search(whole, *checkpoint);
        if (lost || is_unfinished(name)) leftovers.push_back(name);
    }
    return remove(leftovers);
}

checked<void> data_directory::remove_before(std::uint64_t checkpoint) const {
    const auto listed = names();
    if (!listed) return listed.error();
    std::vector<std::string> obsolete;
    for (const std::uint64_t each : sequences_in(*listed, checkpoint_prefix, manifest_suffix)) {
        if (each < checkpoint) obsolete.push_back(manifest(each).filename().string());
    }
    const auto first = sequences_in(*listed, segment_prefix, segment_suffix);
    for (std::size_t i = 0; i + 1 < first.size() && first[i + 1] <= checkpoint + 1; ++i) {
        obsolete.push_back(segment(first[i]).filename().string());
    }
    const auto removed = remove(obsolete);
    if (!removed) return removed.error();
    return remove_leftovers();
}

}  // namespace memstore::persist
