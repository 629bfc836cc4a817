"""The file and debug exporters."""
import json
import struct

import pytest
import zstandard

from client import GRPCClient
from collector import pipelines, wait_until
from payloads import MAKE, SIGNALS, json_span, spans


def write(start, tmp_path, messages, **settings):
    """Sends messages through a file exporter and returns the file's path after a stop."""
    path = tmp_path / "out.data"
    exporters = {"file": {"path": str(path), **settings}}
    collector = start({"exporters": exporters, "service": pipelines(["file"], processors=[])})
    with GRPCClient(collector.grpc) as client:
        for signal, message in messages:
            client.export(message, signal)
    collector.stop()
    return path


@pytest.mark.parametrize("signal", list(SIGNALS))
def test_file_holds_a_json_request_a_line(start, tmp_path, signal):
    from backend import hex_to_base64
    from google.protobuf import json_format

    messages = [(signal, MAKE[signal](3)) for _ in range(2)]
    lines = write(start, tmp_path, messages).read_text().splitlines()
    assert len(lines) == 2
    for line, (_, message) in zip(lines, messages):
        assert json_format.Parse(hex_to_base64(line), SIGNALS[signal].request()) == message


def test_json_in_the_file_follows_the_mapping(start, tmp_path):
    from payloads import START

    (line,) = write(start, tmp_path, [("traces", spans(1, name='a "b"\n'))]).read_text().splitlines()
    span = json.loads(line)["resourceSpans"][0]["scopeSpans"][0]["spans"][0]
    assert span["traceId"] == "0102030405060708090a0b0c0d0e0f10"
    assert span["startTimeUnixNano"] == str(START)
    assert span["kind"] == 2
    assert span["name"] == 'a "b"\n'
    assert span["attributes"][0]["value"] == {"stringValue": "/orders/{id}"}


def test_file_in_proto_holds_length_prefixed_requests(start, tmp_path):
    messages = [("traces", spans(2)), ("traces", spans(3))]
    content = write(start, tmp_path, messages, format="proto").read_bytes()
    for _, message in messages:
        (size,) = struct.unpack(">I", content[:4])
        assert SIGNALS["traces"].request.FromString(content[4 : 4 + size]) == message
        content = content[4 + size :]
    assert content == b""


def test_file_in_zstd_holds_length_prefixed_frames(start, tmp_path):
    message = spans(20)
    content = write(start, tmp_path, [("traces", message)], format="proto", compression="zstd").read_bytes()
    (size,) = struct.unpack(">I", content[:4])
    plain = zstandard.ZstdDecompressor().decompressobj().decompress(content[4 : 4 + size])
    assert SIGNALS["traces"].request.FromString(plain) == message


def test_file_is_replaced_at_start_or_appended_to(start, tmp_path):
    path = write(start, tmp_path, [("traces", spans(1))])
    path = write(start, tmp_path, [("traces", spans(1))], append=True)
    assert len(path.read_text().splitlines()) == 2
    path = write(start, tmp_path, [("traces", spans(1))])
    assert len(path.read_text().splitlines()) == 1


def test_file_rotates_and_keeps_the_backups_configured(start, tmp_path):
    big = [("traces", spans(1, name="x" * 400_000)) for _ in range(12)]
    write(start, tmp_path, big, rotation={"max_megabytes": 1, "max_backups": 2})
    files = sorted(tmp_path.glob("out*data*"))
    assert len(files) == 3
    assert all(path.stat().st_size <= 1_050_000 for path in files)
    for path in files:
        for line in path.read_text().splitlines():
            json.loads(line)


def test_file_is_flushed_within_its_interval(start, tmp_path):
    path = tmp_path / "flushed.json"
    exporters = {"file": {"path": str(path), "flush_interval": "50ms"}}
    collector = start({"exporters": exporters, "service": pipelines(["file"])})
    with GRPCClient(collector.grpc) as client:
        client.export(spans(1))
    wait_until(lambda: path.exists() and path.read_text().endswith("\n"), "flushed", 3)
    json.loads(path.read_text())


def test_groups_never_lead_out_of_the_folder(start, tmp_path):
    from payloads import text

    folder = tmp_path / "groups"
    folder.mkdir()
    exporters = {
        "file": {
            "path": f"{folder}/*/out.json",
            "create_directory": True,
            "group_by": {"enabled": True, "resource_attribute": "group"},
        }
    }
    collector = start({"exporters": exporters, "service": pipelines(["file"], processors=[])})
    hostile = ["../../escape", "/etc/escape", "a/../../b", "..", ".", "nul\0byte", "plain"]
    with GRPCClient(collector.grpc) as client:
        for group in hostile:
            message = spans(1)
            message.resource_spans[0].resource.attributes.append(text("group", group))
            client.export(message)
    collector.stop()
    outside = [path for path in tmp_path.rglob("*") if "escape" in path.name and folder not in path.parents]
    assert outside == []
    lines = [line for path in folder.rglob("*") if path.is_file() for line in path.read_text().splitlines()]
    assert len(lines) == len(hostile)
    assert not (tmp_path / "b").exists()


@pytest.mark.parametrize("verbosity", ["basic", "normal", "detailed"])
def test_debug_says_what_passes(start, verbosity):
    exporters = {"debug": {"verbosity": verbosity}}
    collector = start({"exporters": exporters, "service": pipelines(["debug"])})
    message = spans(2, name="checkout cart")
    with GRPCClient(collector.grpc) as client:
        client.export(message)
        client.export(MAKE["logs"](3, "a line"), "logs")
        client.export(MAKE["metrics"](4, "queue.depth"), "metrics")
    collector.stop()
    output = collector.output()
    if verbosity == "basic":
        assert "checkout cart" not in output
        assert "2" in output and "spans" in output
        return
    for wanted in ("checkout cart", "a line", "queue.depth"):
        assert wanted in output, wanted
    if verbosity == "detailed":
        span = message.resource_spans[0].scope_spans[0].spans[0]
        for wanted in (
            "Span #0",
            "Trace ID",
            span.trace_id.hex(),
            span.span_id.hex(),
            "Resource attributes:",
            "-> service.name: Str(shop)",
            "-> http.route: Str(/orders/{id})",
            "LogRecord #0",
            "NumberDataPoints #0",
        ):
            assert wanted in output, wanted


def test_one_pipeline_fans_out_to_several_exporters(start, tmp_path):
    paths = [tmp_path / "one.json", tmp_path / "two.json"]
    exporters = {f"file/{path.stem}": {"path": str(path)} for path in paths}
    collector = start({"exporters": exporters, "service": pipelines(list(exporters))})
    with GRPCClient(collector.grpc) as client:
        client.export(spans(5))
    collector.stop()
    one, two = (path.read_text() for path in paths)
    assert one == two
    assert len(json.loads(one)["resourceSpans"][0]["scopeSpans"][0]["spans"]) == 5


def test_a_file_can_be_sent_again_as_the_example_says(start, tmp_path, shared):
    from client import post, JSON

    path = write(start, tmp_path, [("traces", spans(3)), ("traces", spans(2))])
    shared.backend.received.clear()
    for line in path.read_text().splitlines():
        assert post(shared.collector, line.encode(), content_type=JSON).status_code == 200
    assert len(shared.backend.wait_items(5)) == 5


def test_json_through_a_file_comes_out_as_it_went_in(start, tmp_path):
    from client import post_json

    path = tmp_path / "out.json"
    exporters = {"file": {"path": str(path)}}
    collector = start({"exporters": exporters, "service": pipelines(["file"])})
    content = json_span()
    assert post_json(collector, content).status_code == 200
    collector.stop()
    assert json.loads(path.read_text()) == content
