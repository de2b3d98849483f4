#pragma once

#include <string>
#include <string_view>

namespace memstore::app {

/** Tells whoever started this process how it is, where they ask for that with NOTIFY_SOCKET, as
    systemd does for a service of Type=notify. Without it, or where nobody listens, nothing happens.

    @par Threads  any
*/
class service_manager {
public:
    /// The one that the environment names.
    service_manager();

    /// @param socket  the path of a socket of datagrams, or `@` and an abstract name; empty: none
    explicit service_manager(std::string socket) noexcept;
    service_manager(const service_manager&) = delete;
    service_manager& operator=(const service_manager&) = delete;
    ~service_manager();

    /// Whether one is to be told. A terminal that goes is nothing to the process then.
    bool is_there() const noexcept { return from_ >= 0; }

    /// It starts, and is not ready yet: how far it is. It asks for another minute to start in.
    void tell_starting(std::string_view how_far) const;
    void tell_ready(std::string_view status) const;
    void tell_stopping() const;

private:
    void send(const std::string& state) const noexcept;

    std::string socket_;
    int from_ = -1;
};

}  // namespace memstore::app
