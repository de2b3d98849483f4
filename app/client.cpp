#include "app/client.hpp"

#include "app/client_bench.hpp"
#include "app/client_bulk.hpp"
#include "app/client_help.hpp"
#include "app/client_keys.hpp"
#include "app/client_line.hpp"
#include "app/client_status.hpp"
#include "app/client_top.hpp"
#include "app/client_watch.hpp"

#include <iostream>
#include <new>

namespace memstore::app {
namespace {

int run(client_session& session, client_action what) {
    switch (what) {
    case client_action::get: return run_get(session);
    case client_action::set: return run_set(session);
    case client_action::del: return run_del(session);
    case client_action::scan: return run_scan(session);
    case client_action::exec: return run_exec(session);
    case client_action::watch: return run_watch(session);
    case client_action::export_keys: return run_export(session);
    case client_action::import_keys: return run_import(session);
    case client_action::bench: return run_bench(session);
    case client_action::status: return run_status(session);
    case client_action::top: return run_top(session);
    }
    return client_usage;
}

int fail(std::string_view why, int status) {
    std::cerr << "memstore: " << why << '\n';
    return status;
}

}  // namespace

int run_client(
    const std::vector<std::string>& arguments,
    const std::vector<std::string>& environment
) {
    const auto line = parse_client_line(arguments);
    if (!line) return fail(line.error().what, line.error().exit_status);
    if (line->help) {
        std::cout << client_help_text(*line->what) << std::flush;
        return std::cout ? client_done : client_usage;
    }
    try {
        client_session session{*line, environment};
        return run(session, line->what->what);
    } catch (const client_failed& failed) {
        return fail(failed.what(), failed.status());
    } catch (const std::bad_alloc&) {
        return fail("there is not enough memory", client_usage);
    }
}

}  // namespace memstore::app
