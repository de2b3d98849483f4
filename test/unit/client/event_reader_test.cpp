#include "client/event_reader.hpp"

#include <boost/test/data/monomorphic.hpp>
#include <boost/test/data/test_case.hpp>
#include <boost/test/unit_test.hpp>

#include <random>
#include <string>
#include <string_view>
#include <vector>

using namespace memstore;
namespace bdata = boost::unit_test::data;

namespace {

using texts = std::vector<std::string>;

class reading {
public:
    explicit reading(std::size_t bytes_max = 1000) : reader(bytes_max) {}

    bool take(std::string_view piece) {
        return reader.take(piece, [this](const client::event& one) {
            seen.push_back(std::string{one.kind} + ":" + std::string{one.data});
        });
    }

    client::event_reader reader;
    texts seen;
};

constexpr std::string_view stream =
    "retry: 1000\nid: 4\n\n: a comment\nevent: commit\ndata: {\"a\":1}\nid: 5\n\r\n"
    "event: progress\rdata: one\rdata:two\r\rdata\n\nunknown: x\n\nevent: no data\n\ndata: "
    "last\nid: 9\n\n";

}  // namespace

BOOST_AUTO_TEST_SUITE(event_reader)

BOOST_AUTO_TEST_CASE(events_have_a_kind_and_data) {
    reading one;
    BOOST_TEST(one.take(stream));
    const texts expected{"commit:{\"a\":1}", "progress:one\ntwo", "message:", "message:last"};
    BOOST_TEST(one.seen == expected, boost::test_tools::per_element());
    BOOST_TEST(one.reader.last_id() == "9");
}

BOOST_DATA_TEST_CASE(it_does_not_matter_where_a_stream_is_cut, bdata::xrange(200), seed) {
    std::mt19937_64 random(static_cast<unsigned>(seed));
    reading whole;
    whole.take(stream);
    reading pieces;
    for (std::string_view rest = stream; !rest.empty();) {
        const std::size_t bytes = 1 + random() % 7;
        BOOST_TEST(pieces.take(rest.substr(0, bytes)));
        rest.remove_prefix(std::min(bytes, rest.size()));
    }
    BOOST_TEST(pieces.seen == whole.seen, boost::test_tools::per_element());
}

BOOST_AUTO_TEST_CASE(an_id_counts_when_its_event_is_whole) {
    reading one;
    one.take("id: 7\n\nid: 8\ndata: x\n");
    BOOST_TEST(one.reader.last_id() == "7");
    one.reader.begin_anew();
    one.take("data: y\n\n");
    BOOST_TEST(one.reader.last_id() == "7");
    BOOST_TEST(one.seen == texts{"message:y"}, boost::test_tools::per_element());
}

BOOST_AUTO_TEST_CASE(an_event_that_is_too_long_ends_it) {
    reading one{10};
    BOOST_TEST(one.take("data: 456\n\n"));
    BOOST_TEST(!one.take("data: 4567890\n\n"));
}

BOOST_AUTO_TEST_SUITE_END()
