"""Deputies: staff who hold the role of an approver for some days, named by somebody who holds it themselves."""

from collections import defaultdict
from collections.abc import Collection
from datetime import date, timedelta

from sqlalchemy import ColumnElement, select

from moderation.db.models import Deputy, User
from moderation.rules.language import gettext
from moderation.rules.roles import DEPUTISED, STAFF, Actor, Role
from moderation.rules.route import Given
from moderation.rules.workflow import NOT_YOURS, NotYours
from moderation.services import audit
from moderation.services.work import Mistake, NotFound, Work

LONGEST = timedelta(days=92)  # a term: whoever stands in for longer is named again


def may_name(actor: Actor) -> frozenset[Role]:
    """For which roles this person names deputies: by the role of their own, so that no deputy names another one."""
    if actor.role in (Role.ADMINISTRATOR, Role.HEADTEACHER):
        return DEPUTISED
    return DEPUTISED & {actor.role}


def actor_of(work: Work, user: User) -> Actor:
    """This person with every role held today."""
    held = select(Deputy.role).where(Deputy.user_id == user.id, *_today(work))
    acting = work.session.scalars(held).all() if user.role in STAFF else ()
    return Actor(user.id, user.role, _held(user.role, acting))


def everybody(work: Work) -> tuple[Given, ...]:
    """Everybody who can sign in, with the roles of today: who could approve."""
    return work.once("everybody", None, lambda: _everybody(work))


def _everybody(work: Work) -> tuple[Given, ...]:
    """As `actor_of` for each of them."""
    acting: dict[int, set[Role]] = defaultdict(set)
    for user_id, role in work.session.execute(select(Deputy.user_id, Deputy.role).where(*_today(work))):
        acting[user_id].add(role)
    users = work.session.execute(select(User.id, User.role).where(User.active).order_by(User.id))
    return tuple(Given(one, Actor(one, role, _held(role, acting[one])).roles) for one, role in users)


def _held(own: Role, acting: Collection[Role]) -> frozenset[Role]:
    return frozenset(acting) - {own} if own in STAFF else frozenset()


def with_role(work: Work, roles: frozenset[Role]) -> frozenset[int]:
    """Who holds one of these roles today, by id; deputies too."""
    return frozenset(one.person for one in everybody(work) if one.roles & roles)


def by_own_role(work: Work, roles: frozenset[Role]) -> list[User]:
    """Who works here in one of these roles without being a deputy, by name."""
    return list(work.session.scalars(select(User).where(User.active, User.role.in_(roles)).order_by(User.name)))


def _today(work: Work) -> tuple[ColumnElement[bool], ...]:
    return (Deputy.starts <= work.today, Deputy.until >= work.today, Deputy.ended_at.is_(None))


def listed(work: Work) -> list[Deputy]:
    """Those of today and of days to come, the soonest first."""
    still = select(Deputy).where(Deputy.until >= work.today, Deputy.ended_at.is_(None))
    return list(work.session.scalars(still.order_by(Deputy.starts, Deputy.id)))


def name(work: Work, actor: Actor, user_id: int, role: Role, starts: date, until: date) -> Deputy:
    """Let a member of the staff act in a role from one day until another, both included."""
    if role not in may_name(actor):
        raise NotYours(NOT_YOURS)
    user = work.session.get(User, user_id)
    if user is None or not user.active or user.role not in STAFF:
        raise Mistake(gettext("Choose somebody of the staff."))
    if user.id == actor.id or user.role is role:
        raise Mistake(gettext("Choose somebody else: a deputy is one who does not hold the role already."))
    if until < max(starts, work.today):
        raise Mistake(gettext("The last day lies before the first one, or is over already. Choose a later one."))
    if until - starts >= LONGEST:
        raise Mistake(
            gettext(
                "A deputy is named for at most {days} days. Choose an earlier last day, and name them again then."
            ).format(days=LONGEST.days)
        )
    overlaps = (Deputy.starts <= until) & (Deputy.until >= starts)
    mine = select(Deputy.id).where(Deputy.user_id == user.id, Deputy.role == role, Deputy.ended_at.is_(None), overlaps)
    if work.session.scalars(mine.limit(1)).first():
        raise Mistake(gettext("They are a deputy on some of these days already. End that first."))
    row = Deputy(user_id=user.id, role=role, starts=starts, until=until, named_by_id=actor.id, named_at=work.now)
    work.session.add(row)
    work.session.flush()
    days = [starts.isoformat(), until.isoformat()]
    audit.append(work, actor, "deputy named", deputy=row.id, user=user.id, role=role, days=days)
    return row


def end(work: Work, actor: Actor, deputy_id: int) -> None:
    """End it now, before its time or before it began."""
    row = work.session.get(Deputy, deputy_id)
    if row is None or row.ended_at is not None:
        raise NotFound
    if row.role not in may_name(actor):
        raise NotYours(NOT_YOURS)
    row.ended_at = work.now
    audit.append(work, actor, "deputy ended", deputy=row.id, user=row.user_id, role=row.role)
