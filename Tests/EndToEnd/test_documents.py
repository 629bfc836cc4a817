"""What the documents show is taken as it is written."""
import re
import textwrap

import pytest

from collector import ROOT, swiftlet

SECTIONS = ("receivers", "processors", "exporters", "extensions", "service")
BASE = "receivers: {nop: }\nexporters: {nop: }\nservice: {pipelines: {traces: {receivers: [nop], exporters: [nop]}}}\n"


def examples():
    """Every block of YAML in the documents, with the name of its file and its number there."""
    pages = [ROOT / "README.md", *sorted((ROOT / "docs").glob("*.md")), *sorted((ROOT / "Sources").glob("**/*.md"))]
    for page in pages:
        for number, text in enumerate(re.findall(r"^```yaml\n(.*?)^```", page.read_text(), re.M | re.S), 1):
            if not text.startswith(tuple(f"{section}:" for section in SECTIONS)):
                # The options that exporters share.
                text = "exporters:\n  otlp_http:\n    endpoint: http://h:1\n" + textwrap.indent(text, "    ")
            yield pytest.param(text, id=f"{page.relative_to(ROOT)}-{number}")


@pytest.mark.parametrize("text", list(examples()))
def test_examples_in_documents_are_valid(text, tmp_path):
    path = tmp_path / "example.yaml"
    path.write_text(text)
    result = swiftlet("validate", "--config", "yaml:" + BASE, "--config", path)
    assert (result.returncode, result.stderr) == (0, "")


def test_every_component_has_an_example():
    shown = "".join(parameters.values[0] for parameters in examples())
    listed = re.findall(r"^  - name: (\w+)$", swiftlet("components").stdout, re.M)
    assert len(listed) > 10
    assert [name for name in listed if not re.search(rf"^  {name}:", shown, re.M)] == []
