"""Options of the OTLP exporters and the receiver that clients and backends see."""
import socket

import pytest

from client import post
from collector import free_port, pipelines, swiftlet
from conftest import http_exporter
from payloads import spans


def deliver(start, backend, requests=3, **settings):
    """Sends requests through an otlp_http exporter and returns what arrived."""
    exporters = http_exporter(backend, **settings)
    collector = start({"exporters": exporters, "service": pipelines(["otlp_http"], processors=[])})
    for _ in range(requests):
        assert post(collector, spans(1).SerializeToString()).status_code == 200
    backend.wait_items(requests)
    return backend.requests()


def test_without_keep_alives_every_request_closes_its_connection(start, backend):
    arrived = deliver(start, backend, disable_keep_alives=True)
    assert [request.fields.get("connection") for request in arrived] == ["close"] * 3


def test_a_host_header_takes_the_place_of_the_endpoint(start, backend):
    headers = {"Host": "tenant.example", "User-Agent": "mine/1"}
    (request,) = deliver(start, backend, 1, headers=headers)
    assert request.fields["host"] == "tenant.example"
    assert request.fields["user-agent"] == "mine/1"


@pytest.mark.parametrize("name", ["Connection", "Content-Length", "Transfer-Encoding", "bad name"])
def test_a_header_that_cannot_be_sent_is_found_before_the_start(tmp_path, name):
    path = tmp_path / "config.yaml"
    path.write_text(
        f"""receivers: {{otlp: {{protocols: {{grpc: }}}}}}
exporters:
  otlp_http:
    endpoint: http://localhost:4318
    headers:
      "{name}": x
service: {{pipelines: {{traces: {{receivers: [otlp], exporters: [otlp_http]}}}}}}
"""
    )
    result = swiftlet("validate", "--config", str(path))
    assert result.returncode == 1
    assert f"{path}:6:" in result.stderr and f"headers::{name}: " in result.stderr


@pytest.mark.parametrize("host", ["0.0.0.0", "", "[::]"])
def test_every_address_is_served_over_both_families(start, host):
    if not socket.has_ipv6:
        pytest.skip("this machine has no IPv6")
    port = free_port()
    receivers = {"otlp": {"protocols": {"http": {"endpoint": f"{host}:{port}"}}}}
    start({"receivers": receivers, "exporters": {"nop": {}}, "service": pipelines(["nop"])})
    for address in ("127.0.0.1", "::1"):
        socket.create_connection((address, port), 5).close()
