"""The real Prometheus scrapes the exporter, promtool reads what it exposes, PromQL answers."""
import json
import re
import shutil
import subprocess
import time
import urllib.parse

import pytest
import requests
from opentelemetry.proto.collector.metrics.v1.metrics_service_pb2 import ExportMetricsServiceRequest
from opentelemetry.proto.metrics.v1 import metrics_pb2 as metrics

from client import GRPCClient
from collector import free_port, pipelines, wait_until
from payloads import text

pytestmark = pytest.mark.skipif(not shutil.which("prometheus"), reason="there is no prometheus")

CUMULATIVE, DELTA = 2, 1
TEXT = "text/plain;version=0.0.4"
OPEN_METRICS = "application/openmetrics-text;version=1.0.0"
PROTOBUF = (
    "application/vnd.google.protobuf;proto=io.prometheus.client.MetricFamily;encoding=delimited"
)


def request(*parts, service="shop", **attributes):
    """A request of these metrics under one resource."""
    message = ExportMetricsServiceRequest()
    resource = message.resource_metrics.add()
    values = {"service.name": service, "service.instance.id": "one", **attributes}
    resource.resource.attributes.extend(text(key, value) for key, value in values.items())
    scope = resource.scope_metrics.add()
    scope.scope.name, scope.scope.version = "tests", "1.0"
    scope.metrics.extend(parts)
    return message


def number(name, value, kind="gauge", unit="", temporality=CUMULATIVE, monotonic=True, now=None, **attributes):
    metric = metrics.Metric(name=name, unit=unit, description=f"About {name}.")
    data = getattr(metric, kind)
    if kind == "sum":
        data.aggregation_temporality, data.is_monotonic = temporality, monotonic
    point = data.data_points.add(time_unix_nano=now or time.time_ns())
    if isinstance(value, int):
        point.as_int = value
    else:
        point.as_double = value
    point.attributes.extend(text(key, one) for key, one in attributes.items())
    return metric


def histogram(name, counts, bounds, total, temporality=CUMULATIVE, exemplar=None):
    metric = metrics.Metric(name=name, unit="s")
    metric.histogram.aggregation_temporality = temporality
    point = metric.histogram.data_points.add(
        time_unix_nano=time.time_ns(), count=sum(counts), sum=total, bucket_counts=counts, explicit_bounds=bounds
    )
    if exemplar:
        point.exemplars.add(
            time_unix_nano=time.time_ns(), as_double=exemplar, trace_id=b"\x0a" * 16, span_id=b"\x0b" * 8
        )
    return metric


def exponential(name, scale, offset, counts, zeros=0, temporality=CUMULATIVE):
    metric = metrics.Metric(name=name)
    metric.exponential_histogram.aggregation_temporality = temporality
    point = metric.exponential_histogram.data_points.add(
        time_unix_nano=time.time_ns(), scale=scale, zero_count=zeros, count=sum(counts) + zeros, sum=12.5
    )
    point.positive.offset = offset
    point.positive.bucket_counts.extend(counts)
    return metric


def summary(name, quantiles, count, total):
    metric = metrics.Metric(name=name)
    point = metric.summary.data_points.add(time_unix_nano=time.time_ns(), count=count, sum=total)
    for quantile, value in quantiles.items():
        point.quantile_values.add(quantile=quantile, value=value)
    return metric


class Exposition:
    """A collector with a prometheus exporter."""

    def __init__(self, start, **options):
        self.port = free_port()
        exporter = {"endpoint": f"127.0.0.1:{self.port}", **options}
        service = pipelines(["prometheus"], ["metrics"], [], acknowledge="delivered")
        self.collector = start({"exporters": {"prometheus": exporter}, "service": service})

    @property
    def url(self):
        return f"http://127.0.0.1:{self.port}/metrics"

    def send(self, *messages):
        with GRPCClient(self.collector.grpc) as client:
            for message in messages:
                client.export(message, "metrics")

    def scrape(self, accept=TEXT, **headers):
        answer = requests.get(self.url, headers={"accept": accept, **headers}, timeout=20)
        assert answer.status_code == 200, answer.text
        return answer

    def checked(self):
        """The text exposition, which promtool accepts."""
        body = self.scrape().text
        result = subprocess.run(["promtool", "check", "metrics"], input=body, text=True, capture_output=True)
        # Exit code 3 is for advice on names, which are the user's own.
        assert result.returncode in (0, 3), result.stdout + result.stderr + body
        return body


class Prometheus:
    """A Prometheus server that scrapes one target every fifth of a second."""

    def __init__(self, folder, target, *arguments):
        self.port = free_port()
        config = {
            "scrape_configs": [
                {
                    "job_name": "scrape",
                    "honor_labels": True,
                    "scrape_interval": "200ms",
                    "scrape_timeout": "200ms",
                    "static_configs": [{"targets": [target]}],
                }
            ]
        }
        (folder / "prometheus.yaml").write_text(json.dumps(config))
        self.log = open(folder / "prometheus.log", "w")
        self.process = subprocess.Popen(
            [
                "prometheus",
                f"--config.file={folder}/prometheus.yaml",
                f"--storage.tsdb.path={folder}/data",
                f"--web.listen-address=127.0.0.1:{self.port}",
                *arguments,
            ],
            stdout=self.log,
            stderr=self.log,
        )

    def get(self, path, **parameters):
        query = urllib.parse.urlencode(parameters)
        try:
            answer = requests.get(f"http://127.0.0.1:{self.port}/api/v1/{path}?{query}", timeout=5)
        except requests.ConnectionError:
            return None
        return answer.json().get("data") if answer.ok else None

    def query(self, expression):
        data = self.get("query", query=expression)
        return data["result"] if data else []

    def value(self, expression):
        """The one value of the expression, waited for."""
        found = wait_until(lambda: self.query(expression), f"an answer to {expression}", 20)
        assert len(found) == 1, found
        return float(found[0]["value"][1])

    def close(self):
        self.process.terminate()
        self.process.wait(20)
        self.log.close()


@pytest.fixture
def prometheus(tmp_path):
    servers = []

    def begin(exposition, *features):
        flags = [f"--enable-feature={','.join(features)}"] if features else []
        servers.append(Prometheus(tmp_path, f"127.0.0.1:{exposition.port}", *flags))
        return servers[-1]

    yield begin
    for server in servers:
        server.close()


def everything():
    return request(
        number("queue.depth", 7, unit="1", shop="a"),
        number("orders", 3, "sum", unit="{order}", shop="a"),
        number("open.carts", -2, "sum", monotonic=False),
        histogram("latency", [1, 2, 3], [0.1, 1.0], 9.5, exemplar=0.5),
        exponential("size", 0, 1, [2, 0, 4], zeros=1),
        summary("delay", {0.5: 1.5, 0.99: 3.0}, 10, 20.0),
    )


def test_promql_answers_for_every_type(start, prometheus):
    exposition = Exposition(start)
    exposition.send(everything())
    exposition.checked()
    server = prometheus(exposition)
    assert server.value('queue_depth_ratio{job="shop",instance="one",shop="a"}') == 7
    assert server.value('orders_total{otel_scope_name="tests",otel_scope_version="1.0"}') == 3
    assert server.value("open_carts") == -2
    assert server.value('latency_seconds_bucket{le="1"}') == 3
    assert server.value('latency_seconds_bucket{le="+Inf"}') == 6
    assert server.value("latency_seconds_sum / latency_seconds_count") == pytest.approx(9.5 / 6)
    assert server.value("size_count") == 7
    assert server.value('delay{quantile="0.99"}') == 3
    assert server.value("delay_sum") == 20
    assert server.value('target_info{job="shop",instance="one"}') == 1
    assert server.value("up") == 1


def test_deltas_add_up_in_promql(start, prometheus):
    exposition = Exposition(start)
    for _ in range(3):
        exposition.send(
            request(
                number("made", 5, "sum", temporality=DELTA),
                histogram("took", [1, 1], [1.0], 2.0, temporality=DELTA),
            )
        )
    server = prometheus(exposition)
    assert server.value("made_total") == 15
    assert server.value('took_seconds_bucket{le="1"}') == 3
    assert server.value("took_seconds_sum") == 6
    before = server.value("made_total")
    exposition.send(request(number("made", 1, "sum", temporality=DELTA)))
    wait_until(lambda: server.value("made_total") == before + 1, "the next delta")


def test_native_histograms_arrive(start, prometheus):
    exposition = Exposition(start)
    exposition.send(request(exponential("size", 0, 1, [2, 0, 4], zeros=1)))
    server = prometheus(exposition, "native-histograms")
    assert server.value("histogram_count(size)") == 7
    assert server.value("histogram_sum(size)") == 12.5
    # Buckets (2, 4] and (8, 16]: the median of 1 zero, 2 and 4 values lies in the last.
    assert 8 < server.value("histogram_quantile(0.9, size)") <= 16
    assert 2 < server.value("histogram_quantile(0.4, size)") <= 4


def test_exemplars_arrive(start, prometheus):
    exposition = Exposition(start, enable_open_metrics=True)
    exposition.send(everything())
    server = prometheus(exposition, "exemplar-storage")
    now = time.time()

    def exemplars():
        return server.get(
            "query_exemplars", query="latency_seconds_bucket", start=now - 600, end=now + 600
        )

    (series,) = wait_until(exemplars, "an exemplar", 20)
    (exemplar,) = series["exemplars"]
    assert exemplar["labels"] == {"trace_id": "0a" * 16, "span_id": "0b" * 8}
    assert float(exemplar["value"]) == 0.5
    assert server.value("orders_total") == 3
    assert server.value('target_info{job="shop"}') == 1


def test_points_without_a_value_end_their_series(start, prometheus):
    exposition = Exposition(start)
    exposition.send(request(number("level", 4)))
    server = prometheus(exposition)
    assert server.value("level") == 4
    gone = number("level", 0)
    gone.gauge.data_points[0].flags = 1
    exposition.send(request(gone))
    wait_until(lambda: not server.query("level"), "stale", 10)
    exposition.send(request(number("level", 5)))
    wait_until(lambda: server.query("level"), "back", 10)


def test_series_expire(start):
    exposition = Exposition(start, metric_expiration="1s")
    exposition.send(request(number("level", 4)))
    assert "level" in exposition.checked()
    wait_until(lambda: "level" not in exposition.scrape().text, "expired", 10)
    assert "target_info" not in exposition.scrape().text


HOSTILE = ['a"b', "a\nb", "a\\b", "} 1\n# EOF\n", "caf\u00e9 \U0001F426", "a\0b", "", " ", "x" * 5000]


@pytest.mark.parametrize("strategy", ["UnderscoreEscapingWithSuffixes", "NoTranslation"])
def test_hostile_names_and_values_never_break_a_scrape(start, prometheus, strategy):
    exposition = Exposition(start, translation_strategy=strategy, enable_open_metrics=True)
    parts = [number("sound", 1)]
    for index, words in enumerate(HOSTILE):
        parts.append(number(f"m{index}.{words}", index, **{words or "empty": words, "said": words}))
        parts.append(number(words or "bare", index, "sum", unit=words))
    exposition.send(request(*parts, **{words or "none": words for words in HOSTILE}))
    exposition.checked()
    server = prometheus(exposition)
    assert server.value("sound") == 1
    assert server.value("up") == 1
    for accept in (OPEN_METRICS, PROTOBUF, OPEN_METRICS + ";escaping=allow-utf-8"):
        assert exposition.scrape(accept).content
    assert exposition.scrape(OPEN_METRICS).text.endswith("# EOF\n")


def test_clashes_drop_the_clashing_series_alone(start):
    exposition = Exposition(start)
    exposition.send(
        request(
            number("a.b", 1),
            number("a_b", 2),
            number("c", 1, "sum"),
            number("c_total", 5),
            number("d_count", 1),
            summary("d", {}, 1, 1.0),
            number("target.info", 1),
            number("sound", 1),
        )
    )
    body = exposition.checked()
    samples = [line.split("{")[0] for line in body.splitlines() if not line.startswith("#")]
    assert samples == ["target_info", "a_b", "c_total", "d_count", "sound"]
    assert re.search(r"^a_b\{.*\} 1$", body, re.M)


def test_the_formats_are_negotiated(start):
    exposition = Exposition(start, enable_open_metrics=True)
    exposition.send(everything())
    plain = exposition.scrape("", **{"accept-encoding": "identity"})
    assert plain.headers["content-type"] == "text/plain; version=0.0.4; charset=utf-8"
    assert "content-encoding" not in plain.headers
    packed = exposition.scrape(OPEN_METRICS, **{"accept-encoding": "gzip"})
    assert packed.headers["content-encoding"] == "gzip"
    assert packed.headers["content-type"].startswith("application/openmetrics-text; version=1.0.0")
    assert "latency_seconds_bucket" in packed.text
    assert exposition.scrape(PROTOBUF).headers["content-type"].startswith("application/vnd.google.protobuf")
    assert requests.get(exposition.url.replace("/metrics", "/other"), timeout=5).status_code == 404
    assert requests.post(exposition.url, timeout=5).status_code == 405


def test_metrics_of_the_sdk_are_exposed(start, prometheus):
    from opentelemetry.exporter.otlp.proto.grpc.metric_exporter import OTLPMetricExporter
    from opentelemetry.sdk.metrics import Histogram, MeterProvider
    from opentelemetry.sdk.metrics.export import PeriodicExportingMetricReader
    from opentelemetry.sdk.metrics.view import ExponentialBucketHistogramAggregation, View
    from opentelemetry.sdk.resources import Resource

    exposition = Exposition(start)
    exporter = OTLPMetricExporter(endpoint=exposition.collector.grpc, insecure=True)
    provider = MeterProvider(
        metric_readers=[PeriodicExportingMetricReader(exporter, export_interval_millis=60_000)],
        resource=Resource.create({"service.name": "sdk", "service.namespace": "demo", "host.name": "h1"}),
        views=[View(instrument_type=Histogram, instrument_name="spread", aggregation=ExponentialBucketHistogramAggregation())],
    )
    meter = provider.get_meter("sdk-test", "2.0")
    meter.create_counter("orders", unit="1").add(4, {"shop": "a"})
    meter.create_up_down_counter("carts").add(-1)
    meter.create_histogram("latency", unit="ms").record(12.5)
    spread = meter.create_histogram("spread")
    for value in range(1, 101):
        spread.record(value)
    meter.create_gauge("level").set(3.5)
    provider.shutdown()
    exposition.checked()
    server = prometheus(exposition, "native-histograms")
    assert server.value('orders_total{job="demo/sdk",shop="a"}') == 4
    assert server.value("carts") == -1
    assert server.value("level") == 3.5
    assert server.value("latency_milliseconds_sum") == 12.5
    assert server.value("histogram_count(spread)") == 100
    assert server.value("histogram_quantile(0.5, spread)") == pytest.approx(50, rel=0.05)
    assert server.value("level * on(job, instance) group_left(host_name) target_info") == 3.5


def test_a_hundred_thousand_series(start):
    """Prints what they cost; the bounds are wide, because the machine is shared."""
    import gc

    exposition = Exposition(start)
    pid = exposition.collector.process.pid

    def resident():
        status = open(f"/proc/{pid}/status").read()
        return int(re.search(r"VmRSS:\s+(\d+)", status)[1]) / 1024

    messages = []
    for block in range(100):
        metric = metrics.Metric(name=f"load.metric_{block % 10}")
        metric.sum.aggregation_temporality, metric.sum.is_monotonic = CUMULATIVE, True
        for index in range(1000):
            point = metric.sum.data_points.add(time_unix_nano=time.time_ns(), as_int=block * 1000 + index)
            point.attributes.extend(
                [text("method", "GET"), text("route", f"/orders/{block}/{index}"), text("status", "200")]
            )
        messages.append(request(metric).SerializeToString())
    gc.collect()
    idle = resident()
    method = "/opentelemetry.proto.collector.metrics.v1.MetricsService/Export"
    costs = []
    with GRPCClient(exposition.collector.grpc) as client:
        for _ in range(4):
            before = exposition.collector.cpu_seconds()
            for body in messages:
                client.call(method, body)
            costs.append((exposition.collector.cpu_seconds() - before) * 10)
    held = resident() - idle
    scrapes = []
    for _ in range(5):
        before = exposition.collector.cpu_seconds()
        body = exposition.scrape(**{"accept-encoding": "identity"}).content
        scrapes.append((exposition.collector.cpu_seconds() - before) * 1000)
    print(
        f"\nper point {[round(one, 2) for one in costs]} us with receiving, {held:.1f} MiB held, "
        f"{resident() - idle:.1f} MiB after scrapes of {len(body)} bytes in {[round(one) for one in scrapes]} ms"
    )
    assert body.count(b"\nload_metric_") == 100_000
    assert held < 80
    assert min(scrapes) < 500
