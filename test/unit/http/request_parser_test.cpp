#include "http/request_parser.hpp"

#include "support/parsed_requests.hpp"

#include <boost/test/data/monomorphic.hpp>
#include <boost/test/data/test_case.hpp>
#include <boost/test/unit_test.hpp>

#include <functional>
#include <ostream>
#include <random>
#include <string>

namespace memstore::http {
namespace {

namespace bdata = boost::unit_test::data;
using test::parse_stream;
using test::parsed_requests;

constexpr base::request_limits limits{.body_bytes = 300, .header_bytes = 200, .uri_bytes = 50};

const std::string streams[] = {
    "GET / HTTP/1.1\r\nHost: a\r\n\r\n",
    "\r\n\r\nGET /x?y=z HTTP/1.0\r\n\r\n\r\nGET / HTTP/1.1\r\nHost:b\r\n\r\n",
    "POST /p HTTP/1.1\r\nHost: a\r\nOrigin: http://a\r\nContent-Length: 5\r\n\r\nhelloGET / "
    "HTTP/1.1\r\nHost: a\r\n\r\n",
    "POST /p HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\nGET / "
    "HTTP/1.1\r\nHost: a\r\n\r\n",
    "POST /p HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: "
    "chunked\r\n\r\n3;x=\"y\"\r\nabc\r\n00002\r\nde\r\n0\r\nA: b\r\n\r\nGET",
    "POST /p HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: "
    "chunked\r\n\r\n1;x=\"\r\n\"\r\na\r\n0\r\n\r\n",
    "POST /p HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n12c\r\n" +
        std::string(300, 'b') + "\r\n1\r\nb",
    "POST /p HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n1;" + std::string(400, 'x') +
        "\r\n",
    "POST /p HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n" +
        std::string(400, 'x') + ": 1\r\n\r\n",
    "GET /" + std::string(60, 'u') + " HTTP/1.1\r\nHost: a\r\n\r\n",
    "GET /" + std::string(160, 'u') + " HTTP/1.1\r\nHost: a\r\n\r\n",
    "GET / HTTP/1.1\r\nHost: a\r\nBad Field\r\nX: " + std::string(400, 'x') + "\r\n\r\n",
    "GET / HTTP/1.1\r\nHost: a\r\nX: " + std::string(400, 'x') + "\r\n fold\r\n\r\n",
    "GET http://h:1?q HTTP/1.1\r\nHost: a\r\nAccess-Control-Request-Method: PUT\r\nConnection: "
    "close\r\n\r\n",
    "OPTIONS * HTTP/1.1\r\nHost: a\r\nExpect: 100-Continue\r\n\r\n",
};

parsed_requests at_once(std::string_view stream) {
    return parse_stream(stream, limits, [&] { return stream.size(); });
}

bool always(std::string_view /*method*/, std::string_view /*path*/) { return true; }

/// The bodies in pieces, as long as they may be.
parsed_requests in_pieces(std::string_view stream, const std::function<std::size_t()>& piece) {
    return parse_stream(stream, limits, piece, always);
}

BOOST_AUTO_TEST_SUITE(request_parser_)

BOOST_DATA_TEST_CASE(the_way_a_stream_is_split_changes_nothing, bdata::make(streams)) {
    const parsed_requests whole = at_once(sample);
    BOOST_TEST((parse_stream(sample, limits, [] { return 1; }) == whole));
    for (unsigned seed = 0; seed < 200; ++seed) {
        std::mt19937 random{seed};
        BOOST_TEST((parse_stream(sample, limits, [&] { return random() % 40; }) == whole));
    }
}

BOOST_DATA_TEST_CASE(damage_is_judged_the_same_however_split, bdata::xrange(3000), seed) {
    std::mt19937 random(static_cast<unsigned>(seed));
    std::string stream = streams[random() % std::size(streams)];
    const std::string splice = "\r\n \t:;,\"\\0aG/\x01\x7f\x80";
    for (auto i = random() % 3; i < 3; ++i) {
        const std::size_t at = random() % stream.size();
        const char c = splice[random() % splice.size()];
        if (random() % 2 == 0) {
            stream[at] = c;
        } else {
            stream.insert(at, 1, c);
        }
    }
    const parsed_requests whole = at_once(stream);
    BOOST_TEST((parse_stream(stream, limits, [] { return 1; }) == whole));
    BOOST_TEST((parse_stream(stream, limits, [&] { return random() % 40; }) == whole));
}

BOOST_DATA_TEST_CASE(a_body_in_pieces_is_the_same_body, bdata::make(streams)) {
    const parsed_requests whole = at_once(sample);
    const parsed_requests large = in_pieces(sample, [&] { return sample.size(); });
    BOOST_TEST((large == whole || whole.refused_with == 413));
    BOOST_TEST((in_pieces(sample, [] { return 1; }) == large));
    for (unsigned seed = 0; seed < 200; ++seed) {
        std::mt19937 random{seed};
        BOOST_TEST((in_pieces(sample, [&] { return random() % 40; }) == large));
    }
}

BOOST_AUTO_TEST_CASE(a_body_in_pieces_has_no_limit) {
    const std::string body(10'000, 'b');
    const std::string sized = "POST /p HTTP/1.1\r\nHost: a\r\nContent-Length: 10000\r\n\r\n" + body;
    const std::string chunked =
        "POST /p HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n2710\r\n" + body +
        "\r\n0\r\n\r\n";
    for (const std::string& stream : {sized, chunked}) {
        BOOST_TEST(at_once(stream).refused_with == 413);
        const parsed_requests parsed = in_pieces(stream, [] { return 70; });
        BOOST_REQUIRE(parsed.requests.size() == 1U);
        BOOST_TEST((parsed.requests.front().find("10000:" + body) != std::string::npos));
    }
}

BOOST_AUTO_TEST_CASE(only_some_bodies_come_in_pieces) {
    request_parser parser{limits, [](std::string_view method, std::string_view path) {
                              return method == "POST" && path == "/p";
                          }};
    net::read_buffer in{1000};
    const std::string stream =
        "POST /p?q HTTP/1.1\r\nHost: a\r\nContent-Length: 2\r\n\r\nab"
        "POST /q HTTP/1.1\r\nHost: a\r\nContent-Length: 2\r\n\r\ncd";
    in.commit(stream.copy(in.room().data(), stream.size()));
    using progress = request_parser::progress;
    BOOST_TEST((parser.parse(in) == progress::opened));
    BOOST_TEST(parser.current().query == "q");
    BOOST_TEST((parser.parse(in) == progress::piece));
    BOOST_TEST(parser.piece() == "ab");
    BOOST_TEST((parser.parse(in) == progress::complete));
    BOOST_TEST(parser.current().path == "/p");
    BOOST_TEST(parser.current().body == "");
    parser.next(in);
    BOOST_TEST((parser.parse(in) == progress::complete));
    BOOST_TEST(parser.current().body == "cd");
}

BOOST_AUTO_TEST_CASE(a_request_is_taken_apart) {
    request_parser parser{limits};
    net::read_buffer in{1000};
    const std::string text =
        "POST /a/b?c=d?e HTTP/1.1\r\nhOST: example:1\r\nORIGIN: http://x\r\n"
        "X-Request-ID: me-1 \r\nConnection: keep-alive\r\nContent-Length: 4\r\n\r\nbody";
    in.commit(text.copy(in.room().data(), text.size()));
    BOOST_REQUIRE((parser.parse(in) == request_parser::progress::complete));
    const request& asked = parser.current();
    BOOST_TEST(asked.method == "POST");
    BOOST_TEST(asked.path == "/a/b");
    BOOST_TEST(asked.query == "c=d?e");
    BOOST_TEST(asked.host == "example:1");
    BOOST_TEST(asked.origin.value_or("") == "http://x");
    BOOST_TEST(asked.request_id == "me-1");
    BOOST_TEST(asked.body == "body");
    BOOST_TEST(asked.keep_alive);
    BOOST_TEST(asked.http_1_1);
    BOOST_TEST(!asked.preflight);
    BOOST_TEST((asked.body.data() > in.unread().data()));  // in place
    parser.next(in);
    BOOST_TEST(in.empty());
}

BOOST_AUTO_TEST_CASE(a_request_has_no_name_but_one_that_can_be_repeated) {
    request_parser parser{limits};
    net::read_buffer in{1000};
    for (const std::string fields :
         {"",
          "X-Request-Id:\r\n",
          "X-Request-Id: a b\r\n",
          "X-Request-Id: \xff\r\n",
          "X-Request-Id: a\r\nX-Request-Id: a\r\n",
          "X-Request: a\r\n"}) {
        const std::string text = "GET / HTTP/1.1\r\nHost: a\r\n" + fields + "\r\n";
        in.commit(text.copy(in.room().data(), text.size()));
        BOOST_REQUIRE((parser.parse(in) == request_parser::progress::complete));
        BOOST_TEST(parser.current().request_id == "", fields);
        parser.next(in);
    }
}

BOOST_AUTO_TEST_CASE(a_trailer_changes_nothing_of_the_request) {
    const std::string head =
        "POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n1\r\nx\r\n0\r\n";
    const auto plain = at_once(head + "\r\n");
    BOOST_TEST((at_once(head + "Host: b\r\nOrigin: c\r\nConnection: close\r\n\r\n") == plain));
    BOOST_TEST(plain.requests.size() == 1U);
}

BOOST_AUTO_TEST_CASE(an_expectation_is_told_once_and_only_while_the_body_is_missing) {
    request_parser parser{limits};
    net::read_buffer in{1000};
    const std::string head =
        "POST / HTTP/1.1\r\nHost: a\r\nExpect: 100-continue\r\nContent-Length: 1\r\n\r\n";
    in.commit(head.copy(in.room().data(), head.size()));
    BOOST_TEST((parser.parse(in) == request_parser::progress::incomplete));
    BOOST_TEST(parser.take_expectation());
    BOOST_TEST(!parser.take_expectation());
    in.room()[0] = 'x';
    in.commit(1);
    BOOST_TEST((parser.parse(in) == request_parser::progress::complete));
    parser.next(in);
    const std::string whole = head + "x";
    in.commit(whole.copy(in.room().data(), whole.size()));
    BOOST_TEST((parser.parse(in) == request_parser::progress::complete));
    BOOST_TEST(!parser.take_expectation());
}

BOOST_AUTO_TEST_CASE(a_header_is_shown_once_and_only_while_the_body_is_missing) {
    request_parser parser{limits};
    net::read_buffer in{1000};
    const auto give = [&](std::string_view bytes) {
        in.commit(bytes.copy(in.room(bytes.size()).data(), bytes.size()));
        return parser.parse(in);
    };
    using progress = request_parser::progress;
    BOOST_TEST((give("POST /p HTTP/1.1\r\nHost: a\r\nContent-") == progress::incomplete));
    BOOST_TEST(!parser.take_header(in));
    BOOST_TEST(parser.announced() == net::read_buffer::unknown);
    BOOST_TEST((give("Length: 3\r\n\r\nx") == progress::incomplete));
    BOOST_TEST(parser.announced() == in.unread().size() + 2);
    const request* const header = parser.take_header(in);
    BOOST_REQUIRE(header != nullptr);
    BOOST_TEST(header->path == "/p");
    BOOST_TEST(header->body == "");
    BOOST_TEST(!parser.take_header(in));
    BOOST_TEST((give("yz") == progress::complete));
    BOOST_TEST(!parser.take_header(in));
    parser.next(in);
    BOOST_TEST((give("GET / HTTP/1.1\r\nHost: a\r\n\r\n") == progress::complete));
    BOOST_TEST(!parser.take_header(in));
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace
}  // namespace memstore::http
