#include "http/transaction_reader.hpp"

#include "command/command_table.hpp"
#include "http/argument_rules.hpp"
#include "http/member_table.hpp"
#include "http/refusals.hpp"

#include <algorithm>
#include <span>
#include <utility>
#include <vector>

namespace memstore::http {
namespace {

using slot = transaction_reader::slot;

/// What a decoder holds on to between requests, of texts and of commands each.
constexpr std::size_t kept_bytes_max = std::size_t{64} * 1024;

constexpr member<slot> request_members[] = {
    {"commands", " must be an array", slot::commands},
    {"dry_run", " must be true or false", slot::dry_run},
    {"encoding", " must be \"utf8\" or \"base64\"", slot::encoding},
    {"if", " must be an array", slot::conditions},
    {"then", " must be an array", slot::then},
    {"else", " must be an array", slot::otherwise},
    {"trace", " must be true or false", slot::trace},
};

constexpr std::string_view type_name = "cmd_type";

slot slot_of(std::string_view name) noexcept {
    const auto* const known = find_member(request_members, name);
    return known == nullptr ? slot::ignored : known->value;
}

bool holds_commands(slot value) noexcept {
    return value == slot::commands || value == slot::conditions || value == slot::then ||
           value == slot::otherwise;
}

constexpr std::uint32_t bit_of(slot member) noexcept { return 1U << static_cast<unsigned>(member); }

refusal too_many_commands(std::size_t limit, std::size_t actual) {
    return {
        .code = errc::too_many_commands,
        .what = std::to_string(actual) + " commands are too many: limits.commands is " +
                std::to_string(limit),
        .violated = limit_violation{limit, actual, "limits.commands"},
    };
}

}  // namespace

void transaction_reader::begin(std::string_view body) noexcept {
    body_ = body;
    arena_.reset(body.size());
    transaction_.commands.clear();
    transaction_.dry_run = false;
    transaction_.branched.reset();
    values_as_ = encoding::utf8;
    traced_ = false;
    fault_.reset();
    next_ = slot::document;
    skipped_depth_ = 0;
    command_count_ = 0;
    sections_.clear();
    section_begin_ = 0;
    request_seen_ = 0;
    in_command_ = false;
}

result<void> transaction_reader::finish() {
    if (fault_ && fault_->code == errc::malformed_json) return *fault_;
    if (command_count_ > commands_max_) return too_many_commands(commands_max_, command_count_);
    if (fault_ && !fault_->command) return *fault_;
    if (sections_.empty()) return refusal{errc::empty_request, "empty request"};
    if (auto wrong = judge_sections()) return *std::move(wrong);
    // The stored commands come before the one at fault, if there is one.
    if (auto earlier = settle_commands()) return *std::move(earlier);
    if (fault_) return *fault_;
    if (seen(slot::conditions)) order_branches();
    return {};
}

void transaction_reader::trim() noexcept {
    begin({});
    arena_.trim(kept_bytes_max);
    if (transaction_.commands.capacity() * sizeof(command::command) <= kept_bytes_max) return;
    std::vector<command::command>{}.swap(transaction_.commands);
}

void transaction_reader::object_begins() {
    if (!skipping()) {
        if (next_ == slot::document) return;
        if (next_ == slot::element && start_command()) return;
        if (next_ != slot::element) misfit();
    }
    ++skipped_depth_;
}

void transaction_reader::object_ends() {
    if (skipping()) {
        --skipped_depth_;
    } else if (in_command_) {
        end_command();
    }
}

void transaction_reader::array_begins() {
    if (!skipping() && holds_commands(next_)) {
        sections_.push_back({next_, transaction_.commands.size(), transaction_.commands.size()});
        section_begin_ = command_count_;
        next_ = slot::element;
        return;
    }
    misfit();
    ++skipped_depth_;
}

void transaction_reader::array_ends() noexcept {
    if (skipping()) {
        --skipped_depth_;
    } else if (!sections_.empty()) {
        sections_.back().end = transaction_.commands.size();
    }
}

void transaction_reader::name_part(std::string_view part) {
    if (!skipping()) arena_.append(part);
}

void transaction_reader::name_ends(std::string_view part, std::size_t bytes) {
    if (skipping()) return;
    const std::string_view name = arena_.whole(part, bytes, body_);
    next_ = in_command_ ? find_argument(name) : slot_of(name);
    if (next_ == slot::ignored) {
        note("unknown member ", name);
    } else if (!first_seen()) {
        note("duplicate member ", name);
        next_ = slot::ignored;
    }
}

/// The slot of a command's member; argument_ says which argument it is.
slot transaction_reader::find_argument(std::string_view name) noexcept {
    if (name == type_name) return slot::cmd_type;
    for (const command::argument_definition& known : command::arguments()) {
        if (known.name != name) continue;
        argument_ = &known;
        return slot::argument;
    }
    return slot::ignored;
}

bool transaction_reader::takes_text() const noexcept {
    if (skipping()) return false;
    return next_ == slot::cmd_type || next_ == slot::encoding ||
           (next_ == slot::argument && is_text(*argument_));
}

void transaction_reader::text_part(std::string_view part) {
    if (takes_text()) arena_.append(part);
}

void transaction_reader::text_ends(std::string_view part, std::size_t bytes) {
    if (!takes_text()) return misfit();
    read_text(arena_.whole(part, bytes, body_));
}

void transaction_reader::integer(std::int64_t number) {
    const bool fits = !skipping() && next_ == slot::argument && argument_->min <= number &&
                      number <= argument_->max && store_argument(number);
    if (!fits) misfit();
}

void transaction_reader::boolean(bool truth) {
    if (!skipping() && next_ == slot::dry_run) {
        transaction_.dry_run = truth;
    } else if (!skipping() && next_ == slot::trace) {
        traced_ = truth;
    } else if (skipping() || next_ != slot::argument || !store_argument(truth)) {
        misfit();
    }
}

void transaction_reader::null() {
    if (next_ != slot::commands) misfit();
}

/// @return false where the argument is no such value
template <class Value>
bool transaction_reader::store_argument(const Value& value) noexcept {
    const auto* const member = std::get_if<Value command::command::*>(&argument_->member);
    if (member == nullptr) return false;
    transaction_.commands.back().*(*member) = value;
    return true;
}

/// @return false for a member that was there before
bool transaction_reader::first_seen() noexcept {
    if (!in_command_) {
        const bool first = !seen(next_);
        request_seen_ |= bit_of(next_);
        return first;
    }
    if (next_ == slot::cmd_type) return !std::exchange(has_type_, true);
    command::argument_set& given = transaction_.commands.back().given;
    const bool first = !given.contains(argument_->which);
    given.add(argument_->which);
    return first;
}

bool transaction_reader::seen(slot member) const noexcept {
    return (request_seen_ & bit_of(member)) != 0;
}

void transaction_reader::read_text(std::string_view text) {
    if (next_ == slot::encoding) {
        if (text != "utf8" && text != "base64") return misfit();
        values_as_ = text == "base64" ? encoding::base64 : encoding::utf8;
        return;
    }
    if (next_ == slot::argument) {
        store_argument(text);
    } else {
        transaction_.commands.back().what = command::find_command(text);
    }
}

/// A value came that its place does not take.
void transaction_reader::misfit() {
    if (skipping() || next_ == slot::ignored) return;
    if (next_ == slot::document) return misfit_document();
    if (next_ == slot::element) return misfit_element();
    if (next_ == slot::argument) return note({}, argument_->name, expectation_of(*argument_));
    if (next_ == slot::cmd_type) {
        nameless_ = true;
        return note({}, type_name, " must be a string");
    }
    const member<slot>& known = member_of(request_members, next_);
    note({}, known.name, known.expectation);
}

void transaction_reader::misfit_document() {
    const std::string at = std::to_string(body_.find_first_not_of(" \t\r\n"));
    fault_ = {errc::malformed_json, "could not bind request: expected an object, at byte " + at};
}

void transaction_reader::misfit_element() {
    ++command_count_;
    refuse_command(bad_argument("a command must be an object"));
}

/// Keeps the fault if it is the first of the request or of the command.
void transaction_reader::note(
    std::string_view before,
    std::string_view name,
    std::string_view after
) {
    std::optional<refusal>& first = in_command_ ? command_fault_ : fault_;
    if (first) return;
    first = bad_argument(std::string{before} + in_quotes(name) + std::string{after});
}

/// @return false for one that need not be read, since the request will be refused anyway
bool transaction_reader::start_command() {
    ++command_count_;
    if (command_count_ > commands_max_ || fault_) return false;
    transaction_.commands.emplace_back();
    in_command_ = true;
    has_type_ = false;
    nameless_ = false;
    command_fault_.reset();
    return true;
}

void transaction_reader::end_command() {
    in_command_ = false;
    next_ = slot::element;
    auto fault = judge_command();
    if (!fault) return;
    transaction_.commands.pop_back();
    refuse_command(*std::move(fault));
}

std::optional<refusal> transaction_reader::judge_command() const {
    const command::command& latest = transaction_.commands.back();
    if (nameless_) return command_fault_;
    if (latest.what == nullptr) return refusal{errc::unknown_command, "unknown command"};
    if (auto unknown = find_unknown(latest)) return unknown;
    if (command_fault_) return command_fault_;
    if (auto missing = find_missing(latest)) return missing;
    const std::string_view objection =
        latest.what->objection != nullptr ? latest.what->objection(latest) : std::string_view{};
    if (!objection.empty()) return bad_argument(std::string{objection});
    if (sections_.back().member == slot::conditions && !latest.what->is_condition)
        return bad_argument("\"if\" takes conditions only, such as \"check\"");
    return std::nullopt;
}

void transaction_reader::refuse_command(refusal fault) {
    if (fault_) return;
    fault_ = std::move(fault);
    fault_->command = command_count_ - 1 - section_begin_;
    if (sections_.back().member != slot::commands)
        fault_->branch = member_of(request_members, sections_.back().member).name;
}

/// Whether the arrays of commands go together.
std::optional<refusal> transaction_reader::judge_sections() const {
    const bool branches = seen(slot::then) || seen(slot::otherwise);
    if (seen(slot::commands) && (seen(slot::conditions) || branches))
        return bad_argument("\"commands\" and \"if\", \"then\", \"else\" exclude each other");
    if (branches && !seen(slot::conditions))
        return bad_argument("\"then\" and \"else\" need an \"if\"");
    return std::nullopt;
}

/// Conditions first, then what they decide between, whatever the order in which they came.
void transaction_reader::order_branches() {
    const std::size_t conditions_end = commands_of(slot::conditions).size();
    transaction_.branched = {conditions_end, conditions_end + commands_of(slot::then).size()};
    const auto before = [](const section& one, const section& other) {
        return one.member < other.member;
    };
    if (std::is_sorted(sections_.begin(), sections_.end(), before)) return;

    std::vector<command::command> ordered;
    ordered.reserve(transaction_.commands.size());
    for (const slot member : {slot::conditions, slot::then, slot::otherwise}) {
        const auto those = commands_of(member);
        ordered.insert(ordered.end(), those.begin(), those.end());
    }
    transaction_.commands = std::move(ordered);
}

std::span<const command::command> transaction_reader::commands_of(slot member) const noexcept {
    for (const section& each : sections_) {
        if (each.member != member) continue;
        return std::span{transaction_.commands}.subspan(each.begin, each.end - each.begin);
    }
    return {};
}

/// What can be done only when it is known how texts are encoded. @return the first fault
std::optional<refusal> transaction_reader::settle_commands() {
    for (std::size_t i = 0; i < transaction_.commands.size(); ++i) {
        auto fault = settle(transaction_.commands[i]);
        if (!fault) continue;
        place(*fault, i);
        return fault;
    }
    return std::nullopt;
}

/// Names the command at fault as its client counts.
void transaction_reader::place(refusal& fault, std::size_t command) const {
    const auto follows = [&](const section& each) { return each.begin > command; };
    const auto& within = *std::prev(std::find_if(sections_.begin(), sections_.end(), follows));
    fault.command = command - within.begin;
    if (within.member != slot::commands)
        fault.branch = member_of(request_members, within.member).name;
}

std::optional<refusal> transaction_reader::settle(command::command& one) {
    if (values_as_ == encoding::utf8) {
        if (one.key.size() > base::key_bytes_max) return key_too_long("key", one.key.size());
        if ((one.given - tolerated_arguments).empty()) return std::nullopt;
    }
    for (const command::argument_definition& each : command::arguments()) {
        const auto* const member = std::get_if<std::string_view command::command::*>(&each.member);
        if (member == nullptr || !one.has(each.which)) continue;
        if (auto fault = settle_text(each, one.*(*member))) return fault;
    }
    return std::nullopt;
}

std::optional<refusal> transaction_reader::settle_text(
    const command::argument_definition& what,
    std::string_view& text
) {
    if (values_as_ == encoding::base64) {
        const auto bytes = arena_.decode_base64(text);
        if (!bytes) return bad_argument(in_quotes(what.name) + " is not base64");
        text = *bytes;
    }
    if (what.which != command::argument::value && text.size() > base::key_bytes_max)
        return key_too_long(what.name, text.size());
    return std::nullopt;
}

}  // namespace memstore::http
