"""Checks picture files without the web: the roll from a CSV, the list from a folder, one answer a picture."""

import csv
import time
from collections.abc import Callable, Iterable, Iterator, Sequence
from concurrent.futures import Future, ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from dataclasses import dataclass
from functools import partial
from multiprocessing import get_context
from pathlib import Path

import numpy as np

from moderation.detect import faces
from moderation.detect.gallery import Gallery
from moderation.media import photo as pictures
from moderation.rules.findings import Detector, Sighting, Verdict, unchecked, verdict
from moderation.rules.names import Roll, RollEntry, fold
from moderation.rules.nicknames import with_own
from moderation.services.looking import Lists, Looker

KINDS = ("", "pupil", "staff")  # of a person on the roll
PREVIEW = 1000  # pixels of the longer side


class NotUsable(Exception):
    """An argument cannot be used; one line says why."""


@dataclass(frozen=True)
class Answer:
    """What was seen in one picture. Width and height in pixels of the upright picture; None if it was not opened.

    `preview`, where it was asked for, is a small JPEG of exactly the picture that was checked.
    """

    photo: str
    verdict: Verdict
    width: int | None
    height: int | None
    seconds: float
    sightings: tuple[Sighting, ...]
    preview: bytes | None = None

    def as_json(self) -> dict[str, object]:
        return {
            "photo": self.photo,
            "verdict": self.verdict,
            "width": self.width,
            "height": self.height,
            "seconds": round(self.seconds, 2),
            "sightings": [
                {
                    "detector": sighting.detector,
                    "kind": sighting.kind,
                    "severity": sighting.severity,
                    "box": list(sighting.box) if sighting.box else None,
                    "subject": sighting.subject,
                    "score": sighting.score,
                    "evidence": sighting.evidence,
                }
                for sighting in self.sightings
            ],
        }


def read_lists(
    roll: Path | None, no_publish: Path | None, looker: Looker, own_nicknames: str = ""
) -> tuple[Lists, list[str]]:
    """What to compare with, and a sentence for every reference picture that is no use. Raises NotUsable."""
    names = read_roll(roll, own_nicknames) if roll else None
    gallery, problems = read_gallery(no_publish, looker) if no_publish else (None, [])
    return Lists(names, gallery), problems


def read_roll(path: Path, own_nicknames: str = "") -> Roll:
    """A roll from a CSV with the header `id,forename,surname` and optionally preferred_name, class, aliases, kind."""
    try:
        with path.open(encoding="utf-8-sig", newline="") as file:
            roll = Roll.build(_entries(csv.DictReader(file), path), with_own(own_nicknames)[0])
    except (OSError, UnicodeDecodeError, csv.Error) as error:
        raise NotUsable(f"{path}: the roll cannot be read as a UTF-8 CSV file ({type(error).__name__}).") from error
    if not roll.entries:
        raise NotUsable(f"{path}: the roll holds nobody, so no name would be looked for.")
    return roll


def _entries(rows: "csv.DictReader[str]", path: Path) -> Iterable[RollEntry]:
    missing = {"id", "forename", "surname"} - set(rows.fieldnames or [])
    if missing:
        raise NotUsable(f"{path}: the roll's first line has no column called {', '.join(sorted(missing))}.")
    for row in rows:
        text = {name: (value or "").strip() for name, value in row.items() if isinstance(value, str | None) and name}
        if not text["id"]:
            raise NotUsable(f"{path}, line {rows.line_num}: there is no id.")
        if text.get("kind", "") not in KINDS:
            raise NotUsable(f"{path}, line {rows.line_num}: the kind is neither pupil nor staff.")
        entry = RollEntry(
            id=text["id"],
            forename=text["forename"],
            surname=text["surname"],
            preferred_name=text.get("preferred_name", ""),
            class_name=text.get("class", ""),
            aliases=tuple(alias.strip() for alias in text.get("aliases", "").split(";") if alias.strip()),
            staff=text.get("kind") == "staff",
        )
        if not any(map(fold, (entry.forename, entry.surname, entry.preferred_name, *entry.aliases))):
            raise NotUsable(f"{path}, line {rows.line_num}: there is no name to look for.")
        yield entry


def read_gallery(folder: Path, looker: Looker) -> tuple[Gallery, list[str]]:
    """The faces of a folder with one subfolder a person, and a sentence for every picture that is no use."""
    if not folder.is_dir():
        raise NotUsable(f"{folder}: there is no such folder.")
    try:
        engine = looker.faces
    except faces.ModelMissing as error:
        raise NotUsable(f"{folder}: faces cannot be compared. {error}") from error
    encodings: dict[str, np.ndarray] = {}
    problems = []
    for person in sorted(path for path in folder.iterdir() if path.is_dir() and not path.name.startswith(".")):
        rows = []
        for path in sorted(path for path in person.iterdir() if path.is_file() and not path.name.startswith(".")):
            try:
                picture = pictures.ingest(path.read_bytes())
                rows.append(faces.enrol(engine, pictures.pixels(picture.jpeg)).encoding)
            except (pictures.NotUsable, faces.NotUsable) as error:
                problems.append(f"{person.name}/{path.name}: {error}")
            except OSError:
                problems.append(f"{person.name}/{path.name}: The file cannot be read.")
        if rows:
            encodings[person.name] = np.stack(rows)
        else:
            problems.append(f"{person.name}: no usable reference photo, so nobody looks for this person's face.")
    if not encodings and not problems:
        problems.append(f"{folder}: holds no subfolder with a person's photos, so nobody's face is looked for.")
    return Gallery.build(encodings), problems


def check_all(
    paths: Sequence[str], looker: Looker, lists: Lists, jobs: int, previews: bool = False
) -> Iterator[Answer]:
    """Answers in the order given. Several processes are forked with the models loaded, so they share them."""
    one = partial(check, looker=looker, lists=lists, previews=previews)
    if jobs == 1 or len(paths) == 1:
        yield from map(one, paths)
        return
    looker.warm()
    if lists.roll:
        looker.prepare(lists.roll)
    global _one
    _one = one  # inherited by the fork: models and lists are not sent through a pipe
    with ProcessPoolExecutor(min(jobs, len(paths)), mp_context=get_context("fork")) as pool:
        answers = [pool.submit(_in_fork, path) for path in paths]
        for path, answer in zip(paths, answers, strict=True):
            yield _answered(path, answer)


_one: Callable[[str], Answer] | None = None


def _in_fork(path: str) -> Answer:
    if _one is None:
        raise RuntimeError("only for processes forked by check_all")
    return _one(path)


def _answered(path: str, answer: Future[Answer]) -> Answer:
    try:
        return answer.result()
    except BrokenProcessPool:  # a process was killed, most often for want of memory; which picture it had is not known
        return _not_opened(path, "A process was ended before this picture was checked. Try with fewer --jobs.", 0.0)


def check(path: str, looker: Looker, lists: Lists, previews: bool = False) -> Answer:
    """Everything seen in one file. Never raises for what is in it: unchecked is an answer."""
    started = time.monotonic()
    try:
        picture = pictures.ingest(Path(path).read_bytes())
    except (pictures.NotUsable, OSError) as error:
        why = str(error) if isinstance(error, pictures.NotUsable) else "The file cannot be read."
        return _not_opened(path, why, time.monotonic() - started)
    seen = looker.look(pictures.pixels(picture.jpeg), lists)
    seconds = time.monotonic() - started
    preview = pictures.preview(picture.jpeg, PREVIEW) if previews else None
    return Answer(path, verdict(seen), picture.width, picture.height, seconds, tuple(seen), preview)


def _not_opened(path: str, why: str, seconds: float) -> Answer:
    seen = (unchecked(Detector.PHOTO, why),)
    return Answer(path, verdict(seen, opened=False), None, None, seconds, seen)


def readable(text: str) -> str:
    """The text with whatever is not text written out: a file's name need not be any."""
    return text.encode(errors="backslashreplace").decode()
