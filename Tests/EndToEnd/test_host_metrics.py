"""Host metrics and resource detection, held against /proc and node_exporter at the same moment."""
import os
import re
import shutil
import socket
import subprocess
import time

import pytest
import requests

from collector import free_port, wait_until
from conftest import grpc_exporter

TICKS = os.sysconf("SC_CLK_TCK")


def points(message):
    """The points by metric name, each with its attributes, value and start."""
    found = {}
    for resource in message.resource_metrics:
        for scope in resource.scope_metrics:
            for metric in scope.metrics:
                data = metric.sum if metric.HasField("sum") else metric.gauge
                for point in data.data_points:
                    attributes = {a.key: a.value.string_value for a in point.attributes}
                    value = getattr(point, point.WhichOneof("value"))
                    found.setdefault(metric.name, []).append((attributes, value, point))
    return found


def value(found, name, **attributes):
    """The value of the one point of the metric with these attributes."""
    matching = [v for a, v, _ in found[name] if attributes.items() <= a.items()]
    assert len(matching) == 1, (name, attributes, found[name])
    return matching[0]


def begin(start, backend, scrapers, steps=(), **config):
    receiver = {"collection_interval": "200ms", "initial_delay": "0s", "scrapers": scrapers}
    service = {
        "pipelines": {
            "metrics": {
                "receivers": ["host_metrics"],
                "processors": list(steps),
                "exporters": ["otlp_grpc"],
            },
            "traces": {
                "receivers": ["otlp"],
                "processors": list(steps),
                "exporters": ["otlp_grpc"],
            },
        }
    }
    return start(
        {
            "receivers": {
                "host_metrics": receiver,
                "otlp": {"protocols": {"grpc": {"endpoint": f"127.0.0.1:{free_port()}"}}},
            },
            "exporters": grpc_exporter(backend),
            "service": service,
            **config,
        }
    )


def metrics(backend):
    return [one.message for one in list(backend.received) if one.signal == "metrics"] or None


def latest(backend):
    """A message whose scrape began after this call."""
    count = len(metrics(backend) or [])
    wait_until(lambda: len(metrics(backend) or []) > count + 1, "metrics", 20)
    return metrics(backend)[-1]


@pytest.fixture
def node_exporter():
    program = shutil.which("prometheus-node-exporter")
    assert program, "no prometheus-node-exporter: run scripts/setup --tests"
    port = free_port()
    process = subprocess.Popen(
        [program, f"--web.listen-address=127.0.0.1:{port}"],
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )

    def scrape():
        text = requests.get(f"http://127.0.0.1:{port}/metrics", timeout=10).text
        series = {}
        for line in text.splitlines():
            match = re.match(r"([A-Za-z_0-9]+)(?:\{(.*)\})? (\S+)$", line)
            if match:
                labels = dict(re.findall(r'(\w+)="([^"]*)"', match[2] or ""))
                series.setdefault(match[1], []).append((labels, float(match[3])))
        return series

    def ready():
        try:
            return scrape()
        except requests.ConnectionError:
            return None

    try:
        wait_until(ready, "a scrape of node_exporter", 20)
        yield scrape
    finally:
        process.terminate()
        process.wait()


def total(series, name, **labels):
    return sum(v for l, v in series.get(name, []) if labels.items() <= l.items())


def near(ours, before, after, slack):
    return min(before, after) - slack <= ours <= max(before, after) + slack


def test_values_lie_between_two_scrapes_of_node_exporter(start, backend, node_exporter):
    names = ["cpu", "load", "memory", "disk", "filesystem", "network", "paging", "processes", "system"]
    scrapers = {name: {} for name in names}
    scrapers["memory"] = {"metrics": {"system.memory.limit": {"enabled": True}}}
    begin(start, backend, scrapers)
    before = node_exporter()
    found = points(latest(backend))
    after = node_exporter()

    states = {"user": "user", "system": "system", "idle": "idle", "nice": "nice", "wait": "iowait",
              "interrupt": "irq", "softirq": "softirq", "steal": "steal"}  # fmt: skip
    for ours, theirs in states.items():
        span = [total(s, "node_cpu_seconds_total", mode=theirs) for s in (before, after)]
        # node_exporter sums what the CPUs have rounded.
        assert near(value(found, "system.cpu.time", state=ours), *span, 0.5), ours
    for ours, theirs in (("1m", "node_load1"), ("5m", "node_load5"), ("15m", "node_load15")):
        span = [total(s, theirs) for s in (before, after)]
        assert near(value(found, f"system.cpu.load_average.{ours}"), *span, 0.5)
    assert value(found, "system.memory.limit") == total(before, "node_memory_MemTotal_bytes")
    for state, theirs in (("free", "MemFree"), ("buffered", "Buffers")):
        span = [total(s, f"node_memory_{theirs}_bytes") for s in (before, after)]
        assert near(value(found, "system.memory.usage", state=state), *span, 64 << 20)
    for direction in ("receive", "transmit"):
        for labels, _ in before.get(f"node_network_{direction}_bytes_total", []):
            device = labels["device"]
            for ours, theirs in (("io", "bytes"), ("packets", "packets")):
                name = f"node_network_{direction}_{theirs}_total"
                span = [total(s, name, device=device) for s in (before, after)]
                ours = value(found, f"system.network.{ours}", device=device, direction=direction)
                assert near(ours, *span, 0)
    for labels, _ in before.get("node_disk_read_bytes_total", []):
        device = labels["device"]
        for direction, theirs in (("read", "read_bytes"), ("write", "written_bytes")):
            span = [total(s, f"node_disk_{theirs}_total", device=device) for s in (before, after)]
            assert near(value(found, "system.disk.io", device=device, direction=direction), *span, 0)
    for attributes, size, _ in found.get("system.filesystem.usage", []):
        if attributes["state"] == "free":
            span = [
                total(s, "node_filesystem_avail_bytes", mountpoint=attributes["mountpoint"])
                for s in (before, after)
            ]
            if any(span):
                assert near(size, *span, 64 << 20)
    span = [total(s, "node_vmstat_pgmajfault") for s in (before, after)]
    assert near(value(found, "system.paging.faults", type="major"), *span, 0)
    span = [total(s, "node_forks_total") for s in (before, after)]
    assert near(value(found, "system.processes.created"), *span, 0)
    boot = total(before, "node_boot_time_seconds")
    _, _, point = found["system.cpu.time"][0]
    assert abs(point.start_time_unix_nano / 1e9 - boot) <= 1
    assert abs(time.time() - value(found, "system.uptime") - boot) < 5


def test_process_has_its_identity_and_the_values_of_proc(start, backend):
    name = open("/proc/self/comm").read().strip()
    scrapers = {
        "process": {
            "include": {"names": [f"^{re.escape(name)}"], "match_type": "regexp"},
            "mute_process_all_errors": True,
            "metrics": {"process.threads": {"enabled": True}},
        }
    }
    begin(start, backend, scrapers)
    message = latest(backend)
    (own,) = [
        r
        for r in message.resource_metrics
        if any(a.key == "process.pid" and a.value.int_value == os.getpid() for a in r.resource.attributes)
    ]
    attributes = {a.key: a.value for a in own.resource.attributes}
    assert attributes["process.parent_pid"].int_value == os.getppid()
    assert attributes["process.executable.path"].string_value == os.readlink("/proc/self/exe")
    line = open("/proc/self/cmdline").read().rstrip("\0").split("\0")
    assert attributes["process.command"].string_value == line[0]
    assert attributes["process.command_line"].string_value == " ".join(line)
    assert attributes["process.owner"].string_value
    only = type(message)()
    only.resource_metrics.append(own)
    found = points(only)
    fields = open("/proc/self/stat").read().rsplit(")", 1)[1].split()
    user, started = int(fields[11]) / TICKS, int(fields[19]) / TICKS
    assert 0 <= user - value(found, "process.cpu.time", state="user") < 5
    assert value(found, "process.memory.virtual") == pytest.approx(int(fields[20]), rel=0.2)
    assert value(found, "process.memory.usage") > 0
    _, _, point = found["process.cpu.time"][0]
    boot = next(int(l.split()[1]) for l in open("/proc/stat") if l.startswith("btime"))
    assert point.start_time_unix_nano / 1e9 == pytest.approx(boot + started, abs=1)


def test_detected_attributes_are_on_every_resource(start, backend):
    detection = {
        "detectors": ["env", "system", "process"],
        "system": {"hostname_sources": ["os"]},
    }
    collector = begin(
        start,
        backend,
        {"load": {}},
        ["resource_detection"],
        processors={"resource_detection": detection},
    )
    wait_until(lambda: metrics(backend), "metrics", 20)
    (resource,) = metrics(backend)[0].resource_metrics
    attributes = {a.key: a.value for a in resource.resource.attributes}
    assert attributes["host.name"].string_value == socket.gethostname()
    assert attributes["os.type"].string_value == "linux"
    assert attributes["process.pid"].int_value == collector.process.pid
