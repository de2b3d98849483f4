#include "app/io_pool.hpp"

#include <cstdlib>
#include <exception>
#include <pthread.h>
#include <string>

namespace memstore::app {

io_pool::io_pool(std::size_t threads, log::logger& log) : log_(log) {
    constexpr int one_thread = 1;
    for (std::size_t i = 0; i < threads; ++i) {
        work_.push_back(boost::asio::make_work_guard(contexts_.emplace_back(one_thread)));
    }
}

std::vector<boost::asio::io_context*> io_pool::contexts() {
    std::vector<boost::asio::io_context*> all;
    for (auto& context : contexts_) all.push_back(&context);
    return all;
}

void io_pool::start() {
    for (std::size_t i = 0; i < contexts_.size(); ++i) {
        threads_.emplace_back([this, i] { run(i); });
    }
}

void io_pool::join() {
    work_.clear();
    threads_.clear();
}

void io_pool::run(std::size_t index) {
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
