#include "metrics/measuring_service.hpp"

#include "command/command_table.hpp"
#include "support/stub_service.hpp"

#include <boost/test/unit_test.hpp>

#include <future>
#include <optional>
#include <string>

namespace memstore::metrics {
namespace {

/// Answers as it is told to.
class scripted_engine final : public service::transaction_service {
public:
    std::unique_ptr<service::channel> open() override { return std::make_unique<way>(*this); }

    command::evaluation evaluated;
    const service::caller* asked_by = nullptr;

private:
    class way final : public service::channel {
    public:
        explicit way(scripted_engine& of) : of_(of) {}
        bool execute(const command::transaction&, service::answer_sink& sink) override {
            of_.asked_by = sink.asker();
            if (sink.accept(of_.evaluated)) sink.take(service::outcome{7, of_.evaluated});
            return true;
        }

    private:
        scripted_engine& of_;
    };
};

class sink final : public service::answer_sink {
public:
    bool accept(const command::evaluation&) noexcept override { return accepts; }
    void take(const result<service::outcome>& answer) noexcept override {
        if (answer) version = answer->version;
    }
    void lose() noexcept override { lost = true; }
    void resume() noexcept override { resumed.set_value(); }
    const service::caller* asker() const noexcept override { return &who; }

    service::caller who{"me", {service::right::read}, {}};
    bool accepts = true;
    std::optional<std::uint64_t> version;
    bool lost = false;
    std::promise<void> resumed;
};

command::transaction transaction_of(std::string_view name) {
    command::transaction made;
    made.commands.push_back({.what = command::find_command(name)});
    return made;
}

struct measured_engine {
    std::uint64_t count(ending how) const {
        return meter.counts().ended[static_cast<std::size_t>(how)];
    }

    std::uint64_t all() const {
        std::uint64_t sum = 0;
        for (const std::uint64_t each : meter.counts().ended) sum += each;
        return sum;
    }

    void execute(std::string_view name) {
        BOOST_TEST(subject.open()->execute(transaction_of(name), to));
    }

    scripted_engine engine;
    transaction_meter meter;
    measuring_service subject{engine, meter};
    sink to;
};

}  // namespace

BOOST_FIXTURE_TEST_SUITE(measuring, measured_engine)

BOOST_AUTO_TEST_CASE(a_read_and_a_write_reach_the_engine_and_are_told_apart) {
    execute("get");
    BOOST_TEST(count(ending::read) == 1U);
    execute("set");
    BOOST_TEST(count(ending::committed) == 1U);
    BOOST_TEST(all() == 2U);
    BOOST_TEST(to.version.value() == 7U);
    BOOST_TEST(engine.asked_by == &to.who);
}

BOOST_AUTO_TEST_CASE(a_failed_check_and_a_misfit_are_told_apart) {
    engine.evaluated.failed.push_back({0, std::nullopt});
    execute("set");
    BOOST_TEST(count(ending::check_failed) == 1U);
    engine.evaluated.failed.clear();
    engine.evaluated.unfit = command::misfit{errc::overflow, 0};
    execute("incr");
    BOOST_TEST(count(ending::unfit) == 1U);
    BOOST_TEST(all() == 2U);
}

BOOST_AUTO_TEST_CASE(what_cannot_be_answered_is_refused) {
    to.accepts = false;
    execute("set");
    BOOST_TEST(count(ending::refused) == 1U);
    BOOST_TEST(all() == 1U);
}

BOOST_AUTO_TEST_CASE(a_refusal_of_the_engine_is_one) {
    test::stub_service refusing{test::stub_service::way::refused};
    measuring_service over{refusing, meter};
    BOOST_TEST(over.open()->execute(transaction_of("get"), to));
    BOOST_TEST(count(ending::refused) == 1U);
}

BOOST_AUTO_TEST_CASE(what_is_answered_later_is_counted_then) {
    test::stub_service later{test::stub_service::way::lost};
    measuring_service over{later, meter};
    const auto channel = over.open();
    const auto what = transaction_of("set");
    BOOST_TEST(!channel->execute(what, to));
    to.resumed.get_future().wait();
    BOOST_TEST(to.lost);
    BOOST_TEST(count(ending::committed) == 1U);
    BOOST_TEST(count(ending::lost) == 1U);
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace memstore::metrics
