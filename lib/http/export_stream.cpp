#include "http/export_stream.hpp"

#include "http/bulk_json.hpp"

#include <optional>
#include <utility>

namespace memstore::http {
namespace {

/// A piece, and so little at a time that others on this thread hardly notice.
constexpr service::snapshot_bounds step_bounds{
    .keys_max = 1000,
    .bytes_max = answer_stream::piece_bytes};

}  // namespace

export_stream::export_stream(choice what) noexcept : what_(std::move(what)) {}

void export_stream::show(std::unique_ptr<service::snapshot> of) noexcept { of_ = std::move(of); }

void export_stream::begin(net::waker&) { scan_ = of_->scan(what_.prefix); }

answer_stream::step export_stream::fill(std::string& out, bool) {
    out_ = &out;
    if (scan_->next(*this, step_bounds)) return {state::flowing};
    append_line(out, bulk_end{count_});
    scan_.reset();
    of_.reset();
    return {state::ended};
}

void export_stream::visit(const service::snapshot_entry& next) {
    ++count_;
    const auto version = what_.versions ? std::optional{next.version} : std::nullopt;
    append_line(*out_, {next.key, next.value, next.deadline, version});
}

}  // namespace memstore::http
