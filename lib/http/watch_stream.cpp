#include "http/watch_stream.hpp"

#include <algorithm>
#include <optional>

namespace memstore::http {
namespace {

/// Of a snapshot at a time, so that others on this thread hardly notice.
constexpr service::snapshot_bounds entries_a_piece{
    .keys_max = 1000,
    .bytes_max = answer_stream::piece_bytes};

net::connection::moment now() noexcept { return std::chrono::steady_clock::now(); }

}  // namespace

void watch_stream::show_first(
    std::unique_ptr<service::snapshot> present,
    std::string prefix
) noexcept {
    present_ = std::move(present);
    prefix_ = std::move(prefix);
    behind_ = present_->version();
}

void watch_stream::begin(net::waker& wake) {
    wake_ = &wake;
    progress_due_ = now() + silence_;
    if (present_ != nullptr) scan_ = present_->scan(prefix_);
}

answer_stream::step watch_stream::fill(std::string& out, bool leaving) {
    if (leaving) return {.now = state::ended};
    const std::size_t before = out.size();
    if (!begun_) {
        append_event_prelude(out, present_ != nullptr ? std::nullopt : std::optional{behind_});
        begun_ = true;
    }
    step next = present_ != nullptr ? show_present(out) : show_commits(out);
    if (out.size() != before) progress_due_ = now() + silence_;
    next.until = progress_due_;
    return next;
}

/// Where what is committed behind the snapshot is not held any more, the rest of it is of no use,
/// and to hold it would cost ever more memory.
answer_stream::step watch_stream::show_present(std::string& out) {
    if (watch_->is_overrun()) {
        append_overrun_event(out, 0);
        return {.now = state::ended};
    }
    snapshot_event event{out, behind_};
    event_ = &event;
    const bool more = scan_->next(*this, entries_a_piece);
    event.end(!more);
    if (!more) {
        scan_.reset();
        present_.reset();
    }
    return {.now = state::flowing};
}

void watch_stream::visit(const service::snapshot_entry& next) { event_->add(next.key, next.value); }

answer_stream::step watch_stream::show_commits(std::string& out) {
    using reached = service::watch_progress::state;
    out_ = &out;
    const std::size_t before = out.size();
    const auto progress = watch_->next(*this, piece_bytes);
    const std::uint64_t version = std::max(progress.version, behind_);
    if (progress.reached == reached::more) return {.now = state::flowing};
    if (progress.reached == reached::overrun) {
        append_overrun_event(out, version);
        return {.now = state::ended};
    }
    if (out.size() == before && now() >= progress_due_) append_progress_event(out, version);
    return {.now = watch_->wait(*this) ? state::flowing : state::quiet};
}

/// What the snapshot has shown already is left out.
void watch_stream::visit(const service::commit& next) {
    if (next.version > behind_) append_commit_event(*out_, next);
}

}  // namespace memstore::http
