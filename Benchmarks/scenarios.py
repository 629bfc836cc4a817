"""The matrix: what is sent, through which pipeline, and what it may cost."""

import dataclasses

PEERS = ("otelcol",)
# Proxies understand nothing of what they carry: they are the floor of rows that come out as they went in.
FLOOR = ("otelcol", "rotel", "haproxy-tcp", "haproxy", "nghttpx")
AGENTS = ("otelcol", "rotel")
ALONE = ()


@dataclasses.dataclass(frozen=True)
class Scenario:
    """A load, and what the collector does with it."""

    key: str
    title: str
    signal: str = "traces"
    items: int = 100  # of a request
    attributes: int | None = None  # of an item; None is as many as bodies.ATTRIBUTES says
    protocol: str = "grpc"  # or http
    coding: str = ""  # of what is sent: gzip, zstd
    out: str = "grpc"  # or http, nop, file
    compression: str = "none"  # of what the collector sends
    connections: int = 16
    streams: int = 8  # requests under way on one HTTP/2 connection
    total: int = 600_000  # items
    rate: int = 0  # items a second; 0 is as fast as they are answered
    processors: tuple = (("batch", {}),)
    exporter: dict = dataclasses.field(default_factory=dict)  # more options of the exporter
    shards: int = 0  # 0 is the default
    client: str = "h2load"  # or wrk, over HTTP/1.1
    peers: tuple = PEERS
    budget: float | None = None  # us of CPU an item
    memory: float | None = None  # MiB at the peak

    @property
    def relayed(self):
        return self.protocol == self.out and self.compression == "none"


UPSERT = {
    "actions": [
        {"key": "deployment.environment.name", "action": "upsert", "value": "production"},
        {"key": "enduser.id", "action": "delete"},
    ]
}
EDIT = {"attributes": [{"key": "deployment.environment.name", "action": "upsert", "value": "production"}]}
DETECT = {"detectors": ["env", "system"], "system": {"hostname_sources": ["os"]}}
BATCH = ("batch", {})
# Work that outweighs the load's and the sink's own, so that the collector is what limits: before and behind the batch.
RECEIVING = {"items": 1000, "total": 4_000_000, "coding": "gzip", "out": "nop", "processors": (("attributes", UPSERT),)}
BUSY = {"out": "http", "compression": "gzip", "exporter": {"compression_params": {"level": 9}}}

GROUPS = {
    "main": [
        Scenario("grpc", "gRPC in, gRPC out", total=1_000_000, peers=FLOOR, budget=0.6, memory=24),
        Scenario("grpc-gzip-out", "gRPC in, gRPC gzip out", compression="gzip", peers=AGENTS, budget=2),
        Scenario("http", "HTTP in, gRPC out", protocol="http", total=1_000_000, peers=AGENTS, budget=0.6),
        Scenario("logs", "logs, requests of 1,000", signal="logs", items=1000, total=3_000_000, peers=FLOOR, budget=0.25),
        Scenario("metrics", "metrics, requests of 1,000 points", signal="metrics", items=1000, total=3_000_000, peers=FLOOR, budget=0.25),
    ],
    "paths": [
        Scenario("grpc-to-http", "gRPC in, HTTP out", out="http", peers=AGENTS),
        Scenario("http-to-http", "HTTP in, HTTP out", protocol="http", out="http", peers=AGENTS),
        Scenario("http-wrk", "HTTP in, gRPC out, wrk as client", protocol="http", client="wrk"),
        Scenario("nop", "gRPC in, nop out", out="nop", total=1_000_000),
    ],
    "codings": [
        Scenario("grpc-gzip-in", "gRPC gzip in, gRPC out", coding="gzip"),
        Scenario("grpc-zstd-in", "gRPC zstd in, gRPC out", coding="zstd"),
        Scenario("http-gzip-in", "HTTP gzip in, gRPC out", protocol="http", coding="gzip"),
        Scenario("http-zstd-in", "HTTP zstd in, gRPC out", protocol="http", coding="zstd"),
        Scenario("grpc-zstd-out", "gRPC in, gRPC zstd out", compression="zstd"),
        Scenario("http-gzip-out", "gRPC in, HTTP gzip out", out="http", compression="gzip"),
        Scenario("http-zstd-out", "gRPC in, HTTP zstd out", out="http", compression="zstd"),
    ],
    "sizes": [
        Scenario("traces-1", "requests of 1 span", items=1, total=40_000, peers=FLOOR),
        Scenario("traces-1000", "requests of 1,000 spans", items=1000, total=1_000_000, connections=8, streams=2),
        Scenario("traces-10000", "requests of 10,000 spans", items=10_000, total=1_000_000, connections=4, streams=1),
        Scenario("logs-1", "requests of 1 record", signal="logs", items=1, total=40_000),
        Scenario("logs-100", "requests of 100 records", signal="logs", total=1_000_000),
        Scenario("logs-10000", "requests of 10,000 records", signal="logs", items=10_000, total=2_000_000, connections=4, streams=1),
        Scenario("metrics-1", "requests of 1 point", signal="metrics", items=1, total=40_000),
        Scenario("metrics-100", "requests of 100 points", signal="metrics", total=1_000_000),
        Scenario("metrics-10000", "requests of 10,000 points", signal="metrics", items=10_000, total=2_000_000, connections=4, streams=1),
    ],
    "connections": [
        Scenario("conn-1", "1 connection of 8 streams", connections=1),
        Scenario("conn-4", "4 connections of 8 streams", connections=4),
        Scenario("conn-64", "64 connections of 8 streams", connections=64),
        Scenario("conn-1000", "1,000 connections of 1 stream", connections=1000, streams=1),
        Scenario("http-conn-1000", "1,000 HTTP/1.1 connections", protocol="http", connections=1000),
    ],
    "rates": [
        Scenario("pace-1k", "1,000 spans/s", rate=1000, total=10_000, connections=4, peers=FLOOR),
        Scenario("pace-10k", "10,000 spans/s", rate=10_000, total=100_000, connections=4, peers=FLOOR),
        Scenario("pace-30k", "30,000 spans/s", rate=30_000, total=300_000, connections=4, peers=FLOOR, budget=1.0),
        Scenario("pace-100k", "100,000 spans/s", rate=100_000, total=1_000_000, connections=4, peers=FLOOR),
    ],
    "memory": [
        Scenario("grpc-long", "four times the requests of the first row", total=4_000_000, peers=ALONE),
    ],
    "attributes": [
        Scenario("attributes-0", "spans without attributes", attributes=0, total=1_000_000),
        Scenario("attributes-100", "spans of 100 attributes", attributes=100, total=100_000, connections=8, streams=4),
    ],
    "processors": [
        Scenario("batch-none", "no processor", processors=()),
        Scenario("attributes", "attributes: an upsert and a delete", processors=(("attributes", UPSERT), BATCH), peers=ALONE),
        Scenario("resource", "resource: an upsert", total=1_000_000, processors=(("resource", EDIT), BATCH), peers=ALONE),
        Scenario("detection", "resource_detection: env, system", processors=(("resource_detection", DETECT), BATCH), peers=ALONE),
    ],
    "files": [
        Scenario("file-json", "file exporter, JSON", out="file", total=100_000, peers=ALONE),
        Scenario("file-proto", "file exporter, protobuf", out="file", exporter={"format": "proto"}, total=200_000, peers=ALONE),
    ],
    "shards": [
        Scenario("shards-1", "1 shard, HTTP gzip level 9 out", shards=1, total=900_000, **BUSY),
        Scenario("shards-2", "2 shards, HTTP gzip level 9 out", shards=2, total=900_000, **BUSY),
        Scenario("receive-1", "1 shard, 1,000 spans gzip in, attributes, nop out", shards=1, peers=ALONE, **RECEIVING),
        Scenario("receive-2", "2 shards, 1,000 spans gzip in, attributes, nop out", shards=2, peers=ALONE, **RECEIVING),
        Scenario("grpc-1", "1 shard, gRPC out", shards=1, total=1_000_000),
        Scenario("grpc-2", "2 shards, gRPC out", shards=2, total=1_000_000),
    ],
}  # fmt: skip

SCENARIOS = {scenario.key: scenario for group in GROUPS.values() for scenario in group}

# What is no load on a pipeline; measured by special.py, and by kernel.py as root.
SPECIAL = ("idle", "idle-connections", "prometheus", "kernel")

# Budgets of what is not an item's cost: by key, the figure's name, its budget and its unit.
IDLE_MEMORY, START, CONNECTION = 8, 15, 8


def chosen(names):
    """The keys that are meant by names of scenarios and of groups, in the order of the matrix."""
    known = [*SCENARIOS, *SPECIAL, *GROUPS]
    for name in names:
        if name not in known:
            raise SystemExit(f"run: there is no scenario or group {name}; --list shows them")
    keys = [scenario.key for group, rows in GROUPS.items() for scenario in rows if group in names or scenario.key in names]
    return keys + [name for name in SPECIAL if name in names]
