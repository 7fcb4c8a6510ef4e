"""What all the staff read can be read at the age of eleven: pages, guide and errors, sentence by sentence."""

from collections import defaultdict

import pytest

from tests.reading import Sentence, grade, of_errors, of_guide, of_pages, syllables, words_of

# Flesch–Kincaid: a grade of 6 is read at eleven to twelve. A page stays below it; one sentence may have a long word.
WHOLE, ONE = 6.0, 8.0


@pytest.mark.parametrize(
    "sentences", [of_pages, lambda: of_guide("teacher"), of_errors], ids=["pages", "guide", "errors"]
)
def test_whatever_all_the_staff_read_can_be_read_at_eleven(sentences: object) -> None:
    assert callable(sentences)
    read: list[Sentence] = list(sentences())
    assert len(read) > 25
    by_page = defaultdict(list)
    for one in read:
        by_page[one.where].append(one)
    assert {where: grade(page) for where, page in by_page.items() if len(page) > 1 and grade(page) > WHOLE} == {}
    assert {(one.grade, one.where, one.text) for one in read if one.grade > ONE} == set()


def test_pages_of_every_kind_are_read() -> None:
    pages = {one.where for one in of_pages()}
    asked = "posts/edit posts/show posts/mine signing_in/sign_in acceptance/show acceptance/_reminders register/today"
    assert {
        f"{page}.html" for page in [*asked.split(), "news/choices", "reminders/edit", "calendar/show", "error"]
    } <= pages
    assert {one.where for one in of_errors()} >= {
        "services/intake.py",
        "rules/guards.py",
        "web/errors.py",
        "media/gate.py",
    }


def test_a_hard_sentence_is_hard_and_an_easy_one_is_easy() -> None:
    hard = "Identification of photographed individuals necessitates documented authorisation prior to publication."
    assert Sentence("", hard).grade > 20
    assert Sentence("", "Tap the box to hide the face, then send it.").grade < 3


def test_syllables_are_those_that_are_spoken() -> None:
    assert [syllables(word) for word in words_of("photograph approved school’s pupil Bluesky 60,000")] == [
        3,
        2,
        1,
        2,
        1,
        1,
    ]
    assert syllables("takedowns") == 2, "also of a word that no dictionary has"
