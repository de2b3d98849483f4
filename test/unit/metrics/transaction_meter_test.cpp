#include "metrics/transaction_meter.hpp"

#include "command/check_commands.hpp"
#include "command/command_table.hpp"
#include "command/key_commands.hpp"

#include <boost/test/unit_test.hpp>

#include <algorithm>
#include <initializer_list>
#include <string_view>
#include <thread>
#include <vector>

namespace memstore::metrics {
namespace {

command::transaction transaction_of(std::initializer_list<const command::definition*> those) {
    command::transaction made;
    for (const command::definition* const each : those) made.commands.push_back({.what = each});
    return made;
}

std::uint64_t count_of(const transaction_meter& meter, std::string_view name) {
    const transaction_counts all = meter.counts();
    const auto found = std::find_if(all.commands.begin(), all.commands.end(), [&](const auto& one) {
        return one.name == name;
    });
    BOOST_REQUIRE(found != all.commands.end());
    return found->count;
}

std::uint64_t count_of(const transaction_meter& meter, ending how) {
    return meter.counts().ended[static_cast<std::size_t>(how)];
}

}  // namespace

BOOST_AUTO_TEST_SUITE(transaction_meter_)

BOOST_AUTO_TEST_CASE(each_command_has_a_row_of_its_own) {
    transaction_meter subject;
    std::uint64_t times = 0;
    for (const command::definition* const each : command::commands()) {
        ++times;
        for (std::uint64_t i = 0; i < times; ++i) subject.note_begin(transaction_of({each}));
    }
    times = 0;
    for (const command::definition* const each : command::commands()) {
        BOOST_TEST(count_of(subject, each->name) == ++times);
    }
}

BOOST_AUTO_TEST_CASE(those_that_no_client_names_are_counted_too) {
    transaction_meter subject;
    subject.note_begin(transaction_of({&command::match, &command::load, &command::load}));
    BOOST_TEST(count_of(subject, "match") == 1U);
    BOOST_TEST(count_of(subject, "load") == 2U);
}

BOOST_AUTO_TEST_CASE(it_tells_what_can_change_something) {
    transaction_meter subject;
    BOOST_TEST(!subject.note_begin({}));
    BOOST_TEST(!subject.note_begin(transaction_of({&command::get, &command::exists})));
    auto writing = transaction_of({&command::get, &command::set});
    BOOST_TEST(subject.note_begin(writing));
    writing.dry_run = true;
    BOOST_TEST(!subject.note_begin(writing));
}

BOOST_AUTO_TEST_CASE(what_many_threads_count_adds_up) {
    transaction_meter subject;
    transaction_meter other;
    constexpr std::uint64_t each_counts = 10'000;
    std::vector<std::jthread> threads;
    for (int i = 0; i < 4; ++i) {
        threads.emplace_back([&] {
            for (std::uint64_t left = each_counts; left > 0; --left) {
                subject.note_begin(transaction_of({&command::get}));
                subject.note_end(ending::read);
                other.note_end(ending::lost);
            }
        });
    }
    std::uint64_t before = 0;
    for (int look = 0; look < 100; ++look) {
        const std::uint64_t now = count_of(subject, ending::read);
        BOOST_TEST(now >= before);
        before = now;
    }
    threads.clear();
    BOOST_TEST(count_of(subject, "get") == 4 * each_counts);
    BOOST_TEST(count_of(subject, ending::read) == 4 * each_counts);
    BOOST_TEST(count_of(subject, ending::lost) == 0U);
    BOOST_TEST(count_of(other, ending::lost) == 4 * each_counts);
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace memstore::metrics
