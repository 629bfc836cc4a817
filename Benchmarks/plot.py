"""The plot: what an item costs in the main rows, and how the cost follows the load. SVG, written by hand."""

import html
import math

import scenarios

WIDTH, LEFT, RIGHT = 860, 250, 60
BAR, GAP, HEAD = 13, 12, 20
STYLE = """
  text { font: 12px system-ui, sans-serif; fill: #1f2328; }
  .title { font-weight: 600; font-size: 14px; }
  .quiet { fill: #59636e; }
  .paper { fill: #ffffff; }
  .grid { stroke: #d1d9e0; stroke-width: 1; }
  .line { fill: none; stroke-width: 2; }
  .budget { stroke: #1f2328; stroke-width: 2; }
  @media (prefers-color-scheme: dark) {
    text { fill: #e6edf3; }
    .quiet { fill: #9198a1; }
    .paper { fill: #0d1117; }
    .grid { stroke: #30363d; }
    .budget { stroke: #e6edf3; }
  }
"""
# Bright enough on black, dark enough on white.
COLOURS = {
    "swiftlet": "#e8590c",
    "otelcol": "#4a7fd6",
    "rotel": "#8a63d2",
    "haproxy-tcp": "#7d8590",
    "haproxy": "#2e9e6b",
    "nghttpx": "#b58a1b",
}
PACED = (("pace-1k", "1k"), ("pace-10k", "10k"), ("pace-30k", "30k"), ("pace-100k", "100k"), ("grpc", "saturated"))
MAIN = ("grpc", "grpc-gzip-out", "http", "logs", "metrics", "pace-30k")


class Linear:
    """An axis from nothing to a cost, on so many pixels."""

    def __init__(self, most, start, end):
        self.step = next(step for step in (0.1, 0.2, 0.5, 1, 2, 5, 10, 20, 50, 1e9) if most / step <= 12)
        self.most, self.start, self.end = math.ceil(most / self.step) * self.step, start, end

    def at(self, value):
        return self.start + value / self.most * (self.end - self.start)

    def ticks(self):
        return [n * self.step for n in range(round(self.most / self.step) + 1)]


class Logarithmic:
    """A logarithmic axis between two costs, on so many pixels."""

    def __init__(self, values, start, end):
        self.low = math.floor(math.log10(min(values)))
        self.high = max(self.low + 1, math.ceil(math.log10(max(values))))
        self.start, self.end = start, end

    def at(self, value):
        share = (math.log10(value) - self.low) / (self.high - self.low)
        return self.start + share * (self.end - self.start)

    def ticks(self):
        """Every power of ten, and 2 and 5 times it where there is room."""
        between = (1, 2, 5) if self.high - self.low <= 3 else (1,)
        for power in range(self.low, self.high + 1):
            for factor in between:
                if power < self.high or factor == 1:
                    yield factor * 10**power


def text(x, y, words, kind="", anchor="start"):
    kind = f' class="{kind}"' if kind else ""
    return f'<text x="{x:.1f}" y="{y:.1f}" text-anchor="{anchor}"{kind}>{html.escape(words)}</text>'


def segment(x1, y1, x2, y2, kind):
    return f'<line x1="{x1:.1f}" y1="{y1:.1f}" x2="{x2:.1f}" y2="{y2:.1f}" class="{kind}"/>'


def legend(names, y):
    out, x = [], 20
    for name in names:
        out.append(f'<rect x="{x}" y="{y - 10}" width="11" height="11" rx="2" fill="{COLOURS[name]}"/>')
        out.append(text(x + 16, y, name))
        x += 34 + 8 * len(name)
    return out


def bars(found, top):
    """The main rows, a bar each collector; returns the drawing and where it ends."""
    shown = [(key, list(found[key].values())) for key in MAIN if key in found]
    if not shown:
        return [], top
    scale = Linear(max(row.cpu for _, rows in shown for row in rows), LEFT, WIDTH - RIGHT)
    height = sum(len(rows) * BAR + GAP for _, rows in shown)
    out = [text(20, top, "CPU microseconds an item (the mark is Swiftlet's budget)", "title")]
    y = top + HEAD
    for tick in scale.ticks():
        out.append(segment(scale.at(tick), y, scale.at(tick), y + height, "grid"))
        out.append(text(scale.at(tick), y + height + 14, f"{tick:g}", "quiet", "middle"))
    for key, rows in shown:
        out.append(text(LEFT - 12, y + len(rows) * BAR / 2 + 4, scenarios.SCENARIOS[key].title, "", "end"))
        for n, row in enumerate(rows):
            end = scale.at(row.cpu)
            out.append(
                f'<rect x="{LEFT}" y="{y + n * BAR + 1:.1f}" width="{max(1, end - LEFT):.1f}" height="{BAR - 2}" '
                f'rx="2" fill="{COLOURS[row.collector]}"/>'
            )
            budget = scenarios.SCENARIOS[key].budget if row.collector == "swiftlet" else None
            if budget:
                out.append(segment(scale.at(budget), y + n * BAR - 2, scale.at(budget), y + (n + 1) * BAR + 1, "budget"))
                end = max(end, scale.at(budget))
            out.append(text(end + 5, y + n * BAR + BAR - 3, f"{row.cpu:.2f}", "quiet"))
        y += len(rows) * BAR + GAP
    return out, y + 44


def curves(found, top):
    """The cost of a span as the load grows."""
    shown = {}
    for n, (key, _) in enumerate(PACED):
        for row in found.get(key, {}).values():
            shown.setdefault(row.collector, []).append((n, row.cpu))
    shown = {name: points for name, points in shown.items() if len(points) == len(PACED)}
    if not shown:
        return [], top
    bottom, across = top + 230, (WIDTH - RIGHT - LEFT + 130) / (len(PACED) - 1)
    scale = Logarithmic([cost for points in shown.values() for _, cost in points], bottom, top + HEAD)
    left = LEFT - 160
    out = [text(20, top, "CPU microseconds a span at so many spans a second (logarithmic)", "title")]
    for tick in scale.ticks():
        out.append(segment(left, scale.at(tick), WIDTH - RIGHT, scale.at(tick), "grid"))
        out.append(text(left - 8, scale.at(tick) + 4, f"{tick:g}", "quiet", "end"))
    for n, (_, label) in enumerate(PACED):
        out.append(text(left + 30 + n * across, bottom + 18, label, "quiet", "middle"))
    for name, points in shown.items():
        places = [(left + 30 + n * across, scale.at(cost)) for n, cost in points]
        path = " ".join(f"{x:.1f},{y:.1f}" for x, y in places)
        out.append(f'<polyline points="{path}" class="line" stroke="{COLOURS[name]}"/>')
        for (x, y), (_, cost) in zip(places, points):
            out.append(f'<circle cx="{x:.1f}" cy="{y:.1f}" r="3.5" fill="{COLOURS[name]}"/>')
            out.append(text(x, y - 8, f"{cost:.2f}", "quiet", "middle"))
    return out, bottom + 44


def svg(rows):
    """The plot of these rows; those that failed are left out."""
    found = {}
    for row in rows:
        if not row.error and row.cpu > 0 and row.collector in COLOURS:
            found.setdefault(row.scenario, {})[row.collector] = row
    names = [name for name in COLOURS if any(name in by for by in found.values())]
    out = legend(names, 24)
    drawn, y = bars(found, 60)
    out += drawn
    drawn, y = curves(found, y)
    out += drawn
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {y}" width="{WIDTH}" height="{y}" role="img" '
        f'aria-label="CPU microseconds an item, of Swiftlet and what it is compared with">\n<style>{STYLE}</style>\n'
        f'<rect class="paper" width="{WIDTH}" height="{y}" rx="6"/>\n' + "\n".join(out) + "\n</svg>\n"
    )
