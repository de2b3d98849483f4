#include "bench/engine.hpp"

#include "command/command_table.hpp"

#include <boost/asio/any_io_executor.hpp>

#include <algorithm>
#include <array>
#include <chrono>
#include <cstdint>
#include <string_view>
#include <utility>
#include <variant>

namespace memstore::bench {
namespace {

constexpr cluster::settings size;
constexpr std::size_t fill_commands = 1'000;
constexpr std::size_t warming_commands = 100'000;

base::key_hasher::secret any_secret() noexcept {
    base::key_hasher::secret secret{};
    std::uint32_t state = 1;
    for (std::byte& each : secret)
        each = static_cast<std::byte>((state = state * 1'664'525 + 1'013'904'223) >> 24);
    return secret;
}

void measure(benchmark::State& state, client& session, rotation& transactions) {
    std::size_t hits = 0;
    for ([[maybe_unused]] auto _ : state) hits += session.execute(transactions.next());
    const auto commands = static_cast<std::size_t>(state.iterations()) * transactions.commands();
    if (hits != commands) state.SkipWithError("a key was not there, or a transaction failed");
    using benchmark::Counter;
    state.counters["per_command"] =
        Counter(static_cast<double>(commands), Counter::kIsRate | Counter::kInvert);
}

}  // namespace

engine::engine()
    : hash_of_(any_secret()),
      owners_(cluster::assign_partitions(size.partitions, size.nodes)),
      cluster_(
          size,
          any_secret(),
          clock_,
          std::array{boost::asio::any_io_executor{io_.get_executor()}}
      ) {}

void engine::fill(std::size_t keys) {
    client session{*this};
    const std::vector<key> all = shuffled(keys);
    rotation sets{"set", std::min(fill_commands, keys), all};
    for (std::size_t set = 0; set < keys; set += sets.commands()) session.execute(sets.next());
}

std::unique_ptr<service::watch> engine::watch(std::string_view prefix) {
    return std::move(*cluster_.open_watch(prefix, {}));
}

void engine::run_posted_until(const std::stop_token& stop) {
    while (!stop.stop_requested()) io_.run_for(std::chrono::milliseconds{10});
}

cluster::node_index engine::owner_of(const key& which) const noexcept {
    return owners_[base::scale(hash_of_(which.text()), static_cast<std::uint32_t>(owners_.size()))];
}

std::size_t client::execute(const command::transaction& what) {
    resumed_.store(false, std::memory_order_relaxed);
    if (channel_->execute(what, *this)) return hits_;
    while (!resumed_.load(std::memory_order_acquire)) engine_.run_posted();
    return hits_;
}

bool client::accept(const command::evaluation& evaluated) noexcept {
    hits_ = 0;
    for (const command::reply& each : evaluated.replies) {
        hits_ += static_cast<std::size_t>(std::holds_alternative<std::string_view>(each));
    }
    return true;
}

void client::take(const result<service::outcome>& answer) noexcept {
    if (!answer) hits_ = 0;
}

rotation::rotation(std::string_view command, std::size_t commands, std::span<const key> keys)
    : keys_(keys) {
    what_.commands.resize(commands, {.what = command::find_command(command), .value = value()});
}

const command::transaction& rotation::next() noexcept {
    for (command::command& each : what_.commands) {
        each.key = keys_[at_].text();
        if (++at_ == keys_.size()) at_ = 0;
    }
    return what_;
}

void run(benchmark::State& state, engine& on, rotation& transactions) {
    client session{on};
    for (std::size_t done = 0; done < warming_commands; done += transactions.commands()) {
        session.execute(transactions.next());
    }
    measure(state, session, transactions);
}

void run_cold(benchmark::State& state, engine& on, rotation& transactions) {
    client session{on};
    measure(state, session, transactions);
}

}  // namespace memstore::bench
