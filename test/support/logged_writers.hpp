#pragma once

#include "support/engine.hpp"
#include "support/watching.hpp"

#include <chrono>
#include <cstdint>
#include <mutex>
#include <random>
#include <string>
#include <thread>
#include <utility>
#include <vector>

namespace memstore::test {

/// Clients that write at the same time to few keys, of two letters from a to d, each in a thread of
/// its own; each knows what it committed.
class logged_writers {
public:
    logged_writers(service::transaction_service& to, int count, int transactions, unsigned seed) {
        for (int number = 0; number < count; ++number) {
            threads_.emplace_back([this, &to, number, transactions, seed] {
                write(to, number, transactions, seed);
            });
        }
    }

    /// Waits for them. @return what they committed
    commit_log join() {
        threads_.clear();
        return std::move(all_);
    }

private:
    void write(service::transaction_service& to, int number, int transactions, unsigned seed) {
        std::mt19937_64 random(seed * 1'000 + static_cast<unsigned>(number));
        blocking_client client{to};
        commit_log own;
        for (int i = 0; i < transactions; ++i) {
            transaction_builder writes;
            std::vector<seen_change> changes;
            for (auto keys = 1 + random() % 6; keys > 0; --keys) {
                const std::string key{"abcd"[random() % 4], "abcd"[random() % 4]};
                const std::string value =
                    std::to_string(number) + "." + std::to_string(i) + "." + std::to_string(keys);
                writes.set(key, value);
                changes.push_back({key, value});
            }
            const std::uint64_t version = client.execute(writes).version;
            for (const seen_change& each : changes) own.add(version, each.key, each);
            if (random() % 64 == 0) std::this_thread::sleep_for(std::chrono::microseconds{200});
        }
        const std::lock_guard lock{mutex_};
        all_.merge(own);
    }

    std::mutex mutex_;
    commit_log all_;
    std::vector<std::jthread> threads_;
};

}  // namespace memstore::test
