#pragma once

#include "fs/file_system.hpp"

namespace memstore::fs {

/// The files of the operating system.
class posix_file_system final : public file_system {
public:
    boost::system::result<std::string> read(
        const std::filesystem::path& file,
        std::size_t bytes_max
    ) override;
    boost::system::error_code replace(const std::filesystem::path& file, std::string_view content)
        override;
    boost::system::error_code remove(const std::filesystem::path& file) override;
    boost::system::result<std::unique_ptr<file>> open(
        const std::filesystem::path& file,
        open_mode mode
    ) override;
    boost::system::error_code rename(
        const std::filesystem::path& from,
        const std::filesystem::path& to
    ) override;
    boost::system::result<std::vector<std::string>> list(const std::filesystem::path& directory
    ) override;
    boost::system::error_code create_directory(const std::filesystem::path& directory) override;
    boost::system::error_code sync_directory(const std::filesystem::path& directory) override;
    boost::system::result<std::unique_ptr<file_lock>> lock(const std::filesystem::path& file
    ) override;
};

}  // namespace memstore::fs
