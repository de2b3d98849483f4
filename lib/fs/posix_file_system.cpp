#include "fs/posix_file_system.hpp"

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
    descriptor(const descriptor&) = delete;
    descriptor& operator=(const descriptor&) = delete;
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

error_code sync_directory_of(const std::filesystem::path& file) {
    const auto parent = file.parent_path();
    const descriptor directory{parent.empty() ? "." : parent, O_RDONLY | O_DIRECTORY};
    return directory.open() ? sync(directory.get()) : last_error();
}

/// Beside the file, so that a rename can take it there; of this process, so that two do not meet.
std::filesystem::path aside(const std::filesystem::path& file) {
    std::filesystem::path path = file;
    path += "." + std::to_string(::getpid()) + ".tmp";
    return path;
}

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
    return sync_directory_of(file);
}

error_code posix_file_system::remove(const std::filesystem::path& file) {
    return ::unlink(file.c_str()) == 0 ? error_code{} : last_error();
}

}  // namespace memstore::fs
