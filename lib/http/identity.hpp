#pragma once

#include "auth/credentials.hpp"
#include "auth/keyring.hpp"
#include "http/response.hpp"

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

namespace memstore::http {

/** Who a session's client is, by the token that each of its requests brings.

    The field that was good last is remembered, and with it whose it is: a client that sends the
   same with every request is not looked up anew, unless the tokens have changed.

    @par Threads  the session's
*/
class identity {
public:
    /// @param tokens  outlives it; nullptr where nobody is ever asked who it is
    explicit identity(const auth::keyring* tokens) noexcept : tokens_(tokens) {}

    /** Who sends this Authorization field (RFC 6750).

        @return who, until the next call; nullptr when `to` says that this is nobody: 401
        @pre there are tokens
    */
    const service::caller* find(std::optional<std::string_view> authorization, response& to);

    /// A number that the token of the one who was found last has, and hardly any other.
    std::uint64_t token() const noexcept { return token_; }

private:
    bool remembers(std::string_view authorization) const noexcept;
    const service::caller* look_up(std::string_view authorization);

    const auth::keyring* tokens_;
    std::shared_ptr<const auth::credentials> of_;  ///< where caller_ is
    std::uint64_t generation_ = 0;                 ///< of the keyring that had them
    std::string field_;
    std::uint64_t token_ = 0;
    const service::caller* caller_ = nullptr;
};

}  // namespace memstore::http
