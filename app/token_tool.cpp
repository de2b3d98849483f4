#include "app/token_tool.hpp"

#include "auth/digest.hpp"

#include <sys/random.h>
#include <yaml-cpp/yaml.h>

#include <array>
#include <stdexcept>
#include <utility>

namespace memstore::app {
namespace {

using service::right;

constexpr std::array<std::pair<std::string_view, right>, 3> known{{
    {"read", right::read},
    {"write", right::write},
    {"admin", right::admin},
}};

/// What begins every secret, so that those who look for secrets in the wrong places find it.
constexpr std::string_view mark = "mst_";

std::string new_secret() {
    auth::digest bytes;
    if (::getentropy(bytes.data(), bytes.size()) != 0) {
        throw std::runtime_error{"the system has no random bytes"};
    }
    return std::string{mark} + auth::hex_of(bytes);
}

std::string line_of(const token_request& asked, const std::string& secret) {
    YAML::Emitter out;
    out << YAML::Flow << YAML::BeginMap << YAML::Key << "name" << YAML::Value << YAML::DoubleQuoted
        << asked.name << YAML::Key << "sha256" << YAML::Value << YAML::DoubleQuoted
        << auth::hex_of(auth::digest_of(secret)) << YAML::Key << "rights" << YAML::Value
        << YAML::BeginSeq;
    for (const auto& [name, one] : known) {
        if (asked.may.contains(one)) out << std::string{name};
    }
    out << YAML::EndSeq << YAML::Key << "prefixes" << YAML::Value << YAML::BeginSeq
        << YAML::DoubleQuoted << "" << YAML::EndSeq << YAML::EndMap;
    return std::string{"- "} + out.c_str();
}

}  // namespace

std::optional<right> right_called(std::string_view name) noexcept {
    for (const auto& [each, one] : known) {
        if (each == name) return one;
    }
    return std::nullopt;
}

std::optional<service::rights> rights_in(std::string_view names) noexcept {
    service::rights all;
    while (true) {
        const std::size_t comma = names.find(',');
        const auto one = right_called(names.substr(0, comma));
        if (!one) return std::nullopt;
        all.add(*one);
        if (comma == std::string_view::npos) return all;
        names.remove_prefix(comma + 1);
    }
}

std::string new_token_text(const token_request& asked) {
    const std::string secret = new_secret();
    return "# The secret: for the client alone, and not to be seen again.\n" + secret +
           "\n# The line of the tokens file; prefixes are those of its keys, \"\" that of all.\n" +
           line_of(asked, secret) + "\n";
}

}  // namespace memstore::app
