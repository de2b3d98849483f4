#pragma once

#include "base/error.hpp"
#include "http/answer_stream.hpp"
#include "http/body_budget.hpp"
#include "http/course.hpp"
#include "http/problem.hpp"
#include "http/status_of.hpp"

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

namespace memstore::http {

inline constexpr std::string_view json_type = "application/json; charset=utf-8";
inline constexpr std::string_view text_type = "text/plain; charset=utf-8";

inline constexpr std::string_view bytes_type = "application/octet-stream";

/// The fields of an answer whose body is anybody's bytes: browsers are to make nothing of them.
inline constexpr std::string_view foreign_bytes_fields =
    "X-Content-Type-Options: nosniff\r\nContent-Security-Policy: sandbox\r\n";

/// The field of an answer that is stale as soon as it is given.
inline constexpr std::string_view no_store_field = "Cache-Control: no-store\r\n";

/// What a request is answered with. Its texts but the body are borrowed from the request or for
/// ever.
struct response {
    status code = status::ok;
    std::string_view content_type = json_type;   ///< empty: the body, which is empty, has none
    std::string body;                            ///< keeps its memory from one answer to the next
    std::unique_ptr<answer_stream> stream = {};  ///< in place of `body`, which is empty then
    std::uint64_t version = 0;                   ///< Memstore-Version; 0: none
    std::uint64_t entity_tag = 0;                ///< ETag: a version; 0: none
    std::optional<std::uint64_t> ttl_ms = {};    ///< Memstore-TTL-Ms
    std::uint64_t retry_after_s = 1;             ///< Retry-After, where the status has it
    std::string_view more_fields = {};           ///< whole lines
    std::string_view allow = {};      ///< the methods of the path, where the answer is about them
    std::string_view error = {};      ///< the code of the error that it is; empty: of none, or to
                                      ///< be expected of the action
    std::string_view challenge = {};  ///< WWW-Authenticate: how to say who asks
    std::string_view cross_origin = {};     ///< the origin of another site that may read this
    std::string_view request_id = {};       ///< X-Request-Id; empty: none
    course way = {};                        ///< of its transaction
    body_budget::share* counted = nullptr;  ///< what the body counts in, where it is long
    bool withheld = false;   ///< nothing may be said: the connection ends without an answer
    bool preflight = false;  ///< tells that origin what it may send

    /// Makes it an empty 200, ready for the next request. What the body counts in stays.
    void clear() noexcept;

    /// Makes room for a body. @par Errors overloaded
    result<void> make_room(std::size_t bytes) noexcept;

    /// Makes it the JSON answer to what went wrong.
    void assign(const refusal& refused);
    void assign(const problem& trouble);

    void assign_text(status answer, std::string_view text);
};

/// How an answer stands on its connection.
struct framing {
    bool http_1_1 = true;
    bool keep_alive = true;
    bool body_left_out = false;  ///< as for HEAD: the header speaks of a body that is not sent
};

/// Appends the answer as it goes over the wire, up to its body.
void append_head(std::string& out, const response& answer, const framing& how);

/// Appends all of it.
void append_response(std::string& out, const response& answer, const framing& how);

}  // namespace memstore::http
