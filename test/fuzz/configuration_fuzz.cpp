#include "app/options.hpp"
#include "app/yaml_source.hpp"
#include "support/require.hpp"
#include "support/simulated_disk.hpp"

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace memstore::app {
namespace {

using test::require;

constexpr const char* file = ".memstore.yaml";

checked<options> resolved(const std::string& text) {
    test::simulated_disk files;
    files.put(file, text);
    return resolve({.arguments = {"config"}, .environment = {}, .files = files, .cores = 2});
}

/// The settings as a file, whose comments say nothing.
std::string written(const settings& values) {
    const std::vector<std::string> origins(option_table().size(), "default");
    return to_yaml(values, origins);
}

void check_error(const option_error& found) {
    const auto is_control = [](unsigned char c) { return c < ' ' || c == 0x7f; };
    require(!found.what.empty(), "a mistake is said");
    require(std::none_of(found.what.begin(), found.what.end(), is_control), "on one line");
    require(found.what.find(file) != std::string::npos, "with the file that it is in");
    require(found.exit_status == status_bad_option, "as a mistake of its author");
}

void check(const std::string& text) {
    const auto read = resolved(text);
    if (!read) return check_error(read.error());
    const std::string shown = written(read->values);
    const auto again = resolved(shown);
    require(again.has_value(), "what is shown can be read");
    require(written(again->values) == shown, "and means what was shown");
    const auto same = [&](const option& row) {
        return row.name == "config" || row.shown(again->values) == row.shown(read->values);
    };
    require(
        std::all_of(option_table().begin(), option_table().end(), same),
        "each option has the value that it had"
    );
}

}  // namespace
}  // namespace memstore::app

// NOLINTNEXTLINE(readability-identifier-naming): libFuzzer's name
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    memstore::app::check({reinterpret_cast<const char*>(data), size});
    return 0;
}
