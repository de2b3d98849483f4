#pragma once

#include <boost/asio/execution.hpp>
#include <boost/asio/execution_context.hpp>

#include <cstddef>
#include <functional>
#include <memory>
#include <random>
#include <utility>
#include <vector>

namespace memstore::test {

/** Runs what was submitted to its executors on one thread, in an order drawn from a seed: a
    schedule that can be had again.
*/
class shuffling_context : public boost::asio::execution_context {
public:
    explicit shuffling_context(unsigned seed) : random_(seed) {}
    ~shuffling_context() {
        shutdown();
        destroy();
    }

    class executor {
    public:
        explicit executor(shuffling_context& context) noexcept : context_(&context) {}

        template <class Function>
        void execute(Function&& function) const {
            auto shared =
                std::make_shared<std::decay_t<Function>>(std::forward<Function>(function));
            context_->waiting_.push_back([shared] { std::move (*shared)(); });
        }

        shuffling_context& query(boost::asio::execution::context_t) const noexcept {
            return *context_;
        }
        static constexpr auto query(boost::asio::execution::blocking_t) noexcept {
            return boost::asio::execution::blocking.never;
        }
        executor require(boost::asio::execution::blocking_t::never_t) const noexcept {
            return *this;
        }
        friend bool operator==(const executor&, const executor&) = default;

    private:
        shuffling_context* context_;
    };

    executor get_executor() noexcept { return executor{*this}; }

    /// Runs until nothing is left, also of what that submits. @return how much it ran
    std::size_t run() {
        std::size_t count = 0;
        for (; !waiting_.empty(); ++count) {
            std::swap(waiting_[random_() % waiting_.size()], waiting_.back());
            const std::function<void()> next = std::move(waiting_.back());
            waiting_.pop_back();
            next();
        }
        return count;
    }

private:
    std::mt19937_64 random_;
    std::vector<std::function<void()>> waiting_;
};

}  // namespace memstore::test
