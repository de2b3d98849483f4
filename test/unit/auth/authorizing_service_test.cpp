#include "auth/authorizing_service.hpp"

#include "command/command_table.hpp"
#include "support/stub_service.hpp"

#include <boost/test/unit_test.hpp>

#include <optional>
#include <string>

namespace memstore::auth {
namespace {

class asking_sink final : public service::answer_sink {
public:
    explicit asking_sink(const service::caller* who) : who_(who) {}

    bool accept(const command::evaluation&) noexcept override { return true; }
    void take(const result<service::outcome>& answer) noexcept override {
        ++answers;
        if (!answer) refused = answer.error();
    }
    void lose() noexcept override {}
    void resume() noexcept override {}
    const service::caller* asker() const noexcept override { return who_; }

    int answers = 0;
    std::optional<refusal> refused;

private:
    const service::caller* who_;
};

command::transaction transaction_of(std::string_view name, std::string_view key) {
    command::transaction made;
    command::command& one = made.commands.emplace_back();
    one.what = command::find_command(name);
    one.key = key;
    one.given.add(command::argument::key);
    return made;
}

struct guarded_engine {
    test::stub_service engine;
    authorizing_service subject{engine};
    service::caller reader{"r", {service::right::read}, {"a"}};
};

}  // namespace

BOOST_FIXTURE_TEST_SUITE(authorizing, guarded_engine)

BOOST_AUTO_TEST_CASE(what_one_may_do_reaches_the_engine) {
    asking_sink sink{&reader};
    BOOST_TEST(subject.open()->execute(transaction_of("get", "ab"), sink));
    BOOST_TEST(sink.answers == 1);
    BOOST_TEST(!sink.refused);
    BOOST_TEST(engine.executed() == 1U);
}

BOOST_AUTO_TEST_CASE(what_one_may_not_do_is_refused_at_once_and_never_runs) {
    for (const auto& asked : {transaction_of("set", "ab"), transaction_of("get", "b")}) {
        asking_sink sink{&reader};
        BOOST_TEST(subject.open()->execute(asked, sink));
        BOOST_TEST(sink.answers == 1);
        BOOST_REQUIRE(sink.refused.has_value());
        BOOST_TEST((sink.refused->code == errc::forbidden));
    }
    BOOST_TEST(engine.executed() == 0U);
}

BOOST_AUTO_TEST_CASE(nobody_may_do_nothing) {
    asking_sink sink{nullptr};
    BOOST_TEST(subject.open()->execute(transaction_of("get", "ab"), sink));
    BOOST_TEST(sink.refused.has_value());
    BOOST_TEST(engine.executed() == 0U);
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace memstore::auth
