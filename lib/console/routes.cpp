#include "console/routes.hpp"

#include "console/embedded_file.hpp"
#include "http/asset_endpoint.hpp"
#include "http/response.hpp"

#include <string_view>

namespace memstore::console {
namespace {

constexpr std::string_view html_type = "text/html; charset=utf-8";
constexpr std::string_view style_type = "text/css; charset=utf-8";
constexpr std::string_view script_type = "text/javascript; charset=utf-8";
constexpr std::string_view image_type = "image/svg+xml";

/// It may run, load and ask nothing but what is here, and no other page may frame it.
constexpr std::string_view page_fields =
    "Content-Security-Policy: default-src 'self'; object-src 'none'; base-uri 'none'; "
    "form-action 'none'; frame-ancestors 'none'\r\n"
    "X-Content-Type-Options: nosniff\r\n"
    "Referrer-Policy: no-referrer\r\n"
    "Cache-Control: no-cache\r\n";
constexpr std::string_view description_fields =
    "X-Content-Type-Options: nosniff\r\nCache-Control: no-cache\r\n";

struct embedded_asset {
    std::string_view path;
    std::string_view file;
    std::string_view content_type;
    std::string_view fields = page_fields;
};

constexpr embedded_asset all[] = {
    {"/openapi.json", "openapi.json", http::json_type, description_fields},
    {"/console", "page.html", html_type},
    {"/console/", "page.html", html_type},
    {"/console/style.css", "style.css", style_type},
    {"/console/icon.svg", "icon.svg", image_type},
    {"/console/chart.js", "chart.min.js", script_type},
    {"/console/api.js", "api.js", script_type},
    {"/console/bytes.js", "bytes.js", script_type},
    {"/console/charts.js", "charts.js", script_type},
    {"/console/dom.js", "dom.js", script_type},
    {"/console/key_editor.js", "key_editor.js", script_type},
    {"/console/keys.js", "keys.js", script_type},
    {"/console/main.js", "main.js", script_type},
    {"/console/metrics.js", "metrics.js", script_type},
    {"/console/operations.js", "operations.js", script_type},
    {"/console/overview.js", "overview.js", script_type},
    {"/console/sse.js", "sse.js", script_type},
    {"/console/transactions.js", "transactions.js", script_type},
    {"/console/watch.js", "watch.js", script_type},
};

}  // namespace

std::vector<http::route> routes() {
    std::vector<http::route> made;
    for (const embedded_asset& one : all) {
        made.push_back(http::asset_route(
            {.path = one.path,
             .content_type = one.content_type,
             .bytes = embedded_file(one.file),
             .more_fields = one.fields}
        ));
    }
    return made;
}

}  // namespace memstore::console
