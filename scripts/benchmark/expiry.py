"""What a load notices of keys that expire, all in the same moment, and when the last of them is gone."""
import contextlib
import dataclasses
import http.client
import json
import statistics
import threading
import time

from . import contest, figures, processes, servers
from .loads import Load

COLUMNS = ("requests/s", "p50 ms", "p99 ms", "p99 ratio", "gone after ms")
LOADS = (Load("get", "random_get", ""), Load("set", "random_set", ""))
KEYS = 1_000_000
QUICK_KEYS = 100_000
BATCH = 5_000  # keys that are set at once
SPARE_SECONDS = 2  # between the last of them and the moment


def doomed(index):
    return f"doomed:{index:09d}"


def load_doomed(server, keys, ttl_ms):
    """Sets them. @param ttl_ms  gives what a key has left to live when it is asked"""
    for first in range(0, keys, BATCH):
        commands = [
            {"cmd_type": "set", "key": doomed(index), "value": "v" * 32, "ttl_ms": ttl_ms()}
            for index in range(first, min(first + BATCH, keys))
        ]
        server.request("POST", "/v1/execute", json.dumps({"commands": commands}))


class Versions(threading.Thread):
    """Notes when commits were made, by the version that a read is answered from."""

    def __init__(self, port):
        super().__init__(daemon=True)
        self._port = port
        self._over = threading.Event()
        self.changes = []  # when a version was new
        self.start()

    def run(self):
        connection = http.client.HTTPConnection("127.0.0.1", self._port, timeout=processes.PATIENCE)
        with contextlib.closing(connection):
            latest = None
            while not self._over.wait(0.01):
                connection.request("GET", "/v1/keys/none")
                answer = connection.getresponse()
                answer.read()
                version = answer.headers["Memstore-Version"]
                if version != latest:
                    self.changes.append(time.monotonic())
                latest = version

    def finish(self):
        self._over.set()
        self.join(processes.PATIENCE)
        return self.changes[1:]  # the first is no change


@dataclasses.dataclass(frozen=True)
class Round:
    """One load, beside keys that live on and beside keys that expire as it begins."""

    beside: figures.Sample
    during: figures.Sample
    gone_ms: float  # after the moment, the last commit that removed some; None where others commit, too


def play(load, where, keys, seconds, folder):
    with servers.Memstore(load, where, folder / "beside") as server:
        began = time.monotonic()
        load_doomed(server, keys, lambda: 3_600_000)
        took = time.monotonic() - began
        beside = server.measure(seconds)
    with servers.Memstore(load, where, folder / "during") as server:
        moment = time.monotonic() + 2 * took + SPARE_SECONDS
        load_doomed(server, keys, lambda: max(1, round((moment - time.monotonic()) * 1000)))
        if time.monotonic() > moment:
            raise RuntimeError("setting the keys took too long: they have expired meanwhile")
        versions = Versions(server.port) if load.script == "random_get" else None
        time.sleep(max(0, moment - time.monotonic()))
        during = server.measure(seconds)
        changes = versions.finish() if versions else []
        if versions and not changes:
            raise RuntimeError("nothing expired")
    return Round(beside, during, (changes[-1] - moment) * 1000 if changes else None)


def measure(rounds, seconds, keys, folder):
    """@return the rows of the table, and all samples as JSON"""
    where = servers.placements()["shared"]
    rows, records = [], []
    for load in LOADS:
        contest.progress(f"bench: {load.name}, beside {keys:,} keys that expire")
        played = [play(load, where, keys, seconds, folder / load.name / str(n)) for n in range(rounds)]
        beside, during = ([getattr(one, name) for one in played] for name in ("beside", "during"))
        gone = [one.gone_ms for one in played if one.gone_ms is not None]
        for says, own in (("that live on", beside), ("that expire", during)):
            median = figures.summarise(own)
            ratio = figures.number(figures.ratio(own, beside, "p99_us"), 2)
            after = figures.number(statistics.median(gone), 0) if gone and own is during else None
            cells = (f"{median.rate:.0f}", figures.ms(median.p50_us), figures.ms(median.p99_us), ratio, after)
            rows.append((load.name, says, *cells))
        records.append({"load": load.name, "keys": keys, "rounds": [dataclasses.asdict(one) for one in played]})
    return rows, records


def table(rows, keys):
    return figures.table(("<load", f"<beside {keys:,} keys", *COLUMNS), rows, markdown=True)
