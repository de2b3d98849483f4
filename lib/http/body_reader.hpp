#pragma once

#include "http/body_sink.hpp"
#include "http/response.hpp"

#include <memory>
#include <string_view>

namespace memstore::http {

/// Brings a body, piece by piece, to its sink. Threads: the session's.
class body_reader {
public:
    /// Whether there is a body on its way to a sink.
    bool active() const noexcept { return sink_ != nullptr; }

    /// Whether all of it has been offered.
    bool ended() const noexcept { return ended_; }

    /// Whether its request has been answered.
    bool answered() const noexcept { return answered_; }

    void begin(std::unique_ptr<body_sink> sink) noexcept;

    /// The next piece, when the last one is taken. It stays until advance() has nothing to wait
    /// for.
    void offer(std::string_view piece) noexcept { piece_ = piece; }

    /// No piece will follow.
    void end() noexcept { ended_ = true; }

    /// Brings to the sink what there is for it. @return what to wait for before the next call;
    /// nullptr when all is taken, or answered
    async::one_shot_event* advance(response& to);

    /// Lets the sink go.
    void reset() noexcept;

private:
    std::unique_ptr<body_sink> sink_;
    std::string_view piece_;
    bool ended_ = false;
    bool answered_ = false;
};

}  // namespace memstore::http
