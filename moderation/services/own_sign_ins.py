"""What somebody sees of their own sign-ins and devices, and ends."""

from sqlalchemy import select, update

from moderation.db.models import KnownDevice, SignIn
from moderation.rules.roles import Actor
from moderation.services import audit, signing_in
from moderation.services.work import NotFound, Work


def listed(work: Work, actor: Actor) -> list[SignIn]:
    """Those that hold, the one used last first."""
    mine = select(SignIn).where(SignIn.user_id == actor.id, SignIn.ended_at.is_(None))
    found = work.session.scalars(mine.order_by(SignIn.seen_at.desc(), SignIn.id.desc()))
    return [one for one in found if signing_in.holds(work, one)]


def end(work: Work, actor: Actor, sign_in_id: int) -> None:
    """One's own alone; somebody else's is answered as one that is not there."""
    found = work.session.get(SignIn, sign_in_id)
    if found is None or found.user_id != actor.id or found.ended_at is not None:
        raise NotFound
    found.ended_at = work.now
    audit.append(work, actor, "sign-in ended", sign_in=found.id)


def end_others(work: Work, actor: Actor, token: str) -> None:
    """All but the one that this token stands for."""
    here = signing_in.find(work, token)
    others = (SignIn.user_id == actor.id, SignIn.ended_at.is_(None), SignIn.id != (here.id if here else 0))
    work.session.execute(update(SignIn).where(*others).values(ended_at=work.now))
    audit.append(work, actor, "other sign-ins ended")


def devices(work: Work, actor: Actor) -> list[KnownDevice]:
    mine = select(KnownDevice).where(KnownDevice.user_id == actor.id)
    return list(work.session.scalars(mine.order_by(KnownDevice.seen_at.desc(), KnownDevice.id.desc())))


def forget_device(work: Work, actor: Actor, device_id: int) -> None:
    found = work.session.get(KnownDevice, device_id)
    if found is None or found.user_id != actor.id:
        raise NotFound
    work.session.delete(found)
    audit.append(work, actor, "device forgotten", device=device_id)
