"""What memstore tells a service manager: over NOTIFY_SOCKET when it is ready and when it stops, in its log how grave a line is."""
import os
import signal
import socket
import subprocess

import memstore


class Manager(memstore.Case):
    def listen(self, name):
        listener = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
        listener.bind("\0" + name[1:] if name.startswith("@") else name)
        listener.settimeout(memstore.PATIENCE)
        self.addCleanup(listener.close)
        return listener

    def heard(self, listener):
        return dict(line.split("=", 1) for line in listener.recv(4096).decode().splitlines())

    def assert_told(self, name):
        listener = self.listen(name)
        server = self.serve("-p0", NOTIFY_SOCKET=name)
        state = self.heard(listener)
        self.assertEqual(state["READY"], "1")
        self.assertIn(str(server.port), state["STATUS"])
        self.assertEqual(server.request("GET", "/readyz")[0], 200)
        self.assertEqual(server.stop(), 0)
        self.assertEqual(self.heard(listener)["STOPPING"], "1")

    def test_ready_and_stopping_are_told(self):
        self.assert_told(str(self.folder / "notify"))
        self.assert_told(f"@memstore-test-{os.getpid()}")

    def test_a_recovery_is_told_before(self):
        listener = self.listen(str(self.folder / "notify"))
        server = self.serve("-p0", "--journal.enable", NOTIFY_SOCKET=str(self.folder / "notify"))
        first = self.heard(listener)
        self.assertTrue(first["STATUS"].startswith("recovering"), first)
        self.assertGreater(int(first["EXTEND_TIMEOUT_USEC"]), 0)
        self.assertEqual(self.heard(listener)["READY"], "1")
        self.assertEqual(server.stop(), 0)

    def test_a_reload_where_there_is_nothing_to_read_anew_ends_nothing(self):
        self.listen(str(self.folder / "notify"))
        server = self.serve("-p0", NOTIFY_SOCKET=str(self.folder / "notify"))
        server.signal(signal.SIGHUP)
        server.wait_for_log("nothing to read anew")
        self.assertEqual(server.request("GET", "/readyz")[0], 200)
        self.assertEqual(server.stop(), 0)

    def test_nobody_listens(self):
        for name in (str(self.folder / "nobody"), "@memstore-nobody", "relative", "/" + "x" * 200):
            server = self.serve("-p0", NOTIFY_SOCKET=name)
            self.assertEqual(server.request("GET", "/readyz")[0], 200)
            self.assertEqual(server.stop(), 0)

    def test_lines_for_the_journal_say_how_grave_they_are(self):
        reader, writer = os.pipe()
        found = os.fstat(writer)
        for stream, begin in ((f"{found.st_dev}:{found.st_ino}", "<6>"), ("1:1", "2")):
            with self.subTest(stream=stream):
                process = subprocess.Popen(
                    [memstore.BINARY, "-p0", "--drain-timeout=0s"],
                    cwd=self.folder,
                    env=memstore.environment(JOURNAL_STREAM=stream),
                    stderr=writer,
                )
                line = os.read(reader, 4096).decode()
                process.terminate()
                process.wait(memstore.PATIENCE)
                os.read(reader, 65536)
                self.assertTrue(line.startswith(begin), line)
                self.assertIn("listening", line)
        os.close(reader)
        os.close(writer)


if __name__ == "__main__":
    memstore.main()
