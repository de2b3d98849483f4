#include "persist/set_aside.hpp"

#include <utility>

namespace memstore::persist {

checked<std::filesystem::path> set_aside(
    const data_directory& directory,
    const std::filesystem::path& file
) {
    auto name = directory.free_name_for_damage(file, 0);
    if (!name) return name.error();
    const auto failed = directory.files().rename(file, *name);
    if (failed) return failed_call("cannot rename", file, failed);
    return *std::move(name);
}

checked<std::vector<std::filesystem::path>> set_checkpoint_aside(
    const data_directory& directory,
    std::uint64_t sequence
) {
    const auto parts = directory.parts(sequence);
    if (!parts) return parts.error();
    std::vector<std::filesystem::path> aside;
    for (const auto& part : *parts) {
        const auto moved = set_aside(directory, part);
        if (!moved) return moved.error();
        aside.push_back(*moved);
    }
    // The manifest last: parts that have none are removed.
    const auto synced = directory.sync();
    if (!synced) return synced.error();
    const auto moved = set_aside(directory, directory.manifest(sequence));
    if (!moved) return moved.error();
    aside.push_back(*moved);
    const auto ended = directory.sync();
    if (!ended) return ended.error();
    return aside;
}

}  // namespace memstore::persist
