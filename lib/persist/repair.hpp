#pragma once

#include "persist/data_directory.hpp"
#include "persist/fault.hpp"
#include "persist/journal_writer.hpp"

#include <cstdint>
#include <filesystem>
#include <optional>
#include <vector>

namespace memstore::persist {

/// What is wrong with a data directory.
struct findings {
    std::vector<fault> checkpoints;  ///< that are damaged
    std::optional<fault> journal;    ///< the first damage; nothing can be read from there on
    std::optional<fault> torn;       ///< a torn tail, which recover() cuts off by itself
    journal_end end;                 ///< of what can be read
    std::optional<std::uint64_t> checkpoint;  ///< the newest that is whole

    bool sound() const noexcept { return checkpoints.empty() && !journal; }
};

/** Reads all of what recover() would, and every other checkpoint: the journal from the newest whole
   checkpoint on. So what stops recover() is found, and damage to the journal before that
   checkpoint, which nothing needs any more, is not. Changes nothing.

    @par Errors  unsupported, or what the system said
*/
checked<findings> verify(const data_directory& directory);

/// What repair() did.
struct repaired {
    findings found;
    std::vector<std::filesystem::path> set_aside;  ///< files that hold what was cut off
};

/** The explicit way on where recover() stops at corruption: what stands behind the damage, and
    damaged checkpoints, are set aside, so that the next recover() brings back what stands before.
    **What was acknowledged after that is lost**, unless somebody finds it in what was set aside.

    Does nothing to a sound directory. The directory must be taken.

    @par Errors  fault_kind::corrupt where nothing is left to go on from: no whole checkpoint, and
      no journal from its beginning; unsupported; what the system said
*/
checked<repaired> repair(const data_directory& directory);

}  // namespace memstore::persist
