#pragma once

#include "support/raw_client.hpp"

#include <cstdint>
#include <memory>
#include <stdexcept>
#include <string>
#include <string_view>

namespace memstore::test {

/// An event as it came, or a block of fields that is none.
struct wire_event {
    std::string id;
    std::string kind;
    std::string data;

    friend bool operator==(const wire_event&, const wire_event&) = default;
};

/// A client that asks for server-sent events and reads them one by one.
class event_reader {
public:
    /// @param fields  of the request, whole lines
    event_reader(std::uint16_t port, std::string_view path, std::string_view fields = {})
        : client_(std::make_unique<raw_client>(port)) {
        client_->send(get_request(path, fields));
        answer_ = client_->read(false);
    }

    const wire_answer& answer() const noexcept { return answer_; }

    /// The next block, whatever is in it. @throws std::runtime_error where the stream has ended
    std::string next_block() {
        std::size_t end = 0;
        while ((end = text_.find("\n\n")) == std::string::npos) {
            const std::string chunk = client_->read_chunk();
            if (chunk.empty()) throw std::runtime_error{"the events ended: " + text_};
            text_ += chunk;
        }
        std::string block = text_.substr(0, end + 1);
        text_.erase(0, end + 2);
        return block;
    }

    /// The next event.
    wire_event next() {
        while (true) {
            wire_event event = parsed(next_block());
            if (!event.kind.empty()) return event;
        }
    }

    /// Whether the stream ends here, as a whole one.
    bool at_end() { return text_.empty() && client_->read_chunk().empty(); }

    raw_client& client() noexcept { return *client_; }

private:
    static wire_event parsed(const std::string& block) {
        wire_event event;
        for (std::size_t at = 0, end = 0; at < block.size(); at = end + 1) {
            end = block.find('\n', at);
            const std::string_view line = std::string_view{block}.substr(at, end - at);
            if (line.starts_with("id: ")) event.id = line.substr(4);
            if (line.starts_with("event: ")) event.kind = line.substr(7);
            if (line.starts_with("data: ")) event.data = line.substr(6);
        }
        return event;
    }

    std::unique_ptr<raw_client> client_;
    wire_answer answer_;
    std::string text_;
};

}  // namespace memstore::test
