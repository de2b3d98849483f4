#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace memstore::test {

/// One key of a transaction: what it read or wrote. Every value written is written once.
struct operation {
    bool writes;
    std::string key;
    std::optional<std::string> value;  ///< nothing: the key was absent
};

/// A transaction that was answered.
struct event {
    std::chrono::steady_clock::time_point asked;
    std::chrono::steady_clock::time_point answered;
    std::uint64_t version;
    std::vector<operation> operations;

    bool writes() const;
};

/** Checks that the versions which answers named are a serial order that explains all of them and
    agrees with real time: replayed in that order every read finds what it found then, no two
    writers share a version, and whatever was asked after an answer has a version no lower (a
    writer: a higher one).

    @return what is wrong, or nothing
*/
std::optional<std::string> find_anomaly(std::vector<event> history);

/// What run_clients() does.
struct load {
    std::size_t nodes = 4;
    std::size_t partitions = 271;
    std::size_t clients = 4;
    std::size_t transactions = 2'000;  ///< each client's
    std::size_t keys = 6;
    std::size_t keys_a_transaction = 4;
    unsigned seed = 0;
    std::vector<std::size_t> resizes = {};  ///< to how many nodes meanwhile, again and again
};

/// Clients, a thread each, execute random transactions on a cluster of their own: reads of several
/// keys, blind writes of several, and reads with writes.
std::vector<event> run_clients(const load& what);

}  // namespace memstore::test
