"""Telemetry of the real OpenTelemetry SDK arrives, every item once."""
import pytest
from opentelemetry.sdk.resources import Resource

from client import GRPCClient
from collector import pipelines
from conftest import grpc_exporter, http_exporter

RESOURCE = Resource.create({"service.name": "sdk"})


def trace_exporter(protocol, collector, compression):
    if protocol == "grpc":
        import grpc
        from opentelemetry.exporter.otlp.proto.grpc.trace_exporter import OTLPSpanExporter

        kind = grpc.Compression.Gzip if compression == "gzip" else grpc.Compression.NoCompression
        return OTLPSpanExporter(endpoint=collector.grpc, insecure=True, compression=kind)
    from opentelemetry.exporter.otlp.proto.http import Compression
    from opentelemetry.exporter.otlp.proto.http.trace_exporter import OTLPSpanExporter

    kind = Compression.Gzip if compression == "gzip" else Compression.NoCompression
    return OTLPSpanExporter(endpoint=collector.http + "/v1/traces", compression=kind)


def metric_exporter(protocol, collector, compression):
    if protocol == "grpc":
        import grpc
        from opentelemetry.exporter.otlp.proto.grpc.metric_exporter import OTLPMetricExporter

        kind = grpc.Compression.Gzip if compression == "gzip" else grpc.Compression.NoCompression
        return OTLPMetricExporter(endpoint=collector.grpc, insecure=True, compression=kind)
    from opentelemetry.exporter.otlp.proto.http import Compression
    from opentelemetry.exporter.otlp.proto.http.metric_exporter import OTLPMetricExporter

    kind = Compression.Gzip if compression == "gzip" else Compression.NoCompression
    return OTLPMetricExporter(endpoint=collector.http + "/v1/metrics", compression=kind)


def log_exporter(protocol, collector, compression):
    if protocol == "grpc":
        import grpc
        from opentelemetry.exporter.otlp.proto.grpc._log_exporter import OTLPLogExporter

        kind = grpc.Compression.Gzip if compression == "gzip" else grpc.Compression.NoCompression
        return OTLPLogExporter(endpoint=collector.grpc, insecure=True, compression=kind)
    from opentelemetry.exporter.otlp.proto.http import Compression
    from opentelemetry.exporter.otlp.proto.http._log_exporter import OTLPLogExporter

    kind = Compression.Gzip if compression == "gzip" else Compression.NoCompression
    return OTLPLogExporter(endpoint=collector.http + "/v1/logs", compression=kind)


COMBINATIONS = pytest.mark.parametrize(
    "protocol, compression",
    [("grpc", "none"), ("grpc", "gzip"), ("http", "none"), ("http", "gzip")],
)


@COMBINATIONS
def test_spans_of_the_sdk_arrive_once(shared, protocol, compression):
    from opentelemetry.sdk.trace import TracerProvider
    from opentelemetry.sdk.trace.export import BatchSpanProcessor

    provider = TracerProvider(resource=RESOURCE)
    exporter = trace_exporter(protocol, shared.collector, compression)
    provider.add_span_processor(BatchSpanProcessor(exporter, max_export_batch_size=100))
    tracer = provider.get_tracer("end-to-end", "1.0")
    sent = {}
    for number in range(250):
        with tracer.start_as_current_span(f"work {number}") as span:
            span.set_attribute("number", number)
            span.add_event("half", {"share": 0.5})
        sent[format(span.get_span_context().span_id, "016x")] = f"work {number}"
    provider.shutdown()
    before = len(sent)
    shared.backend.wait_items(before)
    arrived = [span for span in shared.backend.items() if span.span_id.hex() in sent]
    assert sorted(span.span_id.hex() for span in arrived) == sorted(sent)
    for span in arrived:
        assert span.name == sent[span.span_id.hex()]
        assert span.events[0].name == "half"
    resources = [r.resource for e in shared.backend.requests() for r in e.message.resource_spans]
    names = {a.value.string_value for r in resources for a in r.attributes if a.key == "service.name"}
    assert "sdk" in names
    shared.backend.received.clear()


@COMBINATIONS
def test_metrics_of_the_sdk_arrive_with_their_values(shared, protocol, compression):
    from opentelemetry.sdk.metrics import MeterProvider
    from opentelemetry.sdk.metrics.export import PeriodicExportingMetricReader

    shared.backend.received.clear()
    exporter = metric_exporter(protocol, shared.collector, compression)
    reader = PeriodicExportingMetricReader(exporter, export_interval_millis=60_000)
    provider = MeterProvider(metric_readers=[reader], resource=RESOURCE)
    meter = provider.get_meter("end-to-end")
    counter = meter.create_counter("orders")
    for number in range(20):
        counter.add(number, {"shop": str(number)})
    meter.create_histogram("latency").record(12.5)
    provider.shutdown()
    found = shared.backend.wait_items(21, "metrics")
    assert sorted(point.as_int for point in found if hasattr(point, "as_int")) == list(range(20))
    assert [point.sum for point in found if hasattr(point, "bucket_counts")] == [12.5]


@COMBINATIONS
def test_log_records_of_the_sdk_arrive_once(shared, protocol, compression):
    from opentelemetry._logs import SeverityNumber
    from opentelemetry.sdk._logs import LoggerProvider
    from opentelemetry.sdk._logs.export import BatchLogRecordProcessor

    shared.backend.received.clear()
    provider = LoggerProvider(resource=RESOURCE)
    exporter = log_exporter(protocol, shared.collector, compression)
    provider.add_log_record_processor(BatchLogRecordProcessor(exporter))
    logger = provider.get_logger("end-to-end")
    for number in range(50):
        logger.emit(
            timestamp=1_700_000_000_000_000_000 + number,
            severity_number=SeverityNumber.INFO,
            body=f"line {number}",
            attributes={"number": number},
        )
    provider.shutdown()
    found = shared.backend.wait_items(50, "logs")
    assert sorted(r.body.string_value for r in found) == sorted(f"line {n}" for n in range(50))


@pytest.mark.parametrize("encoding", ["proto", "json"])
@pytest.mark.parametrize("compression", ["none", "gzip"])
def test_otlp_http_exporter_delivers_every_signal(backend, start, encoding, compression):
    from payloads import MAKE

    exporters = http_exporter(backend, encoding=encoding, compression=compression)
    collector = start({"exporters": exporters, "service": pipelines(["otlp_http"])})
    with GRPCClient(collector.grpc) as client:
        for signal, make in MAKE.items():
            message = make(7)
            client.export(message, signal)
            backend.wait_items(7, signal)
            (request,) = backend.requests(signal)
            kind = "application/json" if encoding == "json" else "application/x-protobuf"
            assert request.fields["content-type"] == kind
            assert request.fields.get("content-encoding", "none") == compression
            assert request.message == message


def test_otlp_grpc_exporter_sends_gzip_and_headers(backend, start):
    from payloads import spans

    exporters = grpc_exporter(backend, compression="gzip", headers={"x-tenant": "blue"})
    collector = start({"exporters": exporters, "service": pipelines(["otlp_grpc"])})
    message = spans(10)
    with GRPCClient(collector.grpc) as client:
        client.export(message)
    backend.wait_items(10)
    (request,) = backend.requests()
    assert request.message == message
    assert request.fields["x-tenant"] == "blue"


def test_fields_this_build_does_not_know_survive(backend, start):
    from payloads import spans

    collector = start({"exporters": grpc_exporter(backend), "service": pipelines(["otlp_grpc"])})
    message = spans(1)
    # Field 1000 of the request's ResourceSpans, as a later version of the protocol might add it.
    inner = message.resource_spans[0].SerializeToString() + b"\xc2\x3e\x05later"
    body = b"\x0a" + bytes([len(inner) & 0x7F | 0x80, len(inner) >> 7]) + inner
    with GRPCClient(collector.grpc) as client:
        client.call("/opentelemetry.proto.collector.trace.v1.TraceService/Export", body)
    backend.wait_items(1)
    assert b"later" in backend.requests()[0].body


def test_one_receiver_serves_several_pipelines(backend, start):
    from backend import Backend
    from payloads import spans

    other = Backend().start()
    try:
        exporters = {**grpc_exporter(backend), **http_exporter(other)}
        service = pipelines(["otlp_grpc"], ["traces"])
        service["pipelines"]["traces/second"] = {"receivers": ["otlp"], "exporters": ["otlp_http"]}
        collector = start({"exporters": exporters, "service": service})
        message = spans(5)
        with GRPCClient(collector.grpc) as client:
            client.export(message)
        backend.wait_items(5)
        other.wait_items(5)
        assert backend.span_ids() == other.span_ids()
    finally:
        other.stop()


def test_acknowledge_delivered_answers_when_the_backend_has_confirmed(backend, start):
    import threading

    import grpc as grpcio

    from payloads import spans

    backend.hold = threading.Event()
    service = pipelines(["otlp_grpc"], acknowledge="delivered")
    collector = start({"exporters": grpc_exporter(backend), "service": service})
    with GRPCClient(collector.grpc) as client:
        future = client.future(spans(1))
        with pytest.raises(grpcio.FutureTimeoutError):
            future.result(timeout=0.5)
        backend.hold.set()
        future.result(timeout=10)
    assert len(backend.items()) == 1


def test_acknowledge_accepted_answers_before_the_backend_does(backend, start):
    import threading

    from payloads import spans

    backend.hold = threading.Event()
    collector = start({"exporters": grpc_exporter(backend), "service": pipelines(["otlp_grpc"])})
    with GRPCClient(collector.grpc) as client:
        client.export(spans(1), timeout=5)
        assert backend.items() == []
        backend.hold.set()
        backend.wait_items(1)
