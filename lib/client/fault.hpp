#pragma once

#include <boost/system/result.hpp>

#include <string>

namespace memstore::client {

/// Why a server could not be asked, or did not answer, in one line for people.
struct fault {
    std::string what;
};

template <class T>
using checked = boost::system::result<T, fault>;

}  // namespace memstore::client
