#include "http/transaction_reader.hpp"

#include "command/command_table.hpp"

#include <chrono>
#include <functional>
#include <span>
#include <utility>
#include <vector>

namespace memstore::http {
namespace {

using slot = transaction_reader::slot;

/// What a decoder holds on to between requests, of texts and of commands each.
constexpr std::size_t kept_bytes_max = std::size_t{64} * 1024;

/// How much of a client's own words an error repeats.
constexpr std::size_t quoted_bytes_max = 64;

struct member {
    std::string_view name;
    std::string_view expectation;  ///< how an error goes on after the name
    slot value;
    std::optional<command::argument> argument = {};  ///< where only some commands take it
};

constexpr member request_members[] = {
    {"commands", " must be an array", slot::commands},
    {"dry_run", " must be true or false", slot::dry_run},
    {"encoding", " must be \"utf8\" or \"base64\"", slot::encoding},
};

constexpr std::string_view ttl_expectation = " must be an integer from 1 to 9007199254740991";
static_assert(base::ttl_ms_max == 9007199254740991);

constexpr member command_members[] = {
    {"cmd_type", " must be a string", slot::cmd_type},
    {"key", " must be a string", slot::key},
    {"value", " must be a string", slot::value},
    {"ttl_ms", ttl_expectation, slot::ttl_ms, command::argument::ttl_ms},
    {"keep_ttl", " must be true or false", slot::keep_ttl, command::argument::keep_ttl},
};

slot slot_of(std::span<const member> members, std::string_view name) noexcept {
    for (const member& known : members) {
        if (known.name == name) return known.value;
    }
    return slot::ignored;
}

const member& member_of(std::span<const member> members, slot value) noexcept {
    std::size_t at = 0;
    while (members[at].value != value) ++at;
    return members[at];
}

bool continues_character(char c) noexcept { return (static_cast<unsigned char>(c) & 0xC0) == 0x80; }

std::string quoted(std::string_view text) {
    if (text.size() <= quoted_bytes_max) return '"' + std::string{text} + '"';
    std::size_t length = quoted_bytes_max;
    while (continues_character(text[length])) --length;
    return '"' + std::string{text.substr(0, length)} + "...\"";
}

constexpr std::uint32_t bit_of(slot member) noexcept { return 1U << static_cast<unsigned>(member); }

bool takes_text(slot value) noexcept {
    return value == slot::cmd_type || value == slot::key || value == slot::value ||
           value == slot::encoding;
}

bool lies_in(std::string_view part, std::string_view body) noexcept {
    const std::less<> before;
    return !before(part.data(), body.data()) && !before(body.data() + body.size(), part.data());
}

refusal bad_argument(std::string what) { return {errc::bad_argument, std::move(what)}; }

refusal too_many_commands(std::size_t limit, std::size_t actual) {
    return {
        .code = errc::too_many_commands,
        .what = std::to_string(actual) + " commands are too many: limits.commands is " +
                std::to_string(limit),
        .violated = limit_violation{limit, actual, "limits.commands"},
    };
}

refusal key_too_long(std::size_t bytes) {
    return {
        .code = errc::bad_argument,
        .what = "\"key\" has " + std::to_string(bytes) + " bytes, more than " +
                std::to_string(base::key_bytes_max),
        .violated = limit_violation{base::key_bytes_max, bytes, {}},
    };
}

}  // namespace

void transaction_reader::begin(std::string_view body) noexcept {
    body_ = body;
    arena_.reset(body.size());
    transaction_.commands.clear();
    transaction_.dry_run = false;
    values_as_ = encoding::utf8;
    fault_.reset();
    next_ = slot::document;
    skipped_depth_ = 0;
    command_count_ = 0;
    has_commands_ = false;
    request_seen_ = 0;
    in_command_ = false;
}

result<void> transaction_reader::finish() {
    if (fault_ && fault_->code == errc::malformed_json) return *fault_;
    if (command_count_ > commands_max_) return too_many_commands(commands_max_, command_count_);
    if (fault_ && !fault_->command) return *fault_;
    if (!has_commands_) return refusal{errc::empty_request, "empty request"};
    // The stored commands come before the one at fault, if there is one.
    if (auto earlier = settle_commands()) return *std::move(earlier);
    if (fault_) return *fault_;
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
    if (!skipping() && next_ == slot::commands) {
        has_commands_ = true;
        next_ = slot::element;
        return;
    }
    misfit();
    ++skipped_depth_;
}

void transaction_reader::array_ends() noexcept {
    if (skipping()) --skipped_depth_;
}

void transaction_reader::name_part(std::string_view part) {
    if (!skipping()) arena_.append(part);
}

void transaction_reader::name_ends(std::string_view part, std::size_t bytes) {
    if (skipping()) return;
    const std::string_view name = whole(part, bytes);
    next_ = in_command_ ? slot_of(command_members, name) : slot_of(request_members, name);
    if (next_ == slot::ignored) {
        note("unknown member ", name);
    } else if (!mark_seen(next_)) {
        note("duplicate member ", name);
        next_ = slot::ignored;
    }
}

void transaction_reader::text_part(std::string_view part) {
    if (!skipping() && takes_text(next_)) arena_.append(part);
}

void transaction_reader::text_ends(std::string_view part, std::size_t bytes) {
    if (skipping() || !takes_text(next_)) return misfit();
    read_text(whole(part, bytes));
}

void transaction_reader::integer(std::int64_t number) {
    if (skipping() || next_ != slot::ttl_ms || number < 1 || number > base::ttl_ms_max)
        return misfit();
    transaction_.commands.back().ttl = std::chrono::milliseconds{number};
}

void transaction_reader::boolean(bool truth) {
    if (!skipping() && next_ == slot::dry_run) {
        transaction_.dry_run = truth;
    } else if (!skipping() && next_ == slot::keep_ttl) {
        transaction_.commands.back().keep_ttl = truth;
    } else {
        misfit();
    }
}

void transaction_reader::null() {
    if (next_ != slot::commands) misfit();
}

/// @return false for a member that was there before
bool transaction_reader::mark_seen(slot member) noexcept {
    std::uint32_t& seen = in_command_ ? command_seen_ : request_seen_;
    const bool first = (seen & bit_of(member)) == 0;
    seen |= bit_of(member);
    return first;
}

bool transaction_reader::seen_in_command(slot member) const noexcept {
    return (command_seen_ & bit_of(member)) != 0;
}

std::string_view transaction_reader::whole(std::string_view part, std::size_t bytes) {
    if (part.size() == bytes && lies_in(part, body_)) return part;
    arena_.append(part);
    return arena_.last(bytes);
}

void transaction_reader::read_text(std::string_view text) {
    if (next_ == slot::encoding) {
        if (text != "utf8" && text != "base64") return misfit();
        values_as_ = text == "base64" ? encoding::base64 : encoding::utf8;
        return;
    }
    command::command& latest = transaction_.commands.back();
    if (next_ == slot::cmd_type) latest.what = command::find_command(text);
    if (next_ == slot::key) latest.key = text;
    if (next_ == slot::value) latest.value = text;
}

/// A value came that its place does not take.
void transaction_reader::misfit() {
    if (skipping() || next_ == slot::ignored) return;
    if (next_ == slot::document) return misfit_document();
    if (next_ == slot::element) return misfit_element();
    if (next_ == slot::cmd_type) nameless_ = true;
    const member& known =
        in_command_ ? member_of(command_members, next_) : member_of(request_members, next_);
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
    first = bad_argument(std::string{before} + quoted(name) + std::string{after});
}

/// @return false for one that need not be read, since the request will be refused anyway
bool transaction_reader::start_command() {
    ++command_count_;
    if (command_count_ > commands_max_ || fault_) return false;
    transaction_.commands.emplace_back();
    in_command_ = true;
    command_seen_ = 0;
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
    for (const member& known : command_members) {
        const bool taken = !known.argument || latest.what->takes(*known.argument);
        if (!taken && seen_in_command(known.value))
            return bad_argument("unknown member " + quoted(known.name));
    }
    if (command_fault_) return command_fault_;
    if (!seen_in_command(slot::key)) return bad_argument("\"key\" is missing");
    if (latest.ttl && latest.keep_ttl)
        return bad_argument("\"ttl_ms\" and \"keep_ttl\" exclude each other");
    return std::nullopt;
}

void transaction_reader::refuse_command(refusal fault) {
    if (fault_) return;
    fault_ = std::move(fault);
    fault_->command = command_count_ - 1;
}

/// What can be done only when it is known how texts are encoded. @return the first fault
std::optional<refusal> transaction_reader::settle_commands() {
    for (std::size_t i = 0; i < transaction_.commands.size(); ++i) {
        auto fault = settle(transaction_.commands[i]);
        if (!fault) continue;
        fault->command = i;
        return fault;
    }
    return std::nullopt;
}

std::optional<refusal> transaction_reader::settle(command::command& one) {
    if (values_as_ == encoding::base64) {
        const auto key = arena_.decode_base64(one.key);
        if (!key) return bad_argument("\"key\" is not base64");
        const auto value = arena_.decode_base64(one.value);
        if (!value) return bad_argument("\"value\" is not base64");
        one.key = *key;
        one.value = *value;
    }
    if (one.key.size() > base::key_bytes_max) return key_too_long(one.key.size());
    return std::nullopt;
}

}  // namespace memstore::http
