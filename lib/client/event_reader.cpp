#include "client/event_reader.hpp"

#include <utility>

namespace memstore::client {

bool event_reader::take(std::string_view piece, const listener& tell) {
    while (!piece.empty()) {
        if (after_return_ && piece.front() == '\n') piece.remove_prefix(1);
        after_return_ = false;
        const std::size_t end = piece.find_first_of("\r\n");
        const std::string_view part = piece.substr(0, end);
        if (begun_.size() + part.size() + data_.size() > bytes_max_) return false;
        if (end == std::string_view::npos) {
            begun_.append(part);
            return true;
        }
        after_return_ = piece[end] == '\r';
        piece.remove_prefix(end + 1);
        if (begun_.empty()) {
            take_line(part, tell);
            continue;
        }
        const std::string line = std::exchange(begun_, {}).append(part);
        take_line(line, tell);
    }
    return true;
}

void event_reader::begin_anew() noexcept {
    begun_.clear();
    kind_.clear();
    data_.clear();
    id_ = last_id_;
    has_data_ = false;
    after_return_ = false;
}

void event_reader::take_line(std::string_view line, const listener& tell) {
    if (!line.empty()) {
        const std::size_t colon = line.find(':');
        std::string_view value =
            colon == std::string_view::npos ? std::string_view{} : line.substr(colon + 1);
        if (value.starts_with(' ')) value.remove_prefix(1);
        return take_field(line.substr(0, colon), value);
    }
    last_id_ = id_;
    const std::string kind = std::exchange(kind_, {});
    const std::string data = std::exchange(data_, {});
    const bool is_event = std::exchange(has_data_, false);
    if (is_event) tell({kind.empty() ? std::string_view{"message"} : kind, data});
}

void event_reader::take_field(std::string_view name, std::string_view value) {
    if (name == "event") {
        kind_ = value;
    } else if (name == "data") {
        if (has_data_) data_ += '\n';
        data_ += value;
        has_data_ = true;
    } else if (name == "id" && value.find('\0') == std::string_view::npos) {
        id_ = value;
    }
}

}  // namespace memstore::client
