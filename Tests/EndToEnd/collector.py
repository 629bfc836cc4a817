"""A running collector: the release binary on free ports, with a generated configuration."""
import json
import os
import pathlib
import re
import signal
import socket
import subprocess
import time
import urllib.request

ROOT = pathlib.Path(__file__).resolve().parents[2]
BINARY = pathlib.Path(os.environ.get("SWIFTLET", ROOT / ".build/release/swiftlet")).resolve()
READY = re.compile(r"everything is ready", re.I)


def free_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def wait_until(condition, what, seconds=10.0):
    """Waits until the condition gives something true, and returns that."""
    deadline = time.monotonic() + seconds
    while True:
        value = condition()
        if value:
            return value
        assert time.monotonic() < deadline, f"after {seconds} s: not {what}"
        time.sleep(0.01)


def swiftlet(*arguments, env=None, cwd=None, seconds=20):
    """Runs a command of the binary to its end; the result holds returncode, stdout and stderr."""
    return subprocess.run(
        [str(BINARY), *map(str, arguments)],
        capture_output=True,
        text=True,
        timeout=seconds,
        env={**os.environ, **(env or {})},
        cwd=cwd,
    )


def pipelines(exporters, signals=("traces", "metrics", "logs"), processors=("batch",), **settings):
    """A service section in which each signal goes from otlp to the exporters."""
    one = {
        "receivers": ["otlp"],
        "processors": list(processors),
        "exporters": list(exporters),
        **settings,
    }
    return {"pipelines": {signal: dict(one) for signal in signals}}


SERIES = re.compile(r'^(\w+)(?:\{(.*)\})? (\S+)$')
LABEL = re.compile(r'(\w+)="((?:[^"\\]|\\.)*)"')


def series(text):
    """The series of a Prometheus text: (name, labels, value)."""
    found = (SERIES.match(line) for line in text.splitlines() if not line.startswith("#"))
    return [(one[1], dict(LABEL.findall(one[2] or "")), float(one[3])) for one in found]


def imbalances(found):
    """The pipelines whose received items are not delivered, dropped and held together."""
    pipelines = {}
    for name, labels, value in found:
        kind = re.fullmatch(r"swiftlet_pipeline_(received|delivered|dropped|held)_items", name)
        if kind:
            counts = pipelines.setdefault(labels["pipeline"], dict.fromkeys(KINDS, 0))
            counts[kind[1]] += value
    return {
        pipeline: counts
        for pipeline, counts in pipelines.items()
        if counts["received"] != counts["delivered"] + counts["dropped"] + counts["held"]
    }


KINDS = ("received", "delivered", "dropped", "held")


class Collector:
    """The process, from start to stop. Used as a context manager it must end with exit code 0."""

    def __init__(
        self, folder, config, *arguments, env=None, grpc=None, http=None, descriptors=None, prefix=()
    ):
        self.folder = folder
        self.grpc_port, self.http_port = grpc or free_port(), http or free_port()
        self.config = {
            "receivers": {
                "otlp": {
                    "protocols": {
                        "grpc": {"endpoint": f"127.0.0.1:{self.grpc_port}"},
                        "http": {"endpoint": f"127.0.0.1:{self.http_port}"},
                    }
                }
            },
            "processors": {"batch": {"timeout": "20ms"}},
            **config,
        }
        self._serve_metrics()
        self.arguments, self.env, self.descriptors = arguments, env, descriptors
        self.prefix = list(prefix)
        self.out_path, self.err_path = folder / "stdout.log", folder / "stderr.log"
        self.process = None
        self.is_stopping = False

    def _serve_metrics(self):
        """Has own metrics served on a port of this collector, unless the test says otherwise."""
        self.metrics_port = None
        service = dict(self.config.get("service") or {})
        telemetry = dict(service.get("telemetry") or {})
        if "metrics" in telemetry:
            return
        self.metrics_port = free_port()
        prometheus = {
            "host": "127.0.0.1",
            "port": self.metrics_port,
            "without_scope_info": True,
            "without_units": True,
            "without_type_suffix": True,
        }
        reader = {"pull": {"exporter": {"prometheus": prometheus}}}
        telemetry["metrics"] = {"readers": [reader]}
        self.config["service"] = {**service, "telemetry": telemetry}

    @property
    def grpc(self):
        return f"127.0.0.1:{self.grpc_port}"

    @property
    def http(self):
        return f"http://127.0.0.1:{self.http_port}"

    def log(self):
        """What it has written to stderr so far."""
        return self.err_path.read_text(errors="replace")

    def output(self):
        """All it has written so far."""
        return self.out_path.read_text(errors="replace") + self.log()

    def metrics_text(self):
        """Its own metrics as Prometheus would scrape them."""
        url = f"http://127.0.0.1:{self.metrics_port}/metrics"
        with urllib.request.urlopen(url, timeout=5) as answer:
            return answer.read().decode()

    def metric(self, name, **labels):
        """The sum of all series of a metric with these labels; 0 where there are none."""
        return sum(
            value
            for each, found, value in series(self.metrics_text())
            if each == name and labels.items() <= found.items()
        )

    def assert_balanced(self):
        """Asserts that every item taken is delivered, dropped for a reason, or held."""
        if self.metrics_port is None or self.descriptors:
            return
        deadline = time.monotonic() + 5
        while imbalances(series(self.metrics_text())):
            # Counters are read one after the other: while items move, they need not agree.
            assert time.monotonic() < deadline, imbalances(series(self.metrics_text()))
            time.sleep(0.05)

    def start(self):
        path = self.folder / "config.yaml"
        path.write_text(json.dumps(self.config, indent=2))  # JSON is YAML
        limit = ["prlimit", f"--nofile={self.descriptors}"] if self.descriptors else []
        with open(self.out_path, "w") as out, open(self.err_path, "w") as err:
            self.process = subprocess.Popen(
                [*limit, *self.prefix, str(BINARY), "--config", str(path), *self.arguments],
                stdout=out,
                stderr=err,
                cwd=self.folder,
                env={**os.environ, **(self.env or {})},
            )
        wait_until(self._is_ready, "ready")
        return self

    def _is_ready(self):
        status = self.process.poll()
        assert status is None, f"ended at start with {status}:\n{self.output()}"
        return READY.search(self.log())

    def terminate(self):
        self.is_stopping = True
        self.process.send_signal(signal.SIGTERM)

    def wait(self, seconds=40):
        """The exit code."""
        try:
            return self.process.wait(seconds)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait()
            raise AssertionError(f"not ended {seconds} s after SIGTERM:\n{self.log()[-4000:]}") from None

    def stop(self):
        """Stops by SIGTERM and asserts that it lost count of nothing and ended well."""
        if self.process.poll() is None:
            if not self.is_stopping:
                self.assert_balanced()
            self.terminate()
        code = self.wait()
        assert code == 0, f"exit code {code}:\n{self.log()[-4000:]}"

    def kill(self):
        if self.process and self.process.poll() is None:
            self.process.kill()
            self.process.wait()

    def cpu_seconds(self):
        """The CPU time it has spent so far."""
        fields = pathlib.Path(f"/proc/{self.process.pid}/stat").read_text().rsplit(")", 1)[1].split()
        return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")

    def peak_kibibytes(self):
        """The most memory it has had resident so far."""
        text = pathlib.Path(f"/proc/{self.process.pid}/status").read_text()
        return int(re.search(r"^VmHWM:\s+(\d+) kB", text, re.M)[1])

    def open_files(self):
        return len(os.listdir(f"/proc/{self.process.pid}/fd"))

    def __enter__(self):
        return self.start()

    def __exit__(self, kind, error, trace):
        if kind is None:
            self.stop()
        else:
            self.kill()
