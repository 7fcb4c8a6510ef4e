"""Draws what was measured on labelled pictures: faces missed against false alarms, a line for each face height."""

from collections.abc import Sequence
from pathlib import Path
from typing import Any

from moderation.rules.measuring import FEW, Figures, Measured, photos
from moderation.services.files import NotUsable

# Colours that people with any kind of colour blindness tell apart (Okabe and Ito), each with a marker of its own.
COLOURS = ("#000000", "#0072b2", "#d55e00", "#009e73", "#cc79a7", "#56b4e9", "#e69f00", "#5c5c5c")
MARKERS = "osD^vPX*"


def check_plot(path: Path) -> None:
    """Says before a long measurement that its plot could not be drawn. Raises NotUsable."""
    try:
        import matplotlib.figure  # noqa: F401  (only the demo extra brings it)
    except ImportError as missing:
        raise NotUsable('--plot needs matplotlib, which is missing: pip install "gatepost[demo]"') from missing
    if path.suffix.lower() != ".png":
        raise NotUsable(f"{path}: the plot's name must end with .png.")
    if not path.parent.is_dir() or path.is_dir():
        raise NotUsable(f"{path}: a file cannot be written there.")


def plot(measured: Sequence[Measured], path: Path, now: float = 0.0) -> None:
    """Writes a PNG with a part for each number of references, without heights of FEW pictures. Raises NotUsable.

    `now`: by how much wider the limits in force are than those that come with the program.
    """
    from matplotlib.figure import Figure

    figure = Figure(figsize=(6.4 * len(measured), 5.6), layout="constrained")
    for axes, one in zip(figure.subplots(1, len(measured), sharey=True, squeeze=False)[0], measured, strict=True):
        _draw(axes, one, now)
    figure.suptitle("The nearer to the lower left corner, the better. Ringed: the limits in force.", fontsize=11)
    words = "Share of listed people's pictures missed against share of others' pictures alarmed, by face height."
    try:
        figure.savefig(path, dpi=150, metadata={"Description": words})
    except OSError as error:
        raise NotUsable(f"{path}: the plot cannot be written ({type(error).__name__}).") from error


def _draw(axes: Any, one: Measured, wider: float) -> None:
    spoken_of = {size: rows for size, rows in one.sizes.items() if min(rows[0].listed, rows[0].others) >= FEW}
    lines = {"all": one.rows} | spoken_of
    for (size, rows), colour, marker in zip(lines.items(), COLOURS, MARKERS, strict=False):
        points = [_point(row) for row in rows]
        label = f"{size} ({rows[0].listed} / {rows[0].others})"
        axes.plot(*zip(*points, strict=True), color=colour, marker=marker, label=label, linewidth=2, clip_on=False)
        now = [_point(row) for row in rows if row.wider == wider]
        axes.plot(*zip(*now, strict=True), "o", color=colour, markersize=15, fillstyle="none", clip_on=False)
    axes.set_title(f"{photos(one.references)}, {one.longest} on the list")
    axes.set_xlabel("others' pictures alarmed (match or possible), %")
    axes.set_ylabel("listed people's pictures missed, %")
    axes.set(xlim=(0, None), ylim=(0, None))
    axes.grid(alpha=0.3)
    axes.legend(title="face height (pictures of listed / others)", fontsize=9)


def _point(row: Figures) -> tuple[float, float]:
    return 100 * (row.alarms or 0.0), 100 * (row.missed.rate if row.missed else 0.0)
