#include "app/kept_layout.hpp"

#include "cluster/layout.hpp"

#include <algorithm>
#include <charconv>
#include <optional>
#include <string>
#include <string_view>
#include <system_error>
#include <utility>

namespace memstore::app {
namespace {

constexpr std::size_t digits_max = 10;  // of a number, with what parts it from the next

/// Numbers, each ended by a space or a line.
std::optional<std::vector<cluster::node_index>> parse(std::string_view text) {
    std::vector<cluster::node_index> numbers;
    const char* at = text.data();
    const char* const end = at + text.size();
    while (at != end) {
        cluster::node_index number = 0;
        const auto [after, fault] = std::from_chars(at, end, number);
        if (fault != std::errc{} || after == end || (*after != ' ' && *after != '\n')) {
            return std::nullopt;
        }
        numbers.push_back(number);
        at = after + 1;
    }
    return numbers;
}

bool is_sound(const layout& one) {
    return one.nodes <= one.owners.size() &&
           std::all_of(one.owners.begin(), one.owners.end(), [&](cluster::node_index each) {
               return each < one.nodes;
           });
}

}  // namespace

std::optional<layout> kept_layout(const persist::data_directory& in, std::size_t partitions) {
    const auto text = in.files().read(in.layout(), (partitions + 1) * digits_max);
    const auto numbers = text ? parse(*text) : std::nullopt;
    if (!numbers || numbers->size() != partitions + 1) return std::nullopt;
    layout found{numbers->front(), {numbers->begin() + 1, numbers->end()}};
    if (!is_sound(found)) return std::nullopt;
    return found;
}

persist::checked<void> keep_layout(const persist::data_directory& in, const layout& kept) {
    std::string text = std::to_string(kept.nodes) + '\n';
    for (const cluster::node_index each : kept.owners) text += std::to_string(each) + ' ';
    text.back() = '\n';
    return in.write_whole(in.layout(), text);
}

layout first_layout(std::optional<layout> kept, const settings& values, std::size_t nodes) {
    if (!kept) return {nodes, cluster::assign_partitions(values.partitions, nodes)};
    if (!values.nodes_asked_for) return *std::move(kept);
    for (const cluster::partition_move& each : cluster::moves_to_resize(kept->owners, nodes)) {
        kept->owners[each.partition] = each.to;
    }
    return {nodes, std::move(kept->owners)};
}

}  // namespace memstore::app
