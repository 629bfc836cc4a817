"""What an application tells of itself and what the kernel tells of it are of one process, with no configuration in it."""
import json
import os
import pathlib
import subprocess
import sys

import pytest

from collector import free_port, pipelines, series, wait_until
from observed import UNDER_WAY, attributes, written_lines
from test_identity import cgroup_root
from test_receiver import LOSSES, MISSED, SECTIONS

HERE = pathlib.Path(__file__).parent
SHOP = HERE / "programs" / "shop.py"
SIZES = [0, 1, 70_000, 3_000_000]
NAMESERVER = f"127.53.{os.getpid() >> 8 & 255}.{os.getpid() & 255 or 1}"
QUESTION = f"shop.t{os.getpid()}.example"
KEY = ("process.pid", "process.creation.time")

pytestmark = pytest.mark.skipif(
    os.geteuid() != 0 or not os.path.exists("/sys/kernel/btf/vmlinux"),
    reason="tp_btf/sched_process_exec needs root and /sys/kernel/btf/vmlinux",
)


@pytest.fixture
def container():
    """A control group as docker makes them: its folder, whose name is the container's id."""
    group = cgroup_root() / "docker" / os.urandom(32).hex()
    made = [folder for folder in reversed([group, *group.parents]) if not folder.exists()]
    group.mkdir(parents=True)
    yield group
    for folder in reversed(made):
        folder.rmdir()


@pytest.fixture
def nameserver():
    command = [sys.executable, HERE / "dns_server.py", "53", NAMESERVER]
    server = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE)
    assert server.stdout.readline() == b"ready\n"
    yield server.pid
    server.stdin.close()
    server.wait(10)


@pytest.fixture
def collector(start, tmp_path):
    """The collector as config/ebpf.yaml has it: one file for all that is told."""
    port = free_port()
    one = start(
        {
            "receivers": {
                "ebpf": {**SECTIONS, "network": {"collection_interval": "300ms"}},
                "otlp": {"protocols": {"grpc": {"endpoint": f"127.0.0.1:{port}"}}},
            },
            "processors": {"process_identity": {"timeout": "5s"}, "batch": {"timeout": "20ms"}},
            "exporters": {"file": {"path": str(tmp_path / "out.json"), "flush_interval": "10ms"}},
            "service": both(pipelines(["file"], processors=["process_identity", "batch"])),
        },
        grpc=port,
    )
    assert "tells less than is configured" not in one.log(), one.log()
    return one


def both(service):
    """The pipelines take what the kernel tells besides what arrives."""
    for signal in ("metrics", "logs"):
        service["pipelines"][signal]["receivers"] = ["otlp", "ebpf"]
    return service


class Told:
    """What is in the file by now: spans and log records with their attributes, and their resources'."""

    def __init__(self, folder):
        self.spans, self.records = [], []
        for line in written_lines(folder / "out.json"):
            request = json.loads(line)
            for group in request.get("resourceSpans", []):
                for scope in group["scopeSpans"]:
                    for span in scope["spans"]:
                        self.spans.append({"name": span["name"], **attributes(group["resource"]["attributes"])})
            for group in request.get("resourceLogs", []):
                resource = attributes(group.get("resource", {}).get("attributes"))
                for scope in group["scopeLogs"]:
                    for record in scope["logRecords"]:
                        found = {"event": record["eventName"], **resource, **attributes(record["attributes"])}
                        self.records.append(found)

    def of(self, pid, event):
        return [one for one in self.records if one["event"] == event and one.get("process.pid") == pid]


def lines(text):
    return [json.loads(line) for line in text.splitlines()]


def run_shop(collector, container):
    """Runs server and application to their ends; returns what both did."""
    base = {name: value for name, value in os.environ.items() if not name.startswith("OTEL_")}
    run = [sys.executable, str(SHOP)]
    server = subprocess.Popen([*run, "server", str(len(SIZES))], stdout=subprocess.PIPE, text=True, env=base)
    port = json.loads(server.stdout.readline())["port"]
    app = subprocess.Popen(
        [*run, "app", str(port), collector.grpc, NAMESERVER, QUESTION, *map(str, SIZES)],
        stdout=subprocess.PIPE,
        text=True,
        env={**base, "OTEL_SERVICE_NAME": "shop"},
        preexec_fn=lambda: (container / "cgroup.procs").write_text(str(os.getpid())),
    )
    told = lines(app.communicate(timeout=60)[0]) + lines(server.communicate(timeout=60)[0])
    assert (app.returncode, server.returncode) == (0, 0)
    assert [one["role"] for one in told] == ["resolver"] + ["client"] * len(SIZES) + ["server"] * len(SIZES)
    return told


def test_spans_flows_lookups_and_lives_join_on_the_process(collector, container, nameserver, tmp_path):
    truths = run_shop(collector, container)
    app, server = truths[0]["pid"], truths[-1]["pid"]

    def complete():
        told = Told(tmp_path)
        ended = told.of(app, "process.exit") and told.of(server, "process.exit")
        flows = [one for one in told.of(app, "network.flow") if one["server.port"] == collector.grpc_port]
        return ended and flows and told.of(app, "dns.lookup") and told

    told = wait_until(complete, "told of all")

    # One exec and one exit each, and the key that joins them all is one text.
    (run,), (end,) = told.of(app, "process.exec"), told.of(app, "process.exit")
    key = {name: run[name] for name in KEY}
    assert end["process.exec_id"] == run["process.exec_id"]
    assert (end["process.exit.code"], run["process.command_args"][1]) == (0, str(SHOP))
    assert len(told.of(server, "process.exec")) == len(told.of(server, "process.exit")) == 1

    # Every span carries the process that sent it.
    spans = [one for one in told.spans if one.get("process.pid") == app]
    assert sorted(one["name"] for one in spans) == sorted(["look up", *(f"order {size}" for size in SIZES)])
    assert len(told.spans) == len(spans)

    (lookup,) = told.of(app, "dns.lookup")
    assert (lookup["dns.question.name"], lookup["server.address"]) == (QUESTION, NAMESERVER)

    flows = told.of(app, "network.flow")
    for one in [run, end, lookup, *spans, *flows]:
        assert {name: one[name] for name in KEY} == key, one
        assert one["container.id"] == container.name, one
        assert one["service.name"] == "shop", one
    # Python is mostly started by a link: what that is called is nobody's view.
    executable = {"process.executable.name", "process.executable.path"}
    for one in [run, end, lookup, *spans, *flows]:
        assert executable <= one.keys(), one
        assert {name: one[name] for name in executable} == {name: run[name] for name in executable}, one
    assert run["process.executable.path"] == os.path.realpath(sys.executable)
    assert_flows(told, truths, collector, nameserver)


def assert_flows(told, truths, collector, nameserver):
    """Each connection is told of once by each side, with the programs' own counts of bytes and the other's process."""
    app, server = truths[0]["pid"], truths[-1]["pid"]
    other = {"client": server, "server": app, "resolver": nameserver}
    flows = [one for one in told.records if one["event"] == "network.flow"]
    for truth in truths:
        role = "server" if truth["role"] == "server" else "client"
        found = [
            one
            for one in flows
            if one["process.pid"] == truth["pid"]
            and one.get("network.flow.role") == role
            and one["client.port"] == truth["client_port"]
        ]
        assert len(found) == 1, (truth, found)
        (flow,) = found
        assert flow["network.io.transmit"] == flow["network.flow.total.transmit"] == truth["sent"]
        assert flow["network.io.receive"] == flow["network.flow.total.receive"] == truth["received"]
        assert flow["network.flow.state"] == "ended" and "error.type" not in flow
        assert flow.get("peer.process.pid", other[truth["role"]]) == other[truth["role"]]
    # Besides there is the connection over which the spans went, and no other.
    mine = [one for one in flows if one["process.pid"] == app]
    (export,) = [one for one in mine if one["server.port"] == collector.grpc_port]
    assert len(mine) == len(SIZES) + 2, mine
    assert export["peer.process.pid"] == collector.process.pid


def unaccounted(collector):
    """Records of each program that are neither delivered, nor lost, nor on their way, where there are such."""
    left = {}
    for name, labels, value in series(collector.metrics_text()):
        if name in UNDER_WAY:
            value = -value
        elif name != "swiftlet_ebpf_events" or labels["outcome"] not in ("produced", "delivered", MISSED, *LOSSES):
            continue
        elif labels["outcome"] != "produced":
            value = -value
        left[labels["program"]] = left.get(labels["program"], 0) + value
    assert left, "no program has counters"
    return {program: value for program, value in left.items() if value}


def test_the_accounts_hold_with_the_kernels_view_in_the_pipelines(collector, container, nameserver):
    run_shop(collector, container)
    for _ in range(300):
        subprocess.run(["/bin/true"], check=True)
    wait_until(lambda: collector.metric("swiftlet_ebpf_events", outcome="delivered") >= 600, "told of all")
    # Other processes come and go meanwhile, but every reading is taken at one moment.
    wait_until(lambda: not unaccounted(collector), f"accounted for: {unaccounted(collector)}", 10)
    assert sum(collector.metric("swiftlet_ebpf_events", outcome=reason) for reason in LOSSES) == 0
    collector.assert_balanced()
