"""What was acknowledged arrives: through refusals, restarts and shutdown."""

import threading
import time
from collections import Counter

import grpc
import pytest
import requests

from client import GRPCClient, post
from collector import pipelines
from conftest import grpc_exporter, http_exporter
from payloads import ids, spans

EXPORTERS = {"otlp_grpc": grpc_exporter, "otlp_http": http_exporter}


def begin(start, backend, exporter, *arguments, **settings):
    exporters = EXPORTERS[exporter](backend, **settings)
    return start({"exporters": exporters, "service": pipelines([exporter])}, *arguments)


class Stream:
    """Sends requests one after another on a thread of its own, and keeps the ids acknowledged."""

    def __init__(self, collector, protocol="grpc", spans_each=10):
        self.collector, self.protocol, self.spans_each = collector, protocol, spans_each
        self.acknowledged, self.ended = [], threading.Event()
        self.thread = threading.Thread(target=self._run, daemon=True)
        self.thread.start()

    def _run(self):
        session = requests.Session()
        with GRPCClient(self.collector.grpc) as client:
            while not self.ended.is_set():
                message = spans(self.spans_each)
                try:
                    if self.protocol == "grpc":
                        client.export(message, timeout=5)
                    else:
                        answer = session.post(
                            self.collector.http + "/v1/traces",
                            data=message.SerializeToString(),
                            headers={"Content-Type": "application/x-protobuf"},
                            timeout=5,
                        )
                        answer.raise_for_status()
                    self.acknowledged += ids(message)
                except (grpc.RpcError, requests.RequestException):
                    time.sleep(0.01)

    def end(self):
        self.ended.set()
        self.thread.join(10)
        return self.acknowledged


RETRYABLE_GRPC = [
    grpc.StatusCode.CANCELLED,
    grpc.StatusCode.DEADLINE_EXCEEDED,
    grpc.StatusCode.ABORTED,
    grpc.StatusCode.OUT_OF_RANGE,
    grpc.StatusCode.UNAVAILABLE,
    grpc.StatusCode.DATA_LOSS,
]


@pytest.fixture(scope="module")
def retrying(tmp_path_factory):
    """A collector and a backend, one pair a protocol, shared by the tables of codes."""
    from backend import Backend
    from collector import Collector

    backend = Backend().start()
    running = {}
    for name, make in EXPORTERS.items():
        config = {"exporters": make(backend), "service": pipelines([name], processors=[])}
        running[name] = Collector(tmp_path_factory.mktemp(name), config).start()
    yield backend, running
    for collector in running.values():
        collector.stop()
    backend.stop()


def send_through(retrying, exporter, *refusal):
    """Has the backend refuse once, sends, and returns whether the item came at last."""
    backend, running = retrying
    backend.received.clear()
    backend.refused.clear()
    backend.refuse(1, *refusal)
    message = spans(1)
    post(running[exporter], message.SerializeToString())
    deadline = time.monotonic() + 0.8
    while time.monotonic() < deadline and not backend.items():
        time.sleep(0.01)
    assert len(backend.refused) == 1
    return backend.span_ids() == ids(message)


@pytest.mark.parametrize("code", RETRYABLE_GRPC, ids=lambda code: code.name)
def test_grpc_exporter_sends_again_on_retryable_codes(retrying, code):
    assert send_through(retrying, "otlp_grpc", code)


@pytest.mark.parametrize(
    "code",
    [
        grpc.StatusCode.INVALID_ARGUMENT,
        grpc.StatusCode.UNIMPLEMENTED,
        grpc.StatusCode.PERMISSION_DENIED,
        grpc.StatusCode.UNAUTHENTICATED,
        grpc.StatusCode.INTERNAL,
        grpc.StatusCode.UNKNOWN,
        grpc.StatusCode.RESOURCE_EXHAUSTED,
    ],
    ids=lambda code: code.name,
)
def test_grpc_exporter_never_sends_again_on_other_codes(retrying, code):
    assert not send_through(retrying, "otlp_grpc", code)


@pytest.mark.parametrize(
    "exporter, refusal", [("otlp_grpc", grpc.StatusCode.RESOURCE_EXHAUSTED), ("otlp_http", 413)]
)
def test_a_batch_that_is_too_large_is_sent_in_halves(backend, start, exporter, refusal):
    collector = begin(start, backend, exporter)
    message = spans(8)
    backend.refuse(2, refusal)
    post(collector, message.SerializeToString())
    backend.wait_items(8)
    assert sorted(backend.span_ids()) == sorted(ids(message))
    assert len(backend.refused) == 2 and len(backend.received) == 3


def test_grpc_exporter_sends_again_on_resource_exhausted_with_retry_info(retrying):
    assert send_through(retrying, "otlp_grpc", grpc.StatusCode.RESOURCE_EXHAUSTED, 0.1)


@pytest.mark.parametrize("status", [429, 502, 503, 504])
def test_http_exporter_sends_again_on_retryable_statuses(retrying, status):
    assert send_through(retrying, "otlp_http", status)


@pytest.mark.parametrize("status", [400, 401, 403, 404, 413, 500, 501])
def test_http_exporter_never_sends_again_on_other_statuses(retrying, status):
    assert not send_through(retrying, "otlp_http", status)


@pytest.mark.parametrize(
    "exporter, refusal",
    [("otlp_grpc", (grpc.StatusCode.UNAVAILABLE, 1.0)), ("otlp_http", (503, 1))],
)
def test_a_throttled_exporter_waits_as_long_as_it_was_asked_to(backend, start, exporter, refusal):
    collector = begin(start, backend, exporter)
    backend.refuse(1, *refusal)
    post(collector, spans(1).SerializeToString())
    backend.wait_items(1)
    assert backend.received[0].at - backend.refused[0].at >= 0.95


@pytest.mark.parametrize("exporter", list(EXPORTERS))
def test_nothing_is_lost_while_the_backend_is_away(backend, start, exporter):
    collector = begin(start, backend, exporter)
    stream = Stream(collector)
    backend.wait_items(50)
    backend.stop()
    time.sleep(0.5)
    backend.start()
    seen = len(backend.items())
    backend.wait_items(seen + 50)
    acknowledged = stream.end()
    collector.stop()
    arrived = backend.span_ids()
    assert set(acknowledged) <= set(arrived)
    # A request whose answer was lost with its connection comes again; there was one such moment.
    assert max(Counter(arrived).values()) <= 2


def test_a_collector_started_before_its_backend_delivers_when_it_comes(backend, start):
    backend.stop()
    collector = begin(start, backend, "otlp_grpc")
    message = spans(10)
    with GRPCClient(collector.grpc) as client:
        client.export(message)
    time.sleep(0.2)
    backend.start()
    backend.wait_items(10)
    assert sorted(backend.span_ids()) == sorted(ids(message))


@pytest.mark.parametrize("protocol", ["grpc", "http"])
def test_sigterm_in_mid_load_loses_nothing_that_was_acknowledged(backend, start, protocol):
    collector = begin(start, backend, "otlp_grpc")
    streams = [Stream(collector, protocol) for _ in range(4)]
    backend.wait_items(100)
    collector.terminate()
    code = collector.wait()
    acknowledged = [each for stream in streams for each in stream.end()]
    assert code == 0, collector.log()[-4000:]
    arrived = backend.span_ids()
    assert set(acknowledged) <= set(arrived)
    assert len(arrived) == len(set(arrived))


def test_sigterm_drains_what_the_batch_still_holds(backend, start):
    config = {
        "processors": {"batch": {"timeout": "60s", "send_batch_size": 100000}},
        "exporters": grpc_exporter(backend),
        "service": pipelines(["otlp_grpc"]),
    }
    collector = start(config)
    message = spans(10)
    with GRPCClient(collector.grpc) as client:
        client.export(message)
    assert backend.items() == []
    collector.stop()
    assert backend.span_ids() == ids(message)


def test_shutdown_ends_at_its_deadline_though_the_backend_is_away(backend, start):
    backend.stop()
    collector = begin(start, backend, "otlp_grpc", "--shutdown-timeout", "1s")
    with GRPCClient(collector.grpc) as client:
        client.export(spans(1))
    started = time.monotonic()
    collector.terminate()
    collector.process.wait(10)
    assert time.monotonic() - started < 5


def test_a_second_sigterm_ends_it_at_once(backend, start):
    backend.stop()
    collector = begin(start, backend, "otlp_grpc", "--shutdown-timeout", "60s")
    with GRPCClient(collector.grpc) as client:
        client.export(spans(1))
    collector.terminate()
    time.sleep(0.2)
    assert collector.process.poll() is None
    collector.terminate()
    collector.process.wait(5)


@pytest.mark.parametrize("size, limit", [(10, 0), (5, 5)])
def test_batches_have_the_sizes_configured(backend, start, size, limit):
    batch = {"timeout": "60s", "send_batch_size": size, "send_batch_max_size": limit}
    config = {
        "processors": {"batch": batch},
        "exporters": grpc_exporter(backend),
        "service": pipelines(["otlp_grpc"]),
    }
    collector = start(config)
    messages = [spans(2) for _ in range(10)]
    with GRPCClient(collector.grpc) as client:
        for message in messages:
            client.export(message)
    backend.wait_items(20)
    collector.stop()
    counts = [sum(len(s.spans) for r in e.message.resource_spans for s in r.scope_spans) for e in backend.received]
    assert sum(counts) == 20
    assert all(count <= limit for count in counts) if limit else counts == [size] * (20 // size)
    assert sorted(backend.span_ids()) == sorted(ids(*messages))


def test_a_unix_socket_takes_otlp(backend, start, tmp_path):
    path = tmp_path / "otlp.sock"
    config = {
        "receivers": {
            "otlp": {"protocols": {"grpc": {"endpoint": str(path), "transport": "unix"}}}
        },
        "exporters": grpc_exporter(backend),
        "service": pipelines(["otlp_grpc"]),
    }
    collector = start(config)
    message = spans(3)
    with GRPCClient(f"unix:{path}") as client:
        client.export(message)
    backend.wait_items(3)
    assert backend.span_ids() == ids(message)
    collector.stop()
    assert not path.exists()
