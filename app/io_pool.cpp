#include "app/io_pool.hpp"

#include <cstdlib>
#include <exception>
#include <pthread.h>
#include <stdexcept>
#include <string>
#include <system_error>

namespace memstore::app {

io_pool::io_pool(std::size_t threads, log::logger& log) : log_(log) {
    // Handlers are posted from anywhere, but a socket is touched by its own thread only.
    constexpr int own_sockets_only = BOOST_ASIO_CONCURRENCY_HINT_UNSAFE_IO;
    for (std::size_t i = 0; i < threads; ++i) {
        work_.push_back(boost::asio::make_work_guard(contexts_.emplace_back(own_sockets_only)));
    }
    try {
        start_threads();
    } catch (const std::system_error& failed) {
        join();
        throw std::runtime_error{
            "cannot start " + std::to_string(threads) + " threads: " + failed.code().message()};
    } catch (...) {
        join();
        throw;
    }
}

void io_pool::start_threads() {
    for (std::size_t i = 0; i < contexts_.size(); ++i) {
        threads_.emplace_back([this, i] { run(i); });
    }
}

std::vector<boost::asio::io_context*> io_pool::contexts() {
    std::vector<boost::asio::io_context*> all;
    for (auto& context : contexts_) all.push_back(&context);
    return all;
}

void io_pool::start() noexcept {
    started_ = true;
    held_.count_down();
}

void io_pool::join() noexcept {
    if (!held_.try_wait()) held_.count_down();
    work_.clear();
    threads_.clear();
}

void io_pool::run(std::size_t index) {
    held_.wait();
    if (!started_) return;
    const std::string name = "memstore-io-" + std::to_string(index);
    ::pthread_setname_np(::pthread_self(), name.c_str());
    try {
        contexts_[index].run();
    } catch (const std::exception& escaped) {
        log_.error("an exception left a handler", {{"thread", name}, {"what", escaped.what()}});
        std::abort();
    }
}

}  // namespace memstore::app
