#pragma once

#include "base/tally.hpp"
#include "command/command.hpp"

#include <array>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <mutex>
#include <string_view>
#include <thread>
#include <vector>

namespace memstore::metrics {

/// What a transaction came to.
enum class ending : std::uint8_t {
    committed,     ///< it could write, and its answer was accepted
    read,          ///< it only read, dry runs included
    check_failed,  ///< a condition did not hold: nothing happened
    unfit,         ///< a stored value did not fit a command: nothing happened
    refused,       ///< nothing of it was tried, or nobody could be told of it: nothing happened
    lost,          ///< nobody can tell whether it will last
};
inline constexpr std::size_t endings = 6;

/// As labels have it: "check_failed".
std::string_view name_of(ending one) noexcept;

/// How often each command was asked for, and how transactions ended. By name, each once.
struct transaction_counts {
    struct named {
        std::string_view name;
        std::uint64_t count;
    };
    std::vector<named> commands;
    std::array<std::uint64_t, endings> ended{};
};

/** Counts transactions. Each thread counts on a sheet of its own, so that counting costs some
    additions in its own cache.

    @par Threads  any
*/
class transaction_meter {
public:
    transaction_meter();
    transaction_meter(const transaction_meter&) = delete;
    transaction_meter& operator=(const transaction_meter&) = delete;

    /// It is about to be executed. @return whether it can change anything
    bool note_begin(const command::transaction& what);

    void note_end(ending how);

    transaction_counts counts() const;

private:
    static constexpr std::size_t rows_max = 32;

    /// What one thread has counted.
    struct sheet {
        std::thread::id whose;
        std::array<base::tally, rows_max> commands;
        std::array<base::tally, endings> ended;
    };

    /// Finds the number of a command's row: by its address, which costs one look in most cases.
    class row_finder {
    public:
        row_finder();
        std::size_t find(const command::definition* what) const noexcept;

    private:
        static constexpr std::size_t places = 64;
        static std::size_t place_of(const command::definition* what) noexcept;

        std::array<const command::definition*, places> known_{};
        std::array<std::uint8_t, places> rows_{};
    };

    sheet& own_sheet();
    sheet& find_or_add_sheet();

    const row_finder rows_;
    const std::uint64_t number_;  ///< no other meter of this process ever had it
    mutable std::mutex mutex_;
    std::vector<std::unique_ptr<sheet>> sheets_;
};

}  // namespace memstore::metrics
