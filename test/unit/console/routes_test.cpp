#include "console/routes.hpp"

#include "console/embedded_file.hpp"

#include <boost/test/unit_test.hpp>

#include <regex>
#include <set>
#include <stdexcept>
#include <string>

namespace memstore::console {
namespace {

std::set<std::string> served() {
    std::set<std::string> paths;
    for (const http::route& one : routes()) paths.emplace(one.path);
    return paths;
}

BOOST_AUTO_TEST_SUITE(routes_)

BOOST_AUTO_TEST_CASE(a_file_that_was_not_embedded_is_not_found) {
    BOOST_TEST(embedded_file("page.html").starts_with("<!doctype html>"));
    BOOST_TEST(embedded_file("page.html").ends_with("</html>\n"));
    BOOST_CHECK_THROW(embedded_file("other.html"), std::out_of_range);
    BOOST_CHECK_THROW(embedded_file(""), std::out_of_range);
}

BOOST_AUTO_TEST_CASE(what_the_page_asks_for_is_there) {
    const std::set<std::string> paths = served();
    const std::string page{embedded_file("page.html")};
    const std::regex reference{R"re((?:src|href)="(/[^"]*)")re"};
    std::size_t found = 0;
    for (std::sregex_iterator at{page.begin(), page.end(), reference}, end; at != end; ++at) {
        BOOST_TEST(paths.count((*at)[1]) == 1U, "nothing at " << (*at)[1]);
        ++found;
    }
    BOOST_TEST(found >= 4U);
}

BOOST_AUTO_TEST_CASE(what_a_module_imports_is_there) {
    const std::set<std::string> paths = served();
    const std::regex import{R"re(from "\.(/[^"]*)")re"};
    for (const std::string& path : paths) {
        if (!path.ends_with(".js") || path.ends_with("chart.js")) continue;
        const std::string module{embedded_file(path.substr(path.rfind('/') + 1))};
        for (std::sregex_iterator at{module.begin(), module.end(), import}, end; at != end; ++at) {
            const std::string wanted = "/console" + (*at)[1].str();
            BOOST_TEST(paths.count(wanted) == 1U, path << " asks for " << wanted);
        }
    }
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace
}  // namespace memstore::console
