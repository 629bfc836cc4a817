"""What a process has spent and holds, from /proc and from its CPU clock."""

import os
import pathlib
import re
import signal
import subprocess
import time

TICKS = os.sysconf("SC_CLK_TCK")


class Process:
    """A process that was started here, or another's by its id."""

    def __init__(self, pid):
        self.pid = pid

    def cpu(self):
        """The seconds spent so far: in all, in user mode, in system mode.

        The total is the scheduler's, in nanoseconds; how it divides is known from ticks of 10 ms.
        """
        total = time.clock_gettime(~self.pid << 3 | 2)
        fields = pathlib.Path(f"/proc/{self.pid}/stat").read_text().rsplit(")", 1)[1].split()
        return total, int(fields[11]) / TICKS, int(fields[12]) / TICKS

    def memory(self, key):
        """A line of /proc/PID/status in MiB: VmHWM is the peak, VmRSS the present."""
        text = pathlib.Path(f"/proc/{self.pid}/status").read_text()
        return int(re.search(rf"^{key}:\s+(\d+) kB", text, re.M)[1]) / 1024

    def private(self):
        """The MiB that no other process shares."""
        text = pathlib.Path(f"/proc/{self.pid}/smaps_rollup").read_text()
        return sum(int(kilo) for kilo in re.findall(r"^Private_\w+:\s+(\d+) kB", text, re.M)) / 1024

    def forget_peak(self):
        """Lets the peak begin anew at the present size."""
        pathlib.Path(f"/proc/{self.pid}/clear_refs").write_text("5")


class Spent:
    """CPU time between two moments, as microseconds an item."""

    def __init__(self, before, after, items):
        total, user, system = (new - old for old, new in zip(before, after))
        self.total = total * 1e6 / max(items, 1)
        self.user = self.total * user / (user + system) if user + system else 0.0
        self.system = self.total - self.user


def end(process, patience=40):
    """Ends a child; returns its exit code."""
    if process.poll() is None:
        process.send_signal(signal.SIGTERM)
    try:
        return process.wait(patience)
    except subprocess.TimeoutExpired:
        process.kill()
        return process.wait()


class Machine:
    """How much of the processors others used between start and end, which is why timings vary."""

    def __init__(self):
        self.started, self.busy, self.own = time.monotonic(), self.used(), self.mine()

    @staticmethod
    def used():
        fields = [int(field) for field in pathlib.Path("/proc/stat").read_text().split("\n", 1)[0].split()[1:9]]
        return (sum(fields) - fields[3] - fields[4]) / TICKS

    @staticmethod
    def mine():
        times = os.times()
        return times.user + times.system + times.children_user + times.children_system

    def others(self):
        """The share of all processors' time that went to others."""
        seconds = (time.monotonic() - self.started) * os.cpu_count()
        return max(0.0, (self.used() - self.busy) - (self.mine() - self.own)) / max(seconds, 0.001)
