#include "store/deadline_index.hpp"

#include <boost/test/unit_test.hpp>

#include <chrono>
#include <string>
#include <vector>

using namespace memstore;
using namespace std::chrono_literals;

namespace {

struct deadline_fixture {
    store::slab memory;
    store::deadline_index subject;
    std::vector<store::key_record*> made;

    ~deadline_fixture() {
        for (store::key_record* const each : made) memory.free(each, each->block_bytes());
    }

    const store::key_record& add(std::string_view key, std::chrono::milliseconds at) {
        made.push_back(store::key_record::make(memory, key, 0, 0));
        subject.add(base::moment{at}, *made.back());
        return *made.back();
    }
};

std::vector<std::string> due(
    const store::deadline_index& subject,
    std::chrono::milliseconds now,
    std::size_t most
) {
    std::vector<std::string> keys;
    subject.visit_due(base::moment{now}, [&](const store::key_record& each) {
        keys.emplace_back(each.key());
        return keys.size() < most;
    });
    return keys;
}

}  // namespace

BOOST_FIXTURE_TEST_SUITE(deadline_index, deadline_fixture)

BOOST_AUTO_TEST_CASE(what_is_due_comes_earliest_first) {
    BOOST_TEST((subject.earliest() == base::never));
    const store::key_record& late = add("late", 30ms);
    const store::key_record& early = add("early", 10ms);
    const store::key_record& twin = add("twin", 10ms);

    BOOST_TEST((subject.earliest() == base::moment{10ms}));
    BOOST_TEST(due(subject, 9ms, 9).empty());
    BOOST_TEST(due(subject, 10ms, 9).size() == 2U);
    BOOST_TEST(due(subject, 30ms, 9).back() == "late");
    BOOST_TEST(due(subject, 30ms, 1).size() == 1U);

    subject.remove(base::moment{10ms}, early);
    BOOST_TEST(
        due(subject, 10ms, 9) == std::vector<std::string>{"twin"},
        boost::test_tools::per_element()
    );
    subject.remove(base::moment{10ms}, twin);
    subject.remove(base::moment{30ms}, late);
    BOOST_TEST((subject.earliest() == base::never));
}

BOOST_AUTO_TEST_SUITE_END()
