"""Tokens: who may ask at all, and who may do what with which keys; and that the server says so when all may."""
import contextlib
import hashlib
import http.client
import json
import re
import signal
import time

import memstore
from memstore import Token


class Tokens(memstore.Case):
    def ask(self, server, method, path, token=None, body=None, **fields):
        """Status, fields and body of an answer."""
        headers = {name.replace("_", "-"): value for name, value in fields.items()}
        if token is not None:
            headers["Authorization"] = "Bearer " + getattr(token, "secret", token)
        connection = http.client.HTTPConnection("127.0.0.1", server.port, timeout=memstore.PATIENCE)
        with contextlib.closing(connection):
            connection.request(method, path, body, headers)
            response = connection.getresponse()
            return response.status, response.headers, response.read()

    def execute(self, server, token, *commands):
        body = json.dumps({"commands": commands})
        status, _, answer = self.ask(server, "POST", "/v1/execute", token, body)
        return status, json.loads(answer)

    def wait_for_status(self, server, status, *question):
        deadline = time.monotonic() + memstore.PATIENCE
        while self.ask(server, *question)[0] != status:
            self.assertLess(time.monotonic(), deadline, "nothing has changed")
            time.sleep(0.01)

    def test_a_secret_is_known_by_its_digest(self):
        token = Token(self, "ci", "read,write,admin", "")
        self.assertRegex(token.secret, r"^mst_[0-9a-f]{64}$")
        self.assertIn(hashlib.sha256(token.secret.encode()).hexdigest(), token.line)
        self.assertNotIn(token.secret, token.line)
        self.assertNotEqual(token.secret, Token(self, "ci", "read").secret)

    def test_without_a_good_token_only_health_is_told(self):
        token = Token(self, "ci", "read", "")
        server = self.serve_for(token)
        for path in "/v1/keys/a", "/v1/keys", "/v1/export", "/v1/watch", "/v1/nothing":
            status, fields, body = self.ask(server, "GET", path)
            self.assertEqual((status, fields["WWW-Authenticate"]), (401, "Bearer"), path)
            self.assertEqual(json.loads(body)["code"], "unauthorized")
        for wrong in token.secret[:-1] + "x", token.secret + "0", token.secret[:-1], "":
            status, fields, body = self.ask(server, "GET", "/v1/keys/a", wrong)
            self.assertEqual((status, fields["WWW-Authenticate"]), (401, 'Bearer error="invalid_token"'))
            self.assertEqual(json.loads(body)["code"], "invalid_token")
        basic = self.ask(server, "GET", "/v1/keys/a", Authorization="Basic " + token.secret)
        self.assertEqual(basic[0], 401)
        self.assertEqual(self.ask(server, "GET", "/v1/keys/a", Authorization="bearer  " + token.secret)[0], 404)
        for path in "/livez", "/readyz":
            self.assertEqual(self.ask(server, "GET", path)[0], 200)
        self.assertEqual(self.run_memstore("healthcheck", f"--port={server.port}")[0], 0)

    def test_rights(self):
        reader, writer, admin = (Token(self, right, right, "") for right in ("read", "write", "admin"))
        server = self.serve_for(reader, writer, admin)
        put = {"cmd_type": "set", "key": "a", "value": "1"}
        get = {"cmd_type": "get", "key": "a"}
        self.assertEqual(self.execute(server, writer, put)[0], 200)
        self.assertEqual(self.execute(server, reader, get), (200, {"results": ["1"]}))
        status, refused = self.execute(server, reader, get, put)
        self.assertEqual((status, refused["code"], refused["command"]), (403, "forbidden", 1))
        self.assertIn('"read" has no right "write"', refused["error"])
        self.assertEqual(self.execute(server, writer, get)[0], 403)
        self.assertEqual(self.execute(server, writer, {"cmd_type": "incr", "key": "a"})[0], 403)
        self.assertEqual(self.execute(server, admin, get)[0], 403)
        self.assertEqual(self.ask(server, "PUT", "/v1/keys/b", writer, "2")[0], 201)
        self.assertEqual(self.ask(server, "PUT", "/v1/keys/b", writer, "2", If_None_Match="*")[0], 403)
        self.assertEqual(self.ask(server, "GET", "/v1/keys/b", writer)[0], 403)
        self.assertEqual(self.ask(server, "GET", "/v1/export", writer)[0], 403)
        self.assertEqual(self.ask(server, "POST", "/v1/import", reader, '{"key":"a","value":"3"}\n')[0], 403)
        self.assertEqual(self.execute(server, reader, get), (200, {"results": ["1"]}))

    def test_steering_needs_admin(self):
        everything, admin = Token(self, "rw", "read,write", ""), Token(self, "admin", "admin")
        server = self.serve_for(everything, admin, arguments=("--journal.enable",))
        self.wait_for_status(server, 200, "GET", "/readyz")
        self.assertEqual(self.ask(server, "POST", "/v1/checkpoint", everything)[0], 403)
        self.assertEqual(self.ask(server, "POST", "/v1/checkpoint", admin)[0], 200)
        for method, path, body in (("GET", "/v1/cluster", None), ("PATCH", "/v1/cluster", '{"nodes":2}'),
                                   ("POST", "/v1/cluster/rebalance", None)):
            self.assertEqual(self.ask(server, method, path, everything, body)[0], 403, path)
            self.assertEqual(self.ask(server, method, path, admin, body)[0], 200, path)

    def test_metrics_need_a_token_that_may_read(self):
        scraper, writer = Token(self, "scraper", "read", "no key/"), Token(self, "w", "write", "")
        server = self.serve_for(scraper, writer)
        self.assertEqual(self.ask(server, "GET", "/metrics")[0], 401)
        self.assertEqual(self.ask(server, "GET", "/metrics", "mst_" + "0" * 64)[0], 401)
        self.assertEqual(self.ask(server, "GET", "/metrics", writer)[0], 403)
        status, _, page = self.ask(server, "GET", "/metrics", scraper)
        self.assertEqual(status, 200, "whatever keys it reaches")
        self.assertEqual(self.ask(server, "GET", "/v1/keys/a", scraper)[0], 403)
        self.assertIn(b'memstore_http_rejected_requests_total{reason="unauthorized"} 1', page)
        self.assertNotIn(scraper.secret.encode(), page)

    def test_public_metrics_need_none(self):
        server = self.serve_for(Token(self, "w", "write", ""), arguments=("--metrics.public",))
        self.assertEqual(self.ask(server, "GET", "/metrics")[0], 200)
        self.assertEqual(self.ask(server, "GET", "/v1/keys/a")[0], 401)

    def test_health_is_told_on_a_connection_that_others_use(self):
        token = Token(self, "ci", "read", "")
        server = self.serve_for(token)
        connection = http.client.HTTPConnection("127.0.0.1", server.port, timeout=memstore.PATIENCE)
        with contextlib.closing(connection):
            for path, expected in ("/v1/keys/a", 404), ("/readyz", 200), ("/v1/keys/a", 404), ("/livez", 200):
                connection.request("GET", path, headers={"Authorization": "Bearer " + token.secret})
                response = connection.getresponse()
                response.read()
                self.assertEqual(response.status, expected, path)
            connection.request("GET", "/v1/keys/a")
            self.assertEqual(connection.getresponse().status, 401)

    def test_who_has_no_token_takes_no_room_from_those_who_have(self):
        """Bodies that would fill limits.buffered many times over, of which nobody sends the end."""
        token = Token(self, "ci", "read,write", "")
        server = self.serve_for(token, arguments=("--limits.buffered=4MiB", "--timeouts.request=60s"))
        begun = b"POST /v1/execute HTTP/1.1\r\nHost: 127.0.0.1\r\n%s\r\n\r\n"
        crowd = []
        for kind in (b"Content-Length: 15000000", b"Transfer-Encoding: chunked",
                     b"Authorization: Bearer nobody\r\nContent-Length: 15000000"):
            for _ in range(20):
                connection = server.connect()
                self.addCleanup(connection.close)
                connection.sendall(begun % kind)
                if b"chunked" in kind:
                    connection.sendall(b"e4e1c0\r\n")  # 15 MB
                crowd.append(connection)
        for connection in crowd:
            answer = connection.recv(65536)
            self.assertTrue(answer.startswith(b"HTTP/1.1 401 "), answer)
            self.assertIn(b"Connection: close", answer)
        for connection in crowd:
            with contextlib.suppress(OSError):
                connection.sendall(b"x" * 500_000)
        value = "v" * 3_000_000
        self.assertEqual(self.ask(server, "PUT", "/v1/keys/a", token, value)[0], 201)
        _, _, page = self.ask(server, "GET", "/metrics", token)
        self.assertIn(b'reason="unauthorized"} 40\n', page)
        self.assertIn(b'reason="invalid_token"} 20\n', page)
        self.assertNotIn(b'reason="overloaded"', page)

    def test_headers_without_a_token_leave_half_to_those_who_have_one(self):
        """However long a header may be, of which nobody sends the end."""
        # The memory of one takes all that there is for them, or more.
        self.leave_half("4MiB", let_in=1, body_bytes=1_900_000)
        self.leave_half("2MiB", let_in=0, body_bytes=300_000)

    def leave_half(self, buffered, let_in, body_bytes):
        token = Token(self, "ci", "read,write", "")
        server = self.serve_for(token, arguments=(f"--limits.buffered={buffered}", "--limits.header=1MiB",
                                                  "--timeouts.request=1h"))
        for _ in range(20):
            connection = server.connect()
            self.addCleanup(connection.close)
            with contextlib.suppress(OSError):
                connection.sendall(b"GET /livez HTTP/1.1\r\nHost: 127.0.0.1\r\nX: " + b"x" * 900_000)
        deadline = time.monotonic() + memstore.PATIENCE
        refused = 0
        while refused < 20 - let_in:
            self.assertLess(time.monotonic(), deadline, f"{refused} were refused")
            _, _, page = self.ask(server, "GET", "/metrics", token)
            found = re.search(rb'reason="overloaded"\} (\d+)', page)
            refused = int(found[1]) if found else 0
        self.assertEqual(self.ask(server, "PUT", "/v1/keys/a", token, "v" * body_bytes)[0], 201)
        self.assertEqual(self.ask(server, "GET", "/livez", X="x" * 50_000)[0], 200)

    def test_a_refused_body_that_is_here_leaves_the_connection_and_another_ends_it(self):
        """One that is on its way is no request, whatever it looks like."""
        reader = Token(self, "ci", "read", "")
        server = self.serve_for(reader, arguments=("--cors.allowed-origins=https://a.example",))
        known = b"Authorization: Bearer " + reader.secret.encode() + b"\r\n"
        hidden = b"GET /livez HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n"
        for line, fields, status in ((b"PUT /v1/keys/a", b"", 401), (b"PATCH /v1/cluster", known, 403),
                                     (b"PUT /v1/keys/a", b"Origin: https://b.example\r\n", 403),
                                     (b"PUT /nowhere", known, 404), (b"PUT /v1/execute", known, 405)):
            head = line + b" HTTP/1.1\r\nHost: 127.0.0.1\r\n" + fields + b"Content-Length: %d\r\n\r\n" % len(hidden)
            with contextlib.closing(server.connect()) as connection:
                for _ in range(2):
                    connection.sendall(head + hidden)
                    answer = connection.recv(65536)
                    self.assertTrue(answer.startswith(b"HTTP/1.1 %d " % status), answer)
                    self.assertNotIn(b"Connection: close", answer)
                connection.sendall(head)
                answer = connection.recv(65536)
                self.assertTrue(answer.startswith(b"HTTP/1.1 %d " % status), answer)
                self.assertIn(b"Connection: close", answer)
                with contextlib.suppress(OSError):
                    connection.sendall(hidden)
                self.assertEqual(connection.recv(65536), b"")

    def test_a_body_of_nobody_is_short_where_it_is_borne_at_all(self):
        server = self.serve_for(Token(self, "ci", "read", ""))
        for line in b"OPTIONS /v1/execute", b"GET /livez", b"GET /console":
            head = line + b" HTTP/1.1\r\nHost: 127.0.0.1\r\n"
            for refused in b"Content-Length: 32769", b"Transfer-Encoding: chunked":
                with contextlib.closing(server.connect()) as connection:
                    connection.sendall(head + refused + b"\r\n\r\n")
                    answer = connection.recv(65536)
                    self.assertTrue(answer.startswith(b"HTTP/1.1 413 "), answer)
                    self.assertIn(b"Connection: close", answer)
            method, path = line.decode().split()
            connection = http.client.HTTPConnection("127.0.0.1", server.port, timeout=memstore.PATIENCE)
            with contextlib.closing(connection):
                for _ in range(2):
                    connection.request(method, path, b"x" * 32_768)
                    answer = connection.getresponse()
                    answer.read()
                    self.assertIn(answer.status, (200, 204), path)
                    self.assertNotIn("Connection", answer.headers)
        self.assertEqual(server.stop(), 0)
        everybody = self.serve("-p0")
        self.assertEqual(self.ask(everybody, "OPTIONS", "/v1/execute", body=b"x" * 200_000)[0], 204)

    def test_prefixes(self):
        token = Token(self, "app", "read,write", "app/", "tmp")
        server = self.serve_for(token, Token(self, "other", "read", "x"))
        good = {"cmd_type": "set", "key": "app/a", "value": "1"}
        self.assertEqual(self.execute(server, token, good, good | {"key": "tmp"})[0], 200)
        status, refused = self.execute(server, token, good | {"value": "2"}, good | {"key": "ap"})
        self.assertEqual((status, refused["command"]), (403, 1))
        self.assertEqual(self.execute(server, token, {"cmd_type": "get", "key": "app/a"})[1], {"results": ["1"]})
        self.assertEqual(self.execute(server, token, {"cmd_type": "scan", "prefix": "app/a"})[0], 200)
        self.assertEqual(self.execute(server, token, {"cmd_type": "count", "start": "app/", "end": "app0"})[0], 200)
        for range_of in ({"prefix": "ap"}, {"prefix": ""}, {"start": "app/"}, {"start": "app/", "end": "app1"},
                         {"start": "app", "end": "app/z"}, {"end": "app/z"}):
            for command in "scan", "count", "delrange":
                status, _ = self.execute(server, token, {"cmd_type": command} | range_of)
                self.assertEqual(status, 403, (command, range_of))
        for path, status in (("/v1/keys?prefix=app/", 200), ("/v1/keys", 403), ("/v1/keys/app%2Fa", 200),
                             ("/v1/keys/b", 403), ("/v1/export?prefix=app/", 200), ("/v1/export", 403),
                             ("/v1/watch", 403), ("/v1/watch?prefix=b", 403)):
            self.assertEqual(self.ask(server, "GET", path, token)[0], status, path)
        lines = '{"key":"app/i","value":"1"}\n{"key":"b","value":"1"}\n'
        status, _, answer = self.ask(server, "POST", "/v1/import", token, lines)
        answer = json.loads(answer)
        self.assertEqual((status, answer["code"], answer["line"], answer["imported"]), (403, "forbidden", 2, 1))

    def test_tokens_are_read_anew(self):
        first, second = Token(self, "first", "read", ""), Token(self, "second", "read", "")
        server = self.serve_for(first)
        kept = http.client.HTTPConnection("127.0.0.1", server.port, timeout=memstore.PATIENCE)
        self.addCleanup(kept.close)

        def status_of(token):
            kept.request("GET", "/v1/keys/a", headers={"Authorization": "Bearer " + token.secret})
            answer = kept.getresponse()
            answer.read()
            return answer.status

        self.assertEqual((status_of(first), status_of(second)), (404, 401))
        self.write_tokens(second)
        server.signal(signal.SIGHUP)
        server.wait_for_log("tokens read")
        self.assertEqual((status_of(first), status_of(second)), (401, 404))

        path = self.folder / "tokens.yaml"
        path.write_text("- {name: second, sha256: " + second.secret + ", rights: [read]}\n")
        server.signal(signal.SIGHUP)
        server.wait_for_log("the tokens stay as they were")
        self.assertEqual(status_of(second), 404)
        self.assertEqual(server.stop(), 0)
        log = server.log()
        self.assertIn("tokens.yaml line 1", log)
        self.assertNotIn(first.secret, log)
        self.assertNotIn(second.secret, log)

    def test_a_bad_file_is_no_start(self):
        token = Token(self, "ci", "read", "")
        self.write_tokens(token, mode=0o604)
        self.assert_refused(1, "auth.tokens-file", "everybody", arguments=("--auth.tokens-file=tokens.yaml",))
        self.write_tokens(token, token)
        self.assert_refused(1, "line 2", arguments=("--auth.tokens-file=tokens.yaml",))
        self.assert_refused(1, "No such file", arguments=("--auth.tokens-file=absent",))

    def test_a_store_that_is_open_says_so(self):
        open_to_all = self.serve("-p0", "--address=0.0.0.0")
        open_to_all.stop()
        warning = "everybody who reaches this address"
        self.assertEqual(open_to_all.log().count(warning), 1)
        local = self.serve("-p0")
        local.stop()
        self.assertNotIn(warning, local.log())
        guarded = self.serve_for(Token(self, "ci", "read", ""), arguments=("--address=0.0.0.0", "--auth.required"))
        guarded.stop()
        self.assertNotIn(warning, guarded.log())
        self.assert_refused(1, "auth.required", "auth.tokens-file", arguments=("--auth.required", "--address=0.0.0.0"))

    def test_a_page_may_send_a_token(self):
        token = Token(self, "ci", "read", "")
        server = self.serve_for(token, arguments=("--cors.allowed-origins=https://a.example",))
        page = {"Origin": "https://a.example"}
        status, fields, _ = self.ask(server, "OPTIONS", "/v1/execute", Access_Control_Request_Method="POST", **page)
        self.assertEqual(status, 204)
        self.assertIn("Authorization", fields["Access-Control-Allow-Headers"])
        status, fields, _ = self.ask(server, "GET", "/v1/keys/a", **page)
        self.assertEqual((status, fields["Access-Control-Allow-Origin"]), (401, "https://a.example"))

    def test_arguments_and_configuration_hold_no_secret(self):
        token = Token(self, "ci", "read", "")
        server = self.serve_for(token)
        with open(f"/proc/{server.process.pid}/cmdline", encoding="ascii") as line:
            self.assertNotIn(token.secret, line.read())
        code, output, _ = self.run_memstore("config", "--auth.tokens-file=tokens.yaml")
        self.assertEqual(code, 0)
        self.assertIn("tokens-file: tokens.yaml", output)
        self.assertNotIn(token.secret, output)
        self.assertNotIn(hashlib.sha256(token.secret.encode()).hexdigest(), output)


if __name__ == "__main__":
    memstore.main()
