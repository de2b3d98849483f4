#pragma once

#include <boost/system/result.hpp>

#include <chrono>
#include <functional>
#include <memory>
#include <mutex>
#include <string>

struct ssl_st;
struct ssl_ctx_st;

namespace memstore::net {

struct free_ssl {
    void operator()(ssl_st* one) const noexcept;
    void operator()(ssl_ctx_st* one) const noexcept;
};

/// A TLS connection, and what many of them have in common.
using ssl_handle = std::unique_ptr<ssl_st, free_ssl>;
using ssl_settings = std::unique_ptr<ssl_ctx_st, free_ssl>;

/// What a server proves who it is with, and whom it asks for the same. Files in PEM.
struct tls_files {
    std::string certificate = {};  ///< and what leads from it to a root
    std::string key = {};          ///< not encrypted
    std::string client_ca = {};    ///< who vouches for clients; empty: they are not asked
};

/// Why TLS cannot be had, in one line for people.
struct tls_fault {
    std::string what;
};

/** Reads these files, for TLS 1.2 and 1.3 with ciphers that keep the past secret.

    Where clients are asked for a certificate, whoever has the server's own, and its key, is let in
   as well: that is the server's own machine, asking whether it is well.
*/
boost::system::result<ssl_settings, tls_fault> load_tls(const tls_files& from);

/** The server's side of TLS. What it was given can be replaced: connections that are there go on
    with what they began with.

    @par Threads  any
*/
class tls_server {
public:
    explicit tls_server(ssl_settings first) noexcept : settings_(std::move(first)) {}

    /// For one connection, which has not said a word yet. @throws std::bad_alloc
    ssl_handle open() const;

    void replace(ssl_settings next) noexcept;

private:
    mutable std::mutex mutex_;
    ssl_settings settings_;
};

/// How connections come to be TLS.
struct tls_entrance {
    const tls_server& server;
    std::chrono::milliseconds handshake_limit;
    std::function<std::string()> plain_answer;  ///< to those who say something else
};

}  // namespace memstore::net
