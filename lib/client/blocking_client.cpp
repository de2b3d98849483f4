#include "client/blocking_client.hpp"

#include <boost/asio/co_spawn.hpp>

#include <exception>

namespace memstore::client {

checked<response> blocking_client::ask(request what, body_taker take) {
    checked<response> outcome = fault{"nothing was asked"};
    std::exception_ptr thrown;
    auto done = [&](std::exception_ptr failed, checked<response> answer) {
        thrown = failed;
        outcome = std::move(answer);
    };
    boost::asio::co_spawn(io_, channel_.ask(std::move(what), std::move(take)), done);
    io_.restart();
    io_.run();
    if (thrown) std::rethrow_exception(thrown);
    return outcome;
}

}  // namespace memstore::client
