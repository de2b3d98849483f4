#include "app/healthcheck.hpp"

#include "app/tls_question.hpp"
#include "app/value_text.hpp"
#include "app/within.hpp"
#include "log/line.hpp"

#include <boost/algorithm/string/trim.hpp>
#include <boost/asio/ip/tcp.hpp>

#include <chrono>
#include <istream>
#include <optional>
#include <string_view>
#include <utility>

namespace memstore::app {
namespace {

using boost::asio::ip::tcp;

/// How long all of it may take.
constexpr std::chrono::seconds limit{3};

/// Where to reach a server that listens at `address`: one that listens everywhere is here, too.
std::string reachable(const std::string& address) {
    if (address == "0.0.0.0") return "127.0.0.1";
    if (address == "::") return "::1";
    return address;
}

/// The port in use, when it is known.
std::optional<std::uint64_t> port_in_use(const settings& values, fs::file_system& files) {
    constexpr std::size_t bytes_max = 16;
    if (!values.port_file.empty()) {
        const auto text = files.read(values.port_file, bytes_max);
        if (text) return parse_number(boost::algorithm::trim_copy(*text));
    }
    return values.port == 0 ? std::nullopt : std::optional<std::uint64_t>{values.port};
}

std::string read_all(std::istream& from) {
    constexpr std::size_t bytes_max = std::size_t{64} * 1024;
    std::string text(bytes_max, '\0');
    from.read(text.data(), static_cast<std::streamsize>(text.size()));
    text.resize(static_cast<std::size_t>(from.gcount()));
    return text;
}

health verdict(std::string_view response) {
    constexpr std::string_view ready = "HTTP/1.1 200 ";
    const std::size_t head = response.find("\r\n\r\n");
    if (!response.starts_with("HTTP/1.") || head == std::string_view::npos) {
        return {false, "not an HTTP response: " + log::quoted(response.substr(0, 80))};
    }
    const std::string body{response.substr(head + 4)};
    if (response.starts_with(ready)) return {true, "ok"};
    const auto status_line = response.substr(0, response.find("\r\n"));
    return {false, log::escaped(body.empty() ? status_line : boost::algorithm::trim_copy(body))};
}

std::string authority_of(const std::string& host, const std::string& port) {
    const bool bare = host.find(':') == std::string::npos;
    return (bare ? host : "[" + host + "]") + ":" + port;
}

std::string question_for(const std::string& authority) {
    return "GET /readyz HTTP/1.1\r\nHost: " + authority + "\r\nConnection: close\r\n\r\n";
}

health ask(const std::string& host, const std::string& port) {
    const std::string authority = authority_of(host, port);
    tcp::iostream server;
    server.connect(host, port);
    server << question_for(authority);
    const std::string response = read_all(server);
    if (response.empty())
        return {false, "no answer from " + authority + ": " + server.error().message()};
    return verdict(response);
}

health ask(const std::string& host, const std::string& port, const net::tls_files& identity) {
    const std::string authority = authority_of(host, port);
    const auto response = ask_by_tls(authority, identity, question_for(authority));
    if (!response) return {false, "no answer from " + authority + ": " + response.error().what};
    return verdict(*response);
}

}  // namespace

health check_health(const settings& values, fs::file_system& files) {
    const auto number = port_in_use(values, files);
    if (!number) return {false, "the port is not known"};
    const std::string host = reachable(values.address);
    const std::string port = std::to_string(*number);
    // A stream's own limit would leave out the time that a resolver takes.
    const net::tls_files& tls = values.tls;
    auto found = within(limit, [host, port, tls] {
        return tls.certificate.empty() ? ask(host, port) : ask(host, port, tls);
    });
    if (found) return *std::move(found);
    const std::string seconds = std::to_string(limit.count()) + " s";
    return {false, "no answer from " + authority_of(host, port) + " within " + seconds};
}

}  // namespace memstore::app
