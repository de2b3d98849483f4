#include "fs/posix_file_system.hpp"

#include "support/temporary_directory.hpp"

#include <boost/test/unit_test.hpp>

#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/wait.h>

#include <csignal>
#include <cstdlib>
#include <filesystem>
#include <iterator>
#include <string>
#include <string_view>
#include <unistd.h>
#include <vector>

using namespace memstore;

namespace {

struct directory_fixture : test::temporary_directory {
    std::size_t entries() const {
        return static_cast<std::size_t>(std::distance(
            std::filesystem::directory_iterator{path},
            std::filesystem::directory_iterator{}
        ));
    }

    std::unique_ptr<fs::file> open(fs::open_mode mode) {
        auto opened = files.open(path / "file", mode);
        BOOST_REQUIRE(opened.has_value());
        return *std::move(opened);
    }

    std::filesystem::perms permissions(std::string_view name) const {
        return std::filesystem::status(path / name).permissions();
    }

    fs::posix_file_system files;
};

std::string read(fs::file& from, std::uint64_t offset, std::size_t bytes) {
    std::string into(bytes, '?');
    into.resize(from.read_at(offset, into).value());
    return into;
}

/// Lets files grow no further than `bytes`: a write that would is cut short.
class size_limit {
public:
    explicit size_limit(rlim_t bytes) {
        std::signal(SIGXFSZ, SIG_IGN);
        ::getrlimit(RLIMIT_FSIZE, &before_);
        const rlimit lower{bytes, before_.rlim_max};
        ::setrlimit(RLIMIT_FSIZE, &lower);
    }
    size_limit(const size_limit&) = delete;
    size_limit& operator=(const size_limit&) = delete;
    ~size_limit() { ::setrlimit(RLIMIT_FSIZE, &before_); }

private:
    rlimit before_{};
};

/// What a process of its own finds when it takes the lock.
bool another_process_can_lock(const std::filesystem::path& file) {
    const pid_t child = ::fork();
    if (child == 0) {
        fs::posix_file_system files;
        ::_exit(files.lock(file).has_value() ? 0 : 1);
    }
    int status = -1;
    ::waitpid(child, &status, 0);
    return status == 0;
}

constexpr std::size_t plenty = std::size_t{1024} * 1024;

}  // namespace

BOOST_FIXTURE_TEST_SUITE(posix_file_system, directory_fixture)

BOOST_AUTO_TEST_CASE(reads_what_was_written) {
    const std::string content = std::string(100'000, 'x') + '\0' + "\xff";
    BOOST_TEST(!files.replace(path / "file", content));
    BOOST_TEST((files.read(path / "file", plenty).value() == content));
}

BOOST_AUTO_TEST_CASE(what_is_written_to_a_file_that_was_removed_is_never_durable) {
    const auto file = open(fs::open_mode::create);
    BOOST_TEST(!file->write_at(0, "x"));
    BOOST_TEST(!file->sync());
    BOOST_TEST(!files.rename(path / "file", path / "other"));
    BOOST_TEST(!file->sync());
    BOOST_TEST(!file->check_name());
    BOOST_TEST(!files.remove(path / "other"));
    BOOST_TEST((file->check_name() == boost::system::errc::no_such_file_or_directory));
    BOOST_TEST(!file->write_at(1, "y"));
    BOOST_TEST((file->sync() == boost::system::errc::no_such_file_or_directory));
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

BOOST_AUTO_TEST_CASE(what_is_written_is_read_where_it_was_written) {
    const auto file = open(fs::open_mode::create);
    BOOST_TEST(!file->write_at(0, "0123456789"));
    BOOST_TEST(!file->write_at(4, "xy"));
    BOOST_TEST(!file->sync());
    BOOST_TEST(read(*file, 2, 5) == "23xy6");
    BOOST_TEST(read(*file, 8, 100) == "89");
    BOOST_TEST(read(*file, 10, 1).empty());
    BOOST_TEST(read(*open(fs::open_mode::read), 0, 3) == "012");
}

BOOST_AUTO_TEST_CASE(a_file_is_cut_and_grows_by_zeros) {
    const auto file = open(fs::open_mode::create);
    BOOST_TEST(!file->write_at(3, "abc"));
    BOOST_TEST(file->size().value() == 6U);
    BOOST_TEST(!file->resize(4));
    BOOST_TEST(!file->resize(6));
    BOOST_TEST((read(*file, 0, 9) == std::string{"\0\0\0a\0\0", 6}));
}

BOOST_AUTO_TEST_CASE(what_is_created_was_not_there_and_is_its_owners_alone) {
    using perms = std::filesystem::perms;
    const auto file = open(fs::open_mode::create);
    BOOST_TEST((
        files.open(path / "file", fs::open_mode::create).error() == boost::system::errc::file_exists
    ));
    BOOST_TEST((permissions("file") == (perms::owner_read | perms::owner_write)));
    BOOST_TEST(!files.create_directory(path / "directory"));
    BOOST_TEST((permissions("directory") == perms::owner_all));
    BOOST_TEST((files.create_directory(path / "directory") == boost::system::errc::file_exists));
}

BOOST_AUTO_TEST_CASE(only_what_is_there_is_opened) {
    for (const auto mode : {fs::open_mode::read, fs::open_mode::write}) {
        BOOST_TEST(
            (files.open(path / "absent", mode).error() ==
             boost::system::errc::no_such_file_or_directory)
        );
    }
    open(fs::open_mode::create);
    BOOST_TEST(!open(fs::open_mode::write)->write_at(0, "x"));
    BOOST_TEST(!!open(fs::open_mode::read)->write_at(0, "x"));
}

BOOST_AUTO_TEST_CASE(a_write_that_fails_has_written_a_beginning) {
    const auto file = open(fs::open_mode::create);
    boost::system::error_code failed;
    {
        const size_limit disk{4096};
        failed = file->write_at(4000, std::string(200, 'x'));
    }
    BOOST_TEST((failed == boost::system::errc::file_too_large));
    BOOST_TEST(file->size().value() == 4096U);
    BOOST_TEST(read(*file, 4000, 200) == std::string(96, 'x'));
}

BOOST_AUTO_TEST_CASE(lists_what_there_is_in_order) {
    for (const auto* name : {"b", "a", "c"}) BOOST_TEST(!files.replace(path / name, "x"));
    BOOST_TEST(!files.create_directory(path / "directory"));
    BOOST_TEST((files.list(path).value() == std::vector<std::string>{"a", "b", "c", "directory"}));
    BOOST_TEST(
        (files.list(path / "absent").error() == boost::system::errc::no_such_file_or_directory)
    );
}

BOOST_AUTO_TEST_CASE(opens_and_removes_nothing_but_files) {
    BOOST_TEST(!files.create_directory(path / "directory"));
    BOOST_REQUIRE(::mkfifo((path / "pipe").c_str(), 0600) == 0);
    for (const auto mode : {fs::open_mode::read, fs::open_mode::write}) {
        const auto directory = files.open(path / "directory", mode);
        BOOST_TEST((directory.error() == boost::system::errc::is_a_directory));
        const auto pipe = files.open(path / "pipe", mode);
        BOOST_TEST((pipe.error() == boost::system::errc::no_such_device_or_address));
    }
    BOOST_TEST((files.remove(path / "directory") == boost::system::errc::is_a_directory));
    BOOST_TEST(entries() == 2U);
}

BOOST_AUTO_TEST_CASE(a_renamed_file_takes_the_place_of_another) {
    BOOST_TEST(!files.replace(path / "old", "x"));
    BOOST_TEST(!files.replace(path / "new", "y"));
    BOOST_TEST(!files.rename(path / "old", path / "new"));
    BOOST_TEST(!files.sync_directory(path));
    BOOST_TEST(files.read(path / "new", plenty).value() == "x");
    BOOST_TEST(entries() == 1U);
    BOOST_TEST(
        (files.rename(path / "old", path / "new") == boost::system::errc::no_such_file_or_directory)
    );
    BOOST_TEST(
        (files.sync_directory(path / "absent") == boost::system::errc::no_such_file_or_directory)
    );
}

BOOST_AUTO_TEST_CASE(a_lock_is_one_process_s_at_a_time) {
    auto held = files.lock(path / "lock");
    BOOST_REQUIRE(held.has_value());
    BOOST_TEST(
        (files.lock(path / "lock").error() == boost::system::errc::resource_unavailable_try_again)
    );
    BOOST_TEST(!another_process_can_lock(path / "lock"));
    held->reset();
    BOOST_TEST(another_process_can_lock(path / "lock"));
    BOOST_TEST(files.lock(path / "lock").has_value());
}

BOOST_AUTO_TEST_SUITE_END()
