#include "app/options.hpp"

#include "support/simulated_disk.hpp"

#include <boost/test/unit_test.hpp>

#include <string>
#include <vector>

using namespace memstore;

namespace {

using strings = std::vector<std::string>;

struct sources {
    app::checked<app::options> resolve() {
        return app::resolve({arguments, environment, files, cores});
    }

    /// What is wrong with what stands here.
    app::option_error mistake() {
        const auto options = resolve();
        BOOST_REQUIRE(options.has_error());
        return options.error();
    }

    strings arguments;
    strings environment;
    test::simulated_disk files;
    unsigned cores = 2;
};

const std::string& origin(const app::options& options, std::string_view name) {
    const auto row = static_cast<std::size_t>(app::find_option(name) - app::option_table().data());
    return options.origins.at(row);
}

}  // namespace

BOOST_FIXTURE_TEST_SUITE(options, sources)

BOOST_AUTO_TEST_CASE(defaults_hold_where_nothing_is_said) {
    const auto all = resolve();
    BOOST_REQUIRE(all.has_value());
    BOOST_TEST((all->what == app::command::serve));
    BOOST_TEST(all->values.address == "127.0.0.1");
    BOOST_TEST(all->values.port == 8080);
    BOOST_TEST(all->values.nodes == 4U);
    BOOST_TEST(all->values.partitions == 271U);
    BOOST_TEST(all->values.threads == 2U);
    BOOST_TEST(all->values.http.limits.body_bytes == 16U * 1024 * 1024);
    BOOST_TEST(origin(*all, "port") == "default");
}

BOOST_AUTO_TEST_CASE(an_address_and_watches_have_half_of_the_connections_where_nothing_is_said) {
    BOOST_TEST(resolve()->values.http.connections_per_address_max == 5000U);
    arguments = {"--limits.connections=300"};
    BOOST_TEST(resolve()->values.http.connections_per_address_max == 150U);
    BOOST_TEST(resolve()->values.http.watches_max == 150U);
    arguments = {"--limits.connections=1"};
    BOOST_TEST(resolve()->values.http.connections_per_address_max == 1U);
    BOOST_TEST(resolve()->values.http.watches_max == 1U);
    environment = {"MEMSTORE_LIMITS_CONNECTIONS_PER_ADDRESS=0", "MEMSTORE_LIMITS_WATCHES=7"};
    BOOST_TEST(resolve()->values.http.connections_per_address_max == 0U);
    BOOST_TEST(resolve()->values.http.watches_max == 7U);
}

BOOST_AUTO_TEST_CASE(the_number_of_cores_may_be_unknown_or_huge) {
    cores = 0;
    BOOST_TEST(resolve()->values.threads == 1U);
    cores = 1000;
    BOOST_TEST(resolve()->values.threads == 256U);
}

BOOST_AUTO_TEST_CASE(flag_wins_over_environment_over_file_over_default) {
    files.put(".memstore.yaml", "port: 1\nnodes: 11\nlimits:\n  commands: 21\n");
    environment = {"MEMSTORE_PORT=2", "MEMSTORE_NODES=12"};
    arguments = {"--port=3"};
    const auto all = resolve();
    BOOST_REQUIRE(all.has_value());
    BOOST_TEST(all->values.port == 3);
    BOOST_TEST(origin(*all, "port") == "flag --port");
    BOOST_TEST(all->values.nodes == 12U);
    BOOST_TEST(origin(*all, "nodes") == "environment variable MEMSTORE_NODES");
    BOOST_TEST(all->values.http.limits.commands == 21U);
    BOOST_TEST(origin(*all, "limits.commands") == ".memstore.yaml line 4");
    BOOST_TEST(all->values.partitions == 271U);
}

BOOST_AUTO_TEST_CASE(the_file_may_be_named_by_flag_or_environment) {
    files.put(".memstore.yaml", "port: 1");
    files.put("a.yaml", "port: 2");
    files.put("b.yaml", "port: 3");
    environment = {"MEMSTORE_CONFIG=a.yaml"};
    BOOST_TEST(resolve()->values.port == 2);
    arguments = {"--config", "b.yaml"};
    BOOST_TEST(resolve()->values.port == 3);
    BOOST_TEST(origin(*resolve(), "port") == "b.yaml line 1");
    BOOST_TEST(resolve()->values.config == "b.yaml");
}

BOOST_AUTO_TEST_CASE(a_file_that_was_asked_for_must_be_readable) {
    arguments = {"--config=absent.yaml"};
    BOOST_TEST(
        mistake().what ==
        R"(config: cannot read "absent.yaml": No such file or directory (flag --config))"
    );
    BOOST_TEST(mistake().exit_status == 1);
}

BOOST_AUTO_TEST_CASE(the_file_of_the_working_directory_may_be_absent_but_not_unreadable) {
    BOOST_TEST(resolve().has_value());
    files.refuse(".memstore.yaml", boost::system::errc::permission_denied);
    BOOST_TEST(
        mistake().what == R"(config: cannot read ".memstore.yaml": Permission denied (default))"
    );
    BOOST_TEST(mistake().exit_status == 1);
}

BOOST_AUTO_TEST_CASE(a_huge_file_is_not_read) {
    files.put(".memstore.yaml", std::string(1024 * 1024 + 1, '#'));
    BOOST_TEST(mistake().exit_status == 1);
}

BOOST_AUTO_TEST_CASE(a_mistake_names_option_value_and_origin) {
    arguments = {"--port=99999"};
    BOOST_TEST(
        mistake().what == R"(port: "99999" is not a whole number from 0 to 65535 (flag --port))"
    );
    BOOST_TEST(mistake().exit_status == 2);
    arguments = {};
    environment = {"MEMSTORE_PORT=a\nb"};
    BOOST_TEST(
        mistake().what ==
        R"(port: "a\nb" is not a whole number from 0 to 65535 (environment variable MEMSTORE_PORT))"
    );
    environment = {};
    files.put(".memstore.yaml", "\n\nlog: {level: loud}\n");
    BOOST_TEST(
        mistake().what ==
        R"(log.level: "loud" is none of debug, info, warn, error, off (.memstore.yaml line 3))"
    );
    BOOST_TEST(mistake().exit_status == 2);
}

BOOST_AUTO_TEST_CASE(a_mistake_counts_even_where_another_source_wins) {
    environment = {"MEMSTORE_PORT=x"};
    arguments = {"--port=1"};
    BOOST_TEST(mistake().what.find("MEMSTORE_PORT") != std::string::npos);
}

BOOST_AUTO_TEST_CASE(every_node_has_a_partition) {
    arguments = {"--partitions=3"};
    BOOST_TEST(
        mistake().what == "partitions: 3 (flag --partitions) is less than nodes: 4 (default)"
    );
    BOOST_TEST(mistake().exit_status == 2);
    arguments = {"--partitions=4"};
    BOOST_TEST(resolve()->values.partitions == 4U);
}

BOOST_AUTO_TEST_CASE(help_and_version_need_no_sound_configuration) {
    environment = {"MEMSTORE_BOGUS=1"};
    files.put(".memstore.yaml", "[");
    for (const char* const flag : {"--help", "--version"}) {
        arguments = {flag};
        BOOST_TEST(resolve().has_value(), flag);
    }
}

BOOST_AUTO_TEST_SUITE_END()
