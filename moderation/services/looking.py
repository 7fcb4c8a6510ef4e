"""One look at one picture, or at the words of a post: every check runs, and one that breaks is itself a finding."""

import logging
from collections.abc import Callable, Collection, Iterable
from dataclasses import dataclass
from functools import cached_property

import numpy as np

from moderation.detect import faces, text
from moderation.detect.gallery import Gallery
from moderation.rules.caption import WordsHit, check_words
from moderation.rules.faces import AS_MEASURED, FaceRules
from moderation.rules.findings import Detector, Kind, Sighting, unchecked
from moderation.rules.names import Roll

log = logging.getLogger(__name__)

ENGINE = f"{faces.ENGINE} {text.ENGINE}"


@dataclass(frozen=True)
class Lists:
    """What pictures are compared with: the roll of names, and the faces on the no-publish list."""

    roll: Roll | None
    gallery: Gallery | None
    face_rules: FaceRules = AS_MEASURED
    uncompared: str = ""  # why no face may be encoded, if none may


class Looker:
    """The engines, each loaded when it is first needed and kept for the life of the process."""

    @cached_property
    def faces(self) -> faces.FaceEngine:
        return faces.FaceEngine()

    @cached_property
    def text(self) -> text.TextEngine:
        return text.TextEngine()

    def warm(self) -> None:
        """Load both engines now. A missing model is not raised here: each check will say so as a finding."""
        for load in (lambda: self.faces, lambda: self.text):
            try:
                load()
            except Exception as error:  # noqa: BLE001 (law 2: the check itself reports it, on every picture)
                log.error("an engine could not be loaded: %s", type(error).__name__)

    def prepare(self, roll: Roll) -> None:
        """Make now what reading with this roll needs, so that forked processes share it."""
        text.prepare(roll)

    def look(self, rgb: np.ndarray, lists: Lists, known: Collection[Detector] = ()) -> list[Sighting]:
        """All checks on one picture (uint8, height x width x 3) but those whose answer is `known`.

        Never raises for what a check does.
        """
        checks = {
            Detector.FACES: lambda: faces.sightings(self.faces, rgb, lists.gallery, lists.face_rules, lists.uncompared),
            Detector.NAMES: lambda: text.sightings(self.text, rgb, lists.roll),
        }
        return [
            seen for detector, check in checks.items() if detector not in known for seen in _guarded(detector, check)
        ]


def read_words(texts: Iterable[tuple[str, str]], roll: Roll | None) -> list[Sighting]:
    """The names and personal details in pairs of field and text."""
    found: list[Sighting] = []
    for field, words in texts:
        found += _guarded(Detector.WORDS, lambda field=field, words=words: _in_field(field, words, roll))  # type: ignore[misc]
    return found


def _in_field(field: str, words: str, roll: Roll | None) -> list[Sighting]:
    """One sighting for each different thing, however often it stands there."""
    times: dict[tuple[Kind, str, str], list[WordsHit]] = {}
    for hit in check_words(words, roll):
        times.setdefault((hit.kind, words[hit.start : hit.end], hit.evidence), []).append(hit)
    return [
        Sighting(
            Detector.WORDS,
            kind,
            subject=hits[0].subjects[0] if hits[0].subjects else None,
            evidence=f"In the {field}{f', {len(hits)} times' if len(hits) > 1 else ''}: {evidence}",
        )
        for (kind, text, evidence), hits in times.items()
    ]


_FAILED = {
    Detector.FACES: "The check for faces failed on this picture, so nobody was looked for. Look for yourself.",
    Detector.NAMES: "The check for names failed on this picture, so nothing was read. Look for yourself.",
    Detector.WORDS: "The check of the words failed. Read them yourself.",
}


def _guarded(detector: Detector, look: Callable[[], list[Sighting]]) -> list[Sighting]:
    try:
        return look()
    except Exception as error:  # noqa: BLE001 (law 2: whatever broke, unchecked is a finding, never a pass)
        log.error("the check of %s failed: %s", detector, type(error).__name__)
        return [unchecked(detector, _FAILED[detector])]
