#pragma once

#include <boost/system/result.hpp>

#include <cstddef>
#include <string>

namespace memstore::app {

/// Why a file cannot be used, in one line for people.
struct file_fault {
    std::string what;
};

/** Reads a file that is none of everybody's business, as one that says who may do what.

    @return its content; or why it is not read: also where others than its
      owner and its group may read or write it
*/
boost::system::result<std::string, file_fault> read_private_file(
    const std::string& path,
    std::size_t bytes_max
);

}  // namespace memstore::app
