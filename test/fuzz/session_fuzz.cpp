#include "auth/digest.hpp"
#include "base/hash.hpp"
#include "support/require.hpp"
#include "support/session_in_memory.hpp"
#include "support/strict_answers.hpp"
#include "support/strict_requests.hpp"

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <random>
#include <string>
#include <string_view>
#include <vector>

namespace memstore::http {
namespace {

using test::framed_request;
using test::framed_stream;
using test::require;
using test::strict_answer;

/// Small, so that a short input reaches them.
settings small_settings() {
    settings made;
    made.limits = {
        .body_bytes = 2000,
        .header_bytes = 600,
        .uri_bytes = 200,
        .commands = 8,
        .json_depth = 6,
        .answer_bytes = 4000};
    made.allowed_origins = {"http://a"};
    made.slow_entries_max = 0;  // how long anything takes must not show
    return made;
}

/// Of one who may read and write what begins with `a`, and whose secret is `s`.
auth::keyring small_keyring() {
    using service::right;
    service::caller whose{"a", {right::read, right::write}, {"a"}};
    return auth::keyring{auth::credentials{{{auth::digest_of("s"), std::move(whose)}}}};
}

/// @param piece  how long the next is
template <class Length>
std::string exchange(std::string_view stream, const auth::keyring* tokens, Length piece) {
    static const settings options = small_settings();
    test::session_in_memory peer{options, tokens};
    while (!stream.empty() && !peer.left()) {
        const std::string_view next = stream.substr(0, piece());
        peer.send(next);
        stream.remove_prefix(next.size());
    }
    peer.finish_sending();
    peer.hang_up();
    return peer.received();
}

bool is_watch(const framed_request& asked) {
    return asked.target.find("/v1/watch") != std::string::npos;
}

/// The answers to what the reference made of a stream.
std::vector<strict_answer> answers_in(std::string_view bytes, const framed_stream& asked) {
    test::strict_answer_reader in{bytes};
    std::vector<strict_answer> all;
    while (!in.at_end()) {
        const std::size_t at = all.size();
        const bool in_the_midst = asked.how != framed_stream::ending::whole;
        require(
            at < asked.whole.size() + (in_the_midst ? 1 : 0),
            "there are no more answers than requests"
        );
        const framed_request& to = at < asked.whole.size() ? asked.whole[at] : asked.last;
        all.push_back(in.take(to.method == "HEAD", is_watch(to)));
        require(!all.back().last || in.at_end(), "nothing follows what is said to be the last");
        require(all.back().last || !to.leaves, "who said that this is the last request is left");
    }
    require(in.continued() <= all.size() + 1, "nobody is told twice to go on");
    return all;
}

bool refuses_a_header(int status) {
    constexpr int all[] = {400, 408, 413, 414, 415, 417, 431, 501, 505};
    return std::find(std::begin(all), std::end(all), status) != std::end(all);
}

/// Whether it can be the answer to a request by its header alone, whatever its body is.
bool refuses_early(const strict_answer& answer) {
    constexpr int all[] = {401, 403, 404, 405, 413};
    return answer.last && std::find(std::begin(all), std::end(all), answer.status) != std::end(all);
}

void check_answers(const std::vector<strict_answer>& answers, const framed_stream& asked) {
    const bool ended_by_us = !answers.empty() && answers.back().last;
    if (answers.size() <= asked.whole.size()) {
        const bool all =
            answers.size() == asked.whole.size() && asked.how == framed_stream::ending::whole;
        require(all || ended_by_us, "every request has an answer, up to the last");
        return;
    }
    const strict_answer& last = answers.back();
    require(last.last, "the connection ends where nobody knows where the next request begins");
    require(last.status >= 400, "what is not a request is not served");
    if (asked.how != framed_stream::ending::ambiguous) return;
    require(
        refuses_a_header(last.status) || (asked.last.has_body && refuses_early(last)) ||
            asked.last.target.starts_with("/v1/import"),
        "what could be read in two ways is refused as such"
    );
}

/// Whether how a stream was cut can show in its answers.
bool depends_on_cuts(std::string_view stream, const framed_stream& asked) {
    const auto alive = [](const framed_request& one) {
        return is_watch(one) || one.target.find("/v1/import") != std::string::npos;
    };
    return stream.find("ontinue") != std::string_view::npos || alive(asked.last) ||
           std::any_of(asked.whole.begin(), asked.whole.end(), alive);
}

bool same(const strict_answer& one, const strict_answer& other) {
    // These say how much had come by then.
    if (one.status == 414 || one.status == 431) return one.status == other.status;
    return one.status == other.status && one.last == other.last && one.fields == other.fields &&
           one.body == other.body;
}

/// Of a request that is refused by its header, whether something is wrong with its body, too.
bool refuses_body(const strict_answer& answer) {
    return answer.last && refuses_a_header(answer.status);
}

/// The connection ends with a refusal amid a body, which one that came at once does not have: where
/// one ends so, the other may go on, or know what is wrong with the body.
bool same_up_to_early_refusal(
    const std::vector<strict_answer>& some,
    const std::vector<strict_answer>& others
) {
    const std::size_t both = std::min(some.size(), others.size());
    for (std::size_t at = 0; at < both; ++at) {
        const strict_answer& one = some[at];
        const strict_answer& other = others[at];
        const bool alike = one.status == other.status && one.body == other.body;
        if (refuses_early(one) && (alike || refuses_body(other))) return true;
        if (refuses_early(other) && (alike || refuses_body(one))) return true;
        if (!same(one, other)) return false;
    }
    return some.size() == others.size();
}

void check(std::string_view stream) {
    static const auth::keyring keyring = small_keyring();
    // Nothing that begins a request.
    const bool guarded = stream.starts_with('(');
    if (guarded) stream.remove_prefix(1);
    const auth::keyring* const tokens = guarded ? &keyring : nullptr;

    const framed_stream asked = test::strict_reader{stream}.read();
    const std::string at_once = exchange(stream, tokens, [&] { return stream.size(); });
    const auto answers = answers_in(at_once, asked);
    check_answers(answers, asked);

    std::mt19937 random{static_cast<std::uint32_t>(base::hash_of(stream))};
    const std::string in_pieces =
        exchange(stream, tokens, [&] { return 1 + random() % (1U << random() % 8); });
    const auto others = answers_in(in_pieces, asked);
    check_answers(others, asked);
    require(
        depends_on_cuts(stream, asked) || same_up_to_early_refusal(answers, others),
        "a stream is answered alike however it is split"
    );
}

}  // namespace
}  // namespace memstore::http

// NOLINTNEXTLINE(readability-identifier-naming): libFuzzer's name
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    memstore::http::check({reinterpret_cast<const char*>(data), size});
    return 0;
}
