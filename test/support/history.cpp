#include "support/history.hpp"

#include "async/system_clock.hpp"
#include "support/engine.hpp"

#include <algorithm>
#include <map>
#include <mutex>
#include <random>
#include <sstream>
#include <thread>
#include <tuple>

namespace memstore::test {
namespace {

using values = std::map<std::string, std::optional<std::string>>;

std::ostream& operator<<(std::ostream& out, const event& one) {
    out << "version " << one.version << ':';
    for (const operation& each : one.operations) {
        out << (each.writes ? " wrote " : " read ") << each.key << '='
            << each.value.value_or("(absent)");
    }
    return out;
}

std::string told(const char* what, const event& one) {
    std::ostringstream text;
    text << what << ": " << one;
    return text.str();
}

/// @return whether every read of `one` found what `before` and its own writes say; `before` takes
///         its writes
bool replay(const event& one, values& before) {
    for (const operation& each : one.operations) {
        if (each.writes) {
            before[each.key] = each.value;
        } else if (before[each.key] != each.value) {
            return false;
        }
    }
    return true;
}

std::optional<std::string> find_in_version_order(std::vector<event>& history) {
    std::sort(history.begin(), history.end(), [](const event& one, const event& other) {
        return std::tuple{one.version, !one.writes()} < std::tuple{other.version, !other.writes()};
    });
    values now;
    std::uint64_t last_written = 0;
    for (const event& each : history) {
        if (each.writes() && each.version == last_written)
            return told("two writers share a version", each);
        if (each.writes()) last_written = each.version;
        if (!replay(each, now)) return told("not what the versions before it left", each);
    }
    return std::nullopt;
}

std::optional<std::string> find_in_real_time(std::vector<event>& history) {
    std::vector<const event*> by_answer;
    for (const event& each : history) by_answer.push_back(&each);
    std::sort(by_answer.begin(), by_answer.end(), [](const event* one, const event* other) {
        return one->answered < other->answered;
    });
    std::vector<const event*> by_question = by_answer;
    std::sort(by_question.begin(), by_question.end(), [](const event* one, const event* other) {
        return one->asked < other->asked;
    });
    std::uint64_t answered = 0;
    auto next = by_answer.begin();
    for (const event* const each : by_question) {
        for (; next != by_answer.end() && (*next)->answered < each->asked; ++next) {
            answered = std::max(answered, (*next)->version);
        }
        if (each->version < answered)
            return told("a higher version had been answered before", *each);
        if (each->writes() && each->version == answered)
            return told("its version had been answered before", *each);
    }
    return std::nullopt;
}

event run_random_transaction(
    blocking_client& client,
    std::mt19937_64& random,
    const load& what,
    const std::string& unique
) {
    transaction_builder asked;
    event done;
    const auto shape = random() % 3;  // reads, writes, both
    const auto keys = 1 + random() % what.keys_a_transaction;
    for (std::size_t i = 0; i < keys; ++i) {
        const std::string key = "key " + std::to_string(random() % what.keys);
        if (shape != 1) {
            asked.get(key);
            done.operations.push_back({false, key, std::nullopt});
        }
        if (shape != 0) {
            const std::string value = unique + "." + std::to_string(i);
            asked.set(key, value);
            done.operations.push_back({true, key, value});
        }
    }
    done.asked = std::chrono::steady_clock::now();
    const answer given = client.execute(asked);
    done.answered = std::chrono::steady_clock::now();
    done.version = given.version;
    for (std::size_t i = 0; i < given.values.size(); ++i) {
        if (!done.operations[i].writes) done.operations[i].value = given.values[i];
    }
    return done;
}

}  // namespace

bool event::writes() const {
    return std::any_of(operations.begin(), operations.end(), [](const operation& each) {
        return each.writes;
    });
}

std::optional<std::string> find_anomaly(std::vector<event> history) {
    if (auto found = find_in_version_order(history)) return found;
    return find_in_real_time(history);
}

std::vector<event> run_clients(const load& what) {
    running_io io{1};
    const async::system_clock clock;
    const auto executors = io.executors();
    cluster::cluster engine{
        {.nodes = what.nodes, .partitions = what.partitions},
        {},
        clock,
        executors};
    std::mutex history_mutex;
    std::vector<event> history;
    const auto run_client = [&](std::size_t number) {
        std::mt19937_64 random(what.seed * 1'000 + number);
        blocking_client client{engine};
        std::vector<event> own;
        for (std::size_t i = 0; i < what.transactions; ++i) {
            const std::string unique = std::to_string(number) + "." + std::to_string(i);
            own.push_back(run_random_transaction(client, random, what, unique));
        }
        const std::lock_guard lock{history_mutex};
        history.insert(history.end(), own.begin(), own.end());
    };
    const auto resize = [&](const std::stop_token& stop) {
        for (std::size_t i = 0; !stop.stop_requested() && !what.resizes.empty(); ++i) {
            engine.resize(what.resizes[i % what.resizes.size()]).value();
        }
    };
    {
        const std::jthread resizes{resize};
        std::vector<std::jthread> clients;
        for (std::size_t i = 0; i < what.clients; ++i) clients.emplace_back(run_client, i);
        clients.clear();
    }
    return history;
}

}  // namespace memstore::test
