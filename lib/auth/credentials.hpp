#pragma once

#include "auth/digest.hpp"
#include "service/caller.hpp"

#include <cstddef>
#include <string_view>
#include <unordered_map>
#include <vector>

namespace memstore::auth {

/// A token, without its secret.
struct token {
    digest secret;
    service::caller whose;
};

/** The tokens that are known.

    @par Threads  any; it never changes
*/
class credentials {
public:
    /// @param tokens  of which no two have one secret
    explicit credentials(std::vector<token> tokens);

    /** Whose secret it is; nullptr where it is nobody's.

        Tokens are found by their digests, which nobody can choose, and digests compared in constant
        time.

        @par Complexity  a SHA-256 of the secret, and one look-up
    */
    const service::caller* find(std::string_view secret) const;

    std::size_t size() const noexcept { return callers_.size(); }

private:
    struct first_bytes {
        std::size_t operator()(const digest& one) const noexcept;
    };
    struct equal {
        bool operator()(const digest& one, const digest& other) const noexcept {
            return same(one, other);
        }
    };

    std::unordered_map<digest, service::caller, first_bytes, equal> callers_;
};

}  // namespace memstore::auth
