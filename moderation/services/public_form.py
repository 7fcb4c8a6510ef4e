"""The form without sign-in: counted, so that nobody fills a desk with it.

The count stands in the database: it holds for every process of the web and over a restart, and needs no other server.
"""

from dataclasses import replace
from datetime import timedelta

from sqlalchemy import delete, func, select

from moderation.db.models import Concern, ConcernTry
from moderation.rules.concerns import OUTSIDE
from moderation.rules.language import gettext
from moderation.services import concern_desks, concerns
from moderation.services.concerns import Report
from moderation.services.work import Mistake, NotFound, Work

FROM_ONE = 5  # tries in an hour from one address; more are refused
TOLD_EACH = 20  # reports in an hour from everybody together; more are taken in all the same, and told together
_HOUR, _KEPT = timedelta(hours=1), timedelta(days=1)


def has_room(work: Work, sender: str) -> bool:
    """Write down one try; False: one too many from this address. `sender`: a keyed digest of where it comes from.

    To be committed whatever becomes of the report, so that tries that come to nothing count too. Nobody is refused
    because of what others send: many addresses together would shut the form for everybody.
    """
    work.session.execute(delete(ConcernTry).where(ConcernTry.at < work.now - _KEPT))
    lately = select(func.count()).where(ConcernTry.at.between(work.now - _HOUR, work.now), ConcernTry.sender == sender)
    if (work.session.scalar(lately) or 0) >= FROM_ONE:
        return False
    work.session.add(ConcernTry(at=work.now, sender=sender))
    work.session.flush()
    return True


def take_in(work: Work, report: Report) -> Concern:
    """A report from outside. Its text is kept as typed; nothing of it says whether a child is on any list."""
    if not concern_desks.is_public(work):
        raise NotFound
    if report.kind not in OUTSIDE:
        raise Mistake(gettext("Choose what it is about."))
    known = replace(report, post_id=None)  # nobody outside learns which numbers there are
    return concerns.add(work, None, known, crowded=_is_crowded(work))


def _is_crowded(work: Work) -> bool:
    """Whether very many have come already in this hour. Tries that came to nothing push no report aside."""
    taken_in = select(func.count()).where(Concern.from_id.is_(None), Concern.at.between(work.now - _HOUR, work.now))
    return (work.session.scalar(taken_in) or 0) >= TOLD_EACH
