#include "net/connection.hpp"
#include "support/temporary_directory.hpp"

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/write.hpp>
#include <boost/test/unit_test.hpp>

#include <openssl/evp.h>
#include <openssl/pem.h>
#include <openssl/ssl.h>
#include <openssl/x509.h>
#include <sys/socket.h>

#include <algorithm>
#include <array>
#include <chrono>
#include <cstdio>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace memstore::net {
namespace {

using namespace std::chrono_literals;

struct free_openssl {
    void operator()(EVP_PKEY* one) const noexcept { ::EVP_PKEY_free(one); }
    void operator()(X509* one) const noexcept { ::X509_free(one); }
    void operator()(std::FILE* one) const noexcept { std::fclose(one); }
};

template <class Thing>
using owned = std::unique_ptr<Thing, free_openssl>;

/// Of a server that vouches for itself.
ssl_settings make_settings() {
    const test::temporary_directory folder;
    const tls_files files{.certificate = folder.path / "c.pem", .key = folder.path / "k.pem"};
    const owned<EVP_PKEY> key{::EVP_EC_gen("P-256")};
    const owned<X509> certificate{::X509_new()};
    ::X509_gmtime_adj(X509_getm_notBefore(certificate.get()), 0);
    ::X509_gmtime_adj(X509_getm_notAfter(certificate.get()), 3600);
    ::X509_set_pubkey(certificate.get(), key.get());
    BOOST_REQUIRE(::X509_sign(certificate.get(), key.get(), ::EVP_sha256()) != 0);
    const owned<std::FILE> certificate_file{std::fopen(files.certificate.c_str(), "w")};
    ::PEM_write_X509(certificate_file.get(), certificate.get());
    const owned<std::FILE> key_file{std::fopen(files.key.c_str(), "w")};
    ::PEM_write_PrivateKey(key_file.get(), key.get(), nullptr, nullptr, 0, nullptr, nullptr);
    std::fflush(certificate_file.get());
    std::fflush(key_file.get());
    auto loaded = load_tls(files);
    BOOST_REQUIRE(loaded.has_value());
    return *std::move(loaded);
}

/// A connection that speaks TLS, and a client whose bytes pass through our hands.
struct tls_pair {
    static constexpr int small_buffer = 16'384;

    tls_server server{make_settings()};
    tls_entrance entrance{server, 10s, [] { return std::string{}; }};
    boost::asio::io_context io{1};
    connections home{io, &entrance};
    socket wire{io.get_executor()};
    int our_number = -1;
    std::unique_ptr<connection> ours;
    ssl_settings client_settings{::SSL_CTX_new(::TLS_client_method())};
    ssl_handle client{::SSL_new(client_settings.get())};
    BIO* const to_client = ::BIO_new(::BIO_s_mem());
    BIO* const from_client = ::BIO_new(::BIO_s_mem());

    tls_pair() {
        boost::asio::basic_socket_acceptor<tcp, io_executor> acceptor{io.get_executor()};
        acceptor.open(tcp::v4());
        acceptor.bind({boost::asio::ip::address_v4::loopback(), 0});
        acceptor.listen();
        wire.open(tcp::v4());
        wire.set_option(socket::receive_buffer_size(small_buffer));
        wire.connect(acceptor.local_endpoint());
        socket accepted = acceptor.accept();
        accepted.set_option(socket::send_buffer_size(small_buffer));
        accepted.native_non_blocking(true);
        wire.non_blocking(true);
        our_number = accepted.release();
        ours = std::make_unique<connection>(descriptor{our_number}, home);
        ::SSL_set_bio(client.get(), to_client, from_client);
        ::SSL_set_connect_state(client.get());
    }

    /// What the client says goes to us.
    void pass_on() {
        std::array<char, 4096> bytes{};
        const int count = ::BIO_read(from_client, bytes.data(), static_cast<int>(bytes.size()));
        if (count > 0) {
            boost::asio::write(wire, boost::asio::buffer(bytes, static_cast<std::size_t>(count)));
        }
    }

    /// Takes what has come for the client. @return it
    std::string take() {
        std::vector<char> into(65'536);
        boost::system::error_code nothing_there;
        const std::size_t count = wire.read_some(boost::asio::buffer(into), nothing_there);
        ended = nothing_there == boost::asio::error::eof;
        return {into.data(), count};
    }

    void give_client(std::string_view bytes) {
        ::BIO_write(to_client, bytes.data(), static_cast<int>(bytes.size()));
    }

    void shake_hands() {
        const auto give_up = std::chrono::steady_clock::now() + 10s;
        while (::SSL_do_handshake(client.get()) != 1) {
            BOOST_REQUIRE(std::chrono::steady_clock::now() < give_up);
            pass_on();
            io.run_for(1ms);
            give_client(take());
        }
        ::SSL_write(client.get(), "x", 1);
        pass_on();
    }

    /// Fills our socket. @return with how much
    std::size_t stuff() const {
        const std::string bytes(1'000'000, 's');
        std::size_t all = 0;
        for (ssize_t count = 1; count > 0;
             all += static_cast<std::size_t>(std::max<ssize_t>(count, 0))) {
            count = ::send(our_number, bytes.data(), bytes.size(), MSG_NOSIGNAL);
        }
        return all;
    }

    bool ended = false;
};

BOOST_AUTO_TEST_SUITE(tls_connection)

BOOST_AUTO_TEST_CASE(the_end_is_told_behind_an_answer_that_fills_the_socket) {
    tls_pair here;
    std::size_t stuffed = 0;
    bool over = false;
    const auto serve = [&]() -> awaitable<> {
        std::array<char, 16> byte{};
        const auto until = here.ours->deadline_in(10s);
        const std::size_t count = co_await here.ours->read_idle(byte, until);
        BOOST_TEST(count == 1U);
        stuffed = here.stuff();
        co_await here.ours->linger(10s);
        over = true;
    };
    boost::asio::co_spawn(here.io, serve(), boost::asio::detached);
    here.shake_hands();
    const auto give_up = std::chrono::steady_clock::now() + 10s;
    std::string came;
    while (!here.ended && std::chrono::steady_clock::now() < give_up) {
        here.io.run_for(20ms);
        came += here.take();
    }
    BOOST_TEST(stuffed > 0U);
    const std::size_t at = came.find(std::string(stuffed, 's'));
    BOOST_REQUIRE(at != std::string::npos);
    here.give_client(came.substr(0, at));
    here.give_client(came.substr(at + stuffed));
    std::array<char, 16> byte{};
    const int result = ::SSL_read(here.client.get(), byte.data(), static_cast<int>(byte.size()));
    BOOST_TEST(::SSL_get_error(here.client.get(), result) == SSL_ERROR_ZERO_RETURN);
    here.wire.close();
    while (!over && std::chrono::steady_clock::now() < give_up) here.io.run_for(20ms);
    BOOST_TEST(over);
}

BOOST_AUTO_TEST_CASE(a_client_that_takes_nothing_is_not_waited_for_long) {
    tls_pair here;
    bool over = false;
    const auto serve = [&]() -> awaitable<> {
        std::array<char, 16> byte{};
        const auto until = here.ours->deadline_in(10s);
        co_await here.ours->read_idle(byte, until);
        here.stuff();
        co_await here.ours->linger(60s);
        over = true;
    };
    boost::asio::co_spawn(here.io, serve(), boost::asio::detached);
    here.shake_hands();
    const auto began = std::chrono::steady_clock::now();
    while (!over && std::chrono::steady_clock::now() < began + 20s) here.io.run_for(20ms);
    BOOST_TEST(over);
    BOOST_TEST((std::chrono::steady_clock::now() - began < 10s));
}

/// Who is turned away is written to before anything is read, and may not keep its place by keeping
/// us waiting for its handshake.
BOOST_AUTO_TEST_CASE(a_writer_waits_no_longer_for_a_handshake_than_for_its_reader) {
    for (const std::string_view beginning : {"", "\x16\x03\x01"}) {
        tls_pair here;
        std::optional<bool> written;
        const auto serve = [&]() -> awaitable<> {
            written = co_await here.ours->write("no", 300ms);
            here.ours.reset();
        };
        if (!beginning.empty()) boost::asio::write(here.wire, boost::asio::buffer(beginning));
        boost::asio::co_spawn(here.io, serve(), boost::asio::detached);
        const auto began = std::chrono::steady_clock::now();
        while (!written && std::chrono::steady_clock::now() < began + 20s) here.io.run_for(20ms);
        const auto took = std::chrono::steady_clock::now() - began;
        BOOST_TEST((written == false));
        BOOST_TEST((took >= 300ms && took < 5s));
    }
}

BOOST_AUTO_TEST_CASE(a_client_that_comes_in_at_once_reads_what_is_written_first) {
    tls_pair here;
    bool over = false;
    const auto serve = [&]() -> awaitable<> {
        const bool written = co_await here.ours->write("no", 5s);
        BOOST_TEST(written);
        co_await here.ours->linger(1s);
        over = true;
    };
    boost::asio::co_spawn(here.io, serve(), boost::asio::detached);
    here.shake_hands();
    std::array<char, 16> bytes{};
    int count = 0;
    const auto give_up = std::chrono::steady_clock::now() + 10s;
    while (count <= 0 && std::chrono::steady_clock::now() < give_up) {
        here.io.run_for(20ms);
        here.give_client(here.take());
        count = ::SSL_read(here.client.get(), bytes.data(), static_cast<int>(bytes.size()));
    }
    BOOST_TEST(
        (std::string_view{bytes.data(), static_cast<std::size_t>(std::max(count, 0))} == "no")
    );
    here.wire.close();
    while (!over && std::chrono::steady_clock::now() < give_up) here.io.run_for(20ms);
    BOOST_TEST(over);
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace
}  // namespace memstore::net
