#include "persist/journal_writer.hpp"

#include "base/hash.hpp"

#include <algorithm>
#include <cassert>
#include <chrono>
#include <string>
#include <string_view>
#include <utility>

namespace memstore::persist {

using boost::system::error_code;
namespace errc = boost::system::errc;

namespace {

/// Then nothing was done, and it may be tried again.
bool is_lack_of_descriptors(error_code error) noexcept {
    return error == errc::too_many_files_open || error == errc::too_many_files_open_in_system;
}

}  // namespace

journal_writer::journal_writer(
    data_directory directory,
    const journal_settings& settings,
    const journal_end& end,
    salt_source salts,
    const base::clock& time
)
    : directory_(std::move(directory)),
      settings_(settings),
      end_(end),
      durable_(end.sequence),
      salts_(std::move(salts)),
      time_(time) {
    ++end_.epoch;
}

checked<std::uint64_t> journal_writer::append(batch& entry) {
    assert(!entry.empty());
    if (lost_) return *lost_;
    // Once begun, a segment must be there before anything else is appended: its name says what it
    // begins with.
    needs_segment_ = needs_segment_ || is_full_for(entry);
    if (needs_segment_) {
        const auto begun = begin_segment();
        if (!begun) return begun.error();
    }
    const std::string_view bytes = entry.seal(
        {.epoch = end_.epoch,
         .sequence = end_.sequence + 1,
         .durable = durable_,
         .previous_hash = end_.hash},
        salt_
    );
    if (const error_code failed = file_->write_at(size_, bytes)) return refuse(failed);
    size_ += bytes.size();
    bytes_written_ += bytes.size();
    end_.hash = base::hash_of(bytes);
    ++end_.sequence;
    prepare();
    return end_.sequence;
}

checked<std::uint64_t> journal_writer::sync() {
    if (lost_) return *lost_;
    if (durable_ == end_.sequence) return durable_;
    const auto began = std::chrono::steady_clock::now();
    if (const error_code failed = file_->sync()) return lose("cannot sync", failed);
    syncs_->add(std::chrono::steady_clock::now() - began);
    durable_ = end_.sequence;
    return durable_;
}

checked<void> journal_writer::check_name() {
    if (lost_) return *lost_;
    if (!file_) return {};
    if (const error_code failed = file_->check_name()) return lose("cannot find", failed);
    return {};
}

bool journal_writer::is_full_for(const batch& entry) const noexcept {
    return size_ > segment_header_bytes && size_ + entry.bytes() > settings_.segment_bytes;
}

checked<void> journal_writer::begin_segment() {
    const auto synced = sync();
    if (!synced) return synced.error();
    const auto path = directory_.segment(end_.sequence + 1);
    // One without entries, of a start that came to nothing or of an attempt that failed.
    const error_code removed = directory_.files().remove(path);
    if (removed && removed != errc::no_such_file_or_directory) {
        return failed_call("cannot remove", path, removed);
    }
    return create_segment(path);
}

checked<void> journal_writer::create_segment(const std::filesystem::path& path) {
    auto created = directory_.files().open(path, fs::open_mode::create);
    if (!created) return failed_call("cannot create", path, created.error());
    const std::uint64_t salt = salts_();
    const std::string header = encode(segment_header{
        .epoch = end_.epoch,
        .first_sequence = end_.sequence + 1,
        .previous_hash = end_.hash,
        .salt = salt,
        .created = time_.now(),
        .shown_early = settings_.shown_early});
    if (const error_code failed = (*created)->write_at(0, header)) {
        directory_.files().remove(path);
        return failed_call("cannot write", path, failed);
    }
    path_ = path;
    if (const error_code failed = (*created)->sync()) return lose("cannot sync", failed);
    const error_code failed = directory_.files().sync_directory(directory_.path());
    if (is_lack_of_descriptors(failed)) {
        directory_.files().remove(path);
        return failed_call("cannot open the directory of", path, failed);
    }
    if (failed) return lose("cannot sync the directory", failed);
    file_ = *std::move(created);
    salt_ = salt;
    size_ = prepared_ = header.size();
    bytes_written_ += header.size();
    may_prepare_ = settings_.prepared_bytes > 0;
    needs_segment_ = false;
    return {};
}

/// Takes an entry back that was not written whole. Only when that is durable can it be said that
/// no crash will bring it back.
fault journal_writer::refuse(error_code error) {
    if (const error_code failed = file_->resize(size_)) {
        return lose("cannot cut off what was not written whole", failed);
    }
    if (const error_code failed = file_->sync()) return lose("cannot sync", failed);
    durable_ = end_.sequence;
    prepared_ = size_;
    return failed_call("cannot write", path_, error);
}

fault journal_writer::lose(std::string what, error_code error) {
    what += ", so what is on the disk is unknown until the next start";
    lost_ =
        fault{.kind = fault_kind::unknown, .what = std::move(what), .file = path_, .system = error};
    return *lost_;
}

/// Writes zeros behind the entries when they have used up those that were there. That it fails is
/// no harm, and shows in the next append.
void journal_writer::prepare() {
    if (!may_prepare_ || size_ <= prepared_) return;
    const std::uint64_t end = std::min(size_ + settings_.prepared_bytes, settings_.segment_bytes);
    may_prepare_ = end > size_;
    if (!may_prepare_) return;
    const std::string zeros(end - size_, '\0');
    may_prepare_ = !file_->write_at(size_, zeros);
    prepared_ = end;
}

}  // namespace memstore::persist
