#pragma once

#include "service/watch_service.hpp"

#include <algorithm>
#include <atomic>
#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace memstore::test {

/// A change, copied out of what a watch lent.
struct seen_change {
    std::string key;
    std::optional<std::string> value;
    base::change_cause cause = base::change_cause::client;

    friend bool operator==(const seen_change&, const seen_change&) = default;
};

struct seen_commit {
    std::uint64_t version;
    std::vector<seen_change> changes;

    friend bool operator==(const seen_commit&, const seen_commit&) = default;
};

/// Copies what it is shown.
class copying_visitor final : public service::commit_visitor {
public:
    void visit(const service::commit& next) override {
        seen_commit& copy = seen.emplace_back(seen_commit{next.version, {}});
        for (const service::change& each : next.changes) {
            copy.changes.push_back(
                {std::string{each.key},
                 each.value ? std::optional{std::string{*each.value}} : std::nullopt,
                 each.cause}
            );
        }
    }

    std::vector<seen_commit> seen;
};

/// Counts what resumes it, and lets a thread wait for that.
class counting_waiter final : public service::watch::waiter {
public:
    void resume() noexcept override {
        ++resumed;
        resumed.notify_one();
    }

    std::atomic<int> resumed = 0;
};

/// All that was committed, as those who committed it know: what a watch must show is a part of it.
class commit_log {
public:
    /// What a transaction left in the place of a key.
    void add(std::uint64_t version, const std::string& key, seen_change change) {
        commits_[version][key] = std::move(change);
    }
    void merge(const commit_log& other) {
        for (const auto& [version, changes] : other.commits_) {
            commits_[version].insert(changes.begin(), changes.end());
        }
    }

    /// The commits of versions in (after, up_to] that touch a prefix, their changes by key.
    std::vector<seen_commit> expected(
        std::string_view prefix,
        std::uint64_t after,
        std::uint64_t up_to
    ) const {
        std::vector<seen_commit> all;
        const auto end = commits_.upper_bound(up_to);
        for (auto each = commits_.upper_bound(after); each != end; ++each) {
            seen_commit commit{each->first, {}};
            for (const auto& [key, change] : each->second) {
                if (key.starts_with(prefix)) commit.changes.push_back(change);
            }
            if (!commit.changes.empty()) all.push_back(std::move(commit));
        }
        return all;
    }

    std::uint64_t last() const { return commits_.empty() ? 1 : commits_.rbegin()->first; }

private:
    std::map<std::uint64_t, std::map<std::string, seen_change>> commits_;
};

/// As commit_log has them: by key.
inline std::vector<seen_commit> with_sorted_changes(std::vector<seen_commit> seen) {
    for (seen_commit& each : seen) {
        std::sort(each.changes.begin(), each.changes.end(), [](const auto& one, const auto& other) {
            return one.key < other.key;
        });
    }
    return seen;
}

}  // namespace memstore::test
