#pragma once

#include <boost/json/value.hpp>

#include <cstdint>
#include <string>
#include <string_view>

namespace memstore::app {

/** What a server answers in JSON. What it should have and has not ends the command, as a server
   that cannot be understood does.

    @throws client_failed
*/
boost::json::value json_in(std::string_view text);

/// The member of an object.
const boost::json::value& member_of(const boost::json::value& object, std::string_view name);

const boost::json::object& object_in(const boost::json::value& value);
const boost::json::array& array_in(const boost::json::value& value);
std::uint64_t number_in(const boost::json::value& value);
double decimal_in(const boost::json::value& value);

/// Bytes, which are a text or `{"base64": "..."}`.
std::string bytes_in(const boost::json::value& value);

}  // namespace memstore::app
