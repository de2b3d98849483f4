#pragma once

#include <atomic>
#include <cstddef>
#include <memory>
#include <utility>
#include <vector>

namespace memstore::cluster {

/** Objects that are made one by one, up to a number known beforehand, and stay until the end: so
    whoever has seen one may use it while others are made.

    @par Threads  emplace_back() one at a time; the rest any
*/
template <class T>
class growing_list {
public:
    template <class List, class Element>
    class basic_iterator {
    public:
        basic_iterator(List& of, std::size_t at) noexcept : of_(&of), at_(at) {}
        Element& operator*() const noexcept { return (*of_)[at_]; }
        basic_iterator& operator++() noexcept {
            ++at_;
            return *this;
        }
        bool operator==(const basic_iterator& other) const noexcept { return at_ == other.at_; }
        bool operator!=(const basic_iterator& other) const noexcept { return at_ != other.at_; }

    private:
        List* of_;
        std::size_t at_;
    };
    using iterator = basic_iterator<growing_list, T>;
    using const_iterator = basic_iterator<const growing_list, const T>;

    explicit growing_list(std::size_t capacity) : all_(capacity) {}
    growing_list(const growing_list&) = delete;
    growing_list& operator=(const growing_list&) = delete;

    /// @pre  size() is below the capacity
    template <class... Arguments>
    T& emplace_back(Arguments&&... arguments) {
        const std::size_t at = size();
        all_[at] = std::make_unique<T>(std::forward<Arguments>(arguments)...);
        size_.store(at + 1, std::memory_order_release);
        return *all_[at];
    }

    std::size_t size() const noexcept { return size_.load(std::memory_order_acquire); }
    std::size_t capacity() const noexcept { return all_.size(); }

    T& operator[](std::size_t at) noexcept { return *all_[at]; }
    const T& operator[](std::size_t at) const noexcept { return *all_[at]; }
    T& front() noexcept { return *all_.front(); }
    const T& front() const noexcept { return *all_.front(); }

    /// Those that are there when end() is called.
    iterator begin() noexcept { return {*this, 0}; }
    iterator end() noexcept { return {*this, size()}; }
    const_iterator begin() const noexcept { return {*this, 0}; }
    const_iterator end() const noexcept { return {*this, size()}; }

private:
    std::vector<std::unique_ptr<T>> all_;
    std::atomic<std::size_t> size_ = 0;
};

}  // namespace memstore::cluster
