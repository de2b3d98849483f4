"""What a journal costs: SETs with each way to sync it, and how long a start takes to bring all keys back."""
import contextlib
import dataclasses
import socket
import statistics
import time

from . import contest, figures, processes, servers
from .loads import LOADS, Load

SET = next(load for load in LOADS if load.name == "set")
COLUMNS = ("connections", "requests/s", "p50 ms", "p99 ms", "of no journal", "of Redis, always", "CPU us/req")
KEYS = 1_000_000
QUICK_KEYS = 100_000
MANY = 1_000  # connections


def journal(folder, fsync="always"):
    """The options of a journal in that folder. It writes no checkpoint by itself."""
    return {
        "journal.enable": "true",
        "journal.path": folder,
        "journal.fsync": fsync,
        "journal.checkpoint": "64GiB",
    }


class DurableRedis(servers.Redis):
    """redis-server with settings of its own, and its files where they outlive it."""

    def __init__(self, load, placement, folder, *settings):
        super().__init__(load, placement, folder)
        self._settings = settings

    def _start(self):
        self.port = self._start_redis(*self._settings)

    def command(self, *words):
        """The first line of the answer."""
        with contextlib.closing(socket.create_connection(("127.0.0.1", self.port), processes.PATIENCE)) as redis:
            redis.sendall(servers.resp(*words))
            return redis.recv(4096).split(b"\r\n")[0]


class RestartedRedis(DurableRedis):
    def _start(self):
        super()._start()
        processes.wait_until(lambda: self.command("PING") == b"+PONG", self.name, self._processes[0])

    def _preload(self):
        pass


class RestartedMemstore(servers.Memstore):
    def _preload(self):
        pass


def contestants(where, folder):
    """Names, and servers that are to be started."""
    many = dataclasses.replace(SET, connections=MANY)
    yield "no journal", servers.Memstore(SET, where, folder / "off")
    for fsync in ("never", "everysec", "always"):
        yield f"journal, {fsync}", servers.Memstore(SET, where, folder / fsync, **journal(folder / fsync / "data", fsync))
    for fsync in ("never", "always"):
        own = folder / f"many-{fsync}"
        yield f"journal, {fsync}", servers.Memstore(many, where, own, **journal(own / "data", fsync))
    for fsync in ("everysec", "always"):
        settings = ("--appendonly", "yes", "--appendfsync", fsync)
        yield f"Redis AOF, {fsync}", DurableRedis(SET, where, folder / f"redis-{fsync}", *settings)


def measure_cost(rounds, seconds, folder):
    """@return the rows of a table, and all samples as JSON"""
    contest.progress("bench: SETs with a journal")
    names, running = zip(*contestants(servers.placements()["shared"], folder))
    samples = contest.measure(running, rounds, seconds)
    without, redis = samples[names.index("no journal")], samples[names.index("Redis AOF, always")]
    rows = []
    for name, server, own in zip(names, running, samples):
        median = figures.summarise(own)
        ratios = (figures.number(figures.ratio(own, other, "rate"), 2) for other in (without, redis))
        latencies = (figures.ms(median.p50_us), figures.ms(median.p99_us))
        cpu = figures.number(median.cpu_us, 2)
        rows.append((name, str(server.load.connections), f"{median.rate:.0f}", *latencies, *ratios, cpu))
    records = [
        {"setting": name, "connections": server.load.connections, "rounds": [dataclasses.asdict(one) for one in own]}
        for name, server, own in zip(names, running, samples)
    ]
    return rows, records


def seconds_to_start(begin):
    """From the start of the process to the first answer with a key in it."""
    began = time.monotonic()
    with begin():
        return time.monotonic() - began


def restart_memstore(keys, where, folder, checkpoint):
    load = Load("recovery", "set", "", keys=keys)
    options = journal(folder / "data")
    with servers.Memstore(load, where, folder / "before", **options) as server:
        if checkpoint:
            server.request("POST", "/v1/checkpoint")
        server.kill()
    return seconds_to_start(lambda: RestartedMemstore(load, where, folder / "after", **options))


def restart_redis(keys, where, folder, aof):
    load = Load("recovery", "set", "", keys=keys)
    data = folder / "data"
    data.mkdir(parents=True)
    settings = ("--dir", data)
    if aof:  # of commands: else it would be an RDB file again
        settings += ("--appendonly", "yes", "--appendfsync", "everysec", "--aof-use-rdb-preamble", "no")
    with DurableRedis(load, where, folder / "before", *settings) as server:
        if not aof and server.command("SAVE") != b"+OK":
            raise RuntimeError("redis-server could not write its RDB file")
        server.kill()
    return seconds_to_start(lambda: RestartedRedis(load, where, folder / "after", *settings))


RESTARTS = {
    "memstore, checkpoint": lambda *given: restart_memstore(*given, checkpoint=True),
    "Redis, RDB": lambda *given: restart_redis(*given, aof=False),
    "memstore, journal": lambda *given: restart_memstore(*given, checkpoint=False),
    "Redis, AOF": lambda *given: restart_redis(*given, aof=True),
}


def measure_restarts(rounds, keys, folder):
    """@return the rows of a table, and all times as JSON"""
    contest.progress(f"bench: starts with {keys:,} keys")
    where = servers.placements()["shared"]
    taken = {name: [] for name in RESTARTS}
    for number in range(rounds):
        for place, (name, restart) in enumerate(RESTARTS.items()):
            taken[name].append(restart(keys, where, folder / f"{number}-{place}"))
    rows = [(name, figures.number(statistics.median(own), 2)) for name, own in taken.items()]
    return rows, [{"start": name, "keys": keys, "seconds": own} for name, own in taken.items()]


def tables(cost, restarts, keys):
    return "\n\n".join(
        (
            figures.table(("<one SET", *COLUMNS), cost, markdown=True),
            figures.table((f"<a start with {keys:,} keys, from", "seconds"), restarts, markdown=True),
        )
    )
