#include "app/yaml_source.hpp"

#include <boost/test/data/monomorphic.hpp>
#include <boost/test/data/test_case.hpp>
#include <boost/test/unit_test.hpp>

#include <ostream>
#include <string>
#include <vector>

using namespace memstore;
namespace bdata = boost::unit_test::data;

namespace {

using texts = std::vector<std::string>;

struct yaml_mistake {
    const char* file;
    const char* what;
};
std::ostream& operator<<(std::ostream& out, const yaml_mistake& one) { return out << one.what; }

const yaml_mistake yaml_mistakes[] = {
    {"port: 1\nprot: 2\n", R"(unknown option "prot" (f.yaml line 2))"},
    {"limits: {bodi: 1}", R"(unknown option "limits.bodi" (f.yaml line 1))"},
    {"config: other.yaml", R"(unknown option "config" (f.yaml line 1))"},
    {"Port: 1", R"(unknown option "Port" (f.yaml line 1))"},
    {"\nport: 1\nport: 2\n", "port: given twice (f.yaml line 2, f.yaml line 3)"},
    {"drain-timeout: 1\ndrainTimeout: 2\n",
     "drain-timeout: given twice (f.yaml line 1, f.yaml line 2)"},
    {"cors:\n  allowed-origins: []\n  allowedOrigins: []\n",
     "cors.allowed-origins: given twice (f.yaml line 2, f.yaml line 3)"},
    {"port: [1]", "port: needs one value (f.yaml line 1)"},
    {"port: {a: 1}", "port: needs one value (f.yaml line 1)"},
    {"port:\n", "port: needs one value (f.yaml line 1)"},
    {"cors:\n  allowed-origins: {a: b}\n",
     "cors.allowed-origins: needs a list of values (f.yaml line 2)"},
    {"cors: {allowed-origins: [[a]]}",
     "cors.allowed-origins: needs a list of values (f.yaml line 1)"},
    {"\njournal: {path: 'a\xff'}", "journal.path: not UTF-8 (f.yaml line 2)"},
    {"cors: {allowed-origins: [http://a, \"http://\xc3\"]}",
     "cors.allowed-origins: not UTF-8 (f.yaml line 1)"},
    {"limits: 5", "limits: not a map (f.yaml line 1)"},
    {"- port", "not a map (f.yaml line 1)"},
    {"just words", "not a map (f.yaml line 1)"},
    {"{[a]: 1}", "a key that is not a word (f.yaml line 1)"},
    {"port: 1\n---\nnodes: 2\n", "more than one document (f.yaml line 2)"},
    {",port: 1\n", "text that belongs to no document (f.yaml line 1)"},
};

}  // namespace

BOOST_AUTO_TEST_SUITE(yaml_source)

BOOST_AUTO_TEST_CASE(reads_nested_maps) {
    const auto given =
        app::parse_yaml("port: 8000\n\nlimits:\n  body: 1MiB\n  json-depth: 8\n", "f.yaml");
    BOOST_REQUIRE(given.has_value());
    BOOST_REQUIRE_EQUAL(given->size(), 3U);
    BOOST_TEST((*given)[0].what->name == "port");
    BOOST_TEST(((*given)[0].texts == texts{"8000"}));
    BOOST_TEST((*given)[0].origin == "f.yaml line 1");
    BOOST_TEST((*given)[1].what->name == "limits.body");
    BOOST_TEST((*given)[2].what->name == "limits.json-depth");
    BOOST_TEST((*given)[2].origin == "f.yaml line 5");
}

BOOST_AUTO_TEST_CASE(the_last_part_may_be_in_camel_case) {
    const auto given = app::parse_yaml("limits: {jsonDepth: 8}\nportFile: p\n", "f.yaml");
    BOOST_REQUIRE(given.has_value());
    BOOST_TEST(given->at(0).what->name == "limits.json-depth");
    BOOST_TEST(given->at(1).what->name == "port-file");
}

BOOST_AUTO_TEST_CASE(a_list_is_a_sequence_or_one_value) {
    const auto many =
        app::parse_yaml("cors:\n  allowed-origins:\n  - http://a\n  - http://b\n", "f.yaml");
    BOOST_REQUIRE(many.has_value());
    BOOST_TEST((many->at(0).texts == (texts{"http://a", "http://b"})));
    const auto one = app::parse_yaml("cors: {allowed-origins: 'http://a'}", "f.yaml");
    BOOST_REQUIRE(one.has_value());
    BOOST_TEST((one->at(0).texts == texts{"http://a"}));
}

BOOST_AUTO_TEST_CASE(a_file_may_say_nothing) {
    for (const char* const file : {"", "\n", "# words\n", "limits:\n  # body: 1\n", "{}"}) {
        const auto given = app::parse_yaml(file, "f.yaml");
        BOOST_REQUIRE(given.has_value());
        BOOST_TEST(given->empty(), file);
    }
}

BOOST_DATA_TEST_CASE(mistakes_are_named_with_their_line, bdata::make(yaml_mistakes)) {
    const auto given = app::parse_yaml(sample.file, "f.yaml");
    BOOST_REQUIRE(given.has_error());
    BOOST_TEST(given.error().what == sample.what);
    BOOST_TEST(given.error().exit_status == 2);
}

BOOST_AUTO_TEST_CASE(what_is_no_yaml_is_named_with_its_line) {
    for (const char* const file :
         {"port: 1\nnodes: [\n", "port: 1\n\tnodes: 2\n", "a: 'b\n", "*a"}) {
        const auto given = app::parse_yaml(file, "f.yaml");
        BOOST_REQUIRE(given.has_error());
        BOOST_TEST(
            given.error().what.find("f.yaml line ") != std::string::npos,
            given.error().what
        );
        BOOST_TEST(given.error().exit_status == 2);
    }
}

BOOST_AUTO_TEST_CASE(a_file_that_contains_itself_ends) {
    BOOST_TEST(app::parse_yaml("&a {limits: *a}", "f.yaml").has_error());
    BOOST_TEST(app::parse_yaml(std::string(100'000, '['), "f.yaml").has_error());
}

BOOST_AUTO_TEST_CASE(what_is_written_reads_as_the_same) {
    app::settings values;
    values.address = "a: \"#\n'";
    values.port_file = "null";
    values.port = 0;
    values.http.allowed_origins = {"https://a", "http://[::1]:80"};
    values.http.access_log = true;
    values.drain_timeout = std::chrono::milliseconds{1500};
    const texts origins(app::option_table().size(), "somewhere");
    const std::string file = app::to_yaml(values, origins);

    const auto given = app::parse_yaml(file, "f.yaml");
    BOOST_REQUIRE(given.has_value());
    app::settings read;
    for (const auto& one : *given) BOOST_TEST(one.what->assign(read, one.texts) == "");
    for (const app::option& row : app::option_table()) {
        BOOST_TEST((row.shown(read) == row.shown(values)), row.name);
    }
}

BOOST_AUTO_TEST_CASE(what_is_written_says_where_it_came_from) {
    texts origins(app::option_table().size(), "default");
    origins[1] = "flag --port";
    const std::string file = app::to_yaml({}, origins);
    BOOST_TEST(file.find("port: 8080  # flag --port\n") != std::string::npos, file);
    BOOST_TEST(file.find("limits:\n  body: 16MiB  # default\n") != std::string::npos, file);
}

BOOST_AUTO_TEST_SUITE_END()
