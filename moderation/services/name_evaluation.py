"""Measures the check for names on labelled pictures."""

import json
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from moderation.media import photo as pictures
from moderation.rules.findings import Detector, Kind
from moderation.rules.measuring_names import Label, Looked, looked
from moderation.services.files import NotUsable
from moderation.services.looking import Lists, Looker


@dataclass(frozen=True)
class Labelled:
    """One line of the labels."""

    image: Path
    labels: tuple[Label, ...]


def read_labels(path: Path) -> list[Labelled]:
    """The lines of a JSONL file; pictures stand beside it or where `image` says. Raises NotUsable."""
    try:
        lines = path.read_text("utf-8-sig").splitlines()
    except (OSError, UnicodeDecodeError) as error:
        raise NotUsable(f"{path}: the labels cannot be read as UTF-8 text.") from error
    found = [_labelled(path, number, line) for number, line in enumerate(lines, start=1) if line.strip()]
    if not found:
        raise NotUsable(f"{path}: there are no labels.")
    return found


def _labelled(path: Path, number: int, line: str) -> Labelled:
    try:
        row = json.loads(line)
        return Labelled(path.parent / str(row["image"]), tuple(map(_label, row["names"])))
    except (ValueError, KeyError, TypeError) as error:
        raise NotUsable(
            f'{path}, line {number}: a line is {{"image": "a.jpg", "names": [{{"box": [left, top, right, bottom], '
            f'"height_px": 31, "kind": "script"}}]}}, with no names for a picture without any.'
        ) from error


def _label(row: dict[str, Any]) -> Label:
    left, top, right, bottom = map(float, row["box"])
    if not (left < right and top < bottom):
        raise ValueError
    return Label((left, top, right, bottom), float(row.get("height_px") or bottom - top), str(row.get("kind") or "any"))


def look(
    labelled: list[Labelled], looker: Looker, lists: Lists, watch: Callable[[int, int], None]
) -> tuple[list[Looked], list[str]]:
    """What came of each usable picture, and a sentence for each that is no use. Raises NotUsable if none is.

    `watch` is told how many pictures of how many are done.
    """
    done, problems = [], []
    for number, one in enumerate(labelled, start=1):
        try:
            done.append(_look(one, looker, lists))
        except NotUsable as problem:
            problems.append(f"{one.image.name}: {problem}")
        watch(number, len(labelled))
    if not done:
        raise NotUsable(f"None of the {len(labelled)} pictures can be used. {problems[0]}")
    return done, problems


def _look(one: Labelled, looker: Looker, lists: Lists) -> Looked:
    started = time.monotonic()
    try:
        picture = pictures.ingest(one.image.read_bytes())
    except pictures.NotUsable as error:
        raise NotUsable(str(error)) from error
    except OSError as error:
        raise NotUsable("The file cannot be read.") from error
    seen = looker.look(pictures.pixels(picture.jpeg), lists, known=(Detector.FACES,))
    failed = next((sighting for sighting in seen if sighting.kind is Kind.UNCHECKED), None)
    if failed:
        raise NotUsable(failed.evidence)
    return looked(one.labels, seen, time.monotonic() - started)
