"""What an ebpf receiver told through the file exporter, as plain dictionaries."""
import json
import subprocess

from collector import series, wait_until

UNDER_WAY = ("swiftlet_ebpf_events_held", "swiftlet_ebpf_events_in_ring")


def written_lines(path):
    """The lines of a file that is being written, without the one that is not whole yet."""
    return path.read_text().rpartition("\n")[0].splitlines() if path.exists() else []


def plain(value):
    if "arrayValue" in value:
        return [plain(one) for one in value["arrayValue"].get("values", [])]
    if "intValue" in value:
        return int(value["intValue"])
    return next(iter(value.values()), None)


def attributes(pairs):
    return {pair["key"]: plain(pair["value"]) for pair in pairs or []}


class Observed:
    """A collector with one ebpf receiver, and what it has written so far."""

    def __init__(self, start, tmp_path, **sections):
        self.logs_path, self.metrics_path = tmp_path / "logs.json", tmp_path / "metrics.json"
        pipeline = {"receivers": ["ebpf"], "processors": []}
        self.collector = start(
            {
                "receivers": {"ebpf": sections},
                "processors": {},
                "exporters": {
                    "file/logs": {"path": str(self.logs_path)},
                    "file/metrics": {"path": str(self.metrics_path)},
                },
                "service": {
                    "pipelines": {
                        "logs": {**pipeline, "exporters": ["file/logs"]},
                        "metrics": {**pipeline, "exporters": ["file/metrics"]},
                    }
                },
            }
        )

    def logs(self, event=None):
        """The log records: attributes, with those of the resource under "resource"."""
        found = []
        for line in written_lines(self.logs_path):
            for group in json.loads(line)["resourceLogs"]:
                resource = attributes(group.get("resource", {}).get("attributes"))
                for scope in group["scopeLogs"]:
                    for record in scope["logRecords"]:
                        one = attributes(record.get("attributes"))
                        one.update(event=record["eventName"], time=int(record["timeUnixNano"]), resource=resource)
                        found.append(one)
        return [one for one in found if event in (None, one["event"])]

    def points(self, name):
        """The last points of a metric, by attributes: (attributes, point)."""
        found = {}
        for line in written_lines(self.metrics_path):
            for group in json.loads(line)["resourceMetrics"]:
                resource = attributes(group.get("resource", {}).get("attributes"))
                for scope in group["scopeMetrics"]:
                    for metric in scope["metrics"]:
                        if metric["name"] != name:
                            continue
                        data = next(metric[kind] for kind in metric if isinstance(metric[kind], dict))
                        for point in data["dataPoints"]:
                            key = {**resource, **attributes(point.get("attributes"))}
                            found[json.dumps(key, sort_keys=True)] = (key, point)
        return list(found.values())

    def wait_for(self, event, condition, seconds=15):
        """Waits until the records of an event satisfy the condition, and returns them."""
        wait_until(lambda: condition(self.logs(event)), f"satisfied by the records of {event}", seconds)
        return self.logs(event)

    def settle(self):
        """Waits until the collector's own metrics count all that was before; the process capability must be on."""
        # The first new account may have been taken a moment before this call, the second one cannot.
        for _ in range(2):
            before = self.outcome("process/exec", "produced")
            subprocess.run(["/bin/true"], check=True)
            wait_until(lambda: self.outcome("process/exec", "produced") > before, "a new account")

    def is_accounted(self, program, least):
        """Whether so many of a program's records are delivered, and all others on their way, with none lost."""
        counts, under_way = {}, 0
        # One reading for all: between two of them the counts go on.
        for name, labels, value in series(self.collector.metrics_text()):
            if labels.get("program") != program:
                continue
            if name == "swiftlet_ebpf_events":
                counts[labels["outcome"]] = value
            elif name in UNDER_WAY:
                under_way += value
        return counts["delivered"] >= least and counts["produced"] == counts["delivered"] + under_way

    def outcome(self, program, outcome):
        """How many records of a program had this outcome, as the collector's own metrics tell."""
        return self.collector.metric("swiftlet_ebpf_events", program=program, outcome=outcome)
