#include "app/token_file.hpp"

#include "app/token_tool.hpp"
#include "app/yaml_document.hpp"
#include "log/line.hpp"

#include <yaml-cpp/yaml.h>

#include <algorithm>
#include <optional>
#include <stdexcept>
#include <utility>

namespace memstore::app {
namespace {

constexpr std::size_t file_bytes_max = std::size_t{4} * 1024 * 1024;

/// What is wrong, and where.
struct mistake {
    std::string what;
    YAML::Mark where;
};

std::string scalar(const YAML::Node& of, std::string_view member) {
    if (of.IsScalar()) return of.Scalar();
    throw mistake{std::string{member} + ": not a text", of.Mark()};
}

const YAML::Node& list(const YAML::Node& of, std::string_view member) {
    if (of.IsSequence()) return of;
    throw mistake{std::string{member} + ": not a list", of.Mark()};
}

service::rights read_rights(const YAML::Node& of) {
    service::rights all;
    for (const YAML::Node& item : list(of, "rights")) {
        const auto one = right_called(scalar(item, "rights"));
        if (!one) throw mistake{"rights: not read, write or admin", item.Mark()};
        all.add(*one);
    }
    return all;
}

auth::digest read_digest(const YAML::Node& of) {
    const auto made = auth::digest_in(scalar(of, "sha256"));
    if (!made) throw mistake{"sha256: not 64 hexadecimal digits", of.Mark()};
    return *made;
}

void check(const auth::token& one, bool has_digest, const YAML::Mark& where) {
    using service::right;
    if (one.whose.name.empty()) throw mistake{"a token without a name", where};
    if (!has_digest) throw mistake{"a token without a sha256", where};
    if (one.whose.may.empty()) throw mistake{"a token without rights", where};
    const bool uses_keys =
        one.whose.may.contains(right::read) || one.whose.may.contains(right::write);
    if (uses_keys && one.whose.prefixes.empty()) {
        throw mistake{"a token that reads or writes without prefixes: \"\" is that of all", where};
    }
}

/// A member's name is not repeated where it is none: it could be anything.
auth::token read_token(const YAML::Node& node) {
    if (!node.IsMap()) throw mistake{"a token that is not a map", node.Mark()};
    auth::token one;
    bool has_digest = false;
    std::vector<std::string> seen;
    for (const auto& member : node) {
        const std::string name = scalar(member.first, "a member of a token");
        if (std::find(seen.begin(), seen.end(), name) != seen.end()) {
            throw mistake{"a member of a token that is there twice", member.first.Mark()};
        }
        seen.push_back(name);
        if (name == "name") {
            one.whose.name = scalar(member.second, name);
        } else if (name == "sha256") {
            one.secret = read_digest(member.second);
            has_digest = true;
        } else if (name == "rights") {
            one.whose.may = read_rights(member.second);
        } else if (name == "prefixes") {
            for (const YAML::Node& item : list(member.second, name)) {
                one.whose.prefixes.push_back(scalar(item, name));
            }
        } else {
            throw mistake{
                "a member of a token that is not name, sha256, rights or prefixes",
                member.first.Mark()};
        }
    }
    check(one, has_digest, node.Mark());
    return one;
}

std::vector<auth::token> read_list(const YAML::Node& document) {
    if (!document.IsSequence() || document.size() == 0) {
        throw mistake{"not a list of tokens", document.Mark()};
    }
    std::vector<auth::token> all;
    for (const YAML::Node& node : document) {
        auth::token next = read_token(node);
        const auto alike = [&next](const auth::token& other) {
            return other.whose.name == next.whose.name || auth::same(other.secret, next.secret);
        };
        if (std::any_of(all.begin(), all.end(), alike)) {
            throw mistake{"a token with the name or the secret of another", node.Mark()};
        }
        all.push_back(std::move(next));
    }
    return all;
}

file_fault describe(const mistake& one, std::string_view file) {
    const std::string line =
        one.where.is_null() ? std::string{} : " line " + std::to_string(one.where.line + 1);
    return {one.what + " (" + log::escaped(file) + line + ")"};
}

}  // namespace

boost::system::result<std::vector<auth::token>, file_fault> parse_tokens(
    const std::string& text,
    std::string_view file
) {
    try {
        const auto second = second_document(text);
        if (second) throw mistake{"more than one document", *second};
        return read_list(YAML::Load(text));
    } catch (const mistake& found) {
        return describe(found, file);
    } catch (const YAML::Exception& bad) {
        return describe({"not well-formed YAML", bad.mark}, file);
    }
}

boost::system::result<std::vector<auth::token>, file_fault> read_tokens(const std::string& path) {
    const auto text = read_private_file(path, file_bytes_max);
    if (!text) return text.error();
    return parse_tokens(*text, path);
}

}  // namespace memstore::app
