#pragma once

#include "base/clock.hpp"
#include "persist/effect.hpp"

#include <algorithm>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <ostream>
#include <random>
#include <string>
#include <vector>

namespace memstore::test {

/// An effect that owns its bytes.
struct owned_effect {
    std::string key;
    std::string value;
    base::moment deadline = base::never;
    std::uint64_t version = 0;
    bool removed = false;
    base::change_cause cause = base::change_cause::client;

    persist::effect borrowed() const { return {key, value, deadline, version, removed, cause}; }
    friend bool operator==(const owned_effect&, const owned_effect&) = default;
};

inline owned_effect owned(const persist::effect& of) {
    return {
        std::string{of.key},
        std::string{of.value},
        of.deadline,
        of.version,
        of.removed,
        of.cause};
}

/// A transaction that owns its effects.
struct owned_transaction {
    std::uint64_t version = 0;
    std::vector<owned_effect> effects;

    std::vector<persist::effect> borrowed() const {
        std::vector<persist::effect> out;
        for (const owned_effect& each : effects) out.push_back(each.borrowed());
        return out;
    }
    friend bool operator==(const owned_transaction&, const owned_transaction&) = default;
    friend std::ostream& operator<<(std::ostream& out, const owned_transaction& shown) {
        return out << "version " << shown.version << ", " << shown.effects.size() << " effects";
    }
};

inline owned_transaction owned(const persist::transaction& of) {
    owned_transaction out{of.version, {}};
    for (const persist::effect& each : of.effects) out.effects.push_back(owned(each));
    return out;
}

template <class Random>
std::string random_bytes(Random& random, std::size_t count) {
    std::string out(count, '\0');
    for (std::size_t at = 0; at < count; at += sizeof(std::uint64_t)) {
        const std::uint64_t word = random();
        std::memcpy(out.data() + at, &word, std::min(count - at, sizeof word));
    }
    return out;
}

/// Any effect that the format allows, as it is read back.
template <class Random>
owned_effect random_effect(Random& random, std::uint64_t commit_version) {
    owned_effect out;
    out.key = random_bytes(random, random() % 8 == 0 ? random() % 300 : random() % 12);
    out.removed = random() % 4 == 0;
    if (out.removed) {
        out.cause = static_cast<base::change_cause>(random() % 3);
        return out;
    }
    out.value = random_bytes(random, random() % 8 == 0 ? random() % 1000 : random() % 40);
    out.version = random() % 5 == 0 ? random() | 1 : commit_version;
    if (random() % 3 == 0) {
        const auto ms = static_cast<std::int64_t>(random() >> random() % 60);
        if (std::chrono::milliseconds{ms} != base::never.time_since_epoch()) {
            out.deadline = base::moment{std::chrono::milliseconds{ms}};
        }
    }
    return out;
}

template <class Random>
owned_transaction random_transaction(Random& random, std::uint64_t version) {
    owned_transaction out{version, {}};
    for (std::size_t i = random() % 5 + 1; i > 0; --i) {
        out.effects.push_back(random_effect(random, version));
    }
    return out;
}

}  // namespace memstore::test
