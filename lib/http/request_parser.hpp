#pragma once

#include "base/limits.hpp"
#include "http/problem.hpp"
#include "http/request.hpp"
#include "net/read_buffer.hpp"

#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <string_view>

namespace memstore::http {

/** Reads HTTP/1.1 requests, one after the other, out of a connection's read buffer.

    The body of known length stays where it was read; a chunked one is put together aside. A body of
    whatever length may be taken in pieces instead, as they come. Used for each request of a
    session, it allocates for none that is like those before.

    It refuses whatever two readers could understand differently: a Content-Length that is doubled
    or stands beside Transfer-Encoding, any coding but `chunked`, folded fields, lines that do not
    end in CR LF, control characters, no Host or two, two Origins or
    Authorizations. How the bytes were split on their
   way changes nothing.

    @par Threads  one at a time
*/
class request_parser {
public:
    enum class progress : std::uint8_t {
        incomplete,
        opened,  ///< the header of a request whose body comes in pieces; once a request
        piece,
        complete,
        refused
    };

    /// Whether the body of a request for `path` is to be taken in pieces.
    using piecewise = std::function<bool(std::string_view method, std::string_view path)>;

    explicit request_parser(const base::request_limits& limits, piecewise rule = {});
    ~request_parser();
    request_parser(const request_parser&) = delete;
    request_parser& operator=(const request_parser&) = delete;

    /// Goes on with what `in` holds. After a refusal the rest of the connection has no meaning.
    progress parse(net::read_buffer& in);

    /// The request, when opened or complete: valid while `in` stays as it is. It is without what
    /// came in pieces.
    request& current() noexcept;

    /// The piece: valid while `in` stays as it is, up to the next parse().
    std::string_view piece() const noexcept;

    /// Why it was refused.
    const problem& refusal() const noexcept;

    /// The request without its body, when it is refused or incomplete and its header says who asks
    /// what; otherwise nullptr. Valid while `in` stays as it is.
    request* known(const net::read_buffer& in) noexcept;

    /// What an incomplete request lacks, when nothing comes after what `in` holds.
    problem missing(const net::read_buffer& in) const;

    /// The request, without its body, when its header is whole and its body is to come, and not in
    /// pieces; otherwise nullptr. Once a request. Valid while `in` stays as it is.
    request* take_header(const net::read_buffer& in) noexcept;

    /// How many bytes the incomplete request has in all, where its header says so; otherwise the
    /// most that there can be.
    std::size_t announced() const noexcept;

    /// Whether the header is whole and the client waits for `100 Continue` before it sends the
    /// body. Once a request.
    bool take_expectation() noexcept;

    /// Drops the complete request from `in`, ready for the next.
    void next(net::read_buffer& in);

    /// How much memory it has of its own, for bodies that came in chunks.
    std::size_t capacity() const noexcept;

    /// Gives back what a large body needed. Only between requests.
    void trim() noexcept;

    /// Gives it back in the midst of a request, or after a refusal: nothing can be parsed any more.
    void abandon() noexcept;

private:
    class state;
    std::unique_ptr<state> state_;
};

}  // namespace memstore::http
