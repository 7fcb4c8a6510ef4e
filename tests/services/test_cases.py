"""Law 7: the one hinge that moves a post together with its audit row."""

import ast
import re
from pathlib import Path

import pytest

from moderation.db.models import Approval, AuditRow
from moderation.rules.workflow import Action, Refused, State
from moderation.services import audit, cases, publishing, review
from moderation.services.work import NotFound
from tests.builders import School
from tests.services.moments import actions, rows

ROOT = Path(__file__).parents[2]


class Undo(Exception):
    """Thrown to undo a transaction."""


def test_law_7_every_move_has_its_audit_row(school: School) -> None:
    post_id = school.live()
    with school.parts.work() as work:
        publishing.take_down(work, school.manager, post_id, "A parent asked.")
    expected = ["drafted", "submit", "finish checks", "approve", "release", "kit opened", "mark live", "take down"]
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
            if "ImportState." in ast.unparse(node):  # an import of the register has a state of its own
                continue
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
