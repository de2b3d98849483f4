#include "store/epoch.hpp"

#include <algorithm>
#include <cassert>
#include <limits>
#include <stdexcept>

namespace memstore::store {
namespace {

constexpr std::size_t unnumbered = std::numeric_limits<std::size_t>::max();

std::array<std::atomic<bool>, epoch_domain::threads_max> numbers_taken;
constinit thread_local std::size_t thread_number = unnumbered;

/// A thread's number, given back when the thread ends.
struct number_lease {
    explicit number_lease(std::size_t leased) noexcept : number(leased) {}
    ~number_lease() { numbers_taken[number].store(false, std::memory_order_release); }
    number_lease(const number_lease&) = delete;
    number_lease& operator=(const number_lease&) = delete;

    std::size_t number;
};

std::size_t free_number() {
    for (std::size_t number = 0; number < numbers_taken.size(); ++number) {
        if (!numbers_taken[number].exchange(true, std::memory_order_acquire)) return number;
    }
    throw std::length_error{"more than 256 threads read the store"};
}

std::size_t this_thread() {
    if (thread_number == unnumbered) {
        thread_local const number_lease lease{free_number()};
        thread_number = lease.number;
    }
    return thread_number;
}

}  // namespace

epoch_domain::pin::pin(epoch_domain& domain) : domain_(domain), thread_(this_thread()) {
    reader& self = domain_.readers_[thread_];
    if (self.depth++ == 0) {
        // Sequentially consistent, as the loads of published words after it are: whoever then
        // misses this pin in oldest_pinned() had unlinked what it frees before those loads.
        self.since.store(domain_.epoch_.load(std::memory_order_relaxed), std::memory_order_seq_cst);
    }
}

epoch_domain::pin::~pin() {
    reader& self = domain_.readers_[thread_];
    if (--self.depth == 0) self.since.store(not_pinned, std::memory_order_release);
}

std::uint64_t epoch_domain::oldest_pinned() noexcept {
    std::uint64_t oldest = epoch_.fetch_add(1, std::memory_order_seq_cst) + 1;
    for (const reader& other : readers_) {
        const std::uint64_t since = other.since.load(std::memory_order_seq_cst);
        if (since != not_pinned) oldest = std::min(oldest, since);
    }
    return oldest;
}

limbo::~limbo() {
    for (const retired& gone : waiting_) gone.destroy(gone.object);
}

void limbo::retire(const void* object, destroyer destroy) {
    waiting_.push_back({const_cast<void*>(object), destroy, 0});
}

void limbo::seal() {
    const std::uint64_t epoch = domain_.now();
    for (; sealed_ < waiting_.size(); ++sealed_) waiting_[sealed_].epoch = epoch;
    if (sealed_ >= next_attempt_) free_unreachable();
}

void limbo::free_unreachable() {
    const std::uint64_t oldest = domain_.oldest_pinned();
    const auto reachable = std::find_if(waiting_.begin(), waiting_.end(), [&](const retired& gone) {
        return gone.epoch >= oldest;
    });
    std::for_each(waiting_.begin(), reachable, [](const retired& gone) {
        gone.destroy(gone.object);
    });
    waiting_.erase(waiting_.begin(), reachable);
    sealed_ = waiting_.size();
    next_attempt_ = sealed_ + batch;
}

}  // namespace memstore::store
