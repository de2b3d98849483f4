#include "app/memory_trimmer.hpp"

#include <chrono>
#include <condition_variable>
#include <fstream>
#include <mutex>
#include <unistd.h>

#if defined(__GLIBC__)
#include <malloc.h>
#endif

namespace memstore::app {
namespace {

using namespace std::chrono_literals;

constexpr auto look_interval = 1s;
constexpr auto vain_interval = 30s;

/// For buffers of sessions and what else is no part of the store.
constexpr std::uint64_t others_bytes = std::uint64_t{8} << 20;

/// 0 where the system does not tell.
std::uint64_t resident_bytes() {
    std::ifstream pages{"/proc/self/statm"};
    std::uint64_t all = 0;
    std::uint64_t resident = 0;
    pages >> all >> resident;
    return resident * static_cast<std::uint64_t>(::sysconf(_SC_PAGESIZE));
}

void give_back_memory() noexcept {
#if defined(__GLIBC__)
    ::malloc_trim(0);
#endif
}

}  // namespace

memory_trimmer::memory_trimmer(const cluster::cluster& store)
    : store_(store),
      bytes_at_start_(resident_bytes()),
      trimming_([this](const std::stop_token& stop) {
          std::mutex mutex;
          std::condition_variable_any stopped;
          std::unique_lock held{mutex};
          auto interval = look_interval;
          while (!stopped.wait_for(held, stop, interval, [&] { return stop.stop_requested(); })) {
              interval = trim() ? look_interval : vain_interval;
          }
      }) {}

/// @return false: in vain
bool memory_trimmer::trim() const {
    const std::uint64_t before = resident_bytes();
    const std::uint64_t held = store_.memory_bytes_held();
    if (before < bytes_at_start_ + held + held / 16 + others_bytes) return true;
    give_back_memory();
    return resident_bytes() + others_bytes / 2 < before;
}

}  // namespace memstore::app
