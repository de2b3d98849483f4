#pragma once

#include "log/logger.hpp"

#include <boost/asio/executor_work_guard.hpp>
#include <boost/asio/io_context.hpp>

#include <cstddef>
#include <deque>
#include <thread>
#include <vector>

namespace memstore::app {

/** The io threads: one for each io_context, so that what lives on one of them needs no lock.

    An exception that leaves a handler is a bug; it is logged and ends the process.
*/
class io_pool {
public:
    io_pool(std::size_t threads, log::logger& log);
    io_pool(const io_pool&) = delete;
    io_pool& operator=(const io_pool&) = delete;
    ~io_pool() { join(); }

    std::vector<boost::asio::io_context*> contexts();

    /// Starts the threads. What is put into the contexts before runs then.
    void start();

    /// Waits until all work is done: whoever still waits for something must have been told to stop.
    void join();

private:
    using work = boost::asio::executor_work_guard<boost::asio::io_context::executor_type>;

    void run(std::size_t index);

    log::logger& log_;
    std::deque<boost::asio::io_context> contexts_;
    std::vector<std::jthread> threads_;
    std::vector<work> work_;  // after threads_: a thread ends only without it
};

}  // namespace memstore::app
