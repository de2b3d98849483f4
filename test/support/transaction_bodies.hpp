#pragma once

#include <cstddef>
#include <string>
#include <string_view>

namespace memstore::test {

/// The body of a request that gets one key.
inline std::string get_of(std::string_view key, std::string_view rest = "") {
    return std::string{R"({"commands":[{"cmd_type":"get","key":")"}
        .append(key)
        .append(R"("}])")
        .append(rest)
        .append("}");
}

/// The body of one that gets so many.
inline std::string gets(std::size_t count) {
    std::string body = R"({"commands":[)";
    for (std::size_t i = 0; i < count; ++i) {
        body.append(i == 0 ? "" : ",")
            .append(R"({"cmd_type":"get","key":")")
            .append(std::to_string(i))
            .append("\"}");
    }
    return body.append("]}");
}

}  // namespace memstore::test
