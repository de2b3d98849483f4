#pragma once

#include <unistd.h>
#include <utility>

namespace memstore::net {

/// A file descriptor that is closed when it goes.
class descriptor {
public:
    explicit descriptor(int number) noexcept : number_(number) {}
    descriptor(descriptor&& other) noexcept : number_(other.release()) {}
    descriptor& operator=(descriptor&&) = delete;
    ~descriptor() { close(); }

    /// Negative when there is none.
    int number() const noexcept { return number_; }

    int release() noexcept { return std::exchange(number_, -1); }

    void close() noexcept {
        if (number_ >= 0) ::close(release());
    }

private:
    int number_;
};

}  // namespace memstore::net
