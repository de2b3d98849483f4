#include "app/help.hpp"

#include "app/option_table.hpp"

#include <boost/test/unit_test.hpp>

#include <algorithm>
#include <sstream>
#include <string>

using namespace memstore;

BOOST_AUTO_TEST_SUITE(help)

BOOST_AUTO_TEST_CASE(names_every_option_its_variable_and_its_default) {
    app::settings defaults;
    defaults.threads = 7;
    const std::string text = app::help_text(defaults);
    for (const app::option& row : app::option_table()) {
        BOOST_TEST(text.find(row.flag()) != std::string::npos, row.name);
        BOOST_TEST(text.find(row.environment() + ", default ") != std::string::npos, row.name);
    }
    BOOST_TEST(text.find("MEMSTORE_THREADS, default 7\n") != std::string::npos);
    BOOST_TEST(text.find("MEMSTORE_LIMITS_BODY, default 16MiB\n") != std::string::npos);
}

BOOST_AUTO_TEST_CASE(fits_a_terminal) {
    std::istringstream text{app::help_text({})};
    for (std::string line; std::getline(text, line);) BOOST_TEST(line.size() <= 110U, line);
}

BOOST_AUTO_TEST_SUITE_END()
