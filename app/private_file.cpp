#include "app/private_file.hpp"

#include "log/line.hpp"
#include "net/descriptor.hpp"

#include <sys/stat.h>

#include <cerrno>
#include <fcntl.h>
#include <system_error>
#include <unistd.h>

namespace memstore::app {
namespace {

std::string last_error() { return std::generic_category().message(errno); }

}  // namespace

boost::system::result<std::string, file_fault> read_private_file(
    const std::string& path,
    std::size_t bytes_max
) {
    const std::string name = log::quoted(path);
    // What is no file could keep us waiting.
    const net::descriptor file{::open(path.c_str(), O_RDONLY | O_CLOEXEC | O_NONBLOCK)};
    struct stat found {};
    if (file.number() < 0 || ::fstat(file.number(), &found) != 0) {
        return file_fault{"cannot read " + name + ": " + last_error()};
    }
    if (!S_ISREG(found.st_mode)) return file_fault{name + " is not a file"};
    if ((found.st_mode & (S_IROTH | S_IWOTH)) != 0) {
        return file_fault{name + " can be read or written by everybody: chmod o-rw"};
    }
    std::string content(bytes_max + 1, '\0');
    std::size_t size = 0;
    while (size < content.size()) {
        const ssize_t more = ::read(file.number(), &content[size], content.size() - size);
        if (more < 0 && errno != EINTR)
            return file_fault{"cannot read " + name + ": " + last_error()};
        if (more == 0) break;
        if (more > 0) size += static_cast<std::size_t>(more);
    }
    if (size > bytes_max) {
        return file_fault{name + " is longer than " + std::to_string(bytes_max) + " bytes"};
    }
    content.resize(size);
    return content;
}

}  // namespace memstore::app
