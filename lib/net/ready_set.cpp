#include "net/ready_set.hpp"

#include <boost/system/system_error.hpp>

#include <linux/sockios.h>
#include <sys/ioctl.h>
#include <sys/socket.h>
#include <sys/uio.h>

#include <cassert>
#include <cerrno>

namespace memstore::net {
namespace {

[[noreturn]] void throw_last_error(const char* what) {
    const boost::system::error_code failed{errno, boost::system::system_category()};
    throw boost::system::system_error{failed, what};
}

int make_set() {
    const int set = ::epoll_create1(EPOLL_CLOEXEC);
    if (set < 0) throw_last_error("epoll_create1");
    return set;
}

/// The kernel only reads it.
iovec to_iovec(std::string_view bytes) noexcept {
    return {const_cast<char*>(bytes.data()), bytes.size()};
}

}  // namespace

ready_set::ready_set(boost::asio::io_context& io) : reports_(io.get_executor(), make_set()) {}

void ready_set::add(ready_socket& one) {
    epoll_event wanted{};
    wanted.events = EPOLLIN | EPOLLOUT | EPOLLRDHUP | EPOLLET;
    wanted.data.ptr = &one;
    if (::epoll_ctl(reports_.native_handle(), EPOLL_CTL_ADD, one.peer_.number(), &wanted) != 0) {
        throw_last_error("epoll_ctl");
    }
    if (!watching_) watch();
    ++sockets_;
}

/// The kernel forgets it when it is closed; what it has reported by now is for us to forget.
void ready_set::remove(const ready_socket& one) noexcept {
    for (epoll_event& report : untold_) {
        if (report.data.ptr == &one) report.data.ptr = nullptr;
    }
    if (--sockets_ != 0 || !watching_) return;
    boost::system::error_code ignored;
    reports_.cancel(ignored);
}

/// Once at a time: a wait that was cancelled, or has come to its end, is one until its handler
/// runs.
void ready_set::watch() {
    reports_.async_wait(
        boost::asio::posix::descriptor_base::wait_read,
        [this](const boost::system::error_code& cancelled) {
            watching_ = false;
            if (!cancelled) take_reports();
            if (sockets_ != 0 && !watching_) watch();
        }
    );
    watching_ = true;
}

void ready_set::take_reports() {
    const int count =
        ::epoll_wait(reports_.native_handle(), batch_.data(), static_cast<int>(batch_.size()), 0);
    untold_ = {batch_.data(), count > 0 ? static_cast<std::size_t>(count) : 0};
    while (!untold_.empty()) {
        const epoll_event next = untold_.front();
        untold_ = untold_.subspan(1);
        if (next.data.ptr != nullptr)
            static_cast<ready_socket*>(next.data.ptr)->report(next.events);
    }
}

ready_socket::ready_socket(descriptor&& peer, ready_set& home)
    : peer_(std::move(peer)), home_(home) {
    home_.add(*this);
}

std::size_t ready_socket::read(std::span<char> into) noexcept {
    assert(!into.empty());
    const ssize_t result = ::recv(peer_.number(), into.data(), into.size(), 0);
    if (result == 0) ended_ = true;
    const std::size_t bytes = count(result, readable_);
    if (bytes != 0 && bytes < into.size() && !hung_up_) readable_ = false;
    return bytes;
}

std::size_t ready_socket::write(std::string_view first, std::string_view second) noexcept {
    ssize_t result = 0;
    if (second.empty()) {  // a cheaper system call
        result = ::send(peer_.number(), first.data(), first.size(), MSG_NOSIGNAL);
    } else {
        std::array<iovec, 2> both{to_iovec(first), to_iovec(second)};
        msghdr message{};
        message.msg_iov = both.data();
        message.msg_iovlen = both.size();
        result = ::sendmsg(peer_.number(), &message, MSG_NOSIGNAL);
    }
    const std::size_t bytes = count(result, writable_);
    if (bytes != 0 && bytes < first.size() + second.size()) writable_ = false;
    return bytes;
}

/// What a call for one of the two directions has come to.
std::size_t ready_socket::count(ssize_t result, bool& ready) noexcept {
    if (result >= 0) return static_cast<std::size_t>(result);
    if (errno == EAGAIN) {
        ready = false;
    } else {
        broken_ = true;
    }
    return 0;
}

void ready_socket::cancel() noexcept {
    if (!waiter_.empty()) waiter_.post();
}

std::size_t ready_socket::untaken() const noexcept {
    int bytes = 0;
    if (::ioctl(peer_.number(), SIOCOUTQ, &bytes) != 0) return 0;
    return static_cast<std::size_t>(bytes);
}

void ready_socket::finish_writing() noexcept { ::shutdown(peer_.number(), SHUT_WR); }

void ready_socket::close() noexcept {
    peer_.close();
    readable_ = writable_ = broken_ = true;
    cancel();
}

void ready_socket::reset() noexcept {
    constexpr linger without_the_end{1, 0};
    ::setsockopt(peer_.number(), SOL_SOCKET, SO_LINGER, &without_the_end, sizeof without_the_end);
    close();
}

void ready_socket::report(std::uint32_t events) {
    if ((events & (EPOLLRDHUP | EPOLLHUP | EPOLLERR)) != 0) readable_ = hung_up_ = true;
    if ((events & (EPOLLHUP | EPOLLERR)) != 0) writable_ = broken_ = true;
    if ((events & EPOLLIN) != 0) readable_ = true;
    if ((events & EPOLLOUT) != 0) writable_ = true;
    if (!waiter_.empty() && this->*awaited_) waiter_.call();
}

}  // namespace memstore::net
