"""How memstore grows: with threads, nodes, keys, connections and commands. Tables in Markdown."""
import dataclasses
import os

from . import contest, figures, servers
from .loads import Load

COLUMNS = ("requests/s", "p50 ms", "p99 ms", "CPU us/request", "spread", "growth")


@dataclasses.dataclass(frozen=True)
class Point:
    """One setting of what grows: a row of its table."""

    label: str
    load: Load
    options: dict = dataclasses.field(default_factory=dict)


@dataclasses.dataclass(frozen=True)
class Axis:
    """What grows, and the loads that are measured at each of its settings."""

    name: str
    title: str
    series: list  # of lists of points, each of them one load at every setting
    roomy: bool = False  # whether the server needs more than one core
    extra: tuple = ()  # columns beyond those common to all: (name, function of server, point and figures)


def _get(**changes):
    return Load("get", "get", "", **changes)


def _set():
    return Load("set", "set", "")


def _transaction(commands):
    return Load(f"transaction{commands}", "transaction", "", commands=commands)


def _random(name, keys):
    return Load(name, f"random_{name}", "", keys=keys)


def _bytes_per_key(server, point, _):
    return f"{(server.resident_loaded - server.resident_empty) / point.load.keys:.0f}"


def _cpu_per_command(_, point, median):
    return f"{median.cpu_us / point.load.commands:.2f}"


def axes(quick):
    """@param quick  without what takes minutes to load"""
    key_counts = (10_000, 100_000, 1_000_000) + (() if quick else (10_000_000,))

    def by_option(name, counts, load):
        return [Point(str(n), load, {name: n}) for n in counts]

    threads = [by_option("threads", (1, 2), load) for load in (_get(), _set(), _transaction(10))]
    nodes = [by_option("nodes", (1, 4, 16, 64), load) for load in (_set(), _transaction(10))]
    keys = [[Point(f"{n:,}", _random(name, n)) for n in key_counts] for name in ("get", "set")]
    connections = [Point(f"{n:,}", _get(connections=n)) for n in (1, 10, 100, 1_000, 10_000)]
    commands = [Point(f"{n:,}", _transaction(n)) for n in (1, 10, 100, 1_000)]
    found = (
        Axis("threads", "io threads", threads, roomy=True),
        Axis("nodes", "nodes", nodes),
        Axis("keys", "keys of 16 B, values of 32 B", keys, extra=(("B/key", _bytes_per_key),)),
        Axis("connections", "connections", [connections]),
        Axis("commands", "commands a transaction", [commands], extra=(("CPU us/command", _cpu_per_command),)),
    )
    return {axis.name: axis for axis in found}


def place(axis):
    """One core for the server, unless its threads are what grows: then two of its own if there are four in all."""
    allowed = servers.placements()
    cores = sorted(os.sched_getaffinity(0))
    if axis.roomy and len(cores) >= 4:
        return servers.Placement("apart", frozenset(cores[:2]), frozenset(cores[2:]), 1, len(cores) - 2)
    if axis.roomy or "pinned" not in allowed:
        return allowed["shared"]
    return allowed["pinned"]


def measure(axis, rounds, seconds, folder):
    """@return the rows of its table, and the same as JSON"""
    where = place(axis)
    rows, records = [], []
    for points in axis.series:
        load = points[0].load.name.rstrip("0123456789") if axis.name == "commands" else points[0].load.name
        contest.progress(f"bench: {axis.name} {load}: {', '.join(point.label for point in points)}")
        base = folder / axis.name / load
        running = [
            servers.Memstore(point.load, where, base / str(index), **point.options)
            for index, point in enumerate(points)
        ]
        samples = contest.measure(running, rounds, seconds)
        for server, point, own in zip(running, points, samples):
            median = figures.summarise(own)
            growth = figures.ratio(own, samples[0], "cpu_us")
            extra = [function(server, point, median) for _, function in axis.extra]
            rows.append((load, point.label, *_cells(median, growth), *extra))
            records.append(_record(axis, load, point, own, growth))
    return rows, records


def _cells(median, growth):
    return (
        f"{median.rate:.0f}",
        figures.ms(median.p50_us),
        figures.ms(median.p99_us),
        f"{median.cpu_us:.2f}",
        f"{median.cpu_spread:.0%}",
        f"{growth:.2f}",
    )


def _record(axis, load, point, samples, growth):
    return {
        "axis": axis.name,
        "load": load,
        "at": point.label,
        "cpu_growth": growth,
        "median": dataclasses.asdict(figures.summarise(samples)),
        "rounds": [dataclasses.asdict(sample) for sample in samples],
    }


def table(axis, rows):
    heading = ("<load", axis.title, *COLUMNS, *(name for name, _ in axis.extra))
    where = place(axis)
    cores = f"server on cores {_list(where.server_cores)}, wrk on {_list(where.client_cores)}"
    return f"### {axis.title}\n\n{cores}\n\n{figures.table(heading, rows, markdown=True)}\n"


def _list(cores):
    return ", ".join(map(str, sorted(cores)))
