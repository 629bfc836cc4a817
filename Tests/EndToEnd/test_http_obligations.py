"""OTLP specification, "OTLP/HTTP": one test a rule, named after it."""
import gzip
import json
import socket
import subprocess
import zlib

import pytest
import zstandard

from client import JSON, PROTOBUF, http_status, post, post_json
from collector import free_port, pipelines
from conftest import grpc_exporter
from payloads import MAKE, SIGNALS, ids, json_span, spans
from test_grpc_obligations import overloaded


@pytest.mark.parametrize("signal", list(SIGNALS))
def test_success_is_200_with_the_response_message_in_the_request_encoding(shared, signal):
    shared.backend.received.clear()
    response = post(shared.collector, MAKE[signal](4).SerializeToString(), signal)
    assert response.status_code == 200
    assert response.headers["Content-Type"] == PROTOBUF
    assert not SIGNALS[signal].response.FromString(response.content).HasField("partial_success")
    shared.backend.wait_items(4, signal)


def test_success_in_json_is_an_object(shared):
    response = post_json(shared.collector, json_span())
    assert response.status_code == 200
    assert response.headers["Content-Type"].split(";")[0] == JSON
    assert response.json() == {}


@pytest.mark.parametrize("signal", list(SIGNALS))
@pytest.mark.parametrize("kind, body", [(PROTOBUF, b""), (JSON, b"{}")])
def test_empty_request_is_a_success(shared, signal, kind, body):
    response = post(shared.collector, body, signal, kind)
    assert response.status_code == 200
    assert response.headers["Content-Type"].split(";")[0] == kind


@pytest.mark.parametrize("path", ["/", "/v1", "/v1/trace", "/v1/traces/more", "/v2/traces", "/V1/traces"])
def test_wrong_path_is_404(shared, path):
    assert post(shared.collector, b"", path=path).status_code == 404


@pytest.mark.parametrize("method", ["GET", "PUT", "DELETE", "HEAD", "PATCH"])
def test_wrong_method_is_405_and_names_the_right_one(shared, method):
    import requests

    response = requests.request(method, shared.collector.http + "/v1/traces", timeout=10)
    assert response.status_code == 405
    assert "POST" in response.headers.get("Allow", "")


@pytest.mark.parametrize("kind", [None, "text/plain", "application/xml", "application/grpc"])
def test_wrong_content_type_is_415(shared, kind):
    assert post(shared.collector, b"", content_type=kind).status_code == 415


@pytest.mark.parametrize("kind", ["application/json; charset=utf-8", "Application/JSON"])
def test_content_type_may_have_parameters_and_any_case(shared, kind):
    assert post(shared.collector, b"{}", content_type=kind).status_code == 200


@pytest.mark.parametrize(
    "kind, body",
    [
        (PROTOBUF, b"\x0a\xff\xff\xff\x0f"),
        (PROTOBUF, b"\x0a\x02\x12"),
        (JSON, b'{"resourceSpans": ['),
        (JSON, b"[]"),
        (JSON, b'{"resourceSpans": 1}'),
        (JSON, b"\xff\xfe"),
    ],
    ids=["length", "cut", "open", "array", "type", "utf-8"],
)
def test_bad_body_is_400_with_a_status_in_the_same_encoding(shared, kind, body):
    response = post(shared.collector, body, content_type=kind)
    assert response.status_code == 400
    status = http_status(response)
    assert response.headers["Content-Type"].split(";")[0] == kind
    assert status.message


def limited(start, backend, limit, **http):
    port = free_port()
    endpoint = {"endpoint": f"127.0.0.1:{port}", "max_request_body_size": limit, **http}
    config = {
        "receivers": {"otlp": {"protocols": {"http": endpoint}}},
        "exporters": grpc_exporter(backend),
        "service": pipelines(["otlp_grpc"]),
    }
    return start(config, http=port)


def test_oversize_body_is_413(backend, start):
    collector = limited(start, backend, 100_000)
    response = post(collector, spans(1, name="x" * 110_000).SerializeToString())
    assert response.status_code == 413
    assert http_status(response).message
    assert post(collector, spans(1, name="x" * 90_000).SerializeToString()).status_code == 200


def test_oversize_chunked_body_is_413(backend, start):
    collector = limited(start, backend, 100_000)
    response = post(collector, iter([b"x" * 60_000, b"x" * 60_000]))
    assert response.status_code == 413


COMPRESS = {
    "gzip": gzip.compress,
    "zlib": zlib.compress,
    "deflate": zlib.compress,
    "zstd": lambda body: zstandard.ZstdCompressor().compress(body),
}


@pytest.mark.parametrize("coding", list(COMPRESS))
def test_content_encodings_are_understood(shared, coding):
    message = spans(5)
    body = COMPRESS[coding](message.SerializeToString())
    assert post(shared.collector, body, content_encoding=coding).status_code == 200
    shared.backend.wait_items(1)
    from collector import wait_until

    wait_until(lambda: set(ids(message)) <= set(shared.backend.span_ids()), "arrived")


@pytest.mark.parametrize("coding", list(COMPRESS))
def test_body_limit_holds_after_decompression(backend, start, coding):
    collector = limited(start, backend, 1_000_000)
    body = COMPRESS[coding](spans(1, name="x" * 30_000_000).SerializeToString())
    assert len(body) < 1_000_000
    response = post(collector, body, content_encoding=coding)
    assert response.status_code == 413
    peak = collector.peak_kibibytes()
    assert peak < 64 * 1024, f"{peak} KiB for a body of at most 1 MB"


def test_bad_gzip_is_400_with_a_status(shared):
    response = post(shared.collector, b"no gzip at all", content_encoding="gzip")
    assert response.status_code == 400
    assert http_status(response).message


def test_unknown_content_encoding_is_refused(shared):
    response = post(shared.collector, b"", content_encoding="br")
    assert response.status_code in (400, 415)


def test_items_with_invalid_ids_are_a_partial_success(shared):
    shared.backend.received.clear()
    message = spans(3)
    message.resource_spans[0].scope_spans[0].spans[1].span_id = b"\x01" * 7
    good = [each for each in ids(message) if len(each) == 16]
    response = post(shared.collector, message.SerializeToString())
    assert response.status_code == 200
    answer = SIGNALS["traces"].response.FromString(response.content)
    assert answer.partial_success.rejected_spans == 1
    assert answer.partial_success.error_message
    shared.backend.wait_items(2)
    assert shared.backend.span_ids() == good


def test_partial_success_in_json_counts_in_a_string(shared):
    content = json_span()
    content["resourceSpans"] += json_span(traceId="0123")["resourceSpans"]
    response = post_json(shared.collector, content)
    assert response.status_code == 200
    assert response.json()["partialSuccess"]["rejectedSpans"] == "1"
    assert response.json()["partialSuccess"]["errorMessage"]


@pytest.mark.parametrize("kind", [PROTOBUF, JSON])
def test_a_request_without_a_valid_item_is_400(shared, kind):
    if kind == JSON:
        response = post_json(shared.collector, json_span(traceId="0123"))
    else:
        response = post(shared.collector, spans(2, trace_id=bytes(16)).SerializeToString())
    assert response.status_code == 400
    assert http_status(response).message


def test_overload_is_429_or_503_with_retry_after(backend, start):
    collector = overloaded(start, backend)
    for _ in range(20):
        response = post(collector, spans(1).SerializeToString())
        if response.status_code != 200:
            break
    assert response.status_code in (429, 503)
    assert int(response.headers["Retry-After"]) >= 1
    assert http_status(response).message
    collector.terminate()
    collector.process.wait(20)  # its queue cannot drain: any exit code will do


def test_binary_and_json_share_a_connection(shared):
    import requests

    with requests.Session() as session:
        url = shared.collector.http + "/v1/traces"
        for _ in range(3):
            binary = spans(1).SerializeToString()
            one = session.post(url, data=binary, headers={"Content-Type": PROTOBUF}, timeout=10)
            two = session.post(url, json=json_span(), timeout=10)
            assert (one.status_code, two.status_code) == (200, 200)
            assert one.headers["Content-Type"] != two.headers["Content-Type"]


def exchange(collector, *parts):
    """Sends bytes on one connection and returns all that comes until it closes or falls silent."""
    with socket.create_connection(("127.0.0.1", collector.http_port), 5) as wire:
        wire.settimeout(1)
        answer = b""
        try:
            for part in parts:
                wire.sendall(part)
            while received := wire.recv(65536):
                answer += received
        except (TimeoutError, ConnectionError):
            pass
        return answer


HEAD = b"POST /v1/traces HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\n"


def test_keep_alive_and_pipelining(shared):
    one = HEAD + b"Content-Length: 2\r\n\r\n{}"
    last = HEAD + b"Connection: close\r\nContent-Length: 2\r\n\r\n{}"
    assert exchange(shared.collector, one + one + last).count(b"HTTP/1.1 200") == 3


def test_a_client_that_expects_100_continue_is_told_to_go_on(shared):
    head = HEAD + b"Expect: 100-continue\r\nConnection: close\r\nContent-Length: 2\r\n\r\n"
    with socket.create_connection(("127.0.0.1", shared.collector.http_port), 5) as wire:
        wire.settimeout(5)
        wire.sendall(head)
        assert wire.recv(1024).startswith(b"HTTP/1.1 100")
        wire.sendall(b"{}")
        assert wire.recv(65536).startswith(b"HTTP/1.1 200")


def test_a_chunked_body_is_read(shared):
    body = b"Transfer-Encoding: chunked\r\nConnection: close\r\n\r\n1\r\n{\r\n1\r\n}\r\n0\r\n\r\n"
    assert exchange(shared.collector, HEAD + body).startswith(b"HTTP/1.1 200")


@pytest.mark.parametrize(
    "rest",
    [
        b"Content-Length: 2\r\nTransfer-Encoding: chunked\r\n\r\n{}",
        b"Content-Length: 2\r\nContent-Length: 3\r\n\r\n{}",
        b"Content-Length: -2\r\n\r\n{}",
        b"Transfer-Encoding: chunked\r\n\r\nzz\r\n{}\r\n0\r\n\r\n",
        b"Content-Length: 2\r\n folded: yes\r\n\r\n{}",
        b"Content Length: 2\r\n\r\n{}",
    ],
    ids=["both lengths", "two lengths", "negative", "bad chunk", "folded", "space in name"],
)
def test_shapes_of_request_smuggling_are_400(shared, rest):
    answer = exchange(shared.collector, HEAD + rest)
    assert answer.startswith(b"HTTP/1.1 400"), answer[:200]
    assert answer.count(b"HTTP/1.1 ") == 1


def test_an_endless_head_is_refused(shared):
    answer = exchange(shared.collector, HEAD, *[b"X-Pad: " + b"y" * 8000 + b"\r\n"] * 64)
    assert answer == b"" or answer.split(b"\r\n")[0].split()[1] in (b"431", b"400")
    assert post(shared.collector, b"").status_code == 200


def test_a_client_that_has_closed_its_side_still_gets_its_answer(shared):
    with socket.create_connection(("127.0.0.1", shared.collector.http_port), 5) as wire:
        wire.settimeout(5)
        wire.sendall(HEAD + b"Content-Length: 2\r\n\r\n{}")
        wire.shutdown(socket.SHUT_WR)
        assert wire.recv(65536).startswith(b"HTTP/1.1 200")


def test_a_body_cut_short_is_never_taken(shared):
    shared.backend.received.clear()
    body = json.dumps(json_span()).encode()
    answer = exchange(shared.collector, HEAD + b"Content-Length: %d\r\n\r\n" % (len(body) + 1) + body)
    assert b" 200 " not in answer
    assert shared.backend.items() == []


def test_curl_sends_json(shared):
    shared.backend.received.clear()
    content = json_span(name="curl")
    result = subprocess.run(
        ["curl", "-sS", "-w", "%{http_code}", "-H", "Content-Type: application/json"]
        + ["-d", json.dumps(content), shared.collector.http + "/v1/traces"],
        capture_output=True,
        text=True,
        timeout=20,
    )
    assert result.stdout == "{}200", result.stdout + result.stderr
    assert shared.backend.wait_items(1)[0].name == "curl"


def test_curl_sends_http2_with_prior_knowledge(shared):
    result = subprocess.run(
        ["curl", "-sS", "--http2-prior-knowledge", "-w", "%{http_version} %{http_code}"]
        + ["-H", "Content-Type: application/json", "-d", "{}", shared.collector.http + "/v1/logs"],
        capture_output=True,
        text=True,
        timeout=20,
    )
    assert result.stdout == "{}2 200", result.stdout + result.stderr


def test_other_paths_can_be_configured(backend, start):
    collector = limited(start, backend, 1_000_000, traces_url_path="/otlp/spans")
    assert post(collector, spans(1).SerializeToString(), path="/otlp/spans").status_code == 200
    assert post(collector, b"", path="/v1/traces").status_code == 404


def test_cors_preflight_is_answered_for_allowed_origins(backend, start):
    import requests

    cors = {"allowed_origins": ["https://shop.example"], "allowed_headers": ["x-team"]}
    collector = limited(start, backend, 1_000_000, cors=cors)
    asked = {"Access-Control-Request-Method": "POST", "Access-Control-Request-Headers": "x-team"}
    for origin, allowed in (("https://shop.example", True), ("https://other.example", False)):
        headers = {"Origin": origin, **asked}
        answer = requests.options(collector.http + "/v1/traces", headers=headers, timeout=10)
        assert (answer.headers.get("Access-Control-Allow-Origin") == origin) is allowed


def test_profiles_have_their_own_path(backend, start):
    collector = start(
        {
            "exporters": {"nop": None},
            "service": pipelines(["nop"], ["traces", "profiles"], []),
        }
    )
    response = post(collector, b"", path="/v1development/profiles")
    assert response.status_code == 200
