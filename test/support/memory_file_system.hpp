#pragma once

#include "fs/file_system.hpp"

#include <map>

namespace memstore::test {

/// Files in memory. A path in `refused` fails with its error whatever is done to it.
class memory_file_system final : public fs::file_system {
public:
    boost::system::result<std::string> read(
        const std::filesystem::path& file,
        std::size_t bytes_max
    ) override {
        if (const auto found = refused.find(file); found != refused.end()) return found->second;
        const auto found = files.find(file);
        if (found == files.end()) return error(boost::system::errc::no_such_file_or_directory);
        if (found->second.size() > bytes_max) return error(boost::system::errc::file_too_large);
        return found->second;
    }

    boost::system::error_code replace(const std::filesystem::path& file, std::string_view content)
        override {
        if (const auto found = refused.find(file); found != refused.end()) return found->second;
        files[file] = content;
        return {};
    }

    boost::system::error_code remove(const std::filesystem::path& file) override {
        if (const auto found = refused.find(file); found != refused.end()) return found->second;
        if (files.erase(file) == 0) return error(boost::system::errc::no_such_file_or_directory);
        return {};
    }

    static boost::system::error_code error(boost::system::errc::errc_t what) {
        return boost::system::errc::make_error_code(what);
    }

    std::map<std::filesystem::path, std::string> files;
    std::map<std::filesystem::path, boost::system::error_code> refused;
};

}  // namespace memstore::test
