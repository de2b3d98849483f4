#pragma once

#include "async/one_shot_event.hpp"
#include "http/body_sink.hpp"
#include "http/router.hpp"

#include <algorithm>
#include <atomic>
#include <chrono>
#include <condition_variable>
#include <cstddef>
#include <functional>
#include <memory>
#include <mutex>
#include <string>
#include <thread>
#include <utility>
#include <vector>

namespace memstore::test {

/** How bodies are to be taken, and what was: one body at a time.

    @par Threads  any; how it takes them is said before the first
*/
class sink_script {
public:
    sink_script() : worker_([this] { set_events(); }) {}
    sink_script(const sink_script&) = delete;
    sink_script& operator=(const sink_script&) = delete;
    ~sink_script() {
        {
            const std::lock_guard lock{mutex_};
            stopping_ = true;
            held_ = false;
        }
        changed_.notify_all();
        worker_.join();
    }

    std::size_t bite_bytes = 1'000'000;         ///< what is taken at a time
    bool waits = false;                         ///< after each bite, and before the answer
    bool refuses_all = false;                   ///< before anything came
    std::size_t refuses_after = 1'000'000'000;  ///< bytes

    /// Lets nobody go on who waits, until release().
    void hold() {
        const std::lock_guard lock{mutex_};
        held_ = true;
    }

    void release() {
        {
            const std::lock_guard lock{mutex_};
            held_ = false;
        }
        changed_.notify_all();
    }

    std::string taken() const {
        const std::lock_guard lock{mutex_};
        return taken_;
    }

    int alive() const noexcept { return alive_; }
    int opened() const noexcept { return opened_; }
    int waited() const noexcept { return waited_; }

    /// Whether no sink is left, or will be within ten seconds.
    bool is_left() const {
        const auto give_up = std::chrono::steady_clock::now() + std::chrono::seconds{10};
        while (alive_ > 0 && std::chrono::steady_clock::now() < give_up)
            std::this_thread::sleep_for(std::chrono::milliseconds{1});
        return alive_ == 0;
    }

    std::unique_ptr<http::body_sink> open(http::response& to) {
        ++opened_;
        if (refuses_all) {
            to.assign(http::problem{http::status::bad_request, "no", "not here"});
            return nullptr;
        }
        return std::make_unique<sink>(*this);
    }

private:
    /// Answers with how many bytes there were.
    class sink final : public http::body_sink {
    public:
        explicit sink(sink_script& script) : script_(script) {
            ++script_.alive_;
            const std::lock_guard lock{script_.mutex_};
            script_.taken_.clear();
        }
        ~sink() override { --script_.alive_; }

        step take(std::string_view piece, http::response& to) override {
            const std::string_view bite = piece.substr(0, script_.bite_bytes);
            {
                const std::lock_guard lock{script_.mutex_};
                script_.taken_.append(bite);
            }
            bytes_ += bite.size();
            if (bytes_ > script_.refuses_after) {
                to.assign(http::problem{http::status::bad_request, "enough", "too much of it"});
                return {.taken = bite.size(), .answered = true};
            }
            if (bite.empty() || !script_.waits) return {.taken = bite.size()};
            return {.taken = bite.size(), .done = wait()};
        }

        async::one_shot_event* finish(http::response& to) override {
            if (script_.waits && !std::exchange(finishing_, true)) return wait();
            to.assign_text(http::status::ok, std::to_string(bytes_));
            return nullptr;
        }

    private:
        async::one_shot_event* wait() {
            done_.reset();
            script_.set_soon(done_);
            return &done_;
        }

        sink_script& script_;
        async::one_shot_event done_;
        std::size_t bytes_ = 0;
        bool finishing_ = false;
    };

    void set_soon(async::one_shot_event& event) {
        ++waited_;
        {
            const std::lock_guard lock{mutex_};
            events_.push_back(&event);
        }
        changed_.notify_all();
    }

    void set_events() {
        std::unique_lock lock{mutex_};
        while (true) {
            changed_.wait(lock, [this] { return stopping_ || (!held_ && !events_.empty()); });
            if (events_.empty()) return;
            const auto waiting = std::exchange(events_, {});
            lock.unlock();
            for (auto* const one : waiting) one->set();
            lock.lock();
        }
    }

    mutable std::mutex mutex_;
    std::condition_variable changed_;
    std::string taken_;
    std::vector<async::one_shot_event*> events_;
    bool held_ = false;
    bool stopping_ = false;
    std::atomic<int> alive_ = 0;
    std::atomic<int> opened_ = 0;
    std::atomic<int> waited_ = 0;
    std::thread worker_;
};

/// `POST path`, whose body goes to a sink of `script`, which outlives the server.
inline http::route sink_route(std::string_view path, sink_script& script) {
    const auto open = [&script](const http::site&, const http::request&, http::response& to) {
        return script.open(to);
    };
    return {.path = path, .actions = {{.methods = "POST", .open = open}}};
}

}  // namespace memstore::test
