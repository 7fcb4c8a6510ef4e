"""What a head would look at: how long posts wait, what was flagged and what it turned out to be, where posts went."""

import json
from collections import Counter, defaultdict
from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from statistics import median

from sqlalchemy import func, select

from moderation.db.models import Account, AuditRow, Finding, Person, Post, Publication, Scan, Tag
from moderation.rules.findings import SEVERITY, Kind, Resolution, Severity
from moderation.rules.workflow import Action
from moderation.services import covering, out, roster
from moderation.services.work import Work

DECISIONS = (Action.APPROVE, Action.SEND_BACK)
LATELY = timedelta(weeks=12)
NEWEST = 2000  # flags, so that a page takes no longer where there are many
ENOUGH = 20  # settled ones of a kind, before it is said what they turned out to be
FLAGS = tuple(kind for kind in Kind if SEVERITY[kind] is not Severity.NOTE)


@dataclass(frozen=True)
class Week:
    """Posts that were first decided about in one week: hours from handing in to the decision."""

    starts: date
    decided: int
    usual: float | None  # the median
    longest: float | None


@dataclass(frozen=True)
class Flagged:
    """How often one check pointed at something, and what people made of it. One thing counts once a post."""

    kind: Kind
    false_alarm: int
    looked_at: int
    allowed: int
    covered: int
    open: int  # nobody said a word: the photo was taken out, the words were changed, or it still waits

    @property
    def all(self) -> int:
        return self.settled + self.open

    @property
    def settled(self) -> int:
        return self.false_alarm + self.looked_at + self.allowed + self.covered


@dataclass(frozen=True)
class Insight:
    since: date
    weeks: tuple[Week, ...]
    flagged: tuple[Flagged, ...]  # the most frequent first; kinds that did not occur are not there
    accounts: tuple[tuple[str, int], ...]  # posts that went live, by account in use
    classes: tuple[tuple[str, int], ...]  # and by class of those who are in them, the forgotten first


def of_weeks(work: Work, weeks: int) -> Insight:
    """The last `weeks` weeks, this one among them. A constant number of queries."""
    this_week = work.today - timedelta(days=work.today.weekday())
    since = this_week - timedelta(weeks=weeks - 1)
    start = datetime.combine(since, datetime.min.time(), work.zone)
    return Insight(
        since, _waits(work, start, since, weeks), _flagged(work, start), _accounts(work, start), _classes(work, start)
    )


def _waits(work: Work, start: datetime, since: date, weeks: int) -> tuple[Week, ...]:
    """Hours between each handing in and the first decision after it."""
    rows = work.session.execute(
        select(AuditRow.post_id, AuditRow.action, AuditRow.at)
        .where(AuditRow.action.in_([Action.SUBMIT, *DECISIONS]), AuditRow.at >= start)
        .order_by(AuditRow.number)
    )
    handed_in: dict[int | None, datetime] = {}
    waited: dict[date, list[float]] = defaultdict(list)
    for post_id, action, at in rows:
        if action == Action.SUBMIT:
            handed_in[post_id] = at
        elif post_id in handed_in:
            day = at.astimezone(work.zone).date()
            hours = (at - handed_in.pop(post_id)).total_seconds() / 3600
            waited[day - timedelta(days=day.weekday())].append(hours)
    found = []
    for number in range(weeks):
        waits = waited.get(starts := since + timedelta(weeks=number), [])
        found.append(Week(starts, len(waits), median(waits) if waits else None, max(waits, default=None)))
    return tuple(found)


def turned_out(work: Work, kinds: Collection[Kind]) -> dict[Kind, Flagged]:
    """What the newest flags of these kinds turned out to be; a kind of which too few were settled is not there."""
    found = _flagged(work, work.now - LATELY, kinds, NEWEST) if kinds else ()
    return {one.kind: one for one in found if one.settled >= ENOUGH}


def _flagged(
    work: Work, start: datetime, kinds: Collection[Kind] = FLAGS, most: int | None = None
) -> tuple[Flagged, ...]:
    lately = Scan.created_at >= start
    # A number, and not which ones: then no database looks at every finding that there ever was.
    first = work.session.scalar(select(func.min(Scan.id + 0)).where(lately))
    if first is None:
        return ()
    rows = work.session.execute(
        select(
            Scan.post_id, Scan.digest, Finding.kind, Finding.left, Finding.top, Finding.person_id,
            Finding.resolution, Finding.id,
        )
        .join(Scan, Finding.scan_id == Scan.id)
        .where(Finding.scan_id >= first, lately, Finding.kind.in_(kinds))
        .order_by((Finding.id + 0).desc())  # not by walking through every finding there ever was
        .limit(most)
    ).all()[::-1]  # fmt: skip
    covered = _covered(work, start)
    outcomes: dict[tuple[object, ...], str] = {}
    for *thing, resolution, finding_id in rows:
        outcome = "covered" if finding_id in covered else str(resolution or "open")
        if outcome != "open" or tuple(thing) not in outcomes:  # a later look at the same thing says no less
            outcomes[tuple(thing)] = outcome
    counts: dict[Kind, Counter[str]] = defaultdict(Counter)
    for thing_seen, outcome in outcomes.items():
        counts[Kind(str(thing_seen[2]))][outcome] += 1
    found = [
        Flagged(
            kind,
            false_alarm=count[Resolution.FALSE_ALARM],
            looked_at=count[Resolution.LOOKED_AT],
            allowed=count[Resolution.ALLOWED],
            covered=count["covered"],
            open=count["open"],
        )
        for kind, count in counts.items()
    ]
    return tuple(sorted(found, key=lambda one: (-one.all, one.kind)))


def _covered(work: Work, start: datetime) -> set[int]:
    """Findings that something was covered for."""
    rows = select(AuditRow.detail).where(AuditRow.action.in_((Action.COVER, covering.BY_AUTHOR)), AuditRow.at >= start)
    return {number for detail in work.session.scalars(rows) for number in json.loads(detail).get("findings", ())}


def _accounts(work: Work, start: datetime) -> tuple[tuple[str, int], ...]:
    live = select(Publication.account_id, func.count()).where(Publication.at >= start).group_by(Publication.account_id)
    counts = dict(work.session.execute(live).all())
    accounts = work.session.scalars(select(Account).order_by(Account.id))
    found = [
        (account.title, counts.get(account.id, 0)) for account in accounts if account.in_use or account.id in counts
    ]
    return tuple(sorted(found, key=lambda one: -one[1]))


def _classes(work: Work, start: datetime) -> tuple[tuple[str, int], ...]:
    """Every class on the register, so that the one without a post is seen."""
    lately = select(Publication.post_id).where(Publication.at >= start)
    rows = work.session.execute(
        select(Person.class_name, func.count(Post.id.distinct()))
        .join(Tag, Tag.person_id == Person.id)
        .join(Post, Post.id == Tag.post_id)
        .where(Post.id.in_(lately), out.somewhere(), Person.class_name != "")
        .group_by(Person.class_name)
    )
    counts = dict(rows.all())
    every = work.session.scalars(
        select(Person.class_name).where(roster.on_register(work), Person.class_name != "").distinct()
    )
    return tuple(sorted(((name, counts.get(name, 0)) for name in every), key=lambda one: (one[1], one[0])))
