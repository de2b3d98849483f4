#pragma once

#include "base/mixer.hpp"
#include "net/client_network.hpp"

#include <cstddef>
#include <cstdint>
#include <mutex>
#include <optional>
#include <random>
#include <unordered_map>
#include <utility>

namespace memstore::net {

/** How many places the clients of each network have, and that none has more than it may.

    A network that has none is forgotten, so it holds no more than there are places in all.

    @par Threads  any
*/
class network_group {
public:
    /// A client's place; gives it back when destroyed.
    class ticket {
    public:
        ticket(ticket&& other) noexcept
            : group_(std::exchange(other.group_, nullptr)), whose_(other.whose_) {}
        ticket& operator=(ticket&&) = delete;
        ~ticket() {
            if (group_ != nullptr) group_->leave(whose_);
        }

    private:
        friend class network_group;
        ticket(network_group* group, client_network whose) noexcept
            : group_(group), whose_(whose) {}
        network_group* group_;  ///< nullptr: nothing is counted
        client_network whose_;
    };

    /// @param each_max  0: any number
    explicit network_group(std::size_t each_max)
        : each_max_(each_max), taken_(0, base::mixer{by_chance()}) {}

    /// @return nothing when that network has all its places
    std::optional<ticket> enter(client_network whose) {
        if (each_max_ == 0) return ticket{nullptr, whose};
        const std::lock_guard lock{mutex_};
        std::size_t& taken = taken_[whose.bits()];
        if (taken >= each_max_) return std::nullopt;
        ++taken;
        return ticket{this, whose};
    }

    std::size_t each_max() const noexcept { return each_max_; }

    /// How many networks have places.
    std::size_t networks() const {
        const std::lock_guard lock{mutex_};
        return taken_.size();
    }

private:
    static std::uint64_t by_chance() {
        std::random_device chance;
        return (std::uint64_t{chance()} << 32) | chance();
    }

    void leave(client_network whose) noexcept {
        const std::lock_guard lock{mutex_};
        const auto place = taken_.find(whose.bits());
        if (--place->second == 0) taken_.erase(place);
    }

    std::size_t each_max_;
    mutable std::mutex mutex_;
    std::unordered_map<std::uint64_t, std::size_t, base::mixer> taken_;  ///< by network
};

}  // namespace memstore::net
