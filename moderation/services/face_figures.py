"""The figures on faces that the pages show: kept by `gatepost evaluate faces --figures`, for the limits in force.

`face-figures.json` beside this file was measured on photos of public figures; one in the instance folder, on a school's
own, comes before it. It holds counts and shares alone, no name and no picture.
"""

import json
import logging
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from datetime import date
from pathlib import Path
from typing import Any

from moderation.detect import faces
from moderation.rules import faces as limits
from moderation.rules.language import gettext
from moderation.rules.measuring import FEW, Figures, Measured, in_hundred, in_short
from moderation.services.files import NotUsable

log = logging.getLogger(__name__)

NAME = "face-figures.json"
ALL = "all"  # heights together, without pictures made smaller


@dataclass(frozen=True)
class Row:
    """With so many reference photos and limits so much wider, faces so high: pictures, and shares from 0 to 1."""

    references: int
    size: str
    wider: float
    listed: int
    missed: float
    unclear: float
    others: int
    alarms: float

    @property
    def missed_in_words(self) -> str:
        return in_hundred(self.missed) if self.listed >= FEW else gettext("too few pictures to say")

    @property
    def missed_in_short(self) -> str:
        return in_short(self.missed) if self.listed >= FEW else gettext("too few pictures to say")

    @property
    def alarms_in_short(self) -> str:
        return in_short(self.alarms) if self.others >= FEW else gettext("too few pictures to say")


@dataclass(frozen=True)
class FaceFigures:
    """`longest`: people on the list at once; `own`: measured on the school's own pictures."""

    measured_on: date
    engine: str
    limits: dict[str, Any]
    people: int
    pictures: int
    longest: int
    own: bool
    rows: tuple[Row, ...]

    @property
    def are_of_now(self) -> bool:
        """Whether what they were measured with is what compares faces today."""
        return self.engine == faces.ENGINE and self.limits == in_force()

    def by_size(self, wider: float) -> dict[str, dict[int, Row]]:
        """For each class of heights, and ALL, the row of each number of reference photos."""
        found: dict[str, dict[int, Row]] = {}
        for row in self.rows:
            if abs(row.wider - wider) < 0.001:
                found.setdefault(row.size, {})[row.references] = row
        return found


def in_force() -> dict[str, Any]:
    """The limits that come with the program; those in lists go by the number of reference photos."""
    return {
        "match": list(limits.MATCH),
        "possible": list(limits.POSSIBLE),
        "widen": limits.WIDEN,
        "height": list(limits.HEIGHT),
        "sharpness": list(limits.SHARPNESS),
        "sureness": list(limits.SURENESS),
    }


def load(instance: Path) -> FaceFigures:
    """The school's own figures, if it has measured some; else those that come with the program."""
    own = instance / NAME
    if own.is_file():
        try:
            return _read(own, own=True)
        except (OSError, ValueError, KeyError, TypeError, RecursionError) as error:
            log.error("the school's own figures on faces cannot be read (%s)", type(error).__name__)
    return _read(Path(__file__).with_name(NAME), own=False)


def _read(path: Path, own: bool) -> FaceFigures:
    kept = json.loads(path.read_text(encoding="utf-8"))
    if not isinstance(kept, dict):
        raise TypeError
    day, rows = date.fromisoformat(kept.pop("measured_on")), tuple(Row(**row) for row in kept.pop("rows"))
    found = FaceFigures(measured_on=day, rows=rows, own=own, **kept)
    counts = (found.people, found.pictures, found.longest)
    told = (number for row in rows for name, number in vars(row).items() if name != "size")
    if not all(isinstance(number, int | float) for number in (*counts, *told)):
        raise TypeError
    return found


def keep(path: Path, measured: Sequence[Measured], pictures: int, today: date) -> None:
    """Writes what `load` reads, a line a row. Raises NotUsable."""
    head = {
        "measured_on": today.isoformat(),
        "engine": faces.ENGINE,
        "limits": in_force(),
        "people": max(one.people for one in measured),
        "pictures": pictures,
        "longest": max(one.longest for one in measured),
    }
    rows = ",\n".join(json.dumps(asdict(row), ensure_ascii=False) for one in measured for row in _rows(one))
    try:
        path.write_text(f'{json.dumps(head)[:-1]}, "rows": [\n{rows}\n]}}\n', encoding="utf-8")
    except OSError as error:
        raise NotUsable(f"{path}: the figures cannot be written there ({type(error).__name__}).") from error


def _rows(one: Measured) -> list[Row]:
    sizes = {ALL: one.rows, **one.sizes}
    return [_row(one.references, size, row) for size, rows in sizes.items() for row in rows]


def _row(references: int, size: str, row: Figures) -> Row:
    missed, unclear, alarms = (row.missed, row.unclear, row.alarms)
    return Row(
        references,
        size,
        row.wider,
        row.listed,
        round(missed.rate if missed else 0.0, 4),
        round(unclear.rate if unclear else 0.0, 4),
        row.others,
        round(alarms or 0.0, 4),
    )
