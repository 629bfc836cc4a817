"""Lookups of real programs in a network namespace, against a server that does as it is told."""
import hashlib
import json
import os
import pathlib
import shutil
import subprocess
import sys
import textwrap
import time

import pytest

from collector import wait_until
from dns_server import SLOW, address_of
from observed import Observed

HERE = pathlib.Path(__file__).parent
SPACE = f"swiftlet-dns-{os.getpid()}"
# Programs see all lookups of the machine: others that run these tests ask for other names.
DOMAIN = f"t{os.getpid()}.example"

pytestmark = pytest.mark.skipif(os.geteuid() != 0, reason="cgroup_skb: loading programs takes root")


def run(*arguments):
    subprocess.run(arguments, check=True, capture_output=True, text=True)


@pytest.fixture(scope="module")
def space():
    """A network namespace with a server on port 53 of its loopback, and a resolv.conf that names it."""
    folder = pathlib.Path("/etc/netns") / SPACE
    run("ip", "netns", "add", SPACE)
    try:
        run("ip", "netns", "exec", SPACE, "ip", "link", "set", "lo", "up")
        folder.mkdir(parents=True)
        (folder / "resolv.conf").write_text("nameserver 127.0.0.1\noptions timeout:1 attempts:1\n")
        (folder / "nsswitch.conf").write_text("hosts: dns\n")
        server = subprocess.Popen(
            ["ip", "netns", "exec", SPACE, sys.executable, HERE / "dns_server.py", "53", "127.0.0.1", "::1"],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
        )
        assert server.stdout.readline() == b"ready\n"
        yield SPACE
        server.stdin.close()
        server.wait(10)
    finally:
        shutil.rmtree(folder, ignore_errors=True)
        run("ip", "netns", "del", SPACE)


PRELUDE = """
import os, select, socket, struct, sys, time
sys.path.insert(0, {here!r})
from dns_server import query
DOMAIN = {domain!r}
def told(**facts):
    import json
    print(json.dumps(dict(facts, pid=os.getpid())))
"""


def client(space, code):
    """Runs Python code in the namespace; returns what it told."""
    source = PRELUDE.format(here=str(HERE), domain=DOMAIN) + textwrap.dedent(code)
    done = subprocess.run(
        ["ip", "netns", "exec", space, sys.executable, "-c", source], capture_output=True, text=True, timeout=60
    )
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout) if done.stdout else {}


@pytest.fixture
def observed(start, tmp_path):
    """A collector that tells of this run's names only."""
    return Observed(start, tmp_path, dns={"timeout": "1s", "include_suffixes": [DOMAIN]})


def of(records, label):
    """The one record of a name, by its first label."""
    found = [one for one in records if one["dns.question.name"] == f"{label}.{DOMAIN}"]
    assert len(found) == 1, (label, found)
    return found[0]


def test_getaddrinfo_asks_for_both_kinds_of_addresses(observed, space):
    facts = client(
        space,
        """
        found = socket.getaddrinfo("WwW." + DOMAIN.upper(), 80, type=socket.SOCK_STREAM)
        told(addresses=sorted(one[4][0] for one in found))
        """,
    )
    records = observed.wait_for("dns.lookup", lambda found: len(found) >= 2)
    assert sorted(one["dns.question.type"] for one in records) == ["A", "AAAA"]
    for one in records:
        assert one["dns.question.name"] == f"www.{DOMAIN}"
        assert one["process.pid"] == facts["pid"]
        assert one["process.executable.name"].startswith("python3")
        assert one["server.address"] == "127.0.0.1" and one["server.port"] == 53
        assert one["dns.response_code"] == "NOERROR" and "error.type" not in one
    assert sorted(a for one in records for a in one["dns.answers"]) == facts["addresses"]


def test_answers_and_failures_are_told_as_they_were(observed, space):
    facts = client(
        space,
        """
        client = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        client.settimeout(5)
        took = {}
        for number, (name, kind) in enumerate([
            ("plain", 1), ("cname", 1), ("nx", 1), ("servfail", 28), ("refused", 1), ("slow", 1), ("text", 16)]):
            began = time.monotonic()
            client.sendto(query(number, name + "." + DOMAIN, kind), ("127.0.0.1", 53))
            client.recv(4096)
            took[name] = time.monotonic() - began
        began = time.monotonic()
        client.sendto(query(99, "drop." + DOMAIN), ("127.0.0.1", 53))
        time.sleep(0.5)
        client.sendto(query(99, "drop." + DOMAIN), ("127.0.0.1", 53))
        told(took=took, began=began)
        """,
    )
    records = observed.wait_for("dns.lookup", lambda found: len(found) >= 8)
    waited = time.monotonic() - facts["began"]
    assert len(records) == 8
    for name, seconds in facts["took"].items():
        assert 0 < of(records, name)["dns.lookup.duration"] <= seconds, name
    plain = of(records, "plain")
    assert plain["dns.answers"] == [str(address_of(f"plain.{DOMAIN}", 1))]
    assert of(records, "cname")["dns.answers.data"] == ["target.example"]
    assert of(records, "nx")["error.type"] == "NXDOMAIN"
    assert of(records, "servfail")["error.type"] == "SERVFAIL"
    assert of(records, "servfail")["dns.question.type"] == "AAAA"
    assert of(records, "refused")["error.type"] == "REFUSED"
    assert of(records, "slow")["dns.lookup.duration"] >= SLOW
    assert "dns.answers" not in of(records, "text")
    dropped = of(records, "drop")
    assert dropped["error.type"] == "timeout" and dropped["dns.lookup.attempts"] == 2
    # The second query waits for as long as is configured.
    assert 1.5 <= dropped["dns.lookup.duration"] < waited
    observed.collector.stop()
    points = observed.points("dns.lookup.duration")
    counts = {(key["dns.question.type"], key.get("error.type")): int(point["count"]) for key, point in points}
    # All lookups of the machine are counted, whoever's they are.
    assert counts.pop(("A", None)) >= 3
    for key in [("A", "NXDOMAIN"), ("AAAA", "SERVFAIL"), ("A", "REFUSED"), ("TXT", None), ("A", "timeout")]:
        assert counts[key] >= 1


def test_a_truncated_answer_is_followed_by_a_lookup_over_tcp(observed, space):
    facts = client(
        space,
        """
        def ask():
            return socket.gethostbyname("big." + DOMAIN)
        told(address=ask())
        """,
    )
    records = observed.wait_for("dns.lookup", lambda found: len(found) >= 2)
    by_transport = {one["network.transport"]: one for one in records}
    assert len(records) == 2 and set(by_transport) == {"udp", "tcp"}
    assert by_transport["udp"]["dns.answers.truncated"] is True
    assert by_transport["tcp"]["dns.answers"] == [facts["address"]]
    assert {one["process.pid"] for one in records} == {facts["pid"]}


@pytest.mark.parametrize("family, address", [("AF_INET", "127.0.0.1"), ("AF_INET6", "::1")])
@pytest.mark.parametrize("way", ["connected", "unconnected", "stream"])
def test_every_kind_of_socket_is_seen(observed, space, family, address, way):
    facts = client(
        space,
        f"""
        kind = socket.SOCK_STREAM if {way!r} == "stream" else socket.SOCK_DGRAM
        client = socket.socket(socket.{family}, kind)
        client.settimeout(5)
        message = query(7, "{way}." + DOMAIN, 28)
        if {way!r} == "unconnected":
            client.sendto(message, ({address!r}, 53))
        else:
            client.connect(({address!r}, 53))
            client.send(struct.pack(">H", len(message)) + message if {way!r} == "stream" else message)
        client.recv(4096)
        told(port=client.getsockname()[1])
        """,
    )
    (one,) = observed.wait_for("dns.lookup", lambda found: found)
    assert one["process.pid"] == facts["pid"]
    assert one["server.address"] == address
    assert one["network.transport"] == ("tcp" if way == "stream" else "udp")
    assert one["network.type"] == ("ipv6" if ":" in address else "ipv4")
    assert one["dns.answers"] == [str(address_of(f"{way}.{DOMAIN}", 28))]


def test_lookups_of_one_segment_are_all_told(observed, space):
    """As the C library asks over TCP for both kinds of addresses."""
    facts = client(
        space,
        """
        both = [query(number, "both." + DOMAIN, kind) for number, kind in ((1, 1), (2, 28))]
        with socket.create_connection(("127.0.0.1", 53)) as client:
            client.sendall(b"".join(struct.pack(">H", len(one)) + one for one in both))
            got = b""
            while got.count(b"both") < 2:
                got += client.recv(4096)
        told()
        """,
    )
    records = observed.wait_for("dns.lookup", lambda found: len(found) >= 2)
    assert {one["dns.question.type"] for one in records} == {"A", "AAAA"}
    assert all(one["dns.response_code"] == "NOERROR" and one["process.pid"] == facts["pid"] for one in records)


@pytest.mark.parametrize("address", ["127.0.0.1", "::1"])
def test_a_length_in_a_segment_of_its_own_belongs_to_the_message_behind_it(observed, space, address):
    """By itself, behind another message, and for answers too; the last question comes as most do."""
    facts = client(
        space,
        f"""
        def framed(number, name):
            message = query(number, name + "." + DOMAIN)
            return [struct.pack(">H", len(message)), message]
        first, second, third, last = (framed(*one) for one in enumerate(["alone1", "alone2", "both", "alone3"]))
        parts = [first[0], first[1], *second, third[0] + third[1] + last[0], last[1], b"".join(framed(9, "plain"))]
        with socket.create_connection(({address!r}, 53)) as client:
            client.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            got = b""
            for part in parts:
                client.sendall(part)
            while got.count(b"example") < 5:
                got += client.recv(4096)
        told()
        """,
    )
    records = observed.wait_for("dns.lookup", lambda found: len(found) >= 5)
    names = sorted(one["dns.question.name"].split(".")[0] for one in records)
    assert names == ["alone1", "alone2", "alone3", "both", "plain"]
    for one in records:
        assert one["dns.response_code"] == "NOERROR" and one["process.pid"] == facts["pid"], one
        assert one["network.transport"] == "tcp"
        assert one["dns.answers"] == [str(address_of(one["dns.question.name"], 1))]
    assert observed.outcome("dns/answer", "malformed") == 0


def test_a_thousand_lookups_are_a_thousand_records(observed, space):
    facts = client(
        space,
        """
        clients = []
        for index in range(4):
            if os.fork() == 0:
                client = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
                client.connect(("127.0.0.1", 53))
                client.settimeout(5)
                for number in range(250):
                    client.send(query(number, f"host{index}x{number}." + DOMAIN))
                    client.recv(4096)
                os._exit(0)
        for _ in range(4):
            os.wait()
        """,
    )
    records = observed.wait_for("dns.lookup", lambda found: len(found) >= 1000, seconds=30)
    assert len(records) == 1000
    names = {one["dns.question.name"] for one in records}
    assert names == {f"host{index}x{number}.{DOMAIN}" for index in range(4) for number in range(250)}
    askers = {}
    for one in records:
        askers.setdefault(one["process.pid"], set()).add(one["dns.question.name"].split("x")[0])
        assert one["dns.lookup.attempts"] == 1 and "error.type" not in one
    assert sorted(askers.values(), key=str) == [{f"host{index}"} for index in range(4)]
    for program in ("dns/query", "dns/answer"):
        # The account follows within a second. Others may look up something meanwhile: what is under way is part of it.
        wait_until(lambda: observed.is_accounted(program, 1000), f"{program}: all produced is delivered or under way")
    observed.collector.stop()
    counts = {
        key["dns.question.type"]: int(point["count"])
        for key, point in observed.points("dns.lookup.duration")
        if "error.type" not in key
    }
    assert counts["A"] >= 1000


def test_other_ports_and_other_messages_are_no_lookups(observed, space):
    client(
        space,
        """
        server = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        server.bind(("127.0.0.1", 0))
        client = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        client.sendto(query(1, "other." + DOMAIN), server.getsockname())
        client.sendto(b"", ("127.0.0.1", 53))
        client.sendto(b"short", ("127.0.0.1", 53))
        client.sendto(b"\\xff" * 300, ("127.0.0.1", 53))
        client.settimeout(5)
        client.sendto(query(2, "last." + DOMAIN), ("127.0.0.1", 53))
        client.recv(4096)
        """,
    )
    (one,) = observed.wait_for("dns.lookup", lambda found: found)
    assert one["dns.question.name"] == f"last.{DOMAIN}"


def test_names_can_be_hashed_and_left_out(start, tmp_path, space):
    observed = Observed(start, tmp_path, dns={"question_names": "hashed", "include_suffixes": [f"b.{DOMAIN}"]})
    client(
        space,
        """
        client = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        for number, name in enumerate(["www.a.", "www.b."]):
            client.sendto(query(number, name + DOMAIN), ("127.0.0.1", 53))
            client.recv(4096)
        """,
    )
    (one,) = observed.wait_for("dns.lookup", lambda found: found)
    digest = hashlib.sha256(f"www.b.{DOMAIN}".encode()).hexdigest()
    assert one["dns.question.name"] == digest[:16] and "dns.answers" not in one
