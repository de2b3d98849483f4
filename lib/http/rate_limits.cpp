#include "http/rate_limits.hpp"

#include <cstddef>
#include <cstdint>
#include <random>

namespace memstore::http {
namespace {

/// One MiB, and as many as an IPv6 /48 has networks.
constexpr std::size_t addresses = 65'536;
constexpr std::size_t tokens = 16'384;

std::uint64_t by_chance() {
    std::random_device chance;
    return (std::uint64_t{chance()} << 32) | chance();
}

}  // namespace

rate_limits::rate_limits(const rate_settings& how) : mode_(how.mode) {
    if (!on()) return;
    if (how.of_address.per_second != 0) of_address_.emplace(how.of_address, addresses, by_chance());
    if (how.of_token.per_second != 0) of_token_.emplace(how.of_token, tokens, by_chance());
}

}  // namespace memstore::http
