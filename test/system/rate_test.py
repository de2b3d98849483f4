"""How fast requests may come: of one address, of one token; and that only those who ask too often notice."""
import contextlib
import http.client
import json
import re
import socket
import time

import memstore
from memstore import Token

ENFORCE = "--rate.mode=enforce"
GET = b"GET /v1/keys/none HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n"
LIVEZ = b"GET /livez HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n"


def with_field(line):
    """The GET with a field more."""
    return GET[:-2] + line + b"\r\n\r\n"


def get_of(token, scheme=b"Bearer "):
    return with_field(b"Authorization: " + scheme + token.secret.encode())


class Wire:
    """A connection that is written to by hand. Any address of 127.0.0.0/8 is this machine."""

    def __init__(self, case, server, address="127.0.0.1"):
        self.socket = socket.create_connection(("127.0.0.1", server.port), memstore.PATIENCE, (address, 0))
        case.addCleanup(self.socket.close)
        self.read_from = self.socket.makefile("rb")
        case.addCleanup(self.read_from.close)

    def answer(self):
        """Status, fields and JSON of the next answer."""
        line = self.read_from.readline()
        fields = http.client.parse_headers(self.read_from)
        body = self.read_from.read(int(fields["Content-Length"]))
        is_json = fields["Content-Type"].startswith("application/json")
        return int(line.split()[1]), fields, json.loads(body) if is_json else body

    def ask(self, request):
        self.socket.sendall(request)
        return self.answer()

    def ask_until_refused(self, request):
        """Fields and JSON of the 429 that comes in the end."""
        for _ in range(1000):
            status, fields, why = self.ask(request)
            if status == 429:
                return fields, why
        raise AssertionError("a thousand pass, one after the other")

    def statuses(self, request, count):
        """Of as many such requests, which are sent at once."""
        self.socket.sendall(request * count)
        return [self.answer()[0] for _ in range(count)]

    def at_end(self):
        return self.read_from.read(1) == b""


class Rates(memstore.Case):
    def over_rate(self, server, by):
        _, page = server.request("GET", "/metrics")
        return int(re.search(rb'memstore_http_over_rate_requests_total\{by="%s"\} (\d+)' % by, page)[1])

    def test_an_address_has_its_burst_and_then_its_rate(self):
        server = self.serve("-p0", ENFORCE, "--rate.per-address=2", "--rate.per-address-burst=5")
        wire = Wire(self, server)
        began = time.monotonic()
        statuses = wire.statuses(GET, 50)
        self.assertEqual(statuses[:5], [404] * 5)
        passed = statuses.count(404)
        self.assertLessEqual(passed, 5 + 2 * (time.monotonic() - began) + 1)
        self.assertEqual(statuses.count(429), 50 - passed)

        fields, why = wire.ask_until_refused(GET)
        self.assertEqual((why["code"], why["option"], why["limit"]), ("rate_limited", "rate.per-address", 2))
        self.assertEqual(fields["Retry-After"], "1")
        self.assertNotIn("Connection", fields)
        time.sleep(int(fields["Retry-After"]))
        self.assertEqual(wire.ask(GET)[0], 404, "who waits as told is let through, on the same connection")

    def test_all_connections_of_an_address_have_one_rate_and_other_addresses_another(self):
        server = self.serve("-p0", ENFORCE, "--rate.per-address=1", "--rate.per-address-burst=10")
        began = time.monotonic()
        statuses = [Wire(self, server).ask(GET)[0] for _ in range(40)]
        self.assertGreaterEqual(statuses.count(404), 10)
        self.assertLessEqual(statuses.count(404), 10 + (time.monotonic() - began) + 1)
        self.assertEqual(Wire(self, server, "127.0.0.2").statuses(GET, 10), [404] * 10)

    def test_health_is_told_at_any_rate(self):
        server = self.serve("-p0", ENFORCE, "--rate.per-address=1", "--rate.per-address-burst=1")
        wire = Wire(self, server)
        self.assertIn(429, wire.statuses(GET, 5))
        self.assertEqual(wire.statuses(LIVEZ, 100), [200] * 100)
        self.assertEqual(wire.statuses(LIVEZ.replace(b"livez", b"readyz"), 100), [200] * 100)

    def test_count_lets_all_pass_and_says_how_many_would_not(self):
        server = self.serve("-p0", "--rate.mode=count", "--rate.per-address=1", "--rate.per-address-burst=10")
        wire = Wire(self, server)
        began = time.monotonic()
        self.assertEqual(wire.statuses(GET, 200), [404] * 200)
        counted = self.over_rate(server, b"address")
        self.assertLessEqual(counted, 191)
        self.assertGreaterEqual(counted, 190 - (time.monotonic() - began) - 1)

    def test_off_is_off(self):
        server = self.serve("-p0", "--rate.per-address=1", "--rate.per-address-burst=1")
        self.assertEqual(Wire(self, server).statuses(GET, 200), [404] * 200)
        self.assertEqual(self.over_rate(server, b"address"), 0)

    def test_a_token_has_a_rate_of_its_own_wherever_it_comes_from(self):
        one, other = Token(self, "one", "read", ""), Token(self, "other", "read", "")
        server = self.serve_for(one, other, arguments=(
            ENFORCE, "--metrics.public", "--rate.per-address=0", "--rate.per-token=1", "--rate.per-token-burst=10"))

        began = time.monotonic()
        statuses = Wire(self, server).statuses(get_of(one), 30)
        statuses += Wire(self, server, "127.0.0.2").statuses(get_of(one, b"bearer  "), 30)
        self.assertEqual(statuses[:10], [404] * 10)
        self.assertLessEqual(statuses.count(404), 10 + (time.monotonic() - began) + 1)
        self.assertEqual(Wire(self, server).statuses(get_of(other), 10), [404] * 10)
        wire = Wire(self, server)
        _, why = wire.ask_until_refused(get_of(one))
        self.assertEqual(why["option"], "rate.per-token")
        self.assertGreater(self.over_rate(server, b"token"), 40)
        self.assertEqual(self.over_rate(server, b"address"), 0)

    def test_guesses_of_tokens_are_limited(self):
        token = Token(self, "one", "read", "")
        server = self.serve_for(token, arguments=(ENFORCE, "--rate.per-address=1", "--rate.per-address-burst=5"))
        guess = with_field(b"Authorization: Bearer mst_guessed")
        statuses = Wire(self, server).statuses(guess, 50)
        self.assertEqual(statuses[:5], [401] * 5)
        self.assertGreater(statuses.count(429), 30)

    def refused_put(self, server, put):
        """A connection that was over its rate just before, and is so when it sends the header of a PUT. Where something
        held it up in between, it is let through, and asked for its body: then another tries."""
        for _ in range(20):
            wire = Wire(self, server)
            wire.ask_until_refused(GET)
            status, fields, _ = wire.ask(put)
            if status == 429:
                return wire, fields
        self.fail("a PUT right after a 429 passes")

    def test_a_body_is_not_waited_for(self):
        server = self.serve("-p0", ENFORCE, "--rate.per-address=1", "--rate.per-address-burst=1")
        put = b"PUT /v1/keys/a HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Length: %d\r\nExpect: 100-continue\r\n\r\n"
        for length in 40, 10_000_000:
            wire, fields = self.refused_put(server, put % length)
            self.assertEqual(fields["Connection"], "close")
            with contextlib.suppress(OSError):
                wire.socket.sendall(b"x" * (length - len(LIVEZ)) + LIVEZ)
            self.assertTrue(wire.at_end(), "nobody takes the body for a request")

    def test_a_body_that_is_here_with_its_header_leaves_the_connection(self):
        server = self.serve("-p0", ENFORCE, "--rate.per-address=1", "--rate.per-address-burst=1")
        put = b"PUT /v1/keys/a HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Length: 1000\r\n\r\n" + b"x" * 1000
        wire, fields = self.refused_put(server, put)
        self.assertNotIn("Connection", fields)
        self.assertEqual(wire.ask(LIVEZ)[0], 200)

    def test_a_token_over_its_rate_takes_nothing_from_its_address(self):
        one, other = Token(self, "one", "read", ""), Token(self, "other", "read", "")
        server = self.serve_for(one, other, arguments=(
            ENFORCE, "--rate.per-token=1", "--rate.per-token-burst=10", "--rate.per-address=1",
            "--rate.per-address-burst=50"))

        self.assertGreater(Wire(self, server).statuses(get_of(one), 200).count(429), 100)
        self.assertEqual(Wire(self, server).statuses(get_of(other), 10), [404] * 10)

    def test_pages_of_other_sites_count_for_their_address(self):
        server = self.serve("-p0", ENFORCE, "--rate.per-address=1", "--rate.per-address-burst=5",
                            "--cors.allowed-origins=https://a.example")
        wire = Wire(self, server)
        statuses = wire.statuses(with_field(b"Origin: https://b.example"), 50)
        self.assertEqual(statuses[:5], [403] * 5)
        self.assertGreater(statuses.count(429), 30)
        fields, _ = wire.ask_until_refused(with_field(b"Origin: https://a.example"))
        self.assertEqual(fields["Access-Control-Allow-Origin"], "https://a.example", "who may ask may read why not")

    def test_figures_that_do_nothing_are_told(self):
        for arguments, warnings in (
            (["--rate.per-address=5"], [b"while rate.mode is off"]),
            (["--rate.per-token-burst=5", ENFORCE], [b"without auth.tokens-file"]),
            (["--rate.per-token=5"], [b"while rate.mode is off", b"without auth.tokens-file"]),
            (["--rate.per-address=5", ENFORCE], []),
            ([], []),
        ):
            server = self.serve("-p0", *arguments)
            self.assertEqual(server.stop(), 0)
            log = server.log()
            for warning in b"while rate.mode is off", b"without auth.tokens-file":
                self.assertEqual(warning.decode() in str(log), warning in warnings, (arguments, log))


if __name__ == "__main__":
    memstore.main()
