#pragma once

#include "app/settings.hpp"
#include "auth/keyring.hpp"
#include "http/server.hpp"
#include "log/logger.hpp"
#include "net/tls_server.hpp"

#include <memory>
#include <string>

namespace memstore::app {

/** What keeps a server from those who are not to use it. It outlives the server.

    @par Threads  one; what it hands out, any
*/
class protection {
public:
    /// Whether there is anything to reload().
    static bool can_reload(const settings& values) noexcept;

    /// @param values  outlives it
    /// @throws std::runtime_error  where a file is bad, or nothing protects what should be
    explicit protection(const settings& values);

    /// What it is, for a server.
    http::guards guards() const noexcept { return {tokens_.get(), tls_.get()}; }

    /// Says so where everybody may ask, and others than those of this machine can.
    void warn_if_open(const std::string& address, log::logger& log) const;

    /// Reads its files anew. One that is bad changes nothing, and is logged.
    void reload(log::logger& log);

private:
    void reload_tokens(log::logger& log);
    void reload_tls(log::logger& log);

    const settings& values_;
    std::unique_ptr<auth::keyring> tokens_;
    std::unique_ptr<net::tls_server> tls_;
};

}  // namespace memstore::app
