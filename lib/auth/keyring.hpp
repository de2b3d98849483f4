#pragma once

#include "auth/credentials.hpp"

#include <atomic>
#include <cstdint>
#include <memory>
#include <mutex>

namespace memstore::auth {

/** The credentials in force, which are replaced as a whole.

    @par Threads  any
*/
class keyring {
public:
    explicit keyring(credentials first);

    /// Those in force. Whoever was found in them is there as long as they are held.
    std::shared_ptr<const credentials> current() const;

    /// Another number whenever others came into force: whoever sees the one of before current() is
    /// up to date. Cheap.
    std::uint64_t generation() const noexcept {
        return generation_.load(std::memory_order_acquire);
    }

    void replace(credentials next);

private:
    mutable std::mutex mutex_;
    std::shared_ptr<const credentials> current_;
    std::atomic<std::uint64_t> generation_ = 1;
};

}  // namespace memstore::auth
