#include "net/connection.hpp"

#include "net/waker.hpp"

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/test/unit_test.hpp>

#include <algorithm>
#include <array>
#include <chrono>
#include <cstddef>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <thread>
#include <vector>

namespace memstore::net {
namespace {

using namespace std::chrono_literals;

/// Much less would keep TCP from sending at all well; the kernel doubles it.
constexpr int small_buffer = 16'384;

/// A client's socket and ours, with little room between them, so that a write waits for the reader.
struct pair {
    boost::asio::io_context io{1};
    connections home{io};
    socket client{io.get_executor()};
    std::optional<connection> ours;

    pair() {
        boost::asio::basic_socket_acceptor<tcp, io_executor> acceptor{io.get_executor()};
        acceptor.open(tcp::v4());
        acceptor.bind({boost::asio::ip::address_v4::loopback(), 0});
        acceptor.listen();
        client.open(tcp::v4());
        client.set_option(socket::receive_buffer_size(small_buffer));
        client.connect(acceptor.local_endpoint());
        socket accepted = acceptor.accept();
        accepted.set_option(socket::send_buffer_size(small_buffer));
        accepted.native_non_blocking(true);
        client.non_blocking(true);
        ours.emplace(descriptor{accepted.release()}, home);
    }

    /// Takes up to `count` bytes of what has come. @return how many there were
    std::size_t take(std::size_t count) {
        std::vector<char> into(count);
        boost::system::error_code nothing_there;
        return client.read_some(boost::asio::buffer(into), nothing_there);
    }

    /// Begins to read on our side. @return what it will come to
    std::shared_ptr<std::optional<std::size_t>> begin_read(std::chrono::milliseconds limit) {
        auto result = std::make_shared<std::optional<std::size_t>>();
        const auto read = [](connection& from, connection::moment deadline, auto to
                          ) -> awaitable<> {
            std::array<char, 16> bytes{};
            const std::size_t count = co_await from.read_some(bytes, deadline);
            *to = count;
        };
        boost::asio::co_spawn(
            io,
            read(*ours, ours->deadline_in(limit), result),
            boost::asio::detached
        );
        io.poll();
        return result;
    }

    /// What a rest has come to: how much was read, or that the connection is broken.
    struct rested {
        bool over = false;
        std::optional<std::size_t> bytes;
    };

    /// Lets our side rest, reading or not. @return what that will come to
    std::shared_ptr<rested> begin_rest(bool reading, std::chrono::milliseconds limit = 60s) {
        auto result = std::make_shared<rested>();
        const auto rest = [](connection& whom, bool reads, connection::moment until, auto to
                          ) -> awaitable<> {
            std::array<char, 16> bytes{};
            const std::span<char> into = reads ? std::span<char>{bytes} : std::span<char>{};
            to->bytes = co_await whom.rest(into, until);
            to->over = true;
        };
        const auto until = ours->deadline_in(limit);
        boost::asio::co_spawn(io, rest(*ours, reading, until, result), boost::asio::detached);
        io.poll();
        return result;
    }

    /// Runs until that rest is over. @return what it came to
    std::optional<std::size_t> finish(const std::shared_ptr<rested>& rest) {
        const auto give_up = std::chrono::steady_clock::now() + 10s;
        while (!rest->over && std::chrono::steady_clock::now() < give_up) io.run_for(10ms);
        BOOST_TEST(rest->over);
        return rest->bytes;
    }

    void break_off() {
        client.set_option(socket::linger(true, 0));
        client.close();
    }

    /// Whether our side can write so much to a client that takes `piece` bytes every 20 ms.
    bool writes(std::size_t count, std::size_t piece, std::chrono::milliseconds patience) {
        const std::string bytes(count, 'x');
        std::optional<bool> written;
        const auto write = [&]() -> awaitable<> {
            const bool all = co_await ours->write(bytes, patience);
            written = all;
        };
        boost::asio::co_spawn(io, write(), boost::asio::detached);
        const auto give_up = std::chrono::steady_clock::now() + 60s;
        while (!written && std::chrono::steady_clock::now() < give_up) {
            io.run_for(20ms);
            take(piece);
        }
        return written.value();
    }
};

BOOST_AUTO_TEST_SUITE(connection_)

BOOST_AUTO_TEST_CASE(a_reader_may_take_its_time_for_much) {
    pair here;
    const auto before = std::chrono::steady_clock::now();
    BOOST_TEST(here.writes(16 * connection::write_bytes_per_second_min, 20'000, 100ms));
    BOOST_TEST((std::chrono::steady_clock::now() - before > 200ms));
}

/// Its length would allow it minutes.
BOOST_AUTO_TEST_CASE(a_reader_that_takes_nothing_is_given_up_soon) {
    pair here;
    const auto before = std::chrono::steady_clock::now();
    BOOST_TEST(!here.writes(600 * connection::write_bytes_per_second_min, 0, 1s));
    const auto taken = std::chrono::steady_clock::now() - before;
    BOOST_TEST((taken >= 1s && taken < 10s));
}

BOOST_AUTO_TEST_CASE(a_reader_that_takes_a_byte_now_and_then_is_given_up) {
    pair here;
    const auto before = std::chrono::steady_clock::now();
    BOOST_TEST(!here.writes(2 * connection::write_bytes_per_second_min, 200, 100ms));
    BOOST_TEST(here.ours->expired());
    const auto taken = std::chrono::steady_clock::now() - before;
    BOOST_TEST((taken >= 1s));
    BOOST_TEST((taken < 20s));
}

BOOST_AUTO_TEST_CASE(a_deadline_begins_now_however_long_a_handler_ran_before) {
    pair here;
    std::this_thread::sleep_for(1s);
    const auto before = std::chrono::steady_clock::now();
    const auto result = here.begin_read(500ms);
    while (!*result) here.io.run_one();
    BOOST_TEST(here.ours->expired());
    BOOST_TEST((std::chrono::steady_clock::now() - before >= 500ms));
}

BOOST_AUTO_TEST_CASE(what_comes_while_we_were_busy_is_not_late) {
    pair here;
    const auto result = here.begin_read(200ms);
    std::this_thread::sleep_for(1s);
    here.io.poll();
    BOOST_TEST(!result->has_value());
    here.client.send(boost::asio::buffer("late", 4));
    while (!*result) here.io.run_one();
    BOOST_TEST(result->value() == 4U);
}

BOOST_AUTO_TEST_CASE(a_client_that_sends_on_is_lingered_for_until_a_stop) {
    pair here;
    bool over = false;
    const auto linger = [&]() -> awaitable<> {
        co_await here.ours->linger(60s);
        over = true;
    };
    boost::asio::co_spawn(here.io, linger(), boost::asio::detached);
    const auto send_for = [&](std::chrono::milliseconds limit) {
        const auto until = std::chrono::steady_clock::now() + limit;
        while (!over && std::chrono::steady_clock::now() < until) {
            here.io.run_for(20ms);
            boost::system::error_code ignored;
            here.client.write_some(boost::asio::buffer("x", 1), ignored);
        }
    };
    send_for(1500ms);
    BOOST_TEST(!over);
    here.home.ask_to_leave();
    const auto asked = std::chrono::steady_clock::now();
    send_for(50s);
    BOOST_TEST(over);
    BOOST_TEST((std::chrono::steady_clock::now() - asked >= 1s));
    BOOST_TEST((std::chrono::steady_clock::now() - asked < 6s));
}

BOOST_AUTO_TEST_CASE(a_rest_ends_when_somebody_wakes_it) {
    for (const bool reading : {false, true}) {
        pair here;
        waker wake{*here.ours};
        for (int round = 0; round < 100; ++round) {
            wake.reset();
            const auto rest = here.begin_rest(reading);
            BOOST_TEST(!rest->over);
            std::thread another{[&] {
                wake.wake();
                wake.wake();
            }};
            BOOST_TEST(here.finish(rest).value() == 0U);
            BOOST_TEST(wake.woken());
            another.join();
        }
    }
}

BOOST_AUTO_TEST_CASE(a_waking_outlives_what_it_was_for) {
    pair here;
    {
        waker wake{*here.ours};
        wake.wake();
        BOOST_TEST(wake.woken());
    }
    here.ours.reset();
    here.io.poll();
}

BOOST_AUTO_TEST_CASE(a_waking_ends_nothing_but_a_rest) {
    pair here;
    waker wake{*here.ours};
    const auto read = here.begin_read(60s);
    wake.wake();
    here.io.poll();
    BOOST_TEST(!read->has_value());
    here.client.send(boost::asio::buffer("some", 4));
    while (!*read) here.io.run_one();
    BOOST_TEST(read->value() == 4U);
}

BOOST_AUTO_TEST_CASE(a_rest_ends_at_its_moment) {
    for (const bool reading : {false, true}) {
        pair here;
        const auto before = std::chrono::steady_clock::now();
        BOOST_TEST(here.finish(here.begin_rest(reading, 300ms)).value() == 0U);
        BOOST_TEST((std::chrono::steady_clock::now() - before >= 300ms));
        BOOST_TEST(!here.ours->ended());
    }
}

BOOST_AUTO_TEST_CASE(a_rest_ends_when_asked_to_leave) {
    for (const bool reading : {false, true}) {
        pair here;
        const auto rest = here.begin_rest(reading);
        here.home.ask_to_leave();
        BOOST_TEST(here.finish(rest).value() == 0U);
        const auto next = here.begin_rest(reading);
        here.io.run_for(50ms);
        BOOST_TEST(!next->over);  // it has been asked, and may rest on
        here.home.close();
        here.finish(next);
        BOOST_TEST(!here.finish(here.begin_rest(reading)).has_value());
    }
}

BOOST_AUTO_TEST_CASE(a_rest_takes_what_the_client_sends) {
    pair here;
    const auto rest = here.begin_rest(true);
    here.client.send(boost::asio::buffer("some", 4));
    BOOST_TEST(here.finish(rest).value() == 4U);
    const auto quiet = here.begin_rest(false);
    here.client.send(boost::asio::buffer("more", 4));
    here.io.run_for(50ms);
    BOOST_TEST(!quiet->over);
    here.ours->interrupt();
    BOOST_TEST(here.finish(quiet).value() == 0U);
    BOOST_TEST(here.finish(here.begin_rest(true)).value() == 4U);
}

BOOST_AUTO_TEST_CASE(a_rest_sees_the_client_end_its_half) {
    pair here;
    here.client.shutdown(socket::shutdown_send);
    BOOST_TEST(here.finish(here.begin_rest(true)).value() == 0U);
    BOOST_TEST(here.ours->ended());
    const auto quiet = here.begin_rest(false);
    here.io.run_for(50ms);
    BOOST_TEST(!quiet->over);
    here.ours->interrupt();
    BOOST_TEST(here.finish(quiet).value() == 0U);
}

BOOST_AUTO_TEST_CASE(a_rest_sees_the_connection_break) {
    for (const bool reading : {false, true}) {
        pair here;
        const auto rest = here.begin_rest(reading);
        here.client.send(boost::asio::buffer("some", reading ? 0 : 4));
        here.break_off();
        BOOST_TEST(!here.finish(rest).has_value());
    }
}

BOOST_AUTO_TEST_CASE(a_reset_is_no_end_in_order) {
    pair here;
    here.ours->reset();
    boost::system::error_code failed;
    std::array<char, 1> byte{};
    here.client.non_blocking(false);
    here.client.read_some(boost::asio::buffer(byte), failed);
    BOOST_TEST((failed == boost::asio::error::connection_reset));
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace
}  // namespace memstore::net
