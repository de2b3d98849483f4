#include "http/slow_log_endpoint.hpp"

#include "http/query.hpp"

namespace memstore::http {

async::one_shot_event* slow_log_reader::answer(const request& asked, response& to) {
    const auto understood = read_query(asked.query, {});
    if (!understood) {
        to.assign(understood.error());
        return nullptr;
    }
    append_slow_log(to.body, log_);
    to.more_fields = no_store_field;
    return nullptr;
}

async::one_shot_event* slow_log_emptier::answer(const request& asked, response& to) {
    const auto understood = read_query(asked.query, {});
    if (!understood) {
        to.assign(understood.error());
        return nullptr;
    }
    log_.clear();
    to.code = status::no_content;
    return nullptr;
}

}  // namespace memstore::http
