#pragma once

#include "base/clock.hpp"
#include "persist/data_directory.hpp"
#include "persist/fault.hpp"
#include "persist/journal.hpp"
#include "service/snapshot_service.hpp"

#include <cstdint>

namespace memstore::cluster {

/// What a checkpoint holds.
struct checkpoint_report {
    std::uint64_t version = 0;
    std::uint64_t entries = 0;
    std::uint64_t bytes = 0;  ///< of its parts
};

/** Writes a snapshot as a checkpoint, and removes what that makes superfluous: older ones, and
    segments of the journal. Where there is one of this place in the journal already, that stays.

    @param of       taken after `at` was, so that it holds everything up to there
    @param threads  that write parts of it; all but one are its own
    @par Errors     what the system said: there is no such checkpoint then
    @par Threads    one at a time for a directory; blocks on the disk
*/
persist::checked<checkpoint_report> write_checkpoint(
    const service::snapshot& of,
    const persist::journal::position& at,
    const persist::data_directory& directory,
    unsigned threads,
    base::moment now
);

}  // namespace memstore::cluster
