"""What is no load on a pipeline: idling, starting, idle connections, and the Prometheus exporter."""

import contextlib
import http.client
import resource
import socket
import statistics
import struct
import time

import bodies
import load
import process
from scenarios import Scenario
from sink import Sink

DEFAULT = Scenario("default", "the default pipeline")
SERIES = (10, 10_000)  # requests, and points in each


@contextlib.contextmanager
def running(collector, program, scenario=DEFAULT):
    """A collector with a sink behind it."""
    sink = Sink(program)
    try:
        collector.start(scenario, sink)
        try:
            yield
        finally:
            collector.stop()
    finally:
        sink.close()


def idle(collector, program, seconds):
    """Start to listening in ms (median and least of 9), idle memory in MiB (all and private), CPU in ms."""
    starts = []
    sink = Sink(program)
    try:
        for _ in range(9):
            starts.append(collector.start(DEFAULT, sink) * 1000)
            collector.stop()
    finally:
        sink.close()
    with running(collector, program):
        time.sleep(2)
        before = collector.cpu()[0]
        time.sleep(seconds)
        spent = (collector.cpu()[0] - before) * 1000
        resident, private = collector.memory("VmRSS"), collector.private()
    return [statistics.median(starts), min(starts), resident, private, spent]


def idle_connections(collector, program, count):
    """KiB that an idle connection keeps once it has had one request: of gRPC and of HTTP/1.1."""
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (min(hard, max(soft, 4 * count)), hard))
    body = bodies.request("traces", 1)
    out = []
    for open_one in (open_grpc, open_http):
        with running(collector, program), contextlib.ExitStack() as connections:
            port = collector.grpc if open_one is open_grpc else collector.http
            # The first hundred fill what is kept for all.
            for _ in range(100):
                connections.enter_context(open_one(port, body))
            time.sleep(2)
            before = collector.memory("VmRSS")
            for _ in range(count):
                connections.enter_context(open_one(port, body))
            time.sleep(2)
            out.append((collector.memory("VmRSS") - before) * 1024 / count)
    return out


def open_http(port, body):
    """A connection over which one request has gone."""
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=10)
    connection.request("POST", "/v1/traces", body, {"content-type": "application/x-protobuf"})
    answer = connection.getresponse()
    answer.read()
    if answer.status != 200:
        raise RuntimeError(f"POST /v1/traces was answered with {answer.status}")
    return contextlib.closing(connection)


def frame(kind, flags, stream, payload):
    return struct.pack(">I", len(payload))[1:] + bytes([kind, flags]) + struct.pack(">I", stream) + payload


def open_grpc(port, body):
    """The same over HTTP/2: preface, settings, one call, and the frames up to its trailers."""
    plain = lambda name, value: b"\x00" + bytes([len(name)]) + name + bytes([len(value)]) + value
    head = b"\x83\x86" + plain(b":path", load.GRPC_PATHS["traces"].encode()) + plain(b":authority", b"127.0.0.1")
    head += plain(b"content-type", b"application/grpc") + plain(b"te", b"trailers")
    message = b"\x00" + struct.pack(">I", len(body)) + body
    connection = socket.create_connection(("127.0.0.1", port), timeout=10)
    connection.sendall(
        b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n" + frame(4, 0, 0, b"") + frame(1, 4, 1, head) + frame(0, 1, 1, message)
    )
    ended = False
    with connection.makefile("rb") as stream:
        while not ended:
            top = stream.read(9)
            if len(top) < 9:
                raise RuntimeError("the connection was closed before the call was answered")
            payload = stream.read(int.from_bytes(top[:3], "big"))
            if top[3] == 4 and not top[4] & 1:
                connection.sendall(frame(4, 1, 0, b""))
            if top[3] == 6 and not top[4] & 1:
                connection.sendall(frame(6, 1, 0, payload))
            ended = top[3] == 1 and top[4] & 1
    return contextlib.closing(connection)


def prometheus(collector, program, rounds):
    """The exporter with 100,000 series: us a new point, us a point of a known series, MiB held, and what a scrape
    costs: ms of CPU, MiB of answer, MiB above the idle size."""
    requests, points = SERIES
    known = bodies.series(requests, points)
    with running(collector, program, Scenario("prometheus", "", signal="metrics", out="prometheus", processors=())):
        send = http.client.HTTPConnection("127.0.0.1", collector.http, timeout=60)

        def push():
            for body in known:
                send.request("POST", "/v1/metrics", body, {"content-type": "application/x-protobuf"})
                answer = send.getresponse()
                answer.read()
                if answer.status != 200:
                    raise RuntimeError(f"POST /v1/metrics was answered with {answer.status}")
            time.sleep(0.3)  # until what is behind the answer is done too
            return collector.cpu()

        before = collector.cpu()
        new = push()
        for _ in range(rounds):
            after = push()
        time.sleep(2)
        held = collector.memory("VmRSS")
        collector.forget_peak()
        still = collector.cpu()
        length, seconds = scrape(collector.scrape)
        spent = process.Spent(still, collector.cpu(), 1)
        above = collector.memory("VmHWM") - held
        send.close()
    count = requests * points
    return [
        process.Spent(before, new, count).total, process.Spent(new, after, count * rounds).total, held,
        spent.total / 1000, seconds * 1000, length / 2**20, above,
    ]  # fmt: skip


def scrape(port):
    """The bytes of one scrape and the seconds it took; all series must be in it."""
    started = time.perf_counter()
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=60)
    connection.request("GET", "/metrics")
    text = connection.getresponse().read()
    connection.close()
    count = text.count(b"\nhttp_server_requests")
    if count != SERIES[0] * SERIES[1]:
        raise RuntimeError(f"a scrape has {count} series")
    return len(text), time.perf_counter() - started
