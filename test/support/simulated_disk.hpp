#pragma once

#include "fs/file_system.hpp"

#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <limits>
#include <map>
#include <memory>
#include <optional>
#include <random>
#include <set>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace memstore::test {

/// Thrown out of the call during which the power goes. Whoever ran then is gone: throw away all
/// that it held, and look at what restart() left.
struct power_cut {};

/** Files in memory that do to unsynced data whatever a disk may do at a power cut, as a seed has
   it.

    Of what was not synced, each file keeps nothing, all, a beginning cut at any byte, any sectors,
    or zeros in its place; each file and directory by itself, so that order between them does not
    hold. A sync that fails forgets what it was to write, part of which may be on the disk.

    Calls are counted, from 1, so that each of them can be made to fail or to be the last.

    @par Threads  one at a time
*/
class simulated_disk final : public fs::file_system {
public:
    explicit simulated_disk(std::uint64_t seed = 1);

    /// The call after so many further ones fails: a write after any beginning of it, a sync with
    /// what a sync that fails does.
    void fail_after(std::uint64_t calls, boost::system::errc::errc_t error);
    void cut_power_after(std::uint64_t calls);
    /// Neither fails nor cuts the power any more.
    void heal() noexcept;
    /// Whether the failure or power cut that was asked for has come.
    bool struck() const noexcept { return struck_; }
    std::uint64_t calls() const noexcept { return calls_; }

    /// Makes every sync() of a file do nothing: what is built on it must be found to lose data.
    void lie_about_sync(bool lies) noexcept { lies_ = lies; }

    /// What all files may take, in bytes; more is errc::no_space_on_device.
    void set_space(std::uint64_t bytes) noexcept { space_ = bytes; }
    std::uint64_t used() const noexcept;

    /// After a power cut: what was not synced is what the seed makes of it.
    void restart();
    /// After the process alone has ended: every write is still there, no handle or lock is.
    void restart_process();

    /// Makes a file hold `content`, durably, in a directory that need not be there.
    void put(const std::filesystem::path& file, std::string_view content);
    /// Makes every call that names this path fail.
    void refuse(const std::filesystem::path& path, boost::system::errc::errc_t error);
    bool holds(const std::filesystem::path& file) const { return names_.contains(file); }
    const std::string& content(const std::filesystem::path& file) const;

    boost::system::result<std::string> read(
        const std::filesystem::path& file,
        std::size_t bytes_max
    ) override;
    boost::system::error_code replace(const std::filesystem::path& file, std::string_view content)
        override;
    boost::system::error_code remove(const std::filesystem::path& file) override;
    boost::system::result<std::unique_ptr<fs::file>> open(
        const std::filesystem::path& file,
        fs::open_mode mode
    ) override;
    boost::system::error_code rename(
        const std::filesystem::path& from,
        const std::filesystem::path& to
    ) override;
    boost::system::result<std::vector<std::string>> list(const std::filesystem::path& directory
    ) override;
    boost::system::error_code create_directory(const std::filesystem::path& directory) override;
    boost::system::error_code sync_directory(const std::filesystem::path& directory) override;
    boost::system::result<std::unique_ptr<fs::file_lock>> lock(const std::filesystem::path& file
    ) override;

private:
    class handle;
    class held;

    struct change {
        std::uint64_t offset = 0;
        std::string bytes;
        std::optional<std::uint64_t> resized_to = {};
    };
    struct node {
        bool is_directory = false;
        std::string now;
        std::string durable;
        std::vector<change> unsynced;
    };
    using name_table = std::map<std::filesystem::path, std::shared_ptr<node>>;
    /// Names of one directory that change together; a name without a node goes.
    using renaming = std::vector<std::pair<std::filesystem::path, std::shared_ptr<node>>>;

    enum class outcome : std::uint8_t { works, fails, cut_before, cut_after };

    outcome next_call();
    boost::system::error_code begin(const std::filesystem::path& path, outcome& what);
    void end(outcome what) const;
    bool chance(unsigned one_in) { return random_() % one_in == 0; }
    bool has_directory_of(const std::filesystem::path& path) const;

    static void apply_to(std::string& content, const change& made);
    std::string survivors(const node& of);
    std::string any_sectors(const node& of);
    std::string a_beginning(const node& of);
    void rename_nodes(const renaming& names);

    std::mt19937_64 random_;
    name_table names_;
    name_table durable_names_;
    std::map<std::filesystem::path, std::vector<renaming>> unsynced_names_;
    std::map<std::filesystem::path, boost::system::error_code> refused_;
    std::shared_ptr<std::set<std::filesystem::path>> locks_;
    std::uint64_t calls_ = 0;
    std::uint64_t strike_at_ = 0;
    bool cuts_power_ = false;
    bool struck_ = false;
    bool lies_ = false;
    boost::system::error_code failure_;
    std::uint64_t space_ = std::numeric_limits<std::uint64_t>::max();
    std::uint64_t generation_ = 0;
};

}  // namespace memstore::test
