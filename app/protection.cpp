#include "app/protection.hpp"

#include "app/token_file.hpp"

#include <stdexcept>
#include <utility>

namespace memstore::app {

bool protection::can_reload(const settings& values) noexcept {
    return !values.auth.tokens_file.empty();
}

protection::protection(const settings& values) : values_(values) {
    if (!values_.auth.tokens_file.empty()) {
        auto read = read_tokens(values_.auth.tokens_file);
        if (!read) throw std::runtime_error{"auth.tokens-file: " + read.error().what};
        tokens_ = std::make_unique<auth::keyring>(auth::credentials{*std::move(read)});
    } else if (values_.auth.required) {
        throw std::runtime_error{"auth.required: there are no tokens: give auth.tokens-file"};
    }
}

void protection::warn_if_open(const std::string& address, log::logger& log) const {
    if (tokens_ != nullptr) return;
    log.warn(
        "everybody who reaches this address may read and write: there is no auth.tokens-file",
        {{"address", address}}
    );
}

void protection::reload(log::logger& log) {
    if (tokens_ == nullptr) return;
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
