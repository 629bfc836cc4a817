"""Load by h2load into a sink that counts: every item that was acknowledged arrives once."""
import re
import subprocess

import pytest

from collector import pipelines, wait_until
from payloads import MAKE, SIGNALS

ITEMS = 100


def load(arguments, requests, connections):
    """Runs h2load and returns the number of requests answered with 2xx."""
    command = ["h2load", "-t", "1", "-n", str(requests), "-c", str(connections), *arguments]
    output = subprocess.run(command, capture_output=True, text=True, timeout=60).stdout
    found = re.search(r"status codes: (\d+) 2xx, (\d+) 3xx, (\d+) 4xx, (\d+) 5xx", output)
    assert found, output
    return int(found[1])


def body(folder, signal, framed):
    content = MAKE[signal](ITEMS).SerializeToString()
    path = folder / "body"
    path.write_bytes((b"\0" + len(content).to_bytes(4, "big") if framed else b"") + content)
    return str(path)


def exporters(sink, **settings):
    return {
        "otlp_grpc": {
            "endpoint": f"127.0.0.1:{sink.port}",
            "tls": {"insecure": True},
            "compression": "none",
            **settings,
        }
    }


def counted(sink, items):
    wait_until(lambda: sink.counts()["items"] >= items, f"{items} items at the sink", 20)
    counts = sink.counts()
    assert counts["items"] == items
    assert counts["bad"] == 0
    return counts


@pytest.mark.parametrize("signal", list(SIGNALS))
def test_grpc_load_over_64_connections_arrives_once(sink, start, tmp_path, signal):
    collector = start({"exporters": exporters(sink), "service": pipelines(["otlp_grpc"])})
    arguments = ["-m", "4", "-d", body(tmp_path, signal, True)]
    arguments += ["-H", "content-type: application/grpc", "-H", "te: trailers"]
    arguments += [f"http://{collector.grpc}{SIGNALS[signal].method}"]
    answered = load(arguments, 2000, 64)
    assert answered == 2000
    counted(sink, answered * ITEMS)


@pytest.mark.parametrize("compression", ["none", "gzip"])
def test_http_load_over_64_connections_arrives_once(sink, start, tmp_path, compression):
    config = exporters(sink, compression=compression)
    collector = start({"exporters": config, "service": pipelines(["otlp_grpc"])})
    arguments = ["--h1", "-d", body(tmp_path, "traces", False)]
    arguments += ["-H", "content-type: application/x-protobuf", collector.http + "/v1/traces"]
    counted(sink, load(arguments, 2000, 64) * ITEMS)


def test_sigterm_in_mid_load_keeps_what_was_acknowledged(sink, start, tmp_path):
    import threading

    collector = start({"exporters": exporters(sink), "service": pipelines(["otlp_grpc"])})
    arguments = ["--h1", "-d", body(tmp_path, "traces", False)]
    arguments += ["-H", "content-type: application/x-protobuf", collector.http + "/v1/traces"]

    def stop_in_the_middle():
        wait_until(lambda: sink.counts()["items"] >= 20_000, "in the middle of the load")
        collector.terminate()

    thread = threading.Thread(target=stop_in_the_middle)
    thread.start()
    answered = load(arguments, 200_000, 16)
    thread.join()
    assert collector.wait() == 0
    counts = sink.counts()
    assert 0 < answered < 200_000
    # An answer that was on its way when h2load lost the connection counts as not acknowledged.
    assert answered * ITEMS <= counts["items"] <= (answered + 16) * ITEMS


def test_load_leaves_no_descriptor_open(sink, start, tmp_path):
    collector = start({"exporters": exporters(sink), "service": pipelines(["otlp_grpc"])})
    arguments = ["--h1", "-d", body(tmp_path, "traces", False)]
    arguments += ["-H", "content-type: application/x-protobuf", collector.http + "/v1/traces"]
    load(arguments, 100, 1)
    before = collector.open_files()
    load(arguments, 500, 64)
    wait_until(lambda: collector.open_files() <= before + 2, "closed what it had opened")
