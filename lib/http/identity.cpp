#include "http/identity.hpp"

#include "auth/digest.hpp"
#include "base/ascii.hpp"
#include "base/hash.hpp"
#include "http/problem.hpp"

#include <algorithm>

namespace memstore::http {
namespace {

constexpr std::string_view scheme = "Bearer ";

/// Longer ones are nobody's, and not worth a digest.
constexpr std::size_t secret_bytes_max = 4096;

/// The secret in an Authorization field; nothing where it is of another scheme.
std::optional<std::string_view> secret_in(std::string_view authorization) noexcept {
    if (!base::same_ignoring_case(authorization.substr(0, scheme.size()), scheme)) {
        return std::nullopt;
    }
    authorization.remove_prefix(scheme.size());
    authorization.remove_prefix(std::min(authorization.find_first_not_of(' '), authorization.size())
    );
    return authorization;
}

void ask_for_token(response& to) {
    to.assign(problem{
        status::unauthorized,
        "unauthorized",
        "this store wants to know who asks: send Authorization: Bearer and a token"});
    to.challenge = "Bearer";
}

void refuse_token(response& to) {
    to.assign(problem{status::unauthorized, "invalid_token", "nobody has this token"});
    to.challenge = "Bearer error=\"invalid_token\"";
}

}  // namespace

const service::caller* identity::find(std::optional<std::string_view> authorization, response& to) {
    if (!authorization) {
        ask_for_token(to);
        return nullptr;
    }
    if (remembers(*authorization)) return caller_;
    const service::caller* const found = look_up(*authorization);
    if (found == nullptr) refuse_token(to);
    return found;
}

bool identity::remembers(std::string_view authorization) const noexcept {
    return caller_ != nullptr && generation_ == tokens_->generation() &&
           auth::same_secret(field_, authorization);
}

const service::caller* identity::look_up(std::string_view authorization) {
    caller_ = nullptr;
    const auto secret = secret_in(authorization);
    if (!secret || secret->size() > secret_bytes_max) return nullptr;
    generation_ = tokens_->generation();
    of_ = tokens_->current();
    caller_ = of_->find(*secret);
    if (caller_ != nullptr) {
        field_.assign(authorization);
        token_ = base::hash_of(*secret);  // of the field, which may be spelt in many ways
    }
    return caller_;
}

}  // namespace memstore::http
