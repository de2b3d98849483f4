#include "net/tls_stream.hpp"

#include <openssl/bio.h>
#include <openssl/err.h>
#include <openssl/ssl.h>

#include <new>

namespace memstore::net {
namespace {

/// What each record of a handshake begins with, and so all that a client says in TLS.
constexpr char handshake_record = 0x16;

}  // namespace

/// A ready_socket as OpenSSL reads from it and writes to it.
struct socket_bio {
    static int read(BIO* at, char* into, int size) { return stream_of(at).pull(at, into, size); }

    static int write(BIO* at, const char* from, int size) {
        return stream_of(at).push(at, from, size);
    }

    static long control(BIO*, int command, long, void*) {
        return command == BIO_CTRL_FLUSH ? 1 : 0;
    }

    static tls_stream& stream_of(BIO* at) { return *static_cast<tls_stream*>(::BIO_get_data(at)); }

    /// Lives as long as the process.
    static const BIO_METHOD* method() {
        static const BIO_METHOD* const made = [] {
            BIO_METHOD* const all =
                ::BIO_meth_new(::BIO_get_new_index() | BIO_TYPE_SOURCE_SINK, "ready_socket");
            if (all == nullptr) throw std::bad_alloc{};
            ::BIO_meth_set_read(all, read);
            ::BIO_meth_set_write(all, write);
            ::BIO_meth_set_ctrl(all, control);
            return all;
        }();
        return made;
    }
};

tls_stream::tls_stream(ready_socket& under, const tls_server& server)
    : socket_(under), ssl_(server.open()) {
    BIO* const between = ::BIO_new(socket_bio::method());
    if (between == nullptr) throw std::bad_alloc{};
    ::BIO_set_data(between, this);
    ::BIO_set_init(between, 1);
    ::SSL_set_bio(ssl_.get(), between, between);
    ::SSL_set_accept_state(ssl_.get());
}

tls_stream::shaken tls_stream::shake_hands() noexcept {
    ::ERR_clear_error();
    const int result = ::SSL_do_handshake(ssl_.get());
    if (result == 1) {
        open_ = true;
        return shaken::done;
    }
    if (plain_) {
        broken_ = true;
        return shaken::plain;
    }
    switch (::SSL_get_error(ssl_.get(), result)) {
    case SSL_ERROR_WANT_READ: return shaken::wants_read;
    case SSL_ERROR_WANT_WRITE: return shaken::wants_write;
    default: broken_ = true; return shaken::broken;
    }
}

std::size_t tls_stream::read(std::span<char> into) noexcept {
    ::ERR_clear_error();
    std::size_t bytes = 0;
    const int result = ::SSL_read_ex(ssl_.get(), into.data(), into.size(), &bytes);
    if (result == 1) return bytes;
    end_read(result);
    return 0;
}

std::size_t tls_stream::read_held(std::span<char> into) noexcept {
    if (!open_ || into.empty() || ::SSL_has_pending(ssl_.get()) == 0) return 0;
    return read(into);
}

void tls_stream::end_read(int result) noexcept {
    switch (::SSL_get_error(ssl_.get(), result)) {
    case SSL_ERROR_WANT_READ:
    case SSL_ERROR_WANT_WRITE: return;
    case SSL_ERROR_ZERO_RETURN: ended_ = true; return;
    default:
        // Many a client closes its socket without a word of TLS.
        ended_ = socket_.ended();
        broken_ = true;
    }
}

std::size_t tls_stream::write(std::string_view first, std::string_view second) noexcept {
    const std::size_t written = write_all(first);
    return written < first.size() ? written : written + write_all(second);
}

std::size_t tls_stream::write_all(std::string_view bytes) noexcept {
    std::size_t written = 0;
    while (written < bytes.size() && !broken_) {
        ::ERR_clear_error();
        std::size_t more = 0;
        const std::string_view rest = bytes.substr(written);
        const int result = ::SSL_write_ex(ssl_.get(), rest.data(), rest.size(), &more);
        if (result == 1) {
            written += more;
        } else if (::SSL_get_error(ssl_.get(), result) == SSL_ERROR_WANT_WRITE) {
            break;
        } else {
            broken_ = true;
        }
    }
    return written;
}

bool tls_stream::finish() noexcept {
    if (!open_ || broken_ || finished_) return true;
    ::ERR_clear_error();
    const int result = ::SSL_shutdown(ssl_.get());
    finished_ = result >= 0 || ::SSL_get_error(ssl_.get(), result) != SSL_ERROR_WANT_WRITE;
    return finished_;
}

int tls_stream::pull(BIO* at, char* into, int size) noexcept {
    ::BIO_clear_retry_flags(at);
    const std::size_t bytes = socket_.read({into, static_cast<std::size_t>(size)});
    if (bytes == 0) {
        if (socket_.ended()) return 0;
        if (!socket_.readable()) ::BIO_set_retry_read(at);
        return -1;
    }
    if (!heard_) plain_ = *into != handshake_record;
    heard_ = true;
    return plain_ ? -1 : static_cast<int>(bytes);
}

int tls_stream::push(BIO* at, const char* from, int size) noexcept {
    ::BIO_clear_retry_flags(at);
    const std::size_t bytes = socket_.write({from, static_cast<std::size_t>(size)});
    if (bytes != 0) return static_cast<int>(bytes);
    if (!socket_.writable()) ::BIO_set_retry_write(at);
    return -1;
}

}  // namespace memstore::net
