#pragma once

#include <chrono>
#include <future>
#include <optional>
#include <thread>
#include <utility>

namespace memstore::app {

/** What `task` returns, when it does within `limit`.

    One that is late goes on by itself, and with the process it ends: a call that cannot be
    interrupted, as one to a resolver, is left and not waited for. So it must own what it uses, and
    the process must end by _exit(), which takes nothing from under it.

    @throws  what it throws in time
*/
template <class Task>
auto within(std::chrono::milliseconds limit, Task task) -> std::optional<decltype(task())> {
    std::packaged_task<decltype(task())()> run{std::move(task)};
    auto outcome = run.get_future();
    std::thread{std::move(run)}.detach();
    if (outcome.wait_for(limit) != std::future_status::ready) return std::nullopt;
    return outcome.get();
}

}  // namespace memstore::app
