#include "app/client_bulk.hpp"
#include "app/client_figures.hpp"
#include "app/client_json.hpp"
#include "app/client_progress.hpp"
#include "app/client_text.hpp"

#include <sys/stat.h>

#include <algorithm>
#include <cerrno>
#include <cstdio>
#include <fcntl.h>
#include <filesystem>
#include <optional>
#include <system_error>
#include <unistd.h>
#include <utility>

namespace memstore::app {
namespace {

/// What a name stands for in the end, where it is a symbolic link. That need not exist.
std::filesystem::path target_of(std::filesystem::path name) {
    constexpr int links_max = 40;  // as in Linux
    std::error_code no_link;
    for (int links = 0; links < links_max; ++links) {
        const auto next = std::filesystem::read_symlink(name, no_link);
        if (no_link) break;
        name = name.parent_path() / next;
    }
    return name;
}

/// A file that takes its name when it is whole. Until then it is beside it. What has the name and
/// is no regular file, such as a pipe or a device, is written into instead.
class growing_file {
public:
    explicit growing_file(std::string_view name) : name_(name) {
        struct stat before {};
        const bool exists = ::stat(name_.c_str(), &before) == 0;
        if (!exists && errno != ENOENT) fail();
        if (exists && !S_ISREG(before.st_mode)) {
            file_ = ::open(name_.c_str(), O_WRONLY | O_CLOEXEC | O_NOCTTY);
            if (file_ < 0) fail();
        } else {
            open_part(exists ? before.st_mode & mode_bits : private_mode);
        }
    }
    growing_file(const growing_file&) = delete;
    growing_file& operator=(const growing_file&) = delete;
    ~growing_file() {
        if (file_ < 0) return;
        ::close(file_);
        drop_part();
    }

    void append(std::string_view bytes) {
        while (!bytes.empty()) {
            const auto written = ::write(file_, bytes.data(), bytes.size());
            if (written < 0 && errno != EINTR) fail();
            if (written > 0) bytes.remove_prefix(static_cast<std::size_t>(written));
        }
    }

    void finish() {
        if (!part_.empty()) {
            if (::fsync(file_) != 0 || ::rename(part_.c_str(), target_.c_str()) != 0) fail();
            part_.clear();
        }
        if (::close(std::exchange(file_, -1)) != 0) fail();
    }

private:
    static constexpr mode_t mode_bits = 0777;
    static constexpr mode_t private_mode = 0600;

    void open_part(mode_t mode) {
        target_ = target_of(name_).string();
        part_ = target_ + ".part";
        ::unlink(part_.c_str());  // of an export that was killed
        file_ = ::open(part_.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, private_mode);
        if (file_ < 0) fail();
        if (::fchmod(file_, mode) == 0) return;
        const int why = errno;
        ::close(std::exchange(file_, -1));
        drop_part();
        errno = why;
        fail();
    }

    void drop_part() const noexcept {
        if (!part_.empty()) ::unlink(part_.c_str());
    }

    [[noreturn]] void fail() const {
        const std::string why = std::generic_category().message(errno);
        throw client_failed{client_usage, "cannot write " + line_text(name_) + ": " + why};
    }

    std::string name_;
    std::string target_;
    std::string part_;
    int file_ = -1;
};

/// Counts the lines of an export, and finds the one that ends it.
class export_lines {
public:
    void take(std::string_view piece) {
        while (!piece.empty()) {
            const std::size_t end = piece.find('\n');
            const auto part = piece.substr(0, end);
            begin_.append(part.substr(0, begin_bytes - std::min(begin_bytes, begin_.size())));
            if (end == std::string_view::npos) return;
            finish_line();
            piece.remove_prefix(end + 1);
        }
    }

    std::uint64_t keys() const noexcept { return keys_; }
    bool whole() const noexcept { return end_ && *end_ == keys_; }

private:
    static constexpr std::size_t begin_bytes = 100;  ///< longer than the last line is

    void finish_line() {
        if (begin_.starts_with(R"({"end")")) {
            end_ = number_in(member_of(json_in(begin_), "count"));
        } else {
            ++keys_;
        }
        begin_.clear();
    }

    std::string begin_;
    std::uint64_t keys_ = 0;
    std::optional<std::uint64_t> end_;
};

/// How many keys there are about, where the server tells.
std::uint64_t keys_to_come(client_session& session) {
    if (session.text("prefix")) return 0;
    const auto answer = session.client().ask({.target = "/v1/cluster"});
    return answer && answer->good() ? cluster_in(json_in(answer->body)).keys : 0;
}

}  // namespace

int run_export(client_session& session) {
    const std::string_view name = session.word(0, "-");
    std::optional<growing_file> file;
    if (name != "-") file.emplace(name);
    client_progress progress;
    const std::uint64_t total = progress.on_terminal() ? keys_to_come(session) : 0;
    export_lines lines;
    std::string target = "/v1/export";
    if (const auto prefix = session.text("prefix")) {
        target += "?prefix=" + client::percent_encoded(*prefix);
    }
    const auto answer = session.client().ask({.target = target}, [&](std::string_view piece) {
        lines.take(piece);
        if (file) {
            file->append(piece);
        } else {
            session.print(piece);
        }
        progress.show(lines.keys(), total, std::to_string(lines.keys()) + " keys");
        return true;
    });
    progress.clear();
    if (answer && !answer->good()) throw refusal_of(*answer);
    if (!answer || !lines.whole()) {
        const std::string why = answer ? "the export has no end" : line_text(answer.error().what);
        throw client_failed{
            client_unreachable,
            why + ", after " + std::to_string(lines.keys()) + " keys"};
    }
    if (!file) return client_done;
    file->finish();
    const std::string keys = std::to_string(lines.keys());
    session.print(session.prints_json() ? "{\"exported\":" + keys + "}\n" : keys + " keys\n");
    return client_done;
}

}  // namespace memstore::app
