#pragma once

#include "base/error.hpp"
#include "base/limits.hpp"
#include "command/command.hpp"

#include <cstddef>
#include <cstdint>
#include <memory>
#include <string_view>

namespace memstore::http {

/// How keys and values stand in JSON: as text, or as base64 (RFC 4648 section 4) of their bytes.
enum class encoding : std::uint8_t { utf8, base64 };

/** Reads the JSON of a transaction: `{"commands": [...], "dry_run"?, "encoding"?, "trace"?}`, or
   with "if", "then" and "else" in place of "commands".

    Made once a session and used for each of its requests: it keeps its memory, so that a request
    like those before allocates nothing.

    @par Threads  one at a time
*/
class request_decoder {
public:
    explicit request_decoder(const base::request_limits& limits);
    ~request_decoder();
    request_decoder(const request_decoder&) = delete;
    request_decoder& operator=(const request_decoder&) = delete;

    /** Reads `body`. The transaction borrows from it, and from the decoder, until the next call.

        A body that is no JSON is refused as such whatever else is wrong with it, then one with too
        many commands; else the first fault is named. After a refusal the transaction has no
        commands.

        @par Errors  malformed_json, empty_request, too_many_commands, unknown_command,
          bad_argument
        @par Complexity  one pass over the body, one over the commands; memory bounded by the
          body's size
    */
    result<void> decode(std::string_view body);

    const command::transaction& transaction() const noexcept;
    encoding values_as() const noexcept;

    /// Whether the answer is to tell how long the stages took.
    bool traced() const noexcept;

    /// Overrides what the body said, until the next request.
    void set_dry_run(bool on) noexcept;

    /// Forgets the request, and gives back what a large one made it hold.
    void trim() noexcept;

private:
    class parser;
    std::unique_ptr<parser> parser_;
};

}  // namespace memstore::http
