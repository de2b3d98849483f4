"""What scripts/bench computes, refuses, starts and ends. Its figures themselves need a quiet machine and its peers."""
import os
import pathlib
import signal
import subprocess
import sys
import time
import unittest

import memstore

ROOT = pathlib.Path(__file__).resolve().parent.parent.parent
sys.path.insert(0, str(ROOT / "scripts"))

from benchmark import compare, durability, figures, loads, overload, processes, servers  # noqa: E402 (found through the path above)

WRK = """\
Running 1s test @ http://127.0.0.1:1/v1/execute
  1 threads and 64 connections
Requests/sec:  50000.00
requests=100000 seconds=2.000 p50_us=400 p99_us=5000 p999_us=7000 errors=3
"""

REDIS_BENCHMARK = """\
====== GET key:000000000000 ======
  100000 requests completed in 2.00 seconds
  64 parallel clients

Latency by percentile distribution:
0.000% <= 0.135 milliseconds (cumulative count 1)
50.000% <= 0.879 milliseconds (cumulative count 50100)
98.438% <= 12.103 milliseconds (cumulative count 98450)
99.219% <= 14.200 milliseconds (cumulative count 99220)
99.805% <= 20.100 milliseconds (cumulative count 99806)
99.902% <= 25.500 milliseconds (cumulative count 99903)
100.000% <= 48.100 milliseconds (cumulative count 100000)

Cumulative distribution of latencies:
99.999% <= 1.103 milliseconds (cumulative count 5)

Summary:
  throughput summary: 50000.00 requests per second
"""


def sample(cpu_seconds, requests=1000, seconds=1.0, **more):
    given = {"p50_us": 100, "p99_us": 200, "p999_us": 300, "errors": 0} | more
    return figures.Sample(requests, seconds, server_cpu_seconds=cpu_seconds, **given)


class Figures(unittest.TestCase):
    def test_what_wrk_says(self):
        found = figures.parse_wrk(WRK)
        self.assertEqual((found.requests, found.rate, found.errors), (100_000, 50_000, 3))
        self.assertEqual((found.p50_us, found.p99_us, found.p999_us), (400, 5000, 7000))

    def test_what_redis_benchmark_says(self):
        found = figures.parse_redis_benchmark(REDIS_BENCHMARK)
        self.assertEqual((found.requests, found.rate, found.errors), (100_000, 50_000, 0))
        for got, expected in zip((found.p50_us, found.p99_us, found.p999_us), (879, 14_200, 25_500)):
            self.assertAlmostEqual(got, expected)

    def test_a_generator_without_figures_is_an_error(self):
        for parse in (figures.parse_wrk, figures.parse_redis_benchmark):
            with self.assertRaises(ValueError):
                parse("unable to connect to 127.0.0.1:1 Connection refused")
        with self.assertRaises(ValueError):
            figures.parse_wrk("requests=0 seconds=1.000 p50_us=0 p99_us=0 p999_us=0 errors=9\n")

    def test_medians_of_the_rounds(self):
        found = figures.summarise([sample(0.010), sample(0.030, errors=2), sample(0.020, errors=1)])
        self.assertAlmostEqual(found.cpu_us, 20)
        self.assertAlmostEqual(found.cpu_spread, 1)
        self.assertEqual(found.errors, 3)
        self.assertEqual(figures.summarise([sample(1, seconds=s) for s in (1, 2, 8)]).rate, 500)

    def test_a_ratio_is_that_within_each_round(self):
        own = [sample(0.010), sample(0.100), sample(0.030)]
        other = [sample(0.020), sample(0.200), sample(0.010)]  # the second round was disturbed
        self.assertAlmostEqual(figures.ratio(own, other, "cpu_us"), 0.5)

    def test_what_is_not_known_stays_unknown(self):
        unknown = [sample(0.010, p50_us=None, p99_us=None, p999_us=None)]
        self.assertIsNone(figures.summarise(unknown).p99_us)
        self.assertIsNone(figures.ratio(unknown, [sample(0.020)], "p99_us"))
        self.assertIsNone(figures.ratio([sample(0.020)], unknown, "p99_us"))
        self.assertAlmostEqual(figures.ratio(unknown, [sample(0.020)], "cpu_us"), 0.5)
        self.assertIsNone(compare.Result("pinned", "pipeline16", "memstore", unknown, {}).row()[4])

    def test_a_table(self):
        rows = [("get", "10"), ("transaction", None)]
        self.assertEqual(
            figures.table(("<load", "rate"), rows).splitlines(),
            ["load         rate", "get            10", "transaction     -"],
        )
        self.assertEqual(
            figures.table(("<load", "rate"), rows, markdown=True).splitlines(),
            ["| load        | rate |", "| ----------- | ---: |", "| get         |   10 |", "| transaction |    - |"],
        )

    def test_the_table_has_ratios_where_the_yardstick_took_part(self):
        own, nginx = [sample(0.010)], [sample(0.020, p99_us=100)]
        results = [
            compare.Result("pinned", "get", "memstore", own, {"nginx": nginx}),
            compare.Result("pinned", "get", "nginx", nginx, {"nginx": nginx}),
        ]
        heading, first, second = compare.table(results, markdown=False).splitlines()
        columns = heading.replace("p50 ms", "p50").replace("p99 ms", "p99").replace("p99.9 ms", "p99.9")
        columns = columns.replace("CPU us/req", "CPU").split()
        ratios = dict(zip(columns, first.split()))
        self.assertEqual((ratios["CPU/nginx"], ratios["p99/nginx"], ratios["CPU/webdis"]), ("0.50", "2.00", "-"))
        self.assertEqual(dict(zip(columns, second.split()))["CPU/nginx"], "-")

    def test_every_load_has_its_script(self):
        for load in loads.LOADS:
            self.assertTrue((ROOT / "scripts" / "wrk" / f"{load.script}.lua").exists(), load)

    def test_keys_are_loaded_once_each(self):
        load = loads.Load("x", "get", "", keys=25_001, value_bytes=1024)
        self.assertEqual([index for batch in servers.batches(load) for index in batch], list(range(25_001)))


class Measured(memstore.Case):
    def test_a_server_is_filled_measured_and_ended(self):
        load = loads.Load("get", "get", "", keys=20_000, idle_connections=3)
        servers.BINARY = memstore.BINARY
        with servers.Memstore(load, servers.placements()["shared"], self.folder / "memstore", nodes=2) as server:
            self.assertGreater(server.resident_loaded, server.resident_empty)
            before = server.cpu_seconds()
            for _ in range(20):
                server.request("GET", "/readyz")
            self.assertGreater(server.cpu_seconds(), before)
            pid = server._processes[0].pids()[0]
            self.assertTrue(os.path.exists(f"/proc/{pid}"))
        self.assertFalse(os.path.exists(f"/proc/{pid}"))

    def test_a_server_is_asked_twice_as_often_as_it_answers(self):
        servers.BINARY = memstore.BINARY
        load = loads.Load("set", "get", "")
        with overload.Empty(load, servers.placements()["shared"], self.folder / "memstore") as server:
            found = overload.play(server, 8, 1, ("--load=transaction", "--commands=100"))
        self.assertEqual(found.asked, round(2 * found.best))
        self.assertGreater(min(found.best, found.goodput, found.p99_us, found.best_p99_us), 0)
        self.assertEqual(len(overload.cells([found])) + 1, len(overload.COLUMNS))

    def test_a_server_that_cannot_start_says_why(self):
        load = loads.Load("get", "get", "")
        servers.BINARY = memstore.BINARY
        with self.assertRaisesRegex(RuntimeError, "nodes"):
            with servers.Memstore(load, servers.placements()["shared"], self.folder / "memstore", nodes=0):
                pass

    def test_a_server_that_was_killed_starts_with_all_its_keys(self):
        servers.BINARY = memstore.BINARY
        where = servers.placements()["shared"]
        for checkpoint in (False, True):
            folder = self.folder / f"checkpoint-{checkpoint}"
            self.assertGreater(durability.restart_memstore(20_000, where, folder, checkpoint), 0)

    def test_workers_end_with_their_server(self):
        script = "trap '' TERM; sleep 60 & exec sleep 60"
        process = processes.Process(["sh", "-c", script], self.folder, os.sched_getaffinity(0))
        deadline = time.monotonic() + memstore.PATIENCE
        while len(process.pids()) < 2 and time.monotonic() < deadline:
            time.sleep(0.01)
        self.assertEqual(len(process.pids()), 2)
        os.kill(min(process.pids()), signal.SIGKILL)  # as a server that crashes and leaves its workers behind
        process.stop()
        self.assertEqual(process.pids(), [])


class CommandLine(unittest.TestCase):
    def run_bench(self, *arguments):
        done = subprocess.run(
            [sys.executable, "-B", ROOT / "scripts" / "bench", *arguments],
            capture_output=True,
            text=True,
            timeout=memstore.PATIENCE,
        )
        return done.returncode, done.stdout, done.stderr

    def test_help_names_every_load(self):
        code, output, _ = self.run_bench("--help")
        self.assertEqual(code, 0)
        for load in loads.LOADS:
            self.assertIn(f"\n  {load.name} ", output)

    def test_what_would_be_ignored_is_refused(self):
        wrong = (
            ("--loads=fly",),
            ("--peers=fly",),
            ("--rounds=0",),
            ("--seconds=0.5",),
            ("--scale", "--loads=get"),
            ("--in-process", "--axes=keys"),
            ("--filter=get",),
            ("--scale", "--in-process"),
            ("--overload", "--loads=get"),
        )
        for arguments in wrong:
            with self.subTest(arguments=arguments):
                code, output, errors = self.run_bench(*arguments)
                self.assertEqual((code, output), (2, ""))
                self.assertIn("error:", errors)


if __name__ == "__main__":
    memstore.main()
