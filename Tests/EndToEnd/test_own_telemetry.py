"""What the collector tells of itself: metrics, health, and what is made for watching them."""
import json
import re
import subprocess
import urllib.error
import urllib.request

import grpc
import pytest

from client import GRPCClient
from collector import ROOT, free_port, pipelines, series, wait_until
from conftest import grpc_exporter
from payloads import spans

PROMTOOL = "promtool"


def get(url):
    """The status and the text of the answer."""
    try:
        with urllib.request.urlopen(url, timeout=5) as answer:
            return answer.status, answer.read().decode()
    except urllib.error.HTTPError as error:
        return error.code, error.read().decode()


def send(collector, *messages):
    with GRPCClient(collector.grpc) as client:
        for message in messages:
            client.export(message)


def test_metrics_account_for_every_item(backend, start):
    collector = start({"exporters": grpc_exporter(backend), "service": pipelines(["otlp_grpc"])})
    send(collector, spans(3), spans(4))
    backend.wait_items(7)
    wait_until(lambda: collector.metric("swiftlet_pipeline_delivered_items") == 7, "delivered")
    assert collector.metric("swiftlet_pipeline_received_items", pipeline="traces") == 7
    assert collector.metric("swiftlet_pipeline_held_items") == 0
    assert collector.metric("swiftlet_pipeline_dropped_items") == 0
    accepted = collector.metric("otelcol_receiver_accepted_spans", receiver="otlp", transport="grpc")
    assert accepted == 7
    assert collector.metric("otelcol_exporter_sent_spans", exporter="otlp_grpc") == 7
    assert collector.metric("otelcol_exporter_queue_capacity", exporter="otlp_grpc") > 0
    assert collector.metric("otelcol_exporter_queue_batch_send_size_sum") == 7
    assert collector.metric("otelcol_process_memory_rss") > 1 << 20
    assert collector.metric("target_info", service_name="swiftlet") == 1


def test_what_is_held_and_dropped_is_counted_by_reason(backend, start):
    backend.refuse(1, grpc.StatusCode.INVALID_ARGUMENT)
    collector = start(
        {"exporters": grpc_exporter(backend), "service": pipelines(["otlp_grpc"], processors=[])}
    )
    send(collector, spans(5))
    wait_until(
        lambda: collector.metric("swiftlet_pipeline_dropped_items", reason="permanent") == 5,
        "dropped",
    )
    backend.stop()
    send(collector, spans(2))
    wait_until(lambda: collector.metric("swiftlet_pipeline_held_items") == 2, "held")
    wait_until(lambda: collector.metric("swiftlet_exporter_held_bytes") > 0, "bytes held")
    wait_until(
        lambda: collector.metric("swiftlet_exporter_oldest_batch_age_seconds") > 0, "an age"
    )
    collector.assert_balanced()
    backend.start()
    wait_until(lambda: collector.metric("swiftlet_pipeline_delivered_items") == 2, "delivered")


@pytest.mark.parametrize("level", ["none", "basic", "normal", "detailed"])
def test_each_level_shows_what_it_should(start, level):
    port = free_port()
    reader = {"pull": {"exporter": {"prometheus": {"host": "127.0.0.1", "port": port}}}}
    telemetry = {"metrics": {"level": level, "readers": [reader]}}
    exporters = {"debug": None}
    service = {**pipelines(["debug"]), "telemetry": telemetry}
    start({"exporters": exporters, "service": service})
    if level == "none":
        with pytest.raises(urllib.error.URLError):
            get(f"http://127.0.0.1:{port}/metrics")
        return
    _, text = get(f"http://127.0.0.1:{port}/metrics")
    names = {name for name, _, _ in series(text)}
    assert "otelcol_process_uptime_seconds_total" in names
    batch = "otelcol_processor_batch_batch_send_size"
    assert (f"{batch}_count" in names) == (level != "basic")
    assert (f"{batch}_bytes_count" in names) == (level == "detailed")


def test_metrics_pass_promtool(backend, start):
    collector = start({"exporters": grpc_exporter(backend), "service": pipelines(["otlp_grpc"])})
    send(collector, spans(3))
    backend.wait_items(3)
    check = subprocess.run(
        [PROMTOOL, "check", "metrics"], input=collector.metrics_text(), text=True, capture_output=True
    )
    # Existing dashboards want counters without _total; and the reference's units are not base units.
    complaints = [
        line
        for line in check.stderr.splitlines()
        if not re.search(r'should have "_total" suffix|use base unit|non-histogram|abbreviated', line)
    ]
    assert complaints == []


def test_alert_rules_pass_promtool():
    rules = ROOT / "config/alerts/swiftlet.yaml"
    check = subprocess.run([PROMTOOL, "check", "rules", rules], capture_output=True, text=True)
    assert check.returncode == 0, check.stdout + check.stderr


def known_metrics(backend, start):
    """The names of all own metrics of a collector that has worked."""
    collector = start({"exporters": grpc_exporter(backend), "service": pipelines(["otlp_grpc"])})
    send(collector, spans(1))
    backend.wait_items(1)
    return {name for name, _, _ in series(collector.metrics_text())} | {"up"}


def test_dashboard_and_alerts_use_metrics_that_exist(backend, start, tmp_path):
    known = known_metrics(backend, start)
    dashboard = json.loads((ROOT / "config/grafana/swiftlet.json").read_text())
    queries = [
        target["expr"] for panel in dashboard["panels"] for target in panel.get("targets", [])
    ]
    assert len(queries) > 15
    alerts = (ROOT / "config/alerts/swiftlet.yaml").read_text()
    for text in [*queries, alerts]:
        for name in re.findall(r"\b(?:otelcol|swiftlet)_[a-z_]*[a-z]\b(?!_\()", text):
            assert name in known, name
        for prefix, endings in re.findall(r"\b(otelcol_[a-z_]+_)\(([a-z_|]+)\)", text):
            for ending in endings.split("|"):
                assert prefix + ending in known, prefix + ending
    # Grafana's variables are no PromQL: put values in their place.
    rules = [
        {"record": "x:y", "expr": one.replace("$__rate_interval", "1m").replace("$instance", ".*")}
        for one in queries
    ]
    path = tmp_path / "queries.yaml"
    path.write_text(json.dumps({"groups": [{"name": "g", "rules": rules}]}))
    check = subprocess.run(
        [PROMTOOL, "check", "rules", "--lint=none", path], capture_output=True, text=True
    )
    assert check.returncode == 0, check.stdout + check.stderr


def test_health_follows_the_exporter(backend, start):
    port = free_port()
    extension = {
        "endpoint": f"127.0.0.1:{port}",
        "component_health": {"include_recoverable_errors": True, "recovery_duration": "100ms"},
    }
    collector = start(
        {
            "extensions": {"health_check": extension},
            "exporters": {**grpc_exporter(backend), "nop": None},
            "service": {
                "extensions": ["health_check"],
                "pipelines": {
                    "traces": {"receivers": ["otlp"], "exporters": ["otlp_grpc"]},
                    "logs": {"receivers": ["otlp"], "exporters": ["nop"]},
                },
            },
        }
    )
    url = f"http://127.0.0.1:{port}"
    status, text = get(url + "/")
    assert (status, json.loads(text)["status"]) == (200, "Server available")
    assert get(url + "/ready")[0] == 200
    backend.stop()
    send(collector, spans(1))
    wait_until(lambda: get(url + "/?pipeline=traces")[0] == 500, "unhealthy")
    assert get(url + "/?pipeline=logs")[0] == 200
    assert get(url + "/live")[0] == 200
    assert get(url + "/ready")[0] == 503
    state = json.loads(get(url + "/?verbose")[1])
    exporter = state["components"]["pipeline:traces"]["components"]["exporter:otlp_grpc"]
    assert exporter["status"] == "StatusRecoverableError"
    assert exporter["error"]
    backend.start()
    wait_until(lambda: get(url + "/")[0] == 200, "healthy again")


def test_the_second_version_shows_the_configuration_without_secrets(start):
    port = free_port()
    extension = {
        "use_v2": True,
        "http": {"endpoint": f"127.0.0.1:{port}", "config": {"enabled": True}},
    }
    exporters = {
        "otlp_http": {"endpoint": "http://127.0.0.1:1", "headers": {"authorization": "hunter2"}}
    }
    service = {**pipelines(["otlp_http"]), "extensions": ["healthcheckv2"]}
    start(
        {"extensions": {"healthcheckv2": extension}, "exporters": exporters, "service": service}
    )
    status, text = get(f"http://127.0.0.1:{port}/config")
    assert status == 200
    assert "hunter2" not in text
    assert json.loads(text)["service"]["extensions"] == ["healthcheckv2"]
    state = json.loads(get(f"http://127.0.0.1:{port}/status")[1])
    assert state["status"] == "StatusOK"


def test_own_logs_reach_a_backend_as_otlp(backend, start):
    exporter = {
        "otlp": {"protocol": "http/protobuf", "endpoint": f"http://127.0.0.1:{backend.http_port}"}
    }
    telemetry = {
        "logs": {"processors": [{"batch": {"schedule_delay": 20, "exporter": exporter}}]},
        "resource": {"service.name": "watched"},
    }
    service = {**pipelines(["nop"]), "telemetry": telemetry}
    collector = start({"exporters": {"nop": None}, "service": service})
    backend.wait_items(1, "logs")
    collector.stop()
    (resource,) = {
        tuple((pair.key, pair.value.string_value) for pair in each.resource.attributes)
        for received in backend.received
        for each in received.message.resource_logs
    }
    resource = dict(resource)
    assert resource["service.name"] == "watched"
    assert len(resource["service.instance.id"]) == 36
    texts = [
        record.body.string_value
        for received in backend.received
        for each in received.message.resource_logs
        for scope in each.scope_logs
        for record in scope.log_records
    ]
    assert "Everything is ready" in texts
