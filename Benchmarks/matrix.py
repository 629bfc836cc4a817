"""Runs the matrix: Swiftlet and its peers in turn, row by row, into a table in Markdown and a plot."""

import argparse
import dataclasses
import json
import os
import pathlib
import signal
import sys
import time

import collectors
import kernel
import measure
import plot
import process
import report
import scenarios
import special


def arguments():
    parser = argparse.ArgumentParser(prog="Benchmarks/run", description=__doc__)
    parser.add_argument("--only", default="", metavar="NAMES", help="scenarios and groups, comma-separated; all without it")
    parser.add_argument("--list", action="store_true", help="show the scenarios and end")
    parser.add_argument("--scale", type=float, default=1.0, help="multiplies what is sent (default 1)")
    parser.add_argument("--rounds", type=int, default=2, help="runs of each row, of which the median counts (default 2)")
    parser.add_argument(
        "--peers", default=",".join(collectors.KINDS), metavar="NAMES", help="of %(default)s, those to compare with"
    )
    parser.add_argument("--no-peers", action="store_true", help="measure Swiftlet alone")
    parser.add_argument("--direct", action="store_true", help="load the sink without a collector: what the harness can do")
    parser.add_argument("--idle", type=float, default=10, help="seconds that idling is watched (default 10)")
    parser.add_argument("--minutes", type=float, default=60, help="no row begins later than this (default 60)")
    parser.add_argument("--note", action="append", default=[], help="a line for the head of the report")
    parser.add_argument(
        "--out", type=pathlib.Path, default=pathlib.Path(".build/benchmarks"), help="folder (default %(default)s)"
    )
    parser.add_argument("--keep", action="store_true", help="keep what the last run has of rows that are not chosen now")
    chosen = parser.parse_args()
    unknown = set(chosen.peers.split(",")) - set(collectors.KINDS)
    if unknown:
        parser.error(f"no such peer: {', '.join(sorted(unknown))}")
    if chosen.list:
        for group, rows in scenarios.GROUPS.items():
            for row in rows:
                print(f"{group:12} {row.key:16} {row.title}")
        for name in scenarios.SPECIAL:
            print(f"{'':12} {name}")
        sys.exit()
    return chosen


class Run:
    """The rows so far, written after each, so that a run that is cut short leaves what it has."""

    def __init__(self, chosen):
        self.chosen, self.out = chosen, chosen.out
        self.out.mkdir(parents=True, exist_ok=True)
        self.sink = ".build/benchmarks/sink"
        self.machine, self.began = process.Machine(), time.monotonic()
        self.rows, self.special, self.tables, self.late = [], {}, [], 0
        self.swiftlet = collectors.Collector(os.environ.get("SWIFTLET", ".build/release/swiftlet"), self.out)
        self.kept = []
        if chosen.keep:
            self.recall(json.loads((self.out / "results.json").read_text()))
        self.peers = []
        if chosen.direct:
            self.swiftlet = collectors.Direct("", self.out)
        elif not chosen.no_peers:
            self.peers = collectors.found(self.out, ".build/peers", chosen.peers.split(","))

    def recall(self, raw):
        self.rows = [measure.Row(**row) for row in raw["rows"]]
        self.special, self.tables, self.kept = raw["special"], raw.get("tables", []), raw["notes"]

    def time_is_up(self):
        up = time.monotonic() - self.began > self.chosen.minutes * 60
        self.late += up
        return up

    def row(self, scenario):
        if self.time_is_up():
            return
        both = [self.swiftlet] + [peer for peer in self.peers if peer.name in scenario.peers]
        runs = {collector.name: [] for collector in both}
        for _ in range(self.chosen.rounds):
            for collector in both:
                runs[collector.name].append(measure.run(scenario, collector, self.out, self.sink, self.chosen.scale))
        self.rows = [row for row in self.rows if row.scenario != scenario.key or row.collector not in runs]
        self.rows += [measure.middle(found) for found in runs.values()]
        for row in self.rows[-len(both) :]:
            said = row.error or f"{row.cpu:.3f} us, {row.peak:.1f} MiB{'' if row.equal else ', NOT EQUAL'}"
            print(f"{scenario.key:16} {row.collector:12} {said}", file=sys.stderr, flush=True)
        self.write()

    def extra(self, key):
        """A special measurement of every collector that it is meant for."""
        if self.time_is_up():
            return
        works = {
            "idle": (("otelcol", "rotel"), lambda one: special.idle(one, self.sink, self.chosen.idle)),
            "idle-connections": (("otelcol",), lambda one: special.idle_connections(one, self.sink, 1000)),
            "prometheus": ((), lambda one: special.prometheus(one, self.sink, max(1, round(5 * self.chosen.scale)))),
        }
        names, work = works[key]
        found = self.special.setdefault(key, {})
        for collector in [self.swiftlet] + [peer for peer in self.peers if peer.name in names]:
            try:
                found[collector.name] = work(collector)
            except (RuntimeError, OSError) as error:
                found[collector.name] = f"failed: {error}"
            print(f"{key:16} {collector.name:12} {found[collector.name]}", file=sys.stderr, flush=True)
        self.write()

    def kernel(self):
        """What the kernel's view costs, which has tables of its own."""
        if self.time_is_up():
            return
        try:
            self.tables = kernel.measure(self.swiftlet.program, self.out, self.chosen.idle)
        except (RuntimeError, OSError) as error:
            self.tables = [("The kernel's view", ["left out"], [[str(error)]])]
        self.write()

    @staticmethod
    def model():
        names = [line.split(":")[1].strip() for line in open("/proc/cpuinfo") if line.startswith("model name")]
        return f" ({names[0]})" if names else ""

    def repeats(self):
        """What was run how often."""
        names = ", ".join([self.swiftlet.name] + [peer.name for peer in self.peers])
        if not self.rows and not self.special:
            return f"{names}; each load once, nginx's runs twelve times"
        return f"{names}; the median of {self.chosen.rounds} runs of each, in turn; sent and received are of all runs"

    def notes(self, others):
        notes = [
            f"`{' '.join(['Benchmarks/run', *sys.argv[3:]])}`, {time.strftime('%Y-%m-%d')}, {os.cpu_count()} processors{self.model()}",
            self.repeats(),
            f"other work on the machine took {others:.0%} of its processors' time meanwhile",
            *self.chosen.note,
        ]
        notes = self.kept + notes
        return notes + ([f"time was up: {self.late} rows were left out"] if self.late else [])

    def write(self):
        others = self.machine.others()
        raw = {"rows": [dataclasses.asdict(row) for row in self.rows], "special": self.special, "tables": self.tables}
        raw["notes"] = self.notes(others)
        (self.out / "results.json").write_text(json.dumps(raw, indent=1))
        (self.out / "report.md").write_text(report.whole(self.rows, self.special, self.tables, self.notes(others), others))
        (self.out / "plot.svg").write_text(plot.svg(self.rows))


def main():
    chosen = arguments()
    # What was started is ended then too.
    signal.signal(signal.SIGTERM, lambda *_: sys.exit("run: ended by SIGTERM"))
    names = chosen.only.split(",") if chosen.only else [*scenarios.GROUPS, *scenarios.SPECIAL]
    keys = scenarios.chosen(names)
    run = Run(chosen)
    for key in keys:
        if key == "kernel":
            run.kernel()
        elif key in scenarios.SPECIAL:
            if not chosen.direct:
                run.extra(key)
        else:
            run.row(scenarios.SCENARIOS[key])
    run.write()
    print((chosen.out / "report.md").read_text())
    print(f"written: {chosen.out}/report.md, plot.svg, results.json", file=sys.stderr)
    if any(row.collector == "swiftlet" and (row.error or not row.equal) for row in run.rows):
        sys.exit("run: something that was sent to Swiftlet was not received: see the rows that say NO")


main()
