"""The form without sign-in: counted, so that nobody fills a desk with it.

The count stands in the database: it holds for every process of the web and over a restart, and needs no other server.
"""

from dataclasses import replace
from datetime import timedelta

from sqlalchemy import delete, func, select

from moderation.db.models import Concern, ConcernTry
from moderation.rules.concerns import OUTSIDE
from moderation.services import concern_desks, concerns
from moderation.services.concerns import Report
from moderation.services.work import Mistake, NotFound, Work

FROM_ONE, FROM_ALL = 5, 60  # in an hour: from one address, from everybody together
_HOUR, _KEPT = timedelta(hours=1), timedelta(days=1)


def count(work: Work, sender: str) -> bool:
    """Write down one try (`sender`: a keyed digest of where it comes from). False: one too many.

    To be committed whatever becomes of the report, so that refused tries count too.
    """
    work.session.execute(delete(ConcernTry).where(ConcernTry.at < work.now - _KEPT))
    lately = select(func.count()).select_from(ConcernTry).where(ConcernTry.at > work.now - _HOUR)
    everybody = work.session.scalar(lately) or 0
    one = work.session.scalar(lately.where(ConcernTry.sender == sender)) or 0
    if one >= FROM_ONE or everybody >= FROM_ALL:
        return False
    work.session.add(ConcernTry(at=work.now, sender=sender))
    work.session.flush()
    return True


def take_in(work: Work, report: Report) -> Concern:
    """A report from outside. Its text is kept as typed; nothing of it says whether a child is on any list."""
    if not concern_desks.is_public(work):
        raise NotFound
    if report.kind not in OUTSIDE:
        raise Mistake("Choose what it is about.")
    return concerns.add(work, None, replace(report, post_id=None))  # nobody outside learns which numbers there are
