"""Figures: what the load generators say, medians over rounds, tables. Values in, values out."""
import dataclasses
import re
import statistics
import typing


@dataclasses.dataclass(frozen=True)
class Sample:
    """One run of one load against one server. Latencies in microseconds, where they are known; CPU time in seconds."""

    requests: int
    seconds: float
    p50_us: typing.Optional[float]
    p99_us: typing.Optional[float]
    p999_us: typing.Optional[float]
    errors: int
    server_cpu_seconds: float = 0.0
    client_cpu_seconds: float = 0.0
    resident_bytes: int = 0

    @property
    def rate(self):
        return self.requests / self.seconds

    @property
    def cpu_us(self):
        """CPU time of all processes of the server, user and system, in microseconds a request."""
        return self.server_cpu_seconds / self.requests * 1e6

    @property
    def client_load(self):
        """How busy the load generator kept its processors: 1 is one whole core."""
        return self.client_cpu_seconds / self.seconds


def parse_wrk(output):
    """The sample in the line that scripts/wrk/memstore.lua prints."""
    line = re.search(r"^requests=\d.*$", output, re.M)
    if not line:
        raise ValueError(f"wrk printed no figures: {output!r}")
    figures = {name: float(value) for name, value in re.findall(r"(\w+)=([\d.]+)", line[0])}
    if figures["requests"] == 0:
        raise ValueError("wrk got no answer at all")
    return Sample(
        requests=int(figures["requests"]),
        seconds=figures["seconds"],
        p50_us=figures["p50_us"],
        p99_us=figures["p99_us"],
        p999_us=figures["p999_us"],
        errors=int(figures["errors"]),
    )


def parse_redis_benchmark(output):
    """The sample in what redis-benchmark prints of one command."""
    total = re.search(r"([\d.]+) requests completed in ([\d.]+) seconds", output)
    if not total:
        raise ValueError(f"redis-benchmark printed no figures: {output!r}")
    by_percentile = output.split("Latency by percentile distribution:")[1].split("Cumulative distribution")[0]
    points = [
        (float(percent), float(ms))
        for percent, ms in re.findall(r"^([\d.]+)% <= ([\d.]+) milliseconds", by_percentile, re.M)
    ]

    def percentile_us(wanted):
        return next(ms for percent, ms in points if percent >= wanted) * 1e3

    return Sample(
        requests=int(float(total[1])),
        seconds=float(total[2]),
        p50_us=percentile_us(50),
        p99_us=percentile_us(99),
        p999_us=percentile_us(99.9),
        errors=len(re.findall(r"^Error", output, re.M)),
    )


@dataclasses.dataclass(frozen=True)
class Figures:
    """The medians of the rounds of one load against one server."""

    rate: float
    p50_us: typing.Optional[float]
    p99_us: typing.Optional[float]
    p999_us: typing.Optional[float]
    cpu_us: float
    cpu_spread: float  # of the rounds: (greatest - least) / median
    client_load: float
    resident_bytes: float
    errors: int  # of all rounds


def summarise(samples):
    def median(name):
        return _median([getattr(sample, name) for sample in samples])

    cpu = [sample.cpu_us for sample in samples]
    return Figures(
        rate=median("rate"),
        p50_us=median("p50_us"),
        p99_us=median("p99_us"),
        p999_us=median("p999_us"),
        cpu_us=median("cpu_us"),
        cpu_spread=(max(cpu) - min(cpu)) / statistics.median(cpu) if min(cpu) > 0 else 0.0,
        client_load=median("client_load"),
        resident_bytes=median("resident_bytes"),
        errors=sum(sample.errors for sample in samples),
    )


def ratio(samples, yardstick, name):
    """The median of the ratios within each round, so that what slows a whole round down cancels out."""
    pairs = [(getattr(own, name), getattr(other, name)) for own, other in zip(samples, yardstick)]
    return _median([own / other if own is not None and other else None for own, other in pairs])


def _median(values):
    """None where a value is not known."""
    return None if None in values else statistics.median(values)


def number(value, digits):
    """A cell of a table."""
    return None if value is None else f"{value:.{digits}f}"


def ms(value_us):
    return None if value_us is None else f"{value_us / 1e3:.3f}"


def table(heading, rows, markdown=False):
    """Lines of columns, the first `heading.count("<")` of them to the left, the others to the right.

    A column's name begins with '<' where it is flush left. Cells are text; None is nothing to say.
    """
    left = [name.startswith("<") for name in heading]
    names = [name.lstrip("<") for name in heading]
    cells = [names] + [["-" if cell is None else cell for cell in row] for row in rows]
    widths = [max(len(row[column]) for row in cells) for column in range(len(names))]

    def line(row):
        padded = [cell.ljust(w) if l else cell.rjust(w) for cell, w, l in zip(row, widths, left)]
        return "| " + " | ".join(padded) + " |" if markdown else "  ".join(padded).rstrip()

    lines = [line(row) for row in cells]
    if markdown:
        rules = ["-" * w if l else "-" * (w - 1) + ":" for w, l in zip(widths, left)]
        lines.insert(1, "| " + " | ".join(rules) + " |")
    return "\n".join(lines)
