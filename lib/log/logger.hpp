#pragma once

#include <cstdint>
#include <initializer_list>
#include <memory>
#include <string_view>
#include <variant>

namespace memstore::log {

enum class level : std::uint8_t { debug, info, warn, error, off };
enum class format : std::uint8_t { text, json };

/// One named fact about an event. Never a key's value.
struct field {
    std::string_view name;
    std::variant<std::string_view, std::int64_t, std::uint64_t, double, bool> value;
};

/** Writes events to standard error, one line each: text for people or JSON for programs.

    An event is a fixed phrase; what varies goes into its fields, so that a program can search for
    both.

    @par Threads  any; lines never mix
*/
class logger {
public:
    using fields = std::initializer_list<field>;

    logger(level least, format form);
    ~logger();
    logger(const logger&) = delete;
    logger& operator=(const logger&) = delete;

    void debug(std::string_view event, fields facts = {}) noexcept {
        write(level::debug, event, facts);
    }
    void info(std::string_view event, fields facts = {}) noexcept {
        write(level::info, event, facts);
    }
    void warn(std::string_view event, fields facts = {}) noexcept {
        write(level::warn, event, facts);
    }
    void error(std::string_view event, fields facts = {}) noexcept {
        write(level::error, event, facts);
    }

private:
    void write(level severity, std::string_view event, fields facts) noexcept;

    struct sink;
    std::unique_ptr<sink> sink_;
    format format_;
};

}  // namespace memstore::log
