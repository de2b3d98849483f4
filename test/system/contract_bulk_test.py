"""What the wire contract says of export and import, sentence by sentence."""
import json
import socket
import time

import memstore
from client import Client
from contract import HOUR_MS, Contract, command, encoded, put, scan
from model import Within


class Bulk(Contract):
    def exported(self, client, parameters=""):
        answer = client.ask("GET", "/v1/export" + parameters)
        self.assertEqual((answer.status, answer.headers["Content-Type"]), (200, "application/x-ndjson"), answer)
        self.assertTrue(answer.body.endswith(b"\n"))
        *lines, end = map(json.loads, answer.body.splitlines())
        self.assertEqual(end, {"end": True, "count": len(lines)})
        return {json.dumps(line["key"]): line for line in lines}, answer

    def import_(self, client, *lines):
        text = "".join((line if isinstance(line, str) else json.dumps(line)) + "\n" for line in lines)
        return client.ask("POST", "/v1/import", text)

    def test_methods(self):
        with self.store() as client:
            self.assert_methods(client, "POST", "/v1/export", ("GET",))
            self.assert_methods(client, "GET", "/v1/import", ("POST",))

    def test_export(self):
        with self.store() as client:
            now_ms = time.time() * 1000
            version = self.fill(client, put("a", "1"), put("b/1", "2", ttl_ms=HOUR_MS))
            binary = self.fill(client, put(encoded(b"b/\xff"), encoded(b"\xfe")), encoding="base64")
            lines, answer = self.exported(client)
            self.assertGreaterEqual(answer.version, binary)
            deadline = Within(now_ms + HOUR_MS - 60_000, now_ms + HOUR_MS + 60_000)
            key, value = {"base64": encoded(b"b/\xff")}, {"base64": encoded(b"\xfe")}
            expected = [
                {"key": "a", "value": "1", "version": version},
                {"key": "b/1", "value": "2", "version": version, "expires_at_ms": deadline},
                {"key": key, "value": value, "version": binary},
            ]
            self.assert_same({json.dumps(line["key"]): line for line in expected}, lines)
            some, _ = self.exported(client, "?prefix=b%2F")
            self.assert_same({json.dumps(line["key"]): line for line in expected[1:]}, some)

    def test_export_of_nothing(self):
        with self.store() as client:
            self.assertEqual(self.exported(client)[0], {})

    def test_an_export_is_one_consistent_snapshot_while_writes_go_on(self):
        value = "v" * 2000
        keys = [f"{number:04}" for number in range(5000)]
        with self.store() as client, Client(client.port) as writer:
            for begin in range(0, len(keys), 1000):
                before = self.fill(client, *(put(key, value) for key in keys[begin : begin + 1000]))
            connection = socket.create_connection(("127.0.0.1", client.port), memstore.PATIENCE)
            with connection:  # ten megabytes do not fit any buffer in between
                connection.sendall(b"GET /v1/export HTTP/1.1\r\nHost: memstore\r\nConnection: close\r\n\r\n")
                stream = connection.makefile("rb")
                self.assertIn(b" 200 ", stream.readline())
                for _ in range(3):
                    self.fill(writer, *(put(key, "changed") for key in keys))
                self.fill(writer, command("delrange", prefix=""))
                body = stream.read()
            self.assertEqual(body.count(value.encode()), len(keys))
            self.assertNotIn(b"changed", body)
            self.assertIn(b'"count":5000', body.replace(b" ", b""))
            self.assertIn(f"Memstore-Version: {before}".encode(), body)

    def test_import_of_an_export(self):
        with self.store() as client:
            self.fill(client, put("a", "1"), put("b", "\u20ac", ttl_ms=HOUR_MS))
            self.fill(client, put(encoded(b"\xff"), encoded(b"\xfe")), encoding="base64")
            lines, answer = self.exported(client)
        with self.store() as client:
            before = self.fill(client, put("a", "old"), put("other"))
            imported = client.ask("POST", "/v1/import", answer.body)
            self.assertEqual((imported.status, imported.json), (200, {"imported": 3}), imported)
            copied, _ = self.exported(client)
            self.assertEqual(copied.pop('"other"')["version"], before)
            for line in copied.values():
                self.assertGreater(line.pop("version"), before)
            for line in lines.values():
                line.pop("version")
                if "expires_at_ms" in line:
                    line["expires_at_ms"] = Within(line["expires_at_ms"] - 2000, line["expires_at_ms"] + 2000)
            self.assert_same(lines, copied)

    def test_a_long_import(self):
        lines = [{"key": f"{number:05}", "value": "v" * 100, "version": 1} for number in range(30_000)]
        with self.store() as client:
            answer = self.import_(client, *lines, {"end": True, "count": len(lines)})
            self.assertEqual((answer.status, answer.json), (200, {"imported": len(lines)}))
            self.assert_results(client.execute(command("count", prefix="")), len(lines))

    def test_a_bad_line_ends_an_import(self):
        good = [{"key": f"{number:04}", "value": "v", "version": 1} for number in range(2500)]
        bad = [
            "not json",
            '{"key": "x"',
            {"key": "x", "version": 1, "valu": "v"},
            {"key": 5, "value": "v", "version": 1},
            {"value": "v", "version": 1},
        ]
        for line in bad:
            for place in (0, 2, 1500):
                with self.store(says=f"{line} {place}") as client:
                    answer = self.import_(client, *good[:place], line, *good[place:])
                    body = self.assert_error(answer, 400)
                    applied = client.execute(command("count", prefix="")).json["results"][0]
                    self.assertLessEqual(applied, place)
                    self.assertIn(applied, body.values())
                    self.assertIn(place + 1, body.values())
                    (listed,) = client.execute(scan(prefix="", limit=10_000)).json["results"]
                    self.assertEqual([e["key"] for e in listed["entries"]], [e["key"] for e in good[:applied]])


if __name__ == "__main__":
    memstore.main()
