#include "app/checkpoint_endpoint.hpp"

#include "http/query.hpp"

#include <string>

namespace memstore::app {
namespace {

void write(const checkpoint_answer& made, http::response& to) {
    if (!made) {
        to.assign(refusal{
            errc::journal_unavailable,
            "the checkpoint could not be written: " + reason_of(made.error())});
        return;
    }
    to.body = R"({"version":)" + std::to_string(made->holds.version) + R"(,"entries":)" +
              std::to_string(made->holds.entries) + R"(,"bytes":)" +
              std::to_string(made->holds.bytes) + R"(,"duration_ms":)" +
              std::to_string(made->taken.count()) + "}";
}

}  // namespace

async::one_shot_event* checkpoint_endpoint::answer(const http::request& asked, http::response& to) {
    const auto understood = http::read_query(asked.query, {});
    if (!understood) {
        to.assign(understood.error());
        return nullptr;
    }
    answered_.reset();
    writes_.ask([this, &to](const checkpoint_answer& made) {
        write(made, to);
        answered_.set();
    });
    return &answered_;
}

}  // namespace memstore::app
