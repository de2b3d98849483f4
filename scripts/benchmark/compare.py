"""memstore beside its peers: every load, by every server that has the like, in one table."""
import dataclasses

from . import contest, figures, servers

HEADING = (
    "<cores",
    "<load",
    "<server",
    "requests/s",
    "p50 ms",
    "p99 ms",
    "p99.9 ms",
    "CPU us/req",
    "spread",
    "client",
    "MiB",
    "CPU/nginx",
    "rate/nginx",
    "p99/nginx",
    "CPU/webdis",
    "rate/webdis",
)
RATIOS = ("cpu_us", "rate", "p99_us")


@dataclasses.dataclass(frozen=True)
class Result:
    """What one server did of one load in one placement."""

    placement: str
    load: str
    server: str
    samples: list
    yardsticks: dict  # the samples of nginx and webdis, by name, where they took part

    def as_json(self):
        summary = dataclasses.asdict(figures.summarise(self.samples))
        rounds = [dataclasses.asdict(sample) for sample in self.samples]
        ratios = {f"{name}_to_{peer}": self.ratio(peer, name) for peer in self.yardsticks for name in RATIOS}
        names = {"placement": self.placement, "load": self.load, "server": self.server}
        return names | {"median": summary, "ratio": ratios, "rounds": rounds}

    def ratio(self, peer, name):
        if peer not in self.yardsticks or peer == self.server:
            return None
        return figures.ratio(self.samples, self.yardsticks[peer], name)

    def row(self):
        def ratio(peer, name):
            return figures.number(self.ratio(peer, name), 2)

        median = figures.summarise(self.samples)
        return (
            self.placement,
            self.load,
            self.server,
            f"{median.rate:.0f}",
            figures.ms(median.p50_us),
            figures.ms(median.p99_us),
            figures.ms(median.p999_us),
            f"{median.cpu_us:.2f}",
            f"{median.cpu_spread:.0%}",
            f"{median.client_load:.0%}",
            f"{median.resident_bytes / 2**20:.1f}",
            ratio("nginx", "cpu_us"),
            ratio("nginx", "rate"),
            ratio("nginx", "p99_us"),
            ratio("webdis", "cpu_us"),
            ratio("webdis", "rate"),
        )


def measure(loads, peers, placements, rounds, seconds, folder):
    """Yields the results in the order of the table."""
    for placement in placements:
        for load in loads:
            kinds = [servers.Memstore] + [kind for kind in peers if kind.plays(load)]
            names = [kind.name for kind in kinds]
            contest.progress(f"bench: {placement.name} {load.name}: {', '.join(names)}")
            base = folder / placement.name / load.name
            samples = contest.measure([kind(load, placement, base / kind.name) for kind in kinds], rounds, seconds)
            by_name = dict(zip(names, samples))
            yardsticks = {name: by_name[name] for name in ("nginx", "webdis") if name in by_name}
            for name in names:
                yield Result(placement.name, load.name, name, by_name[name], yardsticks)


def table(results, markdown):
    return figures.table(HEADING, [result.row() for result in results], markdown)


def errors(results):
    return sum(sample.errors for result in results for sample in result.samples)
