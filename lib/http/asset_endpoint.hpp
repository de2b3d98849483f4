#pragma once

#include "http/endpoint.hpp"
#include "http/router.hpp"

#include <cstdint>
#include <string_view>

namespace memstore::http {

/// A file that the program has in it. All of it is there for ever.
struct asset {
    std::string_view path;
    std::string_view content_type;
    std::string_view bytes;
    std::string_view more_fields = {};  ///< whole lines
};

/** GET of an asset. Its ETag is of its bytes, so that who has them need not be sent them again. */
class asset_endpoint final : public endpoint {
public:
    explicit asset_endpoint(const asset& what) noexcept;

    async::one_shot_event* answer(const request& asked, response& to) override;

private:
    asset what_;
    std::uint64_t tag_;
};

/// Serves it to whoever has no token as well.
route asset_route(const asset& what);

}  // namespace memstore::http
