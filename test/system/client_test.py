"""`memstore` as a client: each command, what it prints on a terminal and to a pipe, and its exit status."""
import contextlib
import fcntl
import json
import os
import pty
import re
import select
import signal
import socket
import subprocess
import termios
import threading
import time

import memstore
from healthcheck_test import listening, refusing

DONE, ABSENT, USAGE, UNREACHABLE, REFUSED = range(5)


def read_terminal(master, until=None):
    """What a program wrote to its terminal, up to a text or its end."""
    written = b""
    deadline = time.monotonic() + memstore.PATIENCE
    while until is None or until not in written:
        ready, _, _ = select.select([master], [], [], max(0, deadline - time.monotonic()))
        if not ready:
            raise AssertionError(f"no {until!r} on the terminal: {written!r}")
        try:
            read = os.read(master, 65536)
        except OSError:
            read = b""
        if not read:
            break
        written += read
    return written


class ClientCase(memstore.Case):
    def setUp(self):
        super().setUp()
        self.server = None

    def start(self, *arguments, **options):
        self.server = self.serve("-p0", *arguments, **options)

    def url(self):
        return f"http://127.0.0.1:{self.server.port}"

    def spawn(self, *arguments, environment=None, **options):
        variables = {"MEMSTORE_URL": self.url()} | (environment or {})
        process = subprocess.Popen(
            [memstore.BINARY, *arguments], cwd=self.folder, env=memstore.environment(**variables), **options
        )
        self.addCleanup(process.wait, memstore.PATIENCE)
        self.addCleanup(process.kill)
        return process

    def ask(self, *arguments, given=b"", **variables):
        """Runs a command with its output in a pipe. @return its exit status, output and errors"""
        pipes = {"stdin": subprocess.PIPE, "stdout": subprocess.PIPE, "stderr": subprocess.PIPE}
        process = self.spawn(*arguments, environment=variables, **pipes)
        output, errors = process.communicate(given, memstore.PATIENCE)
        return process.returncode, output, errors.decode()

    def assert_prints(self, expected, *arguments, given=b""):
        self.assertEqual(self.ask(*arguments, given=given), (DONE, expected, ""))

    def assert_fails(self, status, words, *arguments, given=b"", **variables):
        code, output, errors = self.ask(*arguments, given=given, **variables)
        self.assertEqual((code, output), (status, b""), errors)
        self.assertEqual(errors.count("\n"), 1, errors)
        self.assertTrue(errors.startswith("memstore: "), errors)
        self.assertIn(words, errors)

    @contextlib.contextmanager
    def on_terminal(self, *arguments):
        """A command that has a terminal for everything: the process and the terminal's other side."""
        master, slave = pty.openpty()
        process = self.spawn(
            *arguments,
            stdin=slave,
            stdout=slave,
            stderr=slave,
            start_new_session=True,
            preexec_fn=lambda: fcntl.ioctl(0, termios.TIOCSCTTY, 0),
        )
        os.close(slave)
        try:
            yield process, master
        finally:
            os.close(master)

    def show(self, *arguments):
        """What a command shows on a terminal, which ends by itself."""
        with self.on_terminal(*arguments) as (process, master):
            written = read_terminal(master)
            return process.wait(memstore.PATIENCE), written.decode().replace("\r\n", "\n")


class Keys(ClientCase):
    def setUp(self):
        super().setUp()
        self.start()

    def test_set_get_and_del(self):
        code, output, _ = self.ask("set", "a", "hello")
        self.assertEqual((code, json.loads(output)["created"]), (DONE, True))
        self.assert_prints(b"hello", "get", "a")
        self.assertEqual(self.show("set", "a", "again")[1].split(",")[0], "replaced")
        self.assertEqual(self.show("get", "a"), (DONE, "again"))
        self.assert_prints(b'{"removed":1}\n', "del", "a")
        self.assertEqual(self.ask("get", "a"), (ABSENT, b"", ""))

    def test_bytes_go_in_and_come_out_as_they_are(self):
        value = bytes(range(256)) * 300
        self.ask("set", "bin/\u00e9 ?#%", "-", given=value)
        self.assert_prints(value, "get", "bin/\u00e9 ?#%")
        self.ask("set", "empty", "")
        self.assert_prints(b"", "get", "empty")
        self.ask("set", "--", "-k", "-5")
        self.assert_prints(b"-5", "get", "--", "-k")

    def test_a_ttl_is_set(self):
        self.ask("set", "brief", "x", "--ttl", "30s")
        self.ask("set", "--ttl=90m", "long", "x")
        _, answer = self.server.execute({"cmd_type": "entry", "key": "brief"}, {"cmd_type": "entry", "key": "long"})
        brief, long = (entry["ttl_ms"] for entry in answer["results"])
        self.assertTrue(0 < brief <= 30_000 and 60_000 < long <= 90 * 60_000, answer)

    def test_del_says_whether_all_were_there(self):
        for key in ("a", "b", "c"):
            self.ask("set", key, "x")
        self.assertEqual(self.ask("del", "a", "absent", "b"), (ABSENT, b'{"removed":2}\n', ""))
        self.assertEqual(self.show("del", "c"), (DONE, "removed 1 of 1\n"))

    def test_scan(self):
        for key in ("p/1", "p/2", "q"):
            self.ask("set", key, f"v{key}")
        code, output, errors = self.ask("scan", "p/")
        self.assertEqual((code, errors), (DONE, ""))
        entries = [json.loads(line) for line in output.splitlines()]
        self.assertEqual([(one["key"], one["value"]) for one in entries], [("p/1", "vp/1"), ("p/2", "vp/2")])
        code, table = self.show("scan", "--reverse", "--keys-only")
        self.assertEqual([line.split()[0] for line in table.splitlines()], ["KEY", "q", "p/2", "p/1"])
        code, output, errors = self.ask("scan", "--limit=1", "--after", "p/1")
        self.assertEqual(json.loads(output)["key"], "p/2")
        self.assertIn("--after=p/2 ", errors)

    def test_scan_tells_how_to_go_on_only_where_a_shell_can_be_told(self):
        for key in ("a'b $(c)", "evil\u009b2J", "k" * 61, "z"):
            self.ask("set", key, "x")
        hints = [self.ask("scan", "--limit=1", *after)[2] for after in ((), ("--after=b",), ("--after=f",))]
        self.assertEqual(hints[0], "memstore: there are more: --all prints them, --after='a'\\''b $(c)' the next\n")
        self.assertEqual(hints[1:], ["memstore: there are more: --all prints them\n"] * 2)
        hinted = hints[0].split("them, ")[1].split(" the next")[0]
        read = subprocess.check_output(["sh", "-c", f"printf %s {hinted}"])
        self.assertEqual(read, b"--after=a'b $(c)")

    def test_a_404_of_another_path_is_no_absent_key(self):
        self.assert_fails(REFUSED, "no such route", "get", "a", MEMSTORE_URL=self.url() + "/wrong")
        page = b"HTTP/1.1 404 Not Found\r\nContent-Length: 9\r\n\r\nnot found"
        with listening(page) as port:
            self.assert_fails(REFUSED, "404: not found", "get", "a", f"--url=http://127.0.0.1:{port}")

    def test_scan_of_all_goes_from_page_to_page(self):
        keys = [f"k{number:06}" for number in range(20_001)]
        lines = "".join(json.dumps({"key": key, "value": ""}) + "\n" for key in keys)
        self.assertEqual(self.server.request("POST", "/v1/import", lines)[0], 200)
        code, output, errors = self.ask("scan", "--all", "--keys-only")
        self.assertEqual((code, errors), (DONE, ""))
        self.assertEqual([json.loads(line)["key"] for line in output.splitlines()], keys)

    def test_control_characters_do_not_reach_a_terminal(self):
        self.ask("set", "evil\x1b[2J", "\x1b]0;x\x07")
        _, table = self.show("scan")
        self.assertNotIn("\x1b", table)
        self.assertIn("\\x1b[2J", table)

    def test_c1_control_characters_do_not_reach_a_terminal(self):
        self.ask("set", "c1\u009b2J", "\u009d0;x\x7f\u009c")
        tables = self.show("scan")[1], self.show("exec", self.write_transaction("get", "c1\u009b2J"))[1]
        for table in tables:
            self.assertEqual([c for c in table if 0x7F <= ord(c) < 0xA0], [])
        self.assertIn("\\xc2\\x9b2J", tables[0])
        self.assertIn('"\\u009d0;x\\u007f\\u009c"', tables[1])

    def write_transaction(self, command, key):
        self.write("transaction.json", json.dumps([{"cmd_type": command, "key": key}]))
        return "transaction.json"

    def test_exec(self):
        write = [{"cmd_type": "set", "key": "a", "value": "1"}, {"cmd_type": "incr", "key": "a"}]
        self.assert_prints(b'{"results":["1",2]}\n', "exec", given=json.dumps({"commands": write}).encode())
        self.write("transaction.json", json.dumps(write))
        self.assert_prints(b'{"results":["1",2]}\n', "exec", "transaction.json")
        code, table = self.show("exec", "transaction.json")
        self.assertEqual((code, table), (DONE, "COMMAND  RESULT\n      0  \"1\"\n      1       2\n"))
        check = b'[{"cmd_type":"check","key":"a","value":"x"}]'
        self.assert_fails(ABSENT, "check failed", "exec", "-", given=check)
        self.assert_fails(REFUSED, "unknown command", "exec", given=b'[{"cmd_type":"fly","key":"a"}]')
        self.assert_fails(USAGE, "nowhere", "exec", "nowhere")


class LongAnswers(ClientCase):
    def test_scan_of_all_asks_for_less_where_pages_are_too_large(self):
        self.start("--limits.answer=2KiB")
        keys = [f"k{number:03}" for number in range(300)]
        lines = "".join(json.dumps({"key": key, "value": "v" * 50}) + "\n" for key in keys)
        self.assertEqual(self.server.request("POST", "/v1/import", lines)[0], 200)
        code, output, errors = self.ask("scan", "--all")
        self.assertEqual((code, errors), (DONE, ""))
        self.assertEqual([json.loads(line)["key"] for line in output.splitlines()], keys)
        self.ask("import", "-", given=json.dumps({"key": "k1490", "value": "v" * 3_000}).encode() + b"\n")
        code, output, errors = self.ask("scan", "--all")
        self.assertEqual((code, len(output.splitlines())), (REFUSED, 150))
        self.assertIn("413", errors)


class Arguments(ClientCase):
    def assert_misused(self, words, *arguments, **variables):
        self.assert_refused(USAGE, words, arguments=arguments, **variables)

    def test_mistakes_are_named(self):
        self.assert_misused("usage: memstore get KEY", "get")
        self.assert_misused("usage: memstore set KEY VALUE", "set", "a")
        self.assert_misused("--bogus", "get", "a", "--bogus")
        self.assert_misused("--limit", "scan", "--limit", "many")
        self.assert_misused("--limit", "scan", "--limit", "0")
        self.assert_misused("--ttl", "set", "a", "b", "--ttl=soon")
        self.assert_misused("--ttl", "set", "a", "b", "--ttl=1s", "--ttl=2s")
        self.assert_misused("--json and --table", "scan", "--json", "--table")
        self.assert_misused("--url", "get", "a", "--url=localhost")
        self.assert_misused("MEMSTORE_URL", "get", "a", MEMSTORE_URL="ftp://x")
        self.assert_misused("MEMSTORE_TOKEN", "get", "a", MEMSTORE_TOKEN="two words")
        self.assert_misused("nowhere.pem", "get", "a", "--url=https://x", "--ca=nowhere.pem")
        self.assert_misused('unknown command "gett"', "gett", "a")

    def test_help_needs_no_server_and_tells_the_exit_statuses(self):
        for command in ("get", "set", "del", "scan", "exec", "watch", "export", "import", "status", "bench", "top"):
            code, output, errors = self.run_memstore(command, "--help")
            self.assertEqual((code, errors), (0, ""))
            self.assertIn(f"memstore {command}", output)
            self.assertIn("  4  the server refused", output)
            self.assertIn(f"memstore {command} ", self.run_memstore("--help")[1])

    def test_a_server_starts_in_a_client_s_environment(self):
        code, _, errors = self.run_memstore("config", MEMSTORE_URL="http://x", MEMSTORE_TOKEN="t")
        self.assertEqual((code, errors), (0, ""))

    def test_no_server(self):
        with refusing() as port:
            self.assert_refused(UNREACHABLE, "refused", arguments=("get", "a", f"--url=http://127.0.0.1:{port}"))
        with listening() as port:
            arguments = ("get", "a", f"--url=http://127.0.0.1:{port}", "--timeout=200ms")
            self.assert_refused(UNREACHABLE, "no answer", arguments=arguments)
        with listening(b"SSH-2.0-OpenSSH\n") as port:
            arguments = ("get", "a", f"--url=http://127.0.0.1:{port}")
            self.assert_refused(UNREACHABLE, "does not answer in HTTP", arguments=arguments)
        with listening(b"HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\ncut") as port:
            arguments = ("get", "a", f"--url=http://127.0.0.1:{port}")
            self.assert_refused(UNREACHABLE, "ended the connection", arguments=arguments)


class Access(ClientCase):
    def test_a_token(self):
        code, made, _ = self.run_memstore("token", "new", "shop")
        secret, line = (made.splitlines()[at] for at in (1, 3))
        self.write("tokens.yaml", line + "\n")
        self.folder.joinpath("tokens.yaml").chmod(0o600)
        self.start("--auth.tokens-file=tokens.yaml")
        self.assert_fails(REFUSED, "a token is read from MEMSTORE_TOKEN", "get", "a")
        self.assertEqual(self.ask("set", "a", "x", MEMSTORE_TOKEN=secret)[0], DONE)
        self.assertEqual(self.ask("get", "a", MEMSTORE_TOKEN=secret), (DONE, b"x", ""))
        code, output, errors = self.ask("status", MEMSTORE_TOKEN=secret)
        self.assertEqual((code, json.loads(output)["ready"]), (DONE, True))
        self.assertIn("admins only", errors)

    def test_tls(self):
        make = "openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -days 2 -subj /CN=localhost"
        names = ["-addext", "subjectAltName=DNS:localhost", "-keyout", "key.pem", "-out", "certificate.pem"]
        subprocess.run(make.split() + names, cwd=self.folder, check=True, stderr=subprocess.DEVNULL)
        self.start("--tls.certificate=certificate.pem", "--tls.key=key.pem")
        url = f"--url=https://localhost:{self.server.port}"
        self.assertEqual(self.ask("set", "a", "x", url, "--ca=certificate.pem")[0], DONE)
        self.assertEqual(self.ask("get", "a", url, "--ca=certificate.pem"), (DONE, b"x", ""))
        self.assert_fails(UNREACHABLE, "certificate verify failed", "get", "a", url)
        address = f"--url=https://127.0.0.1:{self.server.port}"
        self.assert_fails(UNREACHABLE, "certificate verify failed", "get", "a", address, "--ca=certificate.pem")
        self.assert_fails(REFUSED, "use https", "get", "a")


class Status(ClientCase):
    def test_a_server_that_is_ready(self):
        self.start("--nodes=2")
        self.ask("set", "a", "x")
        code, output, errors = self.ask("status")
        self.assertEqual((code, errors), (DONE, ""))
        state = json.loads(output)
        self.assertEqual((state["ready"], state["nodes"], state["keys"], len(state["node_list"])), (True, 2, 1, 2))
        code, table = self.show("status")
        self.assertIn("ready    yes\n", table)
        self.assertEqual(len(table.splitlines()), 6 + 1 + 4)

    def test_a_server_that_is_not(self):
        answer = b"HTTP/1.1 503 Service Unavailable\r\nContent-Length: 16\r\n\r\nrecovering: 40 %"
        with listening(answer) as port:
            code, output, _ = self.run_memstore("status", f"--url=http://127.0.0.1:{port}")
        self.assertEqual((code, json.loads(output)["reason"]), (ABSENT, "recovering: 40 %"))


class Top(ClientCase):
    def setUp(self):
        super().setUp()
        self.start("--nodes=2")

    def test_it_prints_a_line_each_interval(self):
        self.ask("set", "a", "x")
        code, output, errors = self.ask("top", "--count=3", "--interval=50ms")
        self.assertEqual((code, errors), (DONE, ""))
        looks = [json.loads(line) for line in output.splitlines()]
        self.assertEqual([(one["keys"], len(one["node_list"])) for one in looks], [(1, 2)] * 3)
        times = [one["time_ms"] for one in looks]
        self.assertTrue(times[0] + 50 <= times[1] and times[1] + 50 <= times[2], times)

    def test_a_terminal_is_drawn_anew_until_q_and_is_as_before(self):
        for end in (b"q", b"\x03"):
            with self.on_terminal("top", "--interval=20ms") as (process, master):
                before = termios.tcgetattr(master)
                shown = read_terminal(master, until=b"\x1b[H\x1b[J")
                shown += read_terminal(master, until=b"\x1b[H\x1b[J")
                self.assertIn(b"OPERATIONS/S", shown)
                os.write(master, end)
                shown = read_terminal(master)
                self.assertTrue(shown.endswith(b"\x1b[?1049l"), shown[-80:])
                self.assertEqual(process.wait(memstore.PATIENCE), DONE)
                self.assertEqual(termios.tcgetattr(master)[3], before[3])

    def test_a_server_that_goes_ends_it(self):
        with self.on_terminal("top", "--interval=20ms") as (process, master):
            read_terminal(master, until=b"\x1b[H\x1b[J")
            self.server.kill()
            self.assertIn(b"\x1b[?1049lmemstore: ", read_terminal(master))
            self.assertEqual(process.wait(memstore.PATIENCE), UNREACHABLE)


class Bulk(ClientCase):
    def setUp(self):
        super().setUp()
        self.start()

    def fill(self, count):
        lines = [{"key": f"k{number:05}", "value": f"value {number}"} for number in range(count)]
        self.write("lines", "".join(json.dumps(one) + "\n" for one in lines))

    def test_what_was_exported_is_imported(self):
        self.fill(10_001)
        code, output, errors = self.ask("import", "lines")
        self.assertEqual((code, output), (DONE, b'{"imported":10001}\n'))
        self.assertIn("does not end as an export does", errors)
        self.ask("set", "brief", "x", "--ttl=1h")
        self.assert_prints(b'{"exported":10002}\n', "export", "all")
        self.assertEqual([path.name for path in self.folder.glob("all*")], ["all"])
        first = self.ask("export")[1]
        self.assertEqual(first, self.folder.joinpath("all").read_bytes())
        self.assertEqual(self.show("export", "all", "--prefix=k0000")[1].split("\n")[-2][-7:], "10 keys")

        self.server.execute({"cmd_type": "delrange", "prefix": ""})
        self.assert_prints(b'{"imported":10002}\n', "import", "-", given=first)
        again = self.ask("export")[1]
        without_versions = lambda text: [
            {name: value for name, value in json.loads(line).items() if name != "version"} for line in text.splitlines()
        ]
        self.assertEqual(without_versions(again), without_versions(first))

    def test_a_bad_line_is_named_by_its_number_in_the_file(self):
        self.fill(9_000)
        lines = self.folder.joinpath("lines").read_text().splitlines(keepends=True)
        lines[8_499] = '{"key":"bad","valu":""}\n'
        self.write("lines", "".join(lines))
        self.assert_fails(REFUSED, "line 8500: ", "import", "lines")
        _, _, errors = self.ask("import", "lines")
        self.assertIn("8499 keys were imported", errors)

    def test_a_file_that_was_cut_or_mixed_up(self):
        entry = b'{"key":"a","value":"1"}\n'
        self.assert_fails(USAGE, "should have 2 keys", "import", "-", given=entry + b'{"end":true,"count":2}\n')
        self.assert_fails(USAGE, "line 2 is behind", "import", "-", given=b'{"end":true,"count":0}\n' + entry)
        self.assert_fails(USAGE, "nowhere", "import", "nowhere")
        self.assert_fails(USAGE, "no/such", "export", "no/such")

    def test_a_server_that_dies_amid_an_import(self):
        reader, writer = os.pipe()
        process = self.spawn("import", "-", stdin=reader, stdout=subprocess.PIPE, stderr=subprocess.PIPE)
        os.close(reader)
        entry = lambda number: json.dumps({"key": f"{number}", "value": "x"}).encode() + b"\n"
        with os.fdopen(writer, "wb") as lines:
            lines.write(b"".join(map(entry, range(4_000))))
            lines.flush()
            while self.server.execute({"cmd_type": "count", "prefix": ""})[1]["results"] != [4_000]:
                time.sleep(0.01)
            self.server.kill()
            with contextlib.suppress(BrokenPipeError):
                lines.write(b"".join(map(entry, range(4_000, 9_000))))
        output, errors = process.communicate(timeout=memstore.PATIENCE)
        self.assertEqual((process.returncode, output), (UNREACHABLE, b""))
        self.assertIn("4000 keys were imported", errors.decode())

    def test_an_export_that_is_cut_leaves_no_file(self):
        head = b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n"
        with listening(head + b'18\r\n{"key":"a","value":"1"}\n\r\n0\r\n\r\n') as port:
            arguments = ("export", "all", f"--url=http://127.0.0.1:{port}")
            self.assert_refused(UNREACHABLE, "no end, after 1 keys", arguments=arguments)
        with listening(head + b'18\r\n{"key":"a","value":"1"}\n\r\n') as port:
            arguments = ("export", "all", f"--url=http://127.0.0.1:{port}")
            self.assert_refused(UNREACHABLE, "ended the connection, after 1 keys", arguments=arguments)
        self.assertEqual(list(self.folder.glob("all*")), [])

    def mode_of(self, name):
        return self.folder.joinpath(name).stat().st_mode & 0o777

    def test_an_export_is_private_or_keeps_the_mode_of_its_file(self):
        self.assertEqual(self.ask("export", "new")[0], DONE)
        self.assertEqual(self.mode_of("new"), 0o600)
        self.folder.joinpath("new").chmod(0o640)
        self.write("new.part", "of an export that was killed")
        self.assertEqual(self.ask("export", "new")[0], DONE)
        self.assertEqual(self.mode_of("new"), 0o640)

    def test_an_export_goes_where_a_symlink_leads(self):
        self.folder.joinpath("backups").mkdir()
        self.folder.joinpath("link").symlink_to("backups/link")
        self.folder.joinpath("backups/link").symlink_to("today")
        for _ in range(2):
            self.assertEqual(self.ask("export", "link")[0], DONE)
            self.assertTrue(self.folder.joinpath("link").is_symlink())
            self.assertFalse(self.folder.joinpath("backups/today").is_symlink())
            self.assertTrue(self.folder.joinpath("backups/today").read_bytes().startswith(b'{"end":true'))
            self.folder.joinpath("backups/today").write_bytes(b"older")
        self.assertEqual(sorted(path.name for path in self.folder.joinpath("backups").iterdir()), ["link", "today"])

    def test_an_export_goes_into_a_pipe(self):
        self.ask("set", "a", "x")
        fifo = self.folder / "fifo"
        os.mkfifo(fifo)
        process = self.spawn("export", "fifo", stdout=subprocess.PIPE)
        read = fifo.read_bytes()
        self.assertEqual((process.communicate(timeout=memstore.PATIENCE)[0], process.returncode), (b'{"exported":1}\n', DONE))
        self.assertEqual(len(read.splitlines()), 2)
        self.assertTrue(fifo.is_fifo())
        self.assert_fails(USAGE, "directory", "export", ".")

    def test_progress_is_for_terminals(self):
        self.fill(20_000)
        _, shown = self.show("import", "lines")
        self.assertIn("[#", shown)
        with self.on_terminal("import", "lines", "--json") as (_, master):
            self.assertIn(b"{\"imported\":20000}", read_terminal(master))


class Watching(ClientCase):
    def setUp(self):
        super().setUp()
        self.start()

    def lines_of(self, process, count):
        lines = []
        deadline = time.monotonic() + memstore.PATIENCE
        while len(lines) < count:
            self.assertLess(time.monotonic(), deadline, lines)
            lines.append(json.loads(process.stdout.readline()))
        return lines

    def test_each_change_is_a_line(self):
        self.ask("set", "p/a", "1")
        process = self.spawn("watch", "p/", "--from=0", stdout=subprocess.PIPE)
        self.assertEqual(self.lines_of(process, 1)[0]["event"], "snapshot")
        self.server.execute(
            {"cmd_type": "set", "key": "p/b", "value": "2"},
            {"cmd_type": "del", "key": "p/a"},
            {"cmd_type": "set", "key": "other", "value": "3"},
        )
        changes = self.lines_of(process, 2)
        self.assertEqual(
            [(one["event"], one["key"], one["value"]) for one in changes],
            [("commit", "p/b", "2"), ("commit", "p/a", None)],
        )
        self.assertEqual(len({one["version"] for one in changes}), 1)
        process.send_signal(signal.SIGINT)
        self.assertEqual(process.wait(memstore.PATIENCE), -signal.SIGINT)
        process.stdout.close()

    def test_it_is_for_people_on_a_terminal(self):
        self.ask("set", "a", "\x1b")
        with self.on_terminal("watch", "--from=0") as (_, master):
            self.assertIn(b"set a = \\x1b", read_terminal(master, until=b"\n"))

    def test_a_version_that_is_not_held(self):
        self.assert_fails(REFUSED, "410", "watch", "--from=99")

    def test_it_goes_on_after_a_cut(self):
        with relay(self.server.port) as between:
            process = self.spawn(
                "watch", environment={"MEMSTORE_URL": f"http://127.0.0.1:{between.port}"},
                stdout=subprocess.PIPE, stderr=subprocess.PIPE,
            )
            between.wait_for_connections(1)
            between.cut()
            self.ask("set", "a", "while nothing was seen")
            seen = self.lines_of(process, 1)
            for cut in range(2):
                self.ask("set", "a", f"before {cut}")
                seen += self.lines_of(process, 1)
                between.cut()
                self.ask("set", "a", f"meanwhile {cut}")
                seen += self.lines_of(process, 1)
            self.assertEqual(
                [one["value"] for one in seen], ["while nothing was seen", "before 0", "meanwhile 0", "before 1", "meanwhile 1"]
            )
            process.kill()
            self.assertIn(b"goes on from there", process.stderr.read())
            process.stdout.close()
            process.stderr.close()


class Bench(ClientCase):
    def measure(self, *arguments):
        code, output, errors = self.ask("bench", "--seconds=1", "--connections=3", "--keys=50", *arguments)
        self.assertEqual((code, errors), (DONE, ""))
        return json.loads(output)

    def test_each_load_is_measured_and_leaves_nothing(self):
        self.start()
        self.ask("set", "mine", "x")
        for load in ("get", "set", "mixed", "transaction"):
            found = self.measure("--load", load)
            self.assertEqual((found["load"], found["loop"], found["refused"], found["failed"]), (load, "closed", 0, 0))
            times = [found["latency_us"][name] for name in ("p50", "p90", "p99", "p99.9", "max")]
            self.assertEqual(times, sorted(times))
            self.assertGreater(times[0], 0)
            self.assertGreater(found["requests"], 20)
            self.assertAlmostEqual(
                found["requests_per_second"], found["requests"] * 1000 / found["duration_ms"], delta=5 + found["requests"] / 50
            )
        self.assertEqual(self.server.execute({"cmd_type": "count", "prefix": ""})[1]["results"], [1])
        self.assertGreater(self.measure("--pipeline=5")["requests"], 20)
        many = self.measure("--load=transaction", "--commands=100")
        self.assertEqual((many["refused"], many["failed"]), (0, 0))
        page = self.server.request("GET", "/metrics")[1].decode()
        incr = int(re.search(r'memstore_commands_total\{type="incr"\} (\d+)', page)[1])
        self.assertGreaterEqual(incr, 100 * many["requests"])

    def test_a_rate_is_kept(self):
        self.start()
        found = self.measure("--rate=100", "--load=get")
        self.assertEqual((found["loop"], found["requests"] + found["unsent"]), ("open", 100))

    def test_a_server_that_stands_still_is_charged_for_it(self):
        self.start()
        bench = self.spawn(
            "bench", "--seconds=3", "--rate=100", "--load=get", "--keys=10", stdout=subprocess.PIPE, stderr=subprocess.PIPE
        )
        self.wait_for_key("memstore-bench/9")
        time.sleep(0.5)
        self.server.signal(signal.SIGSTOP)
        time.sleep(1)
        self.server.signal(signal.SIGCONT)
        output, errors = bench.communicate(timeout=memstore.PATIENCE)
        self.assertEqual((bench.returncode, errors), (DONE, b""))
        found = json.loads(output)
        latency, service = found["latency_us"], found["service_us"]
        # A third of the requests was due while it stood still: half of those waited half of that second, or longer.
        self.assertGreater(latency["p90"], 300_000)
        self.assertGreater(service["max"], 500_000)
        self.assertLess(service["p90"], latency["p90"], "those that were sent when it went on were not kept waiting")

    def wait_for_key(self, key):
        deadline = time.monotonic() + memstore.PATIENCE
        while self.server.request("GET", f"/v1/keys/{key}")[0] != 200:
            self.assertLess(time.monotonic(), deadline)
            time.sleep(0.01)

    def count(self):
        return self.server.execute({"cmd_type": "count", "prefix": ""})[1]["results"][0]

    def interrupt(self, how, *arguments):
        """@return the exit status and the output of a load that is interrupted when it has begun"""
        bench = self.spawn("bench", *arguments, stdout=subprocess.PIPE, stderr=subprocess.PIPE)
        self.wait_for_key("memstore-bench/9")
        time.sleep(0.2)
        bench.send_signal(how)
        output, errors = bench.communicate(timeout=memstore.PATIENCE)
        self.assertEqual((errors, self.count()), (b"", 0))
        return bench.returncode, output

    def test_an_interrupted_load_tells_what_it_measured_and_leaves_nothing(self):
        self.start()
        for how in (signal.SIGINT, signal.SIGTERM):
            for rate in ("--pipeline=1", "--rate=100"):
                code, output = self.interrupt(how, "--seconds=3600", "--keys=10", rate)
                self.assertEqual(code, DONE)
                self.assertLess(json.loads(output)["duration_ms"], 60_000)
                self.assertGreater(json.loads(output)["requests"], 0)

    def test_a_load_that_is_interrupted_before_it_begins_leaves_nothing(self):
        self.start()
        self.assertEqual(self.interrupt(signal.SIGINT, "--keys=100000000"), (128 + signal.SIGINT, b""))

    def test_a_load_whose_keys_cannot_be_written_leaves_nothing(self):
        self.start("--memory.limit=16MiB")
        self.assert_fails(REFUSED, "memory", "bench", "--keys=1000000", "--value-size=1000")
        self.assertEqual(self.count(), 0)

    def test_mistakes_and_lost_servers(self):
        self.start()
        self.assert_fails(USAGE, "--load", "bench", "--load=fly")
        self.assert_fails(USAGE, "--rate", "bench", "--rate=0")
        self.assert_fails(USAGE, "--commands", "bench", "--load=transaction", "--commands=3")
        with refusing() as port:
            self.assert_fails(UNREACHABLE, "refused", "bench", f"--url=http://127.0.0.1:{port}")

    def test_a_terminal_sees_a_table(self):
        self.start()
        code, shown = self.show("bench", "--seconds=1", "--keys=10")
        self.assertEqual(code, DONE)
        self.assertIn("[#", shown)
        for word in ("loop        closed", "requests/s", "p99.9", "max"):
            self.assertIn(word, shown)


class relay:
    """Passes connections on to a port, and cuts them when told to."""

    def __init__(self, port):
        self._target = port
        self._listener = socket.create_server(("127.0.0.1", 0))
        self.port = self._listener.getsockname()[1]
        self._pairs = []
        self._answered = threading.Condition()
        self._count = 0
        threading.Thread(target=self._accept, daemon=True).start()

    def _accept(self):
        with contextlib.suppress(OSError):
            while True:
                near, _ = self._listener.accept()
                far = socket.create_connection(("127.0.0.1", self._target))
                self._pairs.append((near, far))
                for source, sink in ((near, far), (far, near)):
                    threading.Thread(target=self._pass_on, args=(source, sink, source is far), daemon=True).start()

    def _pass_on(self, source, sink, is_answer):
        with contextlib.suppress(OSError):
            first = True
            while piece := source.recv(65536):
                sink.sendall(piece)
                if is_answer and first:
                    with self._answered:
                        self._count += 1
                        self._answered.notify_all()
                first = False

    def wait_for_connections(self, count):
        """Until so many were answered."""
        with self._answered:
            assert self._answered.wait_for(lambda: self._count >= count, memstore.PATIENCE)

    def cut(self):
        while self._pairs:
            for end in self._pairs.pop():
                with contextlib.suppress(OSError):
                    end.shutdown(socket.SHUT_RDWR)
                end.close()

    def __enter__(self):
        return self

    def __exit__(self, *_):
        with contextlib.suppress(OSError):
            self._listener.shutdown(socket.SHUT_RDWR)
        self._listener.close()
        self.cut()


if __name__ == "__main__":
    memstore.main()
