"""What the tests of the wire contract share: commands, results, and stores to try them on."""
import base64
import contextlib
import tempfile

import memstore
from client import Client
from model import ANYTHING, Within, resolve, same

JSON_TYPE = "application/json; charset=utf-8"
INT64_MAX, INT64_MIN = (1 << 63) - 1, -(1 << 63)
HOUR_MS = 3_600_000
AN_HOUR = Within(1, HOUR_MS)


def command(kind, key=None, **members):
    """A command; a member that is a word of Python has an underscore behind it."""
    named = {} if key is None else {"key": key}
    return {"cmd_type": kind} | named | {name.rstrip("_"): value for name, value in members.items()}


def get(key):
    return command("get", key)


def put(key, value="v", **members):
    return command("set", key, value=value, **members)


def scan(**members):
    return command("scan", **members)


def entry(value, version, ttl_ms=None):
    return {"value": value, "version": version, "ttl_ms": ttl_ms}


def found(*keys, value="v", next_=None, version=ANYTHING):
    """A scan's result, of keys that all have this value."""
    return {"entries": [{"key": key, "value": value, "version": version} for key in keys], "next": next_}


def encoded(data):
    return base64.b64encode(data).decode()


def failed(index, key, actual):
    return {"command": index, "key": key, "expected": ANYTHING, "actual": actual}


class Contract(memstore.Case):
    @contextlib.contextmanager
    def store(self, *arguments, says=""):
        """A client of an empty store, for one row of a table."""
        with self.subTest(says), tempfile.TemporaryDirectory(prefix="memstore-test-") as folder:
            with contextlib.closing(memstore.Server(folder, "-p0", "--log.level=warn", *arguments)) as server:
                with Client(server.port) as client:
                    yield client

    def assert_same(self, expected, actual, *facts):
        self.assertTrue(same(expected, actual), f"\nexpected {expected}\n  actual {actual} {facts or ''}")

    def assert_results(self, answer, *results):
        self.assertEqual(answer.status, 200, answer)
        self.assert_same({"results": [resolve(result, answer.version) for result in results]}, answer.json)

    def assert_methods(self, client, method, path, allowed):
        """A method that the route does not know is told those that it knows."""
        answer = client.ask(method, path)
        self.assert_error(answer, 405)
        named = {name.strip() for name in answer.headers["Allow"].split(",")}
        self.assertLessEqual(set(allowed), named)
        self.assertNotIn(method, named)

    def assert_error(self, answer, status, code=None, **members):
        """An error as every layer should tell it."""
        self.assertEqual(answer.status, status, answer)
        self.assertEqual(answer.headers["Content-Type"], JSON_TYPE)
        body = answer.json
        self.assertIsInstance(body["error"], str)
        self.assertRegex(body["code"], "^[a-z][a-z0-9_]*$")
        if code is not None:
            self.assertEqual(body["code"], code, body)
        for name, value in members.items():
            self.assert_same(value, body.get(name), body)
        return body

    def fill(self, client, *commands, **members):
        """Commits these. @return their version"""
        answer = client.execute(*commands, **members)
        self.assertEqual(answer.status, 200, answer)
        return answer.version

    def run_commands(self, rows):
        """Rows of (what it says, what is there before, commands, their results)."""
        for says, before, commands, results in rows:
            with self.store(says=says) as client:
                if before:
                    self.fill(client, *before)
                self.assert_results(client.execute(*commands), *results)
