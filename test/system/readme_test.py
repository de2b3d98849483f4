"""README's examples of the API: what curl is shown to be answered is what it is answered, but for dates, times and versions."""
import contextlib
import pathlib
import re
import subprocess
import tempfile

import memstore

README = pathlib.Path(__file__).resolve().parents[2] / "README.md"

# What is there before the examples of a section.
BEFORE = {
    "Export and import": [
        {"cmd_type": "set", "key": "config/site", "value": "on"},
        {"cmd_type": "set", "key": "lock", "value": "me", "ttl_ms": 3_600_000},
    ],
}
OPTIONS = {"Slow log": ["--slowlog.threshold=0s"]}
VARYING = (
    (re.compile(r"^Date: .*$", re.M), "Date: ?"),
    (re.compile(r'(Memstore-Version: |ETag: "|"version":|"expires_at_ms":)\d+'), r"\1?"),
    (re.compile(r'("(?:duration_ms|at_ms|\w+_us)":)\d+'), r"\1?"),
)


def sections():
    """Title and text of each part of the chapters whose examples are run."""
    text = README.read_text()
    for chapter in "Quick start", "The API":
        body = re.search(rf"^## {chapter}\n(.*?)^## ", text, re.M | re.S)[1]
        parts = re.split(r"^### (.*)\n", body, flags=re.M)
        yield chapter, parts[0]
        yield from zip(parts[1::2], parts[2::2])


def examples(text):
    """Each command with curl, and what it prints; None where the text does not show that."""
    for language, block in re.findall(r"^```(console|sh)\n(.*?)^```$", text, re.M | re.S):
        if language == "sh":
            yield from ((line, None) for line in block.splitlines() if line.startswith("curl "))
        elif not re.search(r" &$", block, re.M):  # what goes on beside others has no order
            for shown in re.split(r"^\$ ", block, flags=re.M)[1:]:
                command, _, printed = shown.partition("\n")
                if command.startswith(("curl ", "MEMSTORE_URL=")):
                    yield command, printed.rstrip("\n")


def masked(printed):
    for what, instead in VARYING:
        printed = what.sub(instead, printed)
    return printed


class Readme(memstore.Case):
    def server(self, title=None):
        folder = tempfile.TemporaryDirectory(prefix="memstore-test-")
        self.addCleanup(folder.cleanup)
        server = memstore.Server(folder.name, "-p0", *OPTIONS.get(title, []))
        self.addCleanup(server.close)
        if title in BEFORE:
            self.assertEqual(server.execute(*BEFORE[title])[0], 200)
        return server

    def run_curl(self, command, port, other):
        for written, real in (":8000", port), (":8080", port), (":9000", other):
            command = command.replace("localhost" + written, f"127.0.0.1:{real}")
        done = subprocess.run(["bash", "-c", "set -o pipefail; " + command], cwd=README.parent, capture_output=True,
                              timeout=memstore.PATIENCE)
        self.assertEqual(done.returncode, 0, done.stderr)
        return done.stdout.decode().replace("\r\n", "\n")

    def test_curl_is_answered_as_it_says(self):
        ran = 0
        for title, text in sections():
            server, other = self.server(title), self.server()
            for command, expected in examples(text):
                with self.subTest(f"{title}: {command}"):
                    if expected is None:
                        self.run_curl(command.replace("curl ", "curl -sS --fail ", 1), server.port, other.port)
                    else:
                        printed = self.run_curl(command, server.port, other.port)
                        self.assertEqual(masked(printed.rstrip("\n")), masked(expected))
                ran += 1
            with contextlib.suppress(ProcessLookupError):
                server.stop(), other.stop()
        self.assertGreater(ran, 20)


if __name__ == "__main__":
    memstore.main()
