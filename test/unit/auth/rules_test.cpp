#include "auth/rules.hpp"

#include "command/command_table.hpp"
#include "store/key_range.hpp"
#include "support/given.hpp"

#include <boost/test/data/monomorphic.hpp>
#include <boost/test/data/test_case.hpp>
#include <boost/test/unit_test.hpp>

#include <algorithm>
#include <ostream>
#include <random>
#include <string>
#include <string_view>
#include <vector>

namespace memstore::auth {
namespace {

namespace bdata = boost::unit_test::data;
using command::argument;
using service::caller;
using service::right;

command::command ask(std::string_view name, std::string_view key) {
    command::command made;
    made.what = command::find_command(name);
    made.key = key;
    made.given.add(argument::key);
    return made;
}

/// What each command needs, as the README has it.
struct need {
    const char* command;
    service::rights rights;
};
std::ostream& operator<<(std::ostream& out, const need& one) { return out << one.command; }

const need needs[] = {
    {"get", {right::read}},
    {"exists", {right::read}},
    {"entry", {right::read}},
    {"check", {right::read}},
    {"scan", {right::read}},
    {"count", {right::read}},
    {"set", {right::write}},
    {"del", {right::write}},
    {"append", {right::write}},
    {"expire", {right::write}},
    {"persist", {right::write}},
    {"delrange", {right::write}},
    {"incr", {right::read, right::write}},
};

constexpr char letters[] = {'\x00', 'a', 'b', '\xfe', '\xff'};

/// All texts of up to three letters.
std::vector<std::string> short_texts() {
    std::vector<std::string> all{""};
    for (std::size_t at = 0; all[at].size() < 3; ++at) {
        for (const char letter : letters) all.push_back(all[at] + letter);
    }
    return all;
}

/// The first key behind all that begin with `prefix`, which has one.
std::string first_behind(std::string prefix) {
    while (prefix.back() == '\xff') prefix.pop_back();
    ++prefix.back();
    return prefix;
}

bool may_count(const caller& who, const command::command& count) {
    return !objection_to(who, {.commands = {count}});
}

}  // namespace

BOOST_AUTO_TEST_SUITE(rules)

BOOST_DATA_TEST_CASE(a_command_needs_its_rights_and_no_others, bdata::make(needs)) {
    const right all[] = {right::read, right::write, right::admin};
    for (unsigned some = 0; some < 8; ++some) {
        caller who{"t", {}, {""}};
        bool enough = true;
        for (const right each : all) {
            const bool has = (some >> static_cast<unsigned>(each) & 1U) != 0;
            if (has) who.may.add(each);
            enough = enough && (has || !sample.rights.contains(each));
        }
        command::transaction asked{.commands = {ask(sample.command, "k")}};
        test::give(asked.commands.front(), argument::prefix, "");
        BOOST_TEST(!objection_to(who, asked) == enough);
    }
}

BOOST_AUTO_TEST_CASE(a_protocols_own_commands_show_nothing) {
    const caller writer{"t", {right::write}, {""}};
    command::command one = ask("exists", "k");
    BOOST_TEST(objection_to(writer, {.commands = {one}}).has_value());
    one.implied = true;
    BOOST_TEST(!objection_to(writer, {.commands = {one}}));
    const caller elsewhere{"t", {right::write}, {"x"}};
    BOOST_TEST(objection_to(elsewhere, {.commands = {one}}).has_value());
}

BOOST_AUTO_TEST_CASE(a_key_is_reached_by_any_prefix_of_it) {
    const caller who{"t", {right::read, right::write}, {"ab", "c"}};
    for (const char* key : {"ab", "abc", "c", "cc"}) {
        BOOST_TEST(!objection_to(who, {.commands = {ask("get", key)}}), key);
        BOOST_TEST(!objection_to_writing(who, key), key);
        BOOST_TEST(!objection_to_reading(who, key), key);
    }
    for (const char* key : {"", "a", "b", "aab", "AB"}) {
        BOOST_TEST(objection_to(who, {.commands = {ask("get", key)}}).has_value(), key);
        BOOST_TEST(objection_to_writing(who, key).has_value(), key);
        BOOST_TEST(objection_to_reading(who, key).has_value(), key);
    }
    const caller nowhere{"t", {right::read, right::write}, {}};
    BOOST_TEST(objection_to_writing(nowhere, "").has_value());
    BOOST_TEST(objection_to_writing({"t", {right::read}, {""}}, "a").has_value());
    BOOST_TEST(objection_to_reading({"t", {right::write}, {""}}, "a").has_value());
}

BOOST_AUTO_TEST_CASE(the_first_command_that_may_not_run_is_named) {
    const caller who{"t", {right::read}, {"a"}};
    const command::transaction plain{
        .commands = {ask("get", "a"), ask("get", "b"), ask("get", "c")}};
    BOOST_TEST((objection_to(who, plain)->command == 1U));
    command::transaction branched{
        .commands = {ask("check", "a"), ask("get", "a"), ask("get", "b")},
        .branched = command::transaction::branches{1, 1}};
    auto why = objection_to(who, branched);
    BOOST_TEST((why->branch == "else" && why->command == 1U));
    branched.branched->then_end = 3;
    why = objection_to(who, branched);
    BOOST_TEST((why->branch == "then" && why->command == 1U));
    branched.branched->conditions_end = 3;
    why = objection_to(who, branched);
    BOOST_TEST((why->branch == "if" && why->command == 2U));
}

/** A range is allowed only where each key that could be in it is, and always where the range is
   that of a prefix, or ends where that does. Tried with every range and prefix of up to three
   letters; keys of four show what is between.
*/
BOOST_AUTO_TEST_CASE(a_range_is_reached_when_all_its_keys_are) {
    const std::vector<std::string> texts = short_texts();
    std::vector<std::string> keys = texts;
    for (const std::string& text : texts) {
        for (const char letter : letters) keys.push_back(text + letter);
    }
    std::mt19937_64 random{7};
    const auto any = [&]() -> const std::string& { return texts[random() % texts.size()]; };
    std::size_t allowed = 0;
    for (int run = 0; run < 20'000; ++run) {
        const caller who{"t", {right::read}, {any()}};
        const std::string& prefix = who.prefixes.front();
        const std::string start = run % 2 == 0 ? prefix + any() : any();
        const std::string end = any();
        command::command count = ask("count", "");
        test::give(count, argument::start, start);
        test::give(count, argument::end, end);
        const auto range = store::key_range::between(start, end);
        const bool ends = prefix.find_first_not_of('\xff') != std::string::npos;
        const bool leaves = ends && range.contains(first_behind(prefix));
        const bool all_are =
            !leaves && std::all_of(keys.begin(), keys.end(), [&](const std::string& key) {
                return !range.contains(key) || key.starts_with(prefix);
            });
        const bool may = may_count(who, count);
        if (may) ++allowed;
        BOOST_REQUIRE((!may || all_are));
        const bool begins_inside = start.starts_with(prefix);
        BOOST_REQUIRE((may || !all_are || !begins_inside));
    }
    BOOST_TEST(allowed > 1'000U);
}

BOOST_AUTO_TEST_CASE(a_range_without_an_end_is_everything_behind_its_start) {
    command::command count = ask("count", "");
    test::give(count, argument::start, "a");
    BOOST_TEST(!may_count({"t", {right::read}, {"a"}}, count));
    BOOST_TEST(may_count({"t", {right::read}, {""}}, count));
    command::command of_prefix = ask("count", "");
    test::give(of_prefix, argument::prefix, "ab");
    BOOST_TEST(may_count({"t", {right::read}, {"a"}}, of_prefix));
    BOOST_TEST(!may_count({"t", {right::read}, {"abc"}}, of_prefix));
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace memstore::auth
