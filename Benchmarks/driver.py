"""Drives load through collectors into a counting sink and prints what an item costs.

Run it by Benchmarks/run, which builds what it needs. What is measured, of the collector's process alone:
CPU time from /proc/PID/stat, from the first request until the sink has counted the last item; the peak
of the resident set (VmHWM) from /proc/PID/status. "Sent" is what h2load saw answered with 2xx, in
items; "received" is what the sink counted. Only the standard library is used.
"""
import argparse
import json
import os
import pathlib
import re
import shutil
import signal
import socket
import statistics
import subprocess
import sys
import time

import requests as bodies

TICKS = os.sysconf("SC_CLK_TCK")
GRPC_PATHS = {
    "traces": "/opentelemetry.proto.collector.trace.v1.TraceService/Export",
    "metrics": "/opentelemetry.proto.collector.metrics.v1.MetricsService/Export",
    "logs": "/opentelemetry.proto.collector.logs.v1.LogsService/Export",
}


class Scenario:
    """A load: what goes in and how, and what the collector sends out."""

    def __init__(self, name, signal, requests, protocol="grpc", body=None, compression="none", rps=None):
        self.name, self.signal, self.requests = name, signal, requests
        self.protocol, self.compression, self.rps = protocol, compression, rps
        self.body = body or ("grpc" if protocol == "grpc" else "binpb")


SCENARIOS = {
    "grpc": Scenario("OTLP/gRPC in, gRPC out, 100 spans", "traces", 20_000),
    "gzip": Scenario("OTLP/gRPC in, gRPC gzip out, 100 spans", "traces", 8_000, compression="gzip"),
    "http": Scenario("OTLP/HTTP in, gRPC out, 100 spans", "traces", 20_000, "http"),
    "http-gzip": Scenario("OTLP/HTTP gzip in, gRPC out, 100 spans", "traces", 8_000, "http", "binpb.gz"),
    "logs": Scenario("OTLP/gRPC in, gRPC out, 1000 records", "logs", 6_000),
    "metrics": Scenario("OTLP/gRPC in, gRPC out, 1000 points", "metrics", 6_000),
    "paced": Scenario("the first, paced at 30,000 spans/s", "traces", 3_000, rps=300),
}


def free_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def wait_listening(port, deadline=10, interval=0.0002):
    """Seconds until the port takes a connection."""
    started = time.perf_counter()
    while time.perf_counter() - started < deadline:
        with socket.socket() as probe:
            if probe.connect_ex(("127.0.0.1", port)) == 0:
                return time.perf_counter() - started
        time.sleep(interval)
    raise SystemExit(f"nothing listens on 127.0.0.1:{port} after {deadline} s")


class Sink:
    """The counting backend."""

    def __init__(self, program):
        self.process = subprocess.Popen([program, "0"], stdout=subprocess.PIPE, text=True)
        self.port = int(self.process.stdout.readline().split()[1])

    def counts(self):
        self.process.send_signal(signal.SIGUSR1)
        return json.loads(self.process.stdout.readline())

    def wait(self, items, patience=5):
        """The counts once they have reached `items`, or have stood still for `patience` seconds."""
        counts, changed = self.counts(), time.monotonic()
        while counts["items"] < items and time.monotonic() - changed < patience:
            time.sleep(0.05)
            now = self.counts()
            if now != counts:
                counts, changed = now, time.monotonic()
        return counts

    def close(self):
        self.process.send_signal(signal.SIGTERM)
        self.process.wait()


class Collector:
    """A collector's process between two ports it listens on and a sink."""

    name = "swiftlet"

    def __init__(self, program, folder):
        self.program, self.folder = program, folder

    def config(self, sink, compression):
        """The configuration, in JSON, which is YAML."""
        names = {"receivers": ["otlp"], "processors": ["batch"], "exporters": ["otlp"]}
        return {
            "receivers": {
                "otlp": {
                    "protocols": {
                        "grpc": {"endpoint": f"127.0.0.1:{self.grpc}"},
                        "http": {"endpoint": f"127.0.0.1:{self.http}"},
                    }
                }
            },
            "processors": {"batch": {}},
            "exporters": {
                "otlp": {
                    "endpoint": f"127.0.0.1:{sink.port}",
                    "tls": {"insecure": True},
                    "compression": compression,
                }
            },
            "service": {"pipelines": {signal: names for signal in GRPC_PATHS}},
        }

    def command(self, sink, compression):
        path = self.folder / f"{self.name}.yaml"
        path.write_text(json.dumps(self.config(sink, compression), indent=2))
        return [self.program, "--config", str(path)]

    def start(self, sink, compression="none"):
        """Starts it; returns the seconds until the first of its ports takes a connection."""
        self.grpc, self.http = free_port(), free_port()
        log = open(self.folder / f"{self.name}.log", "w")
        self.process = subprocess.Popen(self.command(sink, compression), stdout=log, stderr=log)
        seconds = wait_listening(self.grpc)
        wait_listening(self.http)
        return seconds

    def cpu(self):
        """The seconds spent so far in user and in system mode."""
        fields = pathlib.Path(f"/proc/{self.process.pid}/stat").read_text().rsplit(")", 1)[1].split()
        return int(fields[11]) / TICKS, int(fields[12]) / TICKS

    def memory(self, key):
        """A line of /proc/PID/status in MiB: VmHWM is the peak, VmRSS the present."""
        text = pathlib.Path(f"/proc/{self.process.pid}/status").read_text()
        return int(re.search(rf"^{key}:\s+(\d+) kB", text, re.M)[1]) / 1024

    def private(self):
        """The MiB that no other process shares, from /proc/PID/smaps_rollup."""
        text = pathlib.Path(f"/proc/{self.process.pid}/smaps_rollup").read_text()
        return sum(int(kilo) for kilo in re.findall(r"^Private_\w+:\s+(\d+) kB", text, re.M)) / 1024

    def stop(self):
        self.process.send_signal(signal.SIGTERM)
        try:
            return self.process.wait(40)
        except subprocess.TimeoutExpired:
            self.process.kill()
            return self.process.wait()


class Otelcol(Collector):
    """The OpenTelemetry Collector, with its own metrics off."""

    name = "otelcol"

    def config(self, sink, compression):
        config = super().config(sink, compression)
        config["service"]["telemetry"] = {"metrics": {"level": "none"}}
        return config


class Rotel(Collector):
    """Rotel, which takes its configuration from flags."""

    name = "rotel"

    def command(self, sink, compression):
        return [
            self.program, "start",
            "--otlp-grpc-endpoint", f"127.0.0.1:{self.grpc}",
            "--otlp-http-endpoint", f"127.0.0.1:{self.http}",
            "--exporter", "otlp",
            "--otlp-exporter-endpoint", f"http://127.0.0.1:{sink.port}",
            "--otlp-exporter-protocol", "grpc",
            "--otlp-exporter-compression", compression,
        ]  # fmt: skip


class Direct(Collector):
    """No collector: the sink alone takes the load, which shows what the harness itself can do."""

    name = "sink alone"

    def start(self, sink, compression="none"):
        self.grpc = self.http = sink.port
        self.process = sink.process
        return 0.0

    def stop(self):
        return 0


def h2load(scenario, collector, arguments, folder, scale):
    """Runs h2load; returns the requests answered with 2xx and the seconds it took."""
    requests = max(arguments.connections, int(scenario.requests * scale))
    command = ["h2load", "-n", str(requests), "-t", "1"]
    if scenario.rps:
        connections = 4
        command += ["--rps", str(scenario.rps // connections)]
    else:
        connections = arguments.connections
    command += ["-c", str(connections), "-d", str(folder / f"{scenario.signal}.{scenario.body}")]
    if scenario.protocol == "grpc":
        command += ["-m", str(arguments.streams), "-H", "content-type: application/grpc", "-H", "te: trailers"]
        command += [f"http://127.0.0.1:{collector.grpc}{GRPC_PATHS[scenario.signal]}"]
    else:
        command += ["--h1", "-H", "content-type: application/x-protobuf"]
        if scenario.body.endswith("gz"):
            command += ["-H", "content-encoding: gzip"]
        command += [f"http://127.0.0.1:{collector.http}/v1/{scenario.signal}"]
    output = subprocess.run(command, capture_output=True, text=True, timeout=600).stdout
    (folder / "h2load.log").write_text(" ".join(command) + "\n" + output)
    status = re.search(r"status codes: (\d+) 2xx", output)
    if not status:
        raise SystemExit(f"h2load gave no status codes:\n{output}")
    return int(status[1])


def measure(scenario, collector, arguments, folder, sizes):
    """Runs one scenario against a fresh collector and sink and returns a row of the table."""
    sink = Sink(arguments.sink)
    try:
        collector.start(sink, scenario.compression)
        try:
            items = sizes[scenario.signal][0]
            before, started = collector.cpu(), time.perf_counter()
            sent = h2load(scenario, collector, arguments, folder, arguments.scale) * items
            received = sink.wait(sent)
            seconds, after = time.perf_counter() - started, collector.cpu()
            peak = collector.memory("VmHWM")
        finally:
            collector.stop()
    finally:
        sink.close()
    user, system = ((new - old) * 1e6 / max(sent, 1) for old, new in zip(before, after))
    equal = "yes" if received["items"] == sent and received["bad"] == 0 else "NO"
    return [
        collector.name, scenario.name, f"{sent / seconds:,.0f}", f"{user + system:.3f}", f"{user:.3f}",
        f"{system:.3f}", f"{peak:.1f}", f"{sent:,}", f"{received['items']:,}", equal,
    ]  # fmt: skip


def measure_idle(collector, arguments):
    """A row of the second table: start to listening, and what ten idle seconds cost."""
    sink = Sink(arguments.sink)
    try:
        starts = []
        for _ in range(9):
            starts.append(collector.start(sink) * 1000)
            collector.stop()
        collector.start(sink)
        time.sleep(1)
        before = collector.cpu()
        time.sleep(arguments.idle)
        spent = (sum(collector.cpu()) - sum(before)) * 1000
        resident, private = collector.memory("VmRSS"), collector.private()
        collector.stop()
    finally:
        sink.close()
    return [
        collector.name, f"{statistics.median(starts):.1f}", f"{min(starts):.1f}", f"{resident:.1f}",
        f"{private:.1f}", f"{spent:.0f}",
    ]  # fmt: skip


def table(heads, rows):
    """A table in Markdown, with numbers to the right."""
    widths = [max(len(row[i]) for row in [heads] + rows) for i in range(len(heads))]
    line = lambda row: "| " + " | ".join(cell.ljust(width) for cell, width in zip(row, widths)) + " |"
    print(line(heads))
    print("|" + "|".join("-" * (width + 2) for width in widths) + "|")
    for row in rows:
        print(line(row))
    print(flush=True)


def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--only", default=",".join(SCENARIOS), help="scenarios, comma-separated: %(default)s")
    parser.add_argument("--scale", type=float, default=1.0, help="multiplies the number of requests")
    parser.add_argument("--connections", type=int, default=16)
    parser.add_argument("--streams", type=int, default=8, help="requests under way on one HTTP/2 connection")
    parser.add_argument("--idle", type=float, default=10, help="seconds of the idle measurement; 0 leaves it out")
    parser.add_argument("--no-peers", action="store_true", help="leave out otelcol and rotel though they are there")
    parser.add_argument("--direct", action="store_true", help="only the sink itself, without a collector")
    parser.add_argument("--out", type=pathlib.Path, default=pathlib.Path(".build/benchmarks"))
    arguments = parser.parse_args()
    arguments.sink = str(arguments.out / "sink")
    sizes = bodies.write(arguments.out)

    if arguments.direct:
        collectors = [Direct("", arguments.out)]
    else:
        collectors = [Collector(os.environ.get("SWIFTLET", ".build/release/swiftlet"), arguments.out)]
        if not arguments.no_peers:
            peers = {"otelcol": Otelcol, "rotel": Rotel}
            collectors += [kind(path, arguments.out) for name, kind in peers.items() if (path := shutil.which(name))]

    for name, (items, size) in sizes.items():
        print(f"{name}: requests of {items} items, {size / items:.0f} bytes an item")
    print(f"{arguments.connections} connections, {arguments.streams} streams each on HTTP/2, 1 thread of h2load\n")
    rows = [
        measure(SCENARIOS[name], collector, arguments, arguments.out, sizes)
        for name in arguments.only.split(",")
        for collector in collectors
    ]
    heads = ["collector", "scenario", "items/s", "CPU us/item", "user", "system", "peak MiB", "sent", "received", "equal"]
    table(heads, rows)
    if arguments.idle and not arguments.direct:
        heads = ["collector", "start ms (median of 9)", "fastest", "idle RSS MiB", "private MiB", f"CPU ms in {arguments.idle:g} s"]
        table(heads, [measure_idle(collector, arguments) for collector in collectors])
    if any(row[-1] != "yes" for row in rows):
        sys.exit("driver: something sent was not received: see the rows that say NO")


if __name__ == "__main__":
    main()
