#pragma once

#include "async/one_shot_event.hpp"
#include "http/answer_stream.hpp"
#include "http/router.hpp"
#include "net/waker.hpp"

#include <atomic>
#include <chrono>
#include <cstdint>
#include <deque>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <thread>
#include <utility>

namespace memstore::test {

/** What a stream is to say, and what became of it. One stream at a time.

    @par Threads  any
*/
class stream_script {
public:
    using state = http::answer_stream::state;

    explicit stream_script(bool endless = false) : endless_(endless) {}

    /// Has the stream say `text`, as one piece.
    void say(std::string text) {
        const std::lock_guard lock{mutex_};
        texts_.push_back(std::move(text));
        wake();
    }

    /// What becomes of the stream when it has said all.
    void end(state how) {
        const std::lock_guard lock{mutex_};
        end_ = how;
        wake();
    }

    /// While there is nothing to say, says `text` every so often.
    void mumble(std::string text, std::chrono::milliseconds every) {
        const std::lock_guard lock{mutex_};
        mumbled_ = std::move(text);
        every_ = every;
    }

    /// Has the stream say `text` again and again.
    void repeat(std::string text) {
        const std::lock_guard lock{mutex_};
        repeated_ = std::move(text);
        wake();
    }

    /// Has the stream wait until `done` has happened before it says anything.
    void await(async::one_shot_event& done) {
        const std::lock_guard lock{mutex_};
        awaited_ = &done;
    }

    int alive() const noexcept { return alive_; }
    int fills() const noexcept { return fills_; }

    /// Whether no stream is left, or will be within ten seconds.
    bool is_left() const {
        const auto give_up = std::chrono::steady_clock::now() + std::chrono::seconds{10};
        while (alive_ > 0 && std::chrono::steady_clock::now() < give_up)
            std::this_thread::sleep_for(std::chrono::milliseconds{1});
        return alive_ == 0;
    }

    std::unique_ptr<http::answer_stream> make() { return std::make_unique<stream>(*this); }

private:
    class stream final : public http::answer_stream {
    public:
        explicit stream(stream_script& script) : script_(script) { ++script_.alive_; }
        ~stream() override {
            {
                const std::lock_guard lock{script_.mutex_};
                script_.waker_ = nullptr;
            }
            --script_.alive_;
        }

        void begin(net::waker& wake) override {
            const std::lock_guard lock{script_.mutex_};
            script_.waker_ = &wake;
        }

        step fill(std::string& out, bool leaving) override { return script_.fill(out, leaving); }
        bool endless() const noexcept override { return script_.endless_; }

    private:
        stream_script& script_;
    };

    http::answer_stream::step fill(std::string& out, bool leaving) {
        const std::lock_guard lock{mutex_};
        ++fills_;
        if (awaited_ != nullptr)
            return {.now = state::waiting, .done = std::exchange(awaited_, nullptr)};
        if (!texts_.empty()) {
            out.append(texts_.front());
            texts_.pop_front();
            return {};
        }
        if (end_) return {.now = *end_};
        if (leaving) {
            out.append("goodbye");
            return {.now = state::ended};
        }
        if (!repeated_.empty()) {
            out.append(repeated_);
            return {};
        }
        if (mumbled_.empty()) return {.now = state::quiet};
        const auto now = std::chrono::steady_clock::now();
        if (now >= mumble_at_) {
            if (mumble_at_ != std::chrono::steady_clock::time_point{}) out.append(mumbled_);
            mumble_at_ = now + every_;
        }
        return {.now = state::quiet, .until = mumble_at_};
    }

    void wake() {
        if (waker_ != nullptr) waker_->wake();
    }

    bool endless_;
    std::mutex mutex_;
    std::deque<std::string> texts_;
    std::optional<state> end_;
    std::string repeated_;
    std::string mumbled_;
    std::chrono::milliseconds every_{};
    std::chrono::steady_clock::time_point mumble_at_{};
    async::one_shot_event* awaited_ = nullptr;
    net::waker* waker_ = nullptr;
    std::atomic<int> alive_ = 0;
    std::atomic<int> fills_ = 0;
};

/// `GET path`, answered with the stream of `script`, which outlives the server.
inline http::route stream_route(std::string_view path, stream_script& script) {
    class streaming final : public http::endpoint {
    public:
        explicit streaming(stream_script& script) : script_(script) {}

        async::one_shot_event* answer(const http::request& /*asked*/, http::response& to) override {
            to.content_type = http::text_type;
            to.more_fields = http::no_store_field;
            to.stream = script_.make();
            return nullptr;
        }

    private:
        stream_script& script_;
    };
    const auto make = [&script](const http::site&) -> std::unique_ptr<http::endpoint> {
        return std::make_unique<streaming>(script);
    };
    return {.path = path, .actions = {{.methods = "GET, HEAD", .make = make}}};
}

}  // namespace memstore::test
