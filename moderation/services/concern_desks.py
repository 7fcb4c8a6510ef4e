"""To whose desk a concern goes: the school's setting, and the people who sit there today."""

from collections.abc import Mapping
from dataclasses import dataclass

from sqlalchemy import delete, select

from moderation.db.models import ConcernRoute, ConcernSettings
from moderation.rules.concerns import FIXED, ROUTES, Desk, Kind
from moderation.rules.language import gettext
from moderation.rules.roles import KEEPERS, STAFF, Actor, Role
from moderation.rules.workflow import NOT_YOURS, NotYours
from moderation.services import audit, deputies, safeguarding
from moderation.services.work import Mistake, Work


@dataclass(frozen=True)
class Setting:
    """What the school has set. `desks`: of every kind."""

    routes: str
    desks: Mapping[Kind, Desk]
    lead_id: int | None = None
    deputy_id: int | None = None
    public: bool = False
    takedown_days: int = 1


def setting(work: Work) -> Setting:
    row = safeguarding.settings(work)
    ready = ROUTES.get(row.routes, ROUTES["recommended"])
    own = {one.kind: one.desk for one in work.session.scalars(select(ConcernRoute))}
    desks = {kind: FIXED.get(kind) or own.get(kind) or ready.desk(kind) for kind in Kind}
    return Setting(row.routes, desks, row.lead_id, row.deputy_id, row.public, row.takedown_days)


def people(work: Work, desk: Desk) -> frozenset[int]:
    """Who looks into what lies on this desk, by id. An empty desk is the headteacher's, else the administrator's."""
    if desk is Desk.SAFEGUARDING:
        there = safeguarding.people(work)
    else:
        there = deputies.with_role(work, frozenset({Role(desk)}))
    return (
        there
        or deputies.with_role(work, frozenset({Role.HEADTEACHER}))
        or deputies.with_role(work, frozenset({Role.ADMINISTRATOR}))
    )


def save(work: Work, actor: Actor, new: Setting) -> None:
    """Keep what the school has set. `desks` that differ from the ready setting are kept one by one. Raises Mistake."""
    if actor.roles.isdisjoint(KEEPERS):
        raise NotYours(NOT_YOURS)
    if new.routes not in ROUTES:
        raise Mistake(gettext("Choose one of the ready settings."))
    there = {user.id for user in deputies.by_own_role(work, STAFF)}
    if any(one is not None and one not in there for one in (new.lead_id, new.deputy_id)):
        raise Mistake(gettext("Choose somebody of the staff as safeguarding lead and as deputy."))
    if new.deputy_id is not None and (new.lead_id is None or new.deputy_id == new.lead_id):
        raise Mistake(gettext("Name the safeguarding lead first, and somebody else as deputy."))
    if not 1 <= new.takedown_days <= 20:
        raise Mistake(gettext("Choose 1 to 20 school days for a takedown."))
    row = safeguarding.settings(work)
    row.takedown_days = new.takedown_days
    row.routes, row.lead_id, row.deputy_id, row.public = new.routes, new.lead_id, new.deputy_id, new.public
    work.session.add(row)
    work.session.execute(delete(ConcernRoute))
    ready = ROUTES[new.routes]
    for kind, desk in new.desks.items():
        if kind not in FIXED and desk is not ready.desk(kind):
            work.session.add(ConcernRoute(kind=kind, desk=desk))
    work.session.flush()
    desks = {str(kind): str(desk) for kind, desk in setting(work).desks.items()}
    people = {"takedown_days": new.takedown_days, "lead": new.lead_id, "deputy": new.deputy_id}
    audit.append(work, actor, "concern routes set", routes=new.routes, desks=desks, public=new.public, **people)


def is_public(work: Work) -> bool:
    row = work.session.get(ConcernSettings, 1)
    return bool(row and row.public)
