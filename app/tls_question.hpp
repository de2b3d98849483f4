#pragma once

#include "net/tls_server.hpp"

#include <boost/system/result.hpp>

#include <string>

namespace memstore::app {

/** Asks a server of TLS at `authority` one question, and reads what it says up to the end, or 64
   KiB of it. Blocks, and has the process ignore SIGPIPE.

    Who answers is not verified, so no secret belongs into the question. Where the server wants to
   know who asks, it is shown `identity`, which is its own.
*/
boost::system::result<std::string, net::tls_fault> ask_by_tls(
    const std::string& authority,
    const net::tls_files& identity,
    const std::string& question
);

}  // namespace memstore::app
