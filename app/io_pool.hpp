#pragma once

#include "log/logger.hpp"

#include <boost/asio/executor_work_guard.hpp>
#include <boost/asio/io_context.hpp>

#include <cstddef>
#include <deque>
#include <latch>
#include <thread>
#include <vector>

namespace memstore::app {

/** The io threads: one for each io_context, so that what lives on one of them needs no lock.

    The threads are there from the beginning, and held until start(): whether there can be so many
    shows before anything depends on them.

    An exception that leaves a handler is a bug; it is logged and ends the process.
*/
class io_pool {
public:
    /// @throws std::runtime_error  where so many threads cannot be started
    io_pool(std::size_t threads, log::logger& log);
    io_pool(const io_pool&) = delete;
    io_pool& operator=(const io_pool&) = delete;
    ~io_pool() { join(); }

    std::vector<boost::asio::io_context*> contexts();

    /// Lets the threads go. What was put into the contexts before runs then. Once.
    void start() noexcept;

    /// Waits until all work is done: whoever still waits for something must have been told to stop.
    void join() noexcept;

private:
    using work = boost::asio::executor_work_guard<boost::asio::io_context::executor_type>;

    void start_threads();
    void run(std::size_t index);

    log::logger& log_;
    std::deque<boost::asio::io_context> contexts_;
    std::latch held_{1};
    bool started_ = false;  // written before held_ opens
    std::vector<std::jthread> threads_;
    std::vector<work> work_;  // after threads_: a thread ends only without it
};

}  // namespace memstore::app
