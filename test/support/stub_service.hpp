#pragma once

#include "command/command_table.hpp"
#include "service/transaction_service.hpp"

#include <atomic>
#include <condition_variable>
#include <cstdint>
#include <functional>
#include <memory>
#include <mutex>
#include <thread>
#include <utility>
#include <vector>

namespace memstore::test {

/** An engine without a store: a `get` is answered with its own key, a `set` with its value, `get
    absent` with nothing.

    Transactions are numbered from 1, and that is their version.
*/
class stub_service final : public service::transaction_service {
public:
    enum class way {
        in_place,    ///< before execute() returns
        by_another,  ///< later, by the stub's own thread
        when_told,   ///< later, by the stub's own thread, after release()
        refused,     ///< in place, as overloaded
        lost,        ///< later, by the stub's own thread, and then not known to last
    };

    explicit stub_service(way answering = way::in_place)
        : answering_(answering),
          held_(answering == way::when_told),
          worker_([this] { answer_queue(); }) {}

    ~stub_service() override {
        {
            const std::lock_guard lock{mutex_};
            stopping_ = true;
            held_ = false;
        }
        changed_.notify_all();
        worker_.join();
    }

    std::unique_ptr<service::channel> open() override {
        return std::make_unique<stub_channel>(*this);
    }

    /// Answers all that wait, and what comes from here on.
    void release() {
        {
            const std::lock_guard lock{mutex_};
            held_ = false;
        }
        changed_.notify_all();
    }

    /// Blocks until as many transactions wait for release().
    void wait_for_queue(std::size_t length) {
        std::unique_lock lock{mutex_};
        changed_.wait(lock, [&] { return queue_.size() >= length; });
    }

    std::uint64_t executed() const noexcept { return executed_.load(); }

    /// Whether the last transaction was a dry run.
    bool last_was_dry() const noexcept { return last_was_dry_.load(); }

private:
    class stub_channel final : public service::channel {
    public:
        explicit stub_channel(stub_service& owner) : owner_(owner) {}

        bool execute(const command::transaction& what, service::answer_sink& sink) override {
            return owner_.execute(what, sink);
        }

    private:
        stub_service& owner_;
    };

    bool execute(const command::transaction& what, service::answer_sink& sink) {
        if (answering_ == way::refused) {
            sink.take(refusal{errc::overloaded, "the stub has no time"});
            return true;
        }
        if (answering_ == way::in_place) {
            answer(what, sink);
            return true;
        }
        {
            const std::lock_guard lock{mutex_};
            queue_.emplace_back([this, &what, &sink] {
                answer(what, sink);
                if (answering_ == way::lost) sink.lose();
                sink.resume();
            });
        }
        changed_.notify_all();
        return false;
    }

    void answer(const command::transaction& what, service::answer_sink& sink) {
        command::evaluation evaluated;
        std::vector<command::reply>& replies = evaluated.replies;
        for (const command::command& each : what.commands) {
            if (each.what->writes) {
                replies.emplace_back(each.value);
            } else if (each.key == "absent") {
                replies.emplace_back();
            } else {
                replies.emplace_back(each.key);
            }
        }
        last_was_dry_ = what.dry_run;
        if (sink.accept(evaluated)) sink.take(service::outcome{++executed_, evaluated});
    }

    void answer_queue() {
        std::unique_lock lock{mutex_};
        while (true) {
            changed_.wait(lock, [this] { return stopping_ || (!held_ && !queue_.empty()); });
            if (queue_.empty()) return;
            const auto waiting = std::exchange(queue_, {});
            lock.unlock();
            for (const auto& one : waiting) one();
            lock.lock();
        }
    }

    way answering_;
    std::mutex mutex_;
    std::condition_variable changed_;
    std::vector<std::function<void()>> queue_;
    bool held_;
    bool stopping_ = false;
    std::atomic<std::uint64_t> executed_ = 0;
    std::atomic<bool> last_was_dry_ = false;
    std::thread worker_;
};

}  // namespace memstore::test
