"""The command line: validate, print-config, components, and how configurations are read."""
import json
import re

import grpc
import pytest

from client import GRPCClient
from collector import ROOT, pipelines, swiftlet
from payloads import spans

GOOD = """\
receivers:
  otlp:
    protocols:
      grpc:
        endpoint: 127.0.0.1:0
exporters:
  nop:
service:
  pipelines:
    traces:
      receivers: [otlp]
      exporters: [nop]
"""


@pytest.fixture
def write(tmp_path):
    def save(text, name="config.yaml"):
        path = tmp_path / name
        path.write_text(text)
        return path

    return save


def test_version_is_one_line():
    result = swiftlet("--version")
    assert result.returncode == 0
    assert re.fullmatch(r"swiftlet \S+.*\n", result.stdout)


def test_help_names_the_commands():
    result = swiftlet("--help")
    assert result.returncode == 0
    for command in ("run", "validate", "components", "print-config", "probes"):
        assert command in result.stdout


@pytest.mark.parametrize("arguments", [["--nonsense"], ["dance"], ["validate", "--config"]])
def test_wrong_usage_is_exit_code_2(arguments):
    result = swiftlet(*arguments)
    assert result.returncode == 2
    assert result.stderr


@pytest.mark.parametrize(
    "word, advice", [("validat", 'did you mean "validate"?'), ("agent.yaml", "--config agent.yaml"), ("dance", "dance")]
)
def test_a_word_that_is_no_command_is_named(word, advice):
    result = swiftlet(word, "--config", "x")
    assert result.returncode == 2
    assert f'no command "{word}"' in result.stderr and advice in result.stderr


def test_no_configuration_is_an_error_that_says_what_to_give():
    result = swiftlet()
    assert result.returncode in (1, 2)
    assert "--config" in result.stderr


def test_validate_is_silent_on_a_good_configuration(write):
    result = swiftlet("validate", "--config", write(GOOD))
    assert (result.returncode, result.stdout) == (0, "")


@pytest.mark.parametrize("example", sorted(path.name for path in (ROOT / "config").glob("*.yaml")))
def test_examples_are_valid(example):
    result = swiftlet("validate", "--config", ROOT / "config" / example)
    assert result.returncode == 0, result.stderr


def test_the_default_configuration_writes_no_line_for_each_batch():
    shown = swiftlet("print-config", "--format", "json", "--config", ROOT / "config/default.yaml")
    config = json.loads(shown.stdout)
    assert sorted(config["exporters"]) == ["file", "prometheus"]
    for pipeline in config["service"]["pipelines"].values():
        assert "file" in pipeline["exporters"]


def test_a_configuration_of_the_reference_collector_is_taken_as_it_is(write):
    path = write(
        """\
receivers:
  otlp:
    protocols:
      grpc:
        endpoint: 0.0.0.0:4317
        keepalive:
          server_parameters:
            max_connection_age: 60s
      http:
        endpoint: ${env:HOST:-localhost}:4318
        cors:
          allowed_origins: ["http://*", "https://*"]
processors:
  batch:
    timeout: 1s
    send_batch_size: 1024
exporters:
  debug:
    verbosity: detailed
    sampling_initial: 5
    sampling_thereafter: 200
  otlp:
    endpoint: gateway.example:4317
    tls:
      insecure: true
    sending_queue:
      num_consumers: 4
      queue_size: 100
      sizer: requests
    retry_on_failure:
      enabled: true
      initial_interval: 5s
      max_elapsed_time: 10m
  otlphttp/second:
    endpoint: http://backend.example:4318
    headers:
      X-Scope-OrgID: tenant
service:
  extensions: []
  telemetry:
    logs:
      level: warn
    metrics:
      level: none
  pipelines:
    traces:
      receivers: [otlp]
      processors: [batch]
      exporters: [otlp, debug]
    metrics/all:
      receivers: [otlp]
      exporters: [otlphttp/second]
"""
    )
    result = swiftlet("validate", "--config", path)
    assert result.returncode == 0, result.stderr


def test_components_lists_what_this_build_has():
    result = swiftlet("components")
    assert result.returncode == 0
    for name in ("otlp", "nop", "batch", "debug", "file", "otlp_grpc", "otlp_http"):
        assert re.search(rf"\b{name}\b", result.stdout), name
    for section in ("receivers", "processors", "exporters"):
        assert section in result.stdout


def test_all_problems_are_told_at_once_with_file_line_and_column(write):
    path = write(
        """\
receivers:
  otlp:
    protocols:
      grpc:
        endpint: 127.0.0.1:4317
exporters:
  debgu:
  nop:
processors:
  batch:
    timeout: soon
service:
  pipelines:
    traces:
      receivers: [otlp]
      processors: [batch]
      exporters: [nop, nope]
"""
    )
    result = swiftlet("validate", "--config", path)
    assert result.returncode == 1
    for line, word, suggestion in (
        (5, "endpint", "endpoint"),
        (7, "debgu", "debug"),
        (11, "timeout", ""),
        (17, "nope", "nop"),
    ):
        found = [text for text in result.stderr.splitlines() if re.search(rf"config\.yaml:{line}:\d+: ", text)]
        assert found, f"nothing said of line {line}:\n{result.stderr}"
        assert any(word in text and suggestion in text for text in found), found


@pytest.mark.parametrize(
    "text, word",
    [
        ("", "empty"),
        ("receivers: [", ""),
        ("receivers:\n\totlp:\n", "tab"),
        ("- receivers\n", "mapping"),
        (GOOD.replace("nop:", "nop: {", 1), ""),
        (GOOD + "exporters: {debug: }\n", "twice"),
        (GOOD.replace("127.0.0.1:0", "127.0.0.1:70000"), "70000"),
        (GOOD.replace("[otlp]", "otlp"), "list"),
        ("exporters: {nop: }\nservice: {pipelines: {}}\n", "pipeline"),
        (GOOD.replace("receivers: [otlp]", "receivers: [otlp/2]"), "otlp/2"),
        (GOOD.replace("    traces:", "    traicing:"), "traicing"),
        (GOOD.replace("grpc:\n        endpoint: 127.0.0.1:0", "{}"), "protocol"),
    ],
    ids=["empty", "yaml", "tab", "list", "brace", "twice", "port", "no-list", "pipelines", "reference", "signal", "protocols"],
)
def test_a_bad_configuration_never_starts(write, text, word):
    path = write(text)
    for command in ([], ["validate"]):
        result = swiftlet(*command, "--config", path)
        assert result.returncode == 1
        assert "config.yaml" in result.stderr
        assert word in result.stderr


def test_tls_on_a_receiver_is_refused_with_a_reason(write):
    text = GOOD.replace("127.0.0.1:0\n", "127.0.0.1:0\n        tls: {cert_file: a, key_file: b}\n")
    result = swiftlet("validate", "--config", write(text))
    assert result.returncode == 1
    assert "tls" in result.stderr.lower()


def test_a_missing_file_is_named(tmp_path):
    result = swiftlet("validate", "--config", tmp_path / "absent.yaml")
    assert result.returncode == 1
    assert "absent.yaml" in result.stderr


def printed(*arguments, env=None):
    result = swiftlet("print-config", "--format", "json", *arguments, env=env)
    assert result.returncode == 0, result.stderr
    return json.loads(result.stdout)


def test_later_configurations_override_and_lists_are_replaced(write):
    first = write(GOOD + "processors:\n  batch:\n    timeout: 1s\n    send_batch_size: 7\n")
    second = write(
        "processors:\n  batch:\n    timeout: 2s\nexporters:\n  debug:\n"
        "service:\n  pipelines:\n    traces:\n      exporters: [debug]\n",
        "second.yaml",
    )
    config = printed("--config", first, "--config", second)
    assert config["processors"]["batch"]["timeout"] == "2s"
    assert config["processors"]["batch"]["send_batch_size"] == 7
    assert config["service"]["pipelines"]["traces"]["exporters"] == ["debug"]
    assert set(config["exporters"]) == {"nop", "debug"}


def test_set_comes_last(write):
    config = printed("--config", write(GOOD), "--set", "exporters.debug.verbosity=detailed")
    assert config["exporters"]["debug"]["verbosity"] == "detailed"


def test_yaml_and_env_are_sources(write):
    config = printed(
        "--config", write(GOOD), "--config", "yaml:processors::batch::timeout: 3s", "--config", "env:MORE",
        env={"MORE": "exporters: {debug: {verbosity: normal}}"},
    )  # fmt: skip
    assert config["processors"]["batch"]["timeout"] == "3s"
    assert config["exporters"]["debug"]["verbosity"] == "normal"


def test_expansion(write, tmp_path):
    (tmp_path / "token").write_text("from a file")
    text = GOOD + (
        "processors:\n"
        "  batch:\n"
        "    send_batch_size: ${env:SIZE}\n"
        "    timeout: ${LONG:-4}s\n"
        "    metadata_keys: ['$${env:SIZE}', 'x-${env:SIZE}', \"${file:%s}\"]\n" % (tmp_path / "token")
    )
    batch = printed("--config", write(text), env={"SIZE": "123"})["processors"]["batch"]
    assert batch["send_batch_size"] == 123
    assert batch["timeout"] == "4s"
    # Printed so that it loads as the text ${env:SIZE} again.
    assert batch["metadata_keys"] == ["$${env:SIZE}", "x-123", "from a file"]


def test_the_plan_is_printed_and_opens_nothing(write, tmp_path):
    text = GOOD.replace("  nop:\n", f"  file:\n    path: {tmp_path}/out.json\n").replace("[nop]", "[file]")
    text = text.replace("      exporters:", "      processors: [resource, attributes, batch]\n      exporters:")
    text += (
        "processors:\n"
        "  resource: {attributes: [{key: team, action: upsert, value: birds}]}\n"
        "  attributes: {actions: [{key: secret, action: delete}]}\n"
        "  batch: {timeout: 1s}\n"
    )
    result = swiftlet("print-config", "--plan", "--config", write(text))
    assert result.returncode == 0, result.stderr
    lines = result.stdout.splitlines()
    assert "traces, answers when accepted" in lines
    assert "    resource + attributes: one pass over resources, scopes and spans" in lines
    assert "    batch: up to 8192 items or 1.0 seconds" in lines
    assert any(re.fullmatch("    file: .*queue.*", line) for line in lines)
    assert not (tmp_path / "out.json").exists()
    assert swiftlet("print-config", "--plan", "--config", write(text.replace("delete", "delet"))).returncode == 1


def test_secrets_are_never_printed(write):
    text = GOOD.replace(
        "  nop:\n",
        "  nop:\n  otlp_grpc:\n    endpoint: 127.0.0.1:1\n    tls: {insecure: true}\n"
        "    headers:\n      authorization: Bearer hunter2\n",
    )
    path = write(text)
    for form in ("yaml", "json"):
        result = swiftlet("print-config", "--format", form, "--config", path)
        assert result.returncode == 0, result.stderr
        assert "hunter2" not in result.stdout + result.stderr
        assert "[REDACTED]" in result.stdout
    shown = swiftlet("print-config", "--mode", "unredacted", "--config", path)
    assert "hunter2" in shown.stdout


def test_secrets_are_never_logged(backend, start):
    from conftest import grpc_exporter

    headers = {"authorization": "Bearer hunter2"}
    exporters = grpc_exporter(backend, headers=headers)
    service = {**pipelines(["otlp_grpc"]), "telemetry": {"logs": {"level": "debug"}}}
    backend.refuse(2, grpc.StatusCode.UNAVAILABLE)
    collector = start({"exporters": exporters, "service": service})
    with GRPCClient(collector.grpc) as client:
        client.export(spans(1))
    backend.wait_items(1)
    collector.stop()
    assert backend.received[0].fields["authorization"] == "Bearer hunter2"
    assert "hunter2" not in collector.output()


def test_old_component_names_work(backend, start):
    exporters = {"otlp": {"endpoint": f"127.0.0.1:{backend.grpc_port}", "tls": {"insecure": True}}}
    collector = start({"exporters": exporters, "service": pipelines(["otlp"])})
    with GRPCClient(collector.grpc) as client:
        client.export(spans(1))
    backend.wait_items(1)


def test_own_logs_can_be_json(start):
    service = {**pipelines(["nop"]), "telemetry": {"logs": {"encoding": "json"}}}
    collector = start({"exporters": {"nop": None}, "service": service})
    collector.stop()
    lines = collector.log().splitlines()
    assert lines
    for line in lines:
        assert isinstance(json.loads(line), dict)


def test_a_port_in_use_is_told_and_leaves_exit_code_1(start, tmp_path):
    exporters = {"exporters": {"nop": None}, "service": pipelines(["nop"])}
    collector = start(exporters)
    config = {**collector.config, "service": exporters["service"]}
    path = tmp_path / "again.yaml"
    path.write_text(json.dumps(config))
    result = swiftlet("--config", path)
    assert result.returncode == 1
    assert str(collector.grpc_port) in result.stderr
