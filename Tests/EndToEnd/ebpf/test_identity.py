"""What comes from a process of this system carries that process and its container, as /proc has them."""
import contextlib
import datetime
import getpass
import http.client
import json
import os
import pathlib
import shutil
import socket
import subprocess
import sys
import time

import pytest

from collector import free_port, pipelines, wait_until
from observed import written_lines
from payloads import spans

SENDER = pathlib.Path(__file__).with_name("sender.py")
TICKS = os.sysconf("SC_CLK_TCK")

root_only = pytest.mark.skipif(os.geteuid() != 0, reason="control groups and namespaces need root")


class Sender:
    """The program of sender.py, as its own process."""

    def __init__(self, protocol, endpoint, *arguments, prefix=(), env=None, enter=None):
        self.process = subprocess.Popen(
            [*prefix, sys.executable, str(SENDER), protocol, endpoint, *arguments],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
            env={**{k: v for k, v in os.environ.items() if not k.startswith("OTEL_")}, **(env or {})},
            preexec_fn=enter,
        )
        assert self.process.stdout.readline() == "ready\n"

    def send(self, name):
        self.process.stdin.write(name + "\n")
        self.process.stdin.flush()
        assert self.process.stdout.readline() == "sent\n"

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.process.stdin.close()
        self.process.stdout.close()
        assert self.process.wait(20) == 0


def configuration(folder):
    config = {
        "processors": {"process_identity": {"timeout": "5s"}},
        "exporters": {"file": {"path": str(folder / "out.json"), "flush_interval": "10ms"}},
        "service": pipelines(["file"], processors=["process_identity"]),
    }
    return config


def resources(folder):
    """The resource of each span in the file, by the span's name."""
    found = {}
    for line in written_lines(folder / "out.json"):
        for group in json.loads(line).get("resourceSpans", []):
            attributes = {
                one["key"]: next(iter(one["value"].values()))
                for one in group.get("resource", {}).get("attributes", [])
            }
            for scope in group["scopeSpans"]:
                for span in scope["spans"]:
                    found[span["name"]] = attributes
    return found


def resource(folder, name):
    return wait_until(lambda: resources(folder).get(name), f"a span {name} in the file")


def created(pid):
    """When the process was created, in seconds since 1970, as /proc/PID/stat has it."""
    ticks = int(pathlib.Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[19])
    return time.time() - time.clock_gettime(time.CLOCK_BOOTTIME) + ticks / TICKS


def assert_is(found, pid):
    """Holds what a resource says against what /proc says of the process."""
    executable = os.readlink(f"/proc/{pid}/exe")
    assert int(found["process.pid"]) == pid
    assert found["process.executable.path"] == executable
    assert found["process.executable.name"] == os.path.basename(executable)
    assert found["process.owner"] == getpass.getuser()
    told = datetime.datetime.fromisoformat(found["process.creation.time"].replace("Z", "+00:00"))
    assert abs(told.timestamp() - created(pid)) < 0.025


@pytest.mark.parametrize("protocol", ["grpc", "http", "unix"])
def test_sdk_sender(start, tmp_path, protocol):
    config = configuration(tmp_path)
    if protocol == "unix":
        path = tmp_path / "otlp.sock"
        config["receivers"] = {"otlp": {"protocols": {"grpc": {"endpoint": f"unix://{path}"}}}}
    collector = start(config)
    endpoint = {"grpc": collector.grpc, "http": collector.http, "unix": f"unix:{tmp_path}/otlp.sock"}
    with Sender("http" if protocol == "http" else "grpc", endpoint[protocol]) as sender:
        sender.send("first")
        sender.send("second")
        for name in ["first", "second"]:
            found = resource(tmp_path, name)
            assert_is(found, sender.process.pid)
            assert found["service.name"] == found["process.executable.name"]
            assert found["telemetry.sdk.language"] == "python"
    assert collector.metric("swiftlet_process_identity_identified_batches") == 2


def test_two_senders_are_told_apart(start, tmp_path):
    collector = start(configuration(tmp_path))
    with Sender("grpc", collector.grpc) as one, Sender("grpc", collector.grpc) as two:
        one.send("one")
        two.send("two")
        assert_is(resource(tmp_path, "one"), one.process.pid)
        assert_is(resource(tmp_path, "two"), two.process.pid)


def test_service_name_of_the_environment_is_the_sdks_own(start, tmp_path):
    collector = start(configuration(tmp_path))
    with Sender("http", collector.http, env={"OTEL_SERVICE_NAME": "shop"}) as sender:
        sender.send("named")
        assert resource(tmp_path, "named")["service.name"] == "shop"


def cgroup_root():
    """The tree of control groups by which the collector tells containers apart."""
    for name in ["memory", "pids", "cpuset"]:
        folder = pathlib.Path("/sys/fs/cgroup") / name
        if (folder / "cgroup.procs").exists():
            return folder
    return pathlib.Path("/sys/fs/cgroup")


@root_only
@pytest.mark.parametrize("shape", ["docker/{id}", "system.slice/docker-{id}.scope"])
def test_container(start, tmp_path, shape):
    container = os.urandom(32).hex()
    group = cgroup_root() / shape.format(id=container)
    made = [folder for folder in reversed([group, *group.parents]) if not folder.exists()]
    group.mkdir(parents=True)
    try:
        collector = start(configuration(tmp_path))
        enter = lambda: (group / "cgroup.procs").write_text(str(os.getpid()))
        with Sender("grpc", collector.grpc, enter=enter) as sender:
            sender.send("contained")
            found = resource(tmp_path, "contained")
            assert_is(found, sender.process.pid)
            assert found["container.id"] == container
    finally:
        for folder in reversed(made):
            folder.rmdir()


@root_only
@pytest.mark.skipif(not shutil.which("unshare"), reason="there is no unshare")
def test_number_inside_a_container_becomes_the_systems(start, tmp_path):
    collector = start(configuration(tmp_path))
    prefix = ["unshare", "--pid", "--fork", "--kill-child"]
    with Sender("http", collector.http, "pid", prefix=prefix) as sender:
        sender.send("inside")
        found = resource(tmp_path, "inside")
        children = pathlib.Path(f"/proc/{sender.process.pid}/task/{sender.process.pid}/children")
        assert_is(found, int(children.read_text()))
        assert int(found["process.vpid"]) == 1


def test_other_process_in_the_resource_is_left_alone(start, tmp_path):
    collector = start(configuration(tmp_path))
    message = spans(name="other")
    pair = message.resource_spans[0].resource.attributes.add()
    pair.key, pair.value.int_value = "process.pid", 999_999_999
    with contextlib.closing(post(collector, message)):
        found = wait_until(lambda: list(resources(tmp_path).values()), "a span in the file")[0]
    assert int(found["process.pid"]) == 999_999_999
    assert "process.creation.time" not in found
    assert collector.metric("swiftlet_process_identity_identified_batches") == 1


@pytest.fixture
def neighbour():
    """A network namespace with a cable to this one: its name, this end's address."""
    name = f"idtest{os.getpid()}"
    inner, outer = f"idi{os.getpid()}", f"ido{os.getpid()}"
    run = lambda *words: subprocess.run(words, check=True, capture_output=True)
    run("ip", "netns", "add", name)
    try:
        run("ip", "link", "add", outer, "type", "veth", "peer", "name", inner, "netns", name)
        run("ip", "address", "add", "10.213.77.1/30", "dev", outer)
        run("ip", "link", "set", outer, "up")
        run("ip", "-n", name, "address", "add", "10.213.77.2/30", "dev", inner)
        run("ip", "-n", name, "link", "set", inner, "up")
        yield name, "10.213.77.1"
    finally:
        run("ip", "netns", "delete", name)


@root_only
@pytest.mark.skipif(not shutil.which("ip"), reason="there is no ip")
def test_other_network_is_left_alone_and_own_address_is_not(start, tmp_path, neighbour):
    name, address = neighbour
    config = configuration(tmp_path)
    port = free_port()
    config["receivers"] = {"otlp": {"protocols": {"http": {"endpoint": f"0.0.0.0:{port}"}}}}
    collector = start(config)
    with Sender("http", f"http://{address}:{port}", prefix=["ip", "netns", "exec", name]) as sender:
        sender.send("elsewhere")
        assert "process.pid" not in resource(tmp_path, "elsewhere")
    with Sender("http", f"http://{address}:{port}") as sender:
        sender.send("here")
        assert_is(resource(tmp_path, "here"), sender.process.pid)
    assert collector.metric("swiftlet_process_identity_unidentified_batches", reason="remote") == 1


def test_heir_of_a_connection_is_not_its_sender(start, tmp_path):
    """A process that was forked behind the connection holds the same socket and has the higher number."""
    collector = start(configuration(tmp_path))
    connection = http.client.HTTPConnection("127.0.0.1", collector.http_port)
    connection.connect()
    time.sleep(0.05)
    heir = subprocess.Popen(["sleep", "60"], pass_fds=[connection.sock.fileno()])
    try:
        post(collector, spans(), connection)
        found = wait_until(lambda: list(resources(tmp_path).values()), "a span in the file")[0]
        assert_is(found, os.getpid())
    finally:
        connection.close()
        heir.kill()
        heir.wait()


def post(collector, message, connection=None):
    connection = connection or http.client.HTTPConnection("127.0.0.1", collector.http_port)
    connection.request(
        "POST", "/v1/traces", message.SerializeToString(), {"content-type": "application/x-protobuf"}
    )
    assert connection.getresponse().status == 200
    return connection


def post_and_close(port, name):
    """Sends a span and closes without waiting for the answer, as nobody else should."""
    body = spans(1, name=name).SerializeToString()
    head = (
        "POST /v1/traces HTTP/1.1\r\nHost: x\r\nContent-Type: application/x-protobuf\r\n"
        f"Content-Length: {len(body)}\r\nConnection: close\r\n\r\n"
    )
    with socket.create_connection(("127.0.0.1", port)) as connection:
        connection.sendall(head.encode() + body)


HASTY = """
import sys
sys.path[:0] = sys.argv[2:]
from test_identity import post_and_close
sys.stdin.readline()
post_and_close(int(sys.argv[1]), "gone")
"""


@root_only
def test_who_closes_at_once_is_known_from_the_kernel(start, tmp_path):
    config = configuration(tmp_path)
    port = free_port()
    config["receivers"] = {
        "otlp": {"protocols": {"http": {"endpoint": f"127.0.0.1:{port}"}}},
        "ebpf": {"process": {}, "network": {}},
    }
    config["exporters"]["nop"] = {}
    config["service"]["pipelines"] = {
        "traces": config["service"]["pipelines"]["traces"],
        "logs": {"receivers": ["ebpf"], "exporters": ["nop"]},
    }
    collector = start(config, http=port)
    for number in range(20):
        post_and_close(collector.http_port, f"alive-{number}")
    for number in range(20):
        assert_is(resource(tmp_path, f"alive-{number}"), os.getpid())
    folder = pathlib.Path(__file__).parent
    hasty = subprocess.Popen(
        [sys.executable, "-c", HASTY, str(port), str(folder), str(folder.parent)],
        stdin=subprocess.PIPE,
        text=True,
    )
    executable = os.path.realpath(sys.executable)
    hasty.communicate("\n")
    found = resource(tmp_path, "gone")
    assert int(found["process.pid"]) == hasty.pid
    assert found["process.executable.path"] == executable
    name = "swiftlet_process_identity_unidentified_batches"
    assert collector.metric(name) == 0


def test_who_closes_at_once_is_counted_as_such(start, tmp_path):
    config = configuration(tmp_path)
    config["processors"]["process_identity"]["timeout"] = "10s"
    collector = start(config)
    for number in range(20):
        post_and_close(collector.http_port, f"closed-{number}")
    name = "swiftlet_process_identity_{}identified_batches"
    wait_until(
        lambda: collector.metric(name.format("")) + collector.metric(name.format("un"), reason="closed") == 20,
        "identified, or counted as closed",
    )
