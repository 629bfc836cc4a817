"""The debug exporter's detailed text, in the layout that users of the reference collector know."""
from opentelemetry.proto.collector.metrics.v1.metrics_service_pb2 import ExportMetricsServiceRequest
from opentelemetry.proto.collector.trace.v1.trace_service_pb2 import ExportTraceServiceRequest

from client import GRPCClient
from collector import pipelines

SECOND = 1_000_000_000
AT = 1_700_000_000 * SECOND + 789
TIMES = """StartTimestamp: 1970-01-01 00:00:01 +0000 UTC
Timestamp: 2023-11-14 22:13:20.000000789 +0000 UTC
"""


def detailed(start, tmp_path, signal, message):
    """The lines that the exporter writes of the message, without the line of counts."""
    path = tmp_path / "debug.txt"
    debug = {"verbosity": "detailed", "use_internal_logger": False, "output_paths": [str(path)]}
    collector = start({"exporters": {"debug": debug}, "service": pipelines(["debug"], processors=[])})
    with GRPCClient(collector.grpc) as client:
        client.export(message, signal)
    collector.stop()
    return path.read_text().split("\n", 1)[1]


def metrics():
    """A request, and the metrics of its only scope."""
    request = ExportMetricsServiceRequest()
    scope = request.resource_metrics.add().scope_metrics.add()
    scope.scope.name = "lib"
    return request, scope.metrics


def point_of(points):
    point = points.add(start_time_unix_nano=SECOND, time_unix_nano=AT)
    attribute = point.attributes.add(key="host.name")
    attribute.value.string_value = "a"
    return point


HEAD = """ResourceMetrics #0
Resource SchemaURL: 
ScopeMetrics #0
ScopeMetrics SchemaURL: 
InstrumentationScope lib 
Metric #0
Descriptor:
     -> Name: m
     -> Description: d
     -> Unit: s
"""
ATTRIBUTES = """Data point attributes:
     -> host.name: Str(a)
"""


def test_exponential_histogram_with_exemplar_and_metadata(start, tmp_path):
    request, all_metrics = metrics()
    metric = all_metrics.add(name="m", description="d", unit="s")
    metric.metadata.add(key="meta").value.int_value = 101
    metric.exponential_histogram.aggregation_temporality = 1
    point = point_of(metric.exponential_histogram.data_points)
    point.count, point.sum, point.scale, point.zero_count = 5, 0.15, 1, 1
    point.min, point.max = -1.2, 2.5
    point.negative.offset, point.positive.offset = -1, 1
    point.negative.bucket_counts.extend([1, 1])
    point.positive.bucket_counts.extend([1, 1])
    exemplar = point.exemplars.add(time_unix_nano=AT, as_int=15)
    exemplar.trace_id, exemplar.span_id = bytes(range(1, 17)), bytes(range(1, 9))
    exemplar.filtered_attributes.add(key="k").value.bool_value = True
    assert detailed(start, tmp_path, "metrics", request) == HEAD + """     -> DataType: ExponentialHistogram
     -> AggregationTemporality: Delta
     -> Metadata:
          -> meta: Int(101)
ExponentialHistogramDataPoints #0
""" + ATTRIBUTES + TIMES + """Count: 5
Sum: 0.150000
Min: -1.200000
Max: 2.500000
Bucket [-1.414214, -1.000000), Count: 1
Bucket [-1.000000, -0.707107), Count: 1
Bucket [0, 0], Count: 1
Bucket (1.414214, 2.000000], Count: 1
Bucket (2.000000, 2.828427], Count: 1
Exemplars:
Exemplar #0
     -> Trace ID: 0102030405060708090a0b0c0d0e0f10
     -> Span ID: 0102030405060708
     -> Timestamp: 2023-11-14 22:13:20.000000789 +0000 UTC
     -> Value: 15
     -> FilteredAttributes:
          -> k: Bool(true)
"""


def test_summary(start, tmp_path):
    request, all_metrics = metrics()
    metric = all_metrics.add(name="m", description="d", unit="s")
    point = point_of(metric.summary.data_points)
    point.count, point.sum = 2, 30
    point.quantile_values.add(quantile=0.99, value=15)
    assert detailed(start, tmp_path, "metrics", request) == HEAD + """     -> DataType: Summary
SummaryDataPoints #0
""" + ATTRIBUTES + TIMES + """Count: 2
Sum: 30.000000
QuantileValue #0: Quantile 0.990000, Value 15.000000
"""


def test_span_with_dropped_parts_and_values_of_every_type(start, tmp_path):
    request = ExportTraceServiceRequest()
    span = request.resource_spans.add().scope_spans.add().spans.add(name="op", kind=3)
    span.trace_id, span.span_id = bytes(range(1, 17)), bytes(range(1, 9))
    span.start_time_unix_nano, span.end_time_unix_nano = SECOND, AT
    span.trace_state = "ot=th:0"
    span.dropped_links_count = 3
    span.attributes.add(key="double").value.double_value = 1.5
    span.attributes.add(key="bytes").value.bytes_value = b"\x00\xff"
    span.attributes.add(key="empty").value.SetInParent()
    inner = span.attributes.add(key="map").value.kvlist_value.values.add(key="q")
    inner.value.string_value = 'a "b"'
    assert detailed(start, tmp_path, "traces", request) == """ResourceSpans #0
Resource SchemaURL: 
ScopeSpans #0
ScopeSpans SchemaURL: 
InstrumentationScope  
Span #0
    Trace ID       : 0102030405060708090a0b0c0d0e0f10
    Parent ID      : 
    ID             : 0102030405060708
    Name           : op
    Kind           : Client
    TraceState     : ot=th:0
    Start time     : 1970-01-01 00:00:01 +0000 UTC
    End time       : 2023-11-14 22:13:20.000000789 +0000 UTC
    Status code    : Unset
    Status message : 
    DroppedAttributesCount: 0
    DroppedEventsCount: 0
    DroppedLinksCount: 3
Attributes:
     -> double: Double(1.5)
     -> bytes: Bytes(AP8=)
     -> empty: Empty()
     -> map: Map({"q":"a \\"b\\""})
"""
