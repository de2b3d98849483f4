#include "fs/posix_file_system.hpp"

#include <sys/file.h>
#include <sys/stat.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <fcntl.h>
#include <unistd.h>
#include <utility>

namespace memstore::fs {
namespace {

using boost::system::error_code;

error_code last_error() noexcept { return {errno, boost::system::system_category()}; }

class descriptor {
public:
    descriptor(const std::filesystem::path& file, int flags, mode_t mode = 0) noexcept
        : fd_(::open(file.c_str(), flags | O_CLOEXEC, mode)) {}
    descriptor(descriptor&& other) noexcept : fd_(std::exchange(other.fd_, -1)) {}
    descriptor& operator=(descriptor&&) = delete;
    ~descriptor() {
        if (fd_ >= 0) ::close(fd_);
    }

    bool open() const noexcept { return fd_ >= 0; }
    int get() const noexcept { return fd_; }

    error_code close() noexcept {
        return ::close(std::exchange(fd_, -1)) == 0 ? error_code{} : last_error();
    }

private:
    int fd_;
};

error_code write_all(int fd, std::string_view bytes) noexcept {
    while (!bytes.empty()) {
        const ssize_t written = ::write(fd, bytes.data(), bytes.size());
        if (written >= 0) {
            bytes.remove_prefix(static_cast<std::size_t>(written));
        } else if (errno != EINTR) {
            return last_error();
        }
    }
    return {};
}

error_code sync(int fd) noexcept { return ::fsync(fd) == 0 ? error_code{} : last_error(); }

error_code write_new(const std::filesystem::path& file, std::string_view content) noexcept {
    descriptor out{file, O_WRONLY | O_CREAT | O_EXCL, 0666};
    if (!out.open()) return last_error();
    if (const error_code failed = write_all(out.get(), content)) return failed;
    if (const error_code failed = sync(out.get())) return failed;
    return out.close();
}

error_code sync_directory_at(const std::filesystem::path& path) {
    const descriptor directory{path.empty() ? "." : path, O_RDONLY | O_DIRECTORY};
    return directory.open() ? sync(directory.get()) : last_error();
}

/// Beside the file, so that a rename can take it there; of this process, so that two do not meet.
std::filesystem::path aside(const std::filesystem::path& file) {
    std::filesystem::path path = file;
    path += "." + std::to_string(::getpid()) + ".tmp";
    return path;
}

int flags_of(open_mode mode) noexcept {
    switch (mode) {
    case open_mode::read: return O_RDONLY;
    case open_mode::write: return O_RDWR;
    case open_mode::create: return O_RDWR | O_CREAT | O_EXCL;
    }
    return O_RDONLY;
}

constexpr mode_t owner_only = 0600;

error_code check_is_file(int fd) noexcept {
    struct stat about {};
    if (::fstat(fd, &about) != 0) return last_error();
    if (S_ISREG(about.st_mode)) return {};
    const auto what = S_ISDIR(about.st_mode) ? boost::system::errc::is_a_directory
                                             : boost::system::errc::no_such_device_or_address;
    return boost::system::errc::make_error_code(what);
}

class posix_file final : public file {
public:
    explicit posix_file(descriptor&& opened) noexcept : descriptor_(std::move(opened)) {}

    boost::system::result<std::uint64_t> size() override {
        struct stat about {};
        if (::fstat(descriptor_.get(), &about) != 0) return last_error();
        return static_cast<std::uint64_t>(about.st_size);
    }

    boost::system::result<std::size_t> read_at(std::uint64_t offset, std::span<char> into)
        override {
        std::size_t done = 0;
        while (done < into.size()) {
            const auto at = static_cast<off_t>(offset + done);
            const ssize_t got =
                ::pread(descriptor_.get(), into.data() + done, into.size() - done, at);
            if (got < 0 && errno == EINTR) continue;
            if (got < 0) return last_error();
            if (got == 0) break;
            done += static_cast<std::size_t>(got);
        }
        return done;
    }

    error_code write_at(std::uint64_t offset, std::string_view bytes) override {
        while (!bytes.empty()) {
            const auto at = static_cast<off_t>(offset);
            const ssize_t written = ::pwrite(descriptor_.get(), bytes.data(), bytes.size(), at);
            if (written < 0 && errno == EINTR) continue;
            if (written < 0) return last_error();
            bytes.remove_prefix(static_cast<std::size_t>(written));
            offset += static_cast<std::uint64_t>(written);
        }
        return {};
    }

    error_code sync() override {
        if (::fdatasync(descriptor_.get()) != 0) return last_error();
        return check_name();
    }

    error_code check_name() override {
        struct stat about {};
        if (::fstat(descriptor_.get(), &about) != 0) return last_error();
        if (about.st_nlink > 0) return {};
        return boost::system::errc::make_error_code(boost::system::errc::no_such_file_or_directory);
    }

    error_code resize(std::uint64_t bytes) override {
        const auto length = static_cast<off_t>(bytes);
        while (::ftruncate(descriptor_.get(), length) != 0) {
            if (errno != EINTR) return last_error();
        }
        return {};
    }

private:
    descriptor descriptor_;
};

/// The system gives the lock back with the descriptor.
class posix_lock final : public file_lock {
public:
    explicit posix_lock(descriptor&& locked) noexcept : descriptor_(std::move(locked)) {}

private:
    descriptor descriptor_;
};

}  // namespace

boost::system::result<std::string> posix_file_system::read(
    const std::filesystem::path& file,
    std::size_t bytes_max
) {
    const descriptor in{file, O_RDONLY};
    if (!in.open()) return last_error();
    std::string content;
    std::array<char, 16'384> chunk{};
    for (;;) {
        const std::size_t wanted = std::min(chunk.size(), bytes_max + 1 - content.size());
        const ssize_t got = ::read(in.get(), chunk.data(), wanted);
        if (got < 0 && errno == EINTR) continue;
        if (got < 0) return last_error();
        if (got == 0) return content;
        content.append(chunk.data(), static_cast<std::size_t>(got));
        if (content.size() > bytes_max) {
            return boost::system::errc::make_error_code(boost::system::errc::file_too_large);
        }
    }
}

error_code posix_file_system::replace(const std::filesystem::path& file, std::string_view content) {
    const std::filesystem::path fresh = aside(file);
    ::unlink(fresh.c_str());  // what a crash may have left
    error_code failed = write_new(fresh, content);
    if (!failed && ::rename(fresh.c_str(), file.c_str()) != 0) failed = last_error();
    if (failed) {
        ::unlink(fresh.c_str());
        return failed;
    }
    return sync_directory_at(file.parent_path());
}

error_code posix_file_system::remove(const std::filesystem::path& file) {
    return ::unlink(file.c_str()) == 0 ? error_code{} : last_error();
}

boost::system::result<std::unique_ptr<file>> posix_file_system::open(
    const std::filesystem::path& file,
    open_mode mode
) {
    // Without O_NONBLOCK, a pipe would be waited for.
    descriptor opened{file, flags_of(mode) | O_NONBLOCK, owner_only};
    if (!opened.open()) return last_error();
    if (const error_code wrong = check_is_file(opened.get())) return wrong;
    return std::make_unique<posix_file>(std::move(opened));
}

error_code posix_file_system::rename(
    const std::filesystem::path& from,
    const std::filesystem::path& to
) {
    return ::rename(from.c_str(), to.c_str()) == 0 ? error_code{} : last_error();
}

boost::system::result<std::vector<std::string>> posix_file_system::list(
    const std::filesystem::path& directory
) {
    std::error_code failed;
    std::vector<std::string> names;
    std::filesystem::directory_iterator at{directory, failed};
    while (!failed && at != std::filesystem::directory_iterator{}) {
        names.push_back(at->path().filename().string());
        at.increment(failed);
    }
    if (failed) return error_code{failed};
    std::ranges::sort(names);
    return names;
}

error_code posix_file_system::create_directory(const std::filesystem::path& directory) {
    constexpr mode_t owner_directory = 0700;
    return ::mkdir(directory.c_str(), owner_directory) == 0 ? error_code{} : last_error();
}

error_code posix_file_system::sync_directory(const std::filesystem::path& directory) {
    return sync_directory_at(directory);
}

boost::system::result<std::unique_ptr<file_lock>> posix_file_system::lock(
    const std::filesystem::path& file
) {
    descriptor opened{file, O_RDWR | O_CREAT, owner_only};
    if (!opened.open()) return last_error();
    while (::flock(opened.get(), LOCK_EX | LOCK_NB) != 0) {
        if (errno != EINTR) return last_error();
    }
    return std::make_unique<posix_lock>(std::move(opened));
}

}  // namespace memstore::fs
