"""The tables, in Markdown."""
import scenarios

HEADS = [
    "scenario", "collector", "CPU us/item", "user", "system", "times Swiftlet", "peak MiB", "end MiB", "items/s", "p50 ms",
    "p99 ms", "sent", "received", "equal",
]  # fmt: skip


def table(heads, rows):
    """A table in Markdown; a column of figures is to the right."""
    rows = [[str(cell) for cell in row] for row in rows]
    widths = [max(len(row[i]) for row in [heads] + rows) for i in range(len(heads))]
    plain = lambda cell: cell.replace(",", "").replace(".", "")
    right = [i > 1 and all(plain(row[i]).isdigit() or row[i] in ("", "-") for row in rows) for i in range(len(heads))]
    fit = lambda cell, i: cell.rjust(widths[i]) if right[i] else cell.ljust(widths[i])
    line = lambda row: "| " + " | ".join(fit(cell, i) for i, cell in enumerate(row)) + " |"
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
        return [title, row.collector, "-", "", "", "", "", "", "", "", "", "", "", row.error]
    times = row.cpu / swiftlet.cpu if swiftlet and swiftlet.cpu else None
    return [
        title, row.collector, f"{row.cpu:.3f}", f"{row.user:.3f}", f"{row.system:.3f}",
        "" if row is swiftlet or not times else f"{times:.2f}",
        f"{row.peak:.1f}", f"{row.after:.1f}", f"{row.rate:,.0f}", figure(row.p50), figure(row.p99),
        f"{row.sent:,}", "-" if row.received is None else f"{row.received:,}",
        "-" if row.received is None else "yes" if row.equal else "NO",
    ]  # fmt: skip


def budgets(rows):
    """Each budget beside what was measured, and what the peers of the same run needed."""
    out, names = [], []
    by = grouped(rows)
    for found in by.values():
        names += [name for name in found if name != "swiftlet" and name not in names]
    verdict = lambda value, limit: "met" if value <= limit else "**not met**"
    for key, found in by.items():
        scenario, own = scenarios.SCENARIOS[key], found.get("swiftlet")
        if not own or own.error:
            continue
        ratio = lambda name, of: f"{of(found[name]) / max(of(own), 0.001):.1f}" if name in found and not found[name].error else "-"
        if scenario.budget:
            times = [ratio(name, lambda row: row.cpu) for name in names]
            out.append([scenario.title, f"{scenario.budget:g} us", f"{own.cpu:.3f} us", verdict(own.cpu, scenario.budget), *times])
        if scenario.memory:
            times = [ratio(name, lambda row: row.peak) for name in names]
            out.append([f"the same, peak", f"{scenario.memory:g} MiB", f"{own.peak:.1f} MiB", verdict(own.peak, scenario.memory), *times])
    return names, out


def special_budgets(special, names):
    """The same for what idles."""
    out = []
    verdict = lambda value, limit: "met" if value <= limit else "**not met**"

    def add(title, key, column, limit, unit):
        found = special.get(key, {})
        own = found.get("swiftlet")
        if isinstance(own, list):
            ratio = lambda name: f"{found[name][column] / max(own[column], 0.001):.1f}" if isinstance(found.get(name), list) else "-"
            out.append([title, f"{limit:g} {unit}", f"{own[column]:.1f} {unit}", verdict(own[column], limit), *map(ratio, names)])

    add("start to listening", "idle", 0, scenarios.START, "ms")
    add("idle memory", "idle", 2, scenarios.IDLE_MEMORY, "MiB")
    add("idle CPU", "idle", 4, 0.5, "ms in all")
    add("an idle gRPC connection", "idle-connections", 0, scenarios.CONNECTION, "KiB")
    add("an idle HTTP/1.1 connection", "idle-connections", 1, scenarios.CONNECTION, "KiB")
    return out


def derived(rows):
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
            out.append(f"- {name}: {shown} us a span at 1k, 10k, 30k, 100k spans/s and saturated: a factor of {factor:.1f}{judged}.")
        for label, one, two in (("HTTP gzip level 9 out", "shards-1", "shards-2"), ("gRPC out", "grpc-1", "grpc-2")):
            if name in by.get(one, {}) and name in by.get(two, {}) and by[one][name].rate:
                factor = by[two][name].rate / by[one][name].rate
                judged = "" if name != "swiftlet" else f", budget 1.7: " + ("met" if factor >= 1.7 else "**not met**")
                cost = by[two][name].cpu / by[one][name].cpu
                cores = " and ".join(f"{by[key][name].cpu * by[key][name].rate / 1e6:.2f}" for key in (one, two))
                out.append(
                    f"- {name}, {label}: 2 shards do {factor:.2f} times the items/s of one at {cost:.2f} times the CPU an "
                    f"item; they kept {cores} processors busy{judged}."
                )
    return "\n".join(out) + "\n" if out else ""


SPECIAL_HEADS = {
    "idle": ["start ms (median of 9)", "fastest", "idle RSS MiB", "private MiB", "CPU ms while idle"],
    "idle-connections": ["KiB a gRPC connection", "KiB an HTTP/1.1 connection"],
    "prometheus": [
        "us a new point", "us a known point", "held MiB", "a scrape: CPU ms", "ms", "answer MiB", "MiB above idle",
    ],
}  # fmt: skip


def whole(rows, special, notes):
    """The report."""
    parts = ["# Benchmark\n", "\n".join(f"- {note}" for note in notes) + "\n"]
    names, judged = budgets(rows)
    judged += special_budgets(special, names)
    if judged:
        heads = ["budget of", "budget", "Swiftlet", "", *(f"{name}, times Swiftlet" for name in names)]
        parts += ["## Budgets\n", table(heads, judged)]
    by = grouped(rows)
    for group, members in scenarios.GROUPS.items():
        lines = [
            line(row, by[scenario.key].get("swiftlet"))
            for scenario in members
            for row in by.get(scenario.key, {}).values()
        ]
        if lines:
            parts += [f"## {group.capitalize()}\n", table(HEADS, lines)]
    if text := derived(rows):
        parts += ["## Flatness and scaling\n", text]
    for key, heads in SPECIAL_HEADS.items():
        if found := special.get(key):
            lines = [
                [name, *map(figure, row)] if isinstance(row, list) else [name, row] + [""] * (len(heads) - 1)
                for name, row in found.items()
            ]
            parts += [f"## {key.replace('-', ' ').capitalize()}\n", table(["collector", *heads], lines)]
    return "\n".join(parts)
