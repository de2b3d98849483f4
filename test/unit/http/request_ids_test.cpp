#include "http/request_ids.hpp"

#include <boost/test/unit_test.hpp>

#include <set>
#include <string>

namespace memstore::http {

BOOST_AUTO_TEST_SUITE(request_ids_)

BOOST_AUTO_TEST_CASE(a_name_is_1_to_128_visible_characters) {
    for (const std::string good : {"a", "~", "!", "a-b/c"}) {
        BOOST_TEST(is_request_id(good), good);
    }
    for (const std::string bad : {"", " ", "a b", "a\t", "\x7f", "\xc3\xa9"}) {
        BOOST_TEST(!is_request_id(bad), bad);
    }
    BOOST_TEST(is_request_id(std::string(128, 'x')));
    BOOST_TEST(!is_request_id(std::string(129, 'x')));
    BOOST_TEST(!is_request_id(std::string(1, '\0')));
}

BOOST_AUTO_TEST_CASE(none_is_made_twice) {
    request_ids subject;
    std::set<std::string> made;
    for (int i = 0; i < 1000; ++i) {
        const auto added = made.insert(subject.next());
        BOOST_TEST(added.second);
        BOOST_TEST(is_request_id(*added.first));
    }
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace memstore::http
