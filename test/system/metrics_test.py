"""GET /metrics: Prometheus can read it, it says what was done, and counters only grow."""
import contextlib
import json
import math
import os
import re
import shutil
import socket
import subprocess
import threading
import time
import unittest

import client
import memstore

SAMPLE = re.compile(r'^([a-z_]+)(?:\{(.*)\})? (\S+)$')
LABEL = re.compile(r'([a-z_]+)="((?:[^"\\]|\\.)*)"')


class Page:
    """What a page of metrics says: values by name and labels."""

    def __init__(self, text):
        self.text = text
        self.types = dict(re.findall(r"^# TYPE (\S+) (\S+)$", text, re.M))
        self.values = {}
        for line in text.splitlines():
            if line.startswith("#"):
                continue
            name, labels, value = SAMPLE.match(line).groups()
            sample = name, frozenset(LABEL.findall(labels or ""))
            assert sample not in self.values, f"twice: {line}"
            self.values[sample] = float(value)

    def value(self, name, **labels):
        """Of one sample; 0 where there is none."""
        return self.values.get((name, frozenset(labels.items())), 0)

    def sum(self, name, **labels):
        """Of all samples that have these labels, whatever else they have."""
        wanted = set(labels.items())
        return sum(value for (other, has), value in self.values.items() if other == name and wanted <= has)

    def counters(self):
        """All that may only grow."""
        only_grows = {name for name, kind in self.types.items() if kind == "counter"}
        for name, kind in self.types.items():
            if kind == "histogram":
                only_grows |= {name + "_count", name + "_sum", name + "_bucket"}
        return {sample: value for sample, value in self.values.items() if sample[0] in only_grows}


class Metrics(memstore.Case):
    def serve_with_journal(self, *arguments):
        """Until it serves, nothing of it can be told."""
        server = self.serve("-p0", "--journal.enable", *arguments)
        deadline = time.monotonic() + memstore.PATIENCE
        while server.request("GET", "/readyz")[0] != 200:
            self.assertLess(time.monotonic(), deadline)
            time.sleep(0.01)
        return server

    def page(self, server):
        status, body = server.request("GET", "/metrics")
        self.assertEqual(status, 200, body)
        return Page(body.decode())

    @unittest.skipIf(shutil.which("promtool") is None, "needs promtool: scripts/install_deps test")
    def test_promtool_has_no_complaint(self):
        server = self.serve_with_journal()
        server.execute({"cmd_type": "set", "key": "a", "value": "1"})
        server.request("POST", "/v1/checkpoint")
        server.request("GET", "/nowhere")
        text = self.page(server).text
        checked = subprocess.run(
            ["promtool", "check", "metrics"], input=text, capture_output=True, text=True, timeout=memstore.PATIENCE
        )
        self.assertEqual((checked.returncode, checked.stdout, checked.stderr), (0, "", ""))

    def test_the_answer_is_of_the_format_and_of_now(self):
        server = self.serve("-p0")
        with client.Client(server.port) as asks:
            answer = asks.ask("GET", "/metrics")
            self.assertEqual(answer.headers["Content-Type"], "text/plain; version=0.0.4; charset=utf-8")
            self.assertEqual(answer.headers["Cache-Control"], "no-store")
            self.assertEqual(asks.ask("HEAD", "/metrics").body, b"")
            self.assertEqual(asks.ask("POST", "/metrics").status, 405)
            self.assertEqual(asks.ask("GET", "/metrics?x=1").status, 400)

    def test_a_page_of_another_site_never_sees_it(self):
        server = self.serve("-p0", "--metrics.public")
        with client.Client(server.port) as asks:
            self.assertEqual(asks.ask("GET", "/metrics", headers={"Origin": "https://example.org"}).status, 403)
            named = {"Host": "example.org", "Sec-Fetch-Site": "same-origin"}
            self.assertEqual(asks.ask("GET", "/metrics", headers=named).status, 403)

    def test_requests_are_counted_by_route_and_code(self):
        server = self.serve("-p0")
        for _ in range(5):
            server.execute({"cmd_type": "get", "key": "a"})
        server.request("POST", "/v1/execute", "{")
        server.request("PUT", "/v1/keys/a", b"1")
        server.request("GET", "/v1/keys/a")
        server.request("GET", "/v1/keys/none")
        server.request("DELETE", "/v1/keys/a")
        server.request("GET", "/nowhere")
        server.request("BREW", "/v1/execute")
        page = self.page(server)
        requests = "memstore_http_requests_total"
        keys = "/v1/keys/{key}"
        self.assertEqual(page.value(requests, route="/v1/execute", method="POST", code="200"), 5)
        self.assertEqual(page.value(requests, route="/v1/execute", method="POST", code="400"), 1)
        self.assertEqual(page.value(requests, route=keys, method="PUT", code="201"), 1)
        self.assertEqual(page.value(requests, route=keys, method="GET", code="200"), 1)
        self.assertEqual(page.value(requests, route=keys, method="GET", code="404"), 1)
        self.assertEqual(page.value(requests, route=keys, method="DELETE", code="204"), 1)
        self.assertEqual(page.value(requests, route="none", method="any", code="404"), 1)
        self.assertEqual(page.value(requests, route="none", method="any", code="405"), 1)
        durations = "memstore_http_request_duration_seconds"
        self.assertEqual(page.value(durations + "_count", route="/v1/execute", method="POST"), 6)
        self.assertEqual(page.value(durations + "_bucket", route="/v1/execute", method="POST", le="+Inf"), 6)
        self.assertGreater(page.value(durations + "_sum", route="/v1/execute", method="POST"), 0)
        rejected = "memstore_http_rejected_requests_total"
        self.assertEqual(page.value(rejected, reason="malformed_json"), 1)
        self.assertEqual(page.value(rejected, reason="not_found"), 1, "an absent key is no rejection")
        self.assertEqual(page.value(rejected, reason="method_not_allowed"), 1)

    def test_requests_that_come_together_are_counted_each(self):
        server = self.serve("-p0", "--threads=1")
        body = b'{"commands":[{"cmd_type":"get","key":"a"}]}'
        one = b"POST /v1/execute HTTP/1.1\r\nHost: a\r\nContent-Length: %d\r\n\r\n%s" % (len(body), body)
        with contextlib.closing(server.connect()) as connection:
            connection.sendall(one * 100)
            received = b""
            while received.count(b"HTTP/1.1 200") < 100:
                received += connection.recv(65536)
        page = self.page(server)
        self.assertEqual(page.sum("memstore_http_requests_total", route="/v1/execute"), 100)
        taken = page.value("memstore_http_request_duration_seconds_sum", route="/v1/execute", method="POST")
        self.assertLess(taken, memstore.PATIENCE)
        self.assertGreaterEqual(page.value("memstore_http_received_bytes_total"), 100 * len(one))
        self.assertGreaterEqual(page.value("memstore_http_sent_bytes_total"), len(received))

    def test_transactions_are_counted_by_result_and_commands_by_type(self):
        server = self.serve("-p0", "--memory.limit=64KiB")
        set_a = {"cmd_type": "set", "key": "a", "value": "x"}
        server.execute(set_a, {"cmd_type": "get", "key": "a"}, {"cmd_type": "get", "key": "b"})
        server.execute({"cmd_type": "get", "key": "a"})
        server.execute({"cmd_type": "check", "key": "a", "value": "y"}, set_a)
        server.execute({"cmd_type": "incr", "key": "a"})
        self.assertEqual(server.execute({"cmd_type": "set", "key": "b", "value": "x" * 100_000})[0], 507)
        page = self.page(server)
        ended = {how: page.value("memstore_transactions_total", result=how) for how in
                 ("committed", "read", "check_failed", "unfit", "refused", "lost")}
        self.assertEqual(
            ended, {"committed": 1, "read": 1, "check_failed": 1, "unfit": 1, "refused": 1, "lost": 0}
        )
        self.assertEqual(page.value("memstore_commands_total", type="get"), 3)
        self.assertEqual(page.value("memstore_commands_total", type="set"), 3)
        self.assertEqual(page.value("memstore_commands_total", type="check"), 1)
        self.assertEqual(page.value("memstore_http_rejected_requests_total", reason="memory_limit"), 1)
        self.assertEqual(page.value("memstore_memory_limit_bytes"), 65536)
        self.assertGreater(page.value("memstore_memory_bytes"), 0)

    def test_nodes_watches_and_deadlines_show(self):
        server = self.serve("-p0", "--nodes=3")
        for i in range(60):
            server.execute({"cmd_type": "set", "key": f"k{i}", "value": "v"})
        server.execute(*({"cmd_type": "set", "key": f"brief{i}", "value": "v", "ttl_ms": 1} for i in range(7)))
        with client.Watch(server.port, prefix="k") as watch:
            self.assertEqual(watch.status, 200)
            deadline = time.monotonic() + memstore.PATIENCE
            while self.page(server).value("memstore_expired_keys_total") < 7:
                self.assertLess(time.monotonic(), deadline)
                time.sleep(0.02)
            page = self.page(server)
            self.assertEqual(page.value("memstore_watches"), 1)
        self.assertEqual(page.sum("memstore_node_keys"), 60)
        self.assertEqual(page.sum("memstore_node_partitions"), page.value("memstore_partitions"))
        self.assertEqual({dict(labels)["node"] for name, labels in page.values if name == "memstore_node_keys"},
                         {"0", "1", "2"})

    def test_the_journal_and_checkpoints_show(self):
        server = self.serve_with_journal("--journal.fsync=always")
        self.assertNotIn("memstore_checkpoint_last_version", self.page(server).types)
        for i in range(10):
            server.execute({"cmd_type": "set", "key": f"k{i}", "value": "v" * 100})
        made = json.loads(server.request("POST", "/v1/checkpoint")[1])
        page = self.page(server)
        self.assertEqual(page.value("memstore_journal_transactions_total"), 10)
        self.assertEqual(page.value("memstore_journal_batches_total"), 10)
        self.assertGreater(page.value("memstore_journal_written_bytes_total"), 10 * 100)
        self.assertGreaterEqual(page.value("memstore_journal_sync_duration_seconds_count"), 10)
        self.assertEqual(page.value("memstore_journal_degraded"), 0)
        self.assertEqual(page.value("memstore_checkpoints_total"), 1)
        self.assertEqual(page.value("memstore_checkpoint_last_version"), made["version"])
        self.assertEqual(page.value("memstore_checkpoint_last_bytes"), made["bytes"])
        self.assertEqual(page.value("memstore_checkpoint_last_keys"), made["entries"])
        self.assertAlmostEqual(page.value("memstore_checkpoint_last_timestamp_seconds"), time.time(), delta=30)

    def test_a_store_without_a_journal_has_no_metrics_of_one(self):
        server = self.serve("-p0")
        self.assertFalse([name for name in self.page(server).types if "journal" in name or "checkpoint" in name])

    def test_connections_are_counted_open_and_accepted(self):
        server = self.serve("-p0", "--limits.connections=3", "--limits.connections-per-address=0")
        before = self.page(server)
        held = []
        with contextlib.ExitStack() as cleanup:
            asks = cleanup.enter_context(client.Client(server.port))
            asks.ask("GET", "/livez")
            for _ in range(2):
                held.append(cleanup.enter_context(contextlib.closing(server.connect())))
                held[-1].sendall(b"GET /livez HTTP/1.1\r\nHost: a\r\n\r\n")
                held[-1].recv(4096)
            refused = cleanup.enter_context(contextlib.closing(server.connect()))
            self.assertIn(b"too_many_connections", refused.recv(4096))
            page = Page(asks.ask("GET", "/metrics").body.decode())
        accepted = "memstore_http_connections_accepted_total"
        self.assertGreaterEqual(page.value("memstore_http_connections"), 3)
        self.assertEqual(page.value(accepted) - before.value(accepted), 4)
        self.assertEqual(page.value("memstore_http_rejected_requests_total", reason="too_many_connections"), 1)

    def test_the_process_is_as_the_system_says(self):
        server = self.serve("-p0")
        page = self.page(server)
        self.assertAlmostEqual(page.value("process_resident_memory_bytes"), server.resident_bytes(), delta=2**25)
        descriptors = len(os.listdir(f"/proc/{server.process.pid}/fd"))
        self.assertAlmostEqual(page.value("process_open_fds"), descriptors, delta=3)
        self.assertAlmostEqual(page.value("process_start_time_seconds"), time.time(), delta=memstore.PATIENCE)
        self.assertGreaterEqual(page.value("process_max_fds"), page.value("process_open_fds"))
        self.assertGreater(page.value("process_threads"), 0)
        (info,) = [labels for name, labels in page.values if name == "memstore_build_info"]
        code, output, _ = self.run_memstore("--version")
        self.assertEqual((code, output), (0, f"memstore {dict(info)['version']}\n"))

    def test_counters_only_grow_under_load(self):
        server = self.serve_with_journal("--nodes=2", "--journal.fsync=never")
        stop = threading.Event()
        wrong = []

        def work(seed):
            while not stop.is_set():
                status, _ = server.execute(
                    {"cmd_type": "incr", "key": f"a{seed}"}, {"cmd_type": "incr", "key": "shared"}
                )
                if status != 200:
                    wrong.append(status)

        workers = [threading.Thread(target=work, args=(seed,)) for seed in range(4)]
        for worker in workers:
            worker.start()
        try:
            last = self.page(server)
            for _ in range(50):
                page = self.page(server)
                for sample, value in last.counters().items():
                    self.assertGreaterEqual(page.values[sample], value, sample)
                    self.assertTrue(math.isfinite(value), sample)
                last = page
        finally:
            stop.set()
            for worker in workers:
                worker.join()
        self.assertEqual(wrong, [])
        page = self.page(server)
        done = page.value("memstore_transactions_total", result="committed")
        self.assertEqual(done, page.value("memstore_http_requests_total", route="/v1/execute", method="POST", code="200"))
        self.assertEqual(page.value("memstore_commands_total", type="incr"), 2 * done)
        self.assertEqual(page.value("memstore_journal_transactions_total"), done)


if __name__ == "__main__":
    memstore.main()
