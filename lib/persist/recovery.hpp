#pragma once

#include "persist/checkpoint_record.hpp"
#include "persist/data_directory.hpp"
#include "persist/effect.hpp"
#include "persist/fault.hpp"
#include "persist/journal_writer.hpp"

#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <functional>
#include <optional>
#include <span>
#include <string>
#include <vector>

namespace memstore::persist {

/// Takes in what is recovered. What it throws ends the recovery.
class applier {
public:
    virtual ~applier() = default;

    /** Takes in entries of the checkpoint. Each key comes once.

        @par Threads  recovery_settings::threads at once, with different keys
    */
    virtual void load(std::span<const checkpoint_entry> entries) = 0;

    /// Forgets all that was loaded: the checkpoint turned out to be damaged, and an older one
    /// follows.
    virtual void forget() = 0;

    /// Applies a transaction, in the order of the journal, after all that was loaded.
    virtual void apply(const transaction& committed) = 0;
};

struct recovery_settings {
    unsigned threads = 1;  ///< that load parts of the checkpoint; more than one are its own
};

struct recovery_progress {
    std::uint64_t bytes_done = 0;
    std::uint64_t bytes_total = 0;  ///< of checkpoint and journal
};

/// Told now and then how far it is, by one thread at a time.
using progress_observer = std::function<void(const recovery_progress&)>;

/// What was cut off the journal, because a power cut or the end of the process had torn it.
struct cut {
    std::filesystem::path file;
    std::uint64_t offset = 0;
    std::uint64_t bytes = 0;
    std::string why;
    std::filesystem::path kept_in;  ///< empty: there was nothing but zeros to keep
};

struct recovered {
    journal_end end;  ///< for the journal_writer that goes on
    std::uint64_t last_version = 0;
    bool shown_early = false;  ///< answers may have named higher versions, which are lost
    std::optional<checkpoint_stamp> checkpoint = {};
    std::uint64_t loaded = 0;  ///< entries of the checkpoint
    std::uint64_t entries = 0;
    std::uint64_t transactions = 0;
    std::uint64_t effects = 0;
    std::uint64_t journal_bytes = 0;  ///< of the segments read, for whoever decides on checkpoints
    std::optional<cut> torn = {};
    std::vector<fault> passed_over = {};  ///< newer checkpoints that are damaged, and set aside
};

/** Brings back what was acknowledged: the newest checkpoint that is whole, then the journal after
   it.

    Afterwards the journal ends at its last whole entry, durably, so that a journal_writer can go
   on. To be killed or to fail on the way does no harm: the next call begins anew. The directory
   must be taken.

    @par Errors  fault_kind::corrupt, and where: what was acknowledged is damaged, nothing was
      changed, and repair() is the way on; unsupported; what the system said
*/
checked<recovered> recover(
    const data_directory& directory,
    applier& into,
    const recovery_settings& settings = {},
    const progress_observer& observe = {}
);

}  // namespace memstore::persist
