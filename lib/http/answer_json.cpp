#include "http/answer_json.hpp"

#include "base/base64.hpp"
#include "base/utf8.hpp"
#include "command/command_table.hpp"
#include "http/json_text.hpp"

#include <charconv>
#include <concepts>
#include <limits>
#include <optional>
#include <string_view>
#include <variant>

namespace memstore::http {
namespace {

constexpr std::string_view results_begin = "{\"results\":[";
constexpr std::string_view succeeded_begin = "{\"succeeded\":true,\"results\":[";
constexpr std::string_view otherwise_begin = "{\"succeeded\":false,\"results\":[";
constexpr std::string_view results_end = "]}";
constexpr std::string_view absent = "null";
constexpr std::string_view base64_begin = "{\"base64\":\"";
constexpr std::string_view base64_end = "\"}";

constexpr std::uint64_t not_committed = store::keyspace::not_committed;

/// Where the JSON goes. Beside it stands one that only counts, so that what is sized and what is
/// written cannot differ.
class text_sink {
public:
    text_sink(std::string& out, encoding values_as) noexcept : out_(out), values_as_(values_as) {}

    void raw(std::string_view text) { out_.append(text); }
    void value(std::string_view bytes) {
        const bool as_text = values_as_ == encoding::utf8 && base::is_utf8(bytes);
        if (as_text) return append_json_string(out_, bytes);
        const bool marked = values_as_ == encoding::utf8;
        out_.append(marked ? base64_begin : "\"");
        base::append_base64(out_, bytes);
        out_.append(marked ? base64_end : "\"");
    }

private:
    std::string& out_;
    encoding values_as_;
};

class size_sink {
public:
    explicit size_sink(encoding values_as) noexcept : values_as_(values_as) {}

    void raw(std::string_view text) noexcept { bytes_ += text.size(); }
    void value(std::string_view bytes) noexcept {
        if (values_as_ == encoding::base64) {
            bytes_ += base::base64_size(bytes.size()) + 2;
        } else if (base::is_utf8(bytes)) {
            bytes_ += json_string_size(bytes);
        } else {
            bytes_ += base64_begin.size() + base::base64_size(bytes.size()) + base64_end.size();
        }
    }
    std::size_t bytes() const noexcept { return bytes_; }

private:
    std::size_t bytes_ = 0;
    encoding values_as_;
};

template <class Sink, std::integral Number>
void write_number(Sink& to, Number number) {
    char digits[24];
    const auto end = std::to_chars(std::begin(digits), std::end(digits), number).ptr;
    to.raw({digits, static_cast<std::size_t>(end - digits)});
}

/// Writes the replies of one transaction.
template <class Sink>
class reply_writer {
public:
    reply_writer(Sink& to, std::uint64_t own_version) noexcept
        : to_(to), own_version_(own_version) {}

    void operator()(std::monostate) { to_.raw(absent); }
    void operator()(std::string_view bytes) { to_.value(bytes); }
    void operator()(std::int64_t number) { write_number(to_, number); }
    void operator()(bool truth) { to_.raw(truth ? "true" : "false"); }
    void operator()(const command::entry& one) {
        to_.raw("{\"value\":");
        to_.value(one.value);
        write_version(one.version);
        to_.raw(",\"ttl_ms\":");
        if (one.ttl_ms) {
            write_number(to_, *one.ttl_ms);
        } else {
            to_.raw(absent);
        }
        to_.raw("}");
    }
    void operator()(const command::page& all) {
        to_.raw("{\"entries\":[");
        for (const command::row& each : all.rows) {
            to_.raw(&each == all.rows.data() ? "{\"key\":" : ",{\"key\":");
            to_.value(each.key);
            if (!all.keys_only) {
                to_.raw(",\"value\":");
                to_.value(each.value);
            }
            write_version(each.version);
            to_.raw("}");
        }
        to_.raw("],\"next\":");
        if (all.more) {
            to_.value(all.rows.back().key);
        } else {
            to_.raw(absent);
        }
        to_.raw("}");
    }

private:
    void write_version(std::uint64_t version) {
        to_.raw(",\"version\":");
        write_number(to_, version == not_committed ? own_version_ : version);
    }

    Sink& to_;
    std::uint64_t own_version_;
};

std::string_view beginning_of(const executed& what) noexcept {
    if (!what.asked.branched) return results_begin;
    return what.evaluated.succeeded ? succeeded_begin : otherwise_begin;
}

template <class Sink>
void write_results(Sink& to, const executed& what) {
    to.raw(beginning_of(what));
    reply_writer<Sink> writer{to, what.own_version};
    bool first = true;
    for (const command::reply& each : what.evaluated.replies) {
        if (!first) to.raw(",");
        first = false;
        std::visit(writer, each);
    }
    to.raw(results_end);
}

/// Which command, as its client counts.
template <class Sink>
void write_place(Sink& to, const command::transaction& asked, std::size_t command) {
    std::string_view branch;
    std::size_t begin = 0;
    if (asked.branched) {
        const auto& ends = *asked.branched;
        branch = ",\"branch\":\"if\"";
        if (command >= ends.conditions_end) {
            branch = ",\"branch\":\"then\"";
            begin = ends.conditions_end;
        }
        if (command >= ends.then_end) {
            branch = ",\"branch\":\"else\"";
            begin = ends.then_end;
        }
    }
    to.raw("\"command\":");
    write_number(to, command - begin);
    to.raw(branch);
    to.raw(",\"key\":");
    to.value(asked.commands[command].key);
}

/// The conditions that it was given, as it was given them.
template <class Sink>
void write_expected(Sink& to, const command::command& failed) {
    const command::argument_set conditions = failed.given & failed.what->conditions;
    std::string_view before = "{\"";
    for (const command::argument_definition& each : command::arguments()) {
        if (!conditions.contains(each.which)) continue;
        to.raw(before);
        before = ",\"";
        to.raw(each.name);
        to.raw("\":");
        const auto write = [&](const auto member) { reply_writer<Sink>{to, 0}(failed.*member); };
        std::visit(write, each.member);
    }
    to.raw("}");
}

template <class Sink>
void write_actual(Sink& to, const std::optional<store::keyspace::entry>& actual) {
    if (!actual) return to.raw(absent);
    to.raw("{\"value\":");
    to.value(actual->value);
    to.raw(",\"version\":");
    if (actual->version == not_committed) {
        to.raw(absent);
    } else {
        write_number(to, actual->version);
    }
    to.raw("}");
}

template <class Sink>
void write_failed(Sink& to, const executed& what) {
    to.raw("{\"error\":\"check failed\",\"code\":\"check_failed\",\"failed\":[");
    for (const command::failed_check& each : what.evaluated.failed) {
        to.raw(&each == what.evaluated.failed.data() ? "{" : ",{");
        write_place(to, what.asked, each.command);
        to.raw(",\"expected\":");
        write_expected(to, what.asked.commands[each.command]);
        to.raw(",\"actual\":");
        write_actual(to, each.actual);
        to.raw("}");
    }
    to.raw("]}");
}

std::string_view reason(errc code) noexcept {
    switch (code) {
    case errc::not_an_integer: return "the stored value is not a 64-bit integer";
    case errc::overflow: return "the sum is no 64-bit integer";
    case errc::value_too_long: return "the value would be too long";
    default: return "the command does not fit the stored value";
    }
}

template <class Sink>
void write_unfit(Sink& to, const executed& what) {
    const command::misfit& unfit = *what.evaluated.unfit;
    to.raw("{\"error\":\"");
    to.raw(reason(unfit.code));
    to.raw("\",\"code\":\"");
    to.raw(name_of(unfit.code));
    to.raw("\",");
    write_place(to, what.asked, unfit.command);
    to.raw("}");
}

template <class Sink>
void write_answer(Sink& to, const executed& what) {
    if (!what.evaluated.failed.empty()) return write_failed(to, what);
    if (what.evaluated.unfit) return write_unfit(to, what);
    write_results(to, what);
}

}  // namespace

void append_bytes(std::string& out, std::string_view bytes) {
    text_sink{out, encoding::utf8}.value(bytes);
}

void append_reply(std::string& out, const command::reply& reply, encoding values_as) {
    text_sink to{out, values_as};
    std::visit(reply_writer<text_sink>{to, 0}, reply);
}

std::size_t reply_size(const command::reply& reply, encoding values_as) noexcept {
    size_sink to{values_as};
    std::visit(reply_writer<size_sink>{to, 0}, reply);
    return to.bytes();
}

void append_answer(std::string& out, const executed& what) {
    text_sink to{out, what.values_as};
    write_answer(to, what);
}

std::size_t answer_size(const executed& what) noexcept {
    size_sink to{what.values_as};
    constexpr std::uint64_t longest = std::numeric_limits<std::uint64_t>::max();
    write_answer(to, {what.asked, what.evaluated, longest, what.values_as});
    return to.bytes();
}

std::size_t answer_size_bound(const executed& what) noexcept {
    constexpr std::size_t bytes_for_a_byte = 6;  // `\u0000`
    constexpr std::size_t bytes_beside = 128;    // all names and numbers of an entry
    if (what.evaluated.aborted()) return std::numeric_limits<std::size_t>::max();
    std::size_t bytes = otherwise_begin.size() + results_end.size();
    for (const command::reply& each : what.evaluated.replies) {
        bytes += bytes_beside;
        if (const auto* const text = std::get_if<std::string_view>(&each)) {
            bytes += text->size() * bytes_for_a_byte;
        } else if (const auto* const one = std::get_if<command::entry>(&each)) {
            bytes += one->value.size() * bytes_for_a_byte;
        } else if (std::holds_alternative<command::page>(each)) {
            return std::numeric_limits<std::size_t>::max();
        }
    }
    return bytes;
}

}  // namespace memstore::http
