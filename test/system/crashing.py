"""A server that is killed under load, again and again, and what must be true of it afterwards."""
import contextlib
import http.client
import json
import random
import threading
import time

import client
import memstore

WRITERS = 4


class Writer(threading.Thread):
    """Counts up: each transaction sets two keys to the next number and adds one to a third that all
    writers share, so that what is torn or lost shows."""

    def __init__(self, server, number, last):
        super().__init__(daemon=True)
        self.server = server
        self.pair = [f"w{number}-a", f"w{number}-b"]
        self.asked = self.acknowledged = last  # numbers
        self.version = 0
        self.refusal = None

    def run(self):
        connection = http.client.HTTPConnection("127.0.0.1", self.server.port, timeout=memstore.PATIENCE)
        with contextlib.closing(connection), contextlib.suppress(OSError, http.client.HTTPException):
            while self.refusal is None:
                self.write_next(connection)

    def write_next(self, connection):
        self.asked = self.acknowledged + 1
        commands = [{"cmd_type": "set", "key": key, "value": str(self.asked)} for key in self.pair]
        commands.append({"cmd_type": "incr", "key": "sum"})
        connection.request("POST", "/v1/execute", json.dumps({"commands": commands}))
        response = connection.getresponse()
        body = response.read()
        if response.status != 200:
            self.refusal = (response.status, body)
            return
        self.acknowledged = self.asked
        self.version = int(response.headers["Memstore-Version"])


class Reader(threading.Thread):
    """Remembers the highest that it has been shown."""

    def __init__(self, server):
        super().__init__(daemon=True)
        self.server = server
        self.sum = self.version = 0

    def run(self):
        with contextlib.suppress(OSError, http.client.HTTPException, ValueError):
            while True:
                self.sum = max(self.sum, read(self.server, ["sum"])[0])


class Watcher(threading.Thread):
    """Remembers the last that it has been shown."""

    def __init__(self, server):
        super().__init__(daemon=True)
        self.server = server
        self.sum = self.version = 0

    def run(self):
        with contextlib.suppress(OSError, http.client.HTTPException), client.Watch(
            self.server.port, prefix="sum"
        ) as watch:
            for event in watch:
                if event.kind == "commit":
                    self.sum, self.version = int(event.changes[b"sum"]), event.version


def read(server, keys):
    """The numbers that these keys hold, 0 where there is none, all of one moment."""
    status, answer = server.execute(*({"cmd_type": "get", "key": key} for key in keys))
    if status != 200:
        raise ValueError(f"{status}: {answer}")
    return [int(value or 0) for value in answer["results"]]


class Crashes:
    """Lives of one store, each of which ends by SIGKILL while clients write and read."""

    def __init__(self, start, seed):
        self.start = start
        self.random = random.Random(seed)
        self.written = [0] * WRITERS
        self.version = 0
        self.transactions = 0

    def live(self):
        """One life and the recovery after it. Raises AssertionError where something is lost or torn."""
        server = self.start()
        server.wait_until_ready()
        writers = [Writer(server, number, last) for number, last in enumerate(self.written)]
        witnesses = [Reader(server), Watcher(server)]
        for one in [*witnesses, *writers]:
            one.start()
        time.sleep(self.random.uniform(0.02, 0.3))  # where it is hit is chance
        server.close()
        for one in [*witnesses, *writers]:
            one.join()
        self.transactions += sum(one.acknowledged for one in writers) - sum(self.written)
        server = self.start()
        server.wait_until_ready()
        self.judge(server, writers, witnesses)
        server.close()

    def judge(self, server, writers, witnesses):
        found = []
        for one in writers:
            first, second = read(server, one.pair)
            assert one.refusal is None, f"refused: {one.refusal}"
            assert first == second, f"torn: {one.pair} are {first} and {second}"
            assert one.acknowledged <= first <= one.asked, (
                f"{one.pair}: {one.acknowledged} was acknowledged, {one.asked} asked for, {first} is there"
            )
            found.append(first)
        total = read(server, ["sum"])[0]
        assert total == sum(found), f"{total} transactions were counted, {sum(found)} are there"
        for one in witnesses:
            assert one.sum <= total, f"{one.sum} was shown to a {type(one).__name__}, {total} are there"
        version = self.version_of(server)
        shown = [one.version for one in [*writers, *witnesses]]
        assert version >= max([self.version, *shown]), "versions went back"
        self.version = version
        self.written = found

    @staticmethod
    def version_of(server):
        connection = http.client.HTTPConnection("127.0.0.1", server.port, timeout=memstore.PATIENCE)
        with contextlib.closing(connection):
            connection.request("POST", "/v1/execute", '{"commands":[{"cmd_type":"get","key":"sum"}]}')
            response = connection.getresponse()
            response.read()
            return int(response.headers["Memstore-Version"])


def starter(folder, *arguments):
    """What starts a server on a journal in `folder`."""
    return lambda: memstore.Server(folder, *memstore.JOURNAL, *arguments)
