#pragma once

#include "service/snapshot_service.hpp"

#include <atomic>
#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <utility>

namespace memstore::test {

/// Asks for a snapshot, and waits for it.
class snapshot_request final : public service::snapshot_sink {
public:
    explicit snapshot_request(service::snapshot_service& engine)
        : at_once(engine.take_snapshot(*this)) {}

    result<std::unique_ptr<service::snapshot>> wait() {
        taken_.wait(false);
        return std::move(*answer_);
    }

    bool given() const noexcept { return taken_; }

private:
    void take(result<std::unique_ptr<service::snapshot>> taken) noexcept override {
        answer_.emplace(std::move(taken));
        taken_ = true;
        taken_.notify_one();
    }

    std::optional<result<std::unique_ptr<service::snapshot>>> answer_;
    std::atomic<bool> taken_ = false;

public:
    const bool at_once;  ///< last, since it is asked for in its initializer
};

inline std::unique_ptr<service::snapshot> take_snapshot(service::snapshot_service& engine) {
    return snapshot_request{engine}.wait().value();
}

/// What a scan shows, key by key.
class snapshot_listing final : public service::snapshot_visitor {
public:
    struct entry {
        std::string value;
        std::uint64_t version;
        base::moment deadline;

        bool operator==(const entry&) const = default;
    };

    /// Takes all that is left of a scan. @param between  called between its steps
    void read(
        service::snapshot_scan& from,
        const service::snapshot_bounds& most,
        const std::function<void()>& between = [] {}
    ) {
        while (from.next(*this, most)) between();
    }

    std::map<std::string, entry> all;

private:
    void visit(const service::snapshot_entry& next) override {
        all[std::string{next.key}] = {std::string{next.value}, next.version, next.deadline};
    }
};

}  // namespace memstore::test
