"""What the wire contract says of one key as a resource, sentence by sentence."""
import memstore
from client import key_path, query
from contract import AN_HOUR, HOUR_MS, JSON_TYPE, Contract, command, encoded, entry, get, put, scan
from model import ANYTHING


class Keys(Contract):
    def assert_safe(self, answer):
        self.assertEqual(answer.headers["X-Content-Type-Options"], "nosniff", answer)
        self.assertEqual(answer.headers["Content-Security-Policy"], "sandbox", answer)

    def ask(self, client, status, *request, **headers):
        names = {name.replace("_", "-"): value for name, value in headers.items()}
        answer = client.ask(*request, headers=names)
        self.assertEqual(answer.status, status, answer)
        self.assert_safe(answer)
        return answer

    def test_methods(self):
        with self.store() as client:
            self.assert_methods(client, "POST", "/v1/keys/a", ("GET", "HEAD", "PUT", "DELETE"))
            self.assert_methods(client, "PUT", "/v1/keys", ("GET",))

    def test_get_and_head(self):
        with self.store() as client:
            version = self.fill(client, put("a", "value"), put("t", "timed", ttl_ms=HOUR_MS))
            for method, body in (("GET", b"value"), ("HEAD", b"")):
                answer = self.ask(client, 200, method, "/v1/keys/a")
                self.assertEqual((answer.body, answer.etag), (body, version))
                self.assertEqual(answer.headers["Content-Type"], "application/octet-stream")
                self.assertEqual(answer.headers["Content-Length"], "5")
                self.assertIsNone(answer.headers["Memstore-TTL-Ms"])
                left = int(self.ask(client, 200, method, "/v1/keys/t").headers["Memstore-TTL-Ms"])
                self.assertTrue(0 < left <= HOUR_MS, left)
                self.ask(client, 404, method, "/v1/keys/absent")
                answer = self.ask(client, 304, method, "/v1/keys/a", If_None_Match=f'"{version}"')
                self.assertEqual((answer.body, answer.etag), (b"", version))
                answer = self.ask(client, 200, method, "/v1/keys/a", If_None_Match=f'"{version + 1}"')
                self.assertEqual(answer.body, body)
            self.assert_error(client.ask("GET", "/v1/keys/absent"), 404)

    def test_put(self):
        with self.store() as client:
            first = self.ask(client, 201, "PUT", "/v1/keys/a", b"one").etag
            second = self.ask(client, 204, "PUT", "/v1/keys/a", b"two").etag
            self.assertGreater(second, first)
            self.assert_results(client.execute(command("entry", "a")), entry("two", second))
            self.ask(client, 204, "PUT", f"/v1/keys/a?ttl_ms={HOUR_MS}", b"three")
            third = self.ask(client, 201, "PUT", f"/v1/keys/b?ttl_ms={HOUR_MS}", b"").etag
            answer = client.execute(command("entry", "a"), command("entry", "b"))
            self.assert_results(answer, entry("three", ANYTHING, AN_HOUR), entry("", third, AN_HOUR))

    def test_put_that_creates_only(self):
        with self.store() as client:
            version = self.ask(client, 201, "PUT", "/v1/keys/a", b"one", If_None_Match="*").etag
            answer = self.ask(client, 412, "PUT", "/v1/keys/a", b"two", If_None_Match="*")
            self.assertEqual(answer.etag, version)
            self.assert_error(answer, 412)
            self.assert_results(client.execute(command("entry", "a")), entry("one", version))

    def test_put_that_replaces_only_that_version(self):
        with self.store() as client:
            old = self.ask(client, 201, "PUT", "/v1/keys/a", b"one").etag
            new = self.ask(client, 204, "PUT", "/v1/keys/a", b"two", If_Match=f'"{old}"').etag
            answer = self.ask(client, 412, "PUT", "/v1/keys/a", b"three", If_Match=f'"{old}"')
            self.assertEqual(answer.etag, new)
            self.ask(client, 412, "PUT", "/v1/keys/absent", b"x", If_Match=f'"{new}"')
            self.assert_results(client.execute(command("entry", "a"), get("absent")), entry("two", new), None)

    def test_delete(self):
        with self.store() as client:
            self.ask(client, 404, "DELETE", "/v1/keys/a")
            old = self.ask(client, 201, "PUT", "/v1/keys/a", b"one").etag
            new = self.ask(client, 204, "PUT", "/v1/keys/a", b"two").etag
            answer = self.ask(client, 412, "DELETE", "/v1/keys/a", If_Match=f'"{old}"')
            self.assertEqual(answer.etag, new)
            self.assert_results(client.execute(get("a")), "two")
            self.assertEqual(self.ask(client, 204, "DELETE", "/v1/keys/a", If_Match=f'"{new}"').body, b"")
            self.ask(client, 404, "DELETE", "/v1/keys/a")
            self.ask(client, 201, "PUT", "/v1/keys/a", b"three")
            self.ask(client, 204, "DELETE", "/v1/keys/a")
            self.assert_results(client.execute(get("a")), None)

    def test_the_key_is_all_that_follows(self):
        rows = [
            ("slashes", "a/b//c/", b"a/b//c/"),
            ("%2F", "a%2Fb%2f", b"a/b/"),
            ("a plus is a plus", "a+b", b"a+b"),
            ("a space", "a%20b", b"a b"),
            ("decoded once", "%2541", b"%41"),
            ("any bytes", "%00%ff%FE%0a", b"\0\xff\xfe\n"),
            ("a question mark", "a%3Fb", b"a?b"),
            ("dots are no folders", "../a/./b/..", b"../a/./b/.."),
            ("the empty key", "", b""),
            ("what else a path may have", "a:@!$&'()*,;=~-._", b"a:@!$&'()*,;=~-._"),
            ("a long one", "k" * 7000, b"k" * 7000),
        ]
        for says, path, key in rows:
            with self.store(says=says) as client:
                value = b"\xff\0\r\n of " + key[:100]
                self.ask(client, 201, "PUT", "/v1/keys/" + path, value)
                answer = client.execute(get(encoded(key)), command("count", prefix=""), encoding="base64")
                self.assert_results(answer, encoded(value), 1)
                for form in ("/v1/keys/" + path, key_path(key), key_path(key, safe="/+")):
                    if len(form) < 8000:
                        self.assertEqual(self.ask(client, 200, "GET", form).body, value)

    def test_a_malformed_escape(self):
        with self.store() as client:
            for path in ("a%", "a%2", "a%zz"):
                self.assert_error(client.ask("PUT", "/v1/keys/" + path, b"x"), 400)
            self.assert_results(client.execute(command("count", prefix="")), 0)

    def test_bodies_are_the_raw_bytes(self):
        with self.store() as client:
            for value in (b"", b"\0", b'{"json": 1}', bytes(range(256)), b"x" * (8 << 20)):
                client.ask("PUT", "/v1/keys/a", value)
                self.assertEqual(self.ask(client, 200, "GET", "/v1/keys/a").body, value)
            self.assert_error(client.ask("PUT", "/v1/keys/a", b"x" * ((16 << 20) + 1)), 413, limit=16 << 20)

    def test_bad_parameters_and_conditions(self):
        with self.store() as client:
            for parameters in ("ttl_ms=x", "ttl_ms=", "ttl_ms=1.5", "ttl=5"):
                self.assert_error(client.ask("PUT", "/v1/keys/a?" + parameters, b"x"), 400)
            self.assert_results(client.execute(get("a")), None)

    def test_a_scan_over_http(self):
        with self.store() as client:
            self.fill(client, *map(put, ["", "a", "a b", "a/1", "a/2", "b", "\u00e9"]))
            rows = [
                {"prefix": "a"},
                {"prefix": "a b"},
                {"prefix": "\u00e9"},
                {"start": "a", "end": "b"},
                {"prefix": "a", "after": "a/1"},
                {"prefix": "", "limit": 2},
                {"prefix": "", "limit": 2, "reverse": True, "after": "b"},
                {"prefix": "", "keys_only": True},
                {"prefix": "nothing"},
            ]
            for members in rows:
                with self.subTest(members):
                    flags = {name: "true" if value is True else value for name, value in members.items()}
                    answer = client.ask("GET", "/v1/keys" + query(**flags))
                    self.assertEqual((answer.status, answer.headers["Content-Type"]), (200, JSON_TYPE))
                    self.assertEqual([answer.json], client.execute(scan(**members)).json["results"])
            for wrong in ("limit=x", "limit=10001", "reverse=maybe", "prefx=a", "prefix=a&start=a", "prefix=%zz"):
                with self.subTest(wrong):
                    self.assert_error(client.ask("GET", "/v1/keys?" + wrong), 400)


if __name__ == "__main__":
    memstore.main()
