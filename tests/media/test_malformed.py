"""Malformed pictures: each ends with a sentence or as pixels alone. `make fuzz` sends more of them."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from moderation.media import photo
from tests.fuzz.forks import Forks
from tests.fuzz.gate import Figures, outcomes, report
from tests.media.damage import WAYS, parts
from tests.media.malformed import TAKEN, malformed, one
from tests.media.many_kinds import honest
from tests.media.pictures import assert_pixels_only, encoded, quarters
from tests.media.traps import BOMBS, TRAPS

FILES = 300
HEADS = (b"\xff\xd8\xff\xe0", b"\x89PNG\r\n\x1a\n", b"RIFF\0\0\0\0WEBPVP8X", b"\0\0\0\x18ftypheic", b"GIF89a", b"")


def test_three_hundred_malformed_pictures_are_refused_or_decoded(capsys: pytest.CaptureFixture[str]) -> None:
    figures = Figures()
    for outcome in outcomes(FILES, seed=8, processes=2):
        figures.add(outcome)
    with capsys.disabled():
        print("", *list(report(figures)), sep="\n")
    assert figures.wrong == []
    assert figures.crashed == []
    assert figures.outcomes.total() == FILES
    assert figures.outcomes["decoded"] > FILES // 20, "not everything may end at its first bytes"
    assert len(figures.outcomes) >= 8, "nor for the same reason"


def test_the_same_seed_makes_the_same_pictures_and_another_seed_others() -> None:
    some = [file.data for file in malformed(30, seed=5)]
    assert some == [file.data for file in malformed(30, seed=5)]
    assert one(5, 29).data == some[29]
    assert len({*some, *(file.data for file in malformed(30, seed=6))}) > 55


def test_every_way_to_spoil_a_picture_is_drawn() -> None:
    drawn = " ".join(file.what for file in malformed(FILES, seed=8))
    wanted = {way.__name__ for way in (*WAYS, *TRAPS)}
    assert {name for name in wanted if name not in drawn} == set()
    assert any(bomb.__name__ in drawn for bomb in BOMBS)
    assert {kind for kind in TAKEN if f"{kind}: " not in drawn} == set()


@pytest.fixture
def forked(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Each file in a process of the gate's own with all its limits, without the time that its start takes."""
    with Forks(Path(photo.GATE)) as forks:
        monkeypatch.setattr("moderation.media.photo.subprocess.run", forks.run)
        yield


def ends_well(data: bytes) -> bool:
    """Whether it was decoded; if not, there was a sentence."""
    try:
        assert_pixels_only(photo.ingest(data))
    except photo.NotUsable as refusal:
        assert str(refusal).endswith(".")
        return False
    return True


@pytest.mark.usefixtures("forked")
def test_a_fork_does_what_the_process_does() -> None:
    assert ends_well(encoded(quarters(), "HEIF"))
    assert not ends_well(b"hello")


@pytest.mark.usefixtures("forked")
@pytest.mark.parametrize("kind", ["jpeg", "png", "webp", "heif", "jpeg several", "png moving"])
def test_a_picture_cut_at_any_of_its_boundaries_ends_well(kind: str) -> None:
    data = honest(kind)
    edges = sorted({edge + by for part in parts(data) for edge in part for by in (-1, 0, 1)})
    assert len(edges) > 5
    for edge in edges:
        ends_well(data[: max(edge, 0)])


@pytest.mark.usefixtures("forked")
def test_any_bytes_behind_any_head_end_well() -> None:
    @settings(max_examples=60, deadline=None, database=None)
    @given(st.sampled_from(HEADS), st.binary(max_size=3000))
    def holds(head: bytes, rest: bytes) -> None:
        ends_well(head + rest)

    holds()
