#include "log/logger.hpp"

#include <boost/json/parse.hpp>
#include <boost/test/unit_test.hpp>

#include <cstdint>
#include <cstdio>
#include <sstream>
#include <string>
#include <thread>
#include <unistd.h>
#include <vector>

using namespace memstore;

namespace {

/// What the process writes to standard error while it lives.
class captured_stderr {
public:
    captured_stderr() : file_(std::tmpfile()), real_(::dup(STDERR_FILENO)) {
        ::dup2(::fileno(file_), STDERR_FILENO);
    }
    captured_stderr(const captured_stderr&) = delete;
    captured_stderr& operator=(const captured_stderr&) = delete;
    ~captured_stderr() {
        ::dup2(real_, STDERR_FILENO);
        ::close(real_);
        std::fclose(file_);
    }

    std::vector<std::string> lines() const {
        std::string all;
        std::rewind(file_);
        for (int c = std::fgetc(file_); c != EOF; c = std::fgetc(file_))
            all += static_cast<char>(c);
        std::vector<std::string> split;
        std::istringstream stream{all};
        for (std::string line; std::getline(stream, line);) split.push_back(line);
        return split;
    }

private:
    std::FILE* file_;
    int real_;
};

void log_at_every_level(log::logger& log) {
    log.debug("one");
    log.info("two");
    log.warn("three");
    log.error("four");
}

}  // namespace

BOOST_AUTO_TEST_SUITE(logger)

BOOST_AUTO_TEST_CASE(writes_what_is_as_severe_as_asked) {
    const captured_stderr out;
    log::logger log{log::level::warn, log::format::text};
    log_at_every_level(log);
    const auto lines = out.lines();
    BOOST_REQUIRE_EQUAL(lines.size(), 2U);
    BOOST_TEST(lines[0].ends_with(" warn three"));
    BOOST_TEST(lines[1].ends_with(" error four"));
}

BOOST_AUTO_TEST_CASE(writes_everything_at_debug_and_nothing_when_off) {
    const captured_stderr out;
    log::logger everything{log::level::debug, log::format::text};
    log_at_every_level(everything);
    BOOST_TEST(out.lines().size() == 4U);
    log::logger nothing{log::level::off, log::format::text};
    log_at_every_level(nothing);
    BOOST_TEST(out.lines().size() == 4U);
}

BOOST_AUTO_TEST_CASE(lines_of_many_threads_never_mix) {
    constexpr int threads = 4;
    constexpr int lines_each = 500;
    const captured_stderr out;
    {
        log::logger log{log::level::info, log::format::json};
        std::vector<std::jthread> writers;
        writers.reserve(threads);
        for (int i = 0; i < threads; ++i) {
            writers.emplace_back([&log] {
                const std::string value(100, 'x');
                for (int line = 0; line < lines_each; ++line) log.info("event", {{"value", value}});
            });
        }
    }
    const auto lines = out.lines();
    BOOST_TEST(lines.size() == static_cast<std::size_t>(threads * lines_each));
    for (const auto& line : lines) {
        boost::json::error_code invalid;
        boost::json::parse(line, invalid);
        BOOST_TEST(!invalid, line);
    }
}

BOOST_AUTO_TEST_SUITE_END()
