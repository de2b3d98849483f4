#include "net/ready_set.hpp"

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/test/data/monomorphic.hpp>
#include <boost/test/data/test_case.hpp>
#include <boost/test/unit_test.hpp>

#include <sys/socket.h>

#include <array>
#include <atomic>
#include <cerrno>
#include <chrono>
#include <cstddef>
#include <deque>
#include <functional>
#include <memory>
#include <optional>
#include <random>
#include <string>
#include <string_view>
#include <thread>
#include <vector>

namespace memstore::net {
namespace {

using namespace std::chrono_literals;
namespace bdata = boost::unit_test::data;

/// The two ends of a TCP connection: the client's blocks.
struct ends {
    descriptor client;
    descriptor ours;
};

ends connect(boost::asio::io_context& io) {
    boost::asio::basic_socket_acceptor<tcp, io_executor> acceptor{io.get_executor()};
    acceptor.open(tcp::v4());
    acceptor.bind({boost::asio::ip::address_v4::loopback(), 0});
    acceptor.listen();
    socket client{io.get_executor()};
    client.connect(acceptor.local_endpoint());
    client.set_option(tcp::no_delay(true));
    socket ours = acceptor.accept();
    ours.native_non_blocking(true);
    client.native_non_blocking(false);
    return {descriptor{client.release()}, descriptor{ours.release()}};
}

void send(const descriptor& client, std::string_view bytes) {
    const ssize_t sent = ::send(client.number(), bytes.data(), bytes.size(), MSG_NOSIGNAL);
    BOOST_REQUIRE(sent == static_cast<ssize_t>(bytes.size()));
}

void finish(const descriptor& client) { ::shutdown(client.number(), SHUT_WR); }

/// What a socket has told the coroutine that reads from it, up to its end.
struct reading {
    std::string received;
    int vain_reads = 0;
    bool over = false;
};

awaitable<> read_all(ready_socket& from, std::size_t room, reading& into) {
    std::vector<char> bytes(room);
    while (!from.ended()) {
        co_await from.wait_readable(boost::asio::deferred);
        const std::size_t count = from.read(bytes);
        if (count == 0 && !from.ended()) ++into.vain_reads;
        into.received.append(bytes.data(), count);
    }
    into.over = true;
}

struct surroundings {
    boost::asio::io_context io{1};
    ready_set set{io};

    void spawn(awaitable<> work) {
        boost::asio::co_spawn(io, std::move(work), boost::asio::detached);
    }

    /// Runs until the condition holds. @return whether it came to that
    bool run_until(const std::function<bool()>& done) {
        const auto give_up = std::chrono::steady_clock::now() + 20s;
        while (!done() && std::chrono::steady_clock::now() < give_up) io.run_one_for(1s);
        return done();
    }
};

/// One socket of the set, and its client.
struct member {
    explicit member(surroundings& here) : member(connect(here.io), here) {}
    member(ends both, surroundings& here)
        : client(std::move(both.client)), ours(std::move(both.ours), here.set) {}

    descriptor client;
    ready_socket ours;
};

BOOST_AUTO_TEST_SUITE(ready_set_)

BOOST_AUTO_TEST_CASE(what_came_before_it_joined_is_told) {
    surroundings here;
    ends both = connect(here.io);
    send(both.client, "early");
    finish(both.client);
    ready_socket subject{std::move(both.ours), here.set};
    reading result;
    here.spawn(read_all(subject, 100, result));
    BOOST_TEST(here.run_until([&] { return result.over; }));
    BOOST_TEST(result.received == "early");
}

// The end may share its report with what comes before it, at each way that can fill the room.
BOOST_DATA_TEST_CASE(
    the_end_is_told_beside_what_precedes_it,
    bdata::make({1, 4, 5, 6, 100}),
    room
) {
    surroundings here;
    member subject{here};
    reading result;
    here.spawn(read_all(subject.ours, static_cast<std::size_t>(room), result));
    here.io.poll();
    send(subject.client, "bytes");
    finish(subject.client);
    BOOST_TEST(here.run_until([&] { return result.over; }));
    BOOST_TEST(result.received == "bytes");
}

BOOST_AUTO_TEST_CASE(bytes_that_come_between_a_read_and_the_wait_are_told) {
    surroundings here;
    member subject{here};
    std::string received;
    const auto read = [&]() -> awaitable<> {
        std::array<char, 100> bytes{};
        for (int i = 0; i < 1000; ++i) {
            co_await subject.ours.wait_readable(boost::asio::deferred);
            const std::size_t count = subject.ours.read(bytes);
            received.append(bytes.data(), count);
            send(subject.client, "x");
        }
    };
    here.spawn(read());
    send(subject.client, "x");
    BOOST_TEST(here.run_until([&] { return received.size() == 1000; }));
}

BOOST_AUTO_TEST_CASE(a_drained_socket_is_not_read_in_vain) {
    surroundings here;
    member subject{here};
    reading result;
    here.spawn(read_all(subject.ours, 100, result));
    for (int i = 0; i < 100; ++i) {
        const std::size_t before = result.received.size();
        send(subject.client, "some bytes");
        BOOST_REQUIRE(here.run_until([&] { return result.received.size() > before; }));
    }
    finish(subject.client);
    BOOST_TEST(here.run_until([&] { return result.over; }));
    BOOST_TEST(result.vain_reads == 0);
}

/// Sends each client a stream of its own in pieces of chance, and ends it, from another thread.
class senders {
public:
    senders(std::deque<member>& to, std::vector<std::string> streams, unsigned seed)
        : thread_([this, &to, streams = std::move(streams), seed] { run(to, streams, seed); }) {}

private:
    void run(std::deque<member>& to, const std::vector<std::string>& streams, unsigned seed) {
        std::mt19937 random(seed);
        std::vector<std::size_t> sent(streams.size());
        for (std::size_t left = streams.size(); left != 0 && !stop_;) {
            const std::size_t i = random() % streams.size();
            if (sent[i] > streams[i].size()) continue;
            const auto piece = std::string_view{streams[i]}.substr(sent[i], 1 + random() % 300);
            ::send(to[i].client.number(), piece.data(), piece.size(), MSG_NOSIGNAL);
            sent[i] += piece.size();
            if (sent[i] == streams[i].size()) {
                finish(to[i].client);
                ++sent[i];
                --left;
            }
        }
    }

    struct stopper {
        std::atomic<bool>& flag;
        ~stopper() { flag = true; }
    };

    std::atomic<bool> stop_ = false;
    std::jthread thread_;
    stopper stopper_{stop_};  // before the thread is joined
};

// More sockets than fit into a batch, rooms that pieces fill and do not fill.
BOOST_DATA_TEST_CASE(nothing_is_lost_however_it_comes, bdata::xrange(5), seed) {
    constexpr std::size_t count = 150;
    surroundings here;
    std::deque<member> members;
    std::deque<reading> readings(count);
    std::vector<std::string> streams;
    std::mt19937 random(static_cast<unsigned>(seed));
    for (std::size_t i = 0; i < count; ++i) {
        members.emplace_back(here);
        streams.emplace_back(20'000 + random() % 1000, static_cast<char>('!' + i % 90));
        here.spawn(read_all(members[i].ours, 1 + random() % 400, readings[i]));
    }
    const senders sending{members, streams, static_cast<unsigned>(seed)};
    for (std::size_t i = 0; i < count; ++i) {
        BOOST_REQUIRE(here.run_until([&] { return readings[i].over; }));
        BOOST_TEST(readings[i].received == streams[i]);
    }
}

/// Waits, and puts another socket, of the same number, in the place of one that may be in its
/// batch.
awaitable<> replace(ready_socket& mine, std::optional<member>& other, surroundings& here) {
    co_await mine.wait_readable(boost::asio::deferred);
    std::array<char, 100> bytes{};
    mine.read(bytes);
    other.reset();
    other.emplace(here);
}

BOOST_AUTO_TEST_CASE(a_report_for_one_that_has_gone_reaches_nobody) {
    surroundings here;
    std::array<std::optional<member>, 3> members;
    for (auto& one : members) one.emplace(here);
    here.io.poll();  // they are told that they can be written to
    here.spawn(replace(members[0]->ours, members[1], here));
    here.io.poll();
    for (auto& one : members) send(one->client, "bytes");
    here.io.poll();
    BOOST_TEST(members[0]->ours.readable() == false);  // it was read from
    BOOST_TEST(members[1]->ours.readable() == false);  // it is new
    BOOST_TEST(members[2]->ours.readable() == true);
    reading result;
    here.spawn(read_all(members[1]->ours, 100, result));
    send(members[1]->client, "to the new one");
    finish(members[1]->client);
    BOOST_TEST(here.run_until([&] { return result.over; }));
    BOOST_TEST(result.received == "to the new one");
}

BOOST_AUTO_TEST_CASE(all_of_a_batch_may_go_in_it) {
    surroundings here;
    std::deque<std::optional<member>> members(50);
    int told = 0;
    const auto clear_all = [&](ready_socket& mine) -> awaitable<> {
        co_await mine.wait_readable(boost::asio::deferred);
        ++told;
        for (auto& one : members) {
            if (one && &one->ours != &mine) one->ours.close();
        }
    };
    for (auto& one : members) {
        one.emplace(here);
        here.spawn(clear_all(one->ours));
    }
    here.io.poll();
    for (auto& one : members) send(one->client, "bytes");
    BOOST_TEST(here.run_until([&] { return told == 50; }));
}

BOOST_AUTO_TEST_CASE(a_full_socket_tells_when_it_takes_more) {
    surroundings here;
    member subject{here};
    const std::string bytes(1'000'000, 'x');
    std::size_t written = 0;
    const auto write = [&]() -> awaitable<> {
        while (written < 50 * bytes.size()) {
            if (!subject.ours.writable()) {
                co_await subject.ours.wait_writable(boost::asio::deferred);
            }
            written += subject.ours.write(bytes.substr(0, 500'000), bytes.substr(500'000));
        }
    };
    here.spawn(write());
    here.io.poll();
    BOOST_TEST(!subject.ours.writable());
    BOOST_TEST(written < 50 * bytes.size());
    std::jthread reader{[&client = subject.client] {
        std::vector<char> into(100'000);
        while (::recv(client.number(), into.data(), into.size(), 0) > 0) continue;
    }};
    BOOST_TEST(here.run_until([&] { return written >= 50 * bytes.size(); }));
    subject.ours.close();
}

BOOST_AUTO_TEST_CASE(a_write_to_one_that_reset_the_connection_does_not_wait) {
    surroundings here;
    member subject{here};
    const linger at_once{1, 0};
    ::setsockopt(subject.client.number(), SOL_SOCKET, SO_LINGER, &at_once, sizeof at_once);
    subject.client.close();
    BOOST_TEST(subject.ours.write("a") == 0U);
    BOOST_TEST(subject.ours.write("b") == 0U);
    BOOST_TEST(subject.ours.writable());
}

BOOST_AUTO_TEST_CASE(a_wait_ends_when_it_is_cancelled_or_its_socket_closed) {
    surroundings here;
    member subject{here};
    int ended = 0;
    const auto wait_twice = [&]() -> awaitable<> {
        co_await subject.ours.wait_readable(boost::asio::deferred);
        ++ended;
        co_await subject.ours.wait_readable(boost::asio::deferred);
        ++ended;
    };
    here.spawn(wait_twice());
    here.io.poll();
    subject.ours.cancel();
    BOOST_TEST(ended == 0);  // not from inside
    here.io.poll();
    BOOST_TEST(ended == 1);
    BOOST_TEST(!subject.ours.readable());
    subject.ours.close();
    here.io.poll();
    BOOST_TEST(ended == 2);
    std::array<char, 10> bytes{};
    BOOST_TEST(subject.ours.read(bytes) == 0U);
    BOOST_TEST(!subject.ours.ended());
    BOOST_TEST(subject.ours.write("bytes") == 0U);
}

// Bytes, an end and a reset that nobody reads, and a client that says nothing.
BOOST_AUTO_TEST_CASE(what_nobody_waits_for_keeps_nobody_busy) {
    surroundings here;
    std::deque<member> members;
    for (int i = 0; i < 4; ++i) members.emplace_back(here);
    send(members[0].client, "bytes");
    finish(members[1].client);
    const linger at_once{1, 0};
    ::setsockopt(members[2].client.number(), SOL_SOCKET, SO_LINGER, &at_once, sizeof at_once);
    members[2].client.close();
    here.io.run_for(100ms);
    BOOST_TEST(here.io.run_for(200ms) == 0U);
}

BOOST_AUTO_TEST_CASE(an_io_context_has_work_while_there_are_sockets) {
    surroundings here;
    std::optional<member> subject;
    subject.emplace(here);
    here.io.run_for(20ms);
    BOOST_TEST(!here.io.stopped());
    subject.reset();
    here.io.run();
    here.io.restart();
    subject.emplace(here);
    reading result;
    here.spawn(read_all(subject->ours, 100, result));
    finish(subject->client);
    BOOST_TEST(here.run_until([&] { return result.over; }));
    subject.reset();
    here.io.run();
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace
}  // namespace memstore::net
