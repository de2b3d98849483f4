"""The journal: what was acknowledged is there after a kill, a stop, a full disk; what is damaged is said."""
import contextlib
import http.client
import json
import os
import pathlib
import resource
import shutil
import signal
import subprocess
import time

import client
import crashing
import memstore
from memstore import JOURNAL


class JournalCase(memstore.Case):
    def start(self, *arguments, **options):
        server = self.serve(*JOURNAL, *arguments, **options)
        server.wait_until_ready()
        return server

    def set(self, server, key, value, **more):
        status, answer = server.execute({"cmd_type": "set", "key": key, "value": value, **more})
        self.assertEqual(status, 200, answer)

    def get(self, server, key):
        status, answer = server.execute({"cmd_type": "get", "key": key})
        self.assertEqual(status, 200, answer)
        return answer["results"][0]


class Durability(JournalCase):
    def segments(self):
        return sorted(self.folder.joinpath("data").glob("journal-*.log"))

    def write_some_and_kill(self, count):
        server = self.start()
        for i in range(count):
            self.set(server, f"k{i}", "v" * 100)
        server.close()

    def test_nothing_acknowledged_is_lost_or_torn_by_a_kill(self):
        crashes = crashing.Crashes(
            crashing.starter(self.folder, "--journal.segment=64KiB"), seed=os.getpid()
        )
        for _ in range(3):
            crashes.live()
        self.assertGreater(crashes.transactions, 0)

    def test_a_stop_in_order_keeps_everything_whatever_the_policy(self):
        for policy in ("always", "everysec", "never"):
            server = self.start(f"--journal.fsync={policy}")
            for i in range(50):
                self.set(server, f"{policy}{i}", str(i))
            self.assertEqual(server.stop(), 0)
        server = self.start()
        for policy in ("always", "everysec", "never"):
            for i in range(50):
                self.assertEqual(self.get(server, f"{policy}{i}"), str(i))

    def test_deadlines_are_moments_also_while_nobody_serves(self):
        server = self.start()
        self.set(server, "soon", "v", ttl_ms=1)
        self.set(server, "late", "v", ttl_ms=3_600_000)
        self.set(server, "never", "v")
        server.close()
        server = self.start()
        self.assertIsNone(self.get(server, "soon"))
        self.assertEqual(self.get(server, "never"), "v")
        _, answer = server.execute({"cmd_type": "entry", "key": "late"})
        self.assertLess(answer["results"][0]["ttl_ms"], 3_600_000)
        self.assertGreater(answer["results"][0]["ttl_ms"], 0)

    def test_a_torn_tail_is_cut_off_said_and_kept(self):
        self.write_some_and_kill(5)
        last = self.segments()[-1]
        whole = last.read_bytes().rstrip(b"\0")
        last.write_bytes(whole + b"MSJE and then the power went")
        server = self.start()
        self.assertEqual(self.get(server, "k4"), "v" * 100)
        server.stop()
        log = server.log()
        self.assertIn("torn tail", log)
        self.assertIn(f"offset={len(whole)}", log)
        kept = list(self.folder.joinpath("data").glob("*.damaged-*"))
        self.assertEqual(len(kept), 1)

    def test_damage_to_what_was_acknowledged_stops_the_start(self):
        self.write_some_and_kill(5)
        first = self.segments()[0]
        content = bytearray(first.read_bytes())
        content[64 + 60 + 20] ^= 1  # in the body of the first entry
        first.write_bytes(content)
        self.assert_refused(1, first.name, "at 64", "journal repair", arguments=JOURNAL)
        status, output, _ = self.run_memstore("journal", "repair", "data")
        self.assertEqual(status, 0, output)
        server = self.start()
        self.assertIsNone(self.get(server, "k0"))

    def was_stopped_while_recovering(self):
        server = self.serve(*JOURNAL)
        self.assertEqual(server.stop(), 0)
        return "recovered" not in server.log()

    def test_a_start_says_how_far_it_is_and_can_be_stopped(self):
        first = 0
        for count in (20_000, 40_000, 80_000, 160_000, 320_000):  # until it takes long enough to be seen
            server = self.start("--journal.fsync=never")
            for begin in range(first, count, 1_000):
                sets = ({"cmd_type": "set", "key": f"k{i}", "value": "v"} for i in range(begin, begin + 1_000))
                self.assertEqual(server.execute(*sets)[0], 200)
            first = count
            server.signal(signal.SIGKILL)
            server.wait()
            if self.was_seen_recovering() and self.was_stopped_while_recovering():
                return
        self.fail("it was never seen to recover")

    def was_seen_recovering(self):
        server = self.serve(*JOURNAL)
        seen = []
        while not seen or seen[-1][0] != 200:
            seen.append(server.request("GET", "/readyz")[:2])
            self.assertEqual(server.request("GET", "/livez")[0], 200)
        server.close()
        for status, body in seen[:-1]:
            self.assertEqual(status, 503)
            self.assertRegex(body, rb"^recovering: (\d|\d\d|100) %$")
        return len(seen) > 1

    def test_the_hash_secret_is_for_its_owner_and_replaced_where_it_is_damaged(self):
        self.write_some_and_kill(3)
        secret = self.folder / "data" / "hash-secret"
        kept = secret.read_bytes()
        self.assertEqual((len(kept), secret.stat().st_mode & 0o777), (192, 0o600))
        self.start().stop()
        self.assertEqual(secret.read_bytes(), kept)
        secret.write_bytes(kept[:100])
        server = self.start()
        self.assertEqual(self.get(server, "k2"), "v" * 100)
        self.assertEqual(len(secret.read_bytes()), 192)
        self.assertNotEqual(secret.read_bytes(), kept)

    def test_a_directory_is_one_process_s(self):
        self.start()
        self.assert_refused(1, "another process has the directory", arguments=JOURNAL)

    def test_its_threads_can_be_told_apart(self):
        tasks = pathlib.Path(f"/proc/{self.start().process.pid}/task")
        missing = {"memstore-jrnl", "memstore-ckpt"}
        deadline = time.monotonic() + memstore.PATIENCE
        while missing:  # each names itself, once it runs
            self.assertLess(time.monotonic(), deadline, missing)
            for task in tasks.iterdir():
                with contextlib.suppress(FileNotFoundError):
                    missing.discard((task / "comm").read_text().strip())

    def test_what_is_there_is_not_passed_over(self):
        server = self.start("--journal.recover-on-startup=false")
        self.set(server, "k", "v")
        server.stop()
        refused = (*JOURNAL, "--journal.recover-on-startup=false")
        self.assert_refused(1, "recover-on-startup", arguments=refused)
        self.assertEqual(self.get(self.start(), "k"), "v")

    def test_a_checkpoint_takes_the_place_of_the_journal(self):
        server = self.start("--journal.segment=64KiB")
        for i in range(20):
            self.set(server, f"k{i}", str(i) * 10_000)
        before = len(self.segments())
        status, body = server.request("POST", "/v1/checkpoint")
        made = json.loads(body)
        self.assertEqual((status, made["entries"]), (200, 20), body)
        self.assertLess(len(self.segments()), before)
        self.set(server, "after", "v")
        server.close()
        server = self.start()
        self.assertEqual(self.get(server, "after"), "v")
        for i in range(20):
            self.assertEqual(self.get(server, f"k{i}"), str(i) * 10_000)
        server.stop()
        self.assertIn("from_checkpoint=20 transactions=1 ", server.log())

    def test_without_a_journal_there_is_no_checkpoint(self):
        self.assertEqual(self.serve("-p0").request("POST", "/v1/checkpoint")[0], 404)

    def test_journal_options_alone_are_warned_of(self):
        warning = "journal options do nothing without journal.enable"
        server = self.serve("-p0", "--journal.fsync=always")
        server.wait_for_log(warning)
        server.close()
        for arguments in (("-p0",), ("-p0", "--journal.enable=false", "--journal.fsync=always"), JOURNAL):
            server = self.serve(*arguments)
            server.stop()
            self.assertNotIn(warning, server.log())

    def test_a_watch_from_before_a_restart_lists_again(self):
        server = self.start()
        self.set(server, "k", "1")
        old = crashing.Crashes.version_of(server)
        self.set(server, "k", "2")
        latest = crashing.Crashes.version_of(server)
        server.close()
        server = self.start()
        with client.Watch(server.port, **{"from": old}) as watch:
            self.assertEqual(watch.status, 410)
            refusal = watch.refusal()
            self.assertEqual((refusal["oldest"], refusal["latest"]), (latest, latest))
        with client.Watch(server.port, **{"from": latest}) as watch:
            self.set(server, "k", "3")
            self.assertEqual(watch.until(latest + 1)[0].changes, {b"k": b"3"})
        with client.Watch(server.port, **{"from": 0}) as watch:
            (listed,) = watch.until(latest + 1)
            self.assertEqual((listed.kind, listed.changes), ("snapshot", {b"k": b"3"}))

    def test_a_watch_is_shown_what_is_committed_whatever_the_policy(self):
        for policy in ("always", "everysec", "never"):
            server = self.start(f"--journal.fsync={policy}")
            with client.Watch(server.port) as watch:
                before = crashing.Crashes.version_of(server)
                self.set(server, policy, "v", ttl_ms=1)
                first, then = watch.until(before + 2)
                self.assertEqual((first.changes, then.changes), ({policy.encode(): b"v"}, {policy.encode(): None}))
            self.assertEqual(server.stop(), 0)

    def test_versions_go_on(self):
        server = self.start()
        before = 0
        for _ in range(3):
            self.set(server, "k", "v")
            version = crashing.Crashes.version_of(server)
            self.assertGreater(version, before)
            before = version
            server.close()
            server = self.start()
            self.assertGreaterEqual(crashing.Crashes.version_of(server), before)


class Hindered(JournalCase):
    """What an operator may do to a directory that is served, or to the process that serves it."""

    def put(self, server, key, value="v"):
        """The status of a write; 0, where its connection ends without an answer."""
        try:
            return server.request("PUT", f"/v1/keys/{key}", value)[0]
        except (OSError, http.client.HTTPException):
            return 0

    def test_a_directory_that_is_removed_ends_the_writing(self):
        for policy in ("always", "everysec", "never"):
            server = self.start(f"--journal.fsync={policy}")
            self.set(server, "k", "v")
            while not list(self.folder.glob("data/journal-*")):
                time.sleep(0.01)
            self.folder.joinpath("data").rename(self.folder / "removed")
            shutil.rmtree(self.folder / "removed")
            self.put(server, "lost")
            server.wait_for_log("the journal is lost")
            self.assertEqual(self.put(server, "later"), 503)
            self.assertEqual(self.get(server, "k"), "v")
            status, why = server.request("GET", "/readyz")
            self.assertEqual(status, 503)
            self.assertIn(b"No such file", why)
            self.assertEqual(server.stop(), 1)
            self.assertIn("the journal was lost before the stop", server.log())

    def test_a_directory_that_is_renamed_takes_what_was_acknowledged_along(self):
        server = self.start("--journal.segment=64KiB")
        self.set(server, "k0", "v" * 40_000)
        data = self.folder / "data"
        data.rename(self.folder / "elsewhere")
        self.set(server, "k1", "v")
        self.assertEqual(server.request("PUT", "/v1/keys/waits?ttl_ms=60000", "v")[0], 201)
        self.folder.joinpath("elsewhere").rename(data)
        server.close()
        server = self.start()
        self.assertEqual(self.get(server, "k1"), "v")
        self.assertEqual(self.get(server, "waits"), "v")

    def test_files_that_may_not_grow_are_a_disk_that_is_full(self):
        few = 2 * 1024 * 1024
        server = self.start(limits=lambda: resource.setrlimit(resource.RLIMIT_FSIZE, (few, few)))
        kept = 0
        with contextlib.closing(http.client.HTTPConnection("127.0.0.1", server.port, timeout=2)) as connection:
            with contextlib.suppress(TimeoutError):  # the first that finds no room waits for it
                while True:
                    connection.request("PUT", f"/v1/keys/k{kept}", "v" * 100_000)
                    response = connection.getresponse()
                    response.read()
                    self.assertEqual(response.status, 201)
                    kept += 1
        self.assertGreater(kept, 5)
        status, why = server.request("GET", "/readyz")
        self.assertEqual((status, b"File too large" in why), (503, True), why)
        self.assertEqual(self.put(server, "later"), 503)
        self.assertEqual(server.stop(), 0)
        server = self.start()
        for i in range(kept):
            self.assertEqual(self.get(server, f"k{i}"), "v" * 100_000)

    def test_files_of_others_stay(self):
        data = self.folder / "data"
        data.mkdir()
        for name in ("notes", "notes.tmp", "journal-1.log", "journal-1.log.tmp"):
            data.joinpath(name).write_text("precious")
        server = self.start()
        self.set(server, "k", "v")
        self.assertEqual(server.request("POST", "/v1/checkpoint")[0], 200)
        server.stop()
        self.assertEqual(self.get(self.start(), "k"), "v")
        for name in ("notes", "notes.tmp", "journal-1.log", "journal-1.log.tmp"):
            self.assertEqual(data.joinpath(name).read_text(), "precious")

    def test_what_is_no_file_is_not_taken_for_the_end_of_a_journal(self):
        data = self.folder / "data"
        data.mkdir()
        for name, words in (
            ("journal-00000000000000000001.log", ("Is a directory",)),
            ("checkpoint-00000000000000000001.manifest", ("Is a directory",)),
        ):
            data.joinpath(name).mkdir()
            self.assert_refused(1, name, *words, arguments=JOURNAL)
            self.assertEqual(self.run_memstore("journal", "verify", "data")[0], 1)
            data.joinpath(name).rmdir()
        pipe = data / "journal-00000000000000000001.log"
        os.mkfifo(pipe)
        self.assert_refused(1, pipe.name, arguments=JOURNAL)
        self.assertTrue(pipe.is_fifo())
        pipe.unlink()
        for name in ("checkpoint-00000000000000000009.part-0", "hash-secret.tmp", "notes"):
            data.joinpath(name).mkdir()
        server = self.start()
        self.set(server, "k", "v")
        self.assertEqual(server.request("POST", "/v1/checkpoint")[0], 200)
        server.stop()
        self.assertEqual(self.get(self.start(), "k"), "v")

    def test_a_damaged_checkpoint_without_its_journal_stops_the_start(self):
        server = self.start()
        self.set(server, "k", "v")
        server.stop()
        (part,) = self.folder.glob("data/checkpoint-*.part-0")
        whole = part.read_bytes()
        part.write_bytes(whole[:-1])
        self.folder.joinpath("data", "journal-00000000000000000001.log").unlink()
        self.assert_refused(1, part.name, "ends before it", arguments=JOURNAL)
        part.write_bytes(whole)
        self.assertEqual(self.get(self.start(), "k"), "v")


class FullDisk(JournalCase):
    """On a file system of one megabyte."""

    def setUp(self):
        super().setUp()
        data = self.folder / "data"
        data.mkdir()
        mounted = subprocess.run(
            ["mount", "-t", "tmpfs", "-o", "size=1m", "tmpfs", data], stderr=subprocess.PIPE
        )
        if mounted.returncode != 0:
            self.skipTest("to mount a file system is not allowed here")
        self.addCleanup(subprocess.run, ["umount", "--lazy", data], check=True)

    def stop_while_there_is_no_room(self, policy):
        filler = self.folder / "data" / "filler"
        filler.write_bytes(bytes(500_000))
        server = self.start(f"--journal.fsync={policy}")
        answered = 0
        while server.request("PUT", f"/v1/keys/k{answered}", "v" * 20_000)[0] == 201:
            answered += 1
        self.assertEqual(server.stop(), 1)
        log = server.log()
        filler.unlink()
        server = self.start(f"--journal.fsync={policy}")
        kept = sum(self.get(server, f"k{i}") is not None for i in range(answered))
        self.assertGreater(kept, 0)
        self.assertLess(kept, answered)
        self.assertIn("what was committed last is lost", log)
        self.assertIn(f"transactions={answered - kept} ", log)
        self.assertEqual(server.stop(), 0)
        self.assertNotIn("is lost", server.log())

    def test_a_stop_while_there_is_no_room_says_what_everysec_has_lost(self):
        self.stop_while_there_is_no_room("everysec")

    def test_a_stop_while_there_is_no_room_says_what_never_has_lost(self):
        self.stop_while_there_is_no_room("never")

    def test_it_can_be_read_while_there_is_no_room_and_written_when_there_is(self):
        filler = self.folder / "data" / "filler"
        filler.write_bytes(bytes(500_000))
        server = self.start()
        acknowledged = 0
        while True:
            # The one that finds the disk full waits for room: its client does not.
            with contextlib.suppress(TimeoutError):
                connection = server.connect()
                self.addCleanup(connection.close)
                connection.settimeout(1)
                body = json.dumps(
                    {"commands": [{"cmd_type": "set", "key": f"k{acknowledged}", "value": "v" * 20_000}]}
                ).encode()
                head = f"POST /v1/execute HTTP/1.1\r\nHost: a\r\nContent-Length: {len(body)}\r\n\r\n"
                connection.sendall(head.encode() + body)
                received = connection.recv(65536)
                if received.startswith(b"HTTP/1.1 503 "):
                    self.assertIn(b"journal_unavailable", received)
                    self.assertIn(b"No space left", received)
                    break
                self.assertTrue(received.startswith(b"HTTP/1.1 200 "), received[:100])
                acknowledged += 1
        self.assertGreater(acknowledged, 0)
        status, why = server.request("GET", "/readyz")
        self.assertEqual(status, 503)
        self.assertIn(b"read-only", why)
        self.assertEqual(self.get(server, "k0"), "v" * 20_000)
        filler.unlink()
        server.wait_until_ready()
        self.set(server, "after", "v")
        server.close()
        server = self.start()
        for i in range(acknowledged):
            self.assertEqual(self.get(server, f"k{i}"), "v" * 20_000)
        self.assertEqual(self.get(server, "after"), "v")


if __name__ == "__main__":
    memstore.main()
