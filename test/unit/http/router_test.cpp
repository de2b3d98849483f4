#include "http/router.hpp"

#include <boost/test/unit_test.hpp>

namespace memstore::http {
namespace {

BOOST_AUTO_TEST_SUITE(router)

BOOST_AUTO_TEST_CASE(finds_a_route_by_its_whole_path_only) {
    for (const char* path : {"/v1/execute", "/v1/execute/"}) {
        BOOST_REQUIRE(find_route(path) != nullptr);
        BOOST_TEST((find_route(path)->target == endpoint::execute));
    }
    for (const char* path :
         {"", "/", "/v1", "/v1/", "/v1/execute//", "/v1/executed", "/V1/execute", "livez"}) {
        BOOST_TEST((find_route(path) == nullptr));
    }
}

BOOST_AUTO_TEST_CASE(a_route_allows_the_methods_it_lists) {
    const route* const livez = find_route("/livez");
    BOOST_REQUIRE(livez != nullptr);
    BOOST_TEST(livez->allows("GET"));
    BOOST_TEST(livez->allows("HEAD"));
    for (const char* method : {"", "POST", "HE", "EAD", "GET, HEAD", "get", ",", " "}) {
        BOOST_TEST(!livez->allows(method));
    }
}

BOOST_AUTO_TEST_CASE(guards_what_touches_the_store) {
    BOOST_TEST(guarded_by_origin("/v1/execute"));
    BOOST_TEST(guarded_by_origin("/v1/none"));
    BOOST_TEST(!guarded_by_origin("/livez"));
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace
}  // namespace memstore::http
