"""What was measured, as tables and plots: docs/performance.md between its two marks, and a picture a database."""

import platform
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from bench.scale.pages import PAGES, Taken

PAGE = Path("docs/performance.md")
PLOT = "docs/images/growth-{}.svg"
BEGINS, ENDS = "<!-- measured: begins -->", "<!-- measured: ends -->"
CALLED = {"sqlite": "SQLite", "postgresql": "PostgreSQL"}
MOST = 2.0  # times what it takes in the smallest school
LEAST = 5.0  # ms: what is quicker than that may grow to twice this
HELD = tuple(page.name for page in PAGES if page.held)


@dataclass(frozen=True)
class Measured:
    """One database: by name of page or round, and by size, what it took."""

    sizes: tuple[int, ...]
    taken: Mapping[str, Mapping[int, Taken]]


def read(lines: Iterable[dict[str, object]]) -> dict[str, Measured]:
    by_database: dict[str, dict[int, dict[str, Taken]]] = {}
    for line in lines:
        found = {name: Taken(**taken) for name, taken in dict(line["found"]).items()}  # type: ignore[call-overload]
        by_database.setdefault(str(line["database"]), {})[int(str(line["size"]))] = found
    return {database: _turned(sizes) for database, sizes in by_database.items()}


def _turned(by_size: dict[int, dict[str, Taken]]) -> Measured:
    sizes = tuple(sorted(by_size))
    names = by_size[sizes[0]]
    return Measured(sizes, {name: {size: by_size[size][name] for size in sizes} for name in names})


def grown(measured: Measured, name: str) -> float:
    """How many times what the smallest school takes, the largest does."""
    first, last = (measured.taken[name][measured.sizes[place]].p95 for place in (0, -1))
    return max(last, LEAST) / max(first, LEAST)


def holds(found: Mapping[str, Measured]) -> bool:
    return all(grown(one, name) <= MOST for one in found.values() for name in HELD)


def tables(found: Mapping[str, Measured]) -> str:
    return "\n\n".join("\n".join(_table(database, one)) for database, one in found.items())


def _table(database: str, measured: Measured) -> list[str]:
    sizes = " | ".join(f"{size:,} posts" for size in measured.sizes)
    head = [
        f"| {CALLED[database]}: p95 in ms (statements) | {sizes} | grows |",
        f"|---|{'---|' * len(measured.sizes)}---|",
    ]
    return head + [_row(measured, name) for name in measured.taken]


def _row(measured: Measured, name: str) -> str:
    taken = measured.taken[name]
    cells = " | ".join(f"{taken[size].p95:,.0f} ({taken[size].statements})" for size in measured.sizes)
    called = f"**{name}**" if name in HELD else name
    return f"| {called} | {cells} | × {grown(measured, name):.1f} |"


def write(found: Mapping[str, Measured], matched: Sequence[str]) -> None:
    """Renews what stands between the marks, and the plots."""
    parts = [f"Measured with Python {platform.python_version()}, {platform.machine()}.", "\n".join(matched)]
    for database, measured in found.items():
        parts.append("\n".join(_table(database, measured)))
        parts.append(f"![How the time of pages grows on {CALLED[database]}](images/growth-{database}.svg)")
        _plot(database, measured)
    text = PAGE.read_text()
    before, behind = text[: text.index(BEGINS) + len(BEGINS)], text[text.index(ENDS) :]
    PAGE.write_text("\n\n".join([before, *parts, behind]))


def _plot(database: str, measured: Measured) -> None:
    import matplotlib
    from matplotlib.figure import Figure

    matplotlib.rcParams.update({"svg.hashsalt": "growth", "svg.fonttype": "none"})
    figure = Figure(figsize=(9, 5.2), layout="constrained")
    axes = figure.subplots()
    for number, name in enumerate(HELD):
        times = [measured.taken[name][size].p95 for size in measured.sizes]
        axes.plot(measured.sizes, times, marker="osD^vPX*"[number % 8], label=name, linewidth=2)
    axes.set(xscale="log", yscale="log", xlabel="posts", ylabel="p95, ms of the processor")
    axes.set_title(f"{CALLED[database]}: the pages that are held to twice the time")
    axes.grid(alpha=0.3, which="both")
    axes.legend(fontsize=9)
    figure.savefig(PLOT.format(database), metadata={"Date": None, "Creator": None})
