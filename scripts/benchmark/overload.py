"""What becomes of a server that is asked twice as often as it can answer."""
import dataclasses
import json
import statistics
import subprocess

from . import contest, figures, processes, servers
from .loads import Load

COLUMNS = ("connections", "best/s", "asked/s", "goodput/s", "of best", "refused", "p99 ms", "at best", "p99 ratio")
LOADS = (("get", ("--load=get",)), ("set", ("--load=set",)),
         ("transaction100", ("--load=transaction", "--commands=100")))
CONNECTIONS = (64, 1000)
TIMES = 2  # as often as at best
DONE, REFUSED = 0, 4  # how memstore bench ends where all was answered


class Empty(servers.Memstore):
    """The load writes the keys that it needs."""

    def _preload(self):
        pass

    def _check(self):
        pass


@dataclasses.dataclass(frozen=True)
class Round:
    """As much as can be had of so many connections, each of which asks again when it has its answer; and the same
    connections in an open loop that is due to ask more often. Latencies are from when a request was sent."""

    best: float  # requests/s
    best_p99_us: float
    asked: float
    goodput: float
    refused: int
    p99_us: float

    @property
    def kept(self):
        return self.goodput / self.best

    @property
    def p99_ratio(self):
        return self.p99_us / self.best_p99_us


def parse(output):
    """Good answers a second, the refused, the 99th percentile of the good, and the rate that was asked for, if any, of
    what memstore bench printed."""
    found = json.loads(output)
    good = found["requests"] - found["refused"]
    return good * 1000 / found["duration_ms"], found["refused"], found["service_us"]["p99"], found.get("rate")


def drive(server, connections, seconds, arguments):
    command = [servers.BINARY, "bench", "--json", f"--url=http://127.0.0.1:{server.port}", "--keys=10000",
               f"--connections={connections}", f"--seconds={seconds}", *arguments]
    done = subprocess.run([str(each) for each in command], capture_output=True, text=True, check=False,
                          timeout=seconds + 2 * processes.PATIENCE)
    if done.returncode not in (DONE, REFUSED):
        raise RuntimeError(f"memstore bench: {done.stderr or done.stdout}")
    return parse(done.stdout)


def play(server, connections, seconds, arguments):
    best, _, best_p99_us, _ = drive(server, connections, seconds, arguments)
    rate = f"--rate={round(TIMES * best)}"
    goodput, refused, p99_us, asked = drive(server, connections, seconds, (*arguments, rate))
    return Round(best, best_p99_us, asked, goodput, refused, p99_us)


def measure(rounds, seconds, folder):
    """@return the rows of the table, and all rounds as JSON"""
    where = servers.placements()["shared"]
    rows, records = [], []
    for name, arguments in LOADS:
        for connections in CONNECTIONS:
            contest.progress(f"bench: {name}, {connections} connections")
            load = Load(name, "get", "")
            with Empty(load, where, folder / name / str(connections)) as server:
                played = [play(server, connections, seconds, arguments) for _ in range(rounds)]
            rows.append((name, str(connections), *cells(played)))
            records.append({"load": name, "connections": connections,
                            "rounds": [dataclasses.asdict(one) for one in played]})
    return rows, records


def cells(played):
    def median(name):
        return statistics.median(getattr(one, name) for one in played)

    return (
        f"{median('best'):.0f}",
        f"{median('asked'):.0f}",
        f"{median('goodput'):.0f}",
        f"{median('kept'):.2f}",
        str(sum(one.refused for one in played)),
        figures.ms(median("p99_us")),
        figures.ms(median("best_p99_us")),
        f"{median('p99_ratio'):.2f}",
    )


def table(rows):
    return figures.table(("<load", *COLUMNS), rows, markdown=True)
