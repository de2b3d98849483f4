#include "base/error.hpp"

#include <boost/test/unit_test.hpp>

#include <set>
#include <stdexcept>
#include <string_view>

namespace memstore {
namespace {

constexpr errc all[] = {
    errc::malformed_json,
    errc::empty_request,
    errc::unknown_command,
    errc::bad_argument,
    errc::too_many_commands,
    errc::overloaded,
    errc::memory_limit,
    errc::forbidden,
};

}  // namespace

BOOST_AUTO_TEST_SUITE(error)

BOOST_AUTO_TEST_CASE(every_code_has_a_snake_case_name_of_its_own) {
    std::set<std::string_view> names;
    for (const errc code : all) {
        const std::string_view name = name_of(code);
        BOOST_TEST(name.find_first_not_of("abcdefghijklmnopqrstuvwxyz_") == std::string_view::npos);
        BOOST_TEST(name != "unknown");
        names.insert(name);
    }
    BOOST_TEST(names.size() == std::size(all));
}

BOOST_AUTO_TEST_CASE(a_refusal_read_as_a_value_is_a_bug) {
    const result<int> refused = refusal{errc::overloaded, "the queue is full"};
    BOOST_CHECK_THROW(refused.value(), std::logic_error);
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace memstore
