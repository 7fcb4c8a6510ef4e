"""Settings → parts. The only place that picks an adapter."""

import logging
import secrets
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from itertools import islice
from typing import TYPE_CHECKING, Any, Final

import redis
from rq import Queue
from sqlalchemy import Engine
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.orm import Session

from moderation import connectors, outlets, queue
from moderation.db.engine import READ_ONLY, open_engine
from moderation.media.books import Book
from moderation.media.disk import write_new
from moderation.media.keys import PersonKeys
from moderation.media.master import InUse, create_master_key, master_keys, text_of
from moderation.media.opening import Media, open_media
from moderation.media.store import Lies, MediaStore
from moderation.media.vault import Vault
from moderation.rules.connecting import Kind
from moderation.rules.media import MediaAway
from moderation.rules.names import Roll
from moderation.services import register, restored
from moderation.services.looking import ENGINE, Looker
from moderation.services.work import Work
from moderation.settings import Settings, SettingsError

if TYPE_CHECKING:
    from moderation.connectors.openid import Provider

log = logging.getLogger(__name__)

SAMPLES: Final = 5


class NotSetUp(SettingsError):
    """The school was not set up yet; the message says what to type."""


@dataclass(frozen=True)
class Parts:
    """Everything that a process of Gatepost needs, put together once."""

    settings: Settings
    engine: Engine
    store: MediaStore
    vault: Vault
    keys: PersonKeys
    trail: Book
    purged: Book
    secret_key: str
    looker: Looker
    bell: redis.Redis
    in_use: InUse
    rolls: dict[tuple[int, str], Roll] = field(default_factory=dict)
    lasting: dict[str, tuple[object, Any]] = field(default_factory=dict)

    @contextmanager
    def work(self) -> Iterator[Work]:
        """One transaction that writes: committed at the end, undone on any error; then the bells ring."""
        with Session(self.engine, expire_on_commit=False) as session:
            work = self._work(session)
            with session.begin():
                yield work
        self._write_down(work.steps)
        for step in work.afterwards:
            _removed(step)
        for job, ids in work.bells:
            if not queue.ring(self.bell, job, *ids, school=self.settings.key):
                break  # the queue is away; the sweep rings for the rest

    @contextmanager
    def reading(self) -> Iterator[Work]:
        """One transaction that only asks: it never waits for a writer, and nothing it changes is kept."""
        with Session(self.engine.execution_options(**READ_ONLY), expire_on_commit=False) as session:
            yield replace(
                self._work(session), rolls=self.rolls, lasting=self.lasting, kept={}
            )  # of committed names only

    def _write_down(self, steps: Sequence[int]) -> None:
        """How far the audit trail has come. What is committed is done: what fails now comes with the next step."""
        if steps:
            try:
                with self.reading() as work:
                    restored.write_down(work)
            except (OSError, MediaAway, SQLAlchemyError) as error:
                log.error("how far the audit trail has come could not be written down: %s", type(error).__name__)

    def _work(self, session: Session) -> Work:
        own, zone = self.settings.own_nicknames, self.settings.time_zone
        trail, channels = self.trail, frozenset(role for role, _ in self.settings.channels)
        school = self.settings.school
        return Work(
            session, datetime.now(UTC), self.store, self.vault, self.keys, zone, ENGINE, own, trail, channels, school
        )

    @property
    def outlets(self) -> outlets.Outlets:
        """Where messages go."""
        return outlets.of(self.settings)

    def open_connector(self, kind: Kind, address: str, login: str, secret: str) -> connectors.Connector:
        """The door to a connected account. Raises NotDone for an address that must not be used."""
        return connectors.open_connector(kind, address, login, secret, self.settings.connect_inside)

    def open_provider(self, back: str) -> "Provider | None":
        """The school's OpenID provider, if it has one; `back`: where it sends people back to. Raises SettingsError."""
        sso, secret = self.settings.sso, self.settings.sso_secret
        if sso is None or secret is None:
            return None
        from moderation.connectors.openid import Provider  # for the web alone

        address = self.settings.origin + back
        return Provider(sso.issuer, sso.client_id, text_of(secret).strip(), address, self.settings.connect_inside)

    def queue_is_empty(self) -> bool:
        """Whether no job of this school waits. Raises redis.RedisError while the queue is away."""
        return not any(len(Queue(name, connection=self.bell)) for name in queue.names(self.settings.key))

    def queue_standing(self) -> queue.Standing:
        """How the queue stands, for this school."""
        return queue.standing(self.bell, self.settings.key)

    def warm(self) -> None:
        """Load the models, so that forked work-horses share them."""
        self.looker.warm()

    def end(self) -> None:
        """Let go of the school: its database, its queue, its keys. Nothing is open on it behind this."""
        self.engine.dispose()
        self.bell.close()
        self.in_use.release()

    def freshen(self) -> None:
        """Put the roll in order if it has changed, so that forked work-horses share it. Raises what a database does."""
        with self.reading() as work:
            roll = register.roll(work)
        self.looker.prepare(roll)


def wire(settings: Settings, in_use: InUse | None = None, restoring: bool = False) -> Parts:
    """The parts for a school that is set up, or by `restoring` for one that is being put back.

    `in_use`: what the caller holds already, to be alone with the keys. Raises NotSetUp otherwise, SettingsError for a
    master key of another school.
    """
    if settings.restoring_file.exists() and not restoring:
        raise NotSetUp(f"A backup was not put back to the end in {settings.instance}. Type again: gatepost restore")
    secret = settings.keys_folder / "secret"
    if not (settings.has_master_key and (settings.secret_key or secret.exists())):
        raise NotSetUp(f"There is no school in {settings.instance} yet. Set one up with: gatepost setup")
    in_use = in_use or InUse(settings.keys_folder)
    vault = Vault(*master_keys(settings))
    media = _media(settings, vault)
    parts = Parts(
        settings=settings,
        engine=open_engine(settings.database_url),
        **media._asdict(),
        vault=vault,
        secret_key=settings.secret_key or secret.read_text().strip(),
        looker=Looker(),
        bell=queue.connect(settings),
        in_use=in_use,
    )
    try:
        _check_master_key(parts)
    except MediaAway as away:
        raise SettingsError(str(away)) from None
    return parts


def _media(settings: Settings, vault: Vault) -> Media:
    """Nothing starts on media that are away or keep what is purged: that was unchecked. Raises SettingsError."""
    try:
        media = open_media(settings, vault)
        media.store.check()
    except MediaAway as away:
        raise SettingsError(str(away)) from None
    return media


def _removed(step: Callable[[], None]) -> None:
    """What is committed is done: what cannot be removed now is named by no row any more, and the sweep finds it."""
    try:
        step()
    except MediaAway:
        log.error("a file or key of the media could not be removed; the sweep will")


def _check_master_key(parts: Parts) -> None:
    """A wrong one opens nothing, and would seal what is new under itself: better not to start."""
    lie = map(parts.store.lies, parts.store.keys())
    pictures = [one is Lies.SEALED for one in islice(lie, SAMPLES) if one is not Lies.IN_THE_CLEAR]
    people = [parts.vault.opens(wrapped) for wrapped in islice(parts.keys.wrapped(), SAMPLES)]
    if (pictures or people) and not any(pictures + people):
        raise SettingsError(
            "The master key is not the one that sealed what is here: it opens no picture and no person's key. "
            "Give the right one; the one before a rotation as GATEPOST_OLD_MASTER_KEY."
        )


def create_keys(settings: Settings) -> None:
    """Make the keys that the environment does not bring, once; never over a key that is there."""
    folder = settings.keys_folder
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    if not settings.has_master_key:
        create_master_key(settings.master_file)
    if not settings.secret_key and not (folder / "secret").exists():
        write_new(folder / "secret", secrets.token_urlsafe(48).encode())
