"""OTLP specification, "JSON Protobuf Encoding": one test a rule, named after it."""
import pytest

from client import post, post_json, JSON
from payloads import START, json_span


@pytest.fixture
def arrived(shared):
    """Posts a request that must succeed and returns the first item as the backend got it."""

    def send(content, signal="traces"):
        shared.backend.received.clear()
        response = post_json(shared.collector, content, signal)
        assert response.status_code == 200, response.text
        assert response.json() == {}
        return shared.backend.wait_items(1, signal)[0]

    return send


def with_value(value):
    return json_span(attributes=[{"key": "k", "value": value}])


def test_ids_are_hex_in_either_case(arrived):
    span = arrived(
        json_span(
            traceId="5B8EFFF798038103D269B633813FC60C",
            spanId="EEE19b7ec3c1b174",
            parentSpanId="eee19b7ec3c1b173",
            links=[{"traceId": "5b8efff798038103d269b633813fc60d", "spanId": "EEE19B7EC3C1B175"}],
        )
    )
    assert span.trace_id.hex() == "5b8efff798038103d269b633813fc60c"
    assert span.span_id.hex() == "eee19b7ec3c1b174"
    assert span.parent_span_id.hex() == "eee19b7ec3c1b173"
    assert span.links[0].trace_id.hex() == "5b8efff798038103d269b633813fc60d"
    assert span.links[0].span_id.hex() == "eee19b7ec3c1b175"


@pytest.mark.parametrize("written", [str(START), START])
def test_64_bit_integers_are_strings_or_numbers(arrived, written):
    assert arrived(json_span(startTimeUnixNano=written)).start_time_unix_nano == START


@pytest.mark.parametrize("written", ["-9223372036854775808", "9223372036854775807", -5, "0"])
def test_int_values_span_64_bits(arrived, written):
    assert arrived(with_value({"intValue": written})).attributes[0].value.int_value == int(written)


def test_enums_are_integers(arrived):
    assert arrived(json_span(kind=3)).kind == 3


def test_enum_names_must_not_be_used(shared):
    assert post_json(shared.collector, json_span(kind="SPAN_KIND_SERVER")).status_code == 400


def test_unknown_keys_are_ignored(arrived):
    content = json_span(newer={"deep": [1, {"x": None}]}, another="text")
    content["resourceSpans"][0]["more"] = [[], {}]
    content["unheardOf"] = 1.5e300
    assert arrived(content).name == "json"


def test_snake_case_keys_are_unknown(arrived):
    span = arrived(json_span(start_time_unix_nano="5", dropped_attributes_count=9))
    assert span.start_time_unix_nano == START
    assert span.dropped_attributes_count == 0


@pytest.mark.parametrize(
    "written, read",
    [("NaN", "nan"), ("Infinity", "inf"), ("-Infinity", "-inf"), ("1.5", "1.5"), (2, "2.0"), (1e-7, "1e-07")],
)
def test_doubles_accept_nan_and_infinities(arrived, written, read):
    value = arrived(with_value({"doubleValue": written})).attributes[0].value.double_value
    assert str(value) == read


@pytest.mark.parametrize("written", ["aGk/", "aGk_"])
def test_bytes_values_are_base64(arrived, written):
    assert arrived(with_value({"bytesValue": written})).attributes[0].value.bytes_value == b"hi?"


def test_values_nest(arrived):
    inner = {"kvlistValue": {"values": [{"key": "a", "value": {"boolValue": True}}]}}
    value = arrived(with_value({"arrayValue": {"values": [inner, {"stringValue": ""}, {}]}}))
    values = value.attributes[0].value.array_value.values
    assert values[0].kvlist_value.values[0].value.bool_value is True
    assert values[1].HasField("string_value")
    assert values[2].WhichOneof("value") is None


def test_null_is_an_absent_field(arrived):
    assert arrived(json_span(status=None, attributes=None, traceState=None)).name == "json"


def test_escapes_and_surrogate_pairs_are_understood(shared):
    shared.backend.received.clear()
    body = (
        b'{"resourceSpans":[{"scopeSpans":[{"spans":[{"traceId":"5b8efff798038103d269b633813fc60c",'
        b'"spanId":"eee19b7ec3c1b174","name":"\\u00e9\\ud83d\\ude00\\n\\"\\/"}]}]}]}'
    )
    assert post(shared.collector, body, content_type=JSON).status_code == 200
    assert shared.backend.wait_items(1)[0].name == '\u00e9\U0001f600\n"/'


def test_deep_nesting_is_refused_and_nothing_breaks(shared):
    body = b'{"resourceSpans":' + b"[" * 100_000 + b"]" * 100_000 + b"}"
    assert post(shared.collector, body, content_type=JSON).status_code == 400
    unknown = b'{"unknown":' + b'{"a":' * 100_000 + b"1" + b"}" * 100_001
    assert post(shared.collector, unknown, content_type=JSON).status_code == 400
    assert post_json(shared.collector, {}).status_code == 200


def test_deep_any_values_are_refused_and_nothing_breaks(shared):
    value = '{"stringValue":"x"}'
    for _ in range(2000):
        value = '{"arrayValue":{"values":[' + value + "]}}"
    body = (
        '{"resourceSpans":[{"scopeSpans":[{"spans":[{"attributes":[{"key":"k","value":' + value + "}]}]}]}]}"
    )
    assert post(shared.collector, body.encode(), content_type=JSON).status_code == 400
    assert post_json(shared.collector, {}).status_code == 200


def test_metrics_in_json(arrived):
    point = {"timeUnixNano": str(START), "asInt": "42", "attributes": []}
    metric = {"name": "m", "sum": {"aggregationTemporality": 2, "isMonotonic": True, "dataPoints": [point]}}
    content = {"resourceMetrics": [{"scopeMetrics": [{"metrics": [metric]}]}]}
    assert arrived(content, "metrics").as_int == 42


def test_histograms_in_json(arrived):
    point = {"timeUnixNano": START, "count": "3", "sum": 1.5, "bucketCounts": ["1", 2], "explicitBounds": [0.5]}
    metric = {"name": "h", "histogram": {"aggregationTemporality": 1, "dataPoints": [point]}}
    got = arrived({"resourceMetrics": [{"scopeMetrics": [{"metrics": [metric]}]}]}, "metrics")
    assert (got.count, got.sum, list(got.bucket_counts), list(got.explicit_bounds)) == (3, 1.5, [1, 2], [0.5])


def test_logs_in_json(arrived):
    record = {
        "timeUnixNano": str(START),
        "severityNumber": 17,
        "severityText": "ERROR",
        "body": {"stringValue": "it broke"},
        "traceId": "5b8efff798038103d269b633813fc60c",
        "spanId": "eee19b7ec3c1b174",
    }
    got = arrived({"resourceLogs": [{"scopeLogs": [{"logRecords": [record]}]}]}, "logs")
    assert (got.severity_number, got.body.string_value) == (17, "it broke")
    assert got.trace_id.hex() == "5b8efff798038103d269b633813fc60c"
