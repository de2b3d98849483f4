#include "app/progress_line.hpp"

#include <boost/test/unit_test.hpp>

#include <array>
#include <pty.h>
#include <string>
#include <termios.h>
#include <unistd.h>

using memstore::app::progress_line;

namespace {

/// Both ends of a terminal.
struct terminal {
    terminal() {
        BOOST_REQUIRE(::openpty(&screen, &line, nullptr, nullptr, nullptr) == 0);
        termios raw{};
        BOOST_REQUIRE(::tcgetattr(line, &raw) == 0);
        ::cfmakeraw(&raw);
        BOOST_REQUIRE(::tcsetattr(line, TCSANOW, &raw) == 0);
    }
    terminal(const terminal&) = delete;
    terminal& operator=(const terminal&) = delete;
    ~terminal() {
        ::close(line);
        ::close(screen);
    }

    /// What was written since, up to a mark of its own.
    std::string shown() {
        BOOST_REQUIRE(::write(line, "!", 1) == 1);
        std::string text;
        while (!text.ends_with('!')) {
            std::array<char, 256> some{};
            const auto count = ::read(screen, some.data(), some.size());
            BOOST_REQUIRE(count > 0);
            text.append(some.data(), static_cast<std::size_t>(count));
        }
        text.pop_back();
        return text;
    }

    int screen = -1;
    int line = -1;
};

}  // namespace

BOOST_FIXTURE_TEST_SUITE(progress_line_, terminal)

BOOST_AUTO_TEST_CASE(a_text_takes_the_place_of_the_one_before_and_none_is_left) {
    {
        progress_line subject{line};
        BOOST_TEST(subject.on_terminal());
        subject.show("recovering: 7 %");
        BOOST_TEST(shown() == "\r\x1b[Krecovering: 7 %");
        subject.show("recovering: 8 %");
        BOOST_TEST(shown() == "\r\x1b[Krecovering: 8 %");
    }
    BOOST_TEST(shown() == "\r\x1b[K");
}

BOOST_AUTO_TEST_CASE(nothing_is_written_where_nothing_was_shown) {
    { const progress_line subject{line}; }
    BOOST_TEST(shown() == "");
}

BOOST_AUTO_TEST_CASE(a_pipe_is_no_terminal) {
    std::array<int, 2> ends{};
    BOOST_REQUIRE(::pipe(ends.data()) == 0);
    {
        progress_line subject{ends[1]};
        BOOST_TEST(!subject.on_terminal());
        subject.show("recovering: 7 %");
    }
    ::close(ends[1]);
    char byte = 0;
    BOOST_TEST(::read(ends[0], &byte, 1) == 0);
    ::close(ends[0]);
}

BOOST_AUTO_TEST_SUITE_END()
