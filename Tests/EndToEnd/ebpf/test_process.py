"""Processes' events, held against what the processes say of themselves, /proc and strace."""
import calendar
import json
import os
import pathlib
import re
import shutil
import signal
import subprocess
import sys
import time

import pytest

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1]))

from backend import Backend
from collector import Collector, wait_until

PROGRAMS = pathlib.Path(__file__).parent / "programs"
TICKS = os.sysconf("SC_CLK_TCK")
BOOT_ID = pathlib.Path("/proc/sys/kernel/random/boot_id").read_text().strip().replace("-", "")
MARK = f"SWIFTLET_TEST_MARK_{os.getpid()}"

pytestmark = pytest.mark.skipif(
    os.geteuid() != 0 or not os.path.exists("/sys/kernel/btf/vmlinux"),
    reason="tp_btf/sched_process_exec needs root and /sys/kernel/btf/vmlinux",
)


@pytest.fixture(scope="session")
def tree(tmp_path_factory):
    """The program that makes processes of known shape; others may run it too."""
    folder = pathlib.Path("/var/tmp") / f"swiftlet-test-{os.getpid()}"
    folder.mkdir(mode=0o755)
    program = folder / "process_tree"
    subprocess.run(
        ["gcc", "-O1", "-Wall", "-Werror", "-o", program, PROGRAMS / "process_tree.c", "-lpthread"],
        check=True,
    )
    yield program
    shutil.rmtree(folder)


class Watch:
    """A collector with the process capability, and the events that its backend has received."""

    def __init__(self, folder, **options):
        self.backend = Backend().start()
        config = {
            "receivers": {"ebpf": {"process": options}},
            "processors": {},
            "exporters": {
                "otlp_grpc": {
                    "endpoint": f"127.0.0.1:{self.backend.grpc_port}",
                    "tls": {"insecure": True},
                }
            },
            "service": {
                "pipelines": {
                    each: {"receivers": ["ebpf"], "exporters": ["otlp_grpc"]}
                    for each in ("logs", "metrics")
                }
            },
        }
        self.collector = Collector(folder, config)
        # In ticks since boot, as /proc has it.
        self.started = int(time.clock_gettime(time.CLOCK_BOOTTIME) * TICKS)
        self.collector.start()
        self.seen, self.all = 0, []

    def events(self):
        """All events so far, each with its name, body, severity, attributes and resource."""
        received = self.backend.received
        while self.seen < len(received):
            one = received[self.seen]
            self.seen += 1
            if one.signal != "logs":
                continue
            for group in one.message.resource_logs:
                resource = texts(group.resource.attributes)
                for scope in group.scope_logs:
                    for record in scope.log_records:
                        self.all.append(Event(record, resource, scope.scope.name))
        return self.all

    def of(self, pid, name):
        return [e for e in self.events() if e.name == name and e["process.pid"] == pid]

    def wait(self, pid, name, count=1):
        """The events of this name of the process, once there are so many."""
        return wait_until(
            lambda: len(self.of(pid, name)) >= count and self.of(pid, name),
            f"{count} {name} of {pid}",
        )

    def stop(self):
        self.collector.stop()
        self.backend.stop()


class Event:
    def __init__(self, record, resource, scope):
        self.name, self.body = record.event_name, record.body.string_value
        self.severity, self.time = record.severity_text, record.time_unix_nano
        self.attributes, self.resource, self.scope = texts(record.attributes), resource, scope

    def __getitem__(self, key):
        return self.attributes.get(key)

    def __repr__(self):
        return f"{self.name} {self.attributes}"


def value(one):
    kind = one.WhichOneof("value")
    if kind == "array_value":
        return [value(each) for each in one.array_value.values]
    return getattr(one, kind)


def texts(attributes):
    assert len({a.key for a in attributes}) == len(attributes), "an attribute is given twice"
    return {a.key: value(a.value) for a in attributes}


@pytest.fixture(scope="module")
def watch(tmp_path_factory):
    one = Watch(tmp_path_factory.mktemp("watch"))
    yield one
    one.stop()


def run(*command, **options):
    """Runs a program to its end; gives its exit status and the JSON objects that it printed."""
    done = subprocess.run([str(c) if not isinstance(c, bytes) else c for c in command],
                          stdout=subprocess.PIPE, timeout=60, **options)
    return done.returncode, [json.loads(line) for line in done.stdout.splitlines()]


def test_exec_and_exit_tell_what_the_process_is(watch, tree, tmp_path):
    began, wall = time.monotonic(), time.time()
    process = subprocess.Popen([tree, "wait", "x"], cwd=tmp_path, start_new_session=True, stdin=subprocess.PIPE)
    started = time.monotonic()
    event = watch.wait(process.pid, "process.exec")[0]
    stat = pathlib.Path(f"/proc/{process.pid}/stat").read_text().rsplit(")", 1)[1].split()
    status = dict(
        line.split(":\t", 1)
        for line in pathlib.Path(f"/proc/{process.pid}/status").read_text().splitlines()
    )
    namespace = lambda name: int(re.search(r"\d+", os.readlink(f"/proc/{process.pid}/ns/{name}"))[0])
    assert event["process.parent_pid"] == os.getpid() == int(stat[1])
    assert event["process.executable.path"] == str(tree) == os.readlink(f"/proc/{process.pid}/exe")
    assert event["process.executable.name"] == "process_tree"
    assert event["process.command_args"] == [str(tree), "wait", "x"]
    assert event["process.args_count"] == 3
    assert event["process.working_directory"] == str(tmp_path)
    assert event["process.executable.inode"] == tree.stat().st_ino
    assert event["process.user.id"] == 0 and event["process.owner"] == "root"
    assert event["process.capabilities.effective"] == status["CapEff"]
    assert event["process.session_leader.pid"] == process.pid == int(stat[3])
    assert event["process.group_leader.pid"] == process.pid == int(stat[2])
    assert event["process.interactive"] == (int(stat[4]) != 0)
    for name in ("pid", "mnt", "net", "user"):
        assert event[f"process.namespace.{name}"] == namespace(name)
    login = int(pathlib.Path(f"/proc/{process.pid}/loginuid").read_text())
    assert event["process.login_user.id"] == (None if login == 2**32 - 1 else login)
    assert event["process.exec_id"].startswith(f"{BOOT_ID}-{process.pid}-{stat[19]}-")
    parent = pathlib.Path("/proc/self/stat").read_text().rsplit(")", 1)[1].split()
    assert event["process.parent_exec_id"].startswith(f"{BOOT_ID}-{os.getpid()}-{parent[19]}-")
    assert event["process.ancestors"][0] == event["process.parent_exec_id"]
    assert [int(a.split("-")[1]) for a in event["process.ancestors"]] == ancestors(os.getpid())[:8]
    assert event.scope == "swiftlet/ebpf/process"
    assert event.body == f"pid {process.pid} executes {tree}: {tree} wait x"
    boot = time.time() - time.clock_gettime(time.CLOCK_BOOTTIME)
    created = boot + int(stat[19]) / TICKS
    assert abs(seconds(event["process.creation.time"]) - created) < 0.02
    least = time.monotonic() - started
    process.communicate(b"\n")
    assert process.returncode == 0
    most = time.monotonic() - began
    end = watch.wait(process.pid, "process.exit")[0]
    assert end["process.exit.code"] == 0 and end["process.exit.signal"] is None
    assert end["process.exec_id"] == event["process.exec_id"]
    assert end["process.creation.time"] == event["process.creation.time"]
    assert end["process.executable.path"] == str(tree)
    # A start is told in the system's ticks.
    assert least <= end["process.uptime"] <= most + 1 / TICKS
    # Clocks are told in milliseconds, and the offset from the time since boot is taken once.
    assert wall - 0.02 <= seconds(end["process.exit.time"]) <= time.time() + 0.02


def ancestors(pid):
    """The numbers from this process up to the first."""
    found = []
    while pid:
        found.append(pid)
        pid = int(pathlib.Path(f"/proc/{pid}/stat").read_text().rsplit(")", 1)[1].split()[1])
    return found


def seconds(text):
    whole, fraction = text.rstrip("Z").split(".")
    return calendar.timegm(time.strptime(whole, "%Y-%m-%dT%H:%M:%S")) + int(fraction) / 1000


def test_a_thread_that_executes_becomes_its_process(watch, tree):
    code, (before, after) = run(tree, "thread-exec", tree, "who")
    assert code == 0 and before["pid"] == after["pid"] and before["tid"] != before["pid"]
    first, second = watch.wait(before["pid"], "process.exec", 2)
    assert first["thread.id"] is None and second["thread.id"] == before["tid"]
    assert first["process.exec_id"].rsplit("-", 1)[0] == second["process.exec_id"].rsplit("-", 1)[0]
    assert int(second["process.exec_id"].rsplit("-", 1)[1]) == 1 + int(
        first["process.exec_id"].rsplit("-", 1)[1]
    )
    assert len(watch.wait(before["pid"], "process.exit")) == 1


@pytest.mark.parametrize("code, status", [(7, 7), (-1, 0)])
def test_a_process_ends_with_its_last_thread(watch, tree, code, status):
    returned, (one,) = run(tree, "leader-first", code)
    assert returned == status
    (event,) = watch.wait(one["pid"], "process.exit")
    assert event["process.exit.code"] == status
    assert event["process.uptime"] >= 0.05


def test_every_one_of_10000_children_is_told_once(watch, tree):
    code, (truth,) = run(tree, "children", 10000)
    assert truth["ended"] == 10000
    watch.wait(truth["pid"], "process.exit")
    ours = [e for e in watch.events() if e.name == "process.exit" and e["process.parent_pid"] == truth["pid"]]
    assert len(ours) == 10000
    assert len({e["process.exec_id"] for e in ours}) == 10000
    assert sum(e["process.exit.code"] for e in ours) == truth["sum"]
    assert {e["process.executable.name"] for e in ours} == {"process_tree"}


def test_a_deleted_executable_is_said_to_be(watch, tree, tmp_path):
    copy = shutil.copy(tree, tmp_path / "gone")
    _, (one, who) = run(tree, "deleted", copy, "who")
    first, second = watch.wait(one["pid"], "process.exec", 2)
    assert first["process.executable.deleted"] is None
    assert second["process.executable.deleted"] is True
    assert second["process.command_args"] == [str(copy), "who"]


def test_a_program_in_memory_is_said_to_be(watch, tree):
    _, (one, who) = run(tree, "in-memory", tree, "who")
    _, second = watch.wait(one["pid"], "process.exec", 2)
    assert second["process.executable.in_memory"] is True
    assert second["process.executable.path"] == f"/{second['process.executable.name']} (deleted)"
    assert second["process.executable.name"].startswith("memfd:")
    assert second["process.command_args"] == [str(tree), "who"]


def test_a_script_has_an_interpreter_and_a_path(watch, tree, tmp_path):
    script = tmp_path / "script"
    script.write_text(f"#!{tree} who\n")
    script.chmod(0o755)
    _, (who,) = run(script, "x")
    (event,) = watch.wait(who["pid"], "process.exec")
    assert event["process.executable.path"] == str(tree)
    assert event["process.script.path"] == str(script)
    assert event["process.command_args"] == [str(tree), "who", str(script), "x"]


def test_a_relative_path_is_made_whole_while_that_is_certain(watch, tree):
    process = subprocess.Popen(["./process_tree", "wait"], cwd=tree.parent, stdin=subprocess.PIPE)
    (event,) = watch.wait(process.pid, "process.exec")
    assert event["process.executable.path"] == str(tree)
    process.communicate(b"\n")


def test_where_short_programs_run_is_told(watch, tree, tmp_path):
    """They are gone long before anybody could look at /proc; some are where their parents are, others are not."""
    seen = []
    for folder in [tree.parent, None, tmp_path, pathlib.Path("/"), pathlib.Path("/proc/sys")]:
        path = tree if folder != tree.parent else "./process_tree"
        _, (who,) = run(path, "who", cwd=folder)
        seen.append((who["pid"], str(folder or pathlib.Path.cwd())))
    script = tmp_path / "script"
    script.write_text(f"#!{tree} who\n")
    script.chmod(0o755)
    _, (who,) = run("./script", cwd=tmp_path)
    (event,) = watch.wait(who["pid"], "process.exec")
    assert event["process.script.path"] == str(script)
    for pid, folder in seen:
        (event,) = watch.wait(pid, "process.exec")
        assert event["process.working_directory"] == folder
        assert event["process.executable.path"] == str(tree)
        (end,) = watch.wait(pid, "process.exit")
        assert end["process.executable.path"] == str(tree)


def test_a_process_is_not_taken_for_one_that_had_its_number(watch):
    last = pathlib.Path("/proc/sys/kernel/ns_last_pid")
    for _ in range(20):
        first = subprocess.Popen(["/bin/true", "first"])
        first.wait()
        last.write_text(str(first.pid - 1))
        second = subprocess.Popen(["/bin/true", "second"])
        second.wait()
        if second.pid == first.pid:
            break
    else:
        pytest.skip("the number went to another process each time")
    assert len(watch.wait(first.pid, "process.exec", 2)) == 2
    assert len(watch.wait(first.pid, "process.exit", 2)) == 2


def test_the_inventory_is_whole(watch):
    """All processes of /proc but threads of the kernel's and those that have ended."""
    told = {e["process.pid"] for e in watch.events() if e.name == "process.snapshot"}
    for folder in pathlib.Path("/proc").glob("[0-9]*"):
        try:
            stat = (folder / "stat").read_text().rpartition(")")[2].split()
            is_older = int(stat[19]) < watch.started
        except OSError:
            continue
        if is_older and stat[0] != "Z" and not int(stat[6]) & 0x200000:
            assert int(folder.name) in told


def test_arguments_that_are_not_text_or_too_long(watch, tree):
    long = "x" * 3000
    _, (first,) = run(tree, "who", b"a\xff\xc3\xa4b", "", "z")
    _, (second,) = run(tree, "who", long, "last")
    (event,) = watch.wait(first["pid"], "process.exec")
    assert event["process.command_args"] == [str(tree), "who", "a\ufffdäb", "", "z"]
    assert event["process.args_truncated"] is None
    (event,) = watch.wait(second["pid"], "process.exec")
    told = event["process.command_args"]
    assert told[:2] == [str(tree), "who"] and long.startswith(told[2]) and len(told) == 3
    assert len("\0".join(told)) == 512
    assert event["process.args_truncated"] is True and event["process.args_count"] == 4


@pytest.mark.parametrize("number", [signal.SIGKILL, signal.SIGTERM, signal.SIGSEGV, signal.SIGABRT])
def test_an_end_by_a_signal(watch, tree, number):
    code, (one,) = run(tree, "signal", int(number))
    assert code == -number
    (event,) = watch.wait(one["pid"], "process.exit")
    assert event["process.exit.signal"] == number.name and event["process.exit.code"] is None
    is_fault = number in (signal.SIGSEGV, signal.SIGABRT)
    assert event.severity == ("WARN" if is_fault else "INFO")
    assert event.body == f"pid {one['pid']} (process_tree) was ended by {number.name}"


def test_a_setuid_program_shows_its_users(watch, tree):
    copy = pathlib.Path(shutil.copy(tree, tree.parent / "setuid"))
    copy.chmod(0o6755)
    _, (who,) = run(copy, "who", user=65534, group=65534, extra_groups=[])
    assert (who["real"], who["effective"], who["saved"]) == (65534, 0, 0)
    (event,) = watch.wait(who["pid"], "process.exec")
    assert event["process.user.id"] == 0 and event["process.owner"] == "root"
    assert event["process.real_user.id"] == 65534
    assert event["process.real_user.name"] == "nobody"
    assert event["process.setuid"] == 0 and event["process.setgid"] == 0


def test_cpu_and_memory_are_those_of_wait4(watch, tree):
    _, (truth,) = run(tree, "busy", 0.1)
    (event,) = watch.wait(truth["pid"], "process.exit")
    told = event["process.cpu.user.time"] + event["process.cpu.system.time"]
    # The scheduler's count is at most a tick behind for each thread that was still there.
    assert abs(told - truth["cpu"]) < 0.015
    assert event["process.memory.peak"] == truth["peak"]
    assert abs(event["process.faults.minor"] - truth["minor"]) <= 2


def test_namespaces_have_numbers_of_their_own(watch, tree):
    done = subprocess.run(
        ["unshare", "-p", "-f", "-n", str(tree), "who"], stdout=subprocess.PIPE, check=True
    )
    assert json.loads(done.stdout)["pid"] == 1
    inner = wait_until(
        lambda: [
            e for e in watch.events()
            if e.name == "process.exec" and e["process.vpid"] == 1 and e["process.executable.path"] == str(tree)
        ],
        "the process of the namespace",
    )[-1]
    assert inner["process.namespace.net"] != int(re.search(r"\d+", os.readlink("/proc/self/ns/net"))[0])
    assert watch.wait(inner["process.pid"], "process.exit")[0]["process.vpid"] == 1


def test_the_executions_are_those_that_strace_sees(watch, tree, tmp_path):
    trace = tmp_path / "trace"
    script = f"for i in 1 2 3 4 5; do {tree} who {MARK} >/dev/null; (exec /bin/true $i {MARK}); done"
    subprocess.run(
        ["strace", "-ff", "-e", "trace=execve", "-o", trace, "sh", "-c", script], check=True
    )
    # A file for each process: in one for all, a call that another one interrupts is in two lines.
    traced = sorted(
        int(path.suffix[1:])
        for path in tmp_path.glob("trace.*")
        for line in path.read_text().splitlines()
        if line.startswith("execve(") and line.endswith("= 0")
    )
    assert len(traced) == 11
    ours = lambda: sorted(
        e["process.pid"]
        for e in watch.events()
        if e.name == "process.exec" and MARK in " ".join(e["process.command_args"] or [])
        and not e["process.executable.path"].endswith("strace")
    )
    wait_until(lambda: ours() == traced, f"the executions {traced}")


TREES = [
    tree for tree in ("/sys/fs/cgroup/memory", "/sys/fs/cgroup", "/sys/fs/cgroup/unified")
    if os.path.exists(f"{tree}/cgroup.procs")
]


@pytest.mark.parametrize("root", TREES)
def test_a_container_is_known_by_its_control_group(watch, tree, root):
    container = f"{os.getpid():064x}"
    group = pathlib.Path(root) / f"docker-{container}.scope"
    group.mkdir()
    try:
        join = lambda: (group / "cgroup.procs").write_text(str(os.getpid()))
        _, (who,) = run(tree, "who", preexec_fn=join)
        (event,) = watch.wait(who["pid"], "process.exec")
        assert event.resource["container.id"] == container
        assert event["process.linux.cgroup"].endswith(f"/docker-{container}.scope")
        assert watch.wait(who["pid"], "process.exit")[0].resource["container.id"] == container
    finally:
        group.rmdir()


def test_what_runs_already_is_told_at_the_start(watch):
    ours = watch.wait(os.getpid(), "process.snapshot")
    assert len(ours) == 1
    assert ours[0]["process.executable.path"] == os.readlink("/proc/self/exe")
    arguments = pathlib.Path("/proc/self/cmdline").read_bytes()[:512]
    told = "\0".join(ours[0]["process.command_args"])
    assert arguments.decode(errors="replace").startswith(told[:400])
    pids = {e["process.pid"] for e in watch.events() if e.name == "process.snapshot"}
    # Kernel threads run no program; some kernels' iterators leave the first process out.
    others = {pid for pid in ancestors(os.getpid()) if pid != 1}
    assert others <= pids and 2 not in pids


def test_nothing_is_lost_or_malformed(watch):
    for outcome in ("ring_full", "rate_limited", "map_full", "malformed", "refused"):
        assert watch.collector.metric("swiftlet_ebpf_events", outcome=outcome) == 0, outcome
    assert not [e for e in watch.events() if e.name == "ebpf.lost"]
    told = lambda: len([e for e in watch.events() if e.name == "process.exec"])
    delivered = lambda: watch.collector.metric(
        "swiftlet_ebpf_events", program="process/exec", outcome="delivered"
    )
    before = told()
    # The counts follow within a second, and others run programs meanwhile.
    wait_until(lambda: delivered() >= before, "as many delivered as are here")
    count = delivered()
    wait_until(lambda: told() >= count, f"all {count} that are delivered")


def test_births_are_told_and_filters_hold_where_so_configured(tree, tmp_path):
    one = Watch(
        tmp_path,
        fork=True,
        snapshot=False,
        arguments=False,
        include={"executables": ["process_tree$"]},
        exclude={"users": ["^nobody$"]},
    )
    try:
        code, (truth,) = run(tree, "children", 50)
        run(tree, "who", user=65534, group=65534, extra_groups=[])
        run("/bin/true")
        one.wait(truth["pid"], "process.exit")
        births = [e for e in one.events() if e.name == "process.fork" and e["process.parent_pid"] == truth["pid"]]
        assert len(births) == 50
        assert {e["process.executable.path"] for e in births} == {str(tree)}
        assert {e["process.owner"] for e in one.events()} == {"root"}
        assert {e["process.executable.name"] for e in one.events()} == {"process_tree"}
        assert not [e for e in one.events() if e["process.command_args"] or e.name == "process.snapshot"]
        assert one.collector.metric("swiftlet_ebpf_filtered_events") >= 2
    finally:
        one.stop()


def test_a_program_that_was_started_by_a_link_is_the_same_in_all_views(watch, tree, tmp_path):
    """As /proc has it: in its exec and exit, also where it is gone at once, in the inventory and as a sender of spans."""
    folder = tree.parent / "links"
    folder.mkdir()
    link, script = folder / "named", tmp_path / "script"
    link.symlink_to(tree)
    script.write_text(f"#!{link} who\n")
    script.chmod(0o755)
    for command in ([link, "who"], ["./named", "who"], [script]):
        _, (who,) = run(*command, cwd=folder)
        for name in ("process.exec", "process.exit"):
            (event,) = watch.wait(who["pid"], name)
            assert event["process.executable.path"] == str(tree)
            assert event["process.executable.name"] == event.resource["service.name"] == tree.name
    (event,) = watch.wait(who["pid"], "process.exec")
    assert event["process.script.path"] == str(script)
    with subprocess.Popen([link, "wait"], stdin=subprocess.PIPE) as process:
        (event,) = watch.wait(process.pid, "process.exec")
        assert event["process.command_args"][0] == str(link)
        assert event["process.executable.path"] == os.readlink(f"/proc/{process.pid}/exe") == str(tree)
        later = Watch(tmp_path)
        (snapshot,) = later.wait(process.pid, "process.snapshot")
        later.stop()
        for key in ("process.executable.path", "process.executable.name"):
            assert snapshot[key] == event[key]
        assert snapshot.resource == event.resource
        process.communicate(b"\n")


def test_a_link_in_another_mount_namespace_is_followed_there(watch, tree, tmp_path):
    """As containers have them: the same name leads to other files for the collector."""
    script = 'mount -t tmpfs none "$0" && cp "$1" "$0/real" && ln -s real "$0/named" && exec "$0/named" wait'
    command = ["unshare", "--mount", "sh", "-c", script, tmp_path, tree]
    with subprocess.Popen(command, stdin=subprocess.PIPE) as process:
        event = wait_until(
            lambda: [e for e in watch.of(process.pid, "process.exec") if e["process.command_args"][-1] == "wait"
                     and len(e["process.command_args"]) == 2],
            "told of the program",
        )[0]
        assert event["process.executable.path"] == os.readlink(f"/proc/{process.pid}/exe") == f"{tmp_path}/real"
        process.communicate(b"\n")
