"""Laws 1 and 7: what an approval is for, and the one hinge that moves a post together with its audit row."""

import ast
import re
from collections.abc import Callable
from pathlib import Path

import pytest

from moderation.db.models import Approval, AuditRow, Photo, Post
from moderation.rules.roles import SYSTEM
from moderation.rules.workflow import Action, Refused, Stale, State
from moderation.services import audit, cases, intake, publishing, register, review, staff
from moderation.services.register import PersonForm
from moderation.services.work import NotFound, Work
from tests.builders import School
from tests.services.moments import actions, rows, small_photo

ROOT = Path(__file__).parents[2]


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


def another_account(work: Work, post: Post) -> None:
    post.accounts = [staff.add_account(work, SYSTEM, "Instagram", "Our School")]


def an_account_more(work: Work, post: Post) -> None:
    post.accounts = [*post.accounts, staff.add_account(work, SYSTEM, "Instagram", "Our School")]


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
            publishing.kit(work, school.manager, two_photos)
            change(work, cases.get(work, two_photos))
            work.session.flush()
            seen.add(cases.digest_of(work, cases.get(work, two_photos)))
            for take in (publishing.kit, publishing.open_kit):
                with pytest.raises(Refused):
                    take(work, school.manager, two_photos)
            with pytest.raises(Refused):
                publishing.mark_live(work, school.manager, two_photos, {school.account.id: "https://a.example"})
            raise Undo
    assert len(seen) == len(CHANGES) + 1, "every change has a digest of its own"
    with school.parts.reading() as work:
        assert publishing.kit(work, school.manager, two_photos)[1].digest in seen


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


def test_law_7_every_move_has_its_audit_row(school: School) -> None:
    post_id = school.live()
    with school.parts.work() as work:
        publishing.take_down(work, school.manager, post_id, "A parent asked.")
    expected = ["drafted", "submit", "finish checks", "approve", "kit opened", "mark live", "take down"]
    assert actions(school, post_id) == expected
    with school.parts.reading() as work:
        rows_ = audit.of_post(work.session, post_id)
        assert '"after":"taken down"' in rows_[-1].detail
        assert '"before":"live"' in rows_[-1].detail
        assert rows_[-1].actor_id == school.manager.id
        assert audit.verify(work.session) is None


def test_law_7_a_refused_move_leaves_neither_a_new_state_nor_a_row(school: School) -> None:
    post_id = school.in_review()
    before = rows(school, AuditRow)
    with school.parts.work() as work:  # committed, although the move was refused
        post = cases.get(work, post_id)
        with pytest.raises(Refused):
            cases.move(work, post, Action.APPROVE, school.teacher, cases.case_of(work, post))
    assert school.state(post_id) is State.IN_REVIEW
    assert rows(school, AuditRow) == before


def test_law_7_a_move_whose_audit_row_fails_does_not_happen(school: School) -> None:
    post_id = school.in_review()
    before = rows(school, AuditRow)
    with pytest.raises(TypeError), school.parts.work() as work:
        post = cases.get(work, post_id)
        case = cases.case_of(work, post, reason="Not today")
        cases.move(work, post, Action.STOP, school.teacher, case, cannot_be_written=object())
    assert school.state(post_id) is State.IN_REVIEW
    assert rows(school, AuditRow) == before


def test_law_7_a_move_in_a_transaction_that_fails_later_leaves_no_row(school: School) -> None:
    post_id = school.in_review()
    before = rows(school, AuditRow)
    with pytest.raises(Undo), school.parts.work() as work:
        review.decide(work, school.teacher, post_id, Action.STOP, "Wrong photo")
        raise Undo
    assert school.state(post_id) is State.IN_REVIEW
    assert rows(school, AuditRow) == before


def test_law_7_only_the_hinge_sets_the_state_of_a_post() -> None:
    """`post.state = …` stands in one line of the program."""
    found = []
    for path in sorted((ROOT / "moderation").rglob("*.py")) + sorted((ROOT / "workers").rglob("*.py")):
        for node in ast.walk(ast.parse(path.read_text())):
            for target in getattr(node, "targets", []):
                if isinstance(target, ast.Attribute) and target.attr == "state" and "scan" not in ast.unparse(target):
                    found.append((path.name, ast.unparse(target)))
    assert found == [("cases.py", "post.state")]
    sources = [p.read_text() for p in (ROOT / "moderation").rglob("*.py")]
    assert not any(re.search(r"update\(Post\)", text) for text in sources)


def test_leaving_released_voids_every_approval(school: School) -> None:
    post_id = school.released()
    with school.parts.work() as work:
        review.decide(work, school.head, post_id, Action.UNAPPROVE, "Wrong week")
    with school.parts.reading() as work:
        assert cases.standing_approval(work, cases.get(work, post_id)) is None
    school.approve(post_id)
    assert rows(school, Approval) == 2, "the void one is kept as evidence"


def test_a_post_that_is_not_there_is_not_found(school: School) -> None:
    with pytest.raises(NotFound), school.parts.reading() as work:
        cases.get(work, 999)
