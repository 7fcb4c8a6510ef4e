"""Everything is stopped from going out, until a head ends it: one row, asked by every kit and every way out."""

from sqlalchemy import select
from sqlalchemy.exc import IntegrityError

from moderation.db.models import CallList, Freeze
from moderation.rules.incident import ENDERS, OPENERS, READY_CALLS
from moderation.rules.language import gettext
from moderation.rules.roles import Actor
from moderation.rules.telling import News
from moderation.rules.workflow import NOT_YOURS, NotYours, Refused
from moderation.services import audit, safeguarding, telling
from moderation.services.work import Mistake, Work, written

LONGEST = 4000
SHOWN = 20


def standing(work: Work) -> Freeze | None:
    """The one that stands now."""
    return work.session.scalars(select(Freeze).where(Freeze.stands.is_(True))).first()


def may_open(work: Work, actor: Actor) -> bool:
    return not actor.roles.isdisjoint(OPENERS) or actor.id in safeguarding.people(work)


def may_end(actor: Actor) -> bool:
    return not actor.roles.isdisjoint(ENDERS)


def open_one(work: Work, actor: Actor, why: str) -> Freeze:
    """Stop everything. Twice is once: whoever was first stays named."""
    if not may_open(work, actor) or actor.id is None:
        raise NotYours(NOT_YOURS)
    there = standing(work)
    if there is not None:
        return there
    freeze = Freeze(opened_by_id=actor.id, opened_at=work.now, why=written(why, LONGEST), stands=True)
    work.session.add(freeze)
    try:
        work.session.flush()
    except IntegrityError:
        raise Refused(
            gettext("Everything is stopped already: somebody else was quicker. Go on with the list.")
        ) from None
    audit.append(work, actor, "everything stopped", freeze=freeze.id, reason=freeze.why)
    telling.tell(work, News.FROZEN, about=freeze.id, but=(actor.id,))
    return freeze


def end(work: Work, actor: Actor, why: str) -> None:
    """A head ends it, and says why. What was approved may go out again, if it is still as it was approved."""
    if not may_end(actor):
        raise NotYours(NOT_YOURS)
    freeze = standing(work)
    if freeze is None:
        raise Refused(gettext("Nothing is stopped now. Load the page again."))
    freeze.ended_by_id, freeze.ended_at, freeze.ended_why = actor.id, work.now, written(why, LONGEST)
    freeze.stands = None
    work.session.flush()
    telling.over_about(work, freeze.id, News.FROZEN)
    audit.append(work, actor, "everything goes on", freeze=freeze.id, reason=freeze.ended_why)
    telling.tell(work, News.THAWED, about=freeze.id, but=(actor.id,))


def earlier(work: Work) -> list[Freeze]:
    """Those that have ended, the newest first."""
    ended = select(Freeze).where(Freeze.ended_at.is_not(None)).order_by(Freeze.id.desc())
    return list(work.session.scalars(ended.limit(SHOWN)))


def calls(work: Work) -> str:
    """Whom to call, a line each: the school's own list, or the ready one."""
    row = work.session.get(CallList, 1)
    return gettext(row.lines if row else READY_CALLS)


def set_calls(work: Work, actor: Actor, lines: str) -> None:
    """Keep the school's own list. Empty: the ready one again."""
    if not may_open(work, actor):
        raise NotYours(NOT_YOURS)
    kept = "\n".join(line.strip() for line in lines.splitlines() if line.strip())
    if len(kept) > LONGEST:
        said = gettext("That is more than {most} letters. Keep the list short enough to be read in a hurry.")
        raise Mistake(said.format(most=LONGEST))
    row = work.session.get(CallList, 1) or CallList(id=1)
    row.lines = kept or READY_CALLS
    work.session.add(row)
    work.session.flush()
    audit.append(work, actor, "call list changed")
