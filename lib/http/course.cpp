#include "http/course.hpp"

#include <string_view>

namespace memstore::http {
namespace {

void append_us(std::string& out, std::string_view name, std::chrono::microseconds time) {
    out.append("\"").append(name).append("\":").append(std::to_string(time.count()));
}

}  // namespace

stage_times course::times(moment request_began, moment answered) const noexcept {
    constexpr moment not_looked_at{};
    const auto between = [](moment first, moment second) {
        return std::chrono::duration_cast<std::chrono::microseconds>(second - first);
    };
    const moment given = asked == not_looked_at ? request_began : asked;
    const moment running = began == not_looked_at ? given : began;
    const moment known = taken == not_looked_at ? answered : taken;
    return {
        .wait = between(given, running),
        .execute = between(running, known),
        .journal = between(known, held_back ? answered : known)};
}

void append_trace(std::string& object, const stage_times& stages) {
    object.back() = ',';
    object.append("\"trace\":{");
    append_us(object, "wait_us", stages.wait);
    object += ',';
    append_us(object, "execute_us", stages.execute);
    object += ',';
    append_us(object, "journal_us", stages.journal);
    object.append("}}");
}

void append_stages(std::string& out, const stage_times& stages) {
    out += ',';
    append_us(out, "wait_us", stages.wait);
    out += ',';
    append_us(out, "execute_us", stages.execute);
    out += ',';
    append_us(out, "journal_us", stages.journal);
}

}  // namespace memstore::http
