"""Counts the instructions, allocations and system calls that an item or a request costs in the real binary.

Run it by Benchmarks/instructions, which builds what it needs. A fixed load goes through the collector twice, once
short and once long; the difference cancels start, warming up and stop. Instructions and calls of malloc and its like
are those of user space, counted by valgrind's callgrind; system calls are counted by strace. All of them hardly depend
on what else the machine does, so they decide where CPU time is too noisy to.
"""

import argparse
import collections
import dataclasses
import os
import pathlib
import re
import subprocess
import sys
import time
import tomllib

import collectors
import load
import report
import scenarios
from sink import Sink

HERE = pathlib.Path(__file__).parent
LIMITS = HERE / "limits.toml"
ALLOCATIONS = {"malloc", "calloc", "realloc", "reallocarray", "posix_memalign", "aligned_alloc", "memalign"}

# Whole batches of 8192 items: the difference is whole batches too.
REQUESTS = {"traces": (164, 492), "logs": (27, 81), "metrics": (27, 81)}
# What a few seconds of a paced load are.
PACED_SECONDS = (4, 12)

SCENARIOS = scenarios.SCENARIOS | {
    "prometheus": scenarios.Scenario(
        "prometheus", "metrics to the Prometheus exporter", signal="metrics", items=1000, out="prometheus", processors=()
    )
}


@dataclasses.dataclass
class Counts:
    """What a run took, or one request of it."""

    instructions: float
    allocations: float

    def less(self, other, requests):
        return Counts(
            (self.instructions - other.instructions) / requests, (self.allocations - other.allocations) / requests
        )


class Counted(collectors.Collector):
    """A collector under a program that counts what it does."""

    def __init__(self, program, folder, prefix):
        super().__init__(program, folder)
        self.prefix = prefix

    def config(self, scenario, sink):
        config = super().config(scenario, sink)
        # Slowed down as it is, the default of 200 ms would cut the load into smaller batches.
        if "batch" in config["processors"] and not scenario.rate:
            config["processors"]["batch"] = {"timeout": "60s"}
        return config

    def command(self, scenario, sink):
        return self.prefix + super().command(scenario, sink)

    def environment(self, scenario):
        # From here on memcpy uses `rep movsb`, an instruction a byte under valgrind: so a copy shows, on any machine alike.
        tunables = "glibc.cpu.x86_rep_movsb_threshold=2048:glibc.cpu.x86_non_temporal_threshold=4194304"
        return super().environment(scenario) | {"GLIBC_TUNABLES": tunables}


def text(path, pattern):
    """A file's text once `pattern` is in it: its writer may still be about to write it."""
    for _ in range(200):
        found = path.read_text() if path.exists() else ""
        if re.search(pattern, found, re.M):
            return found
        time.sleep(0.05)
    sys.exit(f"instructions: no total in {path}")


def profile_counts(path):
    """What a callgrind profile says. Names in it are written once and then are numbers."""
    profile = text(path, r"^(?:totals|summary): \d+")
    names, caller, callee, allocations = {}, None, None, 0
    for kind, number, name, calls in re.findall(r"^(?:(c?fn)=\((\d+)\)(?: (.*))?|calls=(\d+).*)$", profile, re.M):
        if name:
            names[number] = name.split("'")[0]
        if kind == "fn":
            caller = names[number]
        elif kind == "cfn":
            callee = names[number]
        elif callee in ALLOCATIONS and caller not in ALLOCATIONS:
            allocations += int(calls)
    return Counts(int(re.search(r"^(?:totals|summary): (\d+)", profile, re.M)[1]), allocations)


def system_calls(path):
    """The system calls by name in strace's summary."""
    summary = text(path, r"total$")
    return collections.Counter({name: int(count) for count, name in re.findall(r"\s(\d+)(?:\s+\d+)?\s+([a-z]\w+)$", summary, re.M) if name != "total"})


def run(scenario, requests, arguments, prefix):
    """A run of so many requests under `prefix`, in which nothing may be lost."""
    items = requests * scenario.items
    paced = {} if scenario.rate else {"connections": arguments.connections, "streams": arguments.streams}
    scenario = dataclasses.replace(scenario, total=items, **paced)
    sink = Sink(arguments.sink)
    collector = Counted(arguments.swiftlet, arguments.out, prefix)
    try:
        collector.start(scenario, sink)
        try:
            sent = load.drive(scenario, collector, arguments.out, 1).answered
        finally:
            collector.stop()
        received = sink.counts()["items"] if scenario.out != "prometheus" else items
    finally:
        sink.close()
    if sent != requests or received != items:
        sys.exit(f"instructions: {requests} requests, {sent} answered, {received} items received")


def lengths(scenario):
    if not scenario.rate:
        return REQUESTS[scenario.signal]
    return tuple(max(4, int(scenario.rate / scenario.items * seconds)) for seconds in PACED_SECONDS)


def profiled(key, arguments):
    """What a request of the scenario takes; the profile of the longer run is kept."""
    scenario = SCENARIOS[key]
    path = arguments.out / f"callgrind.{key}"
    counts = []
    for requests in lengths(scenario):
        path.unlink(missing_ok=True)
        run(scenario, requests, arguments, ["valgrind", "--tool=callgrind", f"--callgrind-out-file={path}"])
        counts.append(profile_counts(path))
    short, long = lengths(scenario)
    return counts[1].less(counts[0], long - short)


def traced(key, arguments):
    """The system calls of a request by name."""
    scenario = SCENARIOS[key]
    path = arguments.out / "strace.out"
    counts = []
    for requests in lengths(scenario):
        path.unlink(missing_ok=True)
        run(scenario, requests, arguments, ["strace", "-D", "-f", "-c", "-o", str(path)])
        counts.append(system_calls(path))
    short, long = lengths(scenario)
    return {name: (counts[1][name] - counts[0][name]) / (long - short) for name in counts[1]}


def listed(calls):
    often = sorted(((count, name) for name, count in calls.items() if count >= 0.05), reverse=True)
    return f"{sum(calls.values()):.1f}: " + ", ".join(f"{name} {count:.1f}" for count, name in often)


def measure(arguments):
    """The table of what is asked for."""
    rows = []
    for key in arguments.only.split(","):
        scenario = SCENARIOS[key]
        counts = profiled(key, arguments)
        calls = listed(traced(key, arguments))
        cells = [counts.instructions / scenario.items, counts.instructions, counts.allocations]
        rows.append([scenario.title, f"{cells[0]:,.0f}", f"{cells[1]:,.0f}", f"{cells[2]:.1f}", calls])
    print(report.table(["scenario", "instructions/item", "/request", "allocations/request", "system calls/request"], rows))


def check(arguments):
    """Holds the counts against the limits; returns whether all are kept."""
    limits = tomllib.loads(LIMITS.read_text())
    keys = list(limits) if arguments.only == DEFAULT else arguments.only.split(",")
    rows, failures = [], []
    for key in keys:
        counts = profiled(key, arguments)
        items = SCENARIOS[key].items
        found = {"instructions": counts.instructions / items, "allocations": counts.allocations}
        for name, limit in limits[key].items():
            unit = "an item" if name == "instructions" else "a request"
            passes = found[name] <= limit
            rows.append([SCENARIOS[key].title, f"{name} {unit}", f"{found[name]:,.1f}", f"{limit:,}", "" if passes else "TOO MANY"])
            if not passes:
                failures.append(f"{key}: {found[name]:,.1f} {name} {unit}, the limit is {limit:,}; {how(name, arguments.out / f'callgrind.{key}')}")
    print(report.table(["scenario", "what", "count", "limit", ""], rows))
    for failure in failures:
        print(f"guard: {failure}", file=sys.stderr)
    if failures:
        print(f"guard: a limit that must rise is changed in {LIMITS.relative_to(HERE.parent)}, with the reason in the commit", file=sys.stderr)
    return not failures


def how(name, profile):
    """The command that shows where the counts are from."""
    if name == "instructions":
        return f"see: callgrind_annotate --inclusive=yes {profile} | head -60"
    return f"see: callgrind_annotate --tree=caller --threshold=100 {profile} | grep -B 20 -E '\\* .*:(malloc|calloc|realloc)'"


DEFAULT = "grpc,http,grpc-gzip-out,logs,metrics"


def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--only", default=DEFAULT, help="scenarios, comma-separated: %(default)s")
    parser.add_argument("--check", action="store_true", help="hold the counts of all scenarios in limits.toml against it")
    parser.add_argument("--connections", type=int, default=1)
    parser.add_argument("--streams", type=int, default=4, help="requests under way on one HTTP/2 connection")
    parser.add_argument("--out", type=pathlib.Path, default=pathlib.Path(".build/benchmarks"))
    arguments = parser.parse_args()
    arguments.sink = str(arguments.out / "sink")
    # valgrind gives up on debug information that is newer than itself.
    arguments.swiftlet = str(arguments.out / "swiftlet-without-debug")
    program = os.environ.get("SWIFTLET", ".build/release/swiftlet")
    subprocess.run(["objcopy", "--strip-debug", program, arguments.swiftlet], check=True)
    if not arguments.check:
        measure(arguments)
    elif not check(arguments):
        sys.exit(1)


main()
