#include "app/client_top.hpp"

#include "app/client_figures.hpp"
#include "app/client_interrupt.hpp"
#include "app/client_json.hpp"

#include <boost/json/object.hpp>
#include <boost/json/serialize.hpp>

#include <chrono>
#include <limits>
#include <poll.h>
#include <termios.h>
#include <thread>
#include <unistd.h>

namespace memstore::app {
namespace {

namespace json = boost::json;
using namespace std::chrono_literals;

/// A terminal that shows one page at a time and gives keys at once; as it was, in the end.
class full_screen {
public:
    explicit full_screen(const client_session& session) : session_(session) {
        has_keys_ = ::tcgetattr(STDIN_FILENO, &before_) == 0;
        if (has_keys_) {
            termios keys = before_;
            keys.c_lflag &= ~static_cast<tcflag_t>(ICANON | ECHO);
            ::tcsetattr(STDIN_FILENO, TCSANOW, &keys);
        }
        session_.print(other_screen);
    }
    full_screen(const full_screen&) = delete;
    full_screen& operator=(const full_screen&) = delete;
    ~full_screen() {
        if (has_keys_) ::tcsetattr(STDIN_FILENO, TCSANOW, &before_);
        [[maybe_unused]] const auto written =
            ::write(STDOUT_FILENO, screen_as_before.data(), screen_as_before.size());
    }

    void show(const std::string& page) const { session_.print(std::string{from_its_top} + page); }

    /// @return false: it is to end
    bool wait(std::chrono::milliseconds time) const {
        const auto end = std::chrono::steady_clock::now() + time;
        while (interrupt_.signal() == 0) {
            const auto left = std::chrono::ceil<std::chrono::milliseconds>(
                end - std::chrono::steady_clock::now()
            );
            if (left <= 0ms) return true;
            pollfd keys{has_keys_ ? STDIN_FILENO : -1, POLLIN, 0};
            if (::poll(&keys, 1, static_cast<int>(left.count())) <= 0) continue;
            char key = 0;
            if (::read(STDIN_FILENO, &key, 1) != 1 || key == 'q' || key == 'Q') return false;
        }
        return false;
    }

private:
    // Of ECMA-48 and xterm: the second screen without its cursor, and back; erase from the top on.
    static constexpr std::string_view other_screen = "\x1b[?1049h\x1b[?25l";
    static constexpr std::string_view screen_as_before = "\x1b[?25h\x1b[?1049l";
    static constexpr std::string_view from_its_top = "\x1b[H\x1b[J";

    const client_session& session_;
    const client_interrupt interrupt_;
    termios before_{};
    bool has_keys_ = false;
};

cluster_view look(client_session& session) {
    return cluster_in(json_in(session.ask_for({.target = "/v1/cluster"}).body));
}

std::int64_t unix_ms() {
    const auto now = std::chrono::system_clock::now().time_since_epoch();
    return std::chrono::duration_cast<std::chrono::milliseconds>(now).count();
}

struct pace {
    std::chrono::milliseconds interval;
    std::uint64_t looks;
};

void print_lines(client_session& session, const pace& how) {
    for (std::uint64_t at = 0; at < how.looks; ++at) {
        if (at > 0) std::this_thread::sleep_for(how.interval);
        json::object line{{"time_ms", unix_ms()}};
        const json::object figures = figures_json(look(session));
        line.insert(figures.begin(), figures.end());
        session.print(json::serialize(line) + "\n");
    }
}

void show_pages(client_session& session, const pace& how) {
    const std::string server = session.client().server().text();
    cluster_view found = look(session);
    const full_screen screen{session};
    for (std::uint64_t at = 0; at < how.looks; ++at) {
        if (at > 0) found = look(session);
        screen.show(
            "memstore top: " + server + ", every " + std::to_string(how.interval.count()) +
            " ms; q ends it\n\n" + nodes_table(found)
        );
        if (!screen.wait(how.interval)) return;
    }
}

}  // namespace

int run_top(client_session& session) {
    const pace how{
        session.duration("interval", 10ms).value_or(1s),
        session.number("count", 1, std::numeric_limits<std::uint64_t>::max())
            .value_or(std::numeric_limits<std::uint64_t>::max())};
    if (session.prints_json()) {
        print_lines(session, how);
    } else {
        show_pages(session, how);
    }
    return client_done;
}

}  // namespace memstore::app
