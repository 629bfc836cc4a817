"""The attributes and resource processors."""
import hashlib

import pytest

from client import GRPCClient
from collector import pipelines, swiftlet, wait_until
from conftest import grpc_exporter
from payloads import MAKE, SIGNALS, spans


def through(start, backend, processors, messages):
    """Sends messages through processors; returns what the backend received, in order."""
    config = {
        "processors": processors,
        "exporters": grpc_exporter(backend),
        "service": pipelines(["otlp_grpc"], processors=list(processors)),
    }
    collector = start(config)
    with GRPCClient(collector.grpc) as client:
        for signal, message in messages:
            client.export(message, signal)
    collector.stop()
    return [received.message for received in backend.received]


def attributes(holder):
    return {pair.key: pair.value for pair in holder.attributes}


@pytest.mark.parametrize("signal", list(SIGNALS))
def test_resource_attributes_are_edited(start, backend, signal):
    if signal == "profiles":
        pytest.skip("profiles are not edited")
    actions = [
        {"key": "deployment.environment.name", "action": "upsert", "value": "prod"},
        {"key": "peer", "action": "insert", "from_context": "client.address"},
        {"key": "ports", "action": "insert", "value": [1, "two", {"three": 3.5}]},
    ]
    sent = MAKE[signal](3)
    (got,) = through(start, backend, {"resource": {"attributes": actions}}, [(signal, sent)])
    group = got.ListFields()[0][1][0]
    edited = attributes(group.resource)
    assert edited["deployment.environment.name"].string_value == "prod"
    assert edited["peer"].string_value == "127.0.0.1"
    assert edited["ports"].array_value.values[2].kvlist_value.values[0].value.double_value == 3.5
    for key in ("deployment.environment.name", "peer", "ports"):
        group.resource.attributes.remove(next(a for a in group.resource.attributes if a.key == key))
    assert got == sent


def test_span_attributes_are_edited(start, backend):
    actions = [
        {"key": "http.route", "action": "hash"},
        {"key": "copy", "action": "insert", "from_attribute": "http.route"},
        {"key": "code", "action": "insert", "value": "404"},
        {"key": "code", "action": "convert", "converted_type": "int"},
        {"key": "copy", "action": "extract", "pattern": "^(?P<first>.)"},
        {"pattern": "^copy$", "action": "delete"},
    ]
    sent = spans(3)
    (got,) = through(start, backend, {"attributes": {"actions": actions}}, [("traces", sent)])
    digest = hashlib.sha256(b"/orders/{id}").hexdigest()
    before = sent.resource_spans[0].scope_spans[0].spans
    after = got.resource_spans[0].scope_spans[0].spans
    for old, new in zip(before, after, strict=True):
        edited = attributes(new)
        assert edited["http.route"].string_value == digest
        assert edited["code"].int_value == 404
        assert edited["first"].string_value == digest[0]
        assert "copy" not in edited
        old.ClearField("attributes")
        new.ClearField("attributes")
        assert old == new


def test_include_chooses_and_processors_follow_one_another(start, backend):
    mark = [{"key": "marked", "action": "upsert", "value": True}]
    processors = {
        "resource": {"attributes": [{"key": "service.name", "action": "update", "value": "renamed"}]},
        "attributes/no": {"include": {"match_type": "strict", "services": ["shop"]}, "actions": mark},
        "attributes/yes": {
            "include": {"match_type": "regexp", "services": ["^ren"]},
            "actions": [{"key": "renamed", "action": "insert", "value": 1}],
        },
    }
    (got,) = through(start, backend, processors, [("traces", spans(2))])
    for span in got.resource_spans[0].scope_spans[0].spans:
        assert "marked" not in attributes(span)
        assert attributes(span)["renamed"].int_value == 1


def test_processors_in_one_pass_are_told_apart(start, backend):
    convert = [{"key": "http.route", "action": "convert", "converted_type": "int"}]
    names = ["resource", "attributes/first", "attributes/second", "batch"]
    config = {
        "processors": {
            "resource": {"attributes": [{"key": "seen", "action": "insert", "value": 1}]},
            "attributes/first": {"actions": convert},
            "attributes/second": {"actions": [{"key": "http.route", "action": "delete"}, *convert]},
            "batch": {"timeout": "10ms"},
        },
        "exporters": grpc_exporter(backend),
        "service": pipelines(["otlp_grpc"], signals=["traces"], processors=names),
    }
    collector = start(config)
    with GRPCClient(collector.grpc) as client:
        client.export(spans(3))
        client.export(spans(4))
    backend.wait_items(7)
    for name in names:
        for way in ("incoming", "outgoing"):
            assert collector.metric(f"otelcol_processor_{way}_items", processor=name, pipeline="traces") == 7
    failed = "otelcol_processor_attributes_failed_conversions"
    wait_until(lambda: collector.metric(failed, processor="attributes/first") == 7, "failures counted")
    assert collector.metric(failed, processor="attributes/second") == 0
    collector.stop()
    (line,) = [line for line in collector.log().splitlines() if "could not be converted" in line]
    assert "attributes/first" in line


def test_a_value_that_cannot_be_converted_stays_and_is_logged(start, backend):
    actions = [{"key": "http.route", "action": "convert", "converted_type": "int"}]
    config = {
        "processors": {"attributes": {"actions": actions}},
        "exporters": grpc_exporter(backend),
        "service": pipelines(["otlp_grpc"], signals=["traces"], processors=["attributes"]),
    }
    collector = start(config)
    sent = spans(2)
    with GRPCClient(collector.grpc) as client:
        client.export(sent)
        client.export(sent)
    collector.stop()
    assert [received.message for received in backend.received] == [sent, sent]
    lines = [line for line in collector.log().splitlines() if "could not be converted" in line]
    assert len(lines) == 1 and "http.route" in lines[0]


def test_a_wrong_pattern_is_told_with_its_place(tmp_path):
    path = tmp_path / "config.yaml"
    path.write_text(
        """receivers: {otlp: {protocols: {grpc: {}}}}
processors:
  attributes:
    actions:
      - action: delete
        pattern: "ab**"
exporters: {nop: {}}
service: {pipelines: {traces: {receivers: [otlp], processors: [attributes], exporters: [nop]}}}
"""
    )
    result = swiftlet("validate", "--config", path)
    assert result.returncode != 0
    text = result.stdout + result.stderr
    assert "config.yaml:6:18" in text
    assert "bad repetition operator: ** at column 3 of the pattern" in text
