#pragma once

#include "client/channel.hpp"

#include <boost/asio/io_context.hpp>

#include <utility>

namespace memstore::client {

/// A channel for those who wait.
class blocking_client {
public:
    explicit blocking_client(access how)
        : how_(std::move(how)), channel_(io_.get_executor(), how_) {}

    const url& server() const noexcept { return how_.server(); }
    const access& way() const noexcept { return how_; }

    /// As channel::ask(). Blocks.
    checked<response> ask(request what, body_taker take = {});

private:
    boost::asio::io_context io_{1};
    access how_;
    channel channel_;
};

}  // namespace memstore::client
