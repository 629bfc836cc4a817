"""What the collector may hold is bounded, and reaching a bound loses nothing."""
import socket
import time

import requests

from client import GRPCClient, http_status, post
from collector import pipelines, wait_until
from conftest import grpc_exporter
from payloads import ids, spans


def test_memory_at_its_limit_refuses_retryably_until_there_is_room(backend, start):
    backend.stop()
    service = {**pipelines(["otlp_grpc"]), "memory_limit": 1_000_000}
    collector = start({"exporters": grpc_exporter(backend), "service": service})
    accepted = []
    for _ in range(10):
        message = spans(1, name="x" * 300_000)
        response = post(collector, message.SerializeToString())
        if response.status_code != 200:
            break
        accepted += ids(message)
    assert response.status_code in (429, 503)
    assert int(response.headers["Retry-After"]) >= 1
    assert http_status(response).message
    assert accepted
    backend.start()
    backend.wait_items(len(accepted))
    assert sorted(backend.span_ids()) == sorted(accepted)
    small = spans(1)
    wait_until(lambda: post(collector, small.SerializeToString()).status_code == 200, "room again")


def test_the_memory_limiter_refuses_retryably_until_the_process_has_less(backend, start):
    backend.stop()
    limiter = {"check_interval": "20ms", "limit_mib": 40, "spike_limit_mib": 10, "min_gc_interval_when_soft_limited": "0s"}
    collector = start(
        {
            "exporters": grpc_exporter(backend),
            "processors": {"memory_limiter": limiter, "batch": {}},
            "service": pipelines(["otlp_grpc"], processors=["memory_limiter", "batch"]),
        }
    )
    accepted = []

    def refusal():
        """The answer to one more request in a list, where it is refused."""
        message = spans(1, name="x" * 1_000_000)
        response = post(collector, message.SerializeToString())
        if response.status_code == 200:
            accepted.extend(ids(message))
            return []
        return [response]

    [response] = wait_until(refusal, "a refusal")
    assert response.status_code in (429, 503)
    assert int(response.headers["Retry-After"]) >= 1
    assert 20 <= len(accepted) <= 60
    assert collector.metric("swiftlet_receiver_refused_requests", reason="memory_pressure") >= 1
    backend.start()
    backend.wait_items(len(accepted))
    wait_until(lambda: not refusal(), "memory for data again")
    backend.wait_items(len(accepted))
    assert sorted(backend.span_ids()) == sorted(accepted)


def test_a_full_queue_refuses_and_loses_nothing_it_has_accepted(backend, start):
    backend.stop()
    queue = {"sizer": "bytes", "queue_size": 200_000}
    exporters = grpc_exporter(backend, sending_queue=queue)
    collector = start({"exporters": exporters, "service": pipelines(["otlp_grpc"], processors=[])})
    accepted, refused = [], 0
    for _ in range(40):
        message = spans(1, name="x" * 20_000)
        if post(collector, message.SerializeToString()).status_code == 200:
            accepted += ids(message)
        else:
            refused += 1
    assert accepted and refused
    counts = {name: collector.metric(f"otelcol_receiver_{name}_spans") for name in ("accepted", "refused")}
    assert counts == {"accepted": len(accepted), "refused": refused}
    assert collector.metric("swiftlet_pipeline_refused_items", reason="queue_full") == refused
    backend.start()
    backend.wait_items(len(accepted))
    assert sorted(backend.span_ids()) == sorted(accepted)

    def account():
        """What the pipeline received, and what became of it."""
        names = ("received", "delivered", "dropped", "held")
        return [collector.metric(f"swiftlet_pipeline_{name}_items") for name in names]

    wait_until(lambda: account() == [len(accepted), len(accepted), 0, 0], f"accounted for: {account()}")
    assert collector.metric("otelcol_exporter_sent_spans") == len(accepted)


def test_the_process_out_of_descriptors_does_not_spin_and_recovers(backend, start):
    exporters = {"exporters": grpc_exporter(backend), "service": pipelines(["otlp_grpc"])}
    collector = start(exporters, descriptors=48)
    crowd = []
    for _ in range(100):
        one = socket.socket()
        one.settimeout(2)
        one.connect(("127.0.0.1", collector.http_port))
        crowd.append(one)
    before = collector.cpu_seconds()
    time.sleep(1)
    spent = collector.cpu_seconds() - before
    for one in crowd:
        one.close()
    assert spent < 0.3, f"{spent} s of CPU in a second without work"

    def answers():
        try:
            return post(collector, b"").status_code == 200
        except requests.RequestException:
            return False

    wait_until(answers, "taking connections again")


def test_many_idle_connections_cost_little(backend, start):
    exporters = {"exporters": grpc_exporter(backend), "service": pipelines(["otlp_grpc"])}
    collector = start(exporters)
    before = collector.peak_kibibytes()
    crowd = [socket.create_connection(("127.0.0.1", collector.http_port), 5) for _ in range(500)]
    with GRPCClient(collector.grpc) as client:
        client.export(spans(1))
    for one in crowd:
        one.close()
    grown = collector.peak_kibibytes() - before
    assert grown < 16 * 1024, f"{grown} KiB for 500 connections"
    backend.wait_items(1)
