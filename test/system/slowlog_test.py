"""Request ids, /v1/slowlog, and traces of transactions."""
import http.client
import json
import re
import time

import client
import memstore

MADE = re.compile(r"^[0-9a-f]{8}-[0-9a-f]+$")
GET = json.dumps({"commands": [{"cmd_type": "get", "key": "a"}]})


class RequestIds(memstore.Case):
    def ask(self, asks, request_id, path="/v1/execute"):
        headers = {} if request_id is None else {"X-Request-Id": request_id}
        return asks.ask("POST", path, GET, headers).headers["X-Request-Id"]

    def test_the_clients_own_comes_back(self):
        with client.Client(self.serve("-p0").port) as asks:
            for name in ("a", "x" * 128, "0b7c-5/+=,;:!~", '"quoted\\"'):
                self.assertEqual(self.ask(asks, name), name)
                self.assertEqual(self.ask(asks, name, "/nowhere"), name, "errors have it, too")

    def test_what_is_none_is_not_repeated(self):
        with client.Client(self.serve("-p0").port) as asks:
            for name in ("", "x" * 129, "two words", "tab\tbed", "\xfc"):
                self.assertIsNone(self.ask(asks, name), name)
            self.assertIsNone(self.ask(asks, None))

    def test_two_are_none(self):
        server = self.serve("-p0")
        connection = http.client.HTTPConnection("127.0.0.1", server.port, timeout=memstore.PATIENCE)
        self.addCleanup(connection.close)
        connection.putrequest("GET", "/livez")
        connection.putheader("X-Request-Id", "a")
        connection.putheader("X-Request-Id", "b")
        connection.endheaders()
        answer = connection.getresponse()
        self.assertEqual((answer.status, answer.headers["X-Request-Id"]), (200, None))

    def test_the_access_log_names_each_request_as_its_answer_does(self):
        server = self.serve("-p0", "--log.access")
        with client.Client(server.port) as asks:
            self.assertEqual(self.ask(asks, "mine"), "mine")
            server.wait_for_log("id=mine\n")
            first, second = self.ask(asks, None), self.ask(asks, None)
        self.assertRegex(first, MADE)
        self.assertNotEqual(first, second)
        server.wait_for_log(f"id={first}")
        server.wait_for_log(f"id={second}")


class SlowLog(memstore.Case):
    def slow(self, asks):
        answer = asks.ask("GET", "/v1/slowlog")
        self.assertEqual((answer.status, answer.headers["Cache-Control"]), (200, "no-store"))
        return answer.json

    def test_what_is_not_slow_is_not_in_it(self):
        with client.Client(self.serve("-p0", "--slowlog.threshold=1h").port) as asks:
            asks.execute({"cmd_type": "get", "key": "a"})
            self.assertEqual(self.slow(asks), {"threshold_ms": 3_600_000, "recorded": 0, "entries": []})

    def test_a_slow_one_is_told_without_its_values(self):
        with client.Client(self.serve("-p0", "--slowlog.threshold=0s").port) as asks:
            began = time.time()
            commands = [{"cmd_type": "set", "key": f"key{i}" + "k" * 100 * (i == 1), "value": "secret"} for i in range(20)]
            answer = asks.ask(
                "POST", "/v1/execute?dry_run=false", json.dumps({"commands": commands}), {"X-Request-Id": "mine"}
            )
            self.assertEqual(answer.status, 200, answer)
            (entry,) = [one for one in self.slow(asks)["entries"] if one["id"] == "mine"]
            self.assertEqual((entry["method"], entry["route"], entry["status"]), ("POST", "/v1/execute", 200))
            self.assertAlmostEqual(entry["at_ms"] / 1000, began, delta=memstore.PATIENCE)
            self.assertEqual(entry["commands"], 20)
            self.assertEqual(len(entry["keys"]), 8)
            self.assertEqual(entry["keys"][0], "key0")
            self.assertEqual(entry["keys"][1], ("key1" + "k" * 100)[:64] + "...")
            stages = [entry[name] for name in ("wait_us", "execute_us", "journal_us")]
            self.assertTrue(all(stage >= 0 for stage in stages), stages)
            self.assertLessEqual(sum(stages), entry["took_us"] + 3)
            self.assertNotIn("secret", json.dumps(self.slow(asks)))

    def test_any_bytes_may_be_a_key(self):
        with client.Client(self.serve("-p0", "--slowlog.threshold=0s").port) as asks:
            self.assertEqual(asks.ask("PUT", client.key_path(b'\xff\n"\x00'), b"1").status, 201)
            self.assertEqual(self.slow(asks)["entries"][0]["keys"], ['\\xff\\n\\"\\x00'])

    def test_the_end_is_told(self):
        with client.Client(self.serve("-p0", "--slowlog.threshold=0s").port) as asks:
            asks.execute({"cmd_type": "check", "key": "a", "exists": True})
            asks.execute({"cmd_type": "fly"})
            asks.ask("GET", "/nowhere")
            nowhere, unknown, failed = self.slow(asks)["entries"]
            self.assertEqual((failed["status"], failed["keys"], failed["commands"]), (409, ["a"], 1))
            self.assertEqual((unknown["status"], unknown["code"]), (400, "unknown_command"))
            self.assertEqual((nowhere["status"], nowhere["code"], nowhere["route"]), (404, "not_found", ""))
            self.assertNotIn("commands", nowhere)

    def test_a_slow_request_without_a_name_gets_one(self):
        with client.Client(self.serve("-p0", "--slowlog.threshold=0s").port) as asks:
            answer = asks.ask("POST", "/v1/execute", GET)
            self.assertRegex(answer.headers["X-Request-Id"], MADE)
            self.assertEqual(self.slow(asks)["entries"][0]["id"], answer.headers["X-Request-Id"])

    def test_it_keeps_the_latest_until_it_is_emptied(self):
        with client.Client(self.serve("-p0", "--slowlog.threshold=0s", "--slowlog.entries=5").port) as asks:
            for i in range(12):
                asks.ask("POST", "/v1/execute", GET, {"X-Request-Id": f"n{i}"})
            told = self.slow(asks)
            self.assertEqual([one["id"] for one in told["entries"]], ["n11", "n10", "n9", "n8", "n7"])
            self.assertEqual(told["recorded"], 12)
            self.assertEqual(asks.ask("DELETE", "/v1/slowlog").status, 204)
            left = self.slow(asks)["entries"]
            self.assertEqual([(one["method"], one["route"]) for one in left], [("DELETE", "/v1/slowlog")])

    def test_it_can_be_off(self):
        with client.Client(self.serve("-p0", "--slowlog.threshold=0s", "--slowlog.entries=0").port) as asks:
            self.assertIsNone(asks.ask("POST", "/v1/execute", GET).headers["X-Request-Id"])
            self.assertEqual(self.slow(asks)["entries"], [])


class Traces(memstore.Case):
    def traced(self, asks, *commands, **members):
        answer = asks.execute(*commands, trace=True, **members)
        trace = answer.json["trace"]
        self.assertEqual(list(trace), ["wait_us", "execute_us", "journal_us"])
        self.assertTrue(all(isinstance(us, int) and us >= 0 for us in trace.values()), trace)
        return answer

    def test_a_transaction_tells_its_stages_where_it_is_asked_to(self):
        with client.Client(self.serve("-p0").port) as asks:
            answer = self.traced(asks, {"cmd_type": "set", "key": "a", "value": "1"}, {"cmd_type": "get", "key": "a"})
            self.assertEqual((answer.status, answer.json["results"]), (200, ["1", "1"]))
            self.assertEqual(self.traced(asks).json["results"], [])
            self.assertEqual(self.traced(asks, {"cmd_type": "check", "key": "a", "value": "2"}).status, 409)
            self.assertEqual(self.traced(asks, {"cmd_type": "get", "key": "a"}, dry_run=True).json["results"], ["1"])
            self.assertNotIn("trace", asks.execute({"cmd_type": "get", "key": "a"}, trace=False).json)
            self.assertNotIn("trace", asks.execute({"cmd_type": "get", "key": "a"}).json)
            refused = asks.post({"commands": [], "trace": "yes"})
            self.assertEqual(refused.json["error"], '"trace" must be true or false')

    def test_a_synced_write_waits_for_the_journal(self):
        server = self.serve("-p0", "--journal.enable")
        deadline = time.monotonic() + memstore.PATIENCE
        while server.request("GET", "/readyz")[0] != 200:
            self.assertLess(time.monotonic(), deadline)
            time.sleep(0.01)
        with client.Client(server.port) as asks:
            written = self.traced(asks, {"cmd_type": "set", "key": "a", "value": "1"}).json["trace"]
            self.assertGreater(written["journal_us"], 0)
            read = self.traced(asks, {"cmd_type": "get", "key": "a"}).json["trace"]
            self.assertEqual((read["wait_us"], read["journal_us"]), (0, 0))

    def test_a_long_answer_has_it_too(self):
        with client.Client(self.serve("-p0").port) as asks:
            value = "v" * 300_000
            answer = self.traced(asks, {"cmd_type": "set", "key": "a", "value": value}, {"cmd_type": "get", "key": "a"})
            self.assertEqual(answer.json["results"], [value, value])


if __name__ == "__main__":
    memstore.main()
