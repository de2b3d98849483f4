#pragma once

#include "base/error.hpp"
#include "cluster/cluster.hpp"
#include "command/command_table.hpp"
#include "service/transaction_service.hpp"
#include "support/given.hpp"

#include <boost/asio/any_io_executor.hpp>
#include <boost/asio/executor_work_guard.hpp>
#include <boost/asio/io_context.hpp>

#include <atomic>
#include <cstdint>
#include <deque>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <thread>
#include <utility>
#include <vector>

namespace memstore::test {

/// Builds transactions; owns their bytes.
class transaction_builder {
public:
    transaction_builder& get(const std::string& key) { return add("get", key); }
    transaction_builder& set(const std::string& key, const std::string& value) {
        return add("set", key).with(command::argument::value, value);
    }
    transaction_builder& del(const std::string& key) { return add("del", key); }
    transaction_builder& incr(const std::string& key, std::int64_t by) {
        return add("incr", key).with(command::argument::by, by);
    }

    /// Gives the last command what it takes.
    transaction_builder& with(command::argument which, std::int64_t number) {
        give(last(), which, number);
        return *this;
    }
    transaction_builder& with(command::argument which, const std::string& text) {
        give(last(), which, std::string_view{bytes_.emplace_back(text)});
        return *this;
    }
    transaction_builder& check(
        const std::string& key,
        command::argument which,
        std::int64_t number
    ) {
        return add("check", key).with(which, number);
    }

    /// A command on the keys that begin so.
    transaction_builder& on_range(std::string_view name, const std::string& prefix) {
        begin(name);
        return with(command::argument::prefix, prefix);
    }

    command::command& last() { return what_.commands.back(); }
    command::transaction& what() { return what_; }

private:
    transaction_builder& add(std::string_view name, const std::string& key) {
        begin(name);
        return with(command::argument::key, key);
    }

    void begin(std::string_view name) {
        what_.commands.emplace_back().what = command::find_command(name);
    }

    std::deque<std::string> bytes_;
    command::transaction what_;
};

/// An answer, copied out of what the engine lent.
struct answer {
    std::uint64_t version = 0;
    std::vector<std::optional<std::string>> values;  ///< of replies that are bytes
    std::vector<std::size_t> failed;  ///< checks, by their positions; not empty: aborted
    std::optional<command::misfit> unfit;
    bool succeeded = true;
};

/// A sink that copies, and says when it was resumed; it accepts unless told otherwise.
class copying_sink : public service::answer_sink {
public:
    bool accept(const command::evaluation& evaluated) noexcept override {
        note(evaluated);
        return accepting;
    }
    void take(const result<service::outcome>& answer) noexcept override {
        refused.reset();
        if (answer) {
            note(answer->evaluated);
            last.version = answer->version;
        } else {
            last = {};
            refused = answer.error();
        }
        ++taken;
    }
    void lose() noexcept override { ++lost; }
    void resume() noexcept override {
        resumed.store(true);
        resumed.notify_one();
    }

    answer last;
    std::optional<refusal> refused;  ///< in the place of an answer
    int taken = 0;
    int lost = 0;
    bool accepting = true;
    std::atomic<bool> resumed = false;

private:
    void note(const command::evaluation& evaluated) {
        last.values.clear();
        last.failed.clear();
        last.succeeded = evaluated.succeeded;
        last.unfit = evaluated.unfit;
        for (const command::failed_check& each : evaluated.failed) {
            last.failed.push_back(each.command);
        }
        for (const command::reply& each : evaluated.replies) {
            const auto* const bytes = std::get_if<std::string_view>(&each);
            last.values.push_back(
                bytes != nullptr ? std::optional{std::string{*bytes}} : std::nullopt
            );
        }
    }
};

/// One client of the engine that waits for its answers.
class blocking_client {
public:
    explicit blocking_client(service::transaction_service& engine) : channel_(engine.open()) {}

    /// From here on, drops its transactions when it is shown their replies.
    void stop_accepting() { sink_.accepting = false; }

    answer execute(command::transaction& what) {
        sink_.resumed = false;
        if (!channel_->execute(what, sink_)) sink_.resumed.wait(false);
        return sink_.last;
    }
    answer execute(transaction_builder& what) { return execute(what.what()); }

    /// Why there was no answer to the last one, if there was none.
    const std::optional<refusal>& refused() const noexcept { return sink_.refused; }

private:
    copying_sink sink_;
    std::unique_ptr<service::channel> channel_;
};

/// An io_context with threads of its own, until it goes.
class running_io {
public:
    explicit running_io(std::size_t threads) {
        for (std::size_t i = 0; i < threads; ++i) threads_.emplace_back([this] { io_.run(); });
    }
    ~running_io() { run_dry(); }

    /// Waits until there is nothing left to run.
    void run_dry() {
        work_.reset();
        threads_.clear();
    }

    std::vector<boost::asio::any_io_executor> executors() { return {io_.get_executor()}; }

private:
    boost::asio::io_context io_;
    boost::asio::executor_work_guard<boost::asio::io_context::executor_type> work_{
        io_.get_executor()};
    std::vector<std::jthread> threads_;
};

}  // namespace memstore::test
