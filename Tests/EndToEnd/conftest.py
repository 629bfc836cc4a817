"""Fixtures: a backend, a collector that sends to it, and the counting sink."""
import json
import pathlib
import signal
import subprocess

import pytest

from backend import Backend
from collector import BINARY, ROOT, Collector, pipelines
from client import GRPCClient


def pytest_sessionstart(session):
    if not pathlib.Path(BINARY).exists():
        pytest.exit(f"no binary {BINARY}: build it with swift build -c release --product swiftlet", 1)


def grpc_exporter(backend, **settings):
    """An otlp_grpc exporter to the backend that tries again quickly."""
    return {
        "otlp_grpc": {
            "endpoint": f"127.0.0.1:{backend.grpc_port}",
            "tls": {"insecure": True},
            "compression": "none",
            "retry_on_failure": {"initial_interval": "50ms", "max_interval": "200ms"},
            **settings,
        }
    }


def http_exporter(backend, **settings):
    """An otlp_http exporter to the backend that tries again quickly."""
    return {
        "otlp_http": {
            "endpoint": f"http://127.0.0.1:{backend.http_port}",
            "compression": "none",
            "retry_on_failure": {"initial_interval": "50ms", "max_interval": "200ms"},
            **settings,
        }
    }


@pytest.fixture
def backend():
    """A backend of the test's own."""
    one = Backend().start()
    yield one
    if one.hold:
        one.hold.set()
    one.stop()


@pytest.fixture
def start(tmp_path):
    """Starts collectors; they stop at the end of the test, and must then end with exit code 0."""
    started = []

    def begin(config, *arguments, **options):
        folder = tmp_path / f"collector-{len(started)}"
        folder.mkdir()
        one = Collector(folder, config, *arguments, **options)
        started.append(one)
        return one.start()

    yield begin
    try:
        for one in started:
            if one.process and one.process.returncode is None:
                one.stop()
    finally:
        for one in started:
            one.kill()


class Shared:
    """A backend and a collector that the tests of a module share."""

    def __init__(self, backend, collector):
        self.backend, self.collector = backend, collector


@pytest.fixture(scope="module")
def shared(tmp_path_factory):
    backend = Backend().start()
    config = {"exporters": grpc_exporter(backend), "service": pipelines(["otlp_grpc"])}
    config["processors"] = {"batch": {"timeout": "5ms"}}
    with Collector(tmp_path_factory.mktemp("shared"), config) as collector:
        yield Shared(backend, collector)
    backend.stop()


@pytest.fixture
def grpc_client(shared):
    with GRPCClient(shared.collector.grpc) as client:
        yield client


class Sink:
    """The counting backend of the benchmarks."""

    def __init__(self, program, port=0):
        self.process = subprocess.Popen([program, str(port)], stdout=subprocess.PIPE, text=True)
        self.port = int(self.process.stdout.readline().split()[1])

    def counts(self):
        self.process.send_signal(signal.SIGUSR1)
        return json.loads(self.process.stdout.readline())

    def close(self):
        """Ends it and returns its last counts."""
        self.process.send_signal(signal.SIGTERM)
        counts = json.loads(self.process.stdout.readline())
        self.process.wait()
        return counts


@pytest.fixture(scope="session")
def sink_program(tmp_path_factory):
    program = tmp_path_factory.mktemp("sink") / "sink"
    source = ROOT / "Benchmarks/sink/sink.c"
    subprocess.run(["gcc", "-O2", "-o", program, source, "-lnghttp2", "-lz"], check=True)
    return str(program)


@pytest.fixture
def sink(sink_program):
    one = Sink(sink_program)
    yield one
    if one.process.poll() is None:
        one.close()
