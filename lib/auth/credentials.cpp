#include "auth/credentials.hpp"

#include <cstring>
#include <utility>

namespace memstore::auth {

credentials::credentials(std::vector<token> tokens) {
    for (token& one : tokens) callers_.emplace(one.secret, std::move(one.whose));
}

const service::caller* credentials::find(std::string_view secret) const {
    const auto found = callers_.find(digest_of(secret));
    return found == callers_.end() ? nullptr : &found->second;
}

std::size_t credentials::first_bytes::operator()(const digest& one) const noexcept {
    std::size_t bytes = 0;
    std::memcpy(&bytes, one.data(), sizeof bytes);
    return bytes;
}

}  // namespace memstore::auth
