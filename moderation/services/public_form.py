"""The form without sign-in: counted, so that nobody fills a desk with it.

The count stands in the database: it holds for every process of the web and over a restart, and needs no other server.
"""

from dataclasses import replace
from datetime import timedelta
from enum import Enum

from sqlalchemy import delete, func, select

from moderation.db.models import Concern, ConcernTry
from moderation.rules.concerns import OUTSIDE
from moderation.services import concern_desks, concerns
from moderation.services.concerns import Report
from moderation.services.work import Mistake, NotFound, Work

FROM_ONE = 5  # in an hour from one address; more are refused
TOLD_EACH = 20  # in an hour from everybody together; more are taken in all the same, and told together
_HOUR, _KEPT = timedelta(hours=1), timedelta(days=1)


class Room(Enum):
    """What there is room for in this hour."""

    FULL = "one too many from this address"
    CROWDED = "very many from everybody: it is taken in, and told with others"
    FREE = "told by itself"


def count(work: Work, sender: str) -> Room:
    """Write down one try. `sender`: a keyed digest of where it comes from.

    To be committed whatever becomes of the report, so that tries that come to nothing count too. Nobody is refused
    because of what others send: many addresses together would shut the form for everybody.
    """
    work.session.execute(delete(ConcernTry).where(ConcernTry.at < work.now - _KEPT))
    lately = select(func.count()).select_from(ConcernTry).where(ConcernTry.at > work.now - _HOUR)
    everybody = work.session.scalar(lately) or 0
    one = work.session.scalar(lately.where(ConcernTry.sender == sender)) or 0
    if one >= FROM_ONE:
        return Room.FULL
    work.session.add(ConcernTry(at=work.now, sender=sender))
    work.session.flush()
    return Room.CROWDED if everybody >= TOLD_EACH else Room.FREE


def take_in(work: Work, report: Report, room: Room = Room.FREE) -> Concern:
    """A report from outside. Its text is kept as typed; nothing of it says whether a child is on any list."""
    if not concern_desks.is_public(work):
        raise NotFound
    if report.kind not in OUTSIDE:
        raise Mistake("Choose what it is about.")
    known = replace(report, post_id=None)  # nobody outside learns which numbers there are
    return concerns.add(work, None, known, crowded=room is Room.CROWDED)
