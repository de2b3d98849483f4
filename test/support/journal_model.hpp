#pragma once

#include "persist/batch.hpp"
#include "persist/checkpoint.hpp"
#include "persist/recovery.hpp"
#include "support/effects.hpp"

#include <cstddef>
#include <cstdint>
#include <map>
#include <ostream>
#include <random>
#include <span>
#include <string>
#include <utility>
#include <vector>

namespace memstore::test {

/// What a key has.
struct stored {
    std::string value;
    base::moment deadline = base::never;
    std::uint64_t version = 0;

    friend bool operator==(const stored&, const stored&) = default;
};

/// The store as a map: the obviously right version.
using stored_keys = std::map<std::string, stored>;

inline void apply(stored_keys& keys, const persist::transaction& committed) {
    for (const persist::effect& each : committed.effects) {
        if (each.removed) {
            keys.erase(std::string{each.key});
        } else {
            const std::uint64_t version = each.version != 0 ? each.version : committed.version;
            keys[std::string{each.key}] = {std::string{each.value}, each.deadline, version};
        }
    }
}

/// One batch that owns its transactions.
using owned_batch = std::vector<owned_transaction>;

/// The keys after the first `count` batches.
inline stored_keys replay(std::span<const owned_batch> history, std::size_t count) {
    stored_keys keys;
    for (const owned_batch& each : history.first(count)) {
        for (const owned_transaction& committed : each) {
            const auto effects = committed.borrowed();
            apply(keys, {committed.version, effects});
        }
    }
    return keys;
}

inline persist::batch filled(const owned_batch& with) {
    persist::batch out;
    for (const owned_transaction& each : with) out.add(each.version, each.borrowed());
    return out;
}

/// A few transactions on few keys, so that they meet.
template <class Random>
owned_batch random_batch(Random& random, std::uint64_t& version) {
    owned_batch out;
    for (std::size_t i = random() % 3 + 1; i > 0; --i) {
        out.push_back(random_transaction(random, ++version));
        for (owned_effect& each : out.back().effects) {
            each.key = std::string(1, static_cast<char>('a' + random() % 20));
        }
    }
    return out;
}

/// Takes in what is recovered.
class model_applier final : public persist::applier {
public:
    void load(std::span<const persist::checkpoint_entry> entries) override {
        for (const auto& each : entries) {
            keys[std::string{each.key}] = {std::string{each.value}, each.deadline, each.version};
        }
    }
    void forget() override {
        keys.clear();
        ++forgotten;
    }
    void apply(const persist::transaction& committed) override { test::apply(keys, committed); }

    stored_keys keys;
    int forgotten = 0;
};

/// Writes a checkpoint of `keys` in so many parts.
inline persist::checked<void> write_checkpoint(
    const persist::data_directory& directory,
    const persist::checkpoint_stamp& stamp,
    const stored_keys& keys,
    std::size_t parts
) {
    persist::checkpoint_writer checkpoint{directory, stamp};
    std::vector<persist::part_summary> summaries;
    for (std::size_t i = 0; i < parts; ++i) {
        const auto part = checkpoint.begin_part();
        if (!part) return part.error();
        std::size_t at = 0;
        for (const auto& [key, has] : keys) {
            if (at++ % parts != i) continue;
            const auto added = (*part)->add({key, has.value, has.deadline, has.version});
            if (!added) return added.error();
        }
        const auto finished = (*part)->finish();
        if (!finished) return finished.error();
        summaries.push_back(*finished);
    }
    return checkpoint.commit(std::move(summaries));
}

}  // namespace memstore::test
