#pragma once

#include "base/error.hpp"
#include "command/evaluation.hpp"
#include "store/keyspace.hpp"

#include <cstddef>
#include <optional>

namespace memstore::command {

/// What a command runs in: the keys, and what comes of the transaction beside its replies.
class execution {
public:
    execution(store::keyspace& keys, evaluation& into) noexcept : keys_(keys), into_(into) {}

    /// Which command of the transaction runs.
    void set_position(std::size_t command) noexcept { position_ = command; }

    /// The condition of the present command does not hold.
    void fail(const std::optional<store::keyspace::entry>& actual) {
        into_.failed.push_back({position_, actual});
    }

    /// The present command does not fit what is stored.
    void reject(errc why) noexcept {
        if (!into_.unfit) into_.unfit = {why, position_};
    }

    store::keyspace& keys() noexcept { return keys_; }
    text_pool& texts() noexcept { return into_.texts; }
    std::vector<row>& new_page() { return into_.pages.emplace_back(); }

private:
    store::keyspace& keys_;
    evaluation& into_;
    std::size_t position_ = 0;
};

}  // namespace memstore::command
