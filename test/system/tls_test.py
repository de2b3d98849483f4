"""TLS: what is spoken, with whom, and what becomes of those who do not speak it."""
import contextlib
import http.client
import json
import os
import pathlib
import signal
import socket
import ssl
import subprocess
import time
import warnings

import memstore


def openssl(*arguments):
    subprocess.run(["openssl", *map(str, arguments)], check=True, stdin=subprocess.DEVNULL, capture_output=True,
                   timeout=memstore.PATIENCE)


class Authority:
    """One that vouches for others, in a folder."""

    def __init__(self, folder, name):
        self.folder = pathlib.Path(folder)
        self.certificate = self.folder / f"{name}.pem"
        self.key = self.folder / f"{name}.key"
        openssl("req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes", "-days", 2,
                "-subj", f"/CN={name}", "-keyout", self.key, "-out", self.certificate)

    def vouch(self, name):
        """Certificate and key for that name, on 127.0.0.1."""
        request, certificate, key = (self.folder / f"{name}.{end}" for end in ("csr", "pem", "key"))
        openssl("req", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes", "-subj", f"/CN={name}",
                "-keyout", key, "-out", request)
        extension = self.folder / "extension"
        extension.write_text("subjectAltName=IP:127.0.0.1\n")
        openssl("x509", "-req", "-in", request, "-CA", self.certificate, "-CAkey", self.key, "-CAcreateserial",
                "-days", 2, "-extfile", extension, "-out", certificate)
        return certificate, key


class Tls(memstore.Case):
    def setUp(self):
        super().setUp()
        self.authority = Authority(self.folder, "authority")
        self.certificate, self.key = self.authority.vouch("server")

    def serve_tls(self, *arguments):
        return self.serve("-p0", f"--tls.certificate={self.certificate}", f"--tls.key={self.key}", *arguments)

    def context(self, identity=None, version=None):
        context = ssl.create_default_context(cafile=self.authority.certificate)
        if identity is not None:
            context.load_cert_chain(*identity)
        if version is not None:
            context.minimum_version = context.maximum_version = version
        return context

    def connect(self, server, **how):
        plain = server.connect()
        self.addCleanup(plain.close)
        secure = self.context(**how).wrap_socket(plain, server_hostname="127.0.0.1")
        self.addCleanup(secure.close)
        return secure

    def client(self, server, **how):
        client = http.client.HTTPSConnection("127.0.0.1", server.port, timeout=memstore.PATIENCE,
                                             context=self.context(**how))
        self.addCleanup(client.close)
        return client

    @staticmethod
    def ask(client, method, path, body=None):
        client.request(method, path, body)
        answer = client.getresponse()
        return answer.status, answer.read()

    def test_both_versions_carry_requests(self):
        server = self.serve_tls()
        value = os.urandom(5_000_000)
        for version in ssl.TLSVersion.TLSv1_2, ssl.TLSVersion.TLSv1_3:
            client = self.client(server, version=version)
            self.assertIn(self.ask(client, "PUT", "/v1/keys/a", value)[0], (201, 204))
            self.assertEqual(self.ask(client, "GET", "/v1/keys/a"), (200, value))
            asked = json.dumps({"commands": [{"cmd_type": "set", "key": "b", "value": "c"}]})
            self.assertEqual(self.ask(client, "POST", "/v1/execute", asked), (200, b'{"results":["c"]}'))
        self.assertEqual(server.stop(), 0)

    def test_old_versions_are_not_spoken(self):
        server = self.serve_tls()
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
        context.check_hostname = False
        context.verify_mode = ssl.CERT_NONE
        context.set_ciphers("ALL:@SECLEVEL=0")
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", DeprecationWarning)
            context.minimum_version = ssl.TLSVersion.TLSv1
            context.maximum_version = ssl.TLSVersion.TLSv1_1
        with server.connect() as plain, self.assertRaises(ssl.SSLError) as refused:
            context.wrap_socket(plain)
        self.assertIn("PROTOCOL_VERSION", refused.exception.reason)

    def test_requests_may_come_in_any_pieces(self):
        server = self.serve_tls()
        secure = self.connect(server)
        question = b"GET /v1/keys/none HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n"
        for byte in question:
            secure.sendall(bytes([byte]))
        self.assertTrue(secure.recv(65536).startswith(b"HTTP/1.1 404 "))
        secure.sendall(question * 300)
        secure.sendall(question.replace(b"Host", b"Connection: close\r\nHost"))
        answers = b""
        while more := secure.recv(65536):
            answers += more
        self.assertEqual(answers.count(b"HTTP/1.1 404 "), 301)

    def test_a_reader_may_take_its_time(self):
        server = self.serve_tls()
        client = self.client(server)
        value = os.urandom(8_000_000)
        self.ask(client, "PUT", "/v1/keys/a", value)
        secure = self.connect(server)
        secure.sendall(b"GET /v1/keys/a HTTP/1.1\r\nHost: 127.0.0.1\r\nConnection: close\r\n\r\n")
        time.sleep(0.3)
        answer = b""
        while more := secure.recv(100_000):
            answer += more
        self.assertEqual(answer.partition(b"\r\n\r\n")[2], value)

    def test_a_watch_ends_with_its_client(self):
        server = self.serve_tls()
        secure = self.connect(server)
        secure.sendall(b"GET /v1/watch HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n")
        self.assertIn(b"200 OK", secure.recv(65536))
        self.ask(self.client(server), "PUT", "/v1/keys/a", b"1")
        events = b""
        while b"event: commit" not in events:
            events += secure.recv(65536)
        secure.unwrap().close()
        self.assertEqual(server.stop(), 0)

    def test_plain_text_is_told_so(self):
        server = self.serve_tls()
        for question in b"GET / HTTP/1.1\r\nHost: a\r\n\r\n", b"\r\n\r\n", b"PUT /v1/keys/a HTTP/1.1\r\n" + b"x" * 70_000:
            with server.connect() as plain:
                plain.sendall(question)
                answer = b""
                while more := plain.recv(65536):
                    answer += more
            head, _, body = answer.partition(b"\r\n\r\n")
            self.assertTrue(head.startswith(b"HTTP/1.1 400 "), answer)
            self.assertIn(b"Connection: close", head)
            self.assertEqual(json.loads(body)["code"], "tls_required")
        self.assertEqual(self.ask(self.client(server), "GET", "/livez"), (200, b"ok"))

    def test_what_is_no_handshake_ends(self):
        server = self.serve_tls()
        with server.connect() as plain:
            plain.sendall(b"\x16\x03\x01\x00\x05hello" + b"\0" * 1000)
            while plain.recv(65536):
                pass

    def test_silence_ends_with_the_time_for_a_request(self):
        server = self.serve_tls("--timeouts.request=300ms", "--timeouts.idle=1h")
        for beginning in b"", b"\x16\x03\x01":
            with server.connect() as plain:
                plain.sendall(beginning)
                began = time.monotonic()
                self.assertEqual(plain.recv(1), b"")
                self.assertGreaterEqual(time.monotonic() - began, 0.3)

    def test_an_idle_connection_is_ended_in_order(self):
        server = self.serve_tls("--timeouts.idle=200ms")
        secure = self.connect(server)
        self.assertEqual(secure.recv(1), b"")

    def test_one_too_many_is_told_so(self):
        server = self.serve_tls("--limits.connections=1", "--limits.connections-per-address=0")
        client = self.client(server)
        self.assertEqual(self.ask(client, "GET", "/livez")[0], 200)
        status, body = self.ask(self.client(server), "GET", "/livez")
        self.assertEqual((status, json.loads(body)["code"]), (503, "too_many_connections"))

    def test_one_address_is_told_so(self):
        server = self.serve_tls("--limits.connections-per-address=1")
        client = self.client(server)
        self.assertEqual(self.ask(client, "GET", "/livez")[0], 200)
        status, body = self.ask(self.client(server), "GET", "/livez")
        body = json.loads(body)
        self.assertEqual((status, body["option"]), (503, "limits.connections-per-address"))
        self.assertEqual(self.ask(client, "GET", "/livez")[0], 200)

    def test_who_is_told_to_go_does_not_stay_for_its_handshake(self):
        """So it does not keep another of its address from being told for long, whatever timeouts.request is."""
        server = self.serve_tls("--limits.connections-per-address=1", "--timeouts.request=1h")
        client = self.client(server)
        self.assertEqual(self.ask(client, "GET", "/livez")[0], 200)
        began = time.monotonic()
        silent = [server.connect() for _ in range(20)]
        for one in silent:
            self.addCleanup(one.close)
        for one in silent:
            with contextlib.suppress(ConnectionResetError):
                self.assertEqual(one.recv(1), b"")
        self.assertLess(time.monotonic() - began, memstore.PATIENCE / 2)
        status, body = self.ask(self.client(server), "GET", "/livez")
        self.assertEqual((status, json.loads(body)["option"]), (503, "limits.connections-per-address"))
        self.assertEqual(self.ask(client, "GET", "/livez")[0], 200)

    def test_a_stop_ends_those_who_have_not_come_in(self):
        server = self.serve_tls()
        with server.connect() as plain:
            self.assertEqual(self.ask(self.client(server), "GET", "/livez")[0], 200)
            began = time.monotonic()
            self.assertEqual(server.stop(), 0)
            self.assertLess(time.monotonic() - began, 7)
            self.assertEqual(plain.recv(1), b"")

    def test_certificates_are_read_anew(self):
        server = self.serve_tls()
        before = self.connect(server)
        old = before.getpeercert(binary_form=True)
        self.certificate, self.key = self.authority.vouch("server")
        server.signal(signal.SIGHUP)
        server.wait_for_log("certificate read")
        self.assertNotEqual(self.connect(server).getpeercert(binary_form=True), old)
        before.sendall(b"GET /livez HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n")
        self.assertIn(b"200 OK", before.recv(65536))
        new = self.connect(server).getpeercert(binary_form=True)
        self.key.write_text("no key")
        server.signal(signal.SIGHUP)
        server.wait_for_log("TLS stays as it was")
        self.assertEqual(self.connect(server).getpeercert(binary_form=True), new)

    def test_clients_may_have_to_say_who_they_are(self):
        theirs = Authority(self.folder, "clients")
        good = theirs.vouch("client")
        server = self.serve_tls(f"--tls.client-ca={theirs.certificate}")
        stranger = Authority(self.folder, "stranger").vouch("nobody")
        for version in ssl.TLSVersion.TLSv1_2, ssl.TLSVersion.TLSv1_3:
            client = self.client(server, identity=good, version=version)
            self.assertEqual(self.ask(client, "GET", "/livez"), (200, b"ok"))
            for identity in None, stranger:
                with self.assertRaises(ssl.SSLError):
                    self.ask(self.client(server, identity=identity, version=version), "GET", "/livez")
        self.assert_healthy(server, f"--tls.client-ca={theirs.certificate}")

    def assert_healthy(self, server, *arguments):
        found = self.run_memstore("healthcheck", f"--port={server.port}", f"--tls.certificate={self.certificate}",
                                  f"--tls.key={self.key}", *arguments)
        self.assertEqual(found, (0, "ok\n", ""))

    def test_healthcheck(self):
        server = self.serve_tls()
        self.assert_healthy(server)
        code, output, _ = self.run_memstore("healthcheck", f"--port={server.port}")
        self.assertEqual(code, 1)
        self.assertIn("TLS is spoken here", output)
        server.stop()
        plain = self.serve("-p0")
        code, output, _ = self.run_memstore("healthcheck", f"--port={plain.port}",
                                            f"--tls.certificate={self.certificate}", f"--tls.key={self.key}")
        self.assertEqual(code, 1, output)

    def test_bad_files_are_no_start(self):
        certificate, key = f"--tls.certificate={self.certificate}", f"--tls.key={self.key}"
        self.assert_refused(2, "tls.key", "go together", arguments=(certificate,))
        self.assert_refused(2, "tls.client-ca", arguments=("--tls.client-ca=x",))
        self.assert_refused(1, "tls", "absent", arguments=("--tls.certificate=absent", key))
        self.assert_refused(1, "tls", "No such file", arguments=(certificate, "--tls.key=absent"))
        other = self.authority.vouch("other")[1]
        self.assert_refused(1, "tls", "belong", arguments=(certificate, f"--tls.key={other}"))
        self.key.chmod(0o644)
        self.assert_refused(1, "tls", "everybody", arguments=(certificate, key))
        self.key.chmod(0o600)
        locked = self.folder / "locked.key"
        openssl("ec", "-in", self.key, "-aes128", "-passout", "pass:x", "-out", locked)
        self.assert_refused(1, "tls", "locked.key", arguments=(certificate, f"--tls.key={locked}"))
        self.assert_refused(1, "tls", "no certificates", arguments=(certificate, key, f"--tls.client-ca={self.key}"))


if __name__ == "__main__":
    memstore.main()
