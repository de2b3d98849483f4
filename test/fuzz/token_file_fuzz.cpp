#include "app/token_file.hpp"

#include "auth/digest.hpp"
#include "base/utf8.hpp"
#include "support/require.hpp"

#include <yaml-cpp/yaml.h>

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace memstore::app {
namespace {

using service::right;
using test::require;

void check_one(const auth::token& one) {
    require(!one.whose.name.empty(), "a token has a name");
    require(!one.whose.may.empty(), "a token may do something");
    const bool uses_keys =
        one.whose.may.contains(right::read) || one.whose.may.contains(right::write);
    require(!uses_keys || !one.whose.prefixes.empty(), "nobody has all keys without saying so");
}

void check_distinct(const std::vector<auth::token>& all) {
    require(!all.empty(), "there is a token");
    for (auto one = all.begin(); one != all.end(); ++one) {
        check_one(*one);
        require(
            std::none_of(
                all.begin(),
                one,
                [&](const auth::token& other) {
                    return other.whose.name == one->whose.name || other.secret == one->secret;
                }
            ),
            "no two tokens have one name or one secret"
        );
    }
}

void write_rights(YAML::Emitter& out, const service::rights& all) {
    out << YAML::BeginSeq;
    if (all.contains(right::read)) out << "read";
    if (all.contains(right::write)) out << "write";
    if (all.contains(right::admin)) out << "admin";
    out << YAML::EndSeq;
}

std::string written(const std::vector<auth::token>& all) {
    YAML::Emitter out;
    out << YAML::Flow << YAML::BeginSeq;
    for (const auth::token& each : all) {
        out << YAML::BeginMap << YAML::Key << "name" << YAML::Value << YAML::DoubleQuoted
            << each.whose.name << YAML::Key << "sha256" << YAML::Value << auth::hex_of(each.secret)
            << YAML::Key << "rights" << YAML::Value;
        write_rights(out, each.whose.may);
        out << YAML::Key << "prefixes" << YAML::Value << YAML::BeginSeq;
        for (const std::string& prefix : each.whose.prefixes) out << YAML::DoubleQuoted << prefix;
        out << YAML::EndSeq << YAML::EndMap;
    }
    out << YAML::EndSeq;
    return out.c_str();
}

/// What yaml-cpp can write.
bool is_text(const auth::token& one) {
    return base::is_utf8(one.whose.name) &&
           std::all_of(one.whose.prefixes.begin(), one.whose.prefixes.end(), base::is_utf8);
}

void check_read_back(const std::vector<auth::token>& all) {
    if (!std::all_of(all.begin(), all.end(), is_text)) return;
    const auto again = parse_tokens(written(all), "f");
    require(again.has_value(), "what was written is read");
    const auto same = [](const auth::token& one, const auth::token& other) {
        return one.secret == other.secret && one.whose.name == other.whose.name &&
               one.whose.may == other.whose.may && one.whose.prefixes == other.whose.prefixes;
    };
    require(
        std::equal(all.begin(), all.end(), again->begin(), again->end(), same),
        "and means what it meant"
    );
}

void check_fault(const file_fault& found, std::string_view text) {
    constexpr std::size_t longest = 200;
    require(!found.what.empty() && found.what.size() < longest, "a fault is a line");
    require(
        std::all_of(
            found.what.begin(),
            found.what.end(),
            [](char c) { return c >= ' ' && c <= '~'; }
        ),
        "a fault is in plain sight"
    );
    const std::size_t place = found.what.rfind("(f");
    require(place != std::string::npos && found.what.ends_with(')'), "a fault names the file");
    const std::string line = found.what.substr(place + 2);
    if (line == ")") return;
    const auto lines = static_cast<std::size_t>(std::count(text.begin(), text.end(), '\n')) +
                       static_cast<std::size_t>(std::count(text.begin(), text.end(), '\r')) + 1;
    const std::size_t named = std::stoul(line.substr(std::string_view{" line "}.size()));
    require(named >= 1 && named <= lines, "a fault names a line there is");
}

void check(const std::string& text) {
    const auto read = parse_tokens(text, "f");
    if (!read) return check_fault(read.error(), text);
    check_distinct(*read);
    check_read_back(*read);
}

}  // namespace
}  // namespace memstore::app

// NOLINTNEXTLINE(readability-identifier-naming): libFuzzer's name
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    memstore::app::check({reinterpret_cast<const char*>(data), size});
    return 0;
}
