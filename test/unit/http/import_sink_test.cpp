#include "http/import_sink.hpp"

#include "http/response.hpp"
#include "support/stub_service.hpp"

#include <boost/test/unit_test.hpp>

#include <string>
#include <string_view>

namespace memstore::http {
namespace {

constexpr std::size_t value_bytes_max = 1000;

/// A body that comes in pieces, to an engine that answers in place.
struct import_fixture {
    /// @return whether it has been answered
    bool take(std::string_view piece) {
        const auto step = subject.take(piece, answer);
        BOOST_TEST((step.answered || step.taken == piece.size()));
        return step.answered;
    }

    test::stub_service engine;
    import_sink subject{value_bytes_max, engine};
    response answer;
};

std::string line(std::size_t value_bytes) {
    return R"({"key":"k","value":")" + std::string(value_bytes, 'v') + "\"}\n";
}

}  // namespace

BOOST_FIXTURE_TEST_SUITE(importing, import_fixture)

BOOST_AUTO_TEST_CASE(a_value_has_a_limit) {
    BOOST_TEST(!take(line(value_bytes_max)));
    BOOST_TEST(take(line(value_bytes_max + 1) + line(1)));
    BOOST_TEST((answer.code == status::bad_request));
    BOOST_TEST(
        answer.body ==
        R"({"error":"\"value\" has 1001 bytes, more than 1000","code":"bad_argument",)"
        R"("limit":1000,"actual":1001,"option":"limits.body","line":2,"imported":1})"
    );
    BOOST_TEST(engine.executed() == 1U);
}

BOOST_AUTO_TEST_CASE(a_line_without_an_end_is_not_kept_for_ever) {
    const std::string piece(10'000, ' ');
    const std::size_t most = line_decoder::line_bytes_max(value_bytes_max);
    BOOST_TEST(!take(line(1)));
    std::size_t sent = 0;
    while (!take(piece)) {
        sent += piece.size();
        BOOST_TEST(subject.capacity() >= sent);
        BOOST_REQUIRE(sent <= most);
    }
    BOOST_TEST(sent + piece.size() > most);
    BOOST_TEST((answer.code == status::bad_request));
    BOOST_TEST(answer.body.find("the line is too long") != std::string::npos);
    BOOST_TEST(answer.body.find(R"("line":2,"imported":1})") != std::string::npos);
}

BOOST_AUTO_TEST_CASE(what_a_long_line_took_is_given_back) {
    BOOST_TEST(!take(std::string(300'000, ' ')));
    BOOST_TEST(subject.capacity() >= 300'000U);
    BOOST_TEST(!take("\n" + line(1) + line(2)));
    BOOST_TEST(subject.capacity() < 100'000U);
    BOOST_TEST((subject.finish(answer) == nullptr));
    BOOST_TEST(answer.body == R"({"imported":2})");
}

BOOST_AUTO_TEST_CASE(a_last_line_needs_no_end_and_is_held_to_the_same) {
    BOOST_TEST(!take(R"({"key":"k","value":"v"})"));
    BOOST_TEST((subject.finish(answer) == nullptr));
    BOOST_TEST(answer.body == R"({"imported":1})");
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace memstore::http
