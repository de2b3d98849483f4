#pragma once

#include <cstddef>

namespace memstore::test {

/// How often this thread has taken memory from the heap so far, in programs that link
/// allocation_count.cpp.
std::size_t allocation_count() noexcept;

}  // namespace memstore::test
