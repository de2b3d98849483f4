"""Clients that mean no good.

Each kind of attack is a function that makes one attempt. It raises AssertionError where the server answered what it
should not have, and returns whether there was an answer to judge: that there is no room for it, or that its connection
breaks, is what such a client has to expect.
"""
import contextlib
import json
import random
import socket
import struct
import time


REQUEST_TIMEOUT = 2  # seconds, as the server has it
CONNECTIONS = 300  # the server's limit
HELD = 0.3  # seconds for which a flood stays
LATE = 20  # seconds by which the server may be late, on a machine that has much to do

OPTIONS = (
    "-p0",
    "--log.level=error",
    "--auth.tokens-file=tokens.yaml",
    f"--timeouts.request={REQUEST_TIMEOUT}s",
    "--timeouts.idle=4s",
    f"--limits.connections={CONNECTIONS}",
    "--limits.connections-per-address=0",  # all who are here have one
    "--limits.body=64KiB",
    "--limits.header=4KiB",
    "--limits.uri=1KiB",
    "--limits.answer=1MiB",
    "--limits.buffered=4MiB",
    "--memory.limit=32MiB",
    "--watch.history=1MiB",
)
# What the server may take beside what it took before: the store, what is buffered, the history, and what each
# connection may hold without being counted.
MEMORY_MAX = (32 + 4 + 1) * 2**20 + CONNECTIONS * 256 * 1024


class Target:
    """The server, as those who attack it know it."""

    def __init__(self, server, token, seed):
        self.server = server
        self.token = token
        self.random = random.Random(seed)

    @contextlib.contextmanager
    def connection(self, patience=REQUEST_TIMEOUT + LATE):
        with self.server.connect() as peer:
            peer.settimeout(patience)
            yield peer

    def head(self, line, *fields):
        lines = [line + " HTTP/1.1", "Host: localhost", f"Authorization: Bearer {self.token}", *fields, "", ""]
        return "\r\n".join(lines).encode()

    def ask(self, request):
        """All that comes back, up to the end of the connection."""
        with self.connection() as peer:
            with contextlib.suppress(BrokenPipeError, ConnectionResetError):
                peer.sendall(request)
            return read_to_end(peer)


def read_to_end(peer):
    received = b""
    with contextlib.suppress(ConnectionResetError):
        while piece := peer.recv(65536):
            received += piece
    return received


def statuses(received):
    """Of the answers in what was received, whose bodies are none that look like one."""
    return [int(line[9:12]) for line in received.split(b"\r\n") if line.startswith(b"HTTP/1.1 ")]


def is_refused(received, *allowed):
    """@return whether it is one answer, of one of these statuses: else it must be that there is no room, or nothing"""
    found = statuses(received)
    if not found:
        return False
    assert len(found) == 1 and found[0] in (*allowed, 503), f"{allowed} expected: {received[:2000]!r}"
    assert b"\r\nConnection: close\r\n" in received, f"the connection stays: {received[:2000]!r}"
    return found[0] != 503


def reset(peer):
    peer.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))


def slow_sender(target):
    """A byte at a time: it is cut off when the time for a request is over."""
    with target.connection() as peer:
        began = time.monotonic()
        with contextlib.suppress(BrokenPipeError, ConnectionResetError):
            for byte in target.head("GET /livez", "X: " + "x" * 1000):
                peer.sendall(bytes([byte]))
                if sees_answer(peer, 0.05):
                    break
        took = time.monotonic() - began
        assert took < REQUEST_TIMEOUT + LATE, f"a slow sender was borne for {took:.1f} s"
        return is_refused(read_to_end(peer), 408)


def sees_answer(peer, patience):
    """Whether something came within that time. It stays to be read."""
    peer.settimeout(patience)
    try:
        peer.recv(1, socket.MSG_PEEK)
        return True
    except TimeoutError:
        return False
    finally:
        peer.settimeout(REQUEST_TIMEOUT + LATE)


def slow_reader(target):
    """Asks for much and takes a little now and then."""
    with target.connection() as peer:
        peer.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
        with contextlib.suppress(OSError):
            peer.sendall(target.head("GET /v1/keys/x/large") * 200)
            until = time.monotonic() + 2 * REQUEST_TIMEOUT
            while time.monotonic() < until and peer.recv(64):
                time.sleep(0.1)


def half_open(target):
    """Ends its half before it has asked, or in the midst of it."""
    with target.connection() as peer:
        peer.sendall(target.random.choice([b"", b"\r\n", b"GET / HT", target.head("PUT /v1/keys/x/a", "Content-Length: 9")]))
        with contextlib.suppress(OSError):  # it may have been reset
            peer.shutdown(socket.SHUT_WR)
        return is_refused(read_to_end(peer), 400)


def silent(target):
    """Connects and says nothing."""
    with target.connection() as peer:
        time.sleep(target.random.uniform(0, 1))
        if target.random.random() < 0.5:
            reset(peer)


def flood(target):
    """As many connections as it can get, and more than the server takes."""
    with contextlib.ExitStack() as held, contextlib.suppress(OSError):
        for _ in range(CONNECTIONS + 50):
            peer = held.enter_context(target.server.connect())
            peer.setblocking(False)
            if target.random.random() < 0.5:
                peer.send(b"GET /v1/keys/x HTTP/1.1\r\n")
        time.sleep(HELD)


def garbage(target):
    received = target.ask(target.random.randbytes(target.random.randrange(1, 5000)) + b"\n\r\n\r\n")
    return is_refused(received, 400, 414, 431, 501, 505)


# What stands in front of a second request, which nobody may see.
AMBIGUOUS = [
    ("Content-Length: 5", "Transfer-Encoding: chunked"),
    ("Transfer-Encoding: chunked", "Content-Length: 5"),
    ("Content-Length: 5", "Content-Length: 6"),
    ("Content-Length: 5, 5",),
    ("Content-Length: +5",),
    ("Content-Length: 0x5",),
    ("Content-Length: 5 5",),
    ("Content-Length: -5",),
    ("Content-Length: 99999999999999999999",),
    ("Content-Length : 5",),
    (" Content-Length: 5",),
    ("Transfer-Encoding: chunked, identity",),
    ("Transfer-Encoding: xchunked",),
    ("Transfer-Encoding: \x0bchunked",),
    ("Transfer-Encoding: chunked", "Transfer-Encoding: identity"),
    ("Transfer-Encoding: chunked\r\n ",),
    ("X: a\rTransfer-Encoding: chunked",),
    ("X: a\nTransfer-Encoding: chunked",),
    ("X: \0", "Content-Length: 5"),
]
CHUNKS = [b"5 \r\nabcde\r\n", b"0x5\r\nabcde\r\n", b"+5\r\nabcde\r\n", b"5\nabcde\r\n", b"5\r\nabcdefg\r\n", b"5\r\nabcde", b";\r\n"]


def smuggling(target):
    hidden = b"0\r\n\r\n" + target.head("PUT /v1/keys/x/smuggled", "Content-Length: 1") + b"1"
    if target.random.random() < 0.3:
        chunk = target.random.choice(CHUNKS)
        received = target.ask(target.head("PUT /v1/keys/x/a", "Transfer-Encoding: chunked") + chunk + hidden)
    else:
        received = target.ask(target.head("PUT /v1/keys/x/a", *target.random.choice(AMBIGUOUS)) + hidden)
    return is_refused(received, 400, 413, 501)


def oversized(target):
    header = target.head("GET /livez", "X: " + "x" * 5000)
    uri = target.head("GET /v1/keys/" + "x" * 2000)
    body = target.head("PUT /v1/keys/x/a", "Content-Length: 1000000000")
    chunk = target.head("PUT /v1/keys/x/a", "Transfer-Encoding: chunked") + b"3b9aca00\r\n"
    wanted, request = target.random.choice([(431, header), (414, uri), (413, body), (413, chunk)])
    return is_refused(target.ask(request + b"x" * 100_000), wanted)


def deep_json(target):
    text = target.random.choice(['{"commands":', "[", '{"a":']) * 5000
    head = target.head("POST /v1/execute", f"Content-Length: {len(text)}", "Connection: close")
    return is_refused(target.ask(head + text.encode()), 400)


def wrong_token(target):
    request = target.head(target.random.choice(["GET /v1/keys/h/0/1", "DELETE /v1/slowlog"]), "Connection: close")
    unknown = target.random.choice(["mst_%064x" % target.random.getrandbits(256), target.random.randbytes(20).hex()])
    wanted, used = target.random.choice([(403, target.token), (401, unknown)])
    return is_refused(target.ask(request.replace(target.token.encode(), used.encode())), wanted)


def abandoned_watch(target):
    with target.connection() as peer:
        peer.sendall(target.head(f"GET /v1/watch?prefix=x/&from={target.random.choice(['0', '1'])}"))
        with contextlib.suppress(OSError):
            peer.recv(target.random.choice([1, 4096]))
            time.sleep(target.random.uniform(0, 1))
        if target.random.random() < 0.7:
            reset(peer)


def aborted_upload(target):
    to, body = target.random.choice([("PUT /v1/keys/x/large", b"x" * 30_000), ("POST /v1/import", b'{"key":"x/1",')])
    with target.connection() as peer, contextlib.suppress(BrokenPipeError, ConnectionResetError):
        peer.sendall(target.head(to, "Content-Length: 60000") + body)
        time.sleep(target.random.uniform(0, 0.2))
        reset(peer)


def aborted_export(target):
    with target.connection() as peer:
        peer.sendall(target.head("GET /v1/export?prefix=x/"))
        with contextlib.suppress(OSError):
            peer.recv(target.random.choice([1, 1000, 100_000]))
        reset(peer)


def greedy(target):
    """Writes what it may, over and over, and asks for more than fits into an answer."""
    key = target.random.randrange(40)
    body = target.random.randbytes(30_000).hex().encode()
    head = target.head(f"PUT /v1/keys/x/{key}", f"Content-Length: {len(body)}")
    scan = json.dumps({"commands": [{"cmd_type": "scan", "prefix": "x/"}] * 3})
    ask = target.head("POST /v1/execute", f"Content-Length: {len(scan)}", "Connection: close")
    found = statuses(target.ask(head + body + ask + scan.encode()))
    if found in ([], [503]):
        return False
    assert len(found) == 2 and found[0] in (201, 204) and found[1] in (200, 413, 503), found
    return True


# What is attempted, and whether its answers are judged. Two at a time are slow.
ATTACKS = [
    (slow_sender, True),
    (slow_sender, True),
    (slow_reader, False),
    (half_open, True),
    (silent, False),
    (flood, False),
    (garbage, True),
    (smuggling, True),
    (oversized, True),
    (deep_json, True),
    (wrong_token, True),
    (abandoned_watch, False),
    (aborted_upload, False),
    (aborted_export, False),
    (greedy, True),
]
