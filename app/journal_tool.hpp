#pragma once

#include "fs/file_system.hpp"

#include <cstdint>
#include <filesystem>
#include <iosfwd>
#include <optional>
#include <string_view>

namespace memstore::app {

/// What `memstore journal` does to a data directory.
enum class journal_action : std::uint8_t {
    inspect,  ///< lists checkpoints and segments
    verify,   ///< reads everything and says what is wrong
    dump,     ///< prints the journal's transactions, a JSON object a line
    repair,   ///< cuts off what is damaged
};

/// Finds an action by its name.
std::optional<journal_action> find_journal_action(std::string_view name) noexcept;

struct journal_request {
    journal_action action{};
    std::filesystem::path directory;
};

/// The exit status where a journal or a checkpoint is damaged.
inline constexpr int status_damaged = 3;
/// The exit status where a directory holds nothing that a server has left there.
inline constexpr int status_no_journal = 4;

/** Does it, and prints what it found.

    @param out     for what was asked for
    @param errors  for why it could not be done, in one line
    @return the exit status: 0, status_damaged, status_no_journal, or 1 where something could not be
      read or written
*/
int run_journal_tool(
    const journal_request& asked,
    fs::file_system& files,
    std::ostream& out,
    std::ostream& errors
);

}  // namespace memstore::app
