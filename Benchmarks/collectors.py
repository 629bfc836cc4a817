"""What is measured: Swiftlet and its peers, each as a process between its ports and a sink."""

import json
import os
import pathlib
import re
import shutil
import socket
import subprocess
import time
import urllib.request

import process

SIGNALS = ("traces", "metrics", "logs")


def free_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def wait_listening(port, child, patience=10, interval=0.0002):
    """Seconds until the port takes a connection."""
    started = time.perf_counter()
    while time.perf_counter() - started < patience and child.poll() is None:
        with socket.socket() as probe:
            if probe.connect_ex(("127.0.0.1", port)) == 0:
                return time.perf_counter() - started
        time.sleep(interval)
    raise RuntimeError(f"nothing listens on 127.0.0.1:{port}")


class Collector(process.Process):
    """A collector that takes the OpenTelemetry Collector's YAML. JSON is YAML."""

    name = "swiftlet"
    serves_http = True
    patience = 10  # seconds that a start may take

    def __init__(self, program, folder):
        self.program, self.folder = program, pathlib.Path(folder)
        self.written = self.folder / "written.out"

    def exporter(self, scenario, sink):
        """The exporter's name and options."""
        options = {
            "grpc": ("otlp", {"endpoint": f"127.0.0.1:{sink.port}", "tls": {"insecure": True}}),
            "http": ("otlphttp", {"endpoint": f"http://127.0.0.1:{sink.port}"}),
            "file": ("file", {"path": str(self.written)}),
            "prometheus": ("prometheus", {"endpoint": f"127.0.0.1:{self.scrape}"}),
            "nop": ("nop", {}),
        }
        name, known = options[scenario.out]
        coding = {"compression": scenario.compression} if scenario.out in ("grpc", "http") else {}
        return name, known | coding | scenario.exporter

    def service(self, scenario):
        """The section's options besides its pipelines: own metrics stay on, at a port of their own."""
        metrics = {"address": f"127.0.0.1:{self.watched}"}
        return {"telemetry": {"metrics": metrics}} | ({"shards": scenario.shards} if scenario.shards else {})

    def config(self, scenario, sink):
        name, options = self.exporter(scenario, sink)
        names = {"receivers": ["otlp"], "processors": [name for name, _ in scenario.processors], "exporters": [name]}
        signals = [scenario.signal] if scenario.out != "grpc" or len(scenario.processors) > 1 else SIGNALS
        grpc = {"endpoint": f"127.0.0.1:{self.grpc}", "max_recv_msg_size_mib": 64}
        return {
            "receivers": {"otlp": {"protocols": {"grpc": grpc, "http": {"endpoint": f"127.0.0.1:{self.http}"}}}},
            "processors": dict(scenario.processors),
            "exporters": {name: options},
            "service": self.service(scenario) | {"pipelines": {signal: names for signal in signals}},
        }

    def command(self, scenario, sink):
        path = self.folder / f"{self.name}.yaml"
        path.write_text(json.dumps(self.config(scenario, sink), indent=2))
        return [self.program, "--config", str(path)]

    def environment(self, scenario):
        return {}

    def start(self, scenario, sink):
        """Starts it; returns the seconds until the first of its ports takes a connection."""
        self.grpc, self.http, self.scrape, self.watched = (free_port() for _ in range(4))
        self.written.unlink(missing_ok=True)
        environment = os.environ | self.environment(scenario)
        with open(self.folder / f"{self.name}.log", "w") as log:
            self.child = subprocess.Popen(self.command(scenario, sink), stdout=log, stderr=log, env=environment)
        self.pid = self.child.pid
        try:
            seconds = wait_listening(self.grpc, self.child, self.patience)
            if self.serves_http:
                wait_listening(self.http, self.child, self.patience)
        except RuntimeError as error:
            self.stop()
            raise RuntimeError(f"{self.name}: {error}; see {self.folder / self.name}.log") from None
        return seconds

    def refused(self):
        """The requests that the receiver has refused, by its own metrics; None where it tells nothing."""
        with urllib.request.urlopen(f"http://127.0.0.1:{self.watched}/metrics", timeout=10) as answer:
            text = answer.read().decode()
        counts = re.findall(r'^otelcol_receiver_requests\{[^}]*outcome="refused"[^}]*\} (\S+)', text, re.M)
        return int(sum(float(count) for count in counts))

    def stop(self):
        return process.end(self.child)


class Peer(Collector):
    """What is not asked about itself."""

    def refused(self):
        return None


class Otelcol(Peer):
    """The OpenTelemetry Collector, with its own metrics off, which is to its favour."""

    name = "otelcol"

    def service(self, scenario):
        return {"telemetry": {"metrics": {"level": "none"}}}

    def environment(self, scenario):
        return {"GOMAXPROCS": str(scenario.shards)} if scenario.shards else {}


class Rotel(Peer):
    """Rotel, which takes its configuration from flags."""

    name = "rotel"

    def command(self, scenario, sink):
        path = "" if scenario.out == "grpc" else "/"
        return [
            self.program, "start",
            "--otlp-grpc-endpoint", f"127.0.0.1:{self.grpc}",
            "--otlp-http-endpoint", f"127.0.0.1:{self.http}",
            "--otlp-grpc-max-recv-msg-size-mib", "64",
            "--exporter", "otlp",
            "--otlp-exporter-endpoint", f"http://127.0.0.1:{sink.port}{path}",
            "--otlp-exporter-protocol", scenario.out,
            "--otlp-exporter-compression", scenario.compression,
        ]  # fmt: skip


class HaproxyTCP(Peer):
    """haproxy on one thread, which passes bytes between sockets without looking."""

    name = "haproxy-tcp"
    serves_http = False
    mode, protocol = "tcp\n  option splice-auto", ""

    def command(self, scenario, sink):
        path = self.folder / f"{self.name}.cfg"
        path.write_text(f"""global
  nbthread 1
  maxconn 4000
defaults
  mode {self.mode}
  timeout connect 5s
  timeout client 60s
  timeout server 60s
frontend in
  bind 127.0.0.1:{self.grpc} {self.protocol}
  default_backend out
backend out
  server sink 127.0.0.1:{sink.port} {self.protocol}
""")
        return [self.program, "-db", "-f", str(path)]


class Haproxy(HaproxyTCP):
    """haproxy on one thread as an HTTP/2 proxy."""

    name = "haproxy"
    mode, protocol = "http", "proto h2"


class Nghttpx(Peer):
    """nghttpx in one process with one worker, as an HTTP/2 proxy."""

    name = "nghttpx"
    serves_http = False

    def command(self, scenario, sink):
        return [
            self.program, "--conf=/dev/null", "--workers=1", "--single-process",
            f"--frontend=127.0.0.1,{self.grpc};no-tls", f"--backend=127.0.0.1,{sink.port};;proto=h2",
            "--frontend-http2-window-size=1M", "--frontend-http2-connection-window-size=16M",
            f"--errorlog-file={self.folder / 'nghttpx-errors.log'}",
        ]  # fmt: skip


class Direct(Peer):
    """No collector: the sink alone takes the load, which shows what the harness itself can do."""

    name = "sink alone"

    def start(self, scenario, sink):
        self.grpc = self.http = sink.port
        self.pid = sink.process.pid
        return 0.0

    def stop(self):
        return 0


KINDS = {kind.name: kind for kind in (Otelcol, Rotel, HaproxyTCP, Haproxy, Nghttpx)}


def found(folder, prepared, wanted):
    """The peers that are there, in the folder that Benchmarks/peers fills or on PATH."""
    peers = []
    for name in wanted:
        program = pathlib.Path(prepared) / name.removesuffix("-tcp")
        path = str(program) if program.exists() else shutil.which(program.name)
        if path:
            peers.append(KINDS[name](path, folder))
    return peers
