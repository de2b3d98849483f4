#include "net/listener.hpp"

#include <boost/asio/io_context.hpp>
#include <boost/system/system_error.hpp>
#include <boost/test/unit_test.hpp>

#include <netinet/tcp.h>
#include <sys/resource.h>
#include <sys/socket.h>

#include <chrono>
#include <deque>
#include <optional>

namespace memstore::net {
namespace {

using namespace std::chrono_literals;

const tcp::endpoint any_port{boost::asio::ip::address_v4::loopback(), 0};

struct setting {
    boost::asio::io_context io{1};
    log::logger log{log::level::off, log::format::text};
    log::throttle complaints{1h};
    std::deque<descriptor> accepted;
    std::deque<client_network> origins;

    listener listen_at(const tcp::endpoint& where) {
        return {io, where, log, complaints, [this](descriptor&& one, client_network from) {
                    accepted.push_back(std::move(one));
                    origins.push_back(from);
                }};
    }

    void run_until_accepted(std::size_t count) {
        const auto patience = std::chrono::steady_clock::now() + 10s;
        while (accepted.size() < count && std::chrono::steady_clock::now() < patience)
            io.run_for(10ms);
        BOOST_TEST(accepted.size() == count);
    }
};

BOOST_AUTO_TEST_SUITE(listener_)

BOOST_AUTO_TEST_CASE(accepts_without_delay_of_small_writes) {
    setting here;
    auto subject = here.listen_at(any_port);
    subject.start();
    socket client{here.io.get_executor()};
    client.connect(subject.local_endpoint());
    here.run_until_accepted(1);
    int no_delay = 0;
    socklen_t size = sizeof no_delay;
    const int ours = here.accepted.front().number();
    BOOST_REQUIRE(::getsockopt(ours, IPPROTO_TCP, TCP_NODELAY, &no_delay, &size) == 0);
    BOOST_TEST(no_delay != 0);
    BOOST_TEST((here.origins.front() == client_network{0x0000'ffff'7f00'0001}));
    subject.close();
    here.io.run_for(10s);
}

BOOST_AUTO_TEST_CASE(a_close_takes_what_the_kernel_has_accepted) {
    setting here;
    auto subject = here.listen_at(any_port);
    subject.start();
    std::deque<socket> clients;
    for (int i = 0; i < 3; ++i) {
        clients.emplace_back(here.io.get_executor()).connect(subject.local_endpoint());
    }
    subject.close();
    BOOST_TEST(here.accepted.size() == 3U);
    here.io.run_for(10s);
    BOOST_TEST(here.accepted.size() == 3U);
}

BOOST_AUTO_TEST_CASE(shares_its_port_with_other_listeners_of_ours_only_when_they_mean_it) {
    setting here;
    auto first = here.listen_at(any_port);
    const auto where = first.local_endpoint();
    auto second = here.listen_at(where);
    BOOST_TEST(second.local_endpoint() == where);
    BOOST_CHECK_THROW(require_free(here.io, where), boost::system::system_error);
    first.close();
    second.close();
    BOOST_CHECK_NO_THROW(require_free(here.io, where));
}

#ifndef __SANITIZE_ADDRESS__  // UBSan opens a pipe to look at an object's type: it needs
                              // descriptors, too

BOOST_AUTO_TEST_CASE(goes_on_when_there_are_file_descriptors_again) {
    setting here;
    auto subject = here.listen_at(any_port);
    subject.start();
    socket client{here.io.get_executor()};
    client.connect(subject.local_endpoint());
    rlimit normal{};
    BOOST_REQUIRE(::getrlimit(RLIMIT_NOFILE, &normal) == 0);
    const rlimit none{0, normal.rlim_max};
    BOOST_REQUIRE(::setrlimit(RLIMIT_NOFILE, &none) == 0);
    here.io.run_for(50ms);
    BOOST_REQUIRE(::setrlimit(RLIMIT_NOFILE, &normal) == 0);
    BOOST_TEST(here.accepted.empty());
    here.run_until_accepted(1);
    subject.close();
    here.io.run_for(10s);
}

#endif

BOOST_AUTO_TEST_SUITE_END()

}  // namespace
}  // namespace memstore::net
