#include "app/client_figures.hpp"

#include "app/client_json.hpp"

#include <boost/json/array.hpp>
#include <boost/json/object.hpp>

namespace memstore::app {
namespace {

namespace json = boost::json;

node_view node_in(const json::value& from) {
    return {
        .partitions = number_in(member_of(from, "partitions")),
        .keys = number_in(member_of(from, "keys")),
        .bytes = number_in(member_of(from, "bytes")),
        .operations_per_second = decimal_in(member_of(from, "operations_per_second")),
        .queue_depth = number_in(member_of(from, "queue_depth")),
        .wait_us_mean = decimal_in(member_of(from, "wait_us_mean")),
    };
}

table_row row_of(const node_view& one, std::string name) {
    return {
        std::move(name),
        std::to_string(one.partitions),
        std::to_string(one.keys),
        bytes_text(one.bytes),
        decimal_text(one.operations_per_second, 0),
        std::to_string(one.queue_depth),
        decimal_text(one.wait_us_mean, 1)};
}

}  // namespace

cluster_view cluster_in(const json::value& answer) {
    cluster_view all;
    all.partitions = number_in(member_of(answer, "partitions"));
    for (const json::value& each : array_in(member_of(answer, "node_list"))) {
        const node_view& one = all.nodes.emplace_back(node_in(each));
        all.keys += one.keys;
        all.bytes += one.bytes;
        all.operations_per_second += one.operations_per_second;
    }
    return all;
}

std::string nodes_table(const cluster_view& all) {
    std::vector<table_row> rows{
        {"NODE", "PARTITIONS", "KEYS", "BYTES", "OPERATIONS/S", "QUEUE", "WAIT US"}};
    for (const node_view& each : all.nodes) {
        rows.push_back(row_of(each, std::to_string(rows.size() - 1)));
    }
    rows.push_back(
        {"all",
         std::to_string(all.partitions),
         std::to_string(all.keys),
         bytes_text(all.bytes),
         decimal_text(all.operations_per_second, 0)}
    );
    return table_text(rows);
}

json::object figures_json(const cluster_view& all) {
    json::array nodes;
    for (const node_view& each : all.nodes) {
        nodes.push_back(json::object{
            {"node", nodes.size()},
            {"partitions", each.partitions},
            {"keys", each.keys},
            {"bytes", each.bytes},
            {"operations_per_second", each.operations_per_second},
            {"queue_depth", each.queue_depth},
            {"wait_us_mean", each.wait_us_mean}});
    }
    return json::object{
        {"nodes", all.nodes.size()},
        {"partitions", all.partitions},
        {"keys", all.keys},
        {"bytes", all.bytes},
        {"operations_per_second", all.operations_per_second},
        {"node_list", std::move(nodes)}};
}

}  // namespace memstore::app
