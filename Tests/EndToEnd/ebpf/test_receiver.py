"""The ebpf receiver as a whole: privileges, report, loss, memory, start and stop."""
import contextlib
import json
import os
import pathlib
import re
import subprocess
import tempfile

import pytest

from collector import BINARY, ROOT, Collector, series, swiftlet, wait_until
from observed import UNDER_WAY, Observed

SECTIONS = {"process": {}, "network": {}, "dns": {}, "latency": {}}
KEPT = {1 << bit for bit in (2, 10, 19, 38, 39)}  # read search, low ports, ptrace, perfmon, bpf
NOBODY = ["setpriv", "--reuid=65534", "--regid=65534", "--clear-groups", "--no-new-privs"]

LOSSES = ("ring_full", "rate_limited", "map_full", "malformed", "refused")  # by the collector
MISSED = "missed"  # by the kernel, which did not tell of it

needs_root = pytest.mark.skipif(os.geteuid() != 0, reason="bpf(2) needs root")


def config(**options):
    return {
        "receivers": {"ebpf": {**SECTIONS, **options}},
        "processors": {},
        "exporters": {"nop": {}},
        "service": {
            "pipelines": {
                signal: {"receivers": ["ebpf"], "processors": [], "exporters": ["nop"]}
                for signal in ("logs", "metrics")
            }
        },
    }


def capabilities(pid):
    """The effective and permitted capabilities of all threads, each as a number."""
    found = set()
    for task in pathlib.Path(f"/proc/{pid}/task").iterdir():
        text = (task / "status").read_text()
        found |= {int(value, 16) for value in re.findall(r"^Cap(?:Eff|Prm):\s+(\w+)", text, re.M)}
    return found


@pytest.fixture
def start_as_nobody():
    """Starts collectors that run as another user, in a folder that anybody may use."""
    with tempfile.TemporaryDirectory(prefix="swiftlet-") as folder:
        os.chmod(folder, 0o777)
        started = []

        def begin(config, prefix):
            one = Collector(pathlib.Path(folder), config, prefix=prefix)
            started.append(one)
            return one.start()

        yield begin
        for one in started:
            try:
                if one.process.returncode is None:
                    one.stop()
            finally:
                one.kill()


def test_without_privileges_the_collector_runs_and_names_what_is_missing(start_as_nobody):
    collector = start_as_nobody(config(), prefix=NOBODY if os.geteuid() == 0 else [])
    assert "CAP_BPF and CAP_PERFMON" in collector.log()
    assert "AmbientCapabilities=" in collector.log()
    assert collector.log().count("tells less than is configured") == 1
    active = [line for line in collector.metrics_text().splitlines() if "ebpf_program_active" in line]
    assert active and all(line.endswith(" 0") for line in active if not line.startswith("#"))


def test_the_default_configuration_is_valid_without_privileges():
    prefix = NOBODY if os.geteuid() == 0 else []
    done = subprocess.run(
        [*prefix, str(BINARY), "validate", "--config", str(ROOT / "config/default.yaml")],
        capture_output=True,
        text=True,
    )
    assert done.returncode == 0, done.stderr


def test_probes_tells_without_privileges_what_would_turn_them_on():
    prefix = NOBODY if os.geteuid() == 0 else []
    done = subprocess.run([*prefix, str(BINARY), "probes"], capture_output=True, text=True)
    assert done.returncode == 0
    assert "CAP_BPF and CAP_PERFMON are missing" in done.stdout
    assert "To turn on what is off:" in done.stdout


def links():
    """The ids of all attachments."""
    done = subprocess.run(["bpftool", "--json", "link", "list"], capture_output=True, text=True, check=True)
    return {one["id"] for one in json.loads(done.stdout)}


def held_links():
    """The ids of the attachments that living processes hold."""
    found = set()
    for path in pathlib.Path("/proc").glob("[0-9]*/fdinfo/*"):
        with contextlib.suppress(OSError):  # others come and go
            found |= {int(one) for one in re.findall(r"^link_id:\s+(\d+)", path.read_text(), re.M)}
    return found


@needs_root
def test_probes_prints_a_line_for_each_program_and_leaves_nothing_attached():
    before = links()
    done = swiftlet("probes")
    assert done.returncode == 0, done.stderr
    lines = done.stdout.splitlines()
    assert lines[0].split() == ["CAPABILITY", "DUTY", "HOOK", "STATE"]
    for capability in SECTIONS:
        assert any(line.startswith(capability) and line.split()[-1] == "on" for line in lines), done.stdout
    # Others attach programs meanwhile, and hold them.
    wait_until(lambda: links() - before <= held_links(), "nothing is attached that nobody holds")


@needs_root
def test_probes_tries_what_a_configuration_asks_for(tmp_path):
    path = tmp_path / "config.yaml"
    path.write_text(
        "receivers: {ebpf: {latency: {}}}\nexporters: {nop: {}}\n"
        "service: {pipelines: {metrics: {receivers: [ebpf], exporters: [nop]}}}\n"
    )
    done = swiftlet("probes", "--config", path)
    assert done.returncode == 0, done.stderr
    assert {line.split()[0] for line in done.stdout.splitlines()[1:] if line} == {"latency"}


@needs_root
def test_root_gives_away_on_all_threads_what_nothing_needs(start):
    collector = start(config())
    assert "the kernel's programs run" in collector.log()
    for value in capabilities(collector.process.pid):
        assert value & ~sum(KEPT) == 0, hex(value)
        assert value == sum(KEPT)


@needs_root
def test_capabilities_are_kept_as_configured(start):
    collector = start(config(keep_capabilities=["CAP_DAC_OVERRIDE"]))
    assert capabilities(collector.process.pid) == {sum(KEPT) + 2}
    collector = start(config(drop_capabilities=False))
    assert all(value & 1 << 21 for value in capabilities(collector.process.pid))


@needs_root
def test_a_service_with_these_capabilities_alone_sees_everything(start_as_nobody):
    names = "bpf,perfmon,net_admin,sys_ptrace,dac_read_search"
    keep = "-all," + ",".join("+" + name for name in names.split(","))
    user = ["setpriv", "--reuid=65534", "--regid=65534", "--clear-groups", f"--inh-caps={keep}", f"--ambient-caps={keep}"]
    collector = start_as_nobody(config(), user)
    assert "tells less than is configured" not in collector.log(), collector.log()
    assert "the kernel's programs run" in collector.log()


@needs_root
def test_a_missing_capability_turns_off_only_what_needs_it(start):
    user = ["setpriv", "--bounding-set", "-net_admin"]
    collector = start(config(), prefix=user)
    assert "CAP_NET_ADMIN is missing" in collector.log()
    assert "the kernel's programs run" in collector.log()


@needs_root
def test_a_second_receiver_attaches_before_privileges_go(start):
    both = config()
    both["receivers"]["ebpf/two"] = {**SECTIONS, "keep_capabilities": ["CAP_DAC_OVERRIDE"]}
    for pipeline in both["service"]["pipelines"].values():
        pipeline["receivers"].append("ebpf/two")
    collector = start(both)
    states = {
        (labels["receiver"], labels["program"]): value
        for name, labels, value in series(collector.metrics_text())
        if name == "swiftlet_ebpf_program_active"
    }
    one, two = ({name[1]: on for name, on in states.items() if name[0] == each} for each in ("ebpf", "ebpf/two"))
    assert one == two and one["dns/query"] == 1
    assert capabilities(collector.process.pid) == {sum(KEPT) | 1 << 1}


@needs_root
def test_memory_stays_below_what_is_promised(start):
    collector = start(config())
    for _ in range(200):
        subprocess.run(["/bin/true"], check=True)
    wait_until(
        lambda: collector.metric("swiftlet_ebpf_events", outcome="delivered") >= 200, "told of all"
    )
    status = pathlib.Path(f"/proc/{collector.process.pid}/status").read_text()
    resident = int(re.search(r"^VmRSS:\s+(\d+) kB", status, re.M)[1])
    assert resident <= 60 * 1024, f"{resident} KiB"


@needs_root
def test_every_event_is_accounted_for(start, tmp_path):
    observed = Observed(start, tmp_path, process={}, latency={})
    for _ in range(500):
        subprocess.run(["/bin/true"], check=True)
    collector = observed.collector

    def counts():
        # Other processes of the host come and go meanwhile: what is under way is part of the account.
        found = series(collector.metrics_text())
        events = {}
        for name, labels, value in found:
            if name == "swiftlet_ebpf_events":
                events[labels["outcome"]] = events.get(labels["outcome"], 0) + value
        under_way = sum(value for name, _, value in found if name in UNDER_WAY)
        return events, under_way

    def balanced():
        events, under_way = counts()
        lost = sum(events.get(reason, 0) for reason in (*LOSSES, MISSED))
        return events["delivered"] >= 1000 and events["produced"] == events["delivered"] + lost + under_way

    wait_until(balanced, "balanced")
    collector.stop()
    events = [one for one in observed.logs("process.exec") if one["process.parent_pid"] == os.getpid()]
    assert len([one for one in events if one.get("process.executable.name") == "true"]) == 500


def active(collector, receiver="ebpf"):
    """Whether each of a receiver's programs runs, as its metrics tell."""
    return {
        labels["program"]: value == 1
        for name, labels, value in series(collector.metrics_text())
        if name == "swiftlet_ebpf_program_active" and labels["receiver"] == receiver
    }


def surveyed(path, descriptors):
    """The same as `swiftlet probes` tells of the configuration, for all its receivers."""
    done = subprocess.run(
        ["prlimit", f"--nofile={descriptors}", str(BINARY), "probes", "--config", str(path)],
        capture_output=True,
        text=True,
    )
    assert done.returncode == 0, done.stderr
    rows = done.stdout.split("\n\n")[0].splitlines()[1:]
    return [(f"{row.split()[0]}/{row.split()[1]}", row.split()[3] == "on") for row in rows], done.stdout


@needs_root
def test_what_the_limit_of_descriptors_leaves_no_room_for_is_off_and_the_collector_runs_on(start):
    collector = start(config(), descriptors=64)
    too_few = "too few file descriptors: the limit is 64 (hard limit 64)"
    assert collector.log().count("tells less than is configured") == 1
    assert too_few in collector.log() and "LimitNOFILE=" in collector.log()
    assert "the kernel's programs run" in collector.log()
    states = active(collector)
    assert states["process/exec"] and not states["network/state"]
    rows, text = surveyed(collector.folder / "config.yaml", 64)
    assert dict(rows) == states and f"off: {too_few}" in text
    # What runs is read, and there is room for connections.
    wait_until(
        lambda: subprocess.run(["/bin/true"], check=True)
        and collector.metric("swiftlet_ebpf_events", program="process/exec", outcome="delivered") > 0,
        "told of a program",
    )
    assert collector.open_files() <= 48


@needs_root
def test_with_hardly_any_descriptors_nothing_of_the_kernel_is_told_and_the_collector_runs_on(start):
    collector = start(config(), descriptors=40)
    assert "too few file descriptors: the limit is 40" in collector.log()
    assert "the kernel's programs run" not in collector.log()
    assert not any(active(collector).values())


@needs_root
def test_receivers_share_the_limit_of_descriptors(start):
    both = config()
    both["receivers"]["ebpf/two"] = dict(SECTIONS)
    for pipeline in both["service"]["pipelines"].values():
        pipeline["receivers"].append("ebpf/two")
    collector = start(both, descriptors=256)
    one, two = active(collector), active(collector, "ebpf/two")
    assert all(one.values()) and two["process/exec"] and not all(two.values())
    rows, _ = surveyed(collector.folder / "config.yaml", 256)
    assert dict(rows[: len(one)]) == one and dict(rows[len(one) :]) == two
    assert collector.open_files() <= 224


@needs_root
def test_a_low_soft_limit_of_descriptors_is_raised_to_the_hard_one(start):
    collector = start(config(), descriptors="64:4096")
    assert "tells less than is configured" not in collector.log()
    assert all(active(collector).values())
