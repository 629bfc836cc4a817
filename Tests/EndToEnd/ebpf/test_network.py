"""The network capability against the real kernel: what it tells equals what programs did."""
import collections
import json
import os
import pathlib
import re
import socket
import subprocess
import sys
import time

import pytest

from collector import wait_until

HERE = pathlib.Path(__file__).resolve().parent
TALKER = HERE / "programs" / "network_talker.py"
# Metrics are of the whole system: others that run these tests use other ports, below those that the kernel gives.
PORT = 10_000 + os.getpid() % 10_000
CLOSED = PORT + 10_000

pytestmark = pytest.mark.skipif(
    os.geteuid() != 0 or not os.path.exists("/sys/kernel/btf/vmlinux"),
    reason="tp_btf hooks need root and a kernel with BTF")


def value(attribute):
    """An attribute's value in OTLP/JSON as Python has it."""
    kind, content = next(iter(attribute["value"].items()))
    return int(content) if kind == "intValue" else content


def attributes(of):
    return {one["key"]: value(one) for one in of.get("attributes", [])}


class Watch:
    """A collector that tells of the network, and what it has told."""

    def __init__(self, start, folder, others=None, **settings):
        self.files = {signal: folder / f"{signal}.json" for signal in ("logs", "metrics")}
        network = {"collection_interval": "300ms", **settings}
        self.collector = start({
            "receivers": {"ebpf": {"network": network, **(others or {})}},
            "exporters": {f"file/{signal}": {"path": str(path)} for signal, path in self.files.items()},
            "service": {"pipelines": {
                signal: {"receivers": ["ebpf"], "exporters": [f"file/{signal}"]} for signal in self.files}},
        })
        # A collector that is ready has its programs attached, and has listed the sockets that were there.
        assert "programs run" in self.collector.log(), self.collector.log()
        assert "tells less than is configured" not in self.collector.log(), self.collector.log()

    def stop(self, truths=(), namespaces=()):
        """Stops the collector once these connections are at an end, and all of these namespaces."""
        truths = [truth for truth in truths if "packets" not in truth]  # datagrams have no end
        ports = {one[1] for truth in truths for one in (truth.get("local"), truth.get("remote")) if one}
        ports |= {truth["port"] for truth in truths if "port" in truth}
        wait_until(lambda: not closing(ports), f"at an end: {ports}")
        for name in namespaces:
            wait_until(lambda: not closing(None, name), f"at an end: all of {name}")
        self.collector.stop()
        self.flows = list(self._records("network.flow"))
        self.listeners = list(self._records("network.listener"))
        return self

    def _lines(self, signal):
        if self.files[signal].exists():
            for line in self.files[signal].read_text().splitlines():
                yield json.loads(line)

    def _records(self, event):
        for request in self._lines("logs"):
            for resource in request["resourceLogs"]:
                for scope in resource["scopeLogs"]:
                    for record in scope["logRecords"]:
                        if record.get("eventName") == event:
                            assert scope["scope"]["name"] == "swiftlet/ebpf/network"
                            yield {**attributes(record), "resource": attributes(resource["resource"])}

    def of(self, *pids):
        return [flow for flow in self.flows if flow["process.pid"] in pids]

    def between(self, truth):
        """The records of the owner of this end of a connection, in order."""
        return [flow for flow in self.of(truth["pid"]) if near(flow) == end(truth["local"]) and far(flow) == end(truth["remote"])]

    def points(self, name):
        """The last values of a metric's series: (attributes, value)."""
        last = {}
        for request in self._lines("metrics"):
            for resource in request["resourceMetrics"]:
                for scope in resource["scopeMetrics"]:
                    for metric in scope["metrics"]:
                        if metric["name"] != name:
                            continue
                        data = metric.get("sum") or metric.get("gauge") or metric.get("histogram")
                        for point in data["dataPoints"]:
                            known = attributes(point)
                            key = json.dumps([attributes(resource["resource"]), known], sort_keys=True)
                            last[key] = (known, int(point.get("asInt", point.get("count", 0))))
        return list(last.values())

    def total(self, name, **wanted):
        wanted = {key.replace("__", "."): text for key, text in wanted.items()}
        return sum(number for known, number in self.points(name) if wanted.items() <= known.items())


def closing(ports, namespace=None):
    """The connections with one of these ports that still wait for a segment or for their owner to close them."""
    inside = ["ip", "netns", "exec", namespace] if namespace else []
    lines = subprocess.run([*inside, "ss", "-Htan"], check=True, capture_output=True, text=True).stdout.splitlines()
    found = [line.split() for line in lines]
    return [
        one
        for one in found
        if one[0] in ("FIN-WAIT-1", "FIN-WAIT-2", "CLOSING", "LAST-ACK", "CLOSE-WAIT")
        and (ports is None or {int(address.rpartition(":")[2]) for address in one[3:5]} & ports)
    ]


def end(pair):
    return (pair[0], pair[1])


def near(flow):
    side = "destination" if flow.get("network.flow.role") == "server" else "source"
    return (flow.get(f"{side}.address"), flow[f"{side}.port"])


def far(flow):
    side = "source" if flow.get("network.flow.role") == "server" else "destination"
    return (flow.get(f"{side}.address"), flow[f"{side}.port"])


@pytest.fixture
def watch(start, tmp_path):
    return lambda **settings: Watch(start, tmp_path, **settings)


def talk(*arguments, namespace=None):
    """Runs the talker to its end; returns what it tells."""
    inside = ["ip", "netns", "exec", namespace] if namespace else []
    done = subprocess.run(
        [*inside, sys.executable, str(TALKER), *map(str, arguments)],
        stdout=subprocess.PIPE, timeout=120, check=True, text=True)
    return [json.loads(line) for line in done.stdout.splitlines()]


def assert_same(truth, records):
    """The records are of one flow, and their sums are the program's."""
    assert records, truth
    assert len({one["network.flow.id"] for one in records}) == 1
    sums = {
        key: sum(one[f"network.io.{key}"] for one in records) for key in ("transmit", "receive")}
    assert sums == {"transmit": truth["sent"], "receive": truth["received"]}, truth
    assert records[-1]["network.flow.total.transmit"] >= truth["sent"]


@pytest.mark.parametrize("address", ["127.0.0.1", "::1"])
def test_every_byte_of_a_connection_however_it_is_sent_or_read(watch, address):
    watching = watch()
    truths = talk("pair", address, 54321)
    watching.stop(truths)
    assert len(truths) == 2
    for truth in truths:
        records = watching.between(truth)
        assert len(records) == 1
        assert_same(truth, records)
        record = records[0]
        assert record["network.flow.state"] == "ended"
        assert record["network.flow.role"] == truth["role"]
        assert record["network.transport"] == "tcp"
        assert record["network.type"] == ("ipv6" if ":" in address else "ipv4")
        assert "error.type" not in record
        assert record["tcp.rtt"] > 0
        assert (record.get("tcp.connect.duration", 0) > 0) == (truth["role"] == "client")
    # Each knows the other's process.
    by_role = {truth["role"]: truth["pid"] for truth in truths}
    server = [flow for flow in watching.of(by_role["server"]) if flow["network.flow.role"] == "server"][0]
    client = [flow for flow in watching.of(by_role["client"]) if flow["network.flow.role"] == "client"][0]
    assert {server.get("peer.process.pid"), client.get("peer.process.pid")} & set(by_role.values())


def test_an_ipv6_socket_with_an_ipv4_peer(watch):
    watching = watch()
    (truth,) = talk("mapped")
    watching.stop([truth])
    records = [flow for flow in watching.between(truth) if flow["network.flow.role"] == "client"]
    assert len(records) == 1
    assert records[0]["network.type"] == "ipv4"
    assert_same(truth, records)


def test_every_one_of_many_connections(watch):
    watching = watch()
    truths = talk("storm", 3000, 321)
    watching.stop(truths)
    for truth in truths:
        records = [flow for flow in watching.of(truth["pid"]) if flow["network.flow.role"] == truth["role"]]
        assert len(records) == truth["count"]
        assert len({flow["network.flow.id"] for flow in records}) == truth["count"]
        assert sum(flow["network.io.transmit"] for flow in records) == truth["sent"]
        assert sum(flow["network.io.receive"] for flow in records) == truth["received"]
    client = next(truth for truth in truths if truth["role"] == "client")
    port = [flow["server.port"] for flow in watching.of(client["pid"])][0]
    assert watching.total("tcp.client.connects", server__port=port, outcome="success") == 3000
    assert watching.total("tcp.client.connect.duration", server__port=port) == 3000
    assert watching.total(
        "network.flow.io", server__port=port, network__flow__role="client",
        network__io__direction="transmit") == client["sent"]
    assert watching.total(
        "network.flow.io", server__port=port, network__flow__role="server",
        network__io__direction="receive") == client["sent"]


def test_a_listener_that_hands_its_sockets_to_children(watch):
    watching = watch()
    truths = talk("children", 20)
    watching.stop(truths)
    assert len(truths) == 30
    for truth in truths:
        records = [flow for flow in watching.between(truth) if flow["network.flow.role"] == "server"]
        assert len(records) == 1, (truth, [flow for flow in watching.flows if end(truth["remote"]) == far(flow)])
        assert records[0]["network.io.transmit"] == truth["sent"]
        assert records[0]["network.io.receive"] == truth["received"]
        assert records[0]["network.flow.state"] == ("owner_changed" if truth["role"] == "parent" else "ended")


@pytest.mark.parametrize("address", ["127.0.0.1", "::1", "::"])
def test_listening_sockets(watch, address):
    family = socket.AF_INET6 if ":" in address else socket.AF_INET
    with socket.socket(family) as before:
        before.bind((address, 0))
        before.listen()
        watching = watch()
        with socket.socket(family) as new:
            new.bind((address, 0))
            new.listen()
            ports = [one.getsockname()[1] for one in (before, new)]
    watching.stop()
    told = [
        (one["server.port"], one["network.listener.state"]) for one in watching.listeners if one["server.port"] in ports
    ]
    assert sorted(told) == sorted(
        [(ports[0], "existing"), (ports[0], "closed"), (ports[1], "opened"), (ports[1], "closed")])
    for one in watching.listeners:
        if one["server.port"] in ports:
            assert one["process.pid"] == os.getpid()
            assert one["server.address"] == address
            assert one["network.type"] == ("ipv6" if ":" in address else "ipv4")


def test_connections_that_are_refused(watch):
    watching = watch()
    truths = talk("attempt", "127.0.0.1", CLOSED) + talk("attempt", "::1", CLOSED)
    watching.stop(truths)
    for truth in truths:
        assert truth["error"] == "ECONNREFUSED"
        (record,) = watching.of(truth["pid"])
        assert record["network.flow.state"] == "failed"
        assert record["error.type"] == "connection_refused"
        assert far(record) == end(truth["remote"])
        assert record["network.io.transmit"] == record["network.io.receive"] == 0
    assert watching.total("tcp.client.connects", error__type="connection_refused", server__port=CLOSED) == 2


def test_resets_and_who_sent_them(watch):
    watching = watch()
    truths = talk("resets")
    watching.stop(truths)
    expected = {"server": ("receive", "transmit"), "client": ("transmit", "receive"), "unread": ("receive", "transmit")}
    for truth in truths:
        mine = [flow for flow in watching.of(truth["pid"]) if truth["local"][1] in (near(flow)[1], far(flow)[1])]
        by_role = {flow["network.flow.role"]: flow for flow in mine}
        assert len(mine) == 2
        assert (by_role["client"]["tcp.reset"], by_role["server"]["tcp.reset"]) == expected[truth["how"]]
        assert by_role["client"]["network.io.transmit"] == truth["sent"]
        assert by_role["server"]["network.io.receive"] == 100
        if truth["how"] == "server":
            assert by_role["client"]["error.type"] == "connection_reset"
    assert watching.total("tcp.resets", network__io__direction="receive") >= 3


def test_sockets_older_than_the_collector(watch):
    talker = subprocess.Popen(
        [sys.executable, str(TALKER), "old", "20"], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
    assert json.loads(talker.stdout.readline())["role"] == "ready"
    watching = watch()
    output, _ = talker.communicate("go\n", timeout=30)
    truths = [json.loads(line) for line in output.splitlines()]
    watching.stop(truths)
    assert len(truths) == 22
    for truth in truths:
        records = watching.between(truth)
        last = records[-1]
        assert last["network.flow.state"] == "ended", truth
        assert last["network.flow.total.transmit"] == truth["sent"], truth
        assert last["network.flow.total.receive"] == truth["received"], truth
        assert sum(one["network.io.transmit"] for one in records) == truth["new_sent"]
        assert sum(one["network.io.receive"] for one in records) == truth["new_received"]
        if truth["role"] == "client":
            assert [one["network.flow.state"] for one in records] == ["existing", "ended"]
            assert all(one["network.flow.role"] == "client" for one in records)
            assert all(one["network.flow.older"] for one in records)
        if truth["role"] == "fresh":
            assert last["network.flow.role"] == "server"


def test_a_connection_that_lasts_is_one_flow(watch):
    watching = watch(active_interval="1s")
    (truth,) = talk("steady", 35, 0.1)
    watching.stop([truth])
    records = [flow for flow in watching.between(truth) if flow["network.flow.role"] == "client"]
    assert_same(truth, records)
    states = [one["network.flow.state"] for one in records]
    assert states[-1] == "ended" and set(states[:-1]) == {"active"}
    assert 2 <= len(states[:-1]) <= 4
    assert records[-1]["network.flow.total.transmit"] == truth["sent"]
    port = truth["remote"][1]
    assert watching.total("tcp.client.connects", server__port=port) == 1


def test_a_connection_that_outlives_the_collector(watch):
    watching = watch()
    talker = subprocess.Popen(
        [sys.executable, str(TALKER), "lasting"], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
    before = json.loads(talker.stdout.readline())
    watching.stop()
    output, _ = talker.communicate("go\n", timeout=30)
    records = [flow for flow in watching.of(talker.pid) if flow["network.flow.role"] == "client"]
    assert [one["network.flow.state"] for one in records] == ["active"]
    assert records[0]["network.io.transmit"] == before["sent"] < json.loads(output)["sent"]


@pytest.mark.parametrize("address", ["127.0.0.1", "::1"])
def test_every_datagram(watch, address):
    watching = watch()
    truths = talk("datagrams", address, 5)
    watching.stop(truths)
    for truth in truths:
        records = [
            flow for flow in watching.of(truth["pid"])
            if flow["network.transport"] == "udp" and near(flow)[1] == truth["local"][1]
            and far(flow) == end(truth["remote"])]
        assert records, truth
        assert sum(one["network.io.transmit"] for one in records) == truth["sent"]
        assert sum(one["network.io.receive"] for one in records) == truth["received"]
        assert sum(one["network.packets.transmit"] for one in records) == truth["packets"]
        assert sum(one["network.packets.receive"] for one in records) == truth["packets"]
        assert records[-1]["network.flow.role"] == truth["role"]


@pytest.mark.parametrize("address", ["127.0.0.1", "::1"])
def test_a_first_datagram_that_is_refused(watch, address):
    watching = watch()
    (truth,) = talk("refused_datagram", address, CLOSED)
    watching.stop([truth])
    assert truth["error"] == "ECONNREFUSED"
    (record,) = watching.of(truth["pid"])
    assert record["network.transport"] == "udp" and far(record) == end(truth["remote"])
    assert record["error.type"] == "connection_refused"
    assert record["network.io.transmit"] == truth["sent"] and record["network.io.receive"] == 0


def test_loopback_can_be_left_out(watch):
    watching = watch(loopback=False)
    talk("pair", "127.0.0.1", 1)
    talk("pair", "::1", 1)
    watching.stop()
    assert not [flow for flow in watching.flows if "127.0.0.1" in (near(flow)[0], far(flow)[0])]
    assert not [flow for flow in watching.flows if "::1" in (near(flow)[0], far(flow)[0])]


def test_metrics_by_the_names_of_obi(watch):
    watching = watch(metric_names="obi")
    truths = talk("pair", "127.0.0.1", 1000)
    talk("attempt", "127.0.0.1", CLOSED)
    watching.stop(truths)
    client = next(truth for truth in truths if truth["role"] == "client")
    port = client["remote"][1]
    # Both ends are on this machine, and each counts what it sends.
    assert watching.total("obi.network.flow.bytes", server__port=port, direction="request", iface__direction="egress") == client["sent"]
    assert watching.total("obi.stat.tcp.failed.connections", reason="connection_refused", server__port=CLOSED) == 1
    assert watching.total("obi.stat.tcp.rtt", server__port=port) == 2
    assert not watching.points("network.flow.io")


# Network namespaces: a client's and a server's, joined by a veth pair.


def ip(*arguments, namespace=None):
    inside = ["netns", "exec", namespace, "ip"] if namespace else []
    subprocess.run(["ip", *inside, *map(str, arguments)], check=True)


@pytest.fixture
def namespaces():
    """Two namespaces with the addresses 10.99.0.1 and 10.99.0.2."""
    names = [f"swiftlet-{os.getpid()}-{side}" for side in ("a", "b")]
    made = []
    try:
        for name in names:
            ip("netns", "add", name)
            made.append(name)
        ip("link", "add", "veth0", "type", "veth", "peer", "name", "veth1", "netns", names[1], namespace=names[0])
        for number, name in enumerate(names):
            ip("addr", "add", f"10.99.0.{number + 1}/24", "dev", f"veth{number}", namespace=name)
            ip("link", "set", f"veth{number}", "up", namespace=name)
            ip("link", "set", "lo", "up", namespace=name)
            # Segments as they are on a wire, so that each can be lost by itself.
            ip("link", "set", "dev", f"veth{number}", "gso_max_segs", "1", namespace=name)
            subprocess.run(
                ["ip", "netns", "exec", name, "sysctl", "-qw", "net.ipv4.tcp_syn_retries=1"], check=True)
        yield names
    finally:
        for name in made:
            ip("netns", "del", name)


def counter(namespace, name):
    """One of the kernel's own counters of a namespace."""
    text = subprocess.run(
        ["ip", "netns", "exec", namespace, "nstat", "-asz", name], check=True, capture_output=True, text=True).stdout
    return int(re.search(rf"^{name}\s+(\d+)", text, re.M)[1])


@pytest.fixture
def lossy(namespaces, tmp_path):
    """The server's interface loses every fifth segment with data."""
    clang = pathlib.Path(os.environ.get("CLANG", "clang"))
    program, pin = tmp_path / "drop.o", f"/sys/fs/bpf/{namespaces[0]}"
    subprocess.run(
        [str(clang), "-O2", "-g", "-target", "bpf", "-mcpu=v3", "-idirafter", "/usr/include/x86_64-linux-gnu",
         "-c", str(HERE / "programs" / "drop.bpf.c"), "-o", str(program)], check=True)
    subprocess.run(["bpftool", "prog", "load", str(program), pin, "type", "xdp"], check=True)
    try:
        # `ip netns exec` has a /sys of its own, so that the interface is reached from outside.
        subprocess.run(
            ["nsenter", f"--net=/run/netns/{namespaces[1]}", "bpftool", "net", "attach", "xdpgeneric", "pinned", pin,
             "dev", "veth1"], check=True)
        yield namespaces
    finally:
        os.unlink(pin)


def test_loss_is_counted_as_the_kernel_counts_it(watch, lossy):
    watching = watch()
    before = [counter(name, "TcpRetransSegs") for name in lossy]
    server = subprocess.Popen(
        ["ip", "netns", "exec", lossy[1], sys.executable, str(TALKER), "serve", "10.99.0.2", str(PORT), "1000"],
        stdout=subprocess.PIPE, text=True)
    assert json.loads(server.stdout.readline())["role"] == "ready"
    (client,) = talk("send", "10.99.0.2", PORT, 400_000, namespace=lossy[0])
    truths = [client, *map(json.loads, server.communicate(timeout=30)[0].splitlines())]
    after = [counter(name, "TcpRetransSegs") for name in lossy]
    watching.stop(namespaces=lossy)
    assert client["retransmits"] > 10
    for index, truth in enumerate(truths):
        records = watching.between(truth)
        assert len(records) == 1
        assert_same(truth, records)
        assert records[0]["tcp.retransmits"] == after[index] - before[index]
    assert watching.between(client)[0]["tcp.retransmits"] == client["retransmits"]
    assert watching.total("tcp.retransmits", server__port=PORT) == sum(after) - sum(before)
    assert watching.total("network.packet.drops") > 0


def test_nobody_answers(watch, namespaces):
    ip("route", "add", "10.98.0.0/16", "via", "10.99.0.2", namespace=namespaces[0])
    ip("route", "add", "unreachable", "10.98.0.0/16", namespace=namespaces[1])
    subprocess.run(["ip", "netns", "exec", namespaces[1], "sysctl", "-qw", "net.ipv4.ip_forward=1"], check=True)
    ip("neigh", "add", "10.99.0.66", "lladdr", "02:00:00:00:00:01", "dev", "veth0", namespace=namespaces[0])
    watching = watch()
    started, before = time.monotonic(), counter(namespaces[0], "TcpRetransSegs")
    (lost,) = talk("attempt", "10.99.0.66", PORT, namespace=namespaces[0])
    seconds, repeated = time.monotonic() - started, counter(namespaces[0], "TcpRetransSegs") - before
    (unreachable,) = talk("attempt", "10.98.0.1", PORT, namespace=namespaces[0])
    (impatient,) = talk("attempt", "10.99.0.66", PORT, "0.2", namespace=namespaces[0])
    watching.stop(namespaces=namespaces)
    expected = [
        (lost, "ETIMEDOUT", "timed_out"), (unreachable, "EHOSTUNREACH", "host_unreachable"),
        (impatient, "GAVEUP", "canceled")]
    for truth, error, name in expected:
        assert truth["error"] == error
        (record,) = watching.of(truth["pid"])
        assert record["error.type"] == name and record["network.flow.state"] == "failed"
        assert far(record) == end(truth["remote"]) and near(record)[0] == "10.99.0.1"
        assert watching.total("tcp.client.connects", error__type=name, server__port=PORT) == 1
    (record,) = watching.of(lost["pid"])
    assert abs(record["network.flow.duration"] - seconds) < 1
    assert record["tcp.retransmits"] == repeated > 0
    assert record["network.namespace.inode"] == os.stat(f"/run/netns/{namespaces[0]}").st_ino


def test_a_host_that_is_told_to_be_unreachable_while_the_kernel_still_tries(watch, namespaces):
    ip("route", "add", "10.98.0.0/16", "via", "10.99.0.2", namespace=namespaces[0])
    ip("route", "add", "unreachable", "10.98.0.0/16", namespace=namespaces[1])
    subprocess.run(["ip", "netns", "exec", namespaces[1], "sysctl", "-qw", "net.ipv4.ip_forward=1"], check=True)
    watching = watch()
    (truth,) = talk("attempt_without_waiting", "10.98.0.1", PORT, namespace=namespaces[0])
    watching.stop(namespaces=namespaces)
    assert truth["error"] == "EHOSTUNREACH"
    (record,) = watching.of(truth["pid"])
    assert record["error.type"] == "host_unreachable" and record["network.flow.state"] == "failed"
    assert far(record) == end(truth["remote"])


def test_a_peer_has_the_name_that_was_looked_up(watch, namespaces):
    ip("addr", "add", "192.0.2.11/32", "dev", "veth1", namespace=namespaces[1])
    ip("route", "add", "192.0.2.0/24", "via", "10.99.0.2", namespace=namespaces[0])
    inside = [["ip", "netns", "exec", name, sys.executable] for name in namespaces]
    names = subprocess.Popen(
        [*inside[0], str(HERE / "dns_server.py"), "53", "127.0.0.1"], stdin=subprocess.PIPE, stdout=subprocess.PIPE)
    assert names.stdout.readline() == b"ready\n"
    watching = watch(others={"dns": {}})
    server = subprocess.Popen(
        [*inside[1], str(TALKER), "serve", "192.0.2.11", str(PORT), "10"], stdout=subprocess.PIPE, text=True)
    assert json.loads(server.stdout.readline())["role"] == "ready"
    (truth,) = talk("look_up_and_send", "web.example", PORT, 5000, namespace=namespaces[0])
    server.communicate(timeout=30)
    names.stdin.close()
    names.wait(10)
    watching.stop(namespaces=namespaces)
    assert truth["remote"][0] == "192.0.2.11"
    (record,) = watching.between(truth)
    assert record["server.address"] == "web.example"
    assert record["destination.address"] == "192.0.2.11"
    assert watching.total("network.flow.io", server__address="web.example", network__io__direction="transmit") == 5000
    # The server is on this machine too, in another namespace: its process is known by the socket that listens.
    assert record["peer.process.pid"] == server.pid
