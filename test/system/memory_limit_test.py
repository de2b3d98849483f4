"""A memory limit: what does not fit is refused before it happens, and the process is as large as that says."""
import random
import re

import client
import memstore

LIMIT = 64 << 20
BATCH = 100


def set_command(key, value, **more):
    return {"cmd_type": "set", "key": key, "value": value, **more}


class MemoryLimit(memstore.Case):
    def fill(self, server, value_bytes, **more):
        """Writes keys, some a transaction, until that is refused. @return how many, and the refusal"""
        keys = 0
        while True:
            batch = [set_command(f"key:{i:012}", "v" * value_bytes, **more) for i in range(keys, keys + BATCH)]
            status, body = server.execute(*batch)
            if status != 200:
                return keys, status, body
            keys += BATCH

    def test_what_does_not_fit_is_refused_and_nothing_of_it_happens(self):
        server = self.serve("-p0", "--memory.limit=8MiB")
        keys, status, body = self.fill(server, 1024)
        self.assertEqual((status, body["code"], body["option"]), (507, "memory_limit", "memory.limit"))
        self.assertEqual(body["limit"], 8 << 20)
        self.assertGreater(body["actual"], body["limit"])
        first_refused = {"cmd_type": "get", "key": f"key:{keys:012}"}
        self.assertEqual(server.execute(first_refused), (200, {"results": [None]}))

        status, _ = server.request("PUT", "/v1/keys/large", b"v" * (2 << 20))
        self.assertEqual(status, 507)
        self.assertEqual(server.request("GET", "/v1/keys/large")[0], 404)
        one = f"key:{0:012}"
        self.assertEqual(server.execute(set_command(one, "w" * 1024))[0], 200)
        self.assertEqual(server.request("DELETE", f"/v1/keys/{one}")[0], 204)

        everything = {"cmd_type": "delrange", "prefix": "key:"}
        self.assertEqual(server.execute(everything), (200, {"results": [keys - 1]}))
        self.assertEqual(server.request("PUT", "/v1/keys/large", b"v" * (2 << 20))[0], 201)

    def test_keys_not_asked_for_lately_go_where_that_is_the_policy(self):
        server = self.serve("-p0", "--memory.limit=8MiB", "--memory.policy=lru")
        asked_for = f"key:{0:012}"

        def write(first):
            batch = [set_command(f"key:{i:012}", "v" * 1024) for i in range(first, first + BATCH)]
            status, answer = server.execute(*batch, {"cmd_type": "get", "key": asked_for})
            self.assertEqual(status, 200, answer)
            self.assertEqual(answer["results"][-1], "v" * 1024)

        for first in range(0, 20_000, BATCH):
            write(first)
        _, answer = server.execute({"cmd_type": "count", "prefix": "key:"})
        self.assertGreater(answer["results"][0], 4_000)
        self.assertLess(answer["results"][0], 8_000)
        with client.Watch(server.port, prefix="key:") as watch:
            write(20_000)
            causes = []
            for event in watch:
                if event.kind == "commit":
                    causes.append(set(event.causes.values()))
                if event.kind == "commit" and causes[-1] == {None}:
                    break
        self.assertEqual(causes[0], {"evicted"})
        (evicted,) = re.findall(rb"memstore_evicted_keys_total (\d+)", server.request("GET", "/metrics")[1])
        self.assertGreater(int(evicted), 10_000)
        count = {"cmd_type": "count", "prefix": ""}
        before = server.execute(count)
        status, body = server.request("PUT", "/v1/keys/large", b"v" * (9 << 20))
        self.assertEqual(status, 507, body)
        self.assertEqual(server.execute(count), before)

    def test_a_policy_without_a_limit_does_nothing_and_says_so(self):
        server = self.serve("-p0", "--memory.policy=lru")
        server.wait_for_log("memory.policy does nothing without memory.limit")
        self.assertEqual(server.execute(set_command("k", "v"))[0], 200)

    def assert_no_sanitizer(self):
        if memstore.is_sanitized():
            self.skipTest("a sanitizer takes memory of its own")

    def test_the_process_stays_near_its_limit_while_the_sizes_of_values_change(self):
        self.assert_no_sanitizer()
        server = self.serve("-p0", f"--memory.limit={LIMIT}", "--memory.policy=lru")
        before = server.resident_bytes()
        number = random.Random(1).randrange
        for value_bytes in (1000, 200, 700):
            for written in range(0, LIMIT * 5 // 4, BATCH * value_bytes):
                batch = [set_command(f"key:{number(1 << 40):x}", "v" * value_bytes) for _ in range(BATCH)]
                status, answer = server.execute(*batch)
                self.assertEqual(status, 200, answer)
            self.assertLess((server.resident_bytes() - before) / LIMIT, 1.5)
            (held,) = re.findall(rb"memstore_memory_held_bytes (\d\S*)", server.request("GET", "/metrics")[1])
            self.assertAlmostEqual((server.resident_bytes() - before) / float(held), 1, delta=0.15)

    def assert_grows_as_limited(self, value_bytes, **more):
        """The process is as large as its limit says, give or take 15 %."""
        self.assert_no_sanitizer()
        server = self.serve("-p0", f"--memory.limit={LIMIT}")
        before = server.resident_bytes()
        self.fill(server, value_bytes, **more)
        self.assertAlmostEqual((server.resident_bytes() - before) / LIMIT, 1, delta=0.15)

    def test_small_values_are_counted_as_they_are(self):
        self.assert_grows_as_limited(value_bytes=32)

    def test_deadlines_are_counted(self):
        self.assert_grows_as_limited(value_bytes=32, ttl_ms=3_600_000)

    def test_long_values_are_counted_as_they_are(self):
        self.assert_grows_as_limited(value_bytes=3000)


if __name__ == "__main__":
    memstore.main()
