#include "app/client_status.hpp"

#include "app/client_figures.hpp"
#include "app/client_json.hpp"

#include <boost/algorithm/string/trim.hpp>
#include <boost/json/object.hpp>
#include <boost/json/serialize.hpp>

#include <optional>

namespace memstore::app {
namespace {

namespace json = boost::json;

struct server_state {
    std::string server;
    bool ready = false;
    std::string reason;
    std::optional<std::uint64_t> version = {};
    std::optional<cluster_view> cluster = {};
};

std::uint64_t version_of(client_session& session) {
    const auto answer =
        session.ask_for({.method = "POST", .target = "/v1/execute", .body = R"({"commands":[]})"});
    return number_in(json_in(answer.field("Memstore-Version")));
}

/// Nothing where it is only for others to see.
std::optional<cluster_view> cluster_of(client_session& session) {
    const auto answer = session.ask({.target = "/v1/cluster"});
    if (answer.status == 403) {
        session.note("the nodes are shown to admins only");
        return std::nullopt;
    }
    if (!answer.good()) throw refusal_of(answer);
    return cluster_in(json_in(answer.body));
}

server_state state_of(client_session& session) {
    server_state found{.server = session.client().server().text(), .reason = {}};
    const auto readiness = session.ask({.target = "/readyz"});
    found.ready = readiness.good();
    found.reason = boost::algorithm::trim_copy(readiness.body);
    // One that starts or stops tells no more than that.
    if (readiness.status == 503 && !found.reason.starts_with("read-only")) return found;
    if (!found.ready && readiness.status != 503) throw refusal_of(readiness);
    found.version = version_of(session);
    found.cluster = cluster_of(session);
    return found;
}

std::string json_of(const server_state& state) {
    json::object all{{"url", state.server}, {"ready", state.ready}, {"reason", state.reason}};
    if (state.version) all["version"] = *state.version;
    if (state.cluster) {
        const auto figures = figures_json(*state.cluster);
        all.insert(figures.begin(), figures.end());
    }
    return json::serialize(all) + "\n";
}

std::string line_of(std::string_view name, std::string_view value) {
    std::string line{name};
    line.resize(9, ' ');
    return line.append(value).append("\n");
}

std::string table_of(const server_state& state) {
    std::string text = line_of("server", state.server) +
                       line_of("ready", state.ready ? "yes" : "no: " + line_text(state.reason));
    if (state.version) text += line_of("version", std::to_string(*state.version));
    if (!state.cluster) return text;
    text += line_of("nodes", std::to_string(state.cluster->nodes.size()));
    text += line_of("keys", std::to_string(state.cluster->keys));
    text += line_of("bytes", bytes_text(state.cluster->bytes));
    return text + "\n" + nodes_table(*state.cluster);
}

}  // namespace

int run_status(client_session& session) {
    const server_state found = state_of(session);
    session.print(session.prints_json() ? json_of(found) : table_of(found));
    return found.ready ? client_done : client_absent;
}

}  // namespace memstore::app
