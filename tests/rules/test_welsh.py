"""Lists put together from parts, as Welsh joins them."""

import pytest

from moderation.rules.language import Language, listed, speaking
from moderation.rules.welsh import joined


@pytest.mark.parametrize(
    ("between", "word", "together"),
    [
        ("a", "pennaeth", "a phennaeth"),
        ("a", "athro", "ac athro"),
        ("a", "y pennaeth", "a’r pennaeth"),
        ("a", "yr athro", "a’r athro"),
        ("a", "Priya Shah", "a Priya Shah"),
        ("a", "Emma", "ac Emma"),
        ("a", "plentyn", "a phlentyn"),
        ("a", "rheolwr adnoddau", "a rheolwr adnoddau"),
        ("a", "phrofion", "a phrofion"),
        ("neu", "pennaeth", "neu bennaeth"),
        ("neu", "y rheolwr adnoddau", "neu’r rheolwr adnoddau"),
        ("neu", "gweinyddwr", "neu weinyddwr"),
        ("neu", "llun", "neu lun"),
        ("neu", "rheolwr adnoddau", "neu reolwr adnoddau"),
        ("neu", "ffotograff", "neu ffotograff"),
        ("neu", "Margaret Adeyemi", "neu Margaret Adeyemi"),
    ],
)
def test_what_comes_after_and_and_or_changes_and_names_stay(between: str, word: str, together: str) -> None:
    assert joined(between, word) == together


def test_a_list_is_joined_as_its_language_does() -> None:
    roles = ["assistant head", "headteacher"]
    assert listed(roles, "or") == "assistant head or headteacher"
    with speaking(Language.WELSH):
        assert listed(["pennaeth cynorthwyol", "y pennaeth"], "or") == "pennaeth cynorthwyol neu’r pennaeth"
        assert listed(["Ann", "Bob", "athro"]) == "Ann, Bob ac athro"
        assert listed(["athro"]) == "athro"
