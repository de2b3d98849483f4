#include "app/client_json.hpp"

#include "app/client_session.hpp"
#include "base/base64.hpp"

#include <boost/json/parse.hpp>

namespace memstore::app {
namespace {

namespace json = boost::json;

client_failed strange(std::string_view what) {
    return {client_unreachable, "this is not how memstore answers: " + std::string{what}};
}

}  // namespace

json::value json_in(std::string_view text) {
    boost::system::error_code failed;
    auto value = json::parse(text, failed);
    if (failed) throw strange("no JSON: " + failed.message());
    return value;
}

const json::value& member_of(const json::value& object, std::string_view name) {
    const json::object* members = object.if_object();
    const json::value* found = members == nullptr ? nullptr : members->if_contains(name);
    if (found == nullptr) throw strange("no member \"" + std::string{name} + "\"");
    return *found;
}

const json::object& object_in(const json::value& value) {
    const json::object* all = value.if_object();
    if (all == nullptr) throw strange("no object");
    return *all;
}

const json::array& array_in(const json::value& value) {
    const json::array* all = value.if_array();
    if (all == nullptr) throw strange("no array");
    return *all;
}

std::uint64_t number_in(const json::value& value) {
    boost::system::error_code failed;
    const auto number = value.to_number<std::uint64_t>(failed);
    if (failed) throw strange("no whole number");
    return number;
}

double decimal_in(const json::value& value) {
    boost::system::error_code failed;
    const auto number = value.to_number<double>(failed);
    if (failed) throw strange("no number");
    return number;
}

std::string bytes_in(const json::value& value) {
    if (const json::string* text = value.if_string()) return {text->data(), text->size()};
    const json::string* encoded = member_of(value, "base64").if_string();
    if (encoded == nullptr) throw strange("no bytes");
    std::string bytes(base::base64_decoded_bytes_max(encoded->size()), '\0');
    const auto size = base::decode_base64({encoded->data(), encoded->size()}, bytes.data());
    if (!size) throw strange("no base64");
    bytes.resize(*size);
    return bytes;
}

}  // namespace memstore::app
