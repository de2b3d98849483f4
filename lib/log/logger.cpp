#include "log/logger.hpp"

#include "log/journal_stream.hpp"
#include "log/line.hpp"

#include <spdlog/logger.h>
#include <spdlog/pattern_formatter.h>
#include <spdlog/sinks/stdout_sinks.h>

#include <chrono>
#include <cstdlib>
#include <exception>
#include <string>
#include <unistd.h>

namespace memstore::log {
namespace {

spdlog::level::level_enum spdlog_level(level severity) noexcept {
    switch (severity) {
    case level::debug: return spdlog::level::debug;
    case level::info: return spdlog::level::info;
    case level::warn: return spdlog::level::warn;
    case level::error: return spdlog::level::err;
    case level::off: break;
    }
    return spdlog::level::off;
}

}  // namespace

struct logger::sink {
    const char* const journal = ::secure_getenv("JOURNAL_STREAM");
    bool marks = journal != nullptr && is_journal_stream(STDERR_FILENO, journal);
    spdlog::logger out{"memstore", std::make_shared<spdlog::sinks::stderr_sink_mt>()};
};

logger::logger(level least, format form) : sink_(std::make_unique<sink>()), format_(form) {
    sink_->out.set_level(spdlog_level(least));
    sink_->out.set_pattern("%v");
}

logger::~logger() = default;

void logger::write(level severity, std::string_view event, fields facts) noexcept {
    const auto spdlog_severity = spdlog_level(severity);
    if (!sink_->out.should_log(spdlog_severity)) return;
    try {
        const auto append = format_ == format::json ? append_json_line : append_text_line;
        const auto now = std::chrono::system_clock::now();
        std::string line;
        if (sink_->marks) line = journal_mark(severity);
        append(
            line,
            std::chrono::floor<std::chrono::milliseconds>(now),
            severity,
            event,
            std::span{facts.begin(), facts.size()}
        );
        sink_->out.log(spdlog_severity, line);
    } catch (const std::exception&) {
        // Out of memory: the line is lost, the server is not.
    }
}

}  // namespace memstore::log
