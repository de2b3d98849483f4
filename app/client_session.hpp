#pragma once

#include "app/client_line.hpp"
#include "client/blocking_client.hpp"

#include <chrono>
#include <cstdint>
#include <optional>
#include <stdexcept>
#include <string>
#include <string_view>
#include <vector>

namespace memstore::app {

/// Ends a client command: why, in one line for people, and with which exit status.
class client_failed : public std::runtime_error {
public:
    client_failed(int status, const std::string& why) : std::runtime_error(why), status_(status) {}

    int status() const noexcept { return status_; }

private:
    int status_;
};

/** One run of a client command: what it was given, the server that it asks, and where it prints.

    What it cannot go on from is thrown as client_failed.
*/
class client_session {
public:
    /// @param environment  `NAME=value` each
    client_session(client_line line, const std::vector<std::string>& environment);

    const std::vector<std::string>& words() const noexcept { return line_.words; }

    /// A word, or `otherwise` where it was left out.
    std::string_view word(std::size_t at, std::string_view otherwise) const noexcept;

    std::optional<std::string_view> text(std::string_view flag) const;
    std::optional<std::uint64_t> number(
        std::string_view flag,
        std::uint64_t least,
        std::uint64_t most
    ) const;
    std::optional<std::uint64_t> size(std::string_view flag, std::uint64_t most) const;
    std::optional<std::chrono::milliseconds> duration(
        std::string_view flag,
        std::chrono::milliseconds least
    ) const;
    bool is_set(std::string_view flag) const;

    /// Whether to print JSON: asked for, or standard output is no terminal.
    bool prints_json() const noexcept { return json_; }

    client::blocking_client& client() noexcept { return *client_; }

    /// Asks. A server that does not answer ends the command.
    client::response ask(client::request what, client::body_taker take = {});

    /// The same; an answer that is no success ends it, too.
    client::response ask_for(client::request what, client::body_taker take = {});

    /// Writes to standard output, at once.
    void print(std::string_view text) const;

    /// Says something on standard error, in a line.
    void note(std::string_view text) const;

private:
    std::optional<client::blocking_client> client_;
    client_line line_;
    bool json_ = true;
};

/// Why the server did not do it, and the exit status that says so.
client_failed refusal_of(const client::response& answer);

/// All that a file has, or standard input where it is `-`.
std::string read_input(std::string_view file);

}  // namespace memstore::app
