#include "http/turn_away.hpp"

#include "http/response.hpp"

#include <string>
#include <utility>

namespace memstore::http {
namespace {

/// The answer fits into any socket's buffer, so a client that takes longer, be it over the
/// handshake of TLS, is none; nor does it keep others from being told for longer than that.
constexpr std::chrono::seconds patience{1};

}  // namespace

net::awaitable<> turn_away(net::descriptor peer, net::connections& neighbours, problem why) {
    net::connection connection{std::move(peer), neighbours};
    response answer;
    answer.assign(why);
    std::string out;
    append_response(out, answer, {.keep_alive = false});
    const bool written = co_await connection.write(out, patience);
    if (written) co_await connection.linger(patience);
}

}  // namespace memstore::http
