#pragma once

#include <atomic>
#include <cstddef>
#include <cstdint>
#include <optional>

namespace memstore::http {

/** What all sessions together may hold in memory of the requests that come in, and of the answers
   that go out.

    A limit for one body bounds nothing where there are thousands of connections. What is small is
    not counted: those bound it, and nothing shared is touched for it.

    @par Threads  any
*/
class body_budget {
public:
    /// What a session may hold without being counted.
    static constexpr std::size_t uncounted_bytes = 131'072;

    explicit body_budget(std::uint64_t bytes_max) noexcept : bytes_max_(bytes_max) {}

    std::uint64_t bytes_max() const noexcept { return bytes_max_; }

    /// How much of it may be used by all together for there to be room for more.
    enum class part : std::uint8_t { half, whole };

    std::uint64_t bytes_max(part of) const noexcept {
        return of == part::whole ? bytes_max_ : bytes_max_ / 2;
    }

    /// What a session has of it; given back when destroyed. Threads: one at a time.
    class share {
    public:
        explicit share(body_budget& whole) noexcept : whole_(whole) {}
        share(const share&) = delete;
        share& operator=(const share&) = delete;
        ~share() { hold(0, 0, part::whole); }

        std::uint64_t bytes_max() const noexcept { return whole_.bytes_max(); }

        /** Makes it stand for `bytes` that the session holds of requests, beside its answer.

            Whoever holds something alone may hold any amount, unless that is to leave a half to
            others: a body within its own limit can be sent, and answered, however little is allowed
            to all.

            @param of  what there must be room in
            @return nothing; or, where that would be too much, how much it would be for all: then
              the share stays as it was
        */
        std::optional<std::uint64_t> resize(std::size_t bytes, part of = part::whole) noexcept {
            return hold(counted(bytes), answer_, of);
        }

        /// The same for what it holds of its answer, beside requests.
        std::optional<std::uint64_t> resize_answer(std::size_t bytes) noexcept {
            return hold(requests_, counted(bytes), part::whole);
        }

    private:
        static std::uint64_t counted(std::size_t bytes) noexcept {
            return bytes > uncounted_bytes ? bytes : 0;
        }

        std::optional<std::uint64_t> hold(
            std::uint64_t requests,
            std::uint64_t answer,
            part of
        ) noexcept {
            const std::uint64_t wanted = requests + answer;
            if (wanted > held_) {
                const auto too_much = grow(wanted, of);
                if (too_much) return too_much;
            } else if (wanted < held_) {
                whole_.used_.fetch_sub(held_ - wanted, std::memory_order_relaxed);
                held_ = wanted;
            }
            requests_ = requests;
            answer_ = answer;
            return std::nullopt;
        }

        std::optional<std::uint64_t> grow(std::uint64_t wanted, part of) noexcept {
            const std::uint64_t more = wanted - held_;
            const auto before = whole_.used_.fetch_add(more, std::memory_order_relaxed);
            const bool alone = before == held_;
            if (!(alone && of == part::whole) && before + more > whole_.bytes_max(of)) {
                whole_.used_.fetch_sub(more, std::memory_order_relaxed);
                return before + more;
            }
            held_ = wanted;
            return std::nullopt;
        }

        body_budget& whole_;
        std::uint64_t requests_ = 0;
        std::uint64_t answer_ = 0;
        std::uint64_t held_ = 0;  ///< both
    };

private:
    std::uint64_t bytes_max_;
    std::atomic<std::uint64_t> used_ = 0;
};

}  // namespace memstore::http
