"""Law 7: the audit trail is append-only in the database itself, and whoever gets past that is found."""

import json

import pytest
from sqlalchemy.exc import DatabaseError, IntegrityError

from moderation.db.models import AuditRow
from moderation.db.triggers import unprotect
from moderation.rules.chain import START
from moderation.services import audit
from tests.builders import School
from tests.services.moments import rows


def tamper(school: School, *statements: str) -> None:
    """As somebody with the database and no respect for its triggers."""
    with school.parts.engine.begin() as connection:
        unprotect(connection, "audit")
        for statement in statements:
            connection.exec_driver_sql(statement)


def first_bad(school: School) -> int | None:
    with school.parts.reading() as work:
        return audit.verify(work.session)


@pytest.mark.parametrize(
    "statement", ["UPDATE audit SET action = 'approve' WHERE number = 3", "DELETE FROM audit WHERE number = 3"]
)
def test_law_7_the_database_refuses_to_change_or_remove_a_row(school: School, statement: str) -> None:
    before = rows(school, AuditRow)
    with pytest.raises(DatabaseError, match="append-only"), school.parts.engine.begin() as connection:
        connection.exec_driver_sql(statement)
    assert rows(school, AuditRow) == before
    assert first_bad(school) is None


@pytest.mark.parametrize(
    "change",
    [
        "action = 'approve'",
        "actor_id = 1",
        "actor_id = NULL",
        "post_id = NULL",
        "detail = '{}'",
        "at = '2020-01-01 00:00:00.000000'",
        "previous = hash",
        "hash = previous",
    ],
)
def test_law_7_a_changed_row_is_found_and_named(school: School, change: str) -> None:
    school.in_review()
    number = rows(school, AuditRow) - 1  # "submit", by the teacher, about post 1
    tamper(school, f"UPDATE audit SET {change} WHERE number = {number}")
    assert first_bad(school) == number


@pytest.mark.parametrize("number", [1, 5])
def test_law_7_a_removed_row_is_found(school: School, number: int) -> None:
    tamper(school, f"DELETE FROM audit WHERE number = {number}")
    assert first_bad(school) == number + 1


def test_law_7_a_removed_row_is_found_even_if_the_others_are_numbered_anew(school: School) -> None:
    last = rows(school, AuditRow)
    moves = [f"UPDATE audit SET number = {n - 1} WHERE number = {n}" for n in range(6, last + 1)]
    tamper(school, "DELETE FROM audit WHERE number = 5", *moves)
    assert first_bad(school) == 5


def test_law_7_exchanged_rows_are_found(school: School) -> None:
    steps = [(4, 0), (5, 4), (0, 5)]
    tamper(school, *(f"UPDATE audit SET number = {to} WHERE number = {of}" for of, to in steps))
    assert first_bad(school) == 4


def test_law_7_a_row_slipped_in_at_the_end_is_found(school: School) -> None:
    last = rows(school, AuditRow)
    columns = "at, actor_id, action, post_id, detail, previous, hash"
    tamper(
        school, f"INSERT INTO audit (number, {columns}) SELECT {last + 1}, {columns} FROM audit WHERE number = {last}"
    )
    assert first_bad(school) == last + 1


def test_rows_are_numbered_from_one_and_each_knows_the_one_before(school: School) -> None:
    school.live()
    with school.parts.reading() as work:
        trail = work.session.query(AuditRow).order_by(AuditRow.number).all()
    assert [row.number for row in trail] == list(range(1, len(trail) + 1))
    assert [row.previous for row in trail] == [START, *(row.hash for row in trail[:-1])]


def test_law_7_an_audit_row_and_what_it_records_stand_or_fall_together(school: School) -> None:
    """A number that is taken, as by a second writer at once, undoes the whole transaction."""
    before = rows(school, AuditRow)
    with pytest.raises(IntegrityError), school.parts.work() as work:
        row = audit.append(work, school.teacher, "drafted")
        work.session.expunge(row)
        work.session.add(AuditRow(**{c.name: getattr(row, c.name) for c in AuditRow.__table__.columns}))
    assert rows(school, AuditRow) == before


def test_law_10_the_trail_of_a_whole_life_holds_no_pupil_s_name(school: School) -> None:
    school.person("UPN77", "Harvey", "Pemberton", aliases="Harvinator", class_name="4B")
    post_id = school.in_review(caption="Well done Harvey Pemberton")
    school.settle_all(post_id)
    school.approve(post_id)
    with school.parts.reading() as work:
        text = json.dumps([row.detail for row in work.session.query(AuditRow)])
    assert not any(name in text for name in ("Harvey", "Pemberton", "Harvinator", "UPN77", "4B"))
