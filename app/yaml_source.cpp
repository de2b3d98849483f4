#include "app/yaml_source.hpp"

#include "app/yaml_document.hpp"
#include "base/utf8.hpp"
#include "log/line.hpp"

#include <yaml-cpp/yaml.h>

#include <algorithm>
#include <optional>
#include <utility>

namespace memstore::app {
namespace {

/// The option that a file's key path names, in either spelling. A file cannot name another file.
const option* find_by_path(std::string_view path) {
    const auto named = [path](const option& row) {
        const std::string section{row.name.substr(0, row.name.rfind('.') + 1)};
        return row.name != "config" && (row.name == path || section + row.camel_case() == path);
    };
    const auto& table = option_table();
    const auto found = std::find_if(table.begin(), table.end(), named);
    return found == table.end() ? nullptr : &*found;
}

bool is_section(std::string_view path) {
    const std::string start = std::string{path} + ".";
    return std::ranges::any_of(option_table(), [&](const option& row) {
        return row.name.starts_with(start);
    });
}

class reader {
public:
    explicit reader(std::string_view file) : file_(log::escaped(file)) {}

    checked<given_options> read(const std::string& text) {
        try {
            const auto second = second_document(text);
            if (second) return mistake("more than one document", *second);
            add_section("", YAML::Load(text));
        } catch (const YAML::Exception& bad) {
            return mistake(log::escaped(bad.msg), bad.mark);
        }
        if (mistake_) return *mistake_;
        return given_;
    }

private:
    /// Goes through a map, as far as the first mistake.
    void add_section(const std::string& path, const YAML::Node& node) {
        if (node.IsNull()) return;
        if (!node.IsMap()) {
            mistake_ = mistake(path.empty() ? "not a map" : path + ": not a map", node.Mark());
            return;
        }
        for (const auto& entry : node) {
            if (!mistake_) add_entry(path, entry.first, entry.second);
        }
    }

    void add_entry(const std::string& section, const YAML::Node& key, const YAML::Node& value) {
        if (!key.IsScalar()) {
            mistake_ = mistake("a key that is not a word", key.Mark());
            return;
        }
        const std::string path = section.empty() ? key.Scalar() : section + "." + key.Scalar();
        const std::string origin = file_ + place(key.Mark());
        if (const option* row = find_by_path(path)) {
            add_option(*row, value, origin);
        } else if (is_section(path)) {
            add_section(path, value);
        } else {
            mistake_ = unknown_option(path, origin);
        }
    }

    void add_option(const option& row, const YAML::Node& value, const std::string& origin) {
        auto texts = texts_of(row, value);
        if (!texts) {
            const char* const wanted = row.takes == arity::many ? "a list of values" : "one value";
            mistake_ = {
                std::string{row.name} + ": needs " + wanted + " (" + origin + ")",
                status_bad_option};
            return;
        }
        if (!std::all_of(texts->begin(), texts->end(), base::is_utf8)) {
            mistake_ = {std::string{row.name} + ": not UTF-8 (" + origin + ")", status_bad_option};
            return;
        }
        const auto added = add_given(given_, {&row, std::move(*texts), origin});
        if (!added) mistake_ = added.error();
    }

    static std::optional<std::vector<std::string>> texts_of(
        const option& row,
        const YAML::Node& value
    ) {
        if (value.IsScalar()) return std::vector{value.Scalar()};
        const auto scalar = [](const YAML::Node& item) { return item.IsScalar(); };
        if (row.takes != arity::many || !value.IsSequence() ||
            !std::all_of(value.begin(), value.end(), scalar)) {
            return std::nullopt;
        }
        std::vector<std::string> texts;
        for (const YAML::Node& item : value) texts.push_back(item.Scalar());
        return texts;
    }

    option_error mistake(const std::string& what, const YAML::Mark& where) const {
        return {what + " (" + file_ + place(where) + ")", status_bad_option};
    }

    static std::string place(const YAML::Mark& where) {
        return where.is_null() ? std::string{} : " line " + std::to_string(where.line + 1);
    }

    std::string file_;
    given_options given_;
    std::optional<option_error> mistake_;
};

void write_value(YAML::Emitter& out, const option& row, const std::vector<std::string>& texts) {
    if (row.takes != arity::many) {
        out << texts.front();
        return;
    }
    out << YAML::Flow << YAML::BeginSeq;
    for (const std::string& text : texts) out << text;
    out << YAML::EndSeq;
}

}  // namespace

checked<given_options> parse_yaml(const std::string& text, std::string_view file) {
    return reader{file}.read(text);
}

std::string to_yaml(const settings& values, std::span<const std::string> origins) {
    YAML::Emitter out;
    out << YAML::BeginMap;
    std::string_view open;
    for (std::size_t i = 0; i < option_table().size(); ++i) {
        const option& row = option_table()[i];
        if (row.name == "config") continue;
        const std::size_t dot = row.name.find('.');
        const auto section =
            dot == std::string_view::npos ? std::string_view{} : row.name.substr(0, dot);
        if (section != open) {
            if (!open.empty()) out << YAML::EndMap;
            if (!section.empty())
                out << YAML::Key << std::string{section} << YAML::Value << YAML::BeginMap;
            open = section;
        }
        out << YAML::Key << std::string{row.name.substr(row.name.rfind('.') + 1)} << YAML::Value;
        write_value(out, row, row.shown(values));
        out << YAML::Comment(origins[i]);
    }
    if (!open.empty()) out << YAML::EndMap;
    out << YAML::EndMap;
    return std::string{out.c_str()} + "\n";
}

}  // namespace memstore::app
