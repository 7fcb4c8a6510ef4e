"""Permissions that run out: whom to ask again, before they do and for some time after."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from sqlalchemy import ColumnElement, or_, select
from sqlalchemy.orm import selectinload

from moderation.db.models import MatchingPermission, Permission, Person
from moderation.rules.consent import Word
from moderation.rules.language import N_, gettext
from moderation.rules.retention import months_after
from moderation.services import appearing, roster
from moderation.services.work import Work

TERM = timedelta(days=92)  # a school term and its holiday


@dataclass(frozen=True)
class RunsOut:
    """One permission that has a last day near today: whose, what for and where, and that day."""

    person: Person
    what: str
    last: date


def running_out(work: Work) -> list[RunsOut]:
    """Those whose last day lies in the term ahead or behind, and that no later one has taken the place of."""
    found = [*_to_appear(work), *_to_match(work)]
    return sorted(found, key=lambda one: (one.last, one.person.class_name, one.person.surname, one.person.id))


def _near(work: Work) -> tuple[date, date]:
    return work.today - TERM, work.today + TERM


def _to_appear(work: Work) -> Iterable[RunsOut]:
    first, last = _near(work)
    months = work.register_version.permission_months
    near: ColumnElement[bool] = Permission.until.between(first, last)
    if months is not None:  # a month's end may shift it by up to three days; the rule itself decides below
        begun = months_after(first, -months) - timedelta(days=3), months_after(last, -months) + timedelta(days=3)
        near = or_(near, Permission.starts.between(*begun))
    whose = select(Permission.person_id).where(near, _given())
    question = select(Permission, Person).join(Person, Person.id == Permission.person_id)
    here = (_given(), Permission.person_id.in_(whose), Person.left_at.is_(None), ~Person.no_publish)
    rows = work.session.execute(question.where(*here).order_by(Permission.id)).all()
    given: dict[int, list[Permission]] = {}
    for row, person in rows:
        given.setdefault(person.id, []).append(row)
    for row, person in rows:
        day = last_day(row, months)
        if day and first <= day <= last and not _followed(row, day, given[person.id], months):
            yield RunsOut(person, _what(row), day)


def _given() -> ColumnElement[bool]:
    return (Permission.word == Word.GRANTED) & Permission.withdrawn_on.is_(None)


def last_day(row: Permission, months: int | None) -> date | None:
    """The last day on which it holds under the school's months; None: it has none."""
    return appearing.record_of(row).last_day(months)


def _followed(row: Permission, day: date, others: Sequence[Permission], months: int | None) -> bool:
    """Whether another permission that speaks about at least as much lasts longer."""
    return any(
        other is not row
        and other.purpose in (None, row.purpose)
        and other.medium in (None, row.medium)
        and other.account_id in (None, row.account_id)
        and ((end := last_day(other, months)) is None or end > day)
        for other in others
    )


def _what(row: Permission) -> str:
    where = row.account.title if row.account else gettext(row.medium or N_("everywhere"))
    what_for = gettext(row.purpose or N_("every purpose"))
    return gettext("To appear: {where}, {what_for}").format(where=where, what_for=what_for)


def _to_match(work: Work) -> Iterable[RunsOut]:
    question = select(MatchingPermission).where(
        MatchingPermission.ended_at.is_(None), MatchingPermission.ends_on.between(*_near(work))
    )
    for row in work.session.scalars(question.options(selectinload(MatchingPermission.person))):
        if roster.is_on_register(work, row.person):
            yield RunsOut(row.person, gettext("To match the face"), row.ends_on)
