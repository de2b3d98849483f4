#pragma once

#include <cstddef>
#include <functional>
#include <string>
#include <string_view>

namespace memstore::client {

/// One server-sent event. Its texts are borrowed.
struct event {
    std::string_view kind;  ///< `message` where it has none
    std::string_view data;
};

/** Reads server-sent events (HTML, section 9.2) from a stream that comes in pieces.

    What does not name a field that it knows is skipped, as the standard says.

    @par Threads  one at a time
*/
class event_reader {
public:
    using listener = std::function<void(const event&)>;

    /// @param bytes_max  of one event; a longer one ends the stream
    explicit event_reader(std::size_t bytes_max) noexcept : bytes_max_(bytes_max) {}

    /** Takes the next piece, and tells of each event that it completes.

        @return false: an event is too long, and nothing more is to be read
    */
    bool take(std::string_view piece, const listener& tell);

    /// Forgets what had begun: what comes next is of another stream. last_id() stays.
    void begin_anew() noexcept;

    /// The id that was named last, which is where to go on from. Empty: none was.
    const std::string& last_id() const noexcept { return last_id_; }

private:
    void take_line(std::string_view line, const listener& tell);
    void take_field(std::string_view name, std::string_view value);

    std::size_t bytes_max_;
    std::string begun_;  ///< of a line
    std::string kind_;
    std::string data_;
    std::string id_;
    std::string last_id_;
    bool has_data_ = false;
    bool after_return_ = false;  ///< a line feed now ends no line of its own
};

}  // namespace memstore::client
