"""What stays of the ebpf receiver when its collector is killed, when there are two, and what its log says."""
import contextlib
import json
import pathlib
import subprocess
import threading

from collector import swiftlet, wait_until
from conftest import grpc_exporter
from observed import Observed
from test_receiver import config, needs_root


def programs(pid):
    """The ids of the kernel's programs that the process keeps loaded."""
    found = set()
    for path in pathlib.Path(f"/proc/{pid}/fdinfo").iterdir():
        with contextlib.suppress(FileNotFoundError):  # files of /proc that it had open for a moment
            lines = path.read_text().splitlines()
            found |= {int(line.split()[1]) for line in lines if line.startswith("prog_id:")}
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


def test_a_misspelt_section_is_reported_as_that_alone(tmp_path):
    path = tmp_path / "config.yaml"
    path.write_text(
        "receivers: {ebpf: {netwrk: {}}}\nexporters: {nop: {}}\n"
        "service: {pipelines: {logs: {receivers: [ebpf], exporters: [nop]}}}\n"
    )
    done = swiftlet("validate", "--config", path)
    assert done.returncode == 1
    assert 'unknown key "netwrk"; did you mean "network"?' in done.stderr
    assert "has no section" not in done.stderr


@needs_root
def test_a_pipeline_that_is_full_for_long_is_told_of_once_and_so_is_its_end(backend, start):
    settings = config()
    queue = {"sizer": "bytes", "queue_size": 200_000}
    settings["exporters"] = grpc_exporter(backend, sending_queue=queue)
    for pipeline in settings["service"]["pipelines"].values():
        pipeline["exporters"] = ["otlp_grpc"]
    backend.hold = threading.Event()
    collector = start(settings)

    def waits():
        subprocess.run(["/bin/true"], check=True)
        return "what the kernel tells waits" in collector.log()

    wait_until(waits, "told of the wait", 20)
    backend.hold.set()
    wait_until(lambda: "takes what the kernel tells again" in collector.log(), "told of its end")
    assert collector.log().count("what the kernel tells waits") == 1
