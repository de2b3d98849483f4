#pragma once

namespace memstore::test {

/// Whether ThreadSanitizer watches: what it makes slow, and what others search for faults of one
/// thread, can be less.
#ifdef __SANITIZE_THREAD__
inline constexpr bool thread_sanitizer = true;
#else
inline constexpr bool thread_sanitizer = false;
#endif

}  // namespace memstore::test
