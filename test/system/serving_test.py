"""memstore serves, however it is started."""
import json
import pathlib
import re
import resource
import socket
import time

import memstore


class Serving(memstore.Case):
    def assert_serves(self, server):
        self.assertEqual(server.request("GET", "/readyz"), (200, b"ok"))
        self.assertEqual(server.stop(), 0)

    def test_every_form_of_the_command_line_serves(self):
        forms = [("--port=0",), ("--port", "0"), ("-p", "0"), ("serve", "--port=0"), ("serve", "-p", "0")]
        for form in forms:
            with self.subTest(form=form):
                self.assert_serves(self.serve(*form))

    def test_no_argument_serves(self):
        self.assert_serves(self.serve(MEMSTORE_PORT="0"))

    def test_the_file_of_the_working_directory_is_read(self):
        self.write(".memstore.yaml", "port: 0\nlog:\n  level: warn\n")
        server = self.serve()
        self.assert_serves(server)
        self.assertEqual(server.log(), "")

    def test_the_first_examples_of_the_manual(self):
        server = self.serve("-p0")
        self.assertEqual(
            server.execute({"cmd_type": "set", "key": "foo", "value": "bar"}),
            (200, {"results": ["bar"]}),
        )
        self.assertEqual(
            server.execute({"cmd_type": "get", "key": "foo"}, {"cmd_type": "set", "key": "foo2", "value": "bar2"}),
            (200, {"results": ["bar", "bar2"]}),
        )
        self.assertEqual(
            server.execute({"cmd_type": "unknown", "key": "foo"}), (400, {"error": "unknown command"})
        )

    def test_what_is_written_over_one_connection_is_read_over_another(self):
        server = self.serve("-p0", "--threads=2", "--nodes=3")
        for i in range(50):
            server.execute({"cmd_type": "set", "key": f"k{i}", "value": f"v{i}"})
        reads = [{"cmd_type": "get", "key": f"k{i}"} for i in range(50)]
        self.assertEqual(server.execute(*reads), (200, {"results": [f"v{i}" for i in range(50)]}))

    def test_limits_are_those_configured(self):
        server = self.serve("-p0", "--limits.commands=2", "--limits.body=1KiB")
        get = {"cmd_type": "get", "key": "k"}
        self.assertEqual(server.execute(get, get)[0], 200)
        status, body = server.execute(get, get, get)
        self.assertEqual((status, body["option"], body["limit"]), (413, "limits.commands", 2))
        status, body = server.execute({"cmd_type": "set", "key": "k", "value": "v" * 1024})
        self.assertEqual((status, body["option"], body["limit"]), (413, "limits.body", 1024))

    def test_a_transaction_whose_answer_is_too_long_does_not_happen(self):
        server = self.serve("-p0", "--limits.answer=1KiB")
        writes = [{"cmd_type": "set", "key": key, "value": "v" * 600} for key in "ab"]
        status, body = server.execute(*writes)
        self.assertEqual((status, body["code"]), (413, "answer_too_large"))
        self.assertEqual((body["option"], body["limit"]), ("limits.answer", 1024))
        self.assertGreater(body["actual"], 1200)
        reads = [{"cmd_type": "get", "key": key} for key in "ab"]
        self.assertEqual(server.execute(*reads), (200, {"results": [None, None]}))

    def test_a_long_body_is_refused_to_a_client_that_sends_all_before_it_reads(self):
        server = self.serve("-p0")
        status, body = server.request("POST", "/v1/execute", b" " * 40_000_000)
        self.assertEqual((status, json.loads(body)["option"]), (413, "limits.body"))

    def test_a_body_on_its_way_counts_by_its_length_and_no_more(self):
        server = self.serve("-p0", "--limits.buffered=5MiB")
        slow = server.connect()
        self.addCleanup(slow.close)
        mib = 1_048_576
        slow.sendall(b"PUT /v1/keys/a HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Length: %d\r\n\r\n" % (3 * mib))
        slow.sendall(b"v" * (3 * mib - 1))
        received = 0
        deadline = time.monotonic() + memstore.PATIENCE
        while received < 3 * mib:
            self.assertLess(time.monotonic(), deadline)
            _, page = server.request("GET", "/metrics")
            received = int(re.search(rb"memstore_http_received_bytes_total (\d+)", page)[1])
        self.assertEqual(server.request("PUT", "/v1/keys/b", "v" * (3 * mib // 2))[0], 201)
        self.assertEqual(server.request("PUT", "/v1/keys/c", "v" * (2 * mib + 1))[0], 503)
        slow.sendall(b"v")
        self.assertTrue(slow.recv(4096).startswith(b"HTTP/1.1 201 "))
        self.assertEqual(server.request("PUT", "/v1/keys/c", "v" * (2 * mib + 1))[0], 201)

    def test_memory_goes_back_when_large_values_expire(self):
        if memstore.is_sanitized():
            self.skipTest("a sanitizer keeps what is freed")
        server = self.serve("-p0")
        before = server.resident_bytes()
        value = "v" * (1 << 20)
        for i in range(100):
            server.execute({"cmd_type": "set", "key": f"k{i}", "value": value, "ttl_ms": 500})
        deadline = time.monotonic() + memstore.PATIENCE
        while server.resident_bytes() > before + (32 << 20) and time.monotonic() < deadline:
            time.sleep(0.1)
        self.assertLess(server.resident_bytes(), before + (32 << 20))
        get = {"cmd_type": "get", "key": "k0"}
        self.assertEqual(server.execute(get), (200, {"results": [None]}))

    def test_an_address_may_be_a_name(self):
        try:
            socket.getaddrinfo("localhost", None)
        except socket.gaierror:
            self.skipTest("a machine without /etc/hosts")
        server = self.serve("-p0", "--address=localhost")
        self.assertEqual(server.request("GET", "/livez", host="localhost"), (200, b"ok"))

    def test_an_address_may_be_of_version_6(self):
        try:
            with socket.socket(socket.AF_INET6) as probe:
                probe.bind(("::1", 0))
        except OSError:
            self.skipTest("no IPv6 here")
        server = self.serve("-p0", "--address=::1")
        self.assertEqual(server.request("GET", "/livez", host="::1"), (200, b"ok"))

    def test_a_thread_each_as_asked(self):
        server = self.serve("-p0", "--threads=3")
        expected = {"memstore-io-0", "memstore-io-1", "memstore-io-2"}
        deadline = time.monotonic() + memstore.PATIENCE
        while self.io_threads(server) != expected and time.monotonic() < deadline:
            time.sleep(0.01)
        self.assertEqual(self.io_threads(server), expected)

    @staticmethod
    def io_threads(server):
        tasks = pathlib.Path(f"/proc/{server.process.pid}/task")
        names = {(task / "comm").read_text().strip() for task in tasks.iterdir()}
        return {name for name in names if name.startswith("memstore-io-")}

    def test_as_many_files_as_the_system_allows(self):
        hard = resource.getrlimit(resource.RLIMIT_NOFILE)[1]
        server = self.serve("-p0", limits=lambda: resource.setrlimit(resource.RLIMIT_NOFILE, (64, hard)))
        self.assertEqual(resource.prlimit(server.process.pid, resource.RLIMIT_NOFILE), (hard, hard))

    def test_too_few_files_for_the_connections_is_a_warning(self):
        server = self.serve("-p0", limits=lambda: resource.setrlimit(resource.RLIMIT_NOFILE, (256, 256)))
        server.wait_for_log("limits.connections")
        self.assert_serves(server)


    def test_connections_that_cannot_be_accepted_are_reported_once_for_all_threads(self):
        few = lambda: resource.setrlimit(resource.RLIMIT_NOFILE, (48, 48))
        server = self.serve("-p0", "--threads=4", limits=few)
        for _ in range(100):
            self.addCleanup(server.connect().close)
        server.wait_for_log("cannot accept")
        time.sleep(0.5)  # each thread tries again every 100 ms
        server.kill()
        self.assertEqual(server.log().count("cannot accept"), 1)


class Refusing(memstore.Case):
    def test_a_port_in_use(self):
        server = self.serve("-p0")
        self.assert_refused(1, str(server.port), "in use", arguments=["-p", str(server.port)])

    def test_an_address_that_is_not_ours(self):
        self.assert_refused(1, "192.0.2.1", "annot assign", arguments=["-p0", "--address=192.0.2.1"])

    def test_an_address_that_does_not_exist(self):
        name = "a" * 64 + ".invalid"
        self.assert_refused(1, "address", name, arguments=["-p0", "--address", name])

    def test_a_port_file_that_cannot_be_written(self):
        path = self.folder / "absent" / "port"
        self.assert_refused(1, "port-file", str(path), arguments=["-p0", f"--port-file={path}"])


if __name__ == "__main__":
    memstore.main()
