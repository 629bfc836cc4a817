"""The kernel's view: what the ebpf receiver's programs and its reading of them cost, beside bpftrace where it counts the same."""

import contextlib
import json
import os
import pathlib
import re
import shutil
import signal
import statistics
import subprocess
import sys
import time
import urllib.request

import collectors
import process

STATS = pathlib.Path("/proc/sys/kernel/bpf_stats_enabled")
SECTIONS = ("process", "network", "dns", "latency")
SETTLE = 2.5  # seconds until the inventory is told, and from one reading of the counters to the next
KERNEL, USER, CORE, WEB, MEMORY = 350, 450, 8, 2, 60  # ns, ns, %, %, MiB

# What is made, what is on, what is an event there: a record that is delivered, or a run of a program that only counts.
STORMS = (
    ("exec and exit of 20,000 processes", ("exec", 20_000), ("process",), "records"),
    ("lookups, 100,000 messages/s", ("lookups", 100_000, 10), ("dns",), "records"),
    ("10,000 connections, both ends", ("connect", 10_000), ("network",), "records"),
    ("sends and receives over one connection", ("send", 300_000), ("network",), "runs"),
    ("waits for a CPU", ("switch", 300_000), ("latency",), "runs"),
)

QUEUE = """tracepoint:sched:sched_wakeup, tracepoint:sched:sched_wakeup_new { @woken[args->pid] = nsecs; }
tracepoint:sched:sched_switch {
  if (args->prev_state == 0) { @woken[args->prev_pid] = nsecs; }
  $since = @woken[args->next_pid];
  if ($since) { @waits = hist(nsecs - $since); }
  delete(@woken[args->next_pid]);
}"""
PEER = (
    ("execs, counted only", ("exec", 20_000), "tracepoint:sched:sched_process_exec { @ = count(); }"),
    (
        "exec and exit, a line each", ("exec", 20_000),
        'tracepoint:sched:sched_process_exec { printf("%llu %d %s %s\\n", nsecs, pid, comm, str(args->filename)); }'
        'tracepoint:sched:sched_process_exit { printf("%llu %d %s\\n", nsecs, pid, comm); }',
    ),
    (
        "bytes sent and received by process", ("send", 300_000),
        "tracepoint:sock:sock_send_length { @sent[pid] = sum(args->ret); }"
        "tracepoint:sock:sock_recv_length { @received[pid] = sum(args->ret); }",
    ),
    ("waits for a CPU, a histogram", ("switch", 300_000), QUEUE),
)  # fmt: skip


# As many as the rings hold, told of at once: what a record takes beside the rounds and turns of a second that brings few.
BURSTS = (
    ("exec and exit of 1,000 processes", ("exec", 1000), ("process",)),
    ("2,000 connections, both ends", ("connect", 2000), ("network",)),
    ("5,000 lookups", ("lookups", 5000, 1), ("dns",)),
)


class Receiver(process.Process):
    """A collector with the ebpf receiver alone, before the nop exporter."""

    def __init__(self, program, folder, sections, under=()):
        self.watched = collectors.free_port()
        log, config = folder / "kernel.log", folder / "kernel.json"
        receiver = "ebpf" if sections else "otlp"
        pipelines = {kind: {"receivers": [receiver], "exporters": ["nop"]} for kind in ("logs", "metrics")}
        port = f"127.0.0.1:{collectors.free_port()}"
        text = {
            "receivers": {
                receiver: {name: {} for name in sections} if sections else {"protocols": {"grpc": {"endpoint": port}}}
            },
            "exporters": {"nop": {}},
            "service": {"telemetry": {"metrics": {"address": f"127.0.0.1:{self.watched}"}}, "pipelines": pipelines},
        }
        config.write_text(json.dumps(text))
        with open(log, "w") as output:
            self.child = subprocess.Popen([*under, program, "--config", str(config)], stdout=output, stderr=output)
        super().__init__(self.child.pid)
        try:
            collectors.wait_listening(self.watched, self.child, patience=120 if under else 10)
            time.sleep(SETTLE)
        except BaseException:
            process.end(self.child)
            raise

    def state(self):
        """Metrics by program, and by outcome where they have one, all of one reading; the CPU time and when it was."""
        with urllib.request.urlopen(f"http://127.0.0.1:{self.watched}/metrics", timeout=10) as answer:
            text = answer.read().decode()

        def figures(name):
            found = {}
            for labels, value in re.findall(rf"^swiftlet_ebpf_{name}(?:_total)?\{{(.*)\}} (\S+)", text, re.M):
                known = dict(re.findall(r'(\w+)="([^"]*)"', labels))
                key = (known["program"], known["outcome"]) if "outcome" in known else known["program"]
                found[key] = int(float(value))
            return found

        return {name: figures(name) for name in ("events", "events_held", "events_in_ring")} | {
            "runs": figures("program_runs"),
            "time": figures("program_run_nanoseconds"),
            "cpu": self.cpu()[0],
        }

    def maps(self):
        """MiB of the maps that it holds, each once."""
        sizes = {}
        for path in pathlib.Path(f"/proc/{self.pid}/fdinfo").iterdir():
            with contextlib.suppress(OSError):
                found = dict(re.findall(r"^(\w+):\s+(\S+)", path.read_text(), re.M))
                if "map_id" in found:
                    sizes[found["map_id"]] = int(found["memlock"])
        return sum(sizes.values()) / 1024 / 1024


@contextlib.contextmanager
def running(program, folder, sections):
    receiver = Receiver(program, folder, sections)
    try:
        yield receiver
    finally:
        process.end(receiver.child)


@contextlib.contextmanager
def statistics_on():
    """The kernel counts programs' time; its setting is as it was afterwards."""
    before = STATS.read_text()
    STATS.write_text("1")
    try:
        yield
    finally:
        STATS.write_text(before)


def make(storm, load):
    """Makes a load; returns how much of it, and for how many seconds."""
    began = time.monotonic()
    made = subprocess.run([storm, *map(str, load)], check=True, capture_output=True, text=True, timeout=120)
    return int(made.stdout), time.monotonic() - began


def grown(after, before):
    return {key: value - before.get(key, 0) for key, value in after.items()}


def storm_row(program, folder, storm, row):
    """The cells of a storm, and its kernel and user ns an event and the records that were lost."""
    title, load, sections, unit = row
    with running(program, folder, sections) as receiver:
        before = receiver.state()
        made, seconds = make(storm, load)
        # What is on its way is read, and the counters are.
        time.sleep(SETTLE)
        after = receiver.state()
        resident = receiver.memory("VmHWM")
    outcomes = {}
    for (_, outcome), count in grown(after["events"], before["events"]).items():
        outcomes[outcome] = outcomes.get(outcome, 0) + count
    produced, delivered = outcomes.get("produced", 0), outcomes.get("delivered", 0)
    lost = sum(outcomes.get(reason, 0) for reason in ("ring_full", "rate_limited", "map_full", "missed", "malformed", "refused"))
    away = sum(sum(grown(after[name], before[name]).values()) for name in ("events_held", "events_in_ring"))
    ran = grown(after["time"], before["time"])
    runs = grown(after["runs"], before["runs"])
    events = delivered if unit == "records" else sum(runs.values())
    kernel, user = sum(ran.values()) / max(events, 1), (after["cpu"] - before["cpu"]) * 1e9 / max(events, 1)
    account = "exact" if produced == delivered + lost + away else f"OFF BY {produced - delivered - lost - away}"
    dear = sorted(ran, key=ran.get, reverse=True)[:3]
    detail = ", ".join(f"{name} {ran[name] / max(runs[name], 1):.0f} ns x {runs[name]:,}" for name in dear if runs[name])
    cells = [
        title, "swiftlet", f"{made:,}", f"{events:,} {unit}", f"{events / seconds:,.0f}", f"{kernel:.0f}", f"{user:.0f}",
        f"{(kernel + user) * events / seconds / 1e7:.1f}", f"{lost:,}", account, f"{resident:.1f}", detail,
    ]  # fmt: skip
    return cells, (kernel, user, lost if account == "exact" else account, (kernel + user) * 1e5 / 1e7)


def burst_row(program, folder, storm, row, times=12, wait=0.4):
    """A burst's title, and the collector's ns a record where it is told of all at once: a median of CPU time beyond that of idle times."""
    title, load, sections = row
    idle, spent = [], []
    with running(program, folder, sections) as receiver:
        make(storm, load)
        time.sleep(SETTLE)
        before = receiver.state()["events"]
        for _ in range(times):
            begin = receiver.cpu()[0]
            time.sleep(wait)
            idle.append(receiver.cpu()[0] - begin)
            os.kill(receiver.pid, signal.SIGSTOP)
            try:
                make(storm, load)
                begin = receiver.cpu()[0]
            finally:
                os.kill(receiver.pid, signal.SIGCONT)
            time.sleep(wait)
            spent.append(receiver.cpu()[0] - begin)
        time.sleep(SETTLE)
        grew = grown(receiver.state()["events"], before)
    records = sum(count for (_, outcome), count in grew.items() if outcome == "delivered") / times
    lost = sum(count for (_, outcome), count in grew.items() if outcome in ("ring_full", "map_full", "missed"))
    cost = (statistics.median(spent) - statistics.median(idle)) * 1e9 / max(records, 1)
    return [title, f"{records:,.0f}", f"{cost:.0f}", f"{lost:,}"]


class Tracer:
    """bpftrace with a script, in a mount namespace where the kernel's tracing files are."""

    def __init__(self, program, script, folder):
        self.log = folder / "bpftrace.log"
        mounted = "mount -t tracefs none /sys/kernel/tracing; mount -t debugfs none /sys/kernel/debug; ulimit -l unlimited; "
        with open(self.log, "w") as log:
            self.child = subprocess.Popen(
                ["unshare", "-m", "sh", "-c", mounted + 'exec "$0" -e "$1"', program, script],
                stdout=log, stderr=subprocess.STDOUT,
            )  # fmt: skip
        for _ in range(100):
            time.sleep(0.1)
            if "Attaching" in self.log.read_text():
                break
        time.sleep(1)
        self.watched = process.Process(self.child.pid)

    def programs(self):
        """Runs and ns of its programs."""
        runs, spent = 0, 0
        for path in pathlib.Path(f"/proc/{self.child.pid}/fdinfo").iterdir():
            text = path.read_text()
            if found := re.search(r"^run_time_ns:\s+(\d+)\nrun_cnt:\s+(\d+)", text, re.M):
                spent, runs = spent + int(found[1]), runs + int(found[2])
        return runs, spent

    def stop(self):
        self.child.send_signal(signal.SIGINT)
        try:
            self.child.wait(20)
        except subprocess.TimeoutExpired:
            self.child.kill()
            self.child.wait()


@contextlib.contextmanager
def tracing(program, script, folder):
    tracer = Tracer(program, script, folder)
    try:
        yield tracer
    finally:
        tracer.stop()


def tracer_row(program, folder, storm, row):
    title, load, script = row
    with tracing(program, script, folder) as tracer:
        runs, spent = tracer.programs()
        cpu = tracer.watched.cpu()[0]
        made, seconds = make(storm, load)
        time.sleep(1)
        cpu = tracer.watched.cpu()[0] - cpu
        after = tracer.programs()
        events, kernel = after[0] - runs, after[1] - spent
        resident = tracer.watched.memory("VmHWM")
    lost = sum(map(int, re.findall(r"Lost (\d+) events", tracer.log.read_text())))
    if not events:
        raise RuntimeError(f"its programs did not run: {tracer.log.read_text()[-200:]}")
    return [
        title, "bpftrace", f"{made:,}", f"{events:,} runs", f"{events / seconds:,.0f}", f"{kernel / events:.0f}",
        f"{cpu * 1e9 / events:.0f}", f"{(kernel / 1e9 + cpu) / seconds * 100:.1f}", f"{lost:,}", "", f"{resident:.1f}", "",
    ]  # fmt: skip


NGINX = """daemon off; worker_processes 1; pid {0}/nginx.pid; error_log {0}/error.log; user root;
events {{ worker_connections 256; }}
http {{
  access_log off; keepalive_requests 1000000000;
  client_body_temp_path {0}/a; proxy_temp_path {0}/b; fastcgi_temp_path {0}/c; uwsgi_temp_path {0}/d; scgi_temp_path {0}/e;
  server {{ listen 127.0.0.1:{1}; location / {{ return 200 "{2}"; }} }}
}}
"""


def children(pid):
    return [int(child) for child in pathlib.Path(f"/proc/{pid}/task/{pid}/children").read_text().split()]


def loaded(port, worker, seconds):
    """Requests a second, and nginx's CPU ns a request, under wrk."""
    before = worker.cpu()[0]
    text = subprocess.run(
        ["wrk", "-t1", "-c16", f"-d{seconds}s", f"http://127.0.0.1:{port}/"], check=True, capture_output=True, text=True
    ).stdout
    spent, requests = worker.cpu()[0] - before, int(re.search(r"(\d+) requests in", text)[1])
    return float(re.search(r"Requests/sec:\s+(\S+)", text)[1]), spent * 1e9 / requests, requests


# What runs in a process's time because of the programs: they, what calls them, and what they call.
IN_PROGRAMS = re.compile(r"bpf_prog_|bpf_trace_run|__bpf_trace_|__traceiter_sock|bpf_sk_storage_|bpf_get_current_")


def share(port, worker, folder, seconds):
    """The programs' share of nginx's CPU time in %, of a thousand samples a second."""
    samples = folder / "samples"
    wrk = ["wrk", "-t1", "-c16", f"-d{seconds}s", f"http://127.0.0.1:{port}/"]
    record = ["perf", "record", "-q", "-o", samples, "-e", "cpu-clock", "-F", "999", "-p", str(worker.pid), "--", *wrk]
    subprocess.run(record, check=True, capture_output=True)
    script = ["perf", "script", "-i", samples, "-F", "ip,sym"]
    lines = subprocess.run(script, check=True, capture_output=True, text=True).stdout.splitlines()
    symbols = [line.split()[1] for line in lines if len(line.split()) > 1]
    if not symbols:
        raise RuntimeError("perf took no samples of nginx")
    return sum(bool(IN_PROGRAMS.match(symbol)) for symbol in symbols) / len(symbols) * 100


# Programs that do nothing where those of the network section are: what the kernel's calls alone cost.
NOTHING = "rawtracepoint:sock_send_length { } rawtracepoint:sock_recv_length { }"


def web(program, peers, folder, rounds=12, seconds=2):
    """nginx under wrk with the collector off, with its network section on and with programs that do nothing, in turn: requests/s, CPU
    ns a request and how both differ from those of the run before with it off; the programs' ns; their share of samples."""
    place, port = (folder / "nginx").resolve(), collectors.free_port()
    place.mkdir(exist_ok=True)
    (place / "nginx.conf").write_text(NGINX.format(place, port, "x" * 512))
    with open(place / "out", "w") as log:
        arguments = [peers / "nginx", "-p", str(place), "-c", "nginx.conf", "-e", f"{place}/error.log"]
        child = subprocess.Popen(arguments, stdout=log, stderr=log)
    kinds = {"collector off": contextlib.nullcontext, "network on": lambda: running(program, folder, ("network",))}
    if (peers / "bpftrace").exists():
        kinds["empty programs at two hooks"] = lambda: tracing(peers / "bpftrace", NOTHING, folder)
    runs = {kind: [] for kind in kinds}
    try:
        collectors.wait_listening(port, child)
        # The port is there before the worker is.
        while not children(child.pid) and child.poll() is None:
            time.sleep(0.05)
        worker = process.Process(children(child.pid)[0])
        loaded(port, worker, 1)
        for _ in range(rounds):
            for kind, around in kinds.items():
                # The kernel's own counting of time would be counted too.
                with around():
                    runs[kind].append(loaded(port, worker, seconds))
        with statistics_on(), running(program, folder, ("network",)) as receiver:
            before = receiver.state()
            requests = loaded(port, worker, seconds)[2]
            time.sleep(SETTLE)
            programs = sum(grown(receiver.state()["time"], before["time"]).values()) / requests
        sampled = None
        if shutil.which("perf"):
            with running(program, folder, ("network",)):
                sampled = share(port, worker, folder, 5 * seconds)
    finally:
        process.end(child)
    rows = {kind: [compared(runs["collector off"], run, i) for i in (0, 1)] for kind, run in runs.items()}
    return {"rows": rows, "programs": programs, "share": sampled}


def compared(base, runs, i):
    """The median of figure `i` of `runs`, and that of its differences from `base`, run by run, in %."""
    differences = [run[i] / off[i] * 100 - 100 for off, run in zip(base, runs, strict=True)]
    return statistics.median(run[i] for run in runs), statistics.median(differences)


def attached(pid):
    """How many programs of a process the kernel holds."""
    found = set()
    for path in pathlib.Path(f"/proc/{pid}/fdinfo").iterdir():
        with contextlib.suppress(OSError):
            found |= set(re.findall(r"^prog_id:\s+(\d+)", path.read_text(), re.M))
    return len(found)


def resting(program, folder, storm, seconds):
    """RSS and maps with everything on, after a storm, and idle CPU; and how many programs there are with everything off."""
    with running(program, folder, SECTIONS) as receiver:
        make(storm, ("exec", 20_000))
        make(storm, ("lookups", 100_000, 3))
        make(storm, ("connect", 10_000))
        time.sleep(SETTLE)
        before = receiver.cpu()[0]
        time.sleep(seconds)
        idle = (receiver.cpu()[0] - before) / seconds * 100
        on = [receiver.memory("VmRSS"), receiver.memory("VmHWM"), receiver.maps(), idle, attached(receiver.pid)]
    with running(program, folder, ()) as receiver:
        before = receiver.cpu()[0]
        time.sleep(seconds)
        idle = (receiver.cpu()[0] - before) / seconds * 100
        off = [receiver.memory("VmRSS"), receiver.memory("VmHWM"), receiver.maps(), idle, attached(receiver.pid)]
    return {"on": on, "off": off}


def budgets(storms, found):
    """The budgets' lines: what, budget, figure, verdict."""
    out = []

    def line(title, limit, unit, value):
        out.append([title, f"{limit} {unit}", f"{value:.1f} {unit}", "met" if value <= limit else "**not met**"])

    for title, (kernel, user, lost, share) in storms.items():
        line(f"{title}: kernel, an event", KERNEL, "ns", kernel)
        line(f"{title}: user, an event", USER, "ns", user)
        line(f"{title}: 100,000 events/s", CORE, "% of a core", share)
        out.append([f"{title}: lost", "0", f"{lost}", "met" if lost == 0 else "**not met**"])
    if "web" in found:
        requests, cpu = found["web"]["rows"]["network on"]
        line("nginx's requests/s with network on, less by", WEB, "%", -requests[1])
        line("nginx's CPU a request with network on, more by", WEB, "%", cpu[1])
        if found["web"]["share"] is not None:
            line("the programs' share of nginx's CPU time, by samples", WEB, "%", found["web"]["share"])
    if "rest" in found:
        line("RSS with everything on, after the storms", MEMORY, "MiB", found["rest"]["on"][0])
        line("programs with everything off", 0, "", found["rest"]["off"][4])
    return out


HEADS = [
    "load", "by", "made", "events", "events/s", "kernel ns/event", "user ns/event", "% of a core", "lost", "account",
    "peak MiB", "dearest programs",
]  # fmt: skip


def measure(program, folder, seconds):
    """All of it, as tables: title, heads, rows."""
    if os.geteuid() != 0:
        raise RuntimeError("needs root")
    storm, peers = folder / "storm", pathlib.Path(".build/peers").resolve()
    rows, judged, found = [], {}, {}

    def attempt(name, work):
        try:
            done = work()
            print(f"kernel           {name}: {done}", file=sys.stderr, flush=True)
            return done
        except (RuntimeError, OSError, subprocess.SubprocessError) as error:
            rows.append([name, "", *[""] * 9, f"failed: {error}"])

    with statistics_on():
        for row in STORMS:
            if done := attempt(row[0], lambda row=row: storm_row(program, folder, storm, row)):
                rows.append(done[0])
                if row[3] == "records":
                    judged[row[0]] = done[1]
        bursts = [done for row in BURSTS if (done := attempt(row[0], lambda row=row: burst_row(program, folder, storm, row)))]
        if (peers / "bpftrace").exists():
            for row in PEER:
                if done := attempt(row[0], lambda row=row: tracer_row(peers / "bpftrace", folder, storm, row)):
                    rows.append(done)
        if done := attempt("at rest", lambda: resting(program, folder, storm, seconds)):
            found["rest"] = done
    if (peers / "nginx").exists():
        if done := attempt("nginx", lambda: web(program, peers, folder)):
            found["web"] = done
    tables = [
        ("Budgets of the kernel's view", ["budget of", "budget", "Swiftlet", ""], budgets(judged, found)),
        ("The kernel's view", HEADS, rows),
        ("The kernel's view, told of at once", ["burst", "records", "user ns/record", "lost"], bursts),
    ]
    if "web" in found:
        heads = ["nginx under wrk", "requests/s", "%", "nginx's CPU ns a request", "%", "the programs' ns a request"]
        lines = [
            [kind, f"{requests[0]:,.0f}", f"{requests[1]:+.1f}", f"{cpu[0]:,.0f}", f"{cpu[1]:+.1f}", ""]
            for kind, (requests, cpu) in found["web"]["rows"].items()
        ]
        lines[1][-1] = f"{found['web']['programs']:,.0f}"
        tables.append(("The kernel's view of a web server", heads, lines))
    if "rest" in found:
        heads = ["sections", "RSS MiB", "peak MiB", "maps in the kernel MiB", "CPU % while idle", "programs"]
        lines = [[f"all {key}", *(f"{value:.2f}" for value in found["rest"][key][:4]), found["rest"][key][4]] for key in ("on", "off")]
        tables.append(("The kernel's view at rest", heads, lines))
    return tables
