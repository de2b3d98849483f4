#include "app/cluster_endpoint.hpp"

#include "app/cluster_json.hpp"
#include "http/node_count_json.hpp"
#include "http/query.hpp"

namespace memstore::app {
namespace {

/// @return whether the request has no query, which none of these has
bool has_no_query(const http::request& asked, http::response& to) {
    const auto understood = http::read_query(asked.query, {});
    if (!understood) to.assign(understood.error());
    return understood.has_value();
}

cluster_control::asker writer(http::response& to, async::one_shot_event& answered) {
    return [&to, &answered](const layout_answer& done) {
        if (done) {
            append_change(to.body, *done);
        } else {
            to.assign(done.error());
        }
        answered.set();
    };
}

refusal busy() { return {errc::layout_changing, "partitions are being moved already"}; }

}  // namespace

async::one_shot_event* cluster_reader::answer(const http::request& asked, http::response& to) {
    if (!has_no_query(asked, to)) return nullptr;
    const cluster::cluster_figures all = control_.figures();
    append_figures(to.body, all, control_.advise(all));
    to.more_fields = http::no_store_field;
    return nullptr;
}

async::one_shot_event* cluster_resizer::answer(const http::request& asked, http::response& to) {
    if (!has_no_query(asked, to)) return nullptr;
    const auto wanted = http::read_node_count(asked.body);
    if (!wanted) {
        to.assign(wanted.error());
        return nullptr;
    }
    answered_.reset();
    if (control_.ask_resize(*wanted, writer(to, answered_))) return &answered_;
    to.assign(busy());
    return nullptr;
}

async::one_shot_event* cluster_rebalancer::answer(const http::request& asked, http::response& to) {
    if (!has_no_query(asked, to)) return nullptr;
    answered_.reset();
    if (control_.ask_rebalance(writer(to, answered_))) return &answered_;
    to.assign(busy());
    return nullptr;
}

}  // namespace memstore::app
