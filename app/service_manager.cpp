#include "app/service_manager.hpp"

#include <sys/socket.h>
#include <sys/un.h>

#include <algorithm>
#include <cstddef>
#include <cstdlib>
#include <unistd.h>
#include <utility>

namespace memstore::app {
namespace {

std::string socket_in_environment() {
    const char* const found = ::secure_getenv("NOTIFY_SOCKET");
    return found == nullptr ? std::string{} : std::string{found};
}

}  // namespace

service_manager::service_manager() : service_manager(socket_in_environment()) {}

service_manager::service_manager(std::string socket) noexcept : socket_(std::move(socket)) {
    const bool usable = socket_.size() > 1 && socket_.size() < sizeof(sockaddr_un::sun_path) &&
                        (socket_.front() == '/' || socket_.front() == '@');
    if (usable) from_ = ::socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC, 0);
}

service_manager::~service_manager() {
    if (from_ >= 0) ::close(from_);
}

void service_manager::tell_starting(std::string_view how_far) const {
    send("EXTEND_TIMEOUT_USEC=60000000\nSTATUS=" + std::string{how_far});
}

void service_manager::tell_ready(std::string_view status) const {
    send("READY=1\nSTATUS=" + std::string{status});
}

void service_manager::tell_stopping() const { send("STOPPING=1\nSTATUS=stopping"); }

/// A manager that takes nothing more, or is gone, is not waited for.
void service_manager::send(const std::string& state) const noexcept {
    if (from_ < 0) return;
    sockaddr_un to{};
    to.sun_family = AF_UNIX;
    std::copy(socket_.begin(), socket_.end(), std::begin(to.sun_path));
    if (socket_.front() == '@') to.sun_path[0] = '\0';
    const auto bytes = static_cast<socklen_t>(offsetof(sockaddr_un, sun_path) + socket_.size());
    [[maybe_unused]] const auto sent = ::sendto(
        from_,
        state.data(),
        state.size(),
        MSG_NOSIGNAL | MSG_DONTWAIT,
        reinterpret_cast<const sockaddr*>(&to),
        bytes
    );
}

}  // namespace memstore::app
