"""What stays of the ebpf receiver when its collector is killed, when there are two, and what its log says."""
import json
import pathlib
import subprocess

from collector import wait_until
from observed import Observed
from test_receiver import config, needs_root


def programs(pid):
    """The ids of the kernel's programs that the process keeps loaded."""
    found = set()
    for path in pathlib.Path(f"/proc/{pid}/fdinfo").iterdir():
        for line in path.read_text().splitlines():
            if line.startswith("prog_id:"):
                found.add(int(line.split()[1]))
    return found


def loaded():
    """The ids of all programs that the kernel has loaded."""
    done = subprocess.run(["bpftool", "prog", "list", "--json"], capture_output=True, text=True, check=True)
    return {one["id"] for one in json.loads(done.stdout)}


@needs_root
def test_a_killed_collector_leaves_nothing_in_the_kernel(start):
    collector = start(config())
    own = programs(collector.process.pid)
    assert own and own <= loaded()
    collector.kill()
    wait_until(lambda: not own & loaded(), "the kernel has let go of them")


@needs_root
def test_two_collectors_tell_of_the_same(start, tmp_path):
    both = []
    for name in ("one", "other"):
        (tmp_path / name).mkdir()
        both.append(Observed(start, tmp_path / name, process={}))
    program = subprocess.Popen(["/bin/true"])
    program.wait()

    def told(observed, event):
        return [one for one in observed.logs(event) if one["process.pid"] == program.pid]

    for event in ("process.exec", "process.exit"):
        wait_until(lambda: all(told(one, event) for one in both), f"{event} told by both")
        (first,), (second,) = (told(one, event) for one in both)
        for key in ("process.creation.time", "process.exec_id"):
            assert first[key] == second[key]


@needs_root
def test_a_stop_leaves_nothing_in_the_kernel(start):
    collector = start(config())
    own = programs(collector.process.pid)
    collector.stop()
    wait_until(lambda: not own & loaded(), "the kernel has let go of them")


@needs_root
def test_the_line_that_says_what_is_off_is_short(start):
    collector = start(config(), prefix=["setpriv", "--bounding-set", "-bpf,-perfmon,-sys_admin"])
    (line,) = [one for one in collector.log().splitlines() if "tells less than is configured" in one]
    assert "process 5 of 5" in line and "latency 6 of 6" in line, line
    assert len(line) < 600, line
