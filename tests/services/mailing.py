"""A school with a clock that a test sets, a real mail server and a real channel that keep what they are given."""

import json
import socket
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field, fields, replace
from datetime import datetime, timedelta
from email import message_from_bytes, policy
from email.message import EmailMessage
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread
from zoneinfo import ZoneInfo

from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, Envelope, Session
from sqlalchemy import select
from sqlalchemy.orm import Session as Database

from moderation.db.models import Message, NewsRow, User
from moderation.queue import Job
from moderation.rules.roles import Actor, Role
from moderation.rules.telling import News
from moderation.services import escalation, outbox
from moderation.services.work import Work
from moderation.settings import MailServer, Tls
from moderation.wiring import Parts
from tests.builders import School

LONDON = ZoneInfo("Europe/London")
BASE = "https://gate.example"


def london(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=LONDON)


MONDAY = london("2026-11-23 10:00")  # a school day, between two digests


class Keeper:
    """Keeps what the mail server is given; says `answer` to it."""

    def __init__(self) -> None:
        self.kept: list[EmailMessage] = []
        self.answer = "250 kept"
        self.to_recipient = "250 known"

    async def handle_RCPT(  # noqa: N802
        self, server: SMTP, session: Session, envelope: Envelope, address: str, options: list[str]
    ) -> str:
        if self.to_recipient.startswith("250"):
            envelope.rcpt_tos.append(address)
        return self.to_recipient

    async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> str:  # noqa: N802
        if self.answer.startswith("250"):
            message = message_from_bytes(envelope.content or b"", policy=policy.default)  # type: ignore[arg-type]
            self.kept.append(message)
        return self.answer

    def to(self, address: str) -> list[EmailMessage]:
        return [message for message in self.kept if message["To"] == address]


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@contextmanager
def mail_server(keeper: Keeper, port: int = 0, **more: object) -> Iterator[int]:
    """The port of a mail server that listens on this machine."""
    port = port or free_port()
    controller = Controller(keeper, hostname="127.0.0.1", port=port, ready_timeout=30, **more)  # type: ignore[arg-type]
    controller.start()
    try:
        yield port
    finally:
        controller.stop()


@contextmanager
def channel_server(kept: list[str]) -> Iterator[str]:
    """An address for apprise; what is sent to it is appended to `kept`."""

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            kept.append(json.dumps(json.loads(self.rfile.read(int(self.headers["Content-Length"])))))
            self.send_response(200)
            self.end_headers()

        def log_message(self, *args: object) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    thread = Thread(target=server.serve_forever)
    thread.start()
    try:
        yield f"json://127.0.0.1:{server.server_port}/hook"
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


@dataclass(frozen=True)
class TimedParts(Parts):
    """Parts whose clock a test sets."""

    clock: list[datetime] = field(default_factory=list)
    rung: list[tuple[Job, tuple[int | str, ...]]] = field(default_factory=list)

    def _work(self, session: Database) -> Work:
        return replace(super()._work(session), now=self.clock[0], bells=Bells(self.rung))


class Bells(list[tuple[Job, tuple[int | str, ...]]]):
    """Bells that a test hears; no queue is running."""

    def __init__(self, rung: list[tuple[Job, tuple[int | str, ...]]]) -> None:
        super().__init__()
        self.rung = rung

    def append(self, bell: tuple[Job, tuple[int | str, ...]]) -> None:
        self.rung.append(bell)


@dataclass
class Told:
    """A school and its clock, and the rounds of the sweep that have to do with messages."""

    school: School
    parts: TimedParts

    @property
    def now(self) -> datetime:
        return self.parts.clock[0]

    def at(self, moment: datetime) -> None:
        self.parts.clock[0] = moment

    def later(self, **passed: float) -> None:
        self.at(self.now + timedelta(**passed))

    def sweep(self) -> list[int]:
        """Gathers what is due; the messages that it rings for, each once."""
        self.parts.rung.clear()
        with self.parts.work() as work:
            outbox.gather(work, self.parts.outlets.has_mail)
            outbox.ring_again(work)
        return sorted({int(ids[0]) for job, ids in self.parts.rung if job is Job.SEND})

    def deliver(self) -> int:
        """One round: how many messages were sent."""
        return sum(outbox.send(self.parts.work, self.parts.outlets, message_id) for message_id in self.sweep())

    def told_again(self) -> list[News]:
        """What the sweep tells by the clock alone at this time: what is late, wanted soon, ready, ending."""
        with self.parts.reading() as work:
            due = escalation.due(work)
        for what, about in due:
            with self.parts.work() as work:
                escalation.tell(work, what, about)
        return sorted(what for what, _ in due)

    def address(self, actor: Actor) -> str:
        with self.parts.reading() as work:
            return work.session.get_one(User, actor.id).email

    def news(self, actor: Actor | None = None, only: News | None = None) -> list[NewsRow]:
        with self.parts.reading() as work:
            rows = list(work.session.scalars(select(NewsRow).order_by(NewsRow.id)))
        return [row for row in rows if (not actor or row.user_id == actor.id) and (not only or row.news is only)]

    def messages(self) -> list[Message]:
        with self.parts.reading() as work:
            return list(work.session.scalars(select(Message).order_by(Message.id)))


def told_school(school: School, port: int | None, channels: tuple[tuple[Role, str], ...] = ()) -> Told:
    """The school with a clock that stands on a Monday, and a mail server on that port (None: without)."""
    server = MailServer("127.0.0.1", port, Tls.IF_OFFERED) if port else None
    settings = replace(school.parts.settings, mail_server=server, channels=channels, public_url=BASE)
    old = {one.name: getattr(school.parts, one.name) for one in fields(Parts)}
    parts = TimedParts(**{**old, "settings": settings}, clock=[MONDAY])
    return Told(replace(school, parts=parts), parts)
