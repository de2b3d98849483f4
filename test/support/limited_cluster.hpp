#pragma once

#include "cluster/cluster.hpp"
#include "support/engine.hpp"
#include "support/fake_clock.hpp"

#include <boost/asio/io_context.hpp>

#include <cstddef>
#include <string>
#include <vector>

namespace memstore::test {

/// A cluster of four nodes that may take up a mebibyte.
struct limited_cluster {
    static constexpr std::size_t limit = std::size_t{1} << 20;

    explicit limited_cluster(cluster::memory_policy at_the_limit) : policy(at_the_limit) {}

    /// @return whether it was done
    bool execute(transaction_builder& what) {
        client.execute(what);
        return !client.refused();
    }
    bool set(const std::string& key, const std::string& value) {
        transaction_builder one;
        return execute(one.set(key, value));
    }

    const cluster::memory_policy policy;
    boost::asio::io_context io;
    fake_clock clock;
    std::vector<boost::asio::any_io_executor> executors{io.get_executor()};
    cluster::cluster subject{
        {.nodes = 4, .partitions = 16, .memory_bytes_max = limit, .policy = policy},
        {},
        clock,
        executors};
    blocking_client client{subject};
};

}  // namespace memstore::test
