"""The tables, in Markdown."""

import budgets
import scenarios

HEADS = [
    "scenario", "collector", "CPU us/item", "user", "system", "times Swiftlet", "peak MiB", "end MiB", "items/s", "p50 ms",
    "p99 ms", "sent", "received", "refused", "equal",
]  # fmt: skip


def is_figure(cell):
    return cell in ("", "-") or cell.replace(",", "").replace(".", "").isdigit()


def table(heads, rows):
    """A table in Markdown; a column of figures is to the right."""
    rows = [[str(cell) for cell in row] for row in rows]
    widths = [max(len(row[i]) for row in [heads] + rows) for i in range(len(heads))]
    right = [i > 0 and all(is_figure(row[i]) for row in rows) for i in range(len(heads))]

    def line(row):
        fitted = [cell.rjust(width) if to_right else cell.ljust(width) for cell, width, to_right in zip(row, widths, right)]
        return "| " + " | ".join(fitted) + " |"

    rule = "|" + "|".join("-" * (width + 1) + (":" if right[i] else "-") for i, width in enumerate(widths)) + "|"
    return "\n".join([line(heads), rule, *map(line, rows)]) + "\n"


def figure(value, digits=3):
    """Three digits that count."""
    return f"{value:,.0f}" if value >= 100 else f"{value:.1f}" if value >= 10 else f"{value:.{digits - 1}f}"


def grouped(rows):
    """The rows by scenario, and in it by collector."""
    found = {}
    for row in rows:
        found.setdefault(row.scenario, {})[row.collector] = row
    return found


def line(row, swiftlet):
    title = scenarios.SCENARIOS[row.scenario].title
    if row.error:
        return [title, row.collector, "-", *[""] * 11, row.error]
    times = row.cpu / swiftlet.cpu if swiftlet and swiftlet.cpu else None
    return [
        title, row.collector, f"{row.cpu:.3f}", f"{row.user:.3f}", f"{row.system:.3f}",
        "" if row is swiftlet or not times else f"{times:.2f}",
        f"{row.peak:.1f}", f"{row.after:.1f}", f"{row.rate:,.0f}", figure(row.p50), figure(row.p99),
        f"{row.sent:,}", "-" if row.received is None else f"{row.received:,}",
        "-" if row.refused is None else f"{row.refused:,}",
        "-" if row.received is None else "yes" if row.equal else "NO",
    ]  # fmt: skip


SHARDS = (
    ("HTTP gzip level 9 out", "shards-1", "shards-2"),
    ("1,000 spans gzip in, attributes, nop out", "receive-1", "receive-2"),
    ("gRPC out", "grpc-1", "grpc-2"),
)


# Above this share of others' work, items/s say nothing of how a collector scales; nor where one shard keeps its processor
# less busy than this, as clients and sink are the limit then.
BUSY, IDLE = 0.2, 0.85


def scaling(name, label, one, two, others):
    """How two shards do beside one."""
    factor, cost = two.rate / one.rate, two.cpu / one.cpu
    kept = [row.cpu * row.rate / 1e6 for row in (one, two)]
    if others > BUSY:
        judged = "cannot be told, as other work was in the way"
    elif kept[0] < IDLE:
        judged = "cannot be told, as clients and sink are the limit"
    else:
        judged = "met" if factor >= 1.7 else "**not met**"
    budget = f", budget 1.7: {judged}" if name == "swiftlet" else ""
    return (
        f"- {name}, {label}: 2 shards do {factor:.2f} times the items/s of one at {cost:.2f} times the CPU an "
        f"item; they kept {kept[0]:.2f} and {kept[1]:.2f} processors busy{budget}."
    )


def derived(rows, others):
    """What follows from rows together: cost over rates, and over shards."""
    by, out = grouped(rows), []
    for name in dict.fromkeys(row.collector for row in rows):
        costs = {
            key: by[key][name].cpu
            for key in ("pace-1k", "pace-10k", "pace-30k", "pace-100k", "grpc")
            if name in by.get(key, {}) and by[key][name].cpu
        }
        if len(costs) == 5:
            shown = ", ".join(f"{cost:.2f}" for cost in costs.values())
            factor = max(costs.values()) / min(costs.values())
            judged = "" if name != "swiftlet" else ", budget 2: " + ("met" if factor <= 2 else "**not met**")
            out.append(
                f"- {name}: {shown} us a span at 1k, 10k, 30k, 100k spans/s and saturated: a factor of {factor:.1f}{judged}."
            )
        if name in by.get("grpc-long", {}) and name in by.get("grpc", {}):
            short, long = by["grpc"][name], by["grpc-long"][name]
            out.append(f"- {name}: four times the requests need a peak of {long.peak:.1f} MiB instead of {short.peak:.1f}.")
        for label, one, two in SHARDS:
            if name in by.get(one, {}) and name in by.get(two, {}) and by[one][name].rate:
                out.append(scaling(name, label, by[one][name], by[two][name], others))
    return "\n".join(out) + "\n" if out else ""


SPECIAL_HEADS = {
    "idle": ["start ms (median of 9)", "fastest", "idle RSS MiB", "private MiB", "CPU ms while idle"],
    "idle-connections": ["KiB a gRPC connection", "KiB an HTTP/1.1 connection"],
    "prometheus": [
        "us a new point", "us a known point", "held MiB", "a scrape: CPU ms", "ms", "answer MiB", "MiB above idle",
    ],
}  # fmt: skip


def whole(rows, special, tables, notes, others):
    """The report."""
    parts = ["# Benchmark\n", "\n".join(f"- {note}" for note in notes) + "\n"]
    by = grouped(rows)
    names = [name for name in dict.fromkeys(row.collector for row in rows) if name != "swiftlet"]
    judged = budgets.of_rows(by, names) + budgets.of_special(special, names)
    if judged:
        heads = ["budget of", "budget", "Swiftlet", "", *(f"{name}, times Swiftlet" for name in names)]
        parts += ["## Budgets\n", table(heads, judged)]
    for group, members in scenarios.GROUPS.items():
        lines = [
            line(row, by[scenario.key].get("swiftlet")) for scenario in members for row in by.get(scenario.key, {}).values()
        ]
        if lines:
            parts += [f"## {group.capitalize()}\n", table(HEADS, lines)]
    if text := derived(rows, others):
        parts += ["## Flatness and scaling\n", text]
    for key, heads in SPECIAL_HEADS.items():
        if found := special.get(key):
            lines = [
                [name, *map(figure, row)] if isinstance(row, list) else [name, row] + [""] * (len(heads) - 1)
                for name, row in found.items()
            ]
            parts += [f"## {key.replace('-', ' ').capitalize()}\n", table(["collector", *heads], lines)]
    parts += [f"## {title}\n\n{table(heads, lines)}" for title, heads, lines in tables]
    return "\n".join(parts)
