#include "http/answer_writer.hpp"

#include <algorithm>
#include <utility>

namespace memstore::http {
namespace {

/// Answers to pipelined requests are written when they come to this.
constexpr std::size_t write_bytes = 65'536;

/// A body from here on is not copied behind its header; a copy would cost more than a second
/// buffer.
constexpr std::size_t long_body_bytes = 16'384;

void give_back_if_large(std::string& text) noexcept {
    if (text.capacity() > answer_writer::kept_bytes) std::string{}.swap(text);
}

}  // namespace

void answer_writer::append(response& answer, const framing& how) {
    append_head(text_, answer, how);
    if (how.body_left_out || !has_body(answer.code)) return;
    if (answer.body.size() < long_body_bytes) {
        text_.append(answer.body);
    } else {
        long_body_ = std::move(answer.body);
    }
}

bool answer_writer::full() const noexcept {
    return text_.size() >= write_bytes || !long_body_.empty();
}

bool answer_writer::write_at_once() {
    written_ = to_.write_now(text_, long_body_);
    if (written_ < text_.size() + long_body_.size()) return false;
    forget();
    return true;
}

net::awaitable<bool> answer_writer::write() {
    const std::string_view head = std::string_view{text_}.substr(std::min(written_, text_.size()));
    const std::size_t written_of_body = written_ - (text_.size() - head.size());
    const std::string_view body = std::string_view{long_body_}.substr(written_of_body);
    bool written = co_await to_.write(head, patience_);
    if (written) written = co_await to_.write(body, patience_);
    forget();
    co_return written;
}

/// Forgets what was written, and gives back what large answers needed.
void answer_writer::forget() noexcept {
    text_.clear();
    long_body_.clear();
    written_ = 0;
    give_back_if_large(text_);
    give_back_if_large(long_body_);
}

}  // namespace memstore::http
