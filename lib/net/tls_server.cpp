#include "net/tls_server.hpp"

#include <openssl/err.h>
#include <openssl/ssl.h>
#include <openssl/x509.h>

#include <array>
#include <new>
#include <utility>

namespace memstore::net {
namespace {

/// TLS 1.2's; those of 1.3 are all as good.
constexpr const char* ciphers = "ECDHE+AESGCM:ECDHE+CHACHA20";

/// Sessions are resumed within one service only.
constexpr std::array<unsigned char, 8> service{'m', 'e', 'm', 's', 't', 'o', 'r', 'e'};

std::string last_reason() {
    const auto code = ::ERR_get_error();
    const char* const text = ::ERR_reason_error_string(code);
    ::ERR_clear_error();
    return text != nullptr ? text : "not well-formed";
}

tls_fault fault(const std::string& file, const char* what) {
    return {file + ": " + what + ": " + last_reason()};
}

/// A key that wants a password is refused, where OpenSSL would ask the terminal for it.
int no_password(char*, int, int, void*) { return -1; }

/// Whether to go on after this step of judging a client's certificate.
int judge(int sound, X509_STORE_CTX* chain) {
    if (sound == 1) return 1;
    const auto* const one = static_cast<const SSL*>(
        ::X509_STORE_CTX_get_ex_data(chain, ::SSL_get_ex_data_X509_STORE_CTX_idx())
    );
    const X509* const shown = ::X509_STORE_CTX_get0_cert(chain);
    const X509* const own = ::SSL_CTX_get0_certificate(::SSL_get_SSL_CTX(one));
    if (shown == nullptr || own == nullptr || ::X509_cmp(shown, own) != 0) return 0;
    ::X509_STORE_CTX_set_error(chain, X509_V_OK);
    return 1;
}

void restrict(SSL_CTX* made) {
    ::SSL_CTX_set_min_proto_version(made, TLS1_2_VERSION);
    ::SSL_CTX_set_cipher_list(made, ciphers);
    ::SSL_CTX_set_options(
        made,
        SSL_OP_NO_RENEGOTIATION | SSL_OP_NO_COMPRESSION | SSL_OP_CIPHER_SERVER_PREFERENCE |
            SSL_OP_PRIORITIZE_CHACHA
    );
    ::SSL_CTX_set_mode(
        made,
        SSL_MODE_ENABLE_PARTIAL_WRITE | SSL_MODE_ACCEPT_MOVING_WRITE_BUFFER |
            SSL_MODE_RELEASE_BUFFERS
    );
    ::SSL_CTX_set_read_ahead(made, 1);
    ::SSL_CTX_set_session_id_context(made, service.data(), service.size());
    ::SSL_CTX_set_default_passwd_cb(made, no_password);
}

}  // namespace

void free_ssl::operator()(ssl_st* one) const noexcept { ::SSL_free(one); }
void free_ssl::operator()(ssl_ctx_st* one) const noexcept { ::SSL_CTX_free(one); }

boost::system::result<ssl_settings, tls_fault> load_tls(const tls_files& from) {
    ssl_settings made{::SSL_CTX_new(::TLS_server_method())};
    if (made == nullptr) throw std::bad_alloc{};
    ::ERR_clear_error();
    restrict(made.get());
    if (::SSL_CTX_use_certificate_chain_file(made.get(), from.certificate.c_str()) != 1) {
        return fault(from.certificate, "no certificate in PEM");
    }
    if (::SSL_CTX_use_PrivateKey_file(made.get(), from.key.c_str(), SSL_FILETYPE_PEM) != 1) {
        return fault(from.key, "no key in PEM that belongs to the certificate");
    }
    if (::SSL_CTX_check_private_key(made.get()) != 1) {
        return fault(from.key, "the key does not belong to the certificate");
    }
    if (from.client_ca.empty()) return made;
    auto* const names = ::SSL_load_client_CA_file(from.client_ca.c_str());
    if (names == nullptr ||
        ::SSL_CTX_load_verify_locations(made.get(), from.client_ca.c_str(), nullptr) != 1) {
        return fault(from.client_ca, "no certificates in PEM");
    }
    ::SSL_CTX_set_client_CA_list(made.get(), names);
    ::SSL_CTX_set_verify(made.get(), SSL_VERIFY_PEER | SSL_VERIFY_FAIL_IF_NO_PEER_CERT, judge);
    return made;
}

ssl_handle tls_server::open() const {
    const std::lock_guard lock{mutex_};
    ssl_handle made{::SSL_new(settings_.get())};
    if (made == nullptr) throw std::bad_alloc{};
    return made;
}

void tls_server::replace(ssl_settings next) noexcept {
    const std::lock_guard lock{mutex_};
    settings_.swap(next);
}

}  // namespace memstore::net
