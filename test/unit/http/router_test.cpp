#include "http/router.hpp"

#include "http/routes.hpp"

#include <boost/test/unit_test.hpp>

#include <iterator>
#include <string>
#include <string_view>
#include <utility>

namespace memstore::http {
namespace {

class silent_endpoint final : public endpoint {
public:
    async::one_shot_event* answer(const request& /*asked*/, response& /*to*/) override {
        return nullptr;
    }
};

std::unique_ptr<endpoint> make_silent(const site&) { return std::make_unique<silent_endpoint>(); }

router sample_router() {
    return router{{
        {.path = "/things", .actions = {{"GET, HEAD", make_silent}}},
        {.path = "/things/",
         .actions = {{"GET, HEAD", make_silent}, {"PUT", make_silent}, {"DELETE", make_silent}},
         .open_ended = true},
        {.path = "/things/never", .actions = {}},
    }};
}

BOOST_AUTO_TEST_SUITE(router_)

BOOST_AUTO_TEST_CASE(each_action_has_a_label_without_what_clients_make_up) {
    const router subject = sample_router();
    const std::pair<std::string_view, std::string_view> expected[] = {
        {"/things", "GET"},
        {"/things/{key}", "GET"},
        {"/things/{key}", "PUT"},
        {"/things/{key}", "DELETE"}};
    BOOST_REQUIRE(subject.actions() == std::size(expected));
    for (std::size_t action = 0; action < subject.actions(); ++action) {
        BOOST_TEST(subject.label_of(action).path == expected[action].first);
        BOOST_TEST(subject.label_of(action).method == expected[action].second);
    }
}

BOOST_AUTO_TEST_CASE(our_own_are_found_by_their_whole_paths_only) {
    const router ours{own_routes()};
    for (const char* path : {"/v1/execute", "/v1/execute/", "/livez", "/readyz", "*"}) {
        BOOST_REQUIRE(ours.find(path) != nullptr);
        BOOST_TEST(ours.find(path)->path == path);
    }
    for (const char* path :
         {"", "/", "/v1", "/v1/", "/v1/execute//", "/v1/executed", "/V1/execute", "livez"}) {
        BOOST_TEST((ours.find(path) == nullptr));
    }
}

BOOST_AUTO_TEST_CASE(only_the_probes_are_for_pages_of_any_site) {
    const router ours{own_routes()};
    BOOST_TEST(ours.find("/livez")->for_everybody);
    BOOST_TEST(ours.find("/readyz")->for_everybody);
    BOOST_TEST(!ours.find("/v1/execute")->for_everybody);
    BOOST_TEST(!ours.find("*")->for_everybody);
}

BOOST_AUTO_TEST_CASE(an_open_end_takes_anything_and_nothing) {
    const router some = sample_router();
    for (const char* path : {"/things/", "/things/a", "/things/a/b", "/things//", "/things/%2F"}) {
        BOOST_REQUIRE(some.find(path) != nullptr);
        BOOST_TEST(some.find(path)->path == "/things/");
    }
    BOOST_TEST(some.find("/things")->path == "/things");
    BOOST_TEST(some.find("/things/never")->path == "/things/");
    BOOST_TEST((some.find("/thing") == nullptr));
    BOOST_TEST((some.find("/things0") == nullptr));
}

BOOST_AUTO_TEST_CASE(each_method_has_its_action) {
    const router some = sample_router();
    const route& things = *some.find("/things/x");
    BOOST_REQUIRE(things.find("PUT") != nullptr);
    BOOST_TEST((things.find("GET") == things.find("HEAD")));
    BOOST_TEST((things.find("GET") != things.find("PUT")));
    BOOST_TEST(things.find("DELETE")->number == 3U);
    BOOST_TEST(some.actions() == 4U);
    for (const char* method : {"", "POST", "HE", "EAD", "GET, HEAD", "get", ",", " ", "OPTIONS"}) {
        BOOST_TEST((things.find(method) == nullptr));
    }
}

BOOST_AUTO_TEST_CASE(all_that_a_route_allows_is_listed) {
    const router some = sample_router();
    BOOST_TEST(some.find("/things")->allow == "GET, HEAD, OPTIONS");
    BOOST_TEST(some.find("/things/")->allow == "GET, HEAD, PUT, DELETE, OPTIONS");
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace
}  // namespace memstore::http
