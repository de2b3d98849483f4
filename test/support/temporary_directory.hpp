#pragma once

#include <cstdlib>
#include <filesystem>
#include <stdexcept>
#include <string>

namespace memstore::test {

/// An empty directory of its own, gone with it.
struct temporary_directory {
    temporary_directory() {
        std::string form = std::filesystem::temp_directory_path() / "memstore-test-XXXXXX";
        if (::mkdtemp(form.data()) == nullptr) throw std::runtime_error{"no temporary directory"};
        path = form;
    }
    temporary_directory(const temporary_directory&) = delete;
    temporary_directory& operator=(const temporary_directory&) = delete;
    ~temporary_directory() { std::filesystem::remove_all(path); }

    std::filesystem::path path;
};

}  // namespace memstore::test
