"""Requests to send, made with the published protobuf classes, and what to know of each signal."""
import itertools
import struct

from opentelemetry.proto.collector.logs.v1 import logs_service_pb2 as logs_service
from opentelemetry.proto.collector.metrics.v1 import metrics_service_pb2 as metrics_service
from opentelemetry.proto.collector.trace.v1 import trace_service_pb2 as trace_service
from opentelemetry.proto.common.v1.common_pb2 import AnyValue, KeyValue
from opentelemetry.proto.metrics.v1 import metrics_pb2 as metrics
from opentelemetry.proto.trace.v1 import trace_pb2 as trace

START = 1_700_000_000_000_000_000
numbers = itertools.count(1)


class SignalFacts:
    """Paths, classes and the items of a request."""

    def __init__(self, name, service, path, request, response, items, rejected):
        self.name, self.service, self.path, self.rejected = name, service, path, rejected
        self.method = f"/{service}/Export"
        self.request, self.response, self.items = request, response, items


def _spans(message):
    return [span for r in message.resource_spans for s in r.scope_spans for span in s.spans]


def _records(message):
    return [record for r in message.resource_logs for s in r.scope_logs for record in s.log_records]


def _points(message):
    found = []
    for each in message.resource_metrics:
        for scope in each.scope_metrics:
            for metric in scope.metrics:
                found += getattr(metric, metric.WhichOneof("data")).data_points
    return found


PACKAGE = "opentelemetry.proto.collector"
SIGNALS = {
    "traces": SignalFacts(
        "traces",
        f"{PACKAGE}.trace.v1.TraceService",
        "/v1/traces",
        trace_service.ExportTraceServiceRequest,
        trace_service.ExportTraceServiceResponse,
        _spans,
        "rejected_spans",
    ),
    "metrics": SignalFacts(
        "metrics",
        f"{PACKAGE}.metrics.v1.MetricsService",
        "/v1/metrics",
        metrics_service.ExportMetricsServiceRequest,
        metrics_service.ExportMetricsServiceResponse,
        _points,
        "rejected_data_points",
    ),
    "logs": SignalFacts(
        "logs",
        f"{PACKAGE}.logs.v1.LogsService",
        "/v1/logs",
        logs_service.ExportLogsServiceRequest,
        logs_service.ExportLogsServiceResponse,
        _records,
        "rejected_log_records",
    ),
}


def text(key, value):
    return KeyValue(key=key, value=AnyValue(string_value=value))


def span_id():
    """An id that no other span of this test run has."""
    return struct.pack(">Q", next(numbers))


def spans(count=1, name="work", service="shop", **fields):
    """A traces request of spans with ids of their own."""
    message = trace_service.ExportTraceServiceRequest()
    resource = message.resource_spans.add()
    resource.resource.attributes.append(text("service.name", service))
    scope = resource.scope_spans.add()
    scope.scope.name = "end-to-end"
    for number in range(count):
        scope.spans.add(
            **{
                "trace_id": bytes(range(1, 17)),
                "span_id": span_id(),
                "name": name,
                "kind": trace.Span.SPAN_KIND_SERVER,
                "start_time_unix_nano": START + number,
                "end_time_unix_nano": START + number + 1_000_000,
                "attributes": [text("http.route", "/orders/{id}")],
                **fields,
            }
        )
    return message


def records(count=1, body="served", service="shop"):
    """A logs request."""
    message = logs_service.ExportLogsServiceRequest()
    resource = message.resource_logs.add()
    resource.resource.attributes.append(text("service.name", service))
    scope = resource.scope_logs.add()
    for number in range(count):
        scope.log_records.add(
            time_unix_nano=START + number,
            severity_number=9,
            severity_text="INFO",
            body=AnyValue(string_value=f"{body} {next(numbers)}"),
        )
    return message


def points(count=1, name="requests", service="shop"):
    """A metrics request of one monotonic sum."""
    message = metrics_service.ExportMetricsServiceRequest()
    resource = message.resource_metrics.add()
    resource.resource.attributes.append(text("service.name", service))
    metric = resource.scope_metrics.add().metrics.add(name=name, unit="1")
    metric.sum.aggregation_temporality = metrics.AGGREGATION_TEMPORALITY_CUMULATIVE
    metric.sum.is_monotonic = True
    for number in range(count):
        metric.sum.data_points.add(
            start_time_unix_nano=START,
            time_unix_nano=START + number,
            as_int=next(numbers),
            attributes=[text("route", f"/{number}")],
        )
    return message


MAKE = {"traces": spans, "metrics": points, "logs": records}


def ids(*messages):
    """The span ids of requests, in hex."""
    return [span.span_id.hex() for message in messages for span in _spans(message)]


def json_span(**fields):
    """A traces request in OTLP/JSON, as a dictionary, of one span."""
    span = {
        "traceId": "5b8efff798038103d269b633813fc60c",
        "spanId": span_id().hex(),
        "name": "json",
        "kind": 2,
        "startTimeUnixNano": str(START),
        "endTimeUnixNano": str(START + 1),
        **fields,
    }
    return {
        "resourceSpans": [
            {
                "resource": {
                    "attributes": [{"key": "service.name", "value": {"stringValue": "shop"}}]
                },
                "scopeSpans": [{"scope": {"name": "end-to-end"}, "spans": [span]}],
            }
        ]
    }
