"""Turns what is due into messages and sends them: one a person, tried again with growing pauses, parked after a day.

What has been accepted is never sent again. Only a process that dies between the mail server's yes and the next commit
leaves a message that is sent twice, under the same Message-ID.
"""

import logging
import uuid
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from itertools import groupby
from typing import Protocol

from sqlalchemy import delete, select, update

from moderation.db.models import Message, NewsRow, Post, User
from moderation.outlets import NotSent
from moderation.queue import Job
from moderation.rules.language import Language, speaking
from moderation.rules.letters import Letter, compose
from moderation.rules.roles import Role
from moderation.rules.telling import LINES, News, Pace
from moderation.services import invitations, leases, telling
from moderation.services.work import OpenWork, Work

log = logging.getLogger(__name__)

LEASE = timedelta(minutes=3)  # longer than a mail server is waited for
UNHEARD = timedelta(seconds=10)
FIRST_PAUSE, LONGEST_PAUSE = timedelta(minutes=1), timedelta(hours=2)
GIVEN_UP = timedelta(days=1)
KEPT = timedelta(days=90)  # news on people's pages, and what became of messages
_OPEN = (Message.sent_at.is_(None), Message.parked_at.is_(None), Message.dropped_at.is_(None))


class Outlets(Protocol):
    """Where messages go."""

    @property
    def base(self) -> str: ...
    @property
    def has_mail(self) -> bool: ...
    def mail(self, address: str, letter: Letter, key: str, at: datetime) -> None: ...
    def channel(self, role: Role, letter: Letter) -> None: ...


@dataclass(frozen=True)
class Claimed:
    """A message on its way. `address` and `language` for a person, `role` for a channel."""

    message_id: int
    token: str
    key: str
    told: tuple[tuple[News, int | str], ...]
    at: datetime
    address: str = ""
    role: Role | None = None
    language: Language = Language.ENGLISH  # a channel is read by many


def is_due(work: Work) -> bool:
    """Whether `gather` would find anything: asked every second, so it takes no writer's turn."""
    due = select(NewsRow.id).where(NewsRow.due_at <= work.now, NewsRow.message_id.is_(None))
    return work.session.scalars(due.limit(1)).first() is not None


def gather(work: Work, has_mail: bool) -> int:
    """One message for each person and each channel that has something due. Without a way out it stays on the page."""
    due = select(NewsRow).where(NewsRow.due_at <= work.now, NewsRow.message_id.is_(None))
    rows = work.session.scalars(due.with_for_update(skip_locked=True)).all()
    made = 0
    for (user_id, role), group in groupby(sorted(rows, key=_to), key=_to):
        if not (has_mail if user_id else role in work.channels):
            for row in group:
                row.due_at = None
            continue
        message = Message(
            user_id=user_id or None,
            role=Role(role) if role else None,
            key=uuid.uuid4().hex,
            made_at=work.now,
            next_at=work.now,
        )
        work.session.add(message)
        work.session.flush()
        for row in group:
            row.message_id = message.id
        _ring(work, message)
        made += 1
    work.session.flush()
    return made


def _to(row: NewsRow) -> tuple[int, str]:
    return row.user_id or 0, str(row.role or "")


def _ring(work: Work, message: Message) -> None:
    message.rung_at = work.now
    work.ring(Job.SEND, message.id)


def ring_again(work: Work) -> int:
    """Messages whose pause is over, whose bell was lost, or whose sender died."""
    unheard = leases.unheard(Message.rung_at, work.now - UNHEARD)
    free = leases.free(Message.lease_until, work.now)
    waiting = work.session.scalars(select(Message).where(*_OPEN, Message.next_at <= work.now, unheard, free)).all()
    for message in waiting:
        _ring(work, message)
    return len(waiting)


def send(open_work: OpenWork, outlets: Outlets, message_id: int) -> bool:
    """True if this run sent it. May run twice at once: one of the two finds that it is taken."""
    with open_work() as work:
        claimed = _claim(work, message_id)
    if claimed is None:
        return False
    with speaking(claimed.language):
        letter = compose(claimed.told, outlets.base)
    try:
        if claimed.role is not None:
            outlets.channel(claimed.role, letter)
        else:
            outlets.mail(claimed.address, letter, claimed.key, claimed.at)
    except Exception as error:  # noqa: BLE001 (whatever breaks: it is tried again, and parked in the end)
        trouble = str(error) if isinstance(error, NotSent) else type(error).__name__
        log.warning("message %d could not be sent: %s", message_id, trouble)
        with open_work() as work:
            _failed(work, claimed, trouble)
        return False
    with open_work() as work:
        message = _held(work, claimed)
        if message is not None:
            message.sent_at, message.token, message.lease_until, message.trouble = work.now, None, None, ""
    return True


def _claim(work: Work, message_id: int) -> Claimed | None:
    """Take the message, unless it was sent, is being sent, has to wait, or says nothing that is still true."""
    message = work.session.get(Message, message_id, with_for_update=True)
    if message is None or message.sent_at or message.parked_at or message.dropped_at or message.next_at > work.now:
        return None
    if message.lease_until and message.lease_until >= work.now:
        return None
    rows = _still_true(work, message)
    if not rows:
        message.dropped_at = work.now
        return None
    opens = telling.school_times(work).opens(work.now)
    if opens > work.now and all(LINES[row.news].pace is not Pace.URGENT for row in rows):
        message.next_at = opens  # it failed before, and now the hours are quiet
        return None
    message.token, message.lease_until, message.tries = leases.new_token(), work.now + LEASE, message.tries + 1
    user = work.session.get(User, message.user_id) if message.user_id else None
    told = tuple(
        (row.news, _about(work, row))
        for row in sorted(rows, key=lambda row: (LINES[row.news].pace is not Pace.URGENT, row.id))
    )
    claimed = Claimed(message.id, message.token, message.key, told, message.made_at, role=message.role)
    return replace(claimed, address=user.email, language=user.language or Language.ENGLISH) if user else claimed


def _about(work: Work, row: NewsRow) -> int | str:
    """What its address is made with: a number, or the secret of a link that is kept nowhere."""
    return invitations.token(work, row.about) if row.news is News.INVITED else row.about


def _still_true(work: Work, message: Message) -> list[NewsRow]:
    """Its news that are not over, if the person still works here and still has to do with them."""
    alive = select(NewsRow).where(NewsRow.message_id == message.id, NewsRow.over_at.is_(None)).order_by(NewsRow.id)
    rows = list(work.session.scalars(alive))
    if message.user_id is None:
        return rows if message.role in work.channels else []
    return [row for row in rows if message.user_id in _concerned(work, row)]


def _concerned(work: Work, row: NewsRow) -> set[int]:
    post = work.session.get(Post, row.post_id) if row.post_id else None
    return {user.id for user in telling.concerned(work, row.news, post)}


def _held(work: Work, claimed: Claimed) -> Message | None:
    message = work.session.get(Message, claimed.message_id, with_for_update=True)
    return message if message and message.token == claimed.token else None


def _failed(work: Work, claimed: Claimed, trouble: str) -> None:
    """Try again after a pause that grows; after a day leave it, where the administrator sees it."""
    message = _held(work, claimed)
    if message is None:
        return
    message.token, message.lease_until, message.trouble = None, None, trouble[:80]
    message.next_at = work.now + min(FIRST_PAUSE * 2 ** min(message.tries - 1, 10), LONGEST_PAUSE)
    if work.now - message.made_at >= GIVEN_UP:
        message.parked_at = work.now
        telling.tell(work, News.PARKED, about=message.id)


def parked(work: Work) -> list[Message]:
    """What could not be sent, the newest first."""
    return list(
        work.session.scalars(
            select(Message).where(Message.parked_at.is_not(None)).order_by(Message.id.desc()).limit(100)
        )
    )


def struggling(work: Work) -> list[Message]:
    """What failed and is tried again."""
    return list(
        work.session.scalars(select(Message).where(*_OPEN, Message.trouble != "").order_by(Message.id).limit(100))
    )


def try_parked_again(work: Work) -> int:
    """Everything parked gets another day, from now on."""
    again = parked(work)
    for message in again:
        message.parked_at, message.made_at, message.next_at, message.tries = None, work.now, work.now, 0
        _ring(work, message)
    return len(again)


def forget_old(work: Work) -> None:
    """News and messages older than a term and their time on people's pages."""
    before = work.now - KEPT
    work.session.execute(delete(NewsRow).where(NewsRow.at < before))
    kept = select(NewsRow.message_id).where(NewsRow.message_id.is_not(None))
    work.session.execute(delete(Message).where(Message.made_at < before, Message.id.not_in(kept)))


def nothing_to_send(work: Work, row_ids: list[int]) -> None:
    """These were read on the page, so no message has to bring them."""
    work.session.execute(
        update(NewsRow).where(NewsRow.id.in_(row_ids), NewsRow.message_id.is_(None)).values(due_at=None)
    )
