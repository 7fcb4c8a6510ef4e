"""The purge ledger: what is gone, by number and digest. A copy stands outside the database, for a restored backup."""

import logging
from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import func, select

from moderation.db.models import PurgeEntry
from moderation.media.books import Book, Line
from moderation.rules.language import N_
from moderation.rules.retention import SORTS, Rule, Sort
from moderation.rules.roles import Actor
from moderation.services.work import Work

log = logging.getLogger(__name__)
CAME_AGAIN = N_(
    "this picture was removed from Gatepost because it must not be seen, so it was not taken in. Do not send it on; "
    "speak to the safeguarding lead or the headteacher."
)


@dataclass(frozen=True)
class Order:
    """Why things go: the rule with its months, and the day before which they were due."""

    certificate: int
    rule: Rule
    months: int
    before: date


def last(work: Work) -> int:
    """The number of the newest entry; 0 if nothing was ever purged."""
    return work.session.scalar(select(func.max(PurgeEntry.number))) or 0


def next_certificate(work: Work) -> int:
    return (work.session.scalar(select(func.max(PurgeEntry.certificate))) or 0) + 1


def append(work: Work, actor: Actor, order: Order, item_id: int, keys: Collection[str]) -> None:
    work.session.add(
        PurgeEntry(
            number=last(work) + 1,
            certificate=order.certificate,
            sort=SORTS[order.rule],
            item_id=item_id,
            rule=order.rule,
            months=order.months,
            before=order.before,
            media=" ".join(sorted(keys)),
            at=work.now,
            actor_id=actor.id,
        )
    )
    work.session.flush()


def removed(work: Work, keys: Collection[str]) -> frozenset[str]:
    """Those of these files that were purged because they must not be seen: byte for byte, nothing else is kept."""
    return removed_files(work) & frozenset(keys)


def removed_files(work: Work) -> frozenset[str]:
    gone = work.session.scalars(select(PurgeEntry.media).where(PurgeEntry.rule == Rule.REMOVED))
    return frozenset(key for media in gone for key in media.split())


def posts_with(work: Work, key: str) -> list[int]:
    """The numbers of the posts from which this file was purged because it must not be seen."""
    rows = work.session.execute(select(PurgeEntry.item_id, PurgeEntry.media).where(PurgeEntry.rule == Rule.REMOVED))
    return [post_id for post_id, media in rows if key in media.split()]


def of_certificate(work: Work, certificate: int) -> list[PurgeEntry]:
    rows = select(PurgeEntry).where(PurgeEntry.certificate == certificate).order_by(PurgeEntry.number)
    return list(work.session.scalars(rows))


def keep_copy(work: Work, copy: Book) -> None:
    """Add to the copy what it lacks. Called after the commit, and again by the sweep if that was cut short."""
    newest = copy.newest()
    written = newest["number"] if newest else 0
    rows = select(PurgeEntry).where(PurgeEntry.number > written).order_by(PurgeEntry.number)
    copy.append(map(_line, work.session.scalars(rows)))


def missing(work: Work, copy: Book) -> list[PurgeEntry]:
    """What the copy knows and the database does not: a backup was restored. Not yet in the database."""
    return list(_entries(copy.beyond(last(work))))


def fits(work: Work, copy: Book) -> bool:
    """Whether it tells of the same purges as the database, as far as both go. That of another school does not."""
    told = {entry.number: entry for entry in _entries(copy.newest_first())}
    known = [row for row in work.session.scalars(select(PurgeEntry)) if row.number in told]
    return all((row.item_id, row.at) == (told[row.number].item_id, told[row.number].at) for row in known)


def _entries(lines: Iterable[Line]) -> Iterator[PurgeEntry]:
    for line in lines:
        try:
            yield _entry(line)
        except (ValueError, KeyError, TypeError):
            log.error("a line of the purge ledger's copy cannot be read")


def _line(row: PurgeEntry) -> Line:
    words = {name: getattr(row, name) for name in ("number", "certificate", "item_id", "months", "actor_id", "media")}
    moments = {"before": row.before.isoformat(), "at": row.at.isoformat()}
    return {**words, **moments, "sort": row.sort.value, "rule": row.rule.value}


def _entry(line: Line) -> PurgeEntry:
    values = {
        **line,
        "sort": Sort(str(line["sort"])),
        "rule": Rule(str(line["rule"])),
        "before": date.fromisoformat(str(line["before"])),
        "at": datetime.fromisoformat(str(line["at"])),
        "number": int(str(line["number"])),
    }
    return PurgeEntry(**values)
