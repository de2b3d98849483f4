#pragma once

#include <atomic>
#include <cstdint>
#include <string>
#include <string_view>

namespace memstore::http {

/// The field in which requests are named.
inline constexpr std::string_view request_id_field = "X-Request-Id";

/// Whether a client's name for a request may be repeated: 1 to 128 visible characters of ASCII.
bool is_request_id(std::string_view text) noexcept;

/** Names for requests whose clients gave them none: no two alike, and those of another life of the
    server hardly ever.

    @par Threads  any
*/
class request_ids {
public:
    request_ids();

    /// 8 hexadecimal digits of this server, a hyphen, and the number of the request in hexadecimal.
    std::string next();

private:
    std::uint32_t server_;
    std::atomic<std::uint64_t> last_ = 0;
};

}  // namespace memstore::http
