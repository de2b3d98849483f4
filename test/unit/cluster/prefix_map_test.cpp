#include "cluster/prefix_map.hpp"

#include <boost/test/data/monomorphic.hpp>
#include <boost/test/data/test_case.hpp>
#include <boost/test/unit_test.hpp>

#include <map>
#include <random>
#include <string>
#include <vector>

using memstore::cluster::prefix_map;
namespace bdata = boost::unit_test::data;

namespace {

std::string random_text(std::mt19937_64& random) {
    std::string text(random() % 6, 'a');
    for (char& each : text) each = "ab\xff"[random() % 3];
    return text;
}

std::vector<int> found(prefix_map<int>& subject, const std::string& key) {
    std::vector<int> all;
    subject.visit_prefixes_of(key, [&](int& value) { all.push_back(value); });
    return all;
}

/// The obviously right answer.
std::vector<int> expected(const std::map<std::string, int>& model, const std::string& key) {
    std::vector<int> all;
    for (std::size_t size = key.size() + 1; size-- > 0;) {
        const auto each = model.find(key.substr(0, size));
        if (each != model.end()) all.push_back(each->second);
    }
    return all;
}

}  // namespace

BOOST_AUTO_TEST_SUITE(prefixes)

BOOST_DATA_TEST_CASE(all_prefixes_of_a_key_are_found_the_longest_first, bdata::xrange(100), seed) {
    std::mt19937_64 random(static_cast<unsigned>(seed));
    prefix_map<int> subject;
    std::map<std::string, int> model;
    for (int step = 1; step < 300; ++step) {
        const std::string prefix = random_text(random);
        if (random() % 2 == 0) {
            subject.at(prefix) = model[prefix] = step;
        } else if (model.erase(prefix) != 0) {
            subject.erase(prefix);
        }
        const std::string key = random_text(random);
        BOOST_REQUIRE((found(subject, key) == expected(model, key)));
        BOOST_REQUIRE_EQUAL(subject.empty(), model.empty());
    }
    std::vector<int> visited;
    subject.visit([&](int& value) { visited.push_back(value); });
    std::vector<int> all;
    for (const auto& [prefix, value] : model) all.push_back(value);
    BOOST_TEST((visited == all));
}

BOOST_AUTO_TEST_CASE(a_value_stays_where_it_is) {
    prefix_map<int> subject;
    int& one = subject.at("one");
    for (int i = 0; i < 100; ++i) subject.at("o" + std::to_string(i)) = i;
    BOOST_TEST((&subject.at("one") == &one));
}

BOOST_AUTO_TEST_SUITE_END()
