"""`memstore healthcheck` tells whether the server that its configuration describes is ready."""
import contextlib
import socket
import threading
import time

import memstore


@contextlib.contextmanager
def listening(answer=None):
    """The port of somebody who answers each connection with these bytes, or not at all."""
    with socket.create_server(("127.0.0.1", 0)) as listener:
        peers = []

        def serve():
            with contextlib.suppress(OSError):
                while True:
                    peer, _ = listener.accept()
                    peers.append(peer)
                    peer.recv(65536)
                    if answer is not None:
                        peer.sendall(answer)
                        peer.close()

        thread = threading.Thread(target=serve)
        thread.start()
        try:
            yield listener.getsockname()[1]
        finally:
            listener.shutdown(socket.SHUT_RDWR)
            for peer in peers:
                with contextlib.suppress(OSError):
                    peer.shutdown(socket.SHUT_RDWR)
                peer.close()
            thread.join(memstore.PATIENCE)


@contextlib.contextmanager
def refusing():
    """A port that nobody listens at, nor can: it is ours meanwhile."""
    with socket.socket() as bound:
        bound.bind(("127.0.0.1", 0))
        yield bound.getsockname()[1]


class Healthcheck(memstore.Case):
    def assert_unhealthy(self, words, *arguments):
        code, output, errors = self.run_memstore("healthcheck", *arguments)
        self.assertEqual((code, errors), (1, ""))
        self.assertEqual(output.count("\n"), 1)
        self.assertIn(words, output)

    def test_a_ready_server(self):
        server = self.serve("-p0")
        by_port = self.run_memstore("healthcheck", f"--port={server.port}")
        self.assertEqual(by_port, (0, "ok\n", ""))
        by_file = self.run_memstore("healthcheck", MEMSTORE_PORT_FILE=str(server.port_file))
        self.assertEqual(by_file, (0, "ok\n", ""))

    def test_a_server_that_listens_everywhere_is_reached(self):
        server = self.serve("-p0", "--address=0.0.0.0")
        found = self.run_memstore("healthcheck", f"--port={server.port}", "--address=0.0.0.0")
        self.assertEqual(found, (0, "ok\n", ""))

    def test_the_port_file_wins_only_where_it_is(self):
        server = self.serve("-p0")
        found = self.run_memstore("healthcheck", f"--port={server.port}", "--port-file=absent")
        self.assertEqual(found, (0, "ok\n", ""))

    def test_no_server(self):
        with refusing() as port:
            self.assert_unhealthy("refused", f"--port={port}")

    def test_an_unknown_port(self):
        self.assert_unhealthy("port", "--port=0")
        self.write("port", "no port\n")
        self.assert_unhealthy("port", "--port-file=port")

    def test_a_server_that_is_not_ready(self):
        with listening(b"HTTP/1.1 503 Service Unavailable\r\nContent-Length: 8\r\n\r\ndraining") as port:
            self.assert_unhealthy("draining", f"--port={port}")

    def test_somebody_else(self):
        with listening(b"SSH-2.0-OpenSSH\n") as port:
            self.assert_unhealthy("SSH", f"--port={port}")

    def test_a_server_that_does_not_answer(self):
        with listening() as port:
            started = time.monotonic()
            self.assert_unhealthy("no answer", f"--port={port}")
            self.assertLess(time.monotonic() - started, 3 + 5)  # three seconds, and time to start


if __name__ == "__main__":
    memstore.main()
