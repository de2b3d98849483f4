#pragma once

#include <array>
#include <atomic>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <utility>

namespace memstore::store {

/** The commit versions that snapshots are held of: what counts at one of them must stay.

    @par Threads  hold() where no commit is under way; the rest any
*/
class held_versions {
public:
    static constexpr std::size_t held_max = 256;

    /// A version's place. Ends with it, in any thread.
    class lease {
    public:
        lease(lease&& other) noexcept
            : from_(other.from_), held_(std::exchange(other.held_, nullptr)) {}
        lease& operator=(lease&& other) noexcept {
            std::swap(from_, other.from_);
            std::swap(held_, other.held_);
            return *this;
        }
        ~lease() {
            if (held_ != nullptr) from_->release(*held_);
        }

    private:
        friend class held_versions;
        lease(held_versions& from, std::atomic<std::uint64_t>& held) noexcept
            : from_(&from), held_(&held) {}

        held_versions* from_;
        std::atomic<std::uint64_t>* held_;
    };

    /// Some versions, at a moment.
    class listing {
    public:
        std::span<const std::uint64_t> all() const noexcept { return {versions_.data(), count_}; }

        /// Whether one is in `first` to before `end`.
        bool any_in(std::uint64_t first, std::uint64_t end) const noexcept;

    private:
        friend class held_versions;
        std::array<std::uint64_t, held_max> versions_;  // in no order
        std::size_t count_ = 0;
    };

    /// @param version  no commit that is visible has a later one, see remains
    /// @return nothing: there are held_max already
    std::optional<lease> hold(std::uint64_t version) noexcept;

    /// Whether there are any.
    bool any() const noexcept { return count_.load(std::memory_order_acquire) != 0; }

    /// How many there are. A moment's figure.
    std::size_t count() const noexcept { return count_.load(std::memory_order_relaxed); }

    /// How often one has been let go. What is listed after this was read leaves out all those.
    std::uint64_t releases() const noexcept { return releases_.load(std::memory_order_acquire); }

    /// Those that are held, and perhaps some that are just being let go.
    listing list() const noexcept;

private:
    static constexpr std::uint64_t free = 0;

    void release(std::atomic<std::uint64_t>& held) noexcept;

    std::array<std::atomic<std::uint64_t>, held_max> versions_{};
    std::atomic<std::size_t> end_ = 0;  // none from here on has ever been held
    std::atomic<std::size_t> count_ = 0;
    std::atomic<std::uint64_t> releases_ = 0;
};

}  // namespace memstore::store
