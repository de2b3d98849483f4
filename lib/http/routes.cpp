#include "http/routes.hpp"

#include "http/execute_endpoint.hpp"
#include "http/import_sink.hpp"
#include "http/key_endpoints.hpp"
#include "http/probe_endpoint.hpp"
#include "http/site.hpp"
#include "http/slow_log_endpoint.hpp"

#include <memory>

namespace memstore::http {
namespace {

using service::right;

/// What makes the endpoint of an action whose transactions say what they need.
action judged_by_engine(std::string_view methods, std::unique_ptr<endpoint> (*make)(const site&)) {
    return {.methods = methods, .make = make, .needs = as_asked};
}

std::unique_ptr<endpoint> make_execute(const site& whose) {
    return std::make_unique<execute_endpoint>(whose.options.limits, whose.engine);
}

std::unique_ptr<endpoint> make_liveness(const site&) { return std::make_unique<liveness_probe>(); }

std::unique_ptr<endpoint> make_readiness(const site& whose) {
    return std::make_unique<readiness_probe>(whose);
}

std::unique_ptr<endpoint> make_slow_log_reader(const site& whose) {
    return std::make_unique<slow_log_reader>(whose.slow);
}

std::unique_ptr<endpoint> make_slow_log_emptier(const site& whose) {
    return std::make_unique<slow_log_emptier>(whose.slow);
}

/// Makes an endpoint that runs transactions.
template <class Endpoint>
std::unique_ptr<endpoint> make(const site& whose) {
    return std::make_unique<Endpoint>(whose.options.limits.answer_bytes, whose.engine);
}

}  // namespace

std::vector<route> own_routes() {
    return {
        {.path = "/v1/execute", .actions = {judged_by_engine("POST", make_execute)}},
        {.path = "/v1/execute/", .actions = {judged_by_engine("POST", make_execute)}},
        {.path = "/v1/keys", .actions = {judged_by_engine("GET, HEAD", make<keys_endpoint>)}},
        {.path = keys_path,
         .actions =
             {judged_by_engine("GET, HEAD", make<key_reader>),
              judged_by_engine("PUT", make<key_writer>),
              judged_by_engine("DELETE", make<key_remover>)},
         .open_ended = true},
        {.path = "/v1/import",
         .actions = {{.methods = "POST", .open = import_sink::open, .needs = right::write}}},
        {.path = "/v1/slowlog",
         .actions = {{"GET, HEAD", make_slow_log_reader}, {"DELETE", make_slow_log_emptier}}},
        {.path = "/livez", .actions = {{"GET, HEAD", make_liveness}}, .for_everybody = true},
        {.path = "/readyz", .actions = {{"GET, HEAD", make_readiness}}, .for_everybody = true},
        {.path = "*", .actions = {}},
    };
}

}  // namespace memstore::http
