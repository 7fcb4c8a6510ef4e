"""A post that an account does not take is told while it is written, and not handed in (one guard at the hinge)."""

import pytest

from moderation.db.models import Account
from moderation.rules.workflow import Refused, State
from moderation.services import cases, fitting, intake
from tests.builders import School
from tests.services.moments import small_photo

EMOJI = "👨‍👩‍👧‍👦"


def account(school: School, network: str) -> Account:
    with school.parts.work() as work:
        return school.add_account(work, network, "@our.school")


def draft(school: School, caption: str, *accounts: Account, photos: int = 0, alt_text: str = "A photo") -> int:
    post_id = school.draft(*(small_photo(60 + 9 * n) for n in range(photos)), caption=caption)
    with school.parts.work() as work:
        post = cases.get(work, post_id)
        post.accounts = [work.session.get_one(Account, one.id) for one in accounts]
        for photo in post.photos:
            photo.alt_text = alt_text
    return post_id


def hand_in(school: School, post_id: int) -> None:
    with school.parts.work() as work:
        intake.submit(work, school.teacher, post_id)


def told(school: School, post_id: int) -> list[str]:
    with school.parts.reading() as work:
        return fitting.sentences(cases.get(work, post_id))


def test_a_text_at_the_limit_is_handed_in_and_one_over_is_not(school: School) -> None:
    x = account(school, "X")
    hand_in(school, draft(school, "a" * 278 + EMOJI, x))
    over = draft(school, "a" * 279 + EMOJI, x)
    with pytest.raises(Refused, match="does not fit an account"):
        hand_in(school, over)
    assert school.state(over) is State.DRAFT
    assert told(school, over) == ["X: @our.school: The text is too long: 281 of 280."]
    with school.parts.reading() as work:
        assert intake.missing(cases.get(work, over)) == told(school, over)


def test_each_account_is_asked_and_each_thing_told(school: School) -> None:
    bluesky, instagram = account(school, "Bluesky"), account(school, "Instagram")
    post_id = draft(school, "a" * 301, bluesky, instagram, photos=5, alt_text="b" * 1001)
    assert told(school, post_id) == [
        "Bluesky: @our.school: The text is too long: 301 of 300.",
        "Bluesky: @our.school: There are too many photos: 5 of 4.",
        *(
            f"Instagram: @our.school: The description of photo {number} is too long: 1,001 of 1,000."
            for number in range(1, 6)
        ),
    ]
    with pytest.raises(Refused, match="does not fit an account"):
        hand_in(school, post_id)


def test_an_account_on_another_network_takes_everything(school: School) -> None:
    another = account(school, "Threads")
    assert another.rules is None
    hand_in(school, draft(school, "a" * 50_000, another, photos=1, alt_text="b" * 2000))


@pytest.mark.parametrize(("typed", "key"), [("Facebook page", "facebook"), ("Twitter", "x"), ("Threads", "")])
def test_a_new_account_gets_its_network_from_the_list(school: School, typed: str, key: str) -> None:
    assert account(school, typed).network_key == key
