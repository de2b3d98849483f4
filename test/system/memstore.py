"""The binary under test: runs it, talks to it, and stops what was started."""
import contextlib
import http.client
import json
import os
import pathlib
import select
import signal
import socket
import subprocess
import sys
import tempfile
import time
import unittest

PATIENCE = 60  # seconds: what takes longer hangs, also under a sanitizer on a busy machine
BINARY = ""
JOURNAL = ("-p0", "--journal.enable", "--journal.path=data")  # what a store that stays is served with


def environment(**variables):
    """The test's own environment, but with these as the only variables for memstore."""
    clean = {name: value for name, value in os.environ.items() if not name.startswith("MEMSTORE_")}
    return clean | variables


def main():
    """Runs the tests of a script that was given the binary's path as its first argument."""
    global BINARY
    sys.modules["memstore"].BINARY = os.path.abspath(sys.argv.pop(1))
    unittest.main(verbosity=2)


def is_sanitized():
    """Whether the binary has a sanitizer, which takes memory of its own and keeps what was freed."""
    binary = pathlib.Path(BINARY).read_bytes()
    return b"__asan_init" in binary or b"__tsan_init" in binary


class Server:
    """A memstore that serves on a port of its own."""

    def __init__(self, folder, *arguments, limits=None, **variables):
        self.port_file = pathlib.Path(folder, "port")
        self.port_file.unlink(missing_ok=True)  # of one that was killed here
        self.process = subprocess.Popen(
            [BINARY, *arguments],
            cwd=folder,
            env=environment(MEMSTORE_PORT_FILE=str(self.port_file), **variables),
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.PIPE,
            preexec_fn=limits,
        )
        self._log = b""
        self.port = self._wait_for_port()

    def _wait_for_port(self):
        deadline = time.monotonic() + PATIENCE
        while time.monotonic() < deadline and self.process.poll() is None:
            with contextlib.suppress(FileNotFoundError):
                return int(self.port_file.read_text())
            time.sleep(0.01)
        self.kill()
        raise AssertionError(f"memstore did not start: {self.log()}")

    def wait_until_ready(self):
        deadline = time.monotonic() + PATIENCE
        while self.request("GET", "/readyz")[0] != 200:
            if time.monotonic() > deadline:
                raise AssertionError("memstore does not get ready")
            time.sleep(0.01)

    def connect(self):
        return socket.create_connection(("127.0.0.1", self.port), timeout=PATIENCE)

    def request(self, method, path, body=None, host="127.0.0.1"):
        """The status and the body of one request's answer."""
        connection = http.client.HTTPConnection(host, self.port, timeout=PATIENCE)
        with contextlib.closing(connection):
            connection.request(method, path, body)
            response = connection.getresponse()
            return response.status, response.read()

    def execute(self, *commands):
        status, body = self.request("POST", "/v1/execute", json.dumps({"commands": commands}))
        return status, json.loads(body)

    def resident_bytes(self):
        pages = pathlib.Path(f"/proc/{self.process.pid}/statm").read_text().split()[1]
        return int(pages) * os.sysconf("SC_PAGE_SIZE")

    def signal(self, number):
        self.process.send_signal(number)

    def wait(self):
        """Its exit status."""
        return self.process.wait(PATIENCE)

    def stop(self):
        self.signal(signal.SIGTERM)
        return self.wait()

    def wait_for_log(self, text):
        """Reads its log until `text` is in it."""
        deadline = time.monotonic() + PATIENCE
        while text.encode() not in self._log:
            ready, _, _ = select.select([self.process.stderr], [], [], max(0, deadline - time.monotonic()))
            read = os.read(self.process.stderr.fileno(), 65536) if ready else b""
            if not read:
                raise AssertionError(f"no {text!r} in the log: {self._log!r}")
            self._log += read

    def log(self):
        """Its whole log. It must have ended."""
        self._log += self.process.stderr.read()
        return self._log.decode()

    def kill(self):
        if self.process.poll() is None:
            self.process.kill()
            self.process.wait(PATIENCE)

    def close(self):
        self.kill()
        self.process.stderr.close()


class Case(unittest.TestCase):
    """A test in a folder of its own, whose servers end with it."""

    def setUp(self):
        folder = tempfile.TemporaryDirectory(prefix="memstore-test-")
        self.addCleanup(folder.cleanup)
        self.folder = pathlib.Path(folder.name)

    def write(self, name, text):
        self.folder.joinpath(name).write_text(text)

    def serve(self, *arguments, **options):
        server = Server(self.folder, *arguments, **options)
        self.addCleanup(server.close)
        return server

    def write_tokens(self, *tokens, mode=0o600):
        path = self.folder / "tokens.yaml"
        path.write_text("".join(token.line + "\n" for token in tokens))
        path.chmod(mode)
        return path

    def serve_for(self, *tokens, arguments=()):
        self.write_tokens(*tokens)
        return self.serve("-p0", "--auth.tokens-file=tokens.yaml", *arguments)

    def run_memstore(self, *arguments, stdout=subprocess.PIPE, limits=None, **variables):
        """Runs it to its end. @return its exit status, output and errors"""
        done = subprocess.run(
            [BINARY, *arguments],
            cwd=self.folder,
            env=environment(**variables),
            stdin=subprocess.DEVNULL,
            stdout=stdout,
            stderr=subprocess.PIPE,
            timeout=PATIENCE,
            preexec_fn=limits,
        )
        return done.returncode, (done.stdout or b"").decode(), done.stderr.decode()

    def assert_refused(self, status, *words, arguments=(), limits=None, **variables):
        """It ends with that status and one line on stderr that has these words in it."""
        code, output, errors = self.run_memstore(*arguments, limits=limits, **variables)
        self.assertEqual((code, output), (status, ""), errors)
        self.assertTrue(errors.startswith("memstore: ") and errors.endswith("\n"), errors)
        self.assertEqual(errors.count("\n"), 1, errors)
        for word in words:
            self.assertIn(word, errors)


class Token:
    """One that `memstore token new` made: its secret, and its line with what it may changed to be this."""

    def __init__(self, case, name, rights, *prefixes):
        code, output, errors = case.run_memstore("token", "new", name, rights)
        case.assertEqual((code, errors), (0, ""))
        lines = [line for line in output.splitlines() if not line.startswith("#")]
        case.assertEqual(len(lines), 2, output)
        self.secret = lines[0]
        self.line = lines[1].replace('[""]', json.dumps(list(prefixes)))
