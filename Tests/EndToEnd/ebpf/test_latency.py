"""Run-queue and block latency and OOM kills, held against what the kernel itself counts."""
import contextlib
import mmap
import os
import pathlib
import random
import shutil
import subprocess

import pytest

from observed import Observed

PROGRAMS = pathlib.Path(__file__).parent / "programs"

pytestmark = pytest.mark.skipif(os.geteuid() != 0, reason="tp_btf: loading programs takes root")


def mount_of(controller):
    """Where the tree of control groups is by which the collector tells containers apart."""
    for line in pathlib.Path("/proc/mounts").read_text().splitlines():
        _, place, kind, options, *_ = line.split()
        if kind == "cgroup" and controller in options.split(","):
            return pathlib.Path(place)
    return None


@pytest.fixture
def group():
    """A control group of the test's own."""
    mount = mount_of("memory")
    if mount is None:
        pytest.skip("no control groups of version 1 with a memory controller are mounted")
    folder = mount / f"swiftlet-latency-{os.getpid()}-{random.randrange(10**6)}"
    folder.mkdir()
    yield folder
    folder.rmdir()


@pytest.fixture
def program(tmp_path):
    """Compiles a program of this folder; returns its path."""

    def compiled(name):
        path = tmp_path / name
        subprocess.run(["gcc", "-O2", "-Wall", "-Werror", "-o", path, PROGRAMS / f"{name}.c"], check=True)
        return path

    return compiled


def total(point):
    """The count of an exponential histogram, which its buckets must add up to."""
    counts = [int(one) for one in point["positive"]["bucketCounts"]]
    assert sum(counts) == int(point["count"])
    return int(point["count"])


def bounds(point):
    """The least and the most that an exponential histogram says its sum can be."""
    assert point.get("scale", 0) == 0
    offset = int(point["positive"].get("offset", 0))
    counts = [int(one) for one in point["positive"]["bucketCounts"]]
    least = sum(count * 2.0 ** (offset + index) for index, count in enumerate(counts))
    return least, 2 * least


class Contenders:
    """Two processes of contend.c that have ended: how often and how long they waited while they were in their group."""

    def __init__(self, program, group):
        command = [program, group / "cgroup.procs", "20000"]
        self.process = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
        # What was counted while a process entered the group may count there or not.
        told = self._read()
        self.least_waits = sum(one[2] - one[4] for one in told)

    def _read(self):
        return [[int(field) for field in self.process.stdout.readline().split()] for _ in range(2)]

    def leave(self):
        """Reads once more what was counted to their very ends, and lets them go."""
        self.process.stdin.write("\n")
        self.process.stdin.flush()
        told = self._read()
        self.delay, self.most_waits = sum(one[1] for one in told) / 1e9, sum(one[2] for one in told)
        self.entry_delay = sum(one[3] for one in told) / 1e9
        self.process.stdin.close()
        assert self.process.wait(10) == 0


def test_waits_are_those_that_the_scheduler_counts(start, tmp_path, group, program):
    observed = Observed(start, tmp_path, latency={"run_queue": {"max_cgroups": 64}}, process={})
    contenders = Contenders(program("contend"), group)
    observed.settle()
    # Not every kernel tells of every switch, and others' threads share what is kept: what is missing is counted.
    lost = sum(observed.outcome("latency/switch", reason) for reason in ("missed", "map_full"))
    observed.collector.stop()
    contenders.leave()
    # With each byte either process comes to the processor anew.
    assert contenders.least_waits >= 2 * 20_000 - 4
    points = {
        key["process.linux.cgroup"]: point for key, point in observed.points("container.cpu.runqueue.latency")
    }
    ours = [point for path, point in points.items() if path.endswith(group.name) or path == f"#{group.stat().st_ino}"]
    (point,) = ours
    assert contenders.least_waits - lost <= total(point) <= contenders.most_waits
    seconds, delay = point["sum"], contenders.delay
    assert abs(seconds - delay) <= 0.05 * delay + contenders.entry_delay + 0.02, (seconds, delay)
    least, most = bounds(point)
    assert least <= seconds * 1.001 and seconds <= most * 1.001
    ((_, whole),) = observed.points("system.cpu.runqueue.latency")
    assert total(whole) >= sum(total(one) for one in points.values())


@pytest.fixture
def loop_device(tmp_path):
    """A block device that nobody else uses."""
    image = tmp_path / "image"
    with open(image, "wb") as file:
        file.truncate(64 << 20)
    made = subprocess.run(["losetup", "--find", "--show", image], capture_output=True, text=True)
    if made.returncode:
        pytest.skip(f"losetup: {made.stderr.strip()}")
    device = made.stdout.strip()
    yield device
    subprocess.run(["losetup", "--detach", device], check=True)


def disk_counts(device):
    """The requests that ended and the milliseconds they took: (reads, read ms, writes, write ms)."""
    for line in pathlib.Path("/proc/diskstats").read_text().splitlines():
        fields = line.split()
        if fields[2] == device:
            return int(fields[3]), int(fields[6]), int(fields[7]), int(fields[10])
    raise AssertionError(f"{device} is not in /proc/diskstats")


def test_block_requests_are_those_of_diskstats(start, tmp_path, loop_device):
    name = pathlib.Path(loop_device).name
    observed = Observed(start, tmp_path, latency={})
    before = disk_counts(name)
    file = os.open(loop_device, os.O_RDWR | os.O_DIRECT)
    block = mmap.mmap(-1, 1 << 16)
    for index in range(300):
        assert os.pwrite(file, block, index << 16) == 1 << 16
    for index in range(200):
        assert os.preadv(file, [block], index << 16) == 1 << 16
    os.close(file)
    after = disk_counts(name)
    observed.collector.stop()
    reads, read_ms, writes, write_ms = (new - old for new, old in zip(after, before))
    assert writes >= 300 and reads >= 200
    points = {
        key["disk.io.direction"]: point
        for key, point in observed.points("system.disk.io.latency")
        if key["system.device"] == name
    }
    # Closing may have the device read or flushed once more behind the reading of /proc/diskstats. Once in some hundred
    # runs a request that is counted there does not come by the hook, whoever listens.
    assert writes - 1 <= total(points["write"]) <= writes + 2
    assert reads - 1 <= total(points["read"]) <= reads + 8
    for direction, milliseconds, count in (("write", write_ms, writes), ("read", read_ms, reads)):
        assert abs(points[direction]["sum"] * 1000 - milliseconds) <= count + 5


def test_devices_can_be_left_out(start, tmp_path, loop_device):
    observed = Observed(start, tmp_path, latency={"block_io": {"exclude_devices": ["loop*"]}})
    file = os.open(loop_device, os.O_RDWR | os.O_DIRECT)
    os.pwrite(file, mmap.mmap(-1, 4096), 0)
    os.close(file)
    observed.collector.stop()
    devices = {key["system.device"] for key, _ in observed.points("system.disk.io.latency")}
    assert not any(device.startswith("loop") for device in devices)


def test_an_oom_kill_is_told_with_its_victim(start, tmp_path, group, program):
    (group / "memory.limit_in_bytes").write_text(str(32 << 20))
    observed = Observed(start, tmp_path, latency={})
    done = subprocess.run([program("eat_memory"), group / "cgroup.procs"], capture_output=True, text=True, timeout=60)
    assert done.returncode == -9
    pid = int(done.stdout)
    records = observed.wait_for("process.oom_kill", lambda found: any(one["process.pid"] == pid for one in found))
    (one,) = [record for record in records if record["process.pid"] == pid]
    assert one["process.executable.name"] == "eat_memory"
    assert one["process.oom_kill.cause.pid"] == pid
    # The kernel's own counters of a process are off by some dozen pages for each processor.
    assert 24 << 20 <= one["process.memory.anonymous"] <= 33 << 20
    assert one["process.memory.virtual"] > one["process.memory.anonymous"]
    observed.collector.stop()
    points = observed.points("container.oom_kills")
    # Others may be killed meanwhile, and are counted and told as well.
    assert sum(int(point["asInt"]) for _, point in points) == len(observed.logs("process.oom_kill"))


def attached(collector):
    """The names of the programs that the collector's links hold."""
    names = set()
    for path in pathlib.Path(f"/proc/{collector.process.pid}/fdinfo").iterdir():
        fields = {}
        with contextlib.suppress(FileNotFoundError):  # files that it had open for a moment
            fields = dict(line.split(":\t") for line in path.read_text().splitlines() if ":\t" in line)
        if "link_id" in fields:
            shown = subprocess.run(
                ["bpftool", "prog", "show", "id", fields["prog_id"].strip()], capture_output=True, text=True
            )
            names.add(shown.stdout.split("name ")[1].split()[0])
    return names


@pytest.mark.skipif(not shutil.which("bpftool"), reason="there is no bpftool to tell what is attached")
def test_what_is_off_is_not_attached(start, tmp_path):
    observed = Observed(
        start, tmp_path, latency={"run_queue": {"enabled": False}, "oom_kills": {"enabled": False}}
    )
    assert attached(observed.collector) == {"on_block_rq_issue", "on_block_rq_complete"}
    observed.collector.stop()
    assert not observed.points("system.cpu.runqueue.latency")
