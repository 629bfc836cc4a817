"""Counts the instructions and system calls that an item costs in the real binary.

Run it by Benchmarks/instructions, which builds what it needs. A fixed load goes through the collector into
the counting sink twice, once short and once long; the difference cancels start and stop. Instructions
are those of user space, counted by valgrind's callgrind; system calls are counted by strace. Both
hardly depend on what else the machine does, so they decide where CPU time is too noisy to.
"""

import argparse
import dataclasses
import os
import pathlib
import re
import subprocess
import sys
import time

import collectors
import load
import report
import scenarios
from sink import Sink

# Whole batches of 8192 items: the difference is whole batches too.
REQUESTS = {"traces": (164, 492), "logs": (27, 81), "metrics": (27, 81)}


class Counted(collectors.Collector):
    """A collector under a program that counts what it does."""

    def __init__(self, program, folder, prefix):
        super().__init__(program, folder)
        self.prefix = prefix

    def config(self, scenario, sink):
        config = super().config(scenario, sink)
        # Slowed down as it is, the default of 200 ms would cut the load into smaller batches.
        config["processors"]["batch"] = {"timeout": "60s"}
        return config

    def command(self, scenario, sink):
        return self.prefix + super().command(scenario, sink)


def found(path, pattern):
    """What `pattern` finds in a file that its writer may still be about to write; taken away then."""
    for _ in range(100):
        match = path.exists() and re.search(pattern, path.read_text(), re.M)
        if match:
            path.unlink()
            return match[1]
        time.sleep(0.05)
    sys.exit(f"instructions: no total in {path}")


def total(scenario, requests, arguments, prefix, read):
    """What `read` finds after a run of so many requests under `prefix`."""
    items = requests * scenario.items
    scenario = dataclasses.replace(scenario, total=items, connections=arguments.connections, streams=arguments.streams)
    sink = Sink(arguments.sink)
    collector = Counted(arguments.swiftlet, arguments.out, prefix)
    try:
        collector.start(scenario, sink)
        try:
            sent = load.drive(scenario, collector, arguments.out, 1).answered
        finally:
            collector.stop()
        received = sink.counts()["items"]
    finally:
        sink.close()
    if sent != requests or received != items:
        sys.exit(f"instructions: {requests} requests, {sent} answered, {received} items received")
    return read()


def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument(
        "--only", default="grpc,http,grpc-gzip-out,logs,metrics", help="scenarios, comma-separated: %(default)s"
    )
    parser.add_argument("--connections", type=int, default=1)
    parser.add_argument("--streams", type=int, default=4, help="requests under way on one HTTP/2 connection")
    parser.add_argument("--limit", type=float, help="fail where a scenario takes more instructions an item")
    parser.add_argument("--out", type=pathlib.Path, default=pathlib.Path(".build/benchmarks"))
    arguments = parser.parse_args()
    arguments.sink = str(arguments.out / "sink")
    # valgrind gives up on debug information that is newer than itself.
    arguments.swiftlet = str(arguments.out / "swiftlet-without-debug")
    program = os.environ.get("SWIFTLET", ".build/release/swiftlet")
    subprocess.run(["objcopy", "--strip-debug", program, arguments.swiftlet], check=True)
    profile, calls = arguments.out / "callgrind.out", arguments.out / "strace.out"
    valgrind = ["valgrind", "--tool=callgrind", f"--callgrind-out-file={profile}"]
    strace = ["strace", "-D", "-f", "-c", "-o", str(calls)]
    read_instructions = lambda: int(found(profile, r"^(?:totals|summary): (\d+)"))
    read_calls = lambda: int(found(calls, r"(\d+)\s+(?:\d+\s+)?total$"))
    rows = []
    for name in arguments.only.split(","):
        scenario = scenarios.SCENARIOS[name]
        short, long = REQUESTS[scenario.signal]
        measure = lambda prefix, read: (
            (total(scenario, long, arguments, prefix, read) - total(scenario, short, arguments, prefix, read)) / (long - short)
        )
        items = scenario.items
        instructions = measure(valgrind, read_instructions) / items
        rows.append(
            [scenario.title, f"{instructions:.0f}", f"{instructions * items:,.0f}", f"{measure(strace, read_calls):.1f}"]
        )
        if arguments.limit and instructions > arguments.limit:
            sys.exit(f"instructions: {name} takes {instructions:.0f} an item, more than {arguments.limit:.0f}")
    print(report.table(["scenario", "instructions/item", "instructions/request", "system calls/request"], rows))


main()
