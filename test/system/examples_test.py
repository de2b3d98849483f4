"""The examples: clients in three languages at the same work at the same time, and what must hold of it afterwards."""
import collections
import contextlib
import json
import os
import pathlib
import re
import select
import socket
import subprocess
import threading
import time

import memstore

EXAMPLES = pathlib.Path(__file__).resolve().parents[2] / "scripts" / "examples"
LANGUAGES = {"python": "py", "node": "mjs", "shell": "sh"}


class Proxy(threading.Thread):
    """A way to the server that can be cut."""

    def __init__(self, port):
        super().__init__(daemon=True)
        self._to = port
        self._listener = socket.create_server(("127.0.0.1", 0))
        self.port = self._listener.getsockname()[1]
        self._open = []
        self._guard = threading.Lock()
        self.start()

    def run(self):
        with contextlib.suppress(OSError):
            while True:
                client, _ = self._listener.accept()
                server = socket.create_connection(("127.0.0.1", self._to))
                with self._guard:
                    self._open += [client, server]
                for one, other in (client, server), (server, client):
                    threading.Thread(target=self._pass, args=(one, other), daemon=True).start()

    @staticmethod
    def _pass(one, other):
        with contextlib.suppress(OSError):
            while piece := one.recv(65536):
                other.sendall(piece)
            other.shutdown(socket.SHUT_WR)

    def cut(self):
        with self._guard:
            for one in self._open:
                with contextlib.suppress(OSError):
                    one.shutdown(socket.SHUT_RDWR)
                one.close()
            self._open.clear()

    def close(self):
        self._listener.shutdown(socket.SHUT_RDWR)
        self._listener.close()
        self.cut()


class Examples(memstore.Case):
    def setUp(self):
        super().setUp()
        self.server = self.serve("-p0")

    def start(self, language, example, *arguments, port=None):
        variables = os.environ | {"MEMSTORE_URL": f"http://127.0.0.1:{port or self.server.port}"}
        path = EXAMPLES / language / f"{example}.{LANGUAGES[language]}"
        process = subprocess.Popen([path, *map(str, arguments)], env=variables, stdin=subprocess.DEVNULL,
                                   stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
        self.addCleanup(process.stdout.close)
        self.addCleanup(process.stderr.close)
        self.addCleanup(process.wait)
        self.addCleanup(process.kill)
        return process

    def finish(self, processes, statuses=(0,)):
        """The lines that they printed, each its own."""
        printed = []
        for process in processes:
            output, errors = process.communicate(timeout=memstore.PATIENCE)
            self.assertIn(process.returncode, statuses, errors)
            printed.append(output.splitlines())
        return printed

    def run_at_once(self, example, *arguments, each=2, statuses=(0,)):
        """So many clients of each language, all with the same arguments."""
        return self.finish([self.start(language, example, *arguments) for language in LANGUAGES for _ in range(each)], statuses)

    def get(self, key):
        return self.server.execute({"cmd_type": "get", "key": key})[1]["results"][0]

    def test_a_counter_leaves_nothing_out(self):
        printed = self.run_at_once("counter", "visits", 15)
        numbers = [int(line) for lines in printed for line in lines]
        self.assertEqual(sorted(numbers), list(range(1, 91)))
        self.assertEqual(self.get("visits"), "90")
        for lines in printed:
            self.assertEqual(lines, sorted(lines, key=int))

    def test_one_client_at_a_time_has_the_lock(self):
        printed = [line.split(" ", 1) for lines in self.run_at_once("lock", "shop", 5) for line in lines]
        self.assertEqual(len(printed), 30)
        done = sorted((int(token), int(result)) for token, result in printed if result != "lost the lock")
        self.assertEqual([result for _, result in done], list(range(1, len(done) + 1)), "later owners saw earlier work")
        self.assertEqual(self.get("shop/work"), str(len(done)))
        self.assertIsNone(self.get("shop/lock"))
        self.assertGreater(len(done), 25, "hardly anybody is away for so long")

    def test_a_lock_that_was_lost_does_no_harm(self):
        """An owner that was away for too long has another's lock before it: what it writes is refused."""
        self.server.execute({"cmd_type": "set", "key": "shop/lock", "value": "gone", "ttl_ms": 300})
        version = self.server.execute({"cmd_type": "entry", "key": "shop/lock"})[1]["results"][0]["version"]
        self.finish([self.start("python", "lock", "shop")])
        status, answer = self.server.execute({"cmd_type": "check", "key": "shop/lock", "version": version},
                                             {"cmd_type": "set", "key": "shop/work", "value": "harm"})
        self.assertEqual((status, answer["code"]), (409, "check_failed"))
        self.assertEqual(self.get("shop/work"), "1")

    def test_each_job_is_taken_once(self):
        words = {language: [f"{language}-{at}" for at in range(10)] for language in LANGUAGES}
        takers = [self.start(language, "jobs", "mail", "take", 5) for language in LANGUAGES for _ in range(2)]
        givers = [self.start(language, "jobs", "mail", "put", *words[language]) for language in LANGUAGES]
        self.finish(givers)
        taken = self.finish(takers)
        counted = collections.Counter(word for lines in taken for word in lines)
        self.assertEqual(counted, collections.Counter(word for listed in words.values() for word in listed))
        for lines in taken:
            for language in LANGUAGES:
                own = [int(word.rpartition("-")[2]) for word in lines if word.startswith(language + "-")]
                self.assertEqual(own, sorted(own), "in the order that they were put")

    def test_transfers_keep_the_sum(self):
        self.server.execute({"cmd_type": "set", "key": "a", "value": "20"}, {"cmd_type": "set", "key": "b", "value": "0"})
        processes = [self.start(language, "transfer", *pair, amount, 10)
                     for language in LANGUAGES for pair, amount in ((("a", "b"), 7), (("b", "a"), 5))]
        lines = [line for printed in self.finish(processes, (0, 1)) for line in printed]
        self.assertEqual(len(lines), 60)
        left = [line.split()[1:] for line in lines if line != "not covered"]
        self.assertTrue(left)
        self.assertLess(len(left), len(lines), "20 do not cover it all")
        for source, target in left:
            self.assertEqual(int(source) + int(target), 20)
            self.assertGreaterEqual(int(source), 0)
        self.assertEqual(int(self.get("a")) + int(self.get("b")), 20)

    def read_versions(self, process, last):
        """The versions that a watch has printed, up to the last."""
        versions, text, deadline = [], "", time.monotonic() + memstore.PATIENCE
        while last not in versions:
            ready, _, _ = select.select([process.stdout], [], [], max(0, deadline - time.monotonic()))
            piece = os.read(process.stdout.fileno(), 65536).decode() if ready else ""
            self.assertTrue(piece, f"the watch says no more: {versions[-5:]}")
            text += piece
            *lines, text = text.split("\n")
            versions += [int(re.match(r"\d+", line)[0]) for line in lines]
        return versions

    def test_watches_miss_nothing_and_repeat_nothing(self):
        proxy = Proxy(self.server.port)
        self.addCleanup(proxy.close)
        self.server.execute({"cmd_type": "set", "key": "config/before", "value": "1"})
        watches = [self.start(language, "watch", "config/", 0, port=proxy.port) for language in LANGUAGES]
        for process in watches:
            self.read_versions(process, 2)
        expected = []
        for at in range(40):
            self.server.execute({"cmd_type": "set", "key": "other", "value": str(at)})
            status, entry = self.server.execute({"cmd_type": "set", "key": "config/a", "value": str(at)},
                                                {"cmd_type": "entry", "key": "config/a"})
            self.assertEqual(status, 200)
            expected.append(entry["results"][1]["version"])
            if at % 10 == 5:
                proxy.cut()
            time.sleep(0.02)
        for process in watches:
            self.assertEqual(self.read_versions(process, expected[-1]), expected)

    def test_a_token_is_shown(self):
        code, output, _ = self.run_memstore("token", "new", "shop")
        self.assertEqual(code, 0)
        secret = re.search(r"mst_[0-9a-f]{64}", output)[0]
        tokens = self.folder / "tokens.yaml"
        tokens.write_text(output.splitlines()[-1] + "\n")
        tokens.chmod(0o600)
        guarded = self.folder / "guarded"
        guarded.mkdir()
        server = memstore.Server(guarded, "-p0", f"--auth.tokens-file={tokens}")
        self.addCleanup(server.close)
        for language, suffix in LANGUAGES.items():
            variables = os.environ | {"MEMSTORE_URL": f"http://127.0.0.1:{server.port}", "MEMSTORE_TOKEN": secret}
            done = subprocess.run([EXAMPLES / language / f"counter.{suffix}", language], env=variables,
                                  capture_output=True, text=True, timeout=memstore.PATIENCE)
            self.assertEqual(done.stdout, "1\n", done.stderr)
        self.assertEqual(json.loads(server.request("GET", "/v1/keys")[1])["code"], "unauthorized")


if __name__ == "__main__":
    memstore.main()
