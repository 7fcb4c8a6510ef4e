"""Permissions that run out, and refusals that begin: what a withdrawal does, on the day itself."""

from collections.abc import Iterator, Mapping, Sequence
from datetime import date, timedelta

from sqlalchemy import ColumnElement, or_, select

from moderation.db.models import Account, Permission, Person
from moderation.rules.consent import Facts, Occasion, Purpose, Record, Standards, Word, may_appear
from moderation.rules.looking_back import Cause
from moderation.rules.retention import months_after
from moderation.rules.roles import SYSTEM, Actor
from moderation.services import appearing, withdrawal
from moderation.services.work import Work

_STEP = 500  # people; databases limit the values of one statement
_DAY = timedelta(days=1)
_SHIFT = timedelta(days=3)
_LONG_AGO = date(1900, 1, 1)  # for a school that acts on endings for the first time


def due(work: Work) -> bool:
    """Whether a day has begun whose endings nobody acted on yet."""
    until = work.register_version.endings_until
    return until is None or until < work.today - _DAY


def act(work: Work) -> int:
    """Hold back, look back and open what has to be taken down for all who may appear in less than before.

    Of every day since it was done last, so that a server that was away misses none. Returns how many people.
    """
    if not due(work):
        return 0
    version = work.register_version
    worse_off = list(_worse_off(work, _last_days(work, version.endings_until or date.min)))
    withdrawal.many_at_once(work, SYSTEM, dict.fromkeys(worse_off, Cause.ENDED))
    version.endings_until = work.today - _DAY
    work.session.flush()
    return len(worse_off)


def _last_days(work: Work, since: date) -> dict[int, date]:
    """Whose words changed by their dates after `since`, and the last day before the first such change."""
    first, yesterday, months = since + _DAY, work.today - _DAY, work.register_version.permission_months
    ended: ColumnElement[bool] = Permission.until.between(first, yesterday)
    if months is not None:  # a month's end may shift it by up to three days; the rule itself decides below
        begun = months_after(max(first, _LONG_AGO), -months) - _SHIFT, months_after(yesterday, -months) + _SHIFT
        ended = or_(ended, Permission.starts.between(*begun))
    began = Permission.starts.between(since + 2 * _DAY, work.today) & (Permission.word == Word.REFUSED)
    found: dict[int, date] = {}
    for row in work.session.scalars(select(Permission).where(or_(ended & (Permission.word == Word.GRANTED), began))):
        if row.word is Word.REFUSED and row.recorded_at.astimezone(work.zone).date() >= row.starts:
            continue  # it held when it was written down, and was acted on then
        last = row.starts - _DAY if row.word is Word.REFUSED else appearing.record_of(row).last_day(months)
        if last is not None and (row.word is Word.REFUSED or first <= last <= yesterday):
            found[row.person_id] = min(last, found.get(row.person_id, last))
    return found


def by_shorter_months(work: Work, actor: Actor, before: Standards) -> None:
    """The school's months were set anew: whoever may appear in less today than by `before` is looked for now."""
    granted = select(Permission).where(Permission.word == Word.GRANTED, Permission.withdrawn_on.is_(None))
    months, ended = work.register_version.permission_months, set()
    for row in work.session.scalars(granted):
        last, old = appearing.record_of(row).last_day(months), appearing.record_of(row).last_day(before.months)
        if last is not None and last < work.today and (old is None or old >= work.today):
            ended.add(row.person_id)
    worse_off = _worse_off(work, dict.fromkeys(ended, work.today), before)
    withdrawal.many_at_once(work, actor, dict.fromkeys(worse_off, Cause.ENDED))


def _worse_off(work: Work, last_days: Mapping[int, date], then: Standards | None = None) -> Iterator[int]:
    """Those who may not appear today where they might on their last day: a permission given anew changes nothing.

    `then`: what the school asked for on that day, if it was not what it asks for now.
    """
    standards = appearing.school_standards(work)
    accounts = work.session.scalars(select(Account)).all()
    ids = sorted(last_days)
    for first in range(0, len(ids), _STEP):
        some = ids[first : first + _STEP]
        records = appearing.records(work, some)
        for person in work.session.scalars(select(Person).where(Person.id.in_(some), Person.erased_at.is_(None))):
            known = (appearing.facts(person), records[person.id])
            before = _allowed(accounts, last_days[person.id], *known, then or standards)
            if not before <= _allowed(accounts, work.today, *known, standards):
                yield person.id


def _allowed(
    accounts: Sequence[Account], day: date, facts: Facts, records: list[Record], standards: Standards
) -> set[tuple[int, Purpose]]:
    """On which accounts and for what somebody may appear on that day, whoever asks to be left out of it."""
    occasions = [Occasion(one.medium, one.id, purpose, day) for one in accounts for purpose in Purpose]
    return {(one.account or 0, one.purpose) for one in occasions if may_appear(facts, records, (), one, standards).may}
