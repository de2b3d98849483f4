#include "app/tls_question.hpp"

#include <openssl/bio.h>
#include <openssl/err.h>
#include <openssl/ssl.h>

#include <array>
#include <csignal>
#include <memory>
#include <new>

namespace memstore::app {
namespace {

constexpr std::size_t answer_bytes_max = std::size_t{64} * 1024;

struct free_bio {
    void operator()(BIO* all) const noexcept { ::BIO_free_all(all); }
};

net::tls_fault last_fault() {
    const char* const text = ::ERR_reason_error_string(::ERR_peek_last_error());
    return {text != nullptr ? text : "the connection ended"};
}

std::string read_to_end(BIO* from) {
    std::string all;
    std::array<char, 4096> piece;
    while (all.size() < answer_bytes_max) {
        const int bytes = ::BIO_read(from, piece.data(), static_cast<int>(piece.size()));
        if (bytes <= 0) break;
        all.append(piece.data(), static_cast<std::size_t>(bytes));
    }
    return all;
}

}  // namespace

boost::system::result<std::string, net::tls_fault> ask_by_tls(
    const std::string& authority,
    const net::tls_files& identity,
    const std::string& question
) {
    const net::ssl_settings settings{::SSL_CTX_new(::TLS_client_method())};
    if (settings == nullptr) throw std::bad_alloc{};
    std::signal(SIGPIPE, SIG_IGN);  // OpenSSL writes to a socket as to anything
    ::ERR_clear_error();
    // A server that asks for no certificate does not mind, and one whose files cannot be read by
    // whoever checks it may still be well.
    ::SSL_CTX_use_certificate_chain_file(settings.get(), identity.certificate.c_str());
    ::SSL_CTX_use_PrivateKey_file(settings.get(), identity.key.c_str(), SSL_FILETYPE_PEM);
    const std::unique_ptr<BIO, free_bio> server{::BIO_new_ssl_connect(settings.get())};
    if (server == nullptr) throw std::bad_alloc{};
    ::BIO_set_conn_hostname(server.get(), authority.c_str());
    ::ERR_clear_error();
    if (::BIO_do_connect(server.get()) != 1) return last_fault();
    const int bytes = static_cast<int>(question.size());
    if (::BIO_write(server.get(), question.data(), bytes) != bytes) return last_fault();
    std::string answer = read_to_end(server.get());
    if (answer.empty()) return last_fault();
    return answer;
}

}  // namespace memstore::app
