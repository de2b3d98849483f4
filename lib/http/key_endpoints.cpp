#include "http/key_endpoints.hpp"

#include "base/limits.hpp"
#include "command/check_commands.hpp"
#include "command/key_commands.hpp"
#include "command/range_commands.hpp"
#include "http/answer_json.hpp"
#include "http/percent.hpp"
#include "http/query.hpp"
#include "http/refusals.hpp"

#include <utility>
#include <variant>

namespace memstore::http {
namespace {

using command::argument;

/// What a session keeps of a long key.
constexpr std::size_t kept_key_bytes = 4096;

/// Beside the value of a key nothing longer than an error is answered.
constexpr std::size_t error_bytes = 256;

result<std::string> key_of(std::string_view path) {
    auto key = percent_decoded(path.substr(keys_path.size()));
    if (!key) return bad_argument("the key has a \"%\" without two hexadecimal digits");
    if (key->size() > base::key_bytes_max) return key_too_long("key", key->size());
    return *std::move(key);
}

/// Reads a parameter that is a number from 1 on.
result<void> read_number(
    std::string_view name,
    std::string_view text,
    std::int64_t max,
    std::int64_t& into
) {
    const auto number = number_of(name, text, 1, static_cast<std::uint64_t>(max));
    if (!number) return number.error();
    into = static_cast<std::int64_t>(*number);
    return {};
}

result<void> read_flag(std::string_view name, std::string_view text, bool& into) {
    const auto truth = flag_of(name, text);
    if (!truth) return truth.error();
    into = *truth;
    return {};
}

/// For a route that takes no parameters.
result<void> expect_no_query(std::string_view query) { return read_query(query, {}); }

const command::entry* entry_of(const command::reply& one) noexcept {
    return std::get_if<command::entry>(&one);
}

std::size_t value_bytes(const command::evaluation& evaluated) noexcept {
    if (evaluated.replies.empty()) return 0;
    const auto* const there = entry_of(evaluated.replies.back());
    return there != nullptr ? there->value.size() : 0;
}

/// An answer without a body.
void answer_bare(status code, response& to) {
    to.code = code;
    to.content_type = {};
}

}  // namespace

async::one_shot_event* key_endpoint::answer(const request& asked, response& to) {
    to.more_fields = foreign_bytes_fields;
    const auto prepared = prepare(asked);
    if (!prepared) {
        to.assign(prepared.error());
        return nullptr;
    }
    return execute(transaction_, asked, to);
}

/// The checks, then what is to happen; where they fail, what is there is told.
result<void> key_endpoint::prepare(const request& asked) {
    auto key = key_of(asked.path);
    if (!key) return key.error();
    auto conditions = preconditions_of(asked.fields);
    if (!conditions) return conditions.error();
    key_ = *std::move(key);
    conditions_ = *std::move(conditions);

    transaction_.commands.clear();
    if (checks()) add_checks();
    command::transaction::branches ends{};
    ends.conditions_end = transaction_.commands.size();
    auto read = ask(asked, transaction_);
    if (!read) return read;
    ends.then_end = transaction_.commands.size();
    add(command::entry_of_key).implied = true;
    transaction_.branched = ends;
    return {};
}

void key_endpoint::add_checks() {
    const auto add_check = [&](const entity_tags& tags, bool wanted) {
        command::command& one = add(tags.any ? command::check : command::match);
        one.exists = wanted;
        one.given.add(argument::exists);
        one.versions = tags.strong;
    };
    if (conditions_.if_match) add_check(*conditions_.if_match, true);
    if (!conditions_.if_none_match) return;
    entity_tags& none = *conditions_.if_none_match;
    // Compared weakly, a weak tag is as good as a strong one.
    none.strong.insert(none.strong.end(), none.weak.begin(), none.weak.end());
    add_check(none, false);
}

command::command& key_endpoint::add(const command::definition& what) {
    command::command& made = transaction_.commands.emplace_back();
    made.what = &what;
    made.key = key_;
    made.given.add(argument::key);
    return made;
}

void key_endpoint::trim() noexcept {
    if (key_.capacity() > kept_key_bytes) std::string{}.swap(key_);
}

std::size_t key_endpoint::body_bytes(const command::evaluation& evaluated) const noexcept {
    return evaluated.succeeded ? value_bytes(evaluated) + error_bytes : error_bytes;
}

void key_endpoint::write(const service::outcome& what, response& to) const noexcept {
    if (what.evaluated.succeeded) return write_success(what, to);
    const auto* const there = entry_of(what.evaluated.replies.back());
    answer_failed_precondition(there != nullptr ? there->version : 0, to);
}

void key_endpoint::answer_absence(response& to) {
    to.assign(problem{status::not_found, "not_found", "no such key"});
    to.error = {};
}

void key_endpoint::answer_failed_precondition(std::uint64_t version, response& to) {
    to.assign(problem{
        status::precondition_failed,
        "precondition_failed",
        "the key is not as the request expects it: its version is in ETag"});
    to.error = {};
    to.entity_tag = version;
}

result<void> key_reader::ask(const request& asked, command::transaction&) {
    add(command::entry_of_key);
    return expect_no_query(asked.query);
}

void key_reader::write_success(const service::outcome& what, response& to) const {
    const auto* const there = entry_of(what.evaluated.replies.back());
    const std::uint64_t version = there != nullptr ? there->version : 0;
    switch (conditions().judge(version, true)) {
    case preconditions::verdict::failed: return answer_failed_precondition(version, to);
    case preconditions::verdict::not_modified:
        answer_bare(status::not_modified, to);
        to.entity_tag = version;
        return;
    case preconditions::verdict::hold: break;
    }
    if (there == nullptr) return answer_absence(to);
    to.content_type = bytes_type;
    to.entity_tag = version;
    if (there->ttl_ms) to.ttl_ms = static_cast<std::uint64_t>(*there->ttl_ms);
    to.body.assign(there->value);
}

result<void> key_writer::ask(const request& asked, command::transaction&) {
    std::optional<std::string> ttl;
    const auto read = read_query(asked.query, {{"ttl_ms", ttl}});
    if (!read) return read.error();
    add(command::exists).implied = true;
    command::command& set = add(command::set);
    set.value = asked.body;
    set.given.add(argument::value);
    if (!ttl) return {};
    set.given.add(argument::ttl_ms);
    return read_number("ttl_ms", *ttl, base::ttl_ms_max, set.ttl_ms);
}

void key_writer::write_success(const service::outcome& what, response& to) const {
    const bool existed = std::get<bool>(what.evaluated.replies.front());
    answer_bare(existed ? status::no_content : status::created, to);
    to.entity_tag = what.version;
}

result<void> key_remover::ask(const request& asked, command::transaction&) {
    add(command::del);
    return expect_no_query(asked.query);
}

void key_remover::write_success(const service::outcome& what, response& to) const {
    if (!std::get<bool>(what.evaluated.replies.front())) return answer_absence(to);
    answer_bare(status::no_content, to);
}

async::one_shot_event* keys_endpoint::answer(const request& asked, response& to) {
    const auto good = read(asked.query);
    if (!good) {
        to.assign(good.error());
        return nullptr;
    }
    return execute(transaction_, asked, to);
}

result<void> keys_endpoint::read(std::string_view query) {
    texts_ = {};
    std::optional<std::string> limit;
    std::optional<std::string> reverse;
    std::optional<std::string> keys_only;
    const auto known = read_query(
        query,
        {{"prefix", texts_.prefix},
         {"start", texts_.start},
         {"end", texts_.end},
         {"after", texts_.after},
         {"limit", limit},
         {"reverse", reverse},
         {"keys_only", keys_only}}
    );
    if (!known) return known;

    transaction_.commands.assign(1, {.what = &command::scan});
    command::command& scan = transaction_.commands.front();
    auto read = read_range(scan);
    if (read && limit) read = read_number("limit", *limit, base::scanned_keys_max, scan.limit);
    if (read && reverse) read = read_flag("reverse", *reverse, scan.reverse);
    if (read && keys_only) read = read_flag("keys_only", *keys_only, scan.keys_only);
    return read;
}

/// All keys, where nothing is said.
result<void> keys_endpoint::read_range(command::command& scan) const {
    const auto give = [&](argument which, std::string_view& place, const auto& text) {
        if (!text) return;
        place = *text;
        scan.given.add(which);
    };
    give(argument::prefix, scan.prefix, texts_.prefix);
    give(argument::start, scan.start, texts_.start);
    give(argument::end, scan.end, texts_.end);
    if (scan.given.empty()) scan.given.add(argument::prefix);
    give(argument::after, scan.after, texts_.after);
    const std::string_view objection = scan.what->objection(scan);
    if (!objection.empty()) return bad_argument(std::string{objection});
    return {};
}

std::size_t keys_endpoint::body_bytes(const command::evaluation& evaluated) const noexcept {
    return reply_size(evaluated.replies.front(), encoding::utf8);
}

void keys_endpoint::write(const service::outcome& what, response& to) const noexcept {
    append_reply(to.body, what.evaluated.replies.front(), encoding::utf8);
}

}  // namespace memstore::http
