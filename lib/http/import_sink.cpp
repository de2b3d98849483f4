#include "http/import_sink.hpp"

#include "auth/rules.hpp"
#include "base/limits.hpp"
#include "http/query.hpp"
#include "http/refusal_json.hpp"
#include "http/refusals.hpp"
#include "http/request.hpp"
#include "http/response.hpp"
#include "http/site.hpp"
#include "http/status_of.hpp"

#include <algorithm>
#include <cassert>
#include <string>
#include <utility>
#include <variant>

namespace memstore::http {
namespace {

bool is_blank(std::string_view line) noexcept {
    return line.find_first_not_of(" \t\r") == std::string_view::npos;
}

refusal line_too_long(std::size_t limit, std::size_t actual) {
    return {
        .code = errc::bad_argument,
        .what = "the line is too long: more than " + std::to_string(limit) + " bytes",
        .violated = limit_violation{limit, actual, "limits.body"},
    };
}

}  // namespace

import_sink::import_sink(
    std::size_t value_bytes_max,
    service::transaction_service& engine,
    const service::caller* asker
)
    : value_bytes_max_(value_bytes_max),
      asker_(asker),
      channel_(engine.open()),
      decoder_(value_bytes_max) {}

std::unique_ptr<body_sink> import_sink::open(
    const site& whose,
    const request& asked,
    response& to
) {
    const auto no_parameters = read_query(asked.query, {});
    if (!no_parameters) {
        to.assign(no_parameters.error());
        return nullptr;
    }
    // Whatever a command can write can be imported, or an export would be worth nothing.
    const std::size_t longest = std::max(whose.options.limits.body_bytes, base::appended_bytes_max);
    return std::make_unique<import_sink>(longest, whose.engine, asked.caller);
}

body_sink::step import_sink::take(std::string_view piece, response& to) {
    const std::size_t offered = piece.size();
    if (executing_) settle();
    while (!fault_ && !piece.empty()) {
        read_next(piece);
        if (!batch_.full() && (!fault_ || batch_.empty())) continue;
        async::one_shot_event* const done = execute();
        if (done != nullptr) return {.taken = offered - piece.size(), .done = done};
        settle();
    }
    if (!fault_) return {.taken = offered};
    answer(to);
    return {.taken = offered - piece.size(), .answered = true};
}

async::one_shot_event* import_sink::finish(response& to) {
    if (executing_) {
        settle();
    } else if (!fault_ && !lines_.begun().empty()) {
        read(lines_.begun());
    }
    if (!batch_.empty()) {
        async::one_shot_event* const done = execute();
        if (done != nullptr) return done;
        settle();
    }
    answer(to);
    return nullptr;
}

std::size_t import_sink::capacity() const noexcept {
    return lines_.capacity() + decoder_.capacity() + batch_.bytes();
}

void import_sink::read_next(std::string_view& piece) {
    const auto line = lines_.next(piece);
    if (line) {
        read(*line);
    } else if (lines_.begun().size() > line_decoder::line_bytes_max(value_bytes_max_)) {
        read(lines_.begun());
    }
}

void import_sink::read(std::string_view line) {
    ++line_;
    auto taken = take_line(line);
    if (!taken) fault_ = fault{taken.error(), line_};
}

result<void> import_sink::take_line(std::string_view line) {
    const std::size_t bytes_max = line_decoder::line_bytes_max(value_bytes_max_);
    if (line.size() > bytes_max) return line_too_long(bytes_max, line.size());
    if (is_blank(line)) return {};
    if (ended_) return bad_argument("there is more after the last line");
    const auto read = decoder_.decode(line);
    if (!read) return read.error();
    if (const auto* const last = std::get_if<bulk_end>(&*read)) return take_end(*last);
    const auto& entry = std::get<bulk_entry>(*read);
    if (asker_ != nullptr) {
        auto why = auth::objection_to_writing(*asker_, entry.key);
        if (why) return *std::move(why);
    }
    batch_.add(entry);
    return {};
}

result<void> import_sink::take_end(const bulk_end& last) {
    ended_ = true;
    const std::uint64_t entries = imported_ + batch_.size();
    if (last.count == entries) return {};
    return bad_argument(
        "\"count\" is " + std::to_string(last.count) + ", but " + std::to_string(entries) +
        " keys came before it"
    );
}

async::one_shot_event* import_sink::execute() {
    executing_ = true;
    executed_.reset();
    return channel_->execute(batch_.transaction(), *this) ? nullptr : &executed_;
}

/// The batch is over.
void import_sink::settle() {
    executing_ = false;
    if (lost_) {
        fault_ = fault{{errc::journal_unavailable, "a batch is lost"}, std::nullopt};
    } else if (refused_) {
        fault_ = fault{*std::move(refused_), std::nullopt};
    } else {
        imported_ += batch_.size();
    }
    batch_.clear();
    decoder_.trim();
}

void import_sink::answer(response& to) const {
    to.withheld = lost_;
    to.version = version_;
    if (!fault_) {
        to.body.append("{\"imported\":").append(std::to_string(imported_)).push_back('}');
        return;
    }
    to.code = status_of(fault_->why.code);
    to.error = name_of(fault_->why.code);
    append_error(to.body, fault_->why, {imported_, fault_->line});
}

bool import_sink::accept(const command::evaluation&) noexcept { return true; }

void import_sink::take(const result<service::outcome>& outcome) noexcept {
    if (!outcome) {
        refused_ = outcome.error();
        return;
    }
    assert(!outcome->evaluated.aborted());
    version_ = outcome->version;
}

}  // namespace memstore::http
