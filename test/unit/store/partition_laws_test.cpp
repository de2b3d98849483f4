#include "store/epoch.hpp"
#include "store/node_memory.hpp"
#include "store/partition.hpp"
#include "store/snapshot.hpp"
#include "store/tree_cursor.hpp"
#include "support/sanitizer.hpp"

#include <boost/test/data/monomorphic.hpp>
#include <boost/test/data/test_case.hpp>
#include <boost/test/unit_test.hpp>

#include <algorithm>
#include <atomic>
#include <condition_variable>
#include <cstddef>
#include <deque>
#include <functional>
#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <random>
#include <string>
#include <thread>
#include <vector>

using namespace memstore;
namespace bdata = boost::unit_test::data;

namespace {

using model = std::map<std::string, std::string>;  // the obviously right version

/// Of the seeds, every one, or so many that each kind is among them: these readers run one at a
/// time.
constexpr int seed_step = test::thread_sanitizer ? 7 : 1;

/// A thread that holds a pin and runs what it is told to: a reader that can stay over many writes.
class pinned_reader {
public:
    explicit pinned_reader(store::epoch_domain& domain)
        : thread_([this, &domain](const std::stop_token& stop) { run(domain, stop); }) {
        execute([] {});
    }

    void execute(std::function<void()> what) {
        std::unique_lock lock{mutex_};
        task_ = std::move(what);
        changed_.notify_all();
        changed_.wait(lock, [&] { return !task_; });
    }

private:
    void run(store::epoch_domain& domain, const std::stop_token& stop) {
        const store::epoch_domain::pin reading{domain};
        std::unique_lock lock{mutex_};
        while (changed_.wait(lock, stop, [&] { return task_ != nullptr; })) {
            task_();
            task_ = nullptr;
            changed_.notify_all();
        }
    }

    std::mutex mutex_;
    std::condition_variable_any changed_;
    std::function<void()> task_;
    std::jthread thread_;
};

/// Calls `visit(key, revision)` for what a view shows, in bytewise order of the keys.
template <class Visitor>
void visit_all(const store::partition_view& view, Visitor visit) {
    store::tree_cursor each{view.of().root(), store::direction::forward};
    for (each.seek(store::key_cut::before({})); each.current() != nullptr; each.next()) {
        const store::revision* const there = each.current()->at(view.version());
        if (there != nullptr && !there->erased()) visit(each.current()->key(), *there);
    }
}

struct laws_fixture {
    store::epoch_domain epochs;
    store::node_memory memory{epochs};
    store::partition subject{memory};
    std::uint64_t version = 1;
    std::uint64_t hash_mask = ~std::uint64_t{0};
    bool relocates = false;
    store::key_walk walk;

    store::located_key at(const std::string& key) const {
        return {key, std::hash<std::string>{}(key)&hash_mask, 0};
    }

    void commit(const std::map<std::string, std::optional<std::string>>& changes) {
        ++version;
        subject.begin_commit();
        subject.set_commit_version(version);
        for (const auto& [key, value] : changes) {
            subject.apply(
                {.key = at(key), .value = value.value_or(""), .erased = !value.has_value()},
                version
            );
        }
        subject.publish();
        memory.retired.seal();
        subject.reclaim(4);
        if (relocates) relocate(3);
    }

    /// All that lies in chunks that are in part free is on its way out of them, in short steps.
    void relocate(std::size_t keys) {
        if (!subject.can_relocate()) return;
        if (walk.is_new()) memory.blocks.begin_clearing(~std::size_t{0});
        walk.begin_step(keys);
        subject.relocate(walk);
        if (!walk.is_over()) walk = {};
    }

    bool shows(const store::partition_view& view, const model& expected) const {
        model found;
        visit_all(view, [&](std::string_view key, const store::revision& there) {
            found.emplace_hint(found.end(), key, there.value());
        });
        if (found != expected) return false;
        return std::all_of(expected.begin(), expected.end(), [&](const auto& each) {
            const store::revision* const there = view.find(at(each.first));
            return there != nullptr && there->value() == each.second;
        });
    }
};

struct held_view {
    explicit held_view(store::epoch_domain& domain) : reader(domain) {}

    pinned_reader reader;
    std::optional<store::partition_view> view;
    model expected;
};

}  // namespace

BOOST_FIXTURE_TEST_SUITE(partition_laws, laws_fixture)

/// Thousands of random writes, erasures and re-creations, while up to five readers stay over them;
/// each must see what it saw when it came, the current state must be the model's, and nothing may
/// be left in memory at the end but what is there. Half the time, what is there moves meanwhile.
BOOST_DATA_TEST_CASE(readers_that_stay_see_what_they_saw, bdata::xrange(0, 48, seed_step), seed) {
    std::mt19937_64 random(static_cast<unsigned>(seed));
    relocates = seed >= 24;
    hash_mask = seed % 4 == 3 ? 0x7C0000000 : ~std::uint64_t{0};
    const unsigned variety = 4U << (2 * (seed % 5));
    const unsigned erased_of_ten = 1 + static_cast<unsigned>(seed) % 6;
    model now;
    std::deque<std::unique_ptr<held_view>> held;
    const auto check = [&](const held_view& each) {
        bool right = false;
        const_cast<held_view&>(each).reader.execute([&] {
            right = shows(*each.view, each.expected);
        });
        return right;
    };
    for (int step = 0; step < 1'500; ++step) {
        std::map<std::string, std::optional<std::string>> changes;
        for (auto i = 1 + random() % 6; i > 0; --i) {
            const std::string key = "key:" + std::to_string(random() % variety);
            const bool erases = random() % 10 < erased_of_ten;
            changes[key] = erases ? std::nullopt : std::optional{std::to_string(random() % 99999)};
        }
        for (const auto& [key, value] : changes) {
            if (value) {
                now[key] = *value;
            } else {
                now.erase(key);
            }
        }
        commit(changes);
        BOOST_REQUIRE_EQUAL(subject.size(), now.size());
        if (step % 100 == 50) memory.retired.collect();
        if (step % 40 == 0 && held.size() < 5) {
            held.push_back(std::make_unique<held_view>(epochs));
            held.back()->view.emplace(subject, subject.published());
            held.back()->expected = now;
        }
        if (step % 60 == 59) {
            for (const auto& each : held) BOOST_REQUIRE(check(*each));
            if (random() % 2 == 0)
                held.erase(held.begin() + static_cast<std::ptrdiff_t>(random() % held.size()));
        }
    }
    for (const auto& each : held) BOOST_REQUIRE(check(*each));
    held.clear();
    BOOST_REQUIRE((shows({subject, subject.published()}, now)));

    std::map<std::string, std::optional<std::string>> all;
    for (const auto& [key, value] : now) all[key] = std::nullopt;
    commit(all);
    for (int i = 0; i < 3; ++i) {
        memory.retired.collect();
        subject.reclaim(100'000);
    }
    BOOST_TEST(subject.index().size() == 0U);
    BOOST_TEST(memory.retired.empty());
    const std::size_t table = store::slab_layout::taken_by(8 + 16 * 8);
    BOOST_TEST(memory.blocks.bytes_in_use() <= table, "a small table and nothing else");
}

/// Every commit writes one value to all keys that it leaves, so a reader that sees two values has
/// seen half a commit; some keys come and go.
BOOST_DATA_TEST_CASE(readers_on_other_threads_see_whole_commits, bdata::xrange(2), seed) {
    relocates = seed == 1;
    constexpr int keys = 40;
    std::vector<std::string> names;
    for (int i = 0; i < keys; ++i) names.push_back("name" + std::to_string(i));
    std::atomic<bool> done = false;
    std::atomic<int> torn = 0;
    std::atomic<int> looks = 0;
    const auto look = [&] {
        while (!done) {
            const store::epoch_domain::pin reading{epochs};
            const store::partition_view view{subject, subject.published()};
            std::optional<std::string> value;
            std::size_t met = 0;
            const auto meet = [&](const store::revision* there) {
                if (there == nullptr) return;
                ++met;
                torn += value && *value != there->value();
                value = there->value();
            };
            for (const std::string& each : names) meet(view.find(at(each)));
            std::size_t found = met;
            visit_all(view, [&](std::string_view, const store::revision& there) { meet(&there); });
            torn += met != 2 * found;
            ++looks;
        }
    };
    {
        const std::jthread one{look};
        const std::jthread other{look};
        std::mt19937_64 random(3);
        for (int i = 0; i < 3'000 || looks < 50; ++i) {
            std::map<std::string, std::optional<std::string>> changes;
            for (const std::string& each : names) {
                changes[each] = random() % 3 == 0 ? std::nullopt : std::optional{std::to_string(i)};
            }
            commit(changes);
        }
        done = true;
    }
    BOOST_TEST(torn == 0);
}

BOOST_AUTO_TEST_SUITE_END()
