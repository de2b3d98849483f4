"""GET /openapi.json: every operation and status that it lists is brought about, and is as it says; nothing is missing."""
import contextlib
import http.client
import json
import os
import pathlib
import re
import signal
import subprocess
import tempfile
import threading
import time
import unittest

import memstore
from client import Answer, Client, Watch
from description import Description  # needs python3-jsonschema

TESTS = pathlib.Path(__file__).resolve().parent.parent
REDOCLY = TESTS / "node_modules" / ".bin" / "redocly"
SECRET = re.compile(r"mst_[0-9a-f]{64}")


def concrete(path):
    """A path of the description with something in place of its parameters."""
    return path.replace("{key}", "some/key").replace("{file}", "style.css")


def head_of(method, target, *fields):
    return "\r\n".join([f"{method} {target} HTTP/1.1", "Host: 127.0.0.1", *fields, ""]).encode()


class RawAnswer(Answer):
    """What came over a socket that was written to by hand."""

    def __init__(self, connection, method):
        response = http.client.HTTPResponse(connection, method=method)
        response.begin()
        super().__init__(response)


class OpenApi(memstore.Case):
    @classmethod
    def setUpClass(cls):
        with tempfile.TemporaryDirectory(prefix="memstore-test-") as folder:
            with contextlib.closing(memstore.Server(folder, "-p0")) as server:
                _, body = server.request("GET", "/openapi.json")
        cls.text = body
        cls.description = Description(json.loads(body))

    def ask(self, client, path, method, target=None, body=None, **fields):
        """Asks one operation; the answer must be as described. @return it"""
        headers = {name.replace("_", "-"): value for name, value in fields.items()}
        answer = client.ask(method, target or concrete(path), body, headers)
        self.description.judge(path, method, answer)
        return answer

    def expect(self, status, client, path, method, *question, **fields):
        answer = self.ask(client, path, method, *question, **fields)
        self.assertEqual(answer.status, status, (path, method, answer))
        return answer

    def each(self, status=None):
        """Path and method of all operations, or of those that list the status."""
        for path, method, what in self.description.operations():
            if status is None or str(status) in what["responses"]:
                yield path, method

    def client_of(self, *arguments, **variables):
        folder = tempfile.TemporaryDirectory(prefix="memstore-test-")
        self.addCleanup(folder.cleanup)
        server = memstore.Server(folder.name, "-p0", *arguments, **variables)
        self.addCleanup(server.close)
        client = Client(server.port)
        self.addCleanup(client.close)
        client.server = server
        return client

    def wait_until_ready(self, client):
        deadline = time.monotonic() + memstore.PATIENCE
        while client.ask("GET", "/readyz").status != 200:
            self.assertLess(time.monotonic(), deadline)
            time.sleep(0.01)

    def journaled(self, *arguments):
        client = self.client_of("--journal.enable", "--journal.fsync=never", *arguments)
        self.wait_until_ready(client)
        return client

    def console_files(self):
        return self.description.parameters("/console/{file}", "GET")[0]["schema"]["enum"]

    def check_form(self):
        self.assertEqual(self.description.document["info"]["version"], self.run_memstore("--version")[1].split()[-1])
        for where, example, schema in self.description.examples():
            with self.subTest(where):
                self.description.validate(example, schema)

    def check_routes(self):
        """What the server says it serves is described, path by path and method by method."""
        client = self.journaled("--log.level=debug", "--log.format=json")
        served = {}
        client.server.wait_for_log('"listening"')
        client.server.stop()
        for line in client.server.log().splitlines():
            event = json.loads(line)
            if event.get("event", event.get("msg")) == "route":
                served[event["path"]] = set(event["methods"].split(", "))
        self.assertIn("/v1/execute", served)
        described = {}
        for path, method in self.each():
            names = [path, *self.description.aliases(path)]
            if path == "/v1/keys/{key}":
                names = ["/v1/keys/"]
            if path == "/console/{file}":
                names = ["/console/" + name for name in self.console_files()]
            for name in names:
                described.setdefault(name, set()).add(method)
        served.pop("*")
        self.assertEqual(described, served)

    def check_good_answers(self, client):
        execute = ("/v1/execute", "POST")
        request = self.description.document["paths"]["/v1/execute"]["post"]["requestBody"]
        for name, example in request["content"]["application/json"]["examples"].items():
            with self.subTest(name):
                self.expect(200, client, *execute, None, json.dumps(example["value"]))
        self.expect(200, client, *execute, "/v1/execute/?dry_run=true", '{"commands":[{"cmd_type":"scan","prefix":""}]}')
        everything = [{"cmd_type": "entry", "key": "lock"}, {"cmd_type": "entry", "key": "absent"},
                      {"cmd_type": "check", "key": "absent", "version": 0}, {"cmd_type": "scan", "prefix": "", "limit": 1}]
        self.expect(200, client, *execute, None, json.dumps({"commands": everything}))

        key = "/v1/keys/{key}"
        made = self.expect(201, client, key, "PUT", "/v1/keys/a%2F%FF?ttl_ms=60000", b"\xff")
        self.expect(204, client, key, "PUT", "/v1/keys/a%2F%FF?ttl_ms=60000", b"\xfe", If_Match=f'"{made.etag}"')
        tag = client.ask("GET", "/v1/keys/a%2F%FF").headers["ETag"]
        for method in "GET", "HEAD":
            self.expect(200, client, key, method, "/v1/keys/a%2F%FF")
            self.expect(304, client, key, method, "/v1/keys/a%2F%FF", If_None_Match=tag)
            self.expect(404, client, key, method, "/v1/keys/absent")
            self.expect(200, client, "/v1/keys", method, "/v1/keys?prefix=&limit=2&reverse=true&keys_only=false")
            self.expect(200, client, "/v1/export", method, "/v1/export?versions=true")
            for path in "/v1/cluster", "/livez", "/readyz", "/metrics", "/v1/slowlog":
                self.expect(200, client, path, method)
            for path in "/openapi.json", "/console", "/console/{file}":
                page = self.expect(200, client, path, method)
                self.expect(304, client, path, method, None, If_None_Match=page.headers["ETag"])
        for name in self.console_files():
            self.expect(200, client, "/console/{file}", "GET", "/console/" + name)
        self.expect(204, client, key, "DELETE", "/v1/keys/a%2F%FF")
        self.expect(404, client, key, "DELETE", "/v1/keys/absent")
        self.expect(200, client, "/v1/import", "POST", None, b'{"key":"a","value":"1"}\n{"end":true,"count":1}\n')
        named = self.expect(200, client, "/v1/checkpoint", "POST", X_Request_Id="mine")
        self.assertEqual(named.headers["X-Request-Id"], "mine")
        self.expect(204, client, "/v1/slowlog", "DELETE")
        self.expect(200, client, "/v1/cluster", "PATCH", None, '{"nodes":2}')
        self.expect(200, client, "/v1/cluster", "PATCH", None, '{"nodes":"auto"}')
        self.expect(200, client, "/v1/cluster/rebalance", "POST")
        for path, method in self.each(204):
            if method == "OPTIONS":
                for target in [concrete(path), *self.description.aliases(path)]:
                    self.expect(204, client, path, method, target)
        for path, method in self.each():
            for alias in self.description.aliases(path):
                if method in ("GET", "HEAD"):
                    self.expect(200, client, path, method, alias)

    def check_watch(self, client):
        self.expect(410, client, "/v1/watch", "GET", "/v1/watch?from=99999999")
        self.expect(410, client, "/v1/watch", "HEAD", "/v1/watch?from=99999999")
        self.expect(200, client, "/v1/watch", "HEAD", "/v1/watch")
        kinds = set()
        with Watch(client.port, **{"from": 0}) as watch:
            version = client.execute({"cmd_type": "set", "key": "k", "value": "v", "ttl_ms": 1}).version
            for event in watch.until(version + 1):
                self.description.judge_event("/v1/watch", event)
                kinds.add(event.kind)
        self.assertEqual(kinds, {"snapshot", "commit"})
        connection = http.client.HTTPConnection("127.0.0.1", client.port, timeout=memstore.PATIENCE)
        with contextlib.closing(connection):
            connection.request("GET", "/v1/watch?from=0")
            response = connection.getresponse()
            response.read = lambda: b""  # it does not end by itself
            self.assertEqual(self.description.judge("/v1/watch", "GET", Answer(response)), "200")

    def check_refused_arguments(self, client):
        for path, method in self.each(400):
            answer = self.expect(400, client, path, method, concrete(path) + "?nonsense=1")
            if method != "HEAD":
                self.assertIn("code", answer.json)
        for body in "{", "", '{"commands":[{"cmd_type":"fly"}]}', '{"commands":[{"cmd_type":"get"}]}', '{"if":1}':
            self.expect(400, client, "/v1/execute", "POST", None, body)
        self.expect(400, client, "/v1/import", "POST", None, b'{"key":"a","value":"1"}\n{"key":"b"}\n')
        self.expect(400, client, "/v1/cluster", "PATCH", None, '{"nodes":0}')
        self.expect(404, client, "/console/{file}", "GET", "/console/nothing")
        self.expect(404, client, "/console/{file}", "HEAD", "/console/nothing")

    def check_refused_by_what_is_there(self, client):
        client.execute({"cmd_type": "set", "key": "text", "value": "abc"})
        execute = ("/v1/execute", "POST", None)
        self.expect(422, client, *execute, '{"commands":[{"cmd_type":"incr","key":"text"}]}')
        for conditions in '"exists":false', '"version":1', '"value":"x"':
            check = '{"cmd_type":"check","key":"text",' + conditions + "}"
            self.expect(409, client, *execute, '{"commands":[' + check + "]}")
        for key in "text", "absent":
            traced = '{"trace":true,"commands":[{"cmd_type":"check","key":"' + key + '","version":9}]}'
            self.expect(409, client, *execute, traced)
        self.expect(409, client, *execute, '{"if":[],"then":[{"cmd_type":"check","key":"no","exists":true}]}')
        key = "/v1/keys/{key}"
        for method in "GET", "HEAD", "PUT", "DELETE":
            self.expect(412, client, key, method, "/v1/keys/text", If_Match='"99999"')
        self.expect(412, client, key, "PUT", "/v1/keys/absent", If_Match="*")

    def check_busy_layout(self, client):
        """Asks for one change after the other from several sides, until each kind has met another."""
        met = set()
        deadline = time.monotonic() + memstore.PATIENCE

        def change(path, method, bodies):
            with Client(client.port) as own:
                while len(met) < 2 and time.monotonic() < deadline:
                    for body in bodies:
                        if self.ask(own, path, method, None, body).status == 409:
                            met.add(method)
        sides = [("/v1/cluster", "PATCH", ('{"nodes":1}', '{"nodes":200}')), ("/v1/cluster/rebalance", "POST", (None,))]
        threads = [threading.Thread(target=change, args=side) for side in sides * 2]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        self.assertEqual(met, {"PATCH", "POST"})

    def check_http_itself(self, client):
        for path, method in self.each():
            answer = self.ask(client, path, method, None, b"x", Content_Encoding="gzip")
            self.assertEqual(answer.status, 415, (path, method))
            client.close()
        other = self.description.document["components"]["responses"]["Other"]["content"]["application/json; charset=utf-8"]
        for path, method, status in ("/v1/nothing", "GET", 404), ("/v1/keys", "TRACE", 405), ("/console", "POST", 405):
            answer = client.ask(method, path)
            self.assertEqual(answer.status, status, answer)
            self.description.validate(answer.json, other["schema"])

    def check_foreign_pages(self, client):
        for path, method in self.each(403):
            self.expect(403, client, path, method, Origin="http://evil.example")
        for path in "/livez", "/readyz":
            self.expect(200, client, path, "GET", Origin="http://evil.example")

    def check_tokens(self):
        line = []
        for name, rights in ("reader", "read"), ("admin", "admin"):
            _, output, _ = self.run_memstore("token", "new", name, rights)
            line += [text for text in output.splitlines() if text.startswith("- ")]
            secret = SECRET.search(output)[0] if name == "reader" else secret
        tokens = self.folder / "tokens.yaml"
        tokens.write_text("\n".join(line) + "\n")
        tokens.chmod(0o600)
        client = self.journaled(f"--auth.tokens-file={tokens}")
        bearer = {"Authorization": "Bearer " + secret}
        for path, method in self.each():
            needs_none = self.description.document["paths"][path][method.lower()].get("security") == []
            answer = self.ask(client, path, method)
            (self.assertNotEqual if needs_none else self.assertEqual)(answer.status, 401, (path, method))
            if not needs_none:
                self.expect(401, client, path, method, Authorization="Bearer nobody")
        self.expect(403, client, "/v1/cluster", "GET", **bearer)
        self.expect(403, client, "/v1/execute", "POST", None, '{"commands":[{"cmd_type":"set","key":"a"}]}', **bearer)
        self.expect(403, client, "/v1/keys/{key}", "PUT", None, "v", **bearer)
        self.expect(200, client, "/v1/keys", "GET", **bearer)

    def check_limits(self):
        client = self.client_of("--limits.body=1KiB", "--limits.uri=300", "--limits.header=1KiB", "--limits.answer=1KiB",
                                "--limits.commands=2")
        for path, method in self.each(414):
            self.expect(414, client, path, method, concrete(path) + "?x=" + "y" * 400)
            client.close()
        for path, method in self.each(431):
            self.expect(431, client, path, method, X_Long="y" * 1200)
            client.close()
        client.execute(*[{"cmd_type": "append", "key": "long", "value": "v" * 450}] * 2)
        client.execute({"cmd_type": "append", "key": "long", "value": "v" * 450})
        for target in "/v1/keys/long", "/v1/keys?prefix=long":
            path = "/v1/keys/{key}" if target.endswith("/long") else "/v1/keys"
            for method in "GET", "HEAD":
                self.expect(413, client, path, method, target)
        self.expect(413, client, "/v1/execute", "POST", None, '{"commands":[{"cmd_type":"get","key":"long"}]}')
        three = json.dumps({"commands": [{"cmd_type": "get", "key": "a"}] * 3})
        self.expect(413, client, "/v1/execute", "POST", None, three)
        for path, method in ("/v1/execute", "POST"), ("/v1/keys/{key}", "PUT"), ("/v1/cluster", "PATCH"):
            self.expect(413, client, path, method, None, b"x" * 2000)
            client.close()

    def check_slow_requests(self):
        server = self.client_of("--timeouts.request=100ms").server
        waiting = []
        for path, method in self.each(408):
            connection = server.connect()
            self.addCleanup(connection.close)
            connection.sendall(head_of(method, concrete(path)))
            waiting.append((path, method, connection))
        for path, method, connection in waiting:
            answer = RawAnswer(connection, method)
            self.assertEqual(self.description.judge(path, method, answer), "408", answer)

    def check_crowd(self):
        client = self.client_of("--limits.connections=1", "--threads=1")
        self.assertEqual(client.ask("GET", "/livez").status, 200)  # and stays
        for path, method in self.each(503):
            with Client(client.port) as other:
                self.expect(503, other, path, method)

    def check_rates(self):
        client = self.client_of("--rate.mode=enforce", "--rate.per-address=1", "--rate.per-address-burst=1",
                                "--watch.history=0")
        for path, method in self.each(429):
            statuses = {self.ask(client, path, method).status for _ in range(4)}
            self.assertIn(429, statuses, (path, method))
        for path in "/livez", "/readyz":
            self.expect(200, client, path, "GET")

    def check_full_memory(self):
        client = self.client_of("--memory.limit=1MiB")
        value = "v" * (2 << 20)
        self.expect(507, client, "/v1/execute", "POST", None, json.dumps({"commands": [{"cmd_type": "set", "key": "a", "value": value}]}))
        self.expect(507, client, "/v1/keys/{key}", "PUT", None, value)
        self.expect(507, client, "/v1/import", "POST", None, json.dumps({"key": "a", "value": value}) + "\n")

    def check_what_is_switched_off(self):
        client = self.client_of("--watch.history=0")
        self.expect(404, client, "/v1/watch", "GET")
        self.expect(404, client, "/v1/watch", "HEAD")
        self.expect(404, client, "/v1/checkpoint", "POST")

    def check_slow_log(self):
        client = self.client_of("--slowlog.threshold=0ms")
        client.execute({"cmd_type": "get", "key": "a"})
        self.assertTrue(self.expect(200, client, "/v1/slowlog", "GET").json["entries"])

    def wait_until_refused(self, server):
        """It listens no more: what it says of its readiness has changed before."""
        deadline = time.monotonic() + memstore.PATIENCE
        while time.monotonic() < deadline:
            try:
                server.connect().close()
            except OSError:
                return
            time.sleep(0.01)
        self.fail("it listens still")

    def check_draining(self):
        server = self.client_of("--drain-timeout=1h").server
        begun = []
        for method in "GET", "HEAD":
            connection = server.connect()
            self.addCleanup(connection.close)
            for _ in range(2):  # the first says that the connection was let in
                connection.sendall(head_of(method, "/readyz") + b"\r\n")
                RawAnswer(connection, method)
            connection.sendall(head_of(method, "/readyz"))
            begun.append((method, connection))
        time.sleep(0.2)
        server.signal(signal.SIGTERM)
        self.wait_until_refused(server)
        for method, connection in begun:
            connection.sendall(b"\r\n")
            answer = RawAnswer(connection, method)
            self.assertEqual(self.description.judge("/readyz", method, answer), "503", answer)
            if method == "GET":
                self.assertEqual(answer.body, b"draining")
        self.assertEqual(server.wait(), 0)

    def test_every_answer_is_described_and_every_description_true(self):
        self.check_form()
        self.check_routes()
        client = self.journaled()
        self.check_good_answers(client)
        self.check_watch(client)
        self.check_refused_arguments(client)
        self.check_refused_by_what_is_there(client)
        self.check_busy_layout(client)
        self.check_http_itself(client)
        self.check_foreign_pages(client)
        self.check_tokens()
        self.check_limits()
        self.check_slow_requests()
        self.check_crowd()
        self.check_rates()
        self.check_full_memory()
        self.check_what_is_switched_off()
        self.check_slow_log()
        self.check_draining()
        self.assertEqual(self.description.not_shown(), [])

    def test_a_lie_is_found(self):
        """The judge is no rubber stamp."""
        client = self.client_of()
        for spoil in (
            lambda paths: paths["/v1/keys"]["get"]["responses"]["200"]["headers"].clear(),
            lambda paths: paths["/v1/keys"]["get"]["responses"]["200"]["content"].clear(),
            lambda paths: paths["/v1/keys"]["get"]["responses"].pop("200"),
        ):
            document = json.loads(self.text)
            spoil(document["paths"])
            spoiled = Description(document)
            with self.assertRaises(AssertionError):
                spoiled.judge("/v1/keys", "GET", client.ask("GET", "/v1/keys"))
        document = json.loads(self.text)
        del document["components"]["schemas"]["Page"]["properties"]["next"]
        spoiled = Description(document)
        with self.assertRaisesRegex(Exception, "next"):
            spoiled.judge("/v1/keys", "GET", client.ask("GET", "/v1/keys"))
        self.assertIn(("/v1/keys", "GET", "200"), spoiled.not_shown())

    @unittest.skipUnless(REDOCLY.exists(), "scripts/install_deps test installs Redocly")
    def test_redocly_finds_no_error(self):
        path = self.folder / "openapi.json"
        path.write_bytes(self.text)
        quiet = {"REDOCLY_TELEMETRY": "off", "REDOCLY_SUPPRESS_UPDATE_NOTICE": "true"}
        done = subprocess.run([REDOCLY, "lint", "--extends=recommended", "--format=json", path], cwd=self.folder,
                              env=os.environ | quiet, capture_output=True, timeout=memstore.PATIENCE)
        self.assertEqual(done.returncode, 0, done.stdout.decode() + done.stderr.decode())
        self.assertEqual(json.loads(done.stdout)["totals"]["errors"], 0, done.stdout.decode())


if __name__ == "__main__":
    memstore.main()
