// The JSON codec: what a request and its answer cost, without HTTP around them.
#include "base/limits.hpp"
#include "command/evaluation.hpp"
#include "http/answer_json.hpp"
#include "http/transaction_json.hpp"

#include <benchmark/benchmark.h>

#include <cstddef>
#include <string>
#include <string_view>

using namespace memstore;

namespace {

constexpr std::string_view key = "key:000000000000";
constexpr std::string_view value = "vvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvv";

std::string command(bool set) {
    std::string text = R"({"cmd_type":")";
    text.append(set ? "set" : "get").append(R"(","key":")").append(key);
    if (set) text.append(R"(","value":")").append(value);
    return text.append(R"("})");
}

/// GETs and SETs in turn, from `first_sets` on.
std::string request(std::size_t commands, bool first_sets) {
    std::string body = R"({"commands":[)";
    for (std::size_t i = 0; i < commands; ++i) {
        if (i > 0) body += ',';
        body += command((i % 2 == 0) == first_sets);
    }
    return body.append("]}");
}

void report(benchmark::State& state, std::size_t commands, std::size_t bytes) {
    using benchmark::Counter;
    const auto iterations = static_cast<double>(state.iterations());
    state.counters["per_command"] =
        Counter(iterations * static_cast<double>(commands), Counter::kIsRate | Counter::kInvert);
    state.SetBytesProcessed(state.iterations() * static_cast<std::int64_t>(bytes));
}

void decode(benchmark::State& state, bool first_sets) {
    const auto commands = static_cast<std::size_t>(state.range(0));
    const std::string body = request(commands, first_sets);
    http::request_decoder decoder{base::request_limits{}};
    for ([[maybe_unused]] auto _ : state) {
        const bool good = decoder.decode(body).has_value();
        if (!good || decoder.transaction().commands.size() != commands) {
            state.SkipWithError("the request was not understood");
            break;
        }
    }
    report(state, commands, body.size());
}

void answer(benchmark::State& state) {
    const auto commands = static_cast<std::size_t>(state.range(0));
    const command::transaction asked;
    command::evaluation evaluated;
    evaluated.replies.assign(commands, value);
    const http::executed what{asked, evaluated, 0, http::encoding::utf8};
    std::string body;
    for ([[maybe_unused]] auto _ : state) {
        body.clear();
        body.reserve(http::answer_size_bound(what));
        http::append_answer(body, what);
    }
    report(state, commands, body.size());
}

}  // namespace

BENCHMARK_CAPTURE(decode, get_first, false)->ArgName("commands")->Arg(1)->Arg(10)->Arg(100);
BENCHMARK_CAPTURE(decode, set_first, true)->ArgName("commands")->Arg(1);
BENCHMARK(answer)->ArgName("commands")->Arg(1)->Arg(10)->Arg(100);
