"""An opened kit on a phone: a link that opens once within minutes, then a short session for this kit alone."""

from dataclasses import dataclass
from datetime import timedelta

from sqlalchemy import select, update

from moderation.db.base import rows_of
from moderation.db.models import PhoneLink, Post
from moderation.rules.language import N_, gettext
from moderation.rules.roles import Actor
from moderation.rules.workflow import Refused
from moderation.services import audit, cases, deputies, publishing, tokens
from moderation.services.kit_pictures import File
from moderation.services.work import Work

LINK_HOLDS = timedelta(minutes=10)
SESSION_HOLDS = timedelta(minutes=30)
USED = N_(
    "This link opens nothing any more: it was used already, or its ten minutes are over. Open the kit on the computer, "
    "press “Send to my phone”, and point this phone’s camera at the new code."
)
OVER = N_(
    "The half hour of this phone is over. Open the kit on the computer, press “Send to my phone”, and point this "
    "phone’s camera at the new code."
)
CLOSED = N_(
    "The kit was closed since this link was made. Look at the post, and make a new link once its kit opens again."
)


@dataclass(frozen=True)
class OnPhone:
    """The kit as a phone shows it: whose link it is, and the post."""

    actor: Actor
    post: Post


def make(work: Work, actor: Actor, post_id: int) -> str:
    """A token for a link to this opened kit. It is told once; its hash alone is kept."""
    post = publishing.opened_kit(work, actor, post_id)
    token = tokens.fresh()
    link = PhoneLink(
        post_id=post.id,
        approval_id=_approval(work, post),
        user_id=actor.id,
        token_hash=tokens.hashed(token),
        made_at=work.now,
    )
    work.session.add(link)
    work.session.flush()
    audit.append(work, actor, "phone link made", post.id, phone_link=link.id)
    return token


def knock(work: Work, token: str) -> None:
    """Whether this link would open something now; nothing is used up. Raises Refused with what to do."""
    _open(work, _waiting(work, token))


def enter(work: Work, token: str) -> str:
    """Use the link up. Returns the secret of the phone's session. Raises Refused."""
    link = _waiting(work, token)
    found = _open(work, link)
    secret = tokens.fresh()
    table = rows_of(PhoneLink)
    still = update(table).where(table.c.id == link.id, table.c.opened_at.is_(None))
    used = still.values(opened_at=work.now, session_hash=tokens.hashed(secret)).returning(table.c.id)
    if work.session.execute(used).first() is None:  # two at once: one of them gets in
        raise Refused(gettext(USED))
    audit.append(work, found.actor, "kit opened on a phone", link.post_id, phone_link=link.id)
    return secret


def _waiting(work: Work, token: str) -> PhoneLink:
    link = work.session.scalars(select(PhoneLink).where(PhoneLink.token_hash == tokens.hashed(token))).first()
    if link is None or link.opened_at is not None or link.made_at + LINK_HOLDS <= work.now:
        raise Refused(gettext(USED))
    return link


def kit(work: Work, secret: str) -> OnPhone:
    """What this phone's session may see, asked anew each time. Raises Refused with the kit's own sentence."""
    link = work.session.scalars(select(PhoneLink).where(PhoneLink.session_hash == tokens.hashed(secret))).first()
    if link is None or link.opened_at is None or link.opened_at + SESSION_HOLDS <= work.now:
        raise Refused(gettext(OVER))
    return _open(work, link)


def picture(work: Work, secret: str, account_id: int, number: int) -> File:
    """One picture as one account gets it; the first is 1."""
    return publishing.picture_of(work, kit(work, secret).post, account_id, number)


def _open(work: Work, link: PhoneLink) -> OnPhone:
    """The kit, if whoever made the link may open it at this moment and no other approval stands than then."""
    actor = deputies.actor_of(work, link.user)
    if not link.user.is_here(work.today):
        raise Refused(gettext(USED))
    post = publishing.opened_kit(work, actor, link.post_id)
    if _approval(work, post) != link.approval_id:
        raise Refused(gettext(CLOSED))
    return OnPhone(actor, post)


def _approval(work: Work, post: Post) -> int | None:
    """The number of the approval with which this kit goes out."""
    approval = cases.standing_approval(work, post)
    return approval.id if approval else None


def void_all(work: Work) -> None:
    """No link and no phone opens a kit any more: a restored backup knows links that were used up since."""
    work.session.execute(update(PhoneLink).where(PhoneLink.opened_at.is_(None)).values(opened_at=PhoneLink.made_at))
    work.session.execute(update(PhoneLink).values(session_hash=None))
