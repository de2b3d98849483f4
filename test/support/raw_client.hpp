#pragma once

#include <boost/asio/buffer.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/write.hpp>

#include <sys/socket.h>
#include <sys/time.h>

#include <algorithm>
#include <array>
#include <cctype>
#include <chrono>
#include <cstdint>
#include <map>
#include <optional>
#include <sstream>
#include <stdexcept>
#include <string>
#include <string_view>
#include <utility>

namespace memstore::test {

/// An answer as it came over the wire.
struct wire_answer {
    int status = 0;
    std::string head;                           ///< status line and fields, as they came
    std::map<std::string, std::string> fields;  ///< by name in lower case
    std::string body;

    std::string field(const std::string& name) const {
        const auto found = fields.find(name);
        return found == fields.end() ? std::string{} : found->second;
    }
};

/// A blocking client that sends what it is told to, byte for byte. Nothing in it waits longer than
/// ten seconds.
class raw_client {
public:
    /// @param from  an address of this machine to come from
    explicit raw_client(std::uint16_t port, const char* from = nullptr) : socket_(io_) {
        if (from != nullptr) {
            socket_.open(boost::asio::ip::tcp::v4());
            socket_.bind({boost::asio::ip::make_address(from), 0});
        }
        socket_.connect({boost::asio::ip::address_v4::loopback(), port});
        socket_.set_option(boost::asio::ip::tcp::no_delay(true));
        const timeval patience{10, 0};
        ::setsockopt(socket_.native_handle(), SOL_SOCKET, SO_RCVTIMEO, &patience, sizeof patience);
        ::setsockopt(socket_.native_handle(), SOL_SOCKET, SO_SNDTIMEO, &patience, sizeof patience);
    }

    void send(std::string_view bytes) {
        boost::asio::write(socket_, boost::asio::buffer(bytes.data(), bytes.size()));
    }

    /// Sends what the server takes. @return false once it takes no more
    bool try_send(std::string_view bytes) {
        boost::system::error_code failed;
        boost::asio::write(socket_, boost::asio::buffer(bytes.data(), bytes.size()), failed);
        return !failed;
    }

    void send_bytewise(std::string_view bytes) {
        for (std::size_t at = 0; at < bytes.size(); ++at) send(bytes.substr(at, 1));
    }

    void finish_sending() { socket_.shutdown(boost::asio::ip::tcp::socket::shutdown_send); }

    /// The next answer. @throws std::runtime_error where none comes
    wire_answer read(bool with_body = true) {
        wire_answer answer;
        answer.head = take_until("\r\n\r\n");
        answer.status = std::stoi(answer.head.substr(std::string_view{"HTTP/1.1 "}.size(), 3));
        read_fields(answer);
        const std::string length = answer.field("content-length");
        if (with_body && !length.empty()) answer.body = take(std::stoul(length));
        if (with_body && answer.field("transfer-encoding") == "chunked") {
            for (std::string chunk = read_chunk(); !chunk.empty(); chunk = read_chunk())
                answer.body += chunk;
        }
        return answer;
    }

    /// The next chunk of an answer whose header was read without a body; empty at the end.
    std::string read_chunk() {
        const std::string size = take_until("\r\n");
        std::string data = take(std::stoul(size, nullptr, 16));
        if (take(2) != "\r\n") throw std::runtime_error{"a chunk is longer than its size"};
        return data;
    }

    /// All that comes up to the end of the connection.
    std::string read_to_end() {
        while (fill()) {
        }
        return std::exchange(received_, {});
    }

    /// Ends the connection without a word, as a client that crashed.
    void break_off() {
        socket_.set_option(boost::asio::socket_base::linger{true, 0});
        socket_.close();
    }

    wire_answer ask(std::string_view request, bool with_body = true) {
        send(request);
        return read(with_body);
    }

    /// Whether the server has ended the connection in order, with nothing more to read.
    bool at_end() { return received_.empty() && !fill(); }

    /// Whether something can be read, or the end, within `limit`.
    bool readable_within(std::chrono::milliseconds limit) {
        if (!received_.empty()) return true;
        const timeval patience{limit.count() / 1000, limit.count() % 1000 * 1000};
        fd_set watched;
        FD_ZERO(&watched);
        FD_SET(socket_.native_handle(), &watched);
        timeval left = patience;
        return ::select(socket_.native_handle() + 1, &watched, nullptr, nullptr, &left) == 1;
    }

    boost::asio::ip::tcp::socket& socket() { return socket_; }

private:
    bool fill() {
        std::array<char, 64 * 1024> chunk{};
        const ssize_t bytes = ::recv(socket_.native_handle(), chunk.data(), chunk.size(), 0);
        if (bytes < 0) throw std::runtime_error{"the connection broke, or nothing came"};
        received_.append(chunk.data(), static_cast<std::size_t>(bytes));
        return bytes > 0;
    }

    std::string take(std::size_t count) {
        while (received_.size() < count) {
            if (!fill()) throw std::runtime_error{"the answer is cut off"};
        }
        std::string taken = received_.substr(0, count);
        received_.erase(0, count);
        return taken;
    }

    std::string take_until(std::string_view mark) {
        std::size_t from = 0;
        while (received_.find(mark, from) == std::string::npos) {
            from = received_.size() - std::min(received_.size(), mark.size());
            if (!fill()) throw std::runtime_error{"no answer: the connection has ended"};
        }
        return take(received_.find(mark) + mark.size());
    }

    static void read_fields(wire_answer& answer) {
        std::size_t at = answer.head.find("\r\n") + 2;
        for (std::size_t end = 0; (end = answer.head.find("\r\n", at)) != at; at = end + 2) {
            const std::string line = answer.head.substr(at, end - at);
            const std::size_t colon = line.find(": ");
            std::string name = line.substr(0, colon);
            std::transform(name.begin(), name.end(), name.begin(), [](unsigned char c) {
                return static_cast<char>(std::tolower(c));
            });
            answer.fields[name] = line.substr(colon + 2);
        }
    }

    boost::asio::io_context io_;
    boost::asio::ip::tcp::socket socket_;
    std::string received_;
};

/// POST requests for one path. `fields` are whole lines.
class posting {
public:
    explicit posting(std::string path) : path_(std::move(path)) {}

    std::string head(std::string_view fields) const {
        return std::string{"POST "}
            .append(path_)
            .append(" HTTP/1.1\r\nHost: localhost\r\n")
            .append(fields)
            .append("\r\n");
    }

    std::string sized(std::string_view body, std::string_view fields = {}) const {
        const std::string length = "Content-Length: " + std::to_string(body.size()) + "\r\n";
        return head(std::string{fields} + length).append(body);
    }

    std::string chunked_head() const { return head("Transfer-Encoding: chunked\r\n"); }

    /// With a trailer, which says nothing.
    std::string chunked(std::string_view body, std::size_t chunk_bytes) const {
        std::ostringstream request;
        request << chunked_head() << std::hex;
        for (std::size_t at = 0; at < body.size(); at += chunk_bytes) {
            const std::string_view chunk = body.substr(at, chunk_bytes);
            request << chunk.size() << "\r\n" << chunk << "\r\n";
        }
        request << "0\r\nTrailer: x\r\n\r\n";
        return request.str();
    }

private:
    std::string path_;
};

/// A request for /v1/execute with a body of known length.
inline std::string execute_request(std::string_view body, std::string_view fields = {}) {
    return posting{"/v1/execute"}.sized(body, fields);
}

inline std::string get_request(std::string_view path, std::string_view fields = {}) {
    return std::string{"GET "}
        .append(path)
        .append(" HTTP/1.1\r\nHost: localhost\r\n")
        .append(fields)
        .append("\r\n");
}

/// The JSON of a transaction that gets one key.
inline std::string get_json(std::string_view key) {
    return std::string{R"({"commands":[{"cmd_type":"get","key":")"}.append(key).append(R"("}]})");
}

}  // namespace memstore::test
