#include "http/request_ids.hpp"

#include <algorithm>
#include <array>
#include <cstdio>
#include <random>

namespace memstore::http {

bool is_request_id(std::string_view text) noexcept {
    constexpr std::size_t bytes_max = 128;
    const auto visible = [](char c) { return c > ' ' && c < '\x7f'; };
    return !text.empty() && text.size() <= bytes_max &&
           std::all_of(text.begin(), text.end(), visible);
}

request_ids::request_ids() : server_(std::random_device{}()) {}

std::string request_ids::next() {
    const std::uint64_t number = last_.fetch_add(1, std::memory_order_relaxed) + 1;
    std::array<char, 32> text;
    const int size = std::snprintf(
        text.data(),
        text.size(),
        "%08x-%llx",
        server_,
        static_cast<unsigned long long>(number)
    );
    return {text.data(), static_cast<std::size_t>(size)};
}

}  // namespace memstore::http
