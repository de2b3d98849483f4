#include "support/simulated_disk.hpp"

#include <algorithm>
#include <stdexcept>
#include <utility>

namespace memstore::test {
namespace {

using boost::system::error_code;
namespace errc = boost::system::errc;

constexpr std::size_t sector_bytes = 512;

void write(std::string& content, std::uint64_t offset, std::string_view bytes) {
    const std::size_t end = offset + bytes.size();
    if (content.size() < end) content.resize(end, '\0');
    bytes.copy(content.data() + offset, bytes.size());
}

}  // namespace

void simulated_disk::apply_to(std::string& content, const change& made) {
    if (made.resized_to) {
        content.resize(*made.resized_to, '\0');
    } else {
        write(content, made.offset, made.bytes);
    }
}

class simulated_disk::handle final : public fs::file {
public:
    handle(simulated_disk& disk, std::filesystem::path path, std::shared_ptr<node> of, bool writes)
        : disk_(disk),
          path_(std::move(path)),
          node_(std::move(of)),
          writes_(writes),
          generation_(disk.generation_) {}

    boost::system::result<std::uint64_t> size() override {
        outcome what{};
        if (const error_code failed = begin(what)) return failed;
        disk_.end(what);
        return node_->now.size();
    }

    boost::system::result<std::size_t> read_at(std::uint64_t offset, std::span<char> into)
        override {
        outcome what{};
        if (const error_code failed = begin(what)) return failed;
        disk_.end(what);
        if (offset >= node_->now.size()) return std::size_t{0};
        return node_->now.copy(into.data(), into.size(), offset);
    }

    error_code write_at(std::uint64_t offset, std::string_view bytes) override {
        outcome what{};
        error_code failed = begin(what);
        const std::uint64_t room = disk_.space_ - std::min(disk_.space_, disk_.used());
        const std::uint64_t fits = std::max<std::uint64_t>(node_->now.size(), offset) + room;
        if (!failed && offset + bytes.size() > fits) {
            failed = errc::make_error_code(errc::no_space_on_device);
            bytes = bytes.substr(0, fits - std::min(fits, offset));
        } else if (failed || what == outcome::cut_before) {
            bytes = bytes.substr(0, disk_.random_() % (bytes.size() + 1));
        }
        if (writes_) apply({.offset = offset, .bytes = std::string{bytes}});
        disk_.end(what);
        return writes_ ? failed : errc::make_error_code(errc::bad_file_descriptor);
    }

    error_code sync() override {
        outcome what{};
        const error_code failed = begin(what);
        if (disk_.lies_) return failed;
        if (failed) {
            node_->durable = disk_.survivors(*node_);
        } else if (what != outcome::cut_before) {
            // Not what is seen now: that may hold what a sync that failed has forgotten.
            for (const change& each : node_->unsynced) apply_to(node_->durable, each);
        }
        if (failed || what != outcome::cut_before) node_->unsynced.clear();
        disk_.end(what);
        return failed;
    }

    error_code check_name() override {
        const bool named = std::ranges::any_of(disk_.names_, [this](const auto& each) {
            return each.second == node_;
        });
        return named ? error_code{} : errc::make_error_code(errc::no_such_file_or_directory);
    }

    error_code resize(std::uint64_t bytes) override {
        outcome what{};
        if (const error_code failed = begin(what)) return failed;
        if (what != outcome::cut_before) apply({.bytes = {}, .resized_to = bytes});
        disk_.end(what);
        return {};
    }

private:
    error_code begin(outcome& what) {
        if (generation_ != disk_.generation_) {
            throw std::logic_error{"a file was used after the end of its process"};
        }
        return disk_.begin(path_, what);
    }

    void apply(change made) {
        if (!made.resized_to && made.bytes.empty()) return;
        apply_to(node_->now, made);
        node_->unsynced.push_back(std::move(made));
    }

    simulated_disk& disk_;
    std::filesystem::path path_;
    std::shared_ptr<node> node_;
    bool writes_;
    std::uint64_t generation_;
};

class simulated_disk::held final : public fs::file_lock {
public:
    held(std::shared_ptr<std::set<std::filesystem::path>> of, std::filesystem::path path)
        : locks_(std::move(of)), path_(std::move(path)) {}
    held(const held&) = delete;
    held& operator=(const held&) = delete;
    ~held() override { locks_->erase(path_); }

private:
    std::shared_ptr<std::set<std::filesystem::path>> locks_;
    std::filesystem::path path_;
};

simulated_disk::simulated_disk(std::uint64_t seed)
    : random_(seed), locks_(std::make_shared<std::set<std::filesystem::path>>()) {}

void simulated_disk::fail_after(std::uint64_t calls, errc::errc_t error) {
    heal();
    strike_at_ = calls_ + calls + 1;
    failure_ = errc::make_error_code(error);
}

void simulated_disk::cut_power_after(std::uint64_t calls) {
    heal();
    strike_at_ = calls_ + calls + 1;
    cuts_power_ = true;
}

void simulated_disk::heal() noexcept {
    strike_at_ = 0;
    cuts_power_ = false;
    struck_ = false;
}

std::uint64_t simulated_disk::used() const noexcept {
    std::uint64_t sum = 0;
    for (const auto& [path, each] : names_) sum += each->now.size();
    return sum;
}

simulated_disk::outcome simulated_disk::next_call() {
    if (++calls_ != strike_at_) return outcome::works;
    struck_ = true;
    if (!cuts_power_) return outcome::fails;
    return chance(2) ? outcome::cut_before : outcome::cut_after;
}

/// Counts a call. @param what  whether the call is to have its effect, and be the last
error_code simulated_disk::begin(const std::filesystem::path& path, outcome& what) {
    what = next_call();
    if (what == outcome::fails) return failure_;
    const auto found = refused_.find(path);
    return found == refused_.end() ? error_code{} : found->second;
}

void simulated_disk::end(outcome what) const {
    if (what == outcome::cut_before || what == outcome::cut_after) throw power_cut{};
}

std::string simulated_disk::any_sectors(const node& of) {
    std::string content = of.durable;
    for (const change& each : of.unsynced) {
        if (each.resized_to) {
            if (chance(2)) content.resize(*each.resized_to, '\0');
            continue;
        }
        for (std::size_t at = 0; at < each.bytes.size();) {
            const std::size_t in_sector = (each.offset + at) % sector_bytes;
            const std::size_t length = std::min(sector_bytes - in_sector, each.bytes.size() - at);
            if (chance(2)) {
                write(content, each.offset + at, std::string_view{each.bytes}.substr(at, length));
            }
            at += length;
        }
    }
    return content;
}

std::string simulated_disk::a_beginning(const node& of) {
    std::string content = of.durable;
    const std::size_t whole = random_() % of.unsynced.size();
    for (std::size_t i = 0; i < whole; ++i) apply_to(content, of.unsynced[i]);
    const change& torn = of.unsynced[whole];
    if (torn.resized_to) return content;
    const std::size_t kept = random_() % torn.bytes.size();
    write(content, torn.offset, std::string_view{torn.bytes}.substr(0, kept));
    return content;
}

std::string simulated_disk::survivors(const node& of) {
    if (of.unsynced.empty()) return of.durable;
    switch (random_() % 5) {
    case 0: return of.durable;
    case 1: return of.now;
    case 2: return a_beginning(of);
    case 3: return any_sectors(of);
    default: break;
    }
    std::string zeros = of.durable;
    if (zeros.size() < of.now.size()) zeros.resize(of.now.size(), '\0');
    return zeros;
}

void simulated_disk::restart() {
    for (auto& [directory, renamings] : unsynced_names_) {
        const unsigned lost_one_in = chance(2) ? 2 : 1;
        for (const renaming& together : renamings) {
            if (chance(lost_one_in)) continue;
            for (const auto& [path, of] : together) {
                if (of) durable_names_[path] = of;
                if (!of) durable_names_.erase(path);
            }
        }
    }
    unsynced_names_.clear();
    names_ = durable_names_;
    std::erase_if(names_, [&](const auto& each) { return !has_directory_of(each.first); });
    durable_names_ = names_;
    std::set<node*> seen;
    for (const auto& [path, of] : names_) {
        if (!seen.insert(of.get()).second) continue;
        of->now = of->durable = survivors(*of);
        of->unsynced.clear();
    }
    restart_process();
}

void simulated_disk::restart_process() {
    ++generation_;
    locks_ = std::make_shared<std::set<std::filesystem::path>>();
    heal();
}

void simulated_disk::put(const std::filesystem::path& file, std::string_view content) {
    auto fresh = std::make_shared<node>();
    fresh->now = fresh->durable = content;
    names_[file] = fresh;
    durable_names_[file] = fresh;
    const auto parent = file.parent_path();
    if (parent.empty() || names_.contains(parent)) return;
    auto directory = std::make_shared<node>();
    directory->is_directory = true;
    names_[parent] = directory;
    durable_names_[parent] = directory;
}

void simulated_disk::refuse(const std::filesystem::path& path, errc::errc_t error) {
    refused_[path] = errc::make_error_code(error);
}

const std::string& simulated_disk::content(const std::filesystem::path& file) const {
    return names_.at(file)->now;
}

bool simulated_disk::has_directory_of(const std::filesystem::path& path) const {
    const auto parent = path.parent_path();
    if (parent.empty() || parent == parent.root_path()) return true;
    const auto found = names_.find(parent);
    return found != names_.end() && found->second->is_directory;
}

void simulated_disk::rename_nodes(const renaming& names) {
    for (const auto& [path, of] : names) {
        if (of) names_[path] = of;
        if (!of) names_.erase(path);
    }
    unsynced_names_[names.front().first.parent_path()].push_back(names);
}

boost::system::result<std::string> simulated_disk::read(
    const std::filesystem::path& file,
    std::size_t bytes_max
) {
    outcome what{};
    if (const error_code failed = begin(file, what)) return failed;
    end(what);
    const auto found = names_.find(file);
    if (found == names_.end()) return errc::make_error_code(errc::no_such_file_or_directory);
    if (found->second->now.size() > bytes_max) return errc::make_error_code(errc::file_too_large);
    return found->second->now;
}

error_code simulated_disk::replace(const std::filesystem::path& file, std::string_view content) {
    std::filesystem::path aside = file;
    aside += ".1.tmp";
    if (names_.contains(aside)) rename_nodes({{aside, nullptr}});
    const auto fresh = open(aside, fs::open_mode::create);
    if (!fresh) return fresh.error();
    if (const error_code failed = (*fresh)->write_at(0, content)) return failed;
    if (const error_code failed = (*fresh)->sync()) return failed;
    if (const error_code failed = rename(aside, file)) return failed;
    return sync_directory(file.parent_path());
}

error_code simulated_disk::remove(const std::filesystem::path& file) {
    outcome what{};
    if (const error_code failed = begin(file, what)) return failed;
    const auto found = names_.find(file);
    if (found == names_.end()) return errc::make_error_code(errc::no_such_file_or_directory);
    if (found->second->is_directory) return errc::make_error_code(errc::is_a_directory);
    if (what != outcome::cut_before) rename_nodes({{file, nullptr}});
    end(what);
    return {};
}

boost::system::result<std::unique_ptr<fs::file>> simulated_disk::open(
    const std::filesystem::path& file,
    fs::open_mode mode
) {
    outcome what{};
    if (const error_code failed = begin(file, what)) return failed;
    const bool there = names_.contains(file);
    const bool creates = mode == fs::open_mode::create;
    if (there && creates) return errc::make_error_code(errc::file_exists);
    if (!there && !(creates && has_directory_of(file))) {
        return errc::make_error_code(errc::no_such_file_or_directory);
    }
    if (there && names_.at(file)->is_directory) return errc::make_error_code(errc::is_a_directory);
    if (creates && what != outcome::cut_before) {
        rename_nodes({{file, std::make_shared<node>()}});
    }
    end(what);
    return std::make_unique<handle>(*this, file, names_.at(file), mode != fs::open_mode::read);
}

error_code simulated_disk::rename(
    const std::filesystem::path& from,
    const std::filesystem::path& to
) {
    outcome what{};
    if (const error_code failed = begin(from, what)) return failed;
    const auto found = names_.find(from);
    if (found == names_.end()) return errc::make_error_code(errc::no_such_file_or_directory);
    if (from.parent_path() != to.parent_path()) {
        throw std::logic_error{"a simulated disk renames within a directory only"};
    }
    if (what != outcome::cut_before) {
        const auto moved = found->second;
        rename_nodes({{to, moved}, {from, nullptr}});
    }
    end(what);
    return {};
}

boost::system::result<std::vector<std::string>> simulated_disk::list(
    const std::filesystem::path& directory
) {
    outcome what{};
    if (const error_code failed = begin(directory, what)) return failed;
    end(what);
    if (!names_.contains(directory)) return errc::make_error_code(errc::no_such_file_or_directory);
    std::vector<std::string> names;
    for (const auto& [path, of] : names_) {
        if (path.parent_path() == directory) names.push_back(path.filename().string());
    }
    return names;
}

error_code simulated_disk::create_directory(const std::filesystem::path& directory) {
    outcome what{};
    if (const error_code failed = begin(directory, what)) return failed;
    if (names_.contains(directory)) return errc::make_error_code(errc::file_exists);
    if (!has_directory_of(directory)) {
        return errc::make_error_code(errc::no_such_file_or_directory);
    }
    if (what != outcome::cut_before) {
        auto fresh = std::make_shared<node>();
        fresh->is_directory = true;
        rename_nodes({{directory, std::move(fresh)}});
    }
    end(what);
    return {};
}

error_code simulated_disk::sync_directory(const std::filesystem::path& directory) {
    outcome what{};
    if (const error_code failed = begin(directory, what)) return failed;
    if (what != outcome::cut_before) {
        for (const renaming& together : unsynced_names_[directory]) {
            for (const auto& [path, of] : together) {
                if (of) durable_names_[path] = of;
                if (!of) durable_names_.erase(path);
            }
        }
        unsynced_names_.erase(directory);
    }
    end(what);
    return {};
}

boost::system::result<std::unique_ptr<fs::file_lock>> simulated_disk::lock(
    const std::filesystem::path& file
) {
    outcome what{};
    if (const error_code failed = begin(file, what)) return failed;
    end(what);
    if (!has_directory_of(file)) return errc::make_error_code(errc::no_such_file_or_directory);
    if (!names_.contains(file)) rename_nodes({{file, std::make_shared<node>()}});
    if (!locks_->insert(file).second) {
        return errc::make_error_code(errc::resource_unavailable_try_again);
    }
    return std::make_unique<held>(locks_, file);
}

}  // namespace memstore::test
