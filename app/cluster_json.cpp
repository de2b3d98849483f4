#include "app/cluster_json.hpp"

#include "http/json_text.hpp"

#include <charconv>
#include <cstdint>
#include <initializer_list>
#include <string_view>

namespace memstore::app {
namespace {

void append_number(std::string& out, std::uint64_t number) { out += std::to_string(number); }

void append_number(std::string& out, double number) {
    char text[64];
    const auto end =
        std::to_chars(std::begin(text), std::end(text), number, std::chars_format::fixed, 3);
    out.append(text, end.ptr);
}

/// The first of an object has no comma before it.
template <class Number>
void append_member(std::string& out, std::string_view name, Number number) {
    if (out.back() != '{') out += ',';
    out.append("\"").append(name).append("\":");
    append_number(out, number);
}

void append_balance(std::string& out, std::string_view name, const cluster::balance& one) {
    out.append(",\"").append(name).append("\":{");
    append_member(out, "heaviest", one.heaviest);
    append_member(out, "least_possible", one.least);
    out += '}';
}

/// What a node and a partition both have.
template <class Figures>
void append_load(std::string& out, const Figures& of) {
    append_member(out, "keys", std::uint64_t{of.keys});
    append_member(out, "bytes", std::uint64_t{of.bytes});
    append_member(out, "operations", of.operations);
    append_member(out, "operations_per_second", of.operations_per_second);
}

void append_node(std::string& out, std::size_t at, const cluster::node_figures& one) {
    out += '{';
    append_member(out, "node", std::uint64_t{at});
    append_member(out, "partitions", std::uint64_t{one.partitions});
    append_load(out, one);
    append_member(out, "queue_depth", std::uint64_t{one.queue_depth});
    append_member(out, "waits", one.waits);
    append_member(out, "wait_us_mean", one.wait_us_mean);
    out += '}';
}

void append_partition(std::string& out, std::size_t at, const cluster::partition_figures& one) {
    out += '{';
    append_member(out, "partition", std::uint64_t{at});
    append_member(out, "owner", std::uint64_t{one.owner});
    append_load(out, one);
    out += '}';
}

template <class All, class Append>
void append_array(std::string& out, std::string_view name, const All& all, Append append) {
    out.append(",\"").append(name).append("\":[");
    for (std::size_t at = 0; at < all.size(); ++at) {
        if (at > 0) out += ',';
        append(out, at, all[at]);
    }
    out += ']';
}

void append_text(std::string& out, std::size_t, const std::string& text) {
    http::append_json_string(out, text);
}

void append_cost(std::string& out, std::size_t, const cluster::node_cost& one) {
    out += '{';
    append_member(out, "nodes", std::uint64_t{one.nodes});
    append_member(out, "taking_ns", one.taking_ns);
    append_member(out, "waiting_ns", one.waiting_ns);
    out += '}';
}

void append_move(std::string& out, std::size_t, const cluster::partition_move& one) {
    out += '{';
    append_member(out, "partition", std::uint64_t{one.partition});
    append_member(out, "from", std::uint64_t{one.from});
    append_member(out, "to", std::uint64_t{one.to});
    out += '}';
}

}  // namespace

void append_figures(
    std::string& out,
    const cluster::cluster_figures& all,
    const cluster::advice& advised
) {
    out += '{';
    append_member(out, "nodes", std::uint64_t{all.nodes.size()});
    append_member(out, "partitions", std::uint64_t{all.partitions.size()});
    append_balance(out, "balance", all.by_operations);
    append_balance(out, "balance_of_bytes", all.by_bytes);
    out += ",\"advice\":{";
    append_member(out, "nodes", std::uint64_t{advised.nodes});
    append_array(out, "reasons", advised.reasons, append_text);
    append_array(out, "costs", advised.costs, append_cost);
    out += '}';
    append_array(out, "node_list", all.nodes, append_node);
    append_array(out, "partition_list", all.partitions, append_partition);
    out += '}';
}

void append_change(std::string& out, const layout_changed& done) {
    using microseconds = std::chrono::duration<double, std::micro>;
    out += '{';
    append_member(out, "nodes", std::uint64_t{done.what.nodes});
    append_member(out, "nodes_before", std::uint64_t{done.what.nodes_before});
    append_member(out, "longest_pause_us", microseconds{done.what.longest_pause}.count());
    append_member(out, "duration_us", std::uint64_t(done.taken.count()));
    append_balance(out, "balance_before", done.what.before);
    append_balance(out, "balance_after", done.what.after);
    append_array(out, "moved", done.what.moves, append_move);
    out += '}';
}

}  // namespace memstore::app
