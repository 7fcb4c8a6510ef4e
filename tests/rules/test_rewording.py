"""What the buttons below a field write instead of a name or a detail."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from moderation.rules.caption import check_words
from moderation.rules.findings import Kind
from moderation.rules.names import Roll, RollEntry
from moderation.rules.rewording import changes

ROLL = Roll.build([RollEntry("p1", "Zoë", "O'Brien", class_name="6A"), RollEntry("p2", "Grace", "Adeyemi")])


def written(text: str) -> list[str]:
    """The text after each change on offer for the first thing that is found in it."""
    first = check_words(text, ROLL)[0]
    return [text[: change.start] + change.put + text[change.end :] for change in changes(text, first)]


@pytest.mark.parametrize(
    ("text", "after"),
    [
        ("Well done Zoë!", ["Well done a pupil!", "Well done!"]),
        ("Zoë’s model. Lovely.", ["A pupil’s model. Lovely.", "’s model. Lovely."]),
        ("So good. Zoë O'Brien won", ["So good. A pupil won", "So good. won"]),
        ("Zoë (4B) won", ["A Year 4 pupil won", "A pupil won", "won"]),
        (
            "we saw Zoë from Year 10.",
            ["we saw a Year 10 pupil.", "we saw a pupil.", "we saw."],
        ),
        ("we saw Zoë in Reception", ["we saw a Reception pupil", "we saw a pupil", "we saw"]),
        ("Year 4 pupil Zoë won", ["Year 4 pupil won", "Year 4 pupil a pupil won"]),
        ("Proud #WellDoneZoe today", ["Proud today"]),
        ("#zoeobrien today", ["today"]),
        ("Ring 07700 900123 now", ["Ring now"]),
        ("Photos by @zoe.draws.", ["Photos by."]),
    ],
)
def test_each_change_leaves_a_text_without_it(text: str, after: list[str]) -> None:
    assert written(text) == after


def test_staff_may_be_named_so_nothing_is_offered_instead() -> None:
    roll = Roll.build([RollEntry("s1", "Nadia", "Shah", staff=True)])
    (hit,) = check_words("Call Mrs Shah", roll)
    assert (hit.kind, changes("Call Mrs Shah", hit)) == (Kind.NAME_STAFF, ())


def test_a_class_that_is_only_on_the_roll_is_never_told() -> None:
    text = "Well done Zoë O'Brien"
    (hit,) = check_words(text, ROLL)
    assert "6" not in hit.evidence + "".join(change.label + change.put for change in changes(text, hit))


@given(st.text(alphabet="Zoë #@(4B)'’.,\n👍 Yearin", max_size=60).map(lambda text: f"{text}Zoë{text}"))
def test_every_change_stays_inside_the_text(text: str) -> None:
    for hit in check_words(text, ROLL):
        assert all(0 <= change.start <= hit.start < hit.end <= change.end <= len(text) for change in changes(text, hit))
