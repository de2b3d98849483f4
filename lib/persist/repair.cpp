#include "persist/repair.hpp"

#include "persist/checkpoint.hpp"
#include "persist/entry_transactions.hpp"
#include "persist/journal_reader.hpp"
#include "persist/journal_tail.hpp"
#include "persist/set_aside.hpp"

#include <algorithm>
#include <cstdint>
#include <string>
#include <utility>
#include <vector>

namespace memstore::persist {
namespace {

checked<void> read_parts(const data_directory& directory, const checkpoint_manifest& manifest) {
    for (std::uint32_t i = 0; i < manifest.parts.size(); ++i) {
        const auto sequence = manifest.stamp.sequence;
        const auto part = part_reader::open(directory, sequence, i, manifest.parts[i]);
        if (!part) return part.error();
        for (bool more = true; more;) {
            const auto entries = (*part)->next();
            if (!entries) return entries.error();
            more = !entries->empty();
        }
    }
    return {};
}

checked<checkpoint_stamp> verify_checkpoint(
    const data_directory& directory,
    std::uint64_t sequence
) {
    const auto manifest = read_manifest(directory, sequence);
    if (!manifest) return manifest.error();
    const auto read = read_parts(directory, *manifest);
    if (!read) return read.error();
    return manifest->stamp;
}

/// @return the stamp of the newest that is whole, which recover() begins with; zeros for none
checked<checkpoint_stamp> verify_checkpoints(const data_directory& directory, findings& found) {
    const auto sequences = directory.checkpoints();
    if (!sequences) return sequences.error();
    checkpoint_stamp newest;
    for (const std::uint64_t each : *sequences) {
        const auto stamp = verify_checkpoint(directory, each);
        if (stamp) {
            newest = *stamp;
            found.checkpoint = each;
        } else if (stamp.error().kind == fault_kind::corrupt) {
            found.checkpoints.push_back(stamp.error());
        } else {
            return stamp.error();
        }
    }
    return newest;
}

/// Reads on to the next entry and its body. @return whether there was one
checked<bool> verify_next(journal_reader& journal, entry_transactions& transactions) {
    const auto entry = journal.next();
    if (!entry) return entry.error();
    if (!*entry) return false;
    const auto read =
        transactions.read(**entry, journal.segment().path(), [](const transaction&) {});
    if (!read) return read.error();
    return true;
}

checked<void> verify_journal(
    const data_directory& directory,
    const checkpoint_stamp& from,
    findings& found
) {
    journal_reader journal{directory, {from.epoch, from.sequence, from.hash}};
    const auto opened = journal.open();
    if (!opened) return opened.error();
    entry_transactions transactions;
    checked<bool> more = true;
    while (more && *more) more = verify_next(journal, transactions);
    if (!more && more.error().kind != fault_kind::corrupt) return more.error();
    if (!more) found.journal = more.error();
    found.end = journal.end();
    if (const auto& tail = journal.tail(); tail && !tail->torn.empty()) {
        found.torn = corruption(tail->torn, tail->file, tail->offset);
    }
    return {};
}

/// What can be read ends before the damage once this is done: what follows goes first, and last
/// the damage itself, so that to be interrupted leaves something to repair again.
checked<void> cut_journal(
    const data_directory& directory,
    const fault& damage,
    std::vector<std::filesystem::path>& aside
) {
    auto segments = directory.segments();
    if (!segments) return segments.error();
    std::ranges::reverse(*segments);
    for (const std::uint64_t each : *segments) {
        const auto path = directory.segment(each);
        if (path <= damage.file) break;
        const auto moved = set_aside(directory, path);
        if (!moved) return moved.error();
        aside.push_back(*moved);
    }
    const auto synced = directory.sync();
    if (!synced) return synced.error();
    const auto kept_in = cut_off(directory, damage.file, damage.offset.value_or(0));
    if (!kept_in) return kept_in.error();
    if (!kept_in->empty()) aside.push_back(*kept_in);
    return {};
}

checked<void> set_checkpoints_aside(
    const data_directory& directory,
    std::vector<std::filesystem::path>& aside
) {
    const auto sequences = directory.checkpoints();
    if (!sequences) return sequences.error();
    for (const std::uint64_t each : *sequences) {
        const auto stamp = verify_checkpoint(directory, each);
        if (stamp || stamp.error().kind != fault_kind::corrupt) continue;
        const auto moved = set_checkpoint_aside(directory, each);
        if (!moved) return moved.error();
        aside.insert(aside.end(), moved->begin(), moved->end());
    }
    return {};
}

/// Why nothing can be brought back, if that is so: there is no beginning.
checked<void> find_beginning(const data_directory& directory, const findings& found) {
    if (found.checkpoint) return {};
    const auto segments = directory.segments();
    if (!segments) return segments.error();
    const bool from_first = !segments->empty() && segments->front() == 1;
    if (from_first) return {};
    if (!found.checkpoints.empty()) return found.checkpoints.front();
    if (found.journal) return *found.journal;
    return {};
}

}  // namespace

checked<findings> verify(const data_directory& directory) {
    findings found;
    const auto newest = verify_checkpoints(directory, found);
    if (!newest) return newest.error();
    const auto read = verify_journal(directory, *newest, found);
    if (!read) return read.error();
    return found;
}

checked<repaired> repair(const data_directory& directory) {
    auto found = verify(directory);
    if (!found) return found.error();
    repaired done{*std::move(found), {}};
    const auto beginning = find_beginning(directory, done.found);
    if (!beginning) return beginning.error();
    const auto& damage = done.found.journal;
    if (damage) {
        const auto cut = cut_journal(directory, *damage, done.set_aside);
        if (!cut) return cut.error();
    }
    if (!done.found.checkpoints.empty()) {
        const auto moved = set_checkpoints_aside(directory, done.set_aside);
        if (!moved) return moved.error();
    }
    return done;
}

}  // namespace memstore::persist
