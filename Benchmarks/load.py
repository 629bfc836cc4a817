"""Drives requests through a collector with programs that are not this project's: h2load and wrk."""

import dataclasses
import json
import math
import pathlib
import re
import statistics
import subprocess

import bodies

HERE = pathlib.Path(__file__).parent
LONGEST = 300  # seconds of one load; what takes longer is stopped and is an error

GRPC_PATHS = {
    "traces": "/opentelemetry.proto.collector.trace.v1.TraceService/Export",
    "metrics": "/opentelemetry.proto.collector.metrics.v1.MetricsService/Export",
    "logs": "/opentelemetry.proto.collector.logs.v1.LogsService/Export",
}


@dataclasses.dataclass
class Load:
    """What a client saw: requests answered with a 2xx status, and the milliseconds they took."""

    answered: int
    p50: float
    p99: float
    # Requests that may have arrived though their answers were not waited for.
    unanswered: int = 0


def requests(scenario, scale):
    """How many requests a run of that scale sends: at least one a stream of each connection."""
    least = scenario.connections if scenario.rate else scenario.connections * min(scenario.streams, 2)
    return max(least, math.ceil(scenario.total / scenario.items * scale))


def warm(scenario, collector, folder):
    """A short load before the one that is measured: what only the first requests cost is no item's cost.

    Returns how many requests were answered.
    """
    least = dataclasses.replace(scenario, total=20 * scenario.items, rate=0, client="h2load")
    return drive(least, collector, folder, 1).answered


def drive(scenario, collector, folder, scale):
    body = bodies.file(folder, scenario.signal, scenario.items, scenario.attributes, scenario.protocol, scenario.coding)
    run = wrk if scenario.client == "wrk" else h2load
    try:
        return run(scenario, collector, folder, body, scale)
    except subprocess.TimeoutExpired:
        raise RuntimeError(f"{scenario.client} was not done after {LONGEST} s") from None


def h2load(scenario, collector, folder, body, scale):
    times = folder / "h2load.times"
    times.unlink(missing_ok=True)
    command = ["h2load", "-t", "1", "-n", str(requests(scenario, scale)), "-c", str(scenario.connections)]
    command += ["-d", str(body), f"--log-file={times}"]
    if scenario.rate:
        command += [f"--rps={scenario.rate / scenario.items / scenario.connections:g}"]
    if scenario.protocol == "grpc":
        command += ["-m", str(scenario.streams), "-H", "content-type: application/grpc", "-H", "te: trailers"]
        command += ["-H", f"grpc-encoding: {scenario.coding}"] if scenario.coding else []
        command += [f"http://127.0.0.1:{collector.grpc}{GRPC_PATHS[scenario.signal]}"]
    else:
        command += ["--h1", "-H", "content-type: application/x-protobuf"]
        command += ["-H", f"content-encoding: {scenario.coding}"] if scenario.coding else []
        command += [f"http://127.0.0.1:{collector.http}/v1/{scenario.signal}"]
    output = subprocess.run(command, capture_output=True, text=True, timeout=LONGEST).stdout
    (folder / "h2load.log").write_text(" ".join(command) + "\n" + output)
    status = re.search(r"status codes: (\d+) 2xx", output)
    if not status:
        raise RuntimeError(f"h2load gave no status codes; see {folder / 'h2load.log'}")
    taken = [int(line.split("\t")[2]) / 1000 for line in times.read_text().splitlines()]
    cuts = statistics.quantiles(taken, n=100) if len(taken) > 1 else [0] * 99
    return Load(int(status[1]), cuts[49], cuts[98])


def wrk(scenario, collector, folder, body, scale):
    """wrk runs for a time, not for a number of requests, and leaves those of the last moment unanswered."""
    seconds = max(1, round(4 * scale))
    command = ["wrk", "-t", "1", "-c", str(scenario.connections), "-d", f"{seconds}s", "-s", str(HERE / "post.lua")]
    command += [f"http://127.0.0.1:{collector.http}/v1/{scenario.signal}", "--", str(body), scenario.coding]
    output = subprocess.run(command, capture_output=True, text=True, timeout=LONGEST).stdout
    (folder / "wrk.log").write_text(" ".join(command) + "\n" + output)
    result = re.search(r"^result (\{.*\})$", output, re.M)
    if not result:
        raise RuntimeError(f"wrk gave no result; see {folder / 'wrk.log'}")
    seen = json.loads(result[1])
    return Load(seen["requests"] - seen["refused"], seen["p50"], seen["p99"], scenario.connections)
