#include "app/options.hpp"

#include "app/environment.hpp"
#include "app/yaml_source.hpp"
#include "log/line.hpp"

#include <boost/algorithm/string/join.hpp>

#include <algorithm>
#include <cstddef>

namespace memstore::app {
namespace {

constexpr const char* default_config = ".memstore.yaml";
constexpr const char* from_default = "default";
constexpr std::size_t config_bytes_max = std::size_t{1024} * 1024;

options defaults(unsigned cores) {
    constexpr unsigned threads_max = 256;
    options all;
    all.values.threads = std::clamp(cores, 1U, threads_max);
    all.origins.assign(option_table().size(), from_default);
    return all;
}

std::size_t row_of(const option& what) {
    return static_cast<std::size_t>(&what - option_table().data());
}

const given_option* find(const given_options& given, std::string_view name) {
    const auto found = std::find_if(given.begin(), given.end(), [name](const given_option& one) {
        return one.what->name == name;
    });
    return found == given.end() ? nullptr : &*found;
}

option_error bad_value(const given_option& given, const std::string& complaint) {
    const std::string name{given.what->name};
    const std::string value = log::quoted(boost::algorithm::join(given.texts, ","));
    return {name + ": " + value + " " + complaint + " (" + given.origin + ")", status_bad_option};
}

checked<void> apply(options& to, const given_options& given) {
    for (const given_option& one : given) {
        const std::string complaint = one.what->assign(to.values, one.texts);
        if (!complaint.empty()) return bad_value(one, complaint);
        to.origins[row_of(*one.what)] = one.origin;
    }
    return {};
}

/// What the configuration file says, if there is one to read.
/// @param named  the option that names it, or nullptr
checked<given_options> read_config(fs::file_system& files, const given_option* named) {
    const std::string file = named == nullptr ? default_config : named->texts.front();
    const auto text = files.read(file, config_bytes_max);
    if (text) return parse_yaml(*text, file);
    const bool absent = text.error() == boost::system::errc::no_such_file_or_directory;
    if (named == nullptr && absent) return given_options{};
    const std::string origin = named == nullptr ? from_default : named->origin;
    return option_error{
        "config: cannot read " + log::quoted(file) + ": " + text.error().message() + " (" + origin +
            ")",
        status_unreadable};
}

void fill_in(options& all) {
    const auto is_given = [&](std::string_view name) {
        return all.origins[row_of(*find_option(name))] != from_default;
    };
    settings& values = all.values;
    values.nodes_asked_for = is_given("nodes");
    values.token_rate_asked_for = is_given("rate.per-token") || is_given("rate.per-token-burst");
    values.rate_asked_for = values.token_rate_asked_for || is_given("rate.per-address") ||
                            is_given("rate.per-address-burst");
    values.journal_enable_forgotten =
        !is_given("journal.enable") && std::ranges::any_of(option_table(), [&](const option& one) {
            return std::string_view{one.name}.starts_with("journal.") && is_given(one.name);
        });
    const std::size_t half = std::max<std::size_t>(values.http.connections_max / 2, 1);
    if (!is_given("limits.connections-per-address")) values.http.connections_per_address_max = half;
    if (!is_given("limits.watches")) values.http.watches_max = half;
}

checked<void> check_together(const options& all) {
    const auto origin = [&](std::string_view name) {
        return all.origins[row_of(*find_option(name))];
    };
    const net::tls_files& tls = all.values.tls;
    if (tls.certificate.empty() != tls.key.empty()) {
        const std::string_view given = tls.key.empty() ? "tls.certificate" : "tls.key";
        return option_error{
            "tls.certificate and tls.key go together, and there is only " + std::string{given} +
                " (" + origin(given) + ")",
            status_bad_option};
    }
    if (!tls.client_ca.empty() && tls.certificate.empty()) {
        return option_error{
            "tls.client-ca needs tls.certificate (" + origin("tls.client-ca") + ")",
            status_bad_option};
    }
    if (all.values.partitions >= all.values.nodes) return {};
    return option_error{
        "partitions: " + std::to_string(all.values.partitions) + " (" + origin("partitions") +
            ") is less than nodes: " + std::to_string(all.values.nodes) + " (" + origin("nodes") +
            ")",
        status_bad_option};
}

bool reads_command_line_alone(command what) {
    return what == command::help || what == command::version || what == command::journal ||
           what == command::token || what == command::completion || what == command::man;
}

}  // namespace

checked<options> resolve(const option_inputs& inputs) {
    options all = defaults(inputs.cores);
    const auto line = parse_command_line(inputs.arguments);
    if (!line) return line.error();
    all.what = line->what;
    all.journal = line->journal;
    all.token = line->token;
    if (reads_command_line_alone(all.what)) return all;

    const auto environment = parse_environment(inputs.environment);
    if (!environment) return environment.error();
    const given_option* named = find(line->options, "config");
    if (named == nullptr) named = find(*environment, "config");
    const auto config = read_config(inputs.files, named);
    if (!config) return config.error();

    for (const given_options* source : {&*config, &*environment, &line->options}) {
        const auto applied = apply(all, *source);
        if (!applied) return applied.error();
    }
    fill_in(all);
    const auto sound = check_together(all);
    if (!sound) return sound.error();
    return all;
}

}  // namespace memstore::app
