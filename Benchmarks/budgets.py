"""The budgets beside what was measured, and what the peers of the same run needed."""

import scenarios


def verdict(value, limit):
    return "met" if value <= limit else "**not met**"


def times(other, own):
    """How many times one's own figure another's is; a dash where there is none."""
    return "-" if other is None else f"{other / max(own, 0.001):.1f}"


def line(title, limit, unit, own, others):
    return [title, f"{limit:g} {unit}", f"{own:.{2 if own < 10 else 1}f} {unit}", verdict(own, limit)] + [
        times(other, own) for other in others
    ]


def of_rows(by, names):
    """The lines of rows, which are given by scenario and in it by collector."""
    out = []
    for key, found in by.items():
        scenario, own = scenarios.SCENARIOS[key], found.get("swiftlet")
        if not own or own.error:
            continue
        good = {name: row for name, row in found.items() if not row.error}
        if scenario.budget:
            costs = [good[name].cpu if name in good else None for name in names]
            out.append(line(scenario.title, scenario.budget, "us", own.cpu, costs))
        if scenario.memory:
            peaks = [good[name].peak if name in good else None for name in names]
            out.append(line("the same, peak", scenario.memory, "MiB", own.peak, peaks))
    return out


# What is special: its title, where its figure stands, its budget and unit.
SPECIAL = (
    ("start to listening", "idle", 0, scenarios.START, "ms"),
    ("idle memory", "idle", 2, scenarios.IDLE_MEMORY, "MiB"),
    ("CPU of the time it is idle", "idle", 4, 0.5, "ms"),
    ("an idle gRPC connection", "idle-connections", 0, scenarios.CONNECTION, "KiB"),
    ("an idle HTTP/1.1 connection", "idle-connections", 1, scenarios.CONNECTION, "KiB"),
)


def of_special(special, names):
    """The lines of special measurements, which are figures by key and collector; text where one failed."""
    out = []
    for title, key, column, limit, unit in SPECIAL:
        good = {name: row[column] for name, row in special.get(key, {}).items() if isinstance(row, list)}
        if "swiftlet" in good:
            out.append(line(title, limit, unit, good["swiftlet"], [good.get(name) for name in names]))
    return out
