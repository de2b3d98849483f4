#include "http/request_parser.hpp"

#include "base/limits.hpp"
#include "support/parsed_requests.hpp"
#include "support/require.hpp"

#include <cstddef>
#include <cstdint>
#include <random>
#include <string_view>

namespace memstore::http {
namespace {

/// Small, so that a short input reaches them.
constexpr base::request_limits limits{.body_bytes = 100, .header_bytes = 150, .uri_bytes = 30};

void check(std::string_view stream, std::uint32_t seed) {
    std::mt19937 random{seed};
    const auto whole = test::parse_stream(stream, limits, [&] { return stream.size(); });
    const auto split = test::parse_stream(stream, limits, [&] { return random() % 20; });
    const auto bytewise = test::parse_stream(stream, limits, [] { return 1; });
    test::require(whole == split, "a stream means the same however it is split");
    test::require(whole == bytewise, "a stream means the same byte by byte");
    const auto all = [](std::string_view, std::string_view) { return true; };
    const auto pieces = test::parse_stream(
        stream,
        limits,
        [&] { return random() % 20; },
        all
    );
    const auto large = test::parse_stream(
        stream,
        limits,
        [&] { return stream.size(); },
        all
    );
    test::require(pieces == large, "bodies in pieces mean the same however they are split");
    test::require(
        whole == pieces || whole.refused_with == 413,
        "a body means the same in pieces, where it is not too large"
    );
}

}  // namespace
}  // namespace memstore::http

// NOLINTNEXTLINE(readability-identifier-naming): libFuzzer's name
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    const std::string_view input{reinterpret_cast<const char*>(data), size};
    memstore::http::check(input, static_cast<std::uint32_t>(size));
    return 0;
}
