#include "app/application.hpp"
#include "app/client.hpp"
#include "app/client_line.hpp"
#include "app/completion.hpp"
#include "app/healthcheck.hpp"
#include "app/help.hpp"
#include "app/journal_tool.hpp"
#include "app/manual.hpp"
#include "app/options.hpp"
#include "app/token_tool.hpp"
#include "app/version.hpp"
#include "app/yaml_source.hpp"
#include "fs/posix_file_system.hpp"

#include <cstdlib>
#include <exception>
#include <iostream>
#include <malloc.h>
#include <string>
#include <string_view>
#include <thread>
#include <unistd.h>
#include <vector>

namespace memstore::app {
namespace {

std::vector<std::string> environment() {
    std::vector<std::string> variables;
    for (char** variable = environ; *variable != nullptr; ++variable)
        variables.emplace_back(*variable);
    return variables;
}

int print(std::string_view text) {
    std::cout << text << std::flush;
    return std::cout ? EXIT_SUCCESS : EXIT_FAILURE;
}

int print(const health& found) {
    const int printed = print(found.reason + "\n");
    return found.ready ? printed : EXIT_FAILURE;
}

/// Without what an ordinary exit destroys: within() may have left a thread that uses it.
[[noreturn]] void leave(int status) { ::_exit(status); }

int fail(std::string_view why, int status) {
    std::cerr << "memstore: " << why << '\n';
    return status;
}

/// The C library would raise its thresholds to the largest block ever freed, and an emptied store
/// would keep most of what it had held.
void let_memory_go_back() noexcept {
#if defined(__GLIBC__)
    constexpr int trim_threshold_bytes = 131'072;
    ::mallopt(M_TRIM_THRESHOLD, trim_threshold_bytes);
#endif
}

int run(const options& asked, fs::file_system& files) {
    switch (asked.what) {
    case command::serve: return serve(asked.values, files) ? EXIT_SUCCESS : EXIT_FAILURE;
    case command::config: return print(to_yaml(asked.values, asked.origins));
    case command::healthcheck: leave(print(check_health(asked.values, files)));
    case command::journal: return run_journal_tool(asked.journal, files, std::cout, std::cerr);
    case command::token: return print(new_token_text(asked.token));
    case command::completion: return print(bash_completion());
    case command::man: return print(manual_page({}));
    case command::version: return print("memstore " + std::string{version()} + "\n");
    case command::help: return print(help_text(asked.values));
    }
    return EXIT_SUCCESS;
}

int run(const std::vector<std::string>& arguments) {
    if (is_client_line(arguments)) leave(run_client(arguments, environment()));
    fs::posix_file_system files;
    const auto asked =
        resolve({arguments, environment(), files, std::thread::hardware_concurrency()});
    if (!asked) return fail(asked.error().what, asked.error().exit_status);
    return run(*asked, files);
}

}  // namespace
}  // namespace memstore::app

int main(int argc, char* argv[]) {
    memstore::app::let_memory_go_back();
    try {
        return memstore::app::run({argv + 1, argv + argc});
    } catch (const std::exception& failed) {
        return memstore::app::fail(failed.what(), EXIT_FAILURE);
    }
}
