"""OTLP specification, "OTLP/gRPC": one test a rule, named after it."""
import socket
import struct
from concurrent.futures import ThreadPoolExecutor

import grpc
import h2.config
import h2.connection
import h2.events
import pytest
from google.rpc import error_details_pb2

from client import GRPCClient, details, retry_delay, rich_status
from collector import free_port, pipelines
from conftest import grpc_exporter
from payloads import MAKE, SIGNALS, ids, spans

TRACES = SIGNALS["traces"].method


@pytest.mark.parametrize("signal", list(SIGNALS))
def test_full_success_leaves_partial_success_unset(grpc_client, shared, signal):
    shared.backend.received.clear()
    message = MAKE[signal](3)
    response = grpc_client.export(message, signal)
    assert not response.HasField("partial_success")
    shared.backend.wait_items(3, signal)


@pytest.mark.parametrize("signal", list(SIGNALS))
def test_empty_request_is_a_success(grpc_client, signal):
    response = grpc_client.export(SIGNALS[signal].request(), signal)
    assert not response.HasField("partial_success")


def test_gzip_is_supported(shared):
    message = spans(20)
    with GRPCClient(shared.collector.grpc, grpc.Compression.Gzip) as client:
        client.export(message)
    shared.backend.wait_items(20)
    assert set(ids(message)) <= set(shared.backend.span_ids())


@pytest.mark.parametrize(
    "trace_id, reason",
    [(b"\x01" * 15, "15 bytes"), (b"\x01" * 17, "17 bytes"), (bytes(16), "zeroes"), (b"", "empty")],
)
def test_items_with_invalid_ids_are_a_partial_success(grpc_client, shared, trace_id, reason):
    shared.backend.received.clear()
    message = spans(3)
    message.resource_spans[0].scope_spans[0].spans[1].trace_id = trace_id
    good = [ids(message)[0], ids(message)[2]]
    response = grpc_client.export(message)
    assert response.partial_success.rejected_spans == 1, reason
    assert response.partial_success.error_message != ""
    shared.backend.wait_items(2)
    assert shared.backend.span_ids() == good


def test_unknown_method_is_unimplemented(grpc_client):
    for method in (
        "/opentelemetry.proto.collector.trace.v1.TraceService/Import",
        "/opentelemetry.proto.collector.nothing.v1.NothingService/Export",
        "/",
    ):
        assert grpc_client.failure(method, b"").code() == grpc.StatusCode.UNIMPLEMENTED, method


@pytest.mark.parametrize(
    "body",
    [
        b"\x0a\xff\xff\xff\x0f",  # a length beyond the end
        b"\x0a\x02\x12",  # cut inside a field
        b"\xff" * 11,  # a varint that never ends
        b"\x0b\x0c\x0c",  # groups that do not match
        b"not a protobuf message at all",
    ],
    ids=["length", "cut", "varint", "group", "text"],
)
def test_malformed_request_is_invalid_argument_and_the_connection_lives_on(grpc_client, body):
    error = grpc_client.failure(TRACES, body)
    assert error.code() == grpc.StatusCode.INVALID_ARGUMENT
    assert error.details()
    grpc_client.export(spans(1))


def test_bad_data_says_bad_request_in_its_details(grpc_client):
    error = grpc_client.failure(TRACES, b"\x0a\xff\xff\xff\x0f")
    status = rich_status(error)
    assert status is not None and status.code == grpc.StatusCode.INVALID_ARGUMENT.value[0]
    assert details(status, error_details_pb2.BadRequest)
    assert not details(status, error_details_pb2.RetryInfo)


def test_invalid_utf8_in_a_string_field_is_invalid_argument(grpc_client):
    body = spans(1, name="SENTINEL").SerializeToString().replace(b"SENTINEL", b"SENT\xff\xfeEL")
    assert grpc_client.failure(TRACES, body).code() == grpc.StatusCode.INVALID_ARGUMENT


def limited(start, backend, mebibytes):
    port = free_port()
    endpoint = {"endpoint": f"127.0.0.1:{port}", "max_recv_msg_size_mib": mebibytes}
    config = {
        "receivers": {"otlp": {"protocols": {"grpc": endpoint}}},
        "exporters": grpc_exporter(backend),
        "service": pipelines(["otlp_grpc"]),
    }
    return start(config, grpc=port)


def test_oversize_request_is_resource_exhausted_without_retry_info(backend, start):
    collector = limited(start, backend, 1)
    with GRPCClient(collector.grpc) as client:
        error = client.failure(TRACES, spans(1, name="x" * 1_100_000).SerializeToString())
        assert error.code() == grpc.StatusCode.RESOURCE_EXHAUSTED
        assert retry_delay(error) is None
        client.export(spans(1, name="x" * 900_000))
    backend.wait_items(1)


def test_size_limit_holds_after_decompression(backend, start):
    collector = limited(start, backend, 1)
    with GRPCClient(collector.grpc, grpc.Compression.Gzip) as client:
        error = client.failure(TRACES, spans(1, name="x" * 50_000_000).SerializeToString())
        assert error.code() == grpc.StatusCode.RESOURCE_EXHAUSTED
        assert retry_delay(error) is None
        client.export(spans(1))


def test_concurrent_unary_calls(grpc_client, shared):
    shared.backend.received.clear()
    messages = [spans(2) for _ in range(100)]
    for future in [grpc_client.future(message) for message in messages]:
        future.result(timeout=10)
    shared.backend.wait_items(200)
    assert sorted(shared.backend.span_ids()) == sorted(ids(*messages))


def overloaded(start, backend):
    """A collector whose queue holds one request while the backend is away."""
    backend.stop()
    queue = {"sizer": "requests", "queue_size": 1, "num_consumers": 1}
    exporters = grpc_exporter(
        backend, sending_queue=queue, retry_on_failure={"initial_interval": "60s", "max_interval": "60s"}
    )
    service = pipelines(["otlp_grpc"], processors=[])
    return start({"exporters": exporters, "service": service}, "--shutdown-timeout", "1s")


def test_overload_is_retryable_with_retry_info(backend, start):
    collector = overloaded(start, backend)
    with GRPCClient(collector.grpc) as client:
        for _ in range(20):
            try:
                client.export(spans(1))
            except grpc.RpcError as error:
                assert error.code() in (
                    grpc.StatusCode.UNAVAILABLE,
                    grpc.StatusCode.RESOURCE_EXHAUSTED,
                )
                assert retry_delay(error) is not None and retry_delay(error) > 0
                break
        else:
            raise AssertionError("a full queue refused nothing")
    collector.terminate()
    collector.process.wait(20)  # its queue cannot drain: any exit code will do


def test_an_unknown_message_encoding_is_unimplemented(shared):
    body = spans(1).SerializeToString()
    with socket.create_connection(("127.0.0.1", shared.collector.grpc_port), 5) as wire:
        machine = h2.connection.H2Connection(h2.config.H2Configuration(header_encoding="utf-8"))
        machine.initiate_connection()
        machine.send_headers(
            1,
            [
                (":method", "POST"),
                (":scheme", "http"),
                (":path", TRACES),
                (":authority", "localhost"),
                ("content-type", "application/grpc"),
                ("te", "trailers"),
                ("grpc-encoding", "brotli"),
            ],
        )
        machine.send_data(1, struct.pack(">BI", 1, len(body)) + body, end_stream=True)
        wire.sendall(machine.data_to_send())
        fields = {}
        while "grpc-status" not in fields:
            received = wire.recv(65536)
            assert received, f"closed after {fields}"
            for event in machine.receive_data(received):
                fields.update(getattr(event, "headers", None) or [])
                assert not isinstance(event, (h2.events.StreamReset, h2.events.ConnectionTerminated))
            wire.sendall(machine.data_to_send())
    assert int(fields["grpc-status"]) == grpc.StatusCode.UNIMPLEMENTED.value[0]
    assert "gzip" in fields.get("grpc-accept-encoding", "")


def test_many_connections_at_once(shared):
    shared.backend.received.clear()
    messages = [spans(3) for _ in range(32)]

    def send(message):
        with GRPCClient(shared.collector.grpc) as client:
            client.export(message)

    with ThreadPoolExecutor(16) as pool:
        list(pool.map(send, messages))
    shared.backend.wait_items(96)
    assert sorted(shared.backend.span_ids()) == sorted(ids(*messages))
