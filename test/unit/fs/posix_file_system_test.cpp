#include "fs/posix_file_system.hpp"

#include <boost/test/unit_test.hpp>

#include <cstdlib>
#include <filesystem>
#include <iterator>
#include <string>
#include <unistd.h>

using namespace memstore;

namespace {

struct temporary_directory {
    temporary_directory() {
        std::string form = std::filesystem::temp_directory_path() / "memstore-fs-XXXXXX";
        BOOST_REQUIRE(::mkdtemp(form.data()) != nullptr);
        path = form;
    }
    ~temporary_directory() { std::filesystem::remove_all(path); }

    std::size_t entries() const {
        return static_cast<std::size_t>(std::distance(
            std::filesystem::directory_iterator{path},
            std::filesystem::directory_iterator{}
        ));
    }

    std::filesystem::path path;
    fs::posix_file_system files;
};

constexpr std::size_t plenty = std::size_t{1024} * 1024;

}  // namespace

BOOST_FIXTURE_TEST_SUITE(posix_file_system, temporary_directory)

BOOST_AUTO_TEST_CASE(reads_what_was_written) {
    const std::string content = std::string(100'000, 'x') + '\0' + "\xff";
    BOOST_TEST(!files.replace(path / "file", content));
    BOOST_TEST((files.read(path / "file", plenty).value() == content));
}

BOOST_AUTO_TEST_CASE(replaces_and_leaves_nothing_beside) {
    BOOST_TEST(!files.replace(path / "file", "a long first content"));
    BOOST_TEST(!files.replace(path / "file", "second"));
    BOOST_TEST(files.read(path / "file", plenty).value() == "second");
    BOOST_TEST(entries() == 1U);
}

BOOST_AUTO_TEST_CASE(reads_up_to_its_bound_and_no_further) {
    BOOST_TEST(!files.replace(path / "file", "12345678"));
    BOOST_TEST(files.read(path / "file", 8).value() == "12345678");
    BOOST_TEST((files.read(path / "file", 7).error() == boost::system::errc::file_too_large));
}

BOOST_AUTO_TEST_CASE(a_failed_replace_leaves_nothing_behind) {
    std::filesystem::create_directory(path / "taken");
    BOOST_TEST(!!files.replace(path / "taken", "x"));
    BOOST_TEST(entries() == 1U);
    BOOST_TEST(
        (files.replace(path / "absent" / "file", "x") ==
         boost::system::errc::no_such_file_or_directory)
    );
}

BOOST_AUTO_TEST_CASE(says_why_a_file_cannot_be_read) {
    BOOST_TEST(
        (files.read(path / "absent", plenty).error() ==
         boost::system::errc::no_such_file_or_directory)
    );
    BOOST_TEST((files.read(path, plenty).error() == boost::system::errc::is_a_directory));
}

BOOST_AUTO_TEST_CASE(removes_a_file_once) {
    BOOST_TEST(!files.replace(path / "file", "x"));
    BOOST_TEST(!files.remove(path / "file"));
    BOOST_TEST((files.remove(path / "file") == boost::system::errc::no_such_file_or_directory));
    BOOST_TEST(entries() == 0U);
}

BOOST_AUTO_TEST_SUITE_END()
