#include "http/asset_endpoint.hpp"

#include "base/checksum.hpp"
#include "http/preconditions.hpp"
#include "http/query.hpp"

#include <memory>

namespace memstore::http {
namespace {

/// Other bytes have another one, but for one change in four thousand million.
std::uint64_t tag_of(std::string_view bytes) noexcept {
    constexpr unsigned checksum_bits = 32;
    return (std::uint64_t{bytes.size()} + 1) << checksum_bits | base::crc32c(bytes);
}

/// @return whether who asks has the bytes already
result<bool> has_them(const request& asked, std::uint64_t tag) {
    const auto no_parameters = read_query(asked.query, {});
    if (!no_parameters) return no_parameters.error();
    const auto conditions = preconditions_of(asked.fields);
    if (!conditions) return conditions.error();
    return conditions->if_none_match && conditions->if_none_match->match_weakly(tag);
}

}  // namespace

asset_endpoint::asset_endpoint(const asset& what) noexcept
    : what_(what), tag_(tag_of(what.bytes)) {}

async::one_shot_event* asset_endpoint::answer(const request& asked, response& to) {
    const auto known = has_them(asked, tag_);
    if (!known) {
        to.assign(known.error());
        return nullptr;
    }
    if (*known) {
        to.code = status::not_modified;
    } else if (const auto room = to.make_room(what_.bytes.size()); !room) {
        to.assign(room.error());
        return nullptr;
    } else {
        to.content_type = what_.content_type;
        to.body.assign(what_.bytes);
    }
    to.entity_tag = tag_;
    to.more_fields = what_.more_fields;
    return nullptr;
}

route asset_route(const asset& what) {
    const auto make = [what](const site&) { return std::make_unique<asset_endpoint>(what); };
    return {
        .path = what.path,
        .actions = {{.methods = "GET, HEAD", .make = make, .needs = as_asked}},
        .needs_no_token = true};
}

}  // namespace memstore::http
