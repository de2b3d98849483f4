#pragma once

#include <boost/system/error_code.hpp>
#include <boost/system/result.hpp>

#include <cstdint>
#include <filesystem>
#include <optional>
#include <string>

namespace memstore::persist {

/// What can be done about a fault.
enum class fault_kind : std::uint8_t {
    failed,       ///< the system refused a call: it may be tried again
    no_space,     ///< the same, and it helps to make room
    unknown,      ///< whether data is on disk cannot be known: nothing can be written any more
    corrupt,      ///< acknowledged data is damaged: repair() is the way on
    unsupported,  ///< written by a newer program
    locked,       ///< another process has the directory
};

/// What went wrong with which file, and where in it.
struct fault {
    fault_kind kind{};
    std::string what;
    std::filesystem::path file = {};
    std::optional<std::uint64_t> offset = {};
    boost::system::error_code system = {};
};

/// In one line: `journal-00000000000000000001.log at 4711: the entry does not match its checksum`.
std::string describe(const fault& shown);

/// The same without the file: for clients, whom that does not concern.
std::string reason_of(const fault& shown);

/// A call of the system that did not work: fault_kind::failed or no_space.
fault failed_call(
    std::string what,
    const std::filesystem::path& file,
    boost::system::error_code error
);

fault corruption(std::string what, const std::filesystem::path& file, std::uint64_t offset);

/// A value, or why there is none.
template <class T>
using checked = boost::system::result<T, fault>;

/// The value of a fault that was read as one: a bug, so it ends in an exception.
[[noreturn]] void throw_exception_from_error(
    const fault& found,
    const boost::source_location& where
);

}  // namespace memstore::persist
