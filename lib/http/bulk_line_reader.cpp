#include "http/bulk_line_reader.hpp"

#include "base/limits.hpp"
#include "http/member_table.hpp"
#include "http/refusals.hpp"

#include <chrono>
#include <limits>
#include <string>
#include <utility>

namespace memstore::http {
namespace {

using slot = bulk_line_reader::slot;

/// What is held on to between lines, of texts.
constexpr std::size_t kept_text_bytes_max = std::size_t{64} * 1024;

/// The last moment that is not never.
constexpr std::int64_t deadline_ms_max = std::numeric_limits<std::int64_t>::max() - 1;
static_assert(base::moment{std::chrono::milliseconds{deadline_ms_max}} < base::never);

constexpr member<slot> members[] = {
    {"key", " must be a string, or {\"base64\": \"...\"}", slot::key},
    {"value", " must be a string, or {\"base64\": \"...\"}", slot::value},
    {"version", " must be a whole number", slot::version},
    {"expires_at_ms", " must be a whole number less than 2^63 - 1", slot::expires_at_ms},
    {"end", " must be true", slot::end},
    {"count", " must be a whole number", slot::count},
};

constexpr std::string_view base64_name = "base64";

constexpr std::uint32_t bit_of(slot member) noexcept { return 1U << static_cast<unsigned>(member); }

constexpr std::uint32_t end_bits = bit_of(slot::end) | bit_of(slot::count);

refusal value_too_long(std::size_t limit, std::size_t actual) {
    return {
        .code = errc::bad_argument,
        .what = "\"value\" has " + std::to_string(actual) + " bytes, more than " +
                std::to_string(limit),
        .violated = limit_violation{limit, actual, "limits.body"},
    };
}

}  // namespace

void bulk_line_reader::begin(std::string_view line) noexcept {
    line_ = line;
    arena_.reset(line.size());
    entry_ = {};
    count_ = 0;
    fault_.reset();
    next_ = slot::line;
    seen_ = 0;
    in_object_ = false;
}

result<bulk_line> bulk_line_reader::finish() {
    if (fault_) return *std::move(fault_);
    if ((seen_ & end_bits) != 0) return finish_end();
    for (const slot needed : {slot::key, slot::value}) {
        if (!seen(needed))
            return bad_argument(in_quotes(member_of(members, needed).name) + " is missing");
    }
    return bulk_line{entry_};
}

result<bulk_line> bulk_line_reader::finish_end() const {
    if (seen_ != end_bits) return bad_argument("the last line has \"end\" and \"count\" alone");
    return bulk_line{bulk_end{count_}};
}

void bulk_line_reader::trim() noexcept {
    begin({});
    arena_.trim(kept_text_bytes_max);
}

void bulk_line_reader::object_begins() {
    if (fault_ || next_ == slot::line) return;
    if (!takes_bytes() || in_object_) return misfit();
    in_object_ = true;
    object_filled_ = false;
}

void bulk_line_reader::object_ends() {
    if (in_object_ && !object_filled_) misfit();
    in_object_ = false;
}

void bulk_line_reader::name_ends(std::string_view part, std::size_t bytes) {
    if (fault_) return;
    const std::string_view name = arena_.whole(part, bytes, line_);
    if (in_object_) {
        if (name != base64_name || std::exchange(object_filled_, true)) misfit();
        return;
    }
    const auto* const known = find_member(members, name);
    if (known == nullptr) return note(bad_argument("unknown member " + in_quotes(name)));
    if (seen(known->value)) return note(bad_argument("duplicate member " + in_quotes(name)));
    next_ = known->value;
    seen_ |= bit_of(next_);
}

void bulk_line_reader::text_part(std::string_view part) {
    if (!fault_) arena_.append(part);
}

void bulk_line_reader::text_ends(std::string_view part, std::size_t bytes) {
    if (fault_) return;
    if (!takes_bytes()) return misfit();
    const std::string_view text = arena_.whole(part, bytes, line_);
    if (!in_object_) return store(text);
    const auto decoded = arena_.decode_base64(text);
    if (!decoded) {
        return note(bad_argument(in_quotes(member_of(members, next_).name) + " is not base64"));
    }
    store(*decoded);
}

void bulk_line_reader::store(std::string_view bytes) {
    if (next_ == slot::key) {
        entry_.key = bytes;
        if (bytes.size() > base::key_bytes_max) note(key_too_long("key", bytes.size()));
    } else {
        entry_.value = bytes;
        if (bytes.size() > value_bytes_max_) note(value_too_long(value_bytes_max_, bytes.size()));
    }
}

void bulk_line_reader::integer(std::int64_t number) {
    const bool fits = number >= 0 && (next_ != slot::expires_at_ms || number <= deadline_ms_max);
    if (!fits) return misfit();
    switch (next_) {
    case slot::version: entry_.version = static_cast<std::uint64_t>(number); return;
    case slot::expires_at_ms:
        entry_.deadline = base::moment{std::chrono::milliseconds{number}};
        return;
    case slot::count: count_ = static_cast<std::uint64_t>(number); return;
    default: misfit();
    }
}

void bulk_line_reader::boolean(bool truth) {
    if (next_ != slot::end || !truth) misfit();
}

bool bulk_line_reader::seen(slot member) const noexcept { return (seen_ & bit_of(member)) != 0; }

/// A value came that its place does not take.
void bulk_line_reader::misfit() {
    if (next_ == slot::line) return note(bad_argument("a line must be an object"));
    const member<slot>& known = member_of(members, next_);
    note(bad_argument(in_quotes(known.name) + std::string{known.expectation}));
}

void bulk_line_reader::note(refusal fault) {
    if (!fault_) fault_ = std::move(fault);
}

}  // namespace memstore::http
