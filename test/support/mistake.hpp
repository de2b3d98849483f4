#pragma once

#include <ostream>
#include <string>
#include <vector>

namespace memstore::test {

using arguments = std::vector<std::string>;

/// Arguments that are refused, and what is said then.
struct mistake {
    arguments given;
    const char* what;
};
inline std::ostream& operator<<(std::ostream& out, const mistake& one) { return out << one.what; }

}  // namespace memstore::test
