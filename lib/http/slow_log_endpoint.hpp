#pragma once

#include "http/endpoint.hpp"
#include "http/slow_log.hpp"

namespace memstore::http {

/// GET /v1/slowlog: the latest requests that took long.
class slow_log_reader final : public endpoint {
public:
    /// @param log  outlives it
    explicit slow_log_reader(const slow_log& log) noexcept : log_(log) {}

    async::one_shot_event* answer(const request& asked, response& to) override;

private:
    const slow_log& log_;
};

/// DELETE /v1/slowlog: forgets them.
class slow_log_emptier final : public endpoint {
public:
    /// @param log  outlives it
    explicit slow_log_emptier(slow_log& log) noexcept : log_(log) {}

    async::one_shot_event* answer(const request& asked, response& to) override;

private:
    slow_log& log_;
};

}  // namespace memstore::http
