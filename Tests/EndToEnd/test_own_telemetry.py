"""What the collector tells of itself: metrics, health, and what is made for watching them."""
import gzip
import json
import re
import subprocess
import time
import urllib.error
import urllib.request

import grpc
import pytest

from client import GRPCClient, post
from collector import ROOT, free_port, pipelines, series, wait_until
from conftest import grpc_exporter, http_exporter
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


def detailed(**naming):
    """A port, and a service::telemetry that serves all own metrics there."""
    port = free_port()
    reader = {"pull": {"exporter": {"prometheus": {"host": "127.0.0.1", "port": port, **naming}}}}
    return port, {"metrics": {"level": "detailed", "readers": [reader]}}


def everything(backend, start, **naming):
    """A collector with every exporter, at level detailed, that has worked; its metrics' address."""
    port, telemetry = detailed(**naming)
    exporters = {
        **grpc_exporter(backend),
        **http_exporter(backend),
        "prometheus": {"endpoint": f"127.0.0.1:{free_port()}"},
        "debug": None,
    }
    service = pipelines(["otlp_grpc", "otlp_http", "debug"])
    service["pipelines"]["metrics"]["exporters"] = list(exporters)
    collector = start({"exporters": exporters, "service": {**service, "telemetry": telemetry}})
    send(collector, spans(3))
    assert post(collector, b"nothing", content_type="application/json").status_code == 400
    backend.wait_items(6)
    return f"http://127.0.0.1:{port}/metrics"


def ask(url, **fields):
    """The fields and the body of the answer."""
    with urllib.request.urlopen(urllib.request.Request(url, headers=fields), timeout=5) as answer:
        return answer.headers, answer.read()


def complaints(text):
    """What promtool finds wrong with a text."""
    check = subprocess.run(
        [PROMTOOL, "check", "metrics"], input=text, text=True, capture_output=True
    )
    return check.stderr.splitlines()


def test_metrics_pass_promtool(backend, start):
    url = everything(backend, start)
    assert complaints(ask(url)[1].decode()) == []


def test_metrics_under_the_default_names_pass_promtool_but_for_their_names(backend, start):
    names = ["without_scope_info", "without_units", "without_type_suffix"]
    url = everything(backend, start, **dict.fromkeys(names, True))
    # Existing dashboards want counters without _total, as the reference collector has them.
    wrong = [line for line in complaints(ask(url)[1].decode()) if '"_total" suffix' not in line]
    assert wrong == []


def test_every_metric_has_help(backend, start):
    text = ask(everything(backend, start))[1].decode()
    helped = {line.split()[2] for line in text.splitlines() if line.startswith("# HELP")}
    typed = {line.split()[2] for line in text.splitlines() if line.startswith("# TYPE")}
    assert helped == typed
    assert "A metric of a component" not in text
    assert "swiftlet_prometheus_series" in helped


def test_the_endpoint_negotiates_as_the_prometheus_exporter_does(backend, start):
    url = everything(backend, start)
    fields, plain = ask(url)
    assert fields["content-type"] == "text/plain; version=0.0.4; charset=utf-8"
    assert fields["date"]
    fields, packed = ask(url, **{"Accept-Encoding": "gzip"})
    assert fields["content-encoding"] == "gzip"
    assert gzip.decompress(packed).startswith(b"# HELP")
    assert len(packed) < len(plain) / 4
    fields, text = ask(url, Accept="application/openmetrics-text; version=1.0.0, */*;q=0.1")
    assert fields["content-type"].startswith("application/openmetrics-text")
    assert text.endswith(b"# EOF\n")
    assert b"# TYPE otelcol_process_cpu_seconds counter\n" in text
    fields, packed = ask(
        url,
        Accept="application/vnd.google.protobuf; proto=io.prometheus.client.MetricFamily; "
        "encoding=delimited",
    )
    assert fields["content-type"].startswith("application/vnd.google.protobuf")
    assert b"otelcol_process_cpu_seconds_total" in packed


def test_durations_are_there_at_level_detailed(backend, start):
    found = series(ask(everything(backend, start))[1].decode())
    counts = {
        (name, labels.get("rpc_response_status_code") or labels.get("http_response_status_code"))
        for name, labels, value in found
        if name.endswith("_duration_seconds_count") and value > 0
    }
    assert {
        ("rpc_server_call_duration_seconds_count", "OK"),
        ("rpc_client_call_duration_seconds_count", "OK"),
        ("http_server_request_duration_seconds_count", "400"),
        ("http_client_request_duration_seconds_count", "200"),
    } <= counts


def test_refusals_are_counted_by_reason_with_their_items(start):
    exporters = {
        "otlp_http": {
            "endpoint": f"http://127.0.0.1:{free_port()}",
            "sending_queue": {"queue_size": 1},
        }
    }
    service = pipelines(["otlp_http"], processors=[])
    collector = start({"exporters": exporters, "service": service})
    body = spans(1).SerializeToString()
    statuses = [post(collector, body).status_code for _ in range(3)]
    assert statuses == [200, 503, 503]
    reasons = {
        labels["reason"]: value
        for name, labels, value in series(collector.metrics_text())
        if name == "swiftlet_receiver_refused_requests" and value > 0
    }
    assert reasons == {"queue_full": 2}
    assert collector.metric("otelcol_receiver_refused_spans", transport="http") == 2
    assert collector.metric("otelcol_receiver_accepted_spans") == 1
    collector.kill()


@pytest.mark.parametrize("protocol", ["http/protobuf", "grpc"])
def test_own_metrics_reach_a_backend_as_otlp(backend, start, protocol):
    port = backend.grpc_port if protocol == "grpc" else backend.http_port
    exporter = {
        "otlp": {
            "protocol": protocol,
            "endpoint": f"http://127.0.0.1:{port}",
            "compression": "gzip",
            "headers": [{"name": "x-token", "value": "t"}],
        }
    }
    reader = {"periodic": {"interval": 50, "exporter": exporter}}
    telemetry = {"metrics": {"readers": [reader]}, "resource": {"service.name": "watched"}}
    service = {**pipelines(["nop"]), "telemetry": telemetry}
    collector = start({"exporters": {"nop": None}, "service": service})
    send(collector, spans(5))
    wait_until(lambda: len(own_metrics(backend, "otelcol_process_uptime")) >= 2, "two exports")
    collector.stop()
    accepted = own_metrics(backend, "otelcol_receiver_accepted_spans")[-1]
    # The last export tells what came in before the stop.
    assert sum(point.as_int for point in accepted.sum.data_points) == 5
    assert accepted.sum.is_monotonic and accepted.sum.aggregation_temporality == 2
    uptime = own_metrics(backend, "otelcol_process_uptime")
    assert uptime[0].unit == "s" and uptime[0].description
    points = [metric.sum.data_points[0] for metric in uptime]
    assert points[0].start_time_unix_nano == points[-1].start_time_unix_nano
    assert points[0].time_unix_nano < points[-1].time_unix_nano
    last = [one for one in backend.received if one.signal == "metrics"][-1]
    names = {
        pair.key: pair.value.string_value
        for pair in last.message.resource_metrics[0].resource.attributes
    }
    assert names["service.name"] == "watched"
    assert {name.lower(): value for name, value in dict(last.fields).items()}["x-token"] == "t"


def own_metrics(backend, name):
    """The metrics of that name that the backend has, in their order."""
    return [
        metric
        for one in list(backend.received)
        if one.signal == "metrics"
        for resource in one.message.resource_metrics
        for scope in resource.scope_metrics
        for metric in scope.metrics
        if metric.name == name
    ]


def test_a_backend_of_own_metrics_that_is_away_does_not_hold_up_the_stop(start):
    exporter = {"otlp": {"endpoint": f"http://127.0.0.1:{free_port()}"}}
    reader = {"periodic": {"interval": 50, "exporter": exporter}}
    service = {**pipelines(["nop"]), "telemetry": {"metrics": {"readers": [reader]}}}
    collector = start({"exporters": {"nop": None}, "service": service})
    wait_until(lambda: "does not take them" in collector.log(), "a warning")
    began = time.monotonic()
    collector.stop()
    assert time.monotonic() - began < 5
    assert collector.log().count("does not take them") == 1


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
    # What needs the kernel's leave is there only where the collector has it; the catalogue names all.
    catalogue = (ROOT / "Sources/Service/OwnTelemetry/Metrics/MetricCatalog+Kernel.swift").read_text()
    known |= set(re.findall(r'"(swiftlet_ebpf_\w+)"', catalogue))
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
    assert "everything is ready" in texts
