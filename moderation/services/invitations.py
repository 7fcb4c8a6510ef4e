"""Letting somebody in for the first time, or again: a link with which they alone choose their password.

The link is worked out from its row and a key of the school, so that it can be sent again and stands nowhere.
"""

import hmac
from base64 import urlsafe_b64encode
from collections.abc import Sequence
from datetime import timedelta
from hashlib import sha256
from typing import Final

from sqlalchemy import select, update

from moderation.db.models import Invitation, User
from moderation.rules.language import N_, gettext
from moderation.rules.roles import Actor
from moderation.rules.staff_list import Entry
from moderation.rules.telling import News
from moderation.rules.workflow import Refused
from moderation.services import audit, kept_secrets, staff, telling
from moderation.services.signing_in import Recognised
from moderation.services.work import Mistake, NotFound, Work

HOLDS: Final = timedelta(days=14)
OVER = N_("This link opens nothing any more: it was used already, another one took its place, or its time is over.")


def check(work: Work, entries: Sequence[Entry]) -> list[str]:
    """A sentence for each line whose person cannot be invited."""
    problems = []
    for entry in entries:
        try:
            staff.check_new(work, entry.name, entry.email, entry.role)
        except Mistake as mistake:
            problems.append(gettext("Line {line}: {problem}").format(line=entry.line, problem=mistake))
    return problems


def invite(work: Work, actor: Actor, entries: Sequence[Entry]) -> list[Invitation]:
    """Add these people and make each a link; all or nobody. Raises Mistake with the first thing that is wrong."""
    problems = check(work, entries)
    if problems:
        raise Mistake(problems[0])
    people = [staff.enter(work, actor, entry.name, entry.email, entry.role) for entry in entries]
    return [_make(work, actor, user) for user in people]


def again(work: Work, actor: Actor, user_id: int) -> Invitation:
    """A new link for somebody who lost theirs or forgot the password; links made before open nothing any more."""
    user = work.session.get(User, user_id)
    if user is None:
        raise NotFound
    if not user.is_here(work.today):
        raise Mistake(gettext("{name} is kept out. Let them in first.").format(name=user.name))
    if user.id == actor.id:
        raise Mistake(gettext("You are signed in: change your own password under your name."))
    return _make(work, actor, user)


def _make(work: Work, actor: Actor, user: User) -> Invitation:
    _end(work, user.id)
    row = Invitation(user_id=user.id, made_at=work.now)
    work.session.add(row)
    work.session.flush()
    audit.append(work, actor, "person invited", user=user.id, invitation=row.id)
    telling.tell(work, News.INVITED, about=row.id, only=(user.id,))
    return row


def waiting(work: Work) -> list[Invitation]:
    """Those that open something now, by name; of people who are let in."""
    still = (Invitation.ended_at.is_(None), Invitation.made_at > work.now - HOLDS)
    rows = work.session.scalars(select(Invitation).join(User).where(*still).order_by(User.name, Invitation.id))
    return [row for row in rows if row.user.is_here(work.today)]


def token(work: Work, invitation_id: int) -> str:
    """What the link ends with: the number, and what only the school's key gives. Raises Unsealable."""
    row = work.session.get_one(Invitation, invitation_id)
    key = kept_secrets.of(work, kept_secrets.INVITATIONS)
    mac = hmac.new(key, f"{row.id} {row.user_id} {row.made_at.isoformat()}".encode(), sha256)
    return f"{row.id}-{urlsafe_b64encode(mac.digest()).decode().rstrip('=')}"


def knock(work: Work, given: str) -> User:
    """Whom this link lets in; nothing is used up. Raises Refused."""
    return _open(work, given).user


def accept(work: Work, given: str, password: str) -> Recognised:
    """Use the link up: this is the person's password from now on. Raises Refused, and Mistake for a weak password."""
    user = _open(work, given).user
    staff.set_password(work, user.actor, user.id, password)
    _end(work, user.id)
    audit.append(work, user.actor, "invitation accepted", user=user.id)
    return Recognised(user.id, None)


def _open(work: Work, given: str) -> Invitation:
    number = given.partition("-")[0]
    row = (
        work.session.get(Invitation, int(number))
        if number.isascii() and number.isdigit() and len(number) < 10
        else None
    )
    if row is None or not hmac.compare_digest(token(work, row.id).encode(), given.encode()):
        raise Refused(gettext(OVER))
    if row.ended_at or row.made_at <= work.now - HOLDS or not row.user.is_here(work.today):
        raise Refused(gettext(OVER))
    return row


def _end(work: Work, user_id: int) -> None:
    rows = work.session.scalars(select(Invitation).where(Invitation.user_id == user_id, Invitation.ended_at.is_(None)))
    for row in rows.all():
        row.ended_at = work.now
        telling.over_about(work, row.id, News.INVITED)


def void_all(work: Work) -> None:
    """No link opens anything any more: a restored backup knows links that were used up since."""
    work.session.execute(update(Invitation).where(Invitation.ended_at.is_(None)).values(ended_at=work.now))
