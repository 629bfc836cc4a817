"""What was acknowledged is never lost silently: stops, dead backends, hostile peers, little memory."""
import socket
import struct
import time

import grpc
import pytest

from backend import Backend
from client import GRPCClient, post, retry_delay
from collector import pipelines, wait_until
from conftest import grpc_exporter
from payloads import SIGNALS, ids, spans
from test_delivery import Stream

PREFACE = b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n" + bytes(3) + b"\x04" + bytes(5)
HALF_A_REQUEST = (
    b"POST /v1/traces HTTP/1.1\r\nhost: x\r\ncontent-type: application/x-protobuf\r\n"
    b"content-length: 100\r\n\r\nabc"
)


def begin(start, backend, *arguments, service=None, processors=None, **settings):
    """A collector whose one pipeline has what `service` says."""
    exporters = settings.pop("exporters", None) or grpc_exporter(backend, **settings)
    config = {"exporters": exporters, "service": service or pipelines(list(exporters))}
    if processors:
        config["processors"] = processors
    return start(config, *arguments)


def test_a_backend_that_comes_and_goes_gets_all_that_was_acknowledged(backend, start):
    collector = begin(start, backend)
    streams = [Stream(collector, protocol) for protocol in ("grpc", "http")]
    for _ in range(4):
        time.sleep(0.25)
        backend.stop()
        time.sleep(0.25)
        backend.start()
    acknowledged = [each for stream in streams for each in stream.end()]
    collector.stop()
    assert acknowledged
    assert set(acknowledged) <= set(backend.span_ids())


def test_a_stop_with_a_dead_backend_says_what_is_lost_and_fails(backend, start):
    backend.stop()
    collector = begin(start, backend, "--shutdown-timeout", "1s")
    stream = Stream(collector)
    time.sleep(0.3)
    started = time.monotonic()
    collector.terminate()
    assert collector.wait() == 1
    assert time.monotonic() - started < 2.5
    lost = len(stream.end())
    assert lost
    lines = [line for line in collector.log().splitlines() if " ERROR " in line]
    assert any("lost telemetry" in line and f"items={lost}" in line for line in lines), lines[-5:]


def test_a_stop_loses_nothing_where_senders_wait_for_the_delivery(backend, start):
    backend.stop()
    service = pipelines(["otlp_grpc"], acknowledge="delivered")
    collector = begin(start, backend, "--shutdown-timeout", "1s", service=service)
    with GRPCClient(collector.grpc) as client:
        call = client.future(spans(3))
        time.sleep(0.2)
        assert not call.done()
        collector.terminate()
        assert collector.wait() == 0
        with pytest.raises(grpc.RpcError) as error:
            call.result()
        assert error.value.code() == grpc.StatusCode.UNAVAILABLE


def test_peers_that_do_not_finish_leave_a_stop_its_time_to_deliver(backend, start):
    collector = begin(
        start, backend, "--shutdown-timeout", "2s", processors={"batch": {"timeout": "60s"}}
    )
    message = spans(10)
    post(collector, message.SerializeToString())
    crowd = []
    for port, text in [(collector.http_port, HALF_A_REQUEST), (collector.grpc_port, PREFACE)] * 3:
        crowd.append(socket.create_connection(("127.0.0.1", port)))
        crowd[-1].sendall(text)
    time.sleep(0.1)
    collector.stop()
    assert sorted(backend.span_ids()) == sorted(ids(message))


def test_a_dead_branch_refuses_retryably_and_doubles_nothing_elsewhere(backend, start):
    away = Backend()
    small = {"sizer": "bytes", "queue_size": 50_000}
    exporters = {
        "otlp_grpc/here": grpc_exporter(backend)["otlp_grpc"],
        "otlp_grpc/away": grpc_exporter(away, sending_queue=small)["otlp_grpc"],
    }
    collector = begin(start, backend, exporters=exporters)
    accepted, refusals = [], []
    with GRPCClient(collector.grpc) as client:
        for _ in range(150):
            message = spans(5, name="x" * 200)
            try:
                client.export(message)
                accepted += ids(message)
            except grpc.RpcError as error:
                refusals.append((error.code(), retry_delay(error)))
    assert accepted and refusals
    assert all(code == grpc.StatusCode.UNAVAILABLE and delay for code, delay in refusals)
    away.start()
    try:
        for each in (backend, away):
            each.wait_items(len(accepted))
            assert sorted(each.span_ids()) == sorted(accepted)
        collector.stop()
    finally:
        away.stop()


@pytest.mark.parametrize("limit", [64 << 10, 1 << 20])
def test_little_memory_refuses_but_loses_nothing(backend, start, limit):
    service = {**pipelines(["otlp_grpc"]), "memory_limit": limit}
    collector = begin(start, backend, service=service)
    streams = [Stream(collector, protocol, 50) for protocol in ("grpc", "http") * 2]
    time.sleep(1)
    acknowledged = [each for stream in streams for each in stream.end()]
    collector.stop()
    assert acknowledged
    assert set(acknowledged) <= set(backend.span_ids())


def test_calls_that_fail_or_are_cancelled_give_their_memory_back(backend, start):
    service = {**pipelines(["otlp_grpc"]), "memory_limit": 1_000_000}
    collector = begin(start, backend, service=service)
    method = SIGNALS["traces"].method
    with GRPCClient(collector.grpc, compression=grpc.Compression.Gzip) as client:
        for _ in range(20):
            assert client.failure(method, b"\xff" * 200_000).code() == grpc.StatusCode.INVALID_ARGUMENT
    # Calls whose client gives up at once, wherever they are.
    with GRPCClient(collector.grpc) as client:
        calls = [client.future(spans(100, name="x" * 1000), timeout=0.001) for _ in range(50)]
        for call in calls:
            call.exception()
    for _ in range(20):
        raw = socket.create_connection(("127.0.0.1", collector.http_port))
        raw.sendall(HALF_A_REQUEST.replace(b"length: 100", b"length: 400000"))
        raw.close()
    large = spans(1, name="x" * 800_000).SerializeToString()
    wait_until(lambda: post(collector, large).status_code == 200, "all memory back")


def test_a_body_that_would_not_fit_into_memory_is_not_decompressed(backend, start):
    service = {**pipelines(["otlp_grpc"]), "memory_limit": 1_000_000}
    collector = begin(start, backend, service=service)
    bomb = spans(1, name="x" * 40_000_000)
    before = collector.peak_kibibytes()
    with GRPCClient(collector.grpc, compression=grpc.Compression.Gzip) as client:
        with pytest.raises(grpc.RpcError) as error:
            client.export(bomb)
    assert error.value.code() == grpc.StatusCode.UNAVAILABLE
    assert collector.peak_kibibytes() - before < 8_000


def test_hostile_and_short_lived_peers_cost_nothing_that_stays(backend, start):
    collector = begin(start, backend)
    stream = Stream(collector)
    kinds = [b"", b"POST /v1/tr", b"\0\xff garbage\r\n\r\n", PREFACE, PREFACE + b"\xff" * 40, HALF_A_REQUEST]
    files = collector.open_files()
    for number in range(3000):
        port = collector.http_port if number % 2 else collector.grpc_port
        with socket.create_connection(("127.0.0.1", port)) as peer:
            text = kinds[number // 2 % len(kinds)]
            if text:
                peer.sendall(text)
            if number % 3 == 0:
                peer.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
    wait_until(lambda: collector.open_files() <= files + 8, "descriptors back")
    acknowledged = stream.end()
    collector.stop()
    assert acknowledged
    assert set(acknowledged) <= set(backend.span_ids())
