#pragma once

#include "base/clock.hpp"

#include <cstdint>
#include <string_view>

namespace memstore::store {

/// A key with its value as one transaction left it. Never changes; key and value follow it in the
/// same block.
struct record {
    std::uint64_t version;  ///< the commit version of that transaction
    base::moment deadline;
    std::uint32_t key_bytes;
    std::uint32_t value_bytes;

    std::string_view key() const noexcept { return {text(), key_bytes}; }
    std::string_view value() const noexcept { return {text() + key_bytes, value_bytes}; }
    bool expires() const noexcept { return deadline != base::never; }

private:
    const char* text() const noexcept { return reinterpret_cast<const char*>(this + 1); }
};

/// Copies key and value. @throws std::bad_alloc
const record* make_record(
    std::string_view key,
    std::string_view value,
    base::moment deadline,
    std::uint64_t version
);

/// Frees what make_record() made; takes void* so that a limbo can call it.
void destroy_record(void* made) noexcept;

}  // namespace memstore::store
