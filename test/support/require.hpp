#pragma once

#include <cstdio>
#include <cstdlib>

namespace memstore::test {

/// Ends the program, as a fuzzer wants it, where what must hold does not. Not an assert: it holds
/// in release builds too.
inline void require(bool holds, const char* what) {
    if (holds) return;
    std::fprintf(stderr, "does not hold: %s\n", what);
    std::abort();
}

}  // namespace memstore::test
