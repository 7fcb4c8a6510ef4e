"""Hints about the wording and where links lead: they help whoever reads, and settle nothing."""

import pytest

from moderation.rules.workflow import State
from moderation.services.links import links
from moderation.services.tone import hints
from tests.builders import School


@pytest.mark.parametrize(
    ("text", "said"),
    [
        (
            "Our wheelchair-bound visitors loved it.",
            "“wheelchair-bound” may hurt somebody. Perhaps: uses a wheelchair.",
        ),
        ("BOYS WILL BE BOYS!", "“BOYS WILL BE BOYS” may hurt somebody. Better without it."),
        ("What bollocks.", "“bollocks”: a word that a school would not use."),
        ("A terrible, disgusting performance.", "This reads as sad or angry. Is that how the school wants to sound?"),
    ],
)
def test_a_hint_says_what_and_what_instead(text: str, said: str) -> None:
    assert hints(text) == [said]


@pytest.mark.parametrize(
    "text",
    [
        "",
        "A good day.",
        "Year 4 lost 3-0 but played bravely.",
        "The robin, a cock pheasant and Scunthorpe in our bird count.",
        "Year 9 asked about slaves, Hitler and the Nazis in history, and Year 6 about puberty.",
        "Assessment week begins on Monday.",
    ],
)  # fmt: skip
def test_ordinary_school_words_are_left_alone(text: str) -> None:
    assert hints(text) == []


@pytest.mark.parametrize(
    ("text", "domain", "warning"),
    [
        ("See https://www.gov.uk/a.", "www.gov.uk", ""),
        ("(www.bbc.co.uk)", "bbc.co.uk", ""),
        ("http://fair.example.org", "example.org", "not protected"),
        ("https://bit.ly/3x", "bit.ly", "short link"),
        ("https://schооl.com/", "xn--schl-75da.com", "another alphabet"),
        ("https://bbc.co.uk@evil.example.com", "example.com", "before the @"),
        ("https://[::bad", "", "Nobody can tell"),
        ("www.evil.example.com/?from=https://bbc.co.uk", "example.com", ""),
        ("https://evil.example.com\\@bbc.co.uk/", "example.com", ""),
        ("https:///evil.example.com", "", "Nobody can tell"),
        ("https://bbc%2eco.uk", "", "Nobody can tell"),
    ],
)
def test_a_link_is_told_by_whose_it_is(text: str, domain: str, warning: str) -> None:
    [link] = links(text)
    assert link.domain == domain and warning in link.warning
    assert bool(link.warning) == bool(warning) and link.address.endswith(text.strip("(). Se")[-8:])
    assert link.address.startswith(("http://", "https://")), "never an address within the program"


def test_hints_and_links_stop_nothing(school: School) -> None:
    post_id = school.in_review(caption="A disgusting, terrible mess of bollocks: https://bit.ly/3x")
    page = school.browser(school.head.role).get(f"/review/{post_id}").text
    assert "would not use" in page and "sad or angry" in page and "A short link" in page
    school.settle_all(post_id)
    school.approve(post_id)
    assert school.state(post_id) is State.RELEASED


def test_the_writer_hears_it_while_typing(school: School) -> None:
    answer = school.browser(school.teacher.role).post("/posts/words", json={"text": "Normal kids and others"})
    assert answer.get_json()["hints"] == ["“Normal kids” may hurt somebody. Perhaps: other children."]
