#pragma once

#include "http/endpoint.hpp"

namespace memstore::http {

struct site;

/// GET /livez: it answers at all.
class liveness_probe final : public endpoint {
public:
    async::one_shot_event* answer(const request& asked, response& to) override;
};

/// GET /readyz: whether new clients should come here.
class readiness_probe final : public endpoint {
public:
    explicit readiness_probe(const site& whose) noexcept : site_(whose) {}
    async::one_shot_event* answer(const request& asked, response& to) override;

private:
    const site& site_;
};

}  // namespace memstore::http
