#include "app/client_bulk.hpp"
#include "app/client_json.hpp"
#include "app/client_progress.hpp"
#include "app/client_text.hpp"

#include <boost/json/parse.hpp>

#include <sys/stat.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <fcntl.h>
#include <optional>
#include <system_error>
#include <unistd.h>

namespace memstore::app {
namespace {

namespace json = boost::json;

/// What is sent with one request: what a break-off leaves uncertain.
constexpr std::size_t lines_max = 4'000;
constexpr std::size_t bytes_max = std::size_t{2} * 1024 * 1024;
constexpr std::size_t line_bytes_max = std::size_t{1024} * 1024 * 1024;

/// The lines of a file, one after the other.
class line_source {
public:
    explicit line_source(std::string_view name)
        : name_(name == "-" ? "standard input" : std::string{name}),
          file_(name == "-" ? STDIN_FILENO : ::open(name_.c_str(), O_RDONLY | O_CLOEXEC)) {
        if (file_ < 0) fail();
        struct stat found {};
        if (::fstat(file_, &found) == 0 && S_ISREG(found.st_mode)) {
            bytes_ = static_cast<std::uint64_t>(found.st_size);
        }
    }
    line_source(const line_source&) = delete;
    line_source& operator=(const line_source&) = delete;
    ~line_source() {
        if (file_ > STDIN_FILENO) ::close(file_);
    }

    /// The next, with its end where it has one. @return nothing at the end
    std::optional<std::string_view> next() {
        std::size_t searched = 0;
        for (;;) {
            const std::size_t end = held_.find('\n', begin_ + searched);
            if (end != std::string::npos) return take(end + 1 - begin_);
            searched = held_.size() - begin_;
            if (!read_more()) break;
        }
        if (begin_ == held_.size()) return std::nullopt;
        return take(held_.size() - begin_);
    }

    std::uint64_t bytes() const noexcept { return bytes_; }  ///< 0: not known
    std::uint64_t taken() const noexcept { return taken_; }

private:
    std::string_view take(std::size_t bytes) {
        const std::string_view line = std::string_view{held_}.substr(begin_, bytes);
        begin_ += bytes;
        taken_ += bytes;
        return line;
    }

    bool read_more() {
        held_.erase(0, std::exchange(begin_, 0));
        if (held_.size() > line_bytes_max) {
            throw client_failed{client_usage, line_text(name_) + " has a line of more than 1 GiB"};
        }
        std::array<char, 65536> piece;
        const auto bytes = ::read(file_, piece.data(), piece.size());
        if (bytes < 0 && errno == EINTR) return true;
        if (bytes < 0) fail();
        held_.append(piece.data(), static_cast<std::size_t>(bytes));
        return bytes > 0;
    }

    [[noreturn]] void fail() const {
        const std::string why = std::generic_category().message(errno);
        throw client_failed{client_usage, "cannot read " + line_text(name_) + ": " + why};
    }

    std::string name_;
    int file_;
    std::string held_;
    std::size_t begin_ = 0;
    std::uint64_t bytes_ = 0;
    std::uint64_t taken_ = 0;
};

bool is_blank(std::string_view line) noexcept {
    return line.find_first_not_of(" \t\r\n") == std::string_view::npos;
}

/// The count of the line that ends an export; nothing where it is another, or none at all.
std::optional<std::uint64_t> end_in(std::string_view line) {
    if (line.find("\"end\"") == std::string_view::npos) return std::nullopt;
    boost::system::error_code failed;
    const auto value = json::parse(line, failed);
    const auto* members = failed ? nullptr : value.if_object();
    if (members == nullptr || !members->contains("end") || !members->contains("count")) {
        return std::nullopt;
    }
    return number_in(members->at("count"));
}

/// An import in as many requests as it takes.
class import_run {
public:
    import_run(client_session& session, std::string_view file) : session_(session), source_(file) {}

    std::uint64_t run() {
        while (const auto line = source_.next()) {
            ++line_;
            take(*line);
            if (batch_lines_ >= lines_max || batch_.size() >= bytes_max) send();
        }
        if (batch_lines_ > 0) send();
        progress_.clear();
        if (!end_)
            session_.note("the file does not end as an export does: something may be missing");
        if (!end_ || *end_ == imported_) return imported_;
        throw client_failed{
            client_usage,
            "the file should have " + std::to_string(*end_) + " keys: " + so_far()};
    }

private:
    void take(std::string_view line) {
        if (end_ && !is_blank(line)) {
            throw client_failed{
                client_usage,
                "line " + std::to_string(line_) + " is behind the last: " + so_far()};
        }
        end_ = end_ ? end_ : end_in(line);
        if (end_) return;
        batch_ += line;
        ++batch_lines_;
    }

    void send() {
        const auto answer = session_.client().ask(
            {.method = "POST", .target = "/v1/import", .body = std::exchange(batch_, {})}
        );
        if (!answer) {
            throw client_failed{
                client_unreachable,
                line_text(answer.error().what) + ": " + so_far() +
                    "; importing all of it again is safe"};
        }
        if (!answer->good()) refuse(*answer);
        imported_ += number_in(member_of(json_in(answer->body), "imported"));
        lines_sent_ += std::exchange(batch_lines_, 0);
        progress_.show(source_.taken(), source_.bytes(), std::to_string(imported_) + " keys");
    }

    /// The server counts lines and keys of a request, people those of a file.
    [[noreturn]] void refuse(const client::response& answer) {
        const client_failed why = refusal_of(answer);
        boost::system::error_code no;
        const auto body = json::parse(answer.body, no);
        std::string where;
        if (const auto* members = no ? nullptr : body.if_object()) {
            if (const auto* line = members->if_contains("line")) {
                where = "line " + std::to_string(lines_sent_ + number_in(*line)) + ": ";
            }
            if (const auto* more = members->if_contains("imported")) imported_ += number_in(*more);
        }
        throw client_failed{why.status(), where + why.what() + ": " + so_far()};
    }

    std::string so_far() const { return std::to_string(imported_) + " keys were imported"; }

    client_session& session_;
    line_source source_;
    client_progress progress_;
    std::string batch_;
    std::size_t batch_lines_ = 0;
    std::uint64_t line_ = 0;
    std::uint64_t lines_sent_ = 0;
    std::uint64_t imported_ = 0;
    std::optional<std::uint64_t> end_;
};

}  // namespace

int run_import(client_session& session) {
    const auto imported = import_run{session, session.words().front()}.run();
    const std::string keys = std::to_string(imported);
    session.print(session.prints_json() ? "{\"imported\":" + keys + "}\n" : keys + " keys\n");
    return client_done;
}

}  // namespace memstore::app
