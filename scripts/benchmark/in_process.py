"""The benchmarks of test/bench: the engine and the codec without a socket, timed by Google Benchmark."""
import json
import subprocess
import sys

from .servers import ROOT

PROGRAMS = ("bench_cluster", "bench_memory", "bench_http_json", "bench_persist", "bench_store")


def build():
    command = [ROOT / "scripts" / "build", "release", "-DMEMSTORE_BENCH=ON", *PROGRAMS]
    subprocess.run(command, stdout=sys.stderr, check=True)


def run(pattern, seconds, rounds, folder):
    """Runs all whose name matches the regular expression. @return what they measured, as JSON, and how many failed"""
    records = []
    for program in PROGRAMS:
        out = folder / f"{program}.json"
        arguments = [ROOT / "build" / "release" / "bench" / program, f"--benchmark_filter={pattern}"]
        arguments += [f"--benchmark_min_time={seconds}", f"--benchmark_out={out}"]
        if rounds > 1:
            arguments += [f"--benchmark_repetitions={rounds}", "--benchmark_enable_random_interleaving=true"]
            arguments += ["--benchmark_report_aggregates_only=true"]
        subprocess.run(arguments, check=True)
        text = out.read_text()
        if text.strip():  # nothing matched otherwise
            records += [{"program": program} | each for each in json.loads(text)["benchmarks"]]
    return records, sum(each.get("error_occurred", False) for each in records)
