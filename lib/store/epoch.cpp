#include "store/epoch.hpp"

#include <algorithm>
#include <cassert>
#include <limits>
#include <stdexcept>

namespace memstore::store {
namespace {

constexpr std::size_t unnumbered = std::numeric_limits<std::size_t>::max();

std::array<std::atomic<bool>, epoch_domain::threads_max> numbers_taken;
std::atomic<std::size_t> numbers_end = 0;  // none from here on has ever been taken
constinit thread_local std::size_t thread_number = unnumbered;

/// A thread's number, given back when the thread ends.
struct number_lease {
    explicit number_lease(std::size_t leased) noexcept : number(leased) {}
    ~number_lease() { numbers_taken[number].store(false, std::memory_order_release); }
    number_lease(const number_lease&) = delete;
    number_lease& operator=(const number_lease&) = delete;

    std::size_t number;
};

/// Sequentially consistent and before the thread's first pin: who misses this misses that pin, too.
void note_number(std::size_t number) noexcept {
    std::size_t end = numbers_end.load(std::memory_order_seq_cst);
    while (end <= number && !numbers_end.compare_exchange_weak(end, number + 1)) {
    }
}

std::size_t free_number() {
    for (std::size_t number = 0; number < numbers_taken.size(); ++number) {
        if (!numbers_taken[number].exchange(true, std::memory_order_acquire)) {
            note_number(number);
            return number;
        }
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
        // Whoever begins in a later epoch sees what was unlinked before that.
        self.since.store(domain_.epoch_.load(std::memory_order_seq_cst), std::memory_order_seq_cst);
    }
}

epoch_domain::pin::~pin() {
    reader& self = domain_.readers_[thread_];
    if (--self.depth == 0) self.since.store(not_pinned, std::memory_order_release);
}

std::uint64_t epoch_domain::oldest_pinned() noexcept {
    std::uint64_t oldest = epoch_.fetch_add(1, std::memory_order_seq_cst) + 1;
    const std::size_t end = numbers_end.load(std::memory_order_seq_cst);
    for (std::size_t number = 0; number < end; ++number) {
        const std::uint64_t since = readers_[number].since.load(std::memory_order_seq_cst);
        if (since != not_pinned) oldest = std::min(oldest, since);
    }
    return oldest;
}

}  // namespace memstore::store
