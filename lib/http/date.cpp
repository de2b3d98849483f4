#include "http/date.hpp"

#include <array>
#include <cstddef>
#include <ctime>
#include <string_view>

namespace memstore::http {
namespace {

constexpr std::size_t date_bytes = 29;

void put_number(char* out, unsigned value, unsigned digits) noexcept {
    for (unsigned at = digits; at-- > 0; value /= 10) out[at] = static_cast<char>('0' + value % 10);
}

struct dated {
    std::time_t second = -1;
    std::array<char, date_bytes> text = {};
};

}  // namespace

void format_date(std::chrono::sys_seconds when, char* out) noexcept {
    constexpr std::string_view weekdays = "SunMonTueWedThuFriSat";
    constexpr std::string_view months = "JanFebMarAprMayJunJulAugSepOctNovDec";
    const auto day = std::chrono::floor<std::chrono::days>(when);
    const std::chrono::year_month_day date{day};
    const std::chrono::hh_mm_ss time{when - day};
    const std::size_t weekday = std::chrono::weekday{day}.c_encoding();
    const std::size_t month = static_cast<unsigned>(date.month());
    std::string_view{"Sun, 00 Jan 0000 00:00:00 GMT"}.copy(out, date_bytes);
    weekdays.copy(out, 3, weekday * 3);
    put_number(out + 5, static_cast<unsigned>(date.day()), 2);
    months.copy(out + 8, 3, (month - 1) * 3);
    put_number(out + 12, static_cast<unsigned>(static_cast<int>(date.year())), 4);
    put_number(out + 17, static_cast<unsigned>(time.hours().count()), 2);
    put_number(out + 20, static_cast<unsigned>(time.minutes().count()), 2);
    put_number(out + 23, static_cast<unsigned>(time.seconds().count()), 2);
}

std::string_view current_date() noexcept {
    thread_local dated cached;
    const std::time_t now = std::time(nullptr);
    if (now != cached.second) {
        cached.second = now;
        format_date(std::chrono::sys_seconds{std::chrono::seconds{now}}, cached.text.data());
    }
    return {cached.text.data(), cached.text.size()};
}

}  // namespace memstore::http
