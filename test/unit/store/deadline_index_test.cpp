#include "store/deadline_index.hpp"

#include <boost/test/unit_test.hpp>

#include <chrono>
#include <memory>
#include <string>
#include <vector>

using namespace memstore;
using namespace std::chrono_literals;

namespace {

struct record_deleter {
    void operator()(const store::record* made) const noexcept {
        store::destroy_record(const_cast<store::record*>(made));
    }
};
using record_ptr = std::unique_ptr<const store::record, record_deleter>;

record_ptr record_due(std::string_view key, std::chrono::milliseconds at) {
    return record_ptr{store::make_record(key, "", base::moment{at}, 1)};
}

std::vector<std::string> due(
    const store::deadline_index& subject,
    std::chrono::milliseconds now,
    std::size_t most
) {
    std::vector<std::string> keys;
    subject.visit_due(base::moment{now}, [&](const store::record& each) {
        keys.emplace_back(each.key());
        return keys.size() < most;
    });
    return keys;
}

}  // namespace

BOOST_AUTO_TEST_SUITE(deadline_index)

BOOST_AUTO_TEST_CASE(what_is_due_comes_earliest_first) {
    const auto late = record_due("late", 30ms);
    const auto early = record_due("early", 10ms);
    const auto twin = record_due("twin", 10ms);
    store::deadline_index subject;
    BOOST_TEST((subject.earliest() == base::never));
    for (const auto* each : {&late, &early, &twin}) subject.add(**each);

    BOOST_TEST((subject.earliest() == base::moment{10ms}));
    BOOST_TEST(due(subject, 9ms, 9).empty());
    BOOST_TEST(due(subject, 10ms, 9).size() == 2U);
    BOOST_TEST(due(subject, 30ms, 9).back() == "late");
    BOOST_TEST(due(subject, 30ms, 1).size() == 1U);

    subject.remove(*early);
    BOOST_TEST(
        due(subject, 10ms, 9) == std::vector<std::string>{"twin"},
        boost::test_tools::per_element()
    );
    subject.remove(*twin);
    subject.remove(*late);
    BOOST_TEST((subject.earliest() == base::never));
}

BOOST_AUTO_TEST_SUITE_END()
