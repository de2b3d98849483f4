#include "app/protection.hpp"

#include "app/private_file.hpp"
#include "app/token_file.hpp"

#include <stdexcept>
#include <utility>

namespace memstore::app {
namespace {

constexpr std::size_t key_bytes_max = std::size_t{1024} * 1024;

boost::system::result<net::ssl_settings, net::tls_fault> load(const net::tls_files& files) {
    const auto guarded = read_private_file(files.key, key_bytes_max);
    if (!guarded) return net::tls_fault{guarded.error().what};
    return net::load_tls(files);
}

}  // namespace

bool protection::can_reload(const settings& values) noexcept {
    return !values.auth.tokens_file.empty() || !values.tls.certificate.empty();
}

protection::protection(const settings& values) : values_(values) {
    if (!values_.auth.tokens_file.empty()) {
        auto read = read_tokens(values_.auth.tokens_file);
        if (!read) throw std::runtime_error{"auth.tokens-file: " + read.error().what};
        tokens_ = std::make_unique<auth::keyring>(auth::credentials{*std::move(read)});
    } else if (values_.auth.required) {
        throw std::runtime_error{"auth.required: there are no tokens: give auth.tokens-file"};
    }
    if (values_.tls.certificate.empty()) return;
    auto loaded = load(values_.tls);
    if (!loaded) throw std::runtime_error{"tls: " + loaded.error().what};
    tls_ = std::make_unique<net::tls_server>(*std::move(loaded));
}

void protection::warn_if_open(const std::string& address, log::logger& log) const {
    if (tokens_ != nullptr) return;
    log.warn(
        "everybody who reaches this address may read and write: there is no auth.tokens-file",
        {{"address", address}}
    );
}

void protection::reload(log::logger& log) {
    if (!can_reload(values_)) log.info("there is nothing to read anew");
    if (tokens_ != nullptr) reload_tokens(log);
    if (tls_ != nullptr) reload_tls(log);
}

void protection::reload_tls(log::logger& log) {
    auto loaded = load(values_.tls);
    if (!loaded) {
        log.error("TLS stays as it was", {{"reason", loaded.error().what}});
        return;
    }
    tls_->replace(*std::move(loaded));
    log.info("certificate read");
}

void protection::reload_tokens(log::logger& log) {
    auto read = read_tokens(values_.auth.tokens_file);
    if (!read) {
        log.error("the tokens stay as they were", {{"reason", read.error().what}});
        return;
    }
    auth::credentials next{*std::move(read)};
    const std::size_t count = next.size();
    tokens_->replace(std::move(next));
    log.info("tokens read", {{"tokens", std::uint64_t{count}}});
}

}  // namespace memstore::app
