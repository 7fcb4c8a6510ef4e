"""Laws 2, 4 and 10: one look runs every check, and one that breaks says so without stopping the others."""

import numpy as np
import pytest

from moderation.rules.findings import SEVERITY, Detector, Kind, Severity, Sighting, Verdict, unchecked, verdict
from moderation.rules.names import Roll, RollEntry
from moderation.services import looking
from moderation.services.looking import Lists, Looker, read_words
from tests.services.moments import WithoutModel

GREY = np.full((120, 160, 3), 128, np.uint8)
ROLL = Roll.build([RollEntry("p1", "Harvey", "Pemberton")])


class WithoutAny(WithoutModel):
    """Neither engine is installed."""

    @property
    def text(self) -> object:  # type: ignore[override]
        raise OSError("a path with a name in it: /photos/Harvey Pemberton")


def test_law_2_without_engines_every_check_is_a_finding(caplog: pytest.LogCaptureFixture) -> None:
    looker = WithoutAny()
    looker.warm()
    caplog.clear()
    seen = looker.look(GREY, Lists(ROLL, None))
    assert [(one.detector, one.kind) for one in seen] == [
        (Detector.FACES, Kind.UNCHECKED),
        (Detector.NAMES, Kind.UNCHECKED),
    ]
    assert verdict(seen) is Verdict.FLAGGED
    assert "Pemberton" not in caplog.text + str(seen)


def test_law_2_one_check_that_breaks_does_not_stop_the_other(looker: Looker, monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(*_: object) -> list[Sighting]:
        raise RecursionError

    monkeypatch.setattr("moderation.detect.text.sightings", broken)
    assert [(s.detector, s.kind) for s in looker.look(GREY, Lists(ROLL, None))] == [(Detector.NAMES, Kind.UNCHECKED)]


def test_law_2_words_that_cannot_be_checked_are_a_finding_for_each_field(monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(*_: object) -> list[object]:
        raise RecursionError

    monkeypatch.setattr(looking, "check_words", broken)
    seen = read_words([("caption", "a"), ("alt text of photo 1", "b")], ROLL)
    assert [(one.detector, one.kind) for one in seen] == [(Detector.WORDS, Kind.UNCHECKED)] * 2


def test_words_are_read_field_by_field() -> None:
    seen = read_words([("caption", "Fine."), ("alt text of photo 1", "Harvey Pemberton, call 020 7946 0958")], ROLL)
    assert [(one.kind, one.subject) for one in seen] == [(Kind.NAME_MATCH, "p1"), (Kind.TEXT_PERSONAL, None)]
    assert all(one.evidence.startswith("In the alt text of photo 1: ") for one in seen)


def test_law_2_what_was_not_checked_weighs_as_much_as_a_match() -> None:
    for kind in (Kind.UNCHECKED, Kind.FACE_UNCLEAR, Kind.TEXT_UNREADABLE):
        assert SEVERITY[kind] is SEVERITY[Kind.FACE_MATCH] is SEVERITY[Kind.NAME_MATCH] is Severity.BLOCK
    assert set(SEVERITY) == set(Kind), "no kind is without a weight"
    assert [kind for kind, severity in SEVERITY.items() if severity is Severity.NOTE] == [
        Kind.FACE_OTHER,
        Kind.FACE_UNCOMPARED,
        Kind.NAME_STAFF,
    ]


def test_the_heaviest_sighting_decides_the_verdict() -> None:
    def of(*kinds: Kind) -> Verdict:
        return verdict(Sighting(Detector.FACES, kind) for kind in kinds)

    assert of() is of(Kind.FACE_OTHER) is Verdict.CLEAR
    assert of(Kind.FACE_OTHER, Kind.FACE_POSSIBLE) is Verdict.LOOK
    assert of(Kind.FACE_POSSIBLE, Kind.FACE_UNCLEAR, Kind.FACE_OTHER) is Verdict.FLAGGED
    assert verdict([], opened=False) is verdict([unchecked(Detector.PHOTO, "why")], opened=False) is Verdict.UNCHECKED
