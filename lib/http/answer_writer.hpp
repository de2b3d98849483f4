#pragma once

#include "http/response.hpp"
#include "net/connection.hpp"

#include <chrono>
#include <cstddef>
#include <string>
#include <string_view>

namespace memstore::http {

/** What is to be written to a client: whole answers, one behind the other, and pieces of streams.

    @par Threads  the session's
*/
class answer_writer {
public:
    /// What each buffer may keep when it was written.
    static constexpr std::size_t kept_bytes = 131'072;

    /// @param patience  beside what connection::write() allows for the length
    answer_writer(net::connection& to, std::chrono::milliseconds patience) noexcept
        : to_(to), patience_(patience) {}

    /// Appends an answer, taking its body where that is long.
    void append(response& answer, const framing& how);

    /// Where anything else is appended. Only while full() is false.
    std::string& text() noexcept { return text_; }

    bool empty() const noexcept { return text_.empty() && long_body_.empty(); }

    /// Whether it is to be written before anything is appended.
    bool full() const noexcept;

    /// Writes what there is, where the kernel takes it: nearly always, and then there is nothing to
    /// wait for. @return whether nothing of it is left
    bool write_at_once();

    /// Writes what that has left. @return false when the client is gone, or takes nothing any more
    net::awaitable<bool> write();

private:
    void forget() noexcept;

    net::connection& to_;
    std::chrono::milliseconds patience_;
    std::string text_;
    std::string long_body_;    ///< what is to be written after text_
    std::size_t written_ = 0;  ///< of both
};

}  // namespace memstore::http
