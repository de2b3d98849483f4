#pragma once

#include "app/checkpointing.hpp"
#include "async/one_shot_event.hpp"
#include "http/endpoint.hpp"

namespace memstore::app {

/// POST /v1/checkpoint: writes a checkpoint, and says what is in it.
class checkpoint_endpoint final : public http::endpoint {
public:
    /// @param writes  outlives it
    explicit checkpoint_endpoint(checkpointing& writes) noexcept : writes_(writes) {}

    async::one_shot_event* answer(const http::request& asked, http::response& to) override;

private:
    checkpointing& writes_;
    async::one_shot_event answered_;
};

}  // namespace memstore::app
