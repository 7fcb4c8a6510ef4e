"""What was pointed at, what was only a question and what was missed, counted as a person would count it."""

import pytest

from moderation.rules.findings import Box, Detector, Kind, Sighting
from moderation.rules.measuring_names import Label, looked, measure

NAME = Label((100, 100, 200, 130), 30, "serif")


def seen(kind: Kind, *box: int) -> Sighting:
    return Sighting(Detector.NAMES, kind, Box(*box) if box else None)


@pytest.mark.parametrize(
    ("box", "said"),
    [
        ((100, 100, 200, 130), Kind.NAME_MATCH),
        ((0, 0, 400, 400), Kind.NAME_MATCH),
        ((148, 113, 152, 117), Kind.NAME_MATCH),  # a little box on its middle
        ((100, 100, 131, 130), Kind.NAME_MATCH),  # beside the middle, but a third of it
        ((100, 100, 120, 130), None),
        ((300, 100, 400, 130), None),
        ((), None),
    ],
)
def test_a_name_is_pointed_at_by_a_box_on_its_middle_or_on_a_third_of_it(
    box: tuple[int, ...], said: Kind | None
) -> None:
    assert looked([NAME], [seen(Kind.NAME_MATCH, *box)], 1.0).said == (said,)


def test_the_heaviest_word_on_a_name_counts_and_other_findings_do_not() -> None:
    place = (100, 100, 200, 130)
    assert looked([NAME], [seen(Kind.NAME_POSSIBLE, *place), seen(Kind.NAME_MATCH, *place)], 1.0).said == (
        Kind.NAME_MATCH,
    )
    for kind in (Kind.TEXT_PERSONAL, Kind.NAME_STAFF, Kind.FACE_MATCH):
        nothing = looked([NAME], [seen(kind, *place)], 1.0)
        assert (nothing.said, nothing.alarmed) == ((None,), False)


def test_shares_are_told_by_kind_and_height_and_for_pictures_without_names() -> None:
    hand = Label((300, 100, 400, 115), 15, "hand")
    place = (100, 100, 200, 130)
    pictures = [
        looked([NAME, hand], [seen(Kind.NAME_MATCH, *place)], 1.0),
        looked([NAME, hand], [seen(Kind.TEXT_UNREADABLE, *place)], 2.0),
        looked([hand], [], 3.0),
        looked([], [seen(Kind.NAME_POSSIBLE, 0, 0, 9, 9)], 1.0),
        looked([], [], 1.0),
    ]
    measured = measure(pictures)
    assert (measured.pictures, measured.clean, measured.all.names) == (5, 2, 5)
    serif, small = measured.by_kind["serif"], measured.by_height["below 16 px"]
    assert serif.found and serif.possible and serif.missed and small.missed
    assert (serif.found.rate, serif.possible.rate, serif.missed.rate) == (0.5, 0.5, 0.0)
    assert (small.names, small.missed.rate) == (3, 1.0)
    assert list(measured.by_height) == ["below 16 px", "24–35 px"]
    assert measured.reached and measured.reached.rate == pytest.approx(2 / 3)
    assert measured.false_alarms and measured.false_alarms.rate == 0.5
    assert measured.seconds == pytest.approx(8 / 5)


def test_names_of_one_picture_make_nothing_surer() -> None:
    once = measure([looked([NAME], [], 1.0)])
    often = measure([looked([NAME] * 20, [], 1.0)])
    assert once.all.missed and often.all.missed
    assert (once.all.missed.low, once.all.missed.high) == (often.all.missed.low, often.all.missed.high)


def test_without_clean_pictures_there_are_no_false_alarms_to_speak_of() -> None:
    assert measure([looked([NAME], [], 1.0)]).false_alarms is None
