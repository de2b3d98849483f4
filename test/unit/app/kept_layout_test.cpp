#include "app/kept_layout.hpp"

#include "support/simulated_disk.hpp"

#include <boost/test/data/monomorphic.hpp>
#include <boost/test/data/test_case.hpp>
#include <boost/test/unit_test.hpp>

#include <algorithm>
#include <cstddef>
#include <optional>
#include <set>
#include <string>

using namespace memstore;
namespace bdata = boost::unit_test::data;

namespace {

struct kept_layout_fixture {
    test::simulated_disk disk;
    persist::data_directory directory{disk, "data"};

    kept_layout_fixture() { BOOST_REQUIRE(directory.take()); }

    void write(const std::string& text) {
        BOOST_REQUIRE(directory.write_whole(directory.layout(), text));
    }
};

const app::layout some{3, {2, 0, 1, 1, 0, 2}};
constexpr std::size_t partitions = 6;

}  // namespace

BOOST_FIXTURE_TEST_SUITE(kept_layout, kept_layout_fixture)

BOOST_AUTO_TEST_CASE(it_is_found_again) {
    BOOST_REQUIRE(app::keep_layout(directory, some));
    BOOST_TEST((app::kept_layout(directory, partitions) == some));
    const app::layout sparse{4, {3, 1, 1, 3}};  // who owns nothing is a node still
    BOOST_REQUIRE(app::keep_layout(directory, sparse));
    BOOST_TEST((app::kept_layout(directory, 4) == sparse));
}

BOOST_AUTO_TEST_CASE(where_none_was_kept_there_is_none) {
    BOOST_TEST(!app::kept_layout(directory, partitions));
}

BOOST_AUTO_TEST_CASE(one_of_other_partitions_is_none) {
    BOOST_REQUIRE(app::keep_layout(directory, some));
    BOOST_TEST(!app::kept_layout(directory, partitions + 1));
    BOOST_TEST(!app::kept_layout(directory, partitions - 1));
}

BOOST_DATA_TEST_CASE(
    what_is_no_layout_is_passed_over,
    bdata::make({
        "",
        "3\n",
        "3\n0 1\n",
        "3\n0 1 x\n",
        "3\n0 1 -1\n",
        "3\n0 1  2\n",
        "3\n0 1 3\n",
        "4\n0 1 2\n",
        "0\n0 0 0\n",
        "3\n0 1 99999999999\n",
        "3\n0 1 2",
        "3\n0 1 2\n3",
    }),
    text
) {
    write(text);
    BOOST_TEST(!app::kept_layout(directory, 3));
}

BOOST_AUTO_TEST_CASE(a_store_starts_as_it_was_left) {
    app::settings values;
    values.partitions = partitions;
    BOOST_TEST((app::first_layout(some, values, 4) == some));
}

BOOST_AUTO_TEST_CASE(the_number_that_is_asked_for_holds) {
    app::settings values;
    values.partitions = partitions;
    values.nodes_asked_for = true;
    for (std::size_t nodes = 1; nodes <= partitions; ++nodes) {
        const app::layout first = app::first_layout(some, values, nodes);
        BOOST_TEST(first.nodes == nodes);
        BOOST_TEST(*std::max_element(first.owners.begin(), first.owners.end()) < nodes);
        if (nodes <= 3)
            BOOST_TEST(std::set(first.owners.begin(), first.owners.end()).size() == nodes);
    }
    BOOST_TEST((app::first_layout(some, values, 3) == some));
}

BOOST_AUTO_TEST_CASE(the_first_start_asks_the_ring) {
    const app::layout first = app::first_layout(std::nullopt, app::settings{}, 4);
    BOOST_TEST(first.nodes == 4U);
    BOOST_TEST(first.owners.size() == app::settings{}.partitions);
    BOOST_TEST(std::set(first.owners.begin(), first.owners.end()).size() == 4U);
}

BOOST_AUTO_TEST_SUITE_END()
