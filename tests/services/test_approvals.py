"""Law 1: an approval is for a digest; whatever changes voids it. Law 3: never by the author or the last editor."""

from collections.abc import Callable

import pytest

from moderation.db.models import Account, Approval, Photo, Post
from moderation.rules.accounts import AccountStanding
from moderation.rules.workflow import Action, Refused, Stale, State
from moderation.services import cases, intake, publishing, register, review
from moderation.services.register import PersonForm
from moderation.services.work import Work
from tests.builders import School
from tests.services.moments import rows, small_photo


def another_caption(work: Work, post: Post) -> None:
    post.caption += "!"


def another_alt_text(work: Work, post: Post) -> None:
    post.photos[1].alt_text = "Something else"


def another_order(work: Work, post: Post) -> None:
    first, second = post.photos
    first.position, second.position = second.position, first.position
    work.session.flush()
    work.session.expire(post, ["every_photo"])


def a_photo_less(work: Work, post: Post) -> None:
    post.photos[0].removed_at = work.now


def a_photo_more(work: Work, post: Post) -> None:
    picture = intake.prepare([intake.Upload("more.png", small_photo(99))])[0][0][1]
    key = work.store.put(picture.jpeg)
    post.every_photo.append(Photo(position=9, media_key=key, width=160, height=120, alt_text="More"))


def other_pixels(work: Work, post: Post) -> None:
    picture = intake.prepare([intake.Upload("other.png", small_photo(99))])[0][0][1]
    post.photos[0].media_key = work.store.put(picture.jpeg)


def instagram(work: Work) -> Account:
    account = Account(network="Instagram", handle="Our School", standing=AccountStanding.IN_USE)
    work.session.add(account)
    work.session.flush()
    return account


def another_account(work: Work, post: Post) -> None:
    post.accounts = [instagram(work)]


def an_account_more(work: Work, post: Post) -> None:
    post.accounts = [*post.accounts, instagram(work)]


def another_handle(work: Work, post: Post) -> None:
    post.accounts[0].handle = "Another School"


def another_list(work: Work, post: Post) -> None:
    work.register_version.list_version += 1


def another_roll(work: Work, post: Post) -> None:
    work.register_version.roll_version += 1


CHANGES = [
    another_caption, another_alt_text, another_order, a_photo_less, a_photo_more, other_pixels,
    another_account, an_account_more, another_handle, another_list, another_roll,
]  # fmt: skip


@pytest.fixture
def two_photos(school: School) -> int:
    """A post with two photos, released and with its kit opened."""
    post_id = school.released(small_photo(100), small_photo(150))
    with school.parts.work() as work:
        publishing.open_kit(work, school.manager, post_id)
    return post_id


def test_law_1_changing_anything_changes_the_digest_and_closes_the_kit(school: School, two_photos: int) -> None:
    """Even a change that no service offers: the kit asks the post itself, not who changed it."""
    seen = {school.digest(two_photos)}
    for change in CHANGES:
        with pytest.raises(Undo), school.parts.work() as work:
            publishing.kit_files(work, school.manager, two_photos)
            change(work, cases.get(work, two_photos))
            work.session.flush()
            seen.add(cases.digest_of(work, cases.get(work, two_photos)))
            for take in (publishing.kit_files, publishing.open_kit):
                with pytest.raises(Refused):
                    take(work, school.manager, two_photos)
            with pytest.raises(Refused):
                publishing.mark_live(work, school.manager, two_photos, {school.account.id: "https://a.example"})
            raise Undo
    assert len(seen) == len(CHANGES) + 1, "every change has a digest of its own"
    with school.parts.work() as work:
        assert publishing.kit_files(work, school.manager, two_photos).digest in seen


class Undo(Exception):
    """Thrown to undo a transaction."""


@pytest.mark.parametrize("change", [another_caption, another_account, another_list, another_roll])
def test_law_1_approving_with_an_old_digest_is_stale(school: School, change: Callable[[Work, Post], None]) -> None:
    post_id = school.in_review()
    seen = school.digest(post_id)
    with school.parts.work() as work:
        change(work, cases.get(work, post_id))
    with pytest.raises(Stale, match="changed since you opened it"), school.parts.work() as work:
        review.approve(work, school.head, post_id, seen)
    assert school.state(post_id) is State.IN_REVIEW
    assert rows(school, Approval) == 0


def test_law_1_a_register_saved_after_the_approval_closes_the_kit(school: School) -> None:
    post_id = school.released()
    with school.parts.work() as work:
        register.save(work, school.data_lead, PersonForm("A1", "Ada", "Quill"))
    with pytest.raises(Refused), school.parts.work() as work:
        publishing.open_kit(work, school.manager, post_id)


def test_law_3_the_author_cannot_approve_even_as_assistant_head_or_headteacher(school: School) -> None:
    for author in (school.head, school.people[next(r for r in school.people if r == "headteacher")]):
        post_id = school.in_review(author=author)
        with pytest.raises(Refused, match="somebody else has to decide"):
            school.approve(post_id, author)
        assert Action.APPROVE not in offers(school, post_id, author)
        assert Action.COVER not in offers(school, post_id, author)


def test_law_3_the_last_editor_cannot_approve_even_if_somebody_else_wrote_the_post(school: School) -> None:
    post_id = school.in_review()
    with school.parts.work() as work:
        assert school.head.id is not None
        cases.get(work, post_id).last_editor_id = school.head.id
    with pytest.raises(Refused, match="last to change"):
        school.approve(post_id)
    school.approve(post_id, school.others[school.head.role])
    assert school.state(post_id) is State.RELEASED


def offers(school: School, post_id: int, actor: object) -> frozenset[Action]:
    with school.parts.reading() as work:
        return cases.offers(work, cases.get(work, post_id), actor)  # type: ignore[arg-type]
