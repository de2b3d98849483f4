#pragma once

#include <cstddef>
#include <limits>
#include <memory>
#include <span>
#include <string_view>

namespace memstore::net {

/** What a connection has read and nobody has used yet, in one piece of memory.

    Views into it hold until the next room(), erase() or trim().
*/
class read_buffer {
public:
    static constexpr std::size_t bytes_kept = 4'096;  ///< what an idle connection holds on to

    explicit read_buffer(std::size_t bytes_max) noexcept : bytes_max_(bytes_max) {}

    std::string_view unread() const noexcept { return {memory_.get() + begin_, end_ - begin_}; }
    bool empty() const noexcept { return begin_ == end_; }
    std::size_t capacity() const noexcept { return capacity_; }

    static constexpr std::size_t unknown = std::numeric_limits<std::size_t>::max();

    /// Free space behind what is unread: doubles with need, and is empty only when `bytes_max` are
    /// unread. @param wanted  how much it should be, where it can
    /// @param all  more than is unread: how much that will be when it is whole, for which there
    ///   will be no more memory than that
    std::span<char> room(std::size_t wanted = 1, std::size_t all = unknown);

    /// `count` bytes of that space have been written.
    void commit(std::size_t count) noexcept { end_ += count; }

    /// Drops the first `count` unread bytes.
    void consume(std::size_t count) noexcept;

    /// Drops `count` unread bytes behind the first `at`.
    void erase(std::size_t at, std::size_t count) noexcept;

    /// Gives back what a large request needed, when nothing is unread.
    void trim() noexcept;

private:
    void move_to(std::size_t capacity);

    std::unique_ptr<char[]> memory_;
    std::size_t capacity_ = 0;
    std::size_t begin_ = 0;
    std::size_t end_ = 0;
    std::size_t bytes_max_;
};

}  // namespace memstore::net
