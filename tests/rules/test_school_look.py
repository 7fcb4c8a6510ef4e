"""The school's colour: whatever is taken can be read and seen on every page, in both of its looks."""

import re
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as some

from moderation.rules.school_look import (
    DARK_GROUND,
    GROUND,
    LINES,
    WORDS,
    at_night,
    by_day,
    contrast,
    ink_on,
    parse,
    problem,
)

COLOURS = some.integers(0, 0xFFFFFF).map(lambda number: f"#{number:06x}")


@pytest.mark.parametrize(
    ("typed", "colour"),
    [
        ("#14532D", "#14532d"),
        ("14532d", "#14532d"),
        (" #fA0 ", "#ffaa00"),
        ("", None),
        ("#14532", None),
        ("green", None),
        ("#14532d; } body { display: none", None),
        ("#１２３４５６", None),
    ],
)
def test_a_colour_is_six_digits_however_they_are_typed(typed: str, colour: str | None) -> None:
    assert parse(typed) == colour


@pytest.mark.parametrize(
    ("one", "other", "figure"),
    [
        ("#ffffff", "#000000", 21.0),
        ("#777777", "#ffffff", 4.48),
        ("#767676", "#ffffff", 4.54),
        ("#0000ff", "#ffffff", 8.59),
    ],
)
def test_contrast_is_the_one_that_wcag_defines(one: str, other: str, figure: float) -> None:
    assert contrast(one, other) == pytest.approx(figure, abs=0.01)


@given(COLOURS)
def test_on_any_colour_white_or_black_can_be_read(colour: str) -> None:
    assert contrast(ink_on(colour), colour) >= WORDS


@given(COLOURS)
def test_what_is_taken_can_be_read_and_seen_by_day_and_at_night(colour: str) -> None:
    if problem(colour):
        return
    for shade, ground in ((by_day(colour), GROUND), (at_night(colour), DARK_GROUND)):
        assert contrast(shade.ink, shade.colour) >= WORDS
        assert contrast(shade.colour, ground) >= LINES
        assert contrast(shade.ink, shade.away) == 21


@given(COLOURS)
def test_what_is_refused_is_too_light_and_the_darker_one_that_is_named_would_do(colour: str) -> None:
    sentence = problem(colour)
    assert (sentence is None) == (contrast(colour, GROUND) >= LINES)
    if sentence:
        (named,) = re.findall(r"#[0-9a-f]{6}", sentence)
        assert problem(named) is None


@pytest.mark.parametrize("colour", ["#002147", "#800000", "#14532d", "#5b2c83", "#000000", "#c8102e", "#0072ce"])
def test_the_colours_of_most_schools_are_taken_as_they_are(colour: str) -> None:
    assert problem(colour) is None
    assert by_day(colour) == (colour, "#ffffff")


@pytest.mark.parametrize("colour", ["#ffffff", "#ffd700", "#87ceeb", "#98ff98"])
def test_a_colour_that_cannot_be_seen_on_a_page_is_refused(colour: str) -> None:
    assert "too light" in str(problem(colour))


def test_a_dark_colour_is_lighter_on_dark_pages_and_another_is_left_as_it_is() -> None:
    assert contrast("#002147", DARK_GROUND) < LINES <= contrast(at_night("#002147").colour, DARK_GROUND)
    assert at_night("#0072ce") == ("#0072ce", ink_on("#0072ce"))


def test_no_ground_of_a_page_is_nearer_to_a_line_than_the_two_that_it_is_measured_on() -> None:
    sheet = (Path(__file__).parents[2] / "static" / "gatepost.css").read_text()
    day, night = sheet.split("@media (prefers-color-scheme: dark)")[:2]
    for part, measured, ink in ((day, GROUND, "#000000"), (night, DARK_GROUND, "#ffffff")):
        grounds = re.findall(r"--govuk-(?:body|template|surface)-background-colour: (#\w{6})", part)
        assert len(grounds) >= 2
        assert all(contrast(ink, ground) >= contrast(ink, measured) for ground in grounds)
