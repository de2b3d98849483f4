"""SIGTERM and SIGINT: what is under way is finished, within bounds; a second signal ends it at once."""
import contextlib
import select
import signal
import time

import memstore

BODY = b'{"commands":[{"cmd_type":"set","key":"k","value":"v"}]}'
HEAD = b"POST /v1/execute HTTP/1.1\r\nHost: memstore\r\nContent-Length: %d\r\n\r\n"


def execute(body):
    return HEAD % len(body) + body


def read_to_end(connection):
    received = b""
    while True:
        try:
            part = connection.recv(65536)
        except ConnectionResetError:
            return received
        if not part:
            return received
        received += part


def wait_in_line(writers):
    """Writes through all connections, until most of them wait for an answer."""
    waiting = set()
    deadline = time.monotonic() + 5
    while time.monotonic() < deadline:
        for writer in writers:
            if writer not in waiting:
                writer.sendall(execute(BODY))
                waiting.add(writer)
        answered, _, _ = select.select(waiting, [], [], 0.02)
        if not answered:
            return
        for writer in answered:
            writer.recv(65536)
            waiting.remove(writer)


class Stopping(memstore.Case):
    def begin_request(self, server):
        """A connection whose request has arrived in part, and the server knows of it."""
        connection = server.connect()
        self.addCleanup(connection.close)
        connection.sendall((HEAD % len(BODY)).replace(b"\r\n\r\n", b"\r\nExpect: 100-continue\r\n\r\n"))
        self.assertTrue(connection.recv(1024).startswith(b"HTTP/1.1 100 "))
        return connection

    def test_either_signal_ends_it_well(self):
        for number in (signal.SIGTERM, signal.SIGINT):
            server = self.serve("-p0")
            self.assertTrue(server.port_file.exists())
            server.signal(number)
            self.assertEqual(server.wait(), 0)
            self.assertFalse(server.port_file.exists())
            self.assertIn(f"signal={number.name}", server.log())

    def test_idle_connections_do_not_hold_it_up(self):
        # One thread accepts in order: who is answered second knows that the first was let in.
        server = self.serve("-p0", "--drain-timeout=1h", "--threads=1")
        never_used = server.connect()
        self.addCleanup(never_used.close)
        used = server.connect()
        self.addCleanup(used.close)
        used.sendall(b"GET /livez HTTP/1.1\r\nHost: memstore\r\n\r\n")
        self.assertTrue(used.recv(1024).startswith(b"HTTP/1.1 200 "))
        self.assertEqual(server.stop(), 0)
        self.assertEqual(read_to_end(never_used), b"")

    def test_a_request_under_way_is_answered(self):
        server = self.serve("-p0", "--drain-timeout=1h")
        connection = self.begin_request(server)
        server.signal(signal.SIGTERM)
        server.wait_for_log("stopping")
        connection.sendall(BODY)
        answer = read_to_end(connection)
        self.assertTrue(answer.startswith(b"HTTP/1.1 200 "), answer)
        self.assertTrue(answer.endswith(b'{"results":["v"]}'), answer)
        self.assertEqual(server.wait(), 0)

    def test_nobody_new_is_let_in_meanwhile(self):
        server = self.serve("-p0", "--drain-timeout=1h")
        connection = self.begin_request(server)
        server.signal(signal.SIGTERM)
        server.wait_for_log("stopping")
        deadline = time.monotonic() + memstore.PATIENCE
        refused = False
        while not refused and time.monotonic() < deadline:
            try:
                with server.connect() as late:
                    late.settimeout(1)
                    late.sendall(b"GET /livez HTTP/1.1\r\nHost: memstore\r\n\r\n")
                    refused = not late.recv(1024).startswith(b"HTTP/1.1 200 ")
            except OSError:
                refused = True
        self.assertTrue(refused)
        connection.sendall(BODY)
        self.assertIn(b" 200 ", read_to_end(connection))
        self.assertEqual(server.wait(), 0)

    def test_a_request_that_never_ends_is_cut_off(self):
        server = self.serve("-p0", "--drain-timeout=200ms")
        connection = self.begin_request(server)
        self.assertEqual(server.stop(), 0)
        read_to_end(connection)
        self.assertIn("still busy", server.log())

    def test_writers_in_line_for_a_node_do_not_keep_it(self):
        long = execute(b'{"commands":[{"cmd_type":"set","key":"k","value":"' + b'\\"' * 8_000_000 + b'"}]}')
        for _ in range(6):
            server = self.serve("-p0", "--threads=64", "--nodes=64", "--drain-timeout=0s")
            with contextlib.ExitStack() as connections:
                writers = [connections.enter_context(server.connect()) for _ in range(40)]
                connections.enter_context(server.connect()).sendall(long)
                wait_in_line(writers)
                self.assertEqual(server.stop(), 0)

    def test_a_second_signal_ends_it_at_once(self):
        for second, status in ((signal.SIGTERM, 143), (signal.SIGINT, 130)):
            server = self.serve("-p0", "--drain-timeout=1h")
            self.begin_request(server)
            server.signal(signal.SIGTERM)
            server.wait_for_log("stopping")
            server.signal(second)
            self.assertEqual(server.wait(), status)
            self.assertFalse(server.port_file.exists())

    def test_the_port_file_of_another_is_left_alone(self):
        server = self.serve("-p0")
        server.port_file.write_text("1\n")
        self.assertEqual(server.stop(), 0)
        self.assertEqual(server.port_file.read_text(), "1\n")

    def test_the_port_file_of_a_successor_at_the_same_port_is_left_alone(self):
        server = self.serve("-p0", "--drain-timeout=1h")
        connection = self.begin_request(server)
        server.signal(signal.SIGTERM)
        server.wait_for_log("stopping")
        successor = self.serve_once_free(server.port)
        connection.sendall(BODY)
        self.assertIn(b" 200 ", read_to_end(connection))
        self.assertEqual(server.wait(), 0)
        self.assertEqual(successor.port_file.read_text(), f"{server.port}\n")
        self.assertEqual(successor.stop(), 0)

    def serve_once_free(self, port):
        """A server at a port that another is about to leave."""
        deadline = time.monotonic() + memstore.PATIENCE
        while True:
            try:
                return self.serve(f"-p{port}")
            except AssertionError:
                if time.monotonic() > deadline:
                    raise

    def test_readers_that_went_away_do_not_end_it(self):
        server = self.serve("-p0")
        for _ in range(20):
            with server.connect() as connection:
                connection.sendall(b"GET /livez HTTP/1.1\r\nHost: memstore\r\n\r\n" * 100)
        self.assertEqual(server.request("GET", "/livez"), (200, b"ok"))
        self.assertEqual(server.stop(), 0)


if __name__ == "__main__":
    memstore.main()
