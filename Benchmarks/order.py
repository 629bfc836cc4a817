"""Writes the order of functions in which the program is linked: what runs while it idles, then what data goes through.

The kernel maps 64 KiB around each page that is touched, and a processor's caches hold few pages: what is used together
should lie together. Which functions run is told by callgrind, so the order holds on any machine. Names that a later
build does not have any more do no harm; functions that are new lie behind the others.
"""

import os
import pathlib
import re
import subprocess
import sys
import time

import collectors
import kernel
import load
import process
import scenarios
from sink import Sink

ORDER = pathlib.Path("Sources/swiftlet/functions.order")
LOADS = ("grpc", "grpc-gzip-out", "http", "logs", "metrics", "grpc-to-http", "prometheus")
REQUESTS = 40
SCENARIOS = scenarios.SCENARIOS | {
    "prometheus": scenarios.Scenario(
        "prometheus", "", signal="metrics", items=1000, out="prometheus", processors=()
    )
}


class Traced(collectors.Collector):
    """A collector under callgrind."""

    profile = None
    patience = 120

    def command(self, scenario, sink):
        return callgrind(self.profile) + super().command(scenario, sink)


class Default(Traced):
    """The one that scripts/run starts, at other ports."""

    def command(self, scenario, sink):
        text = pathlib.Path("config/default.yaml").read_text()
        ports = {"4317": self.grpc, "4318": self.http, "8889": self.scrape, "13133": collectors.free_port()}
        for old, new in ports.items():
            text = text.replace(f"127.0.0.1:{old}", f"127.0.0.1:{new}")
        text = text.replace("./swiftlet-telemetry.json", str((self.folder / "telemetry.json").absolute()))
        text += f"\n  telemetry:\n    metrics:\n      address: 127.0.0.1:{self.watched}\n"
        path = self.folder / "default.yaml"
        path.write_text(text)
        return callgrind(self.profile) + [self.program, "--config", str(path)]


def callgrind(profile):
    return ["valgrind", "--tool=callgrind", "--demangle=no", f"--callgrind-out-file={profile}"]


def functions(profile):
    """The functions of the program that a profile says have run."""
    names, found, current, program, is_call = {}, set(), None, False, False
    for line in profile.read_text(errors="replace").splitlines():
        name = re.match(r"(ob|fn)=\((\d+)\)(?: (.*))?$", line) or re.match(r"(cob|cfn)=\((\d+)\) (.*)$", line)
        if name:
            # Objects and functions are counted apart.
            key = name[1][-2:], name[2]
            if name[3]:
                names[key] = name[3]
            if name[1] == "ob":
                program = "swiftlet" in names[key]
            elif name[1] == "fn":
                current = names[key].split("'")[0]
        elif line.startswith("calls="):
            is_call = True
        elif re.match(r"[+\-*\d]", line):
            if program and not is_call:
                found.add(current)
            is_call = False
    return found


def idle(program, out):
    """What runs from the start on where no data comes."""
    profile = out / "callgrind.order"
    for old in out.glob("callgrind.order*"):
        old.unlink()
    collector = Default(program, out)
    collector.profile = profile
    collector.start(scenarios.SCENARIOS["grpc"], None)
    time.sleep(1)
    subprocess.run(["callgrind_control", "-d", str(collector.pid)], check=True, capture_output=True)
    # The first metrics of the host come within, and the batch that holds them goes out.
    time.sleep(15)
    subprocess.run(["callgrind_control", "-d", str(collector.pid)], check=True, capture_output=True)
    time.sleep(1)
    collector.stop()
    return functions(out / "callgrind.order.2")


def loaded(program, out):
    """What data goes through."""
    found = set()
    for key in LOADS:
        scenario = SCENARIOS[key]
        collector = Traced(program, out)
        collector.profile = out / "callgrind.order"
        sink = Sink(str(out / "sink"))
        try:
            collector.start(scenario, sink)
            subprocess.run(["callgrind_control", "-z", str(collector.pid)], check=True, capture_output=True)
            load.drive(scenario, collector, out, REQUESTS * scenario.items / scenario.total)
            time.sleep(2)
            process.end(collector.child)
        finally:
            sink.close()
        found |= functions(collector.profile)
    return found


def watched(program, out):
    """What records of the kernel's go through."""
    if os.geteuid() != 0:
        print("what the kernel tells is left out of the order: needs root", file=sys.stderr)
        return set()
    profile = out / "callgrind.order"
    receiver = kernel.Receiver(program, out, kernel.SECTIONS, under=callgrind(profile))
    try:
        subprocess.run(["callgrind_control", "-z", str(receiver.pid)], check=True, capture_output=True)
        for storm in (("exec", 2000), ("connect", 2000), ("lookups", 2000, 1), ("send", 2000)):
            kernel.make(out / "storm", storm)
        time.sleep(3)
    finally:
        process.end(receiver.child)
    return functions(profile)


def main():
    out = pathlib.Path(".build/benchmarks")
    program = str(out / "swiftlet-without-debug")
    given = os.environ.get("SWIFTLET", ".build/release/swiftlet")
    subprocess.run(["objcopy", "--strip-debug", given, program], check=True)
    known = set(
        line.split()[-1] for line in subprocess.run(["nm", "--defined-only", program], check=True, capture_output=True, text=True).stdout.splitlines()
    )
    idling = idle(program, out) & known
    data = loaded(program, out) & known - idling
    told = watched(program, out) & known - idling - data
    ORDER.write_text("\n".join(sorted(idling) + sorted(data) + sorted(told)) + "\n")
    print(
        f"{ORDER}: {len(idling)} functions that run while nothing comes, {len(data)} more for data, "
        f"{len(told)} more for what the kernel tells", file=sys.stderr
    )  # fmt: skip


main()
