"""The figures on faces that the pages show: those of what compares faces today, a school's own before ours."""

import json
from datetime import date
from pathlib import Path

import pytest

from moderation.rules.findings import Kind
from moderation.rules.measuring import STEPS, Look, Measured, by_size, figures
from moderation.services import face_figures
from moderation.services.face_figures import ALL, NAME, keep, load
from moderation.services.files import NotUsable


def measured() -> Measured:
    """100 listed people of whom 3 are missed with the limits as they come; 10 others, all alarms."""
    missed, seen = (Kind.FACE_OTHER,) * len(STEPS), (Kind.FACE_MATCH,) * len(STEPS)
    found = [Look(f"p{n}", f"p{n}", True, 90, missed if n < 3 else seen) for n in range(100)]
    others = [Look(f"o{n}", f"o{n}", False, 90, seen) for n in range(10)]
    return Measured(1, 100, 20, figures(found + others), by_size(found + others))


def test_the_figures_that_come_with_the_program_are_of_what_compares_faces_today(tmp_path: Path) -> None:
    """Measure again after every change of a limit or an engine; docs/measured/checking.md says how."""
    known = load(tmp_path)
    assert known.are_of_now
    assert not known.own
    assert known.people >= 20 and known.pictures >= 100
    for step in STEPS:
        sizes = known.by_size(step)
        assert {"28–39 px", "40–59 px", "60–79 px", ALL} <= set(sizes)
        assert all(set(row) == {1, 3} for row in sizes.values())


def test_what_a_school_measured_itself_comes_first(tmp_path: Path) -> None:
    keep(tmp_path / NAME, [measured()], 110, date(2026, 11, 21))
    known = load(tmp_path)
    assert known.own and known.are_of_now
    assert (known.people, known.pictures, known.longest, known.measured_on) == (100, 110, 20, date(2026, 11, 21))
    row = known.by_size(0.0)["80–119 px"][1]
    assert (row.missed_in_words, row.alarms_in_short) == ("about 3", "too few pictures to say")


def test_figures_of_another_engine_or_other_limits_are_not_of_now(tmp_path: Path) -> None:
    for change in ({"engine": "last year's"}, {"limits": {**face_figures.in_force(), "widen": 9}}):
        keep(tmp_path / NAME, [measured()], 110, date(2026, 11, 21))
        kept = json.loads((tmp_path / NAME).read_text())
        (tmp_path / NAME).write_text(json.dumps({**kept, **change}))
        assert not load(tmp_path).are_of_now


@pytest.mark.parametrize("written", ["", "{}", "null", "7", "[" * 100_000])
def test_figures_that_cannot_be_read_are_as_if_not_there(tmp_path: Path, written: str) -> None:
    (tmp_path / NAME).write_text(written)
    assert not load(tmp_path).own


@pytest.mark.parametrize("name", ["people", "wider", "missed"])
def test_figures_that_are_no_numbers_are_as_if_not_there(tmp_path: Path, name: str) -> None:
    keep(tmp_path / NAME, [measured()], 110, date(2026, 11, 21))
    kept = json.loads((tmp_path / NAME).read_text())
    (kept if name in kept else kept["rows"][0])[name] = None
    (tmp_path / NAME).write_text(json.dumps(kept))
    assert not load(tmp_path).own


def test_figures_that_cannot_be_written_are_said(tmp_path: Path) -> None:
    with pytest.raises(NotUsable, match="cannot be written there"):
        keep(tmp_path / "nowhere" / NAME, [measured()], 110, date(2026, 11, 21))
