"""gatepost setup, doctor: for the person who looks after the installation."""

import sys
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import click
from dotenv import set_key

from moderation.settings import Settings

if TYPE_CHECKING:
    from moderation.rules.roles import Actor
    from moderation.services.work import Work

Begins = Callable[["Work", "Actor"], None]


ASKED = "A password of at least 12 characters"


@click.command()
@click.option("--name", prompt="Your name")
@click.option("--email", prompt="Your e-mail address")
@click.password_option(prompt=ASKED)
@click.option("--school", help="The school's name, as the pages show it.")
@click.pass_obj
def setup(settings: Settings, name: str, email: str, password: str, school: str | None) -> None:
    """First run of a real school: creates the database, the keys and the first administrator. Never twice."""
    set_up(settings, First(name, email, password), school)
    if school:
        set_key(settings.instance / ".env", "GATEPOST_SCHOOL", school)
    click.echo(f"The school is set up in {settings.instance}.")
    click.echo(f"Keep a copy of {settings.keys_folder / 'master'} in a safe place, apart from the backups.")
    click.echo(f"Start it with: {sys.argv[0]} serve")
    click.echo(f"Then sign in at {settings.public_url} as {email}: the first page leads on from there.")


@dataclass(frozen=True)
class First:
    """The first administrator, as given at the beginning."""

    name: str
    email: str
    password: str = field(repr=False)


def set_up(settings: Settings, first: First, school: str | None = None, begins: Begins | None = None) -> None:
    """Keys, database and the first administrator, and what the school `begins` with. Raises ClickException."""
    from moderation.db.migrate import migrate
    from moderation.services import checklist, passwords, staff
    from moderation.services.work import Mistake
    from moderation.wiring import create_keys, wire

    try:
        passwords.check(first.password, (first.name, first.email, school or settings.school))
        create_keys(settings)
        parts = wire(settings)
        migrate(parts.engine)
        with parts.work() as work:
            user = staff.first_administrator(work, first.name, first.email, first.password)
            checklist.take_ready(work, user.actor)
            if begins:
                begins(work, user.actor)
    except Mistake as mistake:
        raise click.ClickException(str(mistake)) from mistake
    parts.end()


class Look(Exception):
    """Nothing is missing, but somebody should look."""


@click.command()
@click.pass_obj
def doctor(settings: Settings) -> None:
    """What is installed, what is missing, what to type. Exit 1 if something needed is missing."""
    well = True
    for what, examine in _EXAMINATIONS:
        try:
            click.echo(f"  well     {what}: {examine(settings)}")
        except Look as look:
            click.echo(f"  LOOK     {what}: {look}")
        except Exception as error:  # noqa: BLE001 (whatever is wrong is the report)
            well = False
            click.echo(f"  MISSING  {what}: {error}")
    sys.exit(0 if well else 1)


def _python(settings: Settings) -> str:
    return sys.version.split()[0]


def _faces(settings: Settings) -> str:
    from moderation.detect import faces

    faces.FaceEngine()
    return faces.ENGINE


def _text(settings: Settings) -> str:
    from moderation.detect import text

    text.TextEngine()
    return text.ENGINE


def _queue(settings: Settings) -> str:
    from moderation import queue, redis_server

    return queue.look(settings) if settings.queue_server else redis_server.find_binary()


def _database(settings: Settings) -> str:
    from moderation.db.engine import READ_ONLY, open_engine
    from moderation.db.snapshot import file_of

    if file := file_of(settings.database_url):
        return f"SQLite, {file}"
    engine = open_engine(settings.database_url)
    with engine.execution_options(**READ_ONLY).connect() as connection:
        version = connection.exec_driver_sql("SHOW server_version").scalar()
    return f"PostgreSQL {version} on {engine.url.host or 'this machine'}"


def _media(settings: Settings) -> str:
    from moderation.media.opening import open_media
    from moderation.media.vault import KEY_BYTES, Vault
    from moderation.rules.media import BucketAddress, address

    where = address(settings.media_url)
    if not isinstance(where, BucketAddress):
        return f"the folder {where}"
    open_media(settings, Vault(bytes(KEY_BYTES))).store.check()  # nothing is opened, so any key does
    return f"the bucket {where.name} at {where.host or 'Amazon'}, which keeps no versions"


def _school(settings: Settings) -> str:
    from moderation.db.models import User
    from moderation.rules.evidence import in_groups
    from moderation.services import evidence
    from moderation.wiring import wire

    with wire(settings).reading() as work:
        if not work.session.query(User.id).limit(1).all():
            raise RuntimeError("nobody can sign in yet; type: gatepost setup")
        version, key = work.register_version.list_version, in_groups(evidence.fingerprint(work))
        return f"set up in {settings.instance}, register version {version}, evidence sealed with the key {key}"


def _sealing(settings: Settings) -> str:
    from collections import Counter

    from moderation.media.master import is_turning
    from moderation.media.store import Lies
    from moderation.wiring import wire

    if not settings.has_master_key:
        return "no key yet"
    store = wire(settings).store
    count = Counter(map(store.lies, store.keys()))
    if count[Lies.LOCKED]:
        raise RuntimeError(f"{count[Lies.LOCKED]:,} files of the store do not open with this master key")
    if is_turning(settings):
        raise RuntimeError("rotating the keys was cut short; stop Gatepost and type: gatepost keys rotate")
    clear = count[Lies.IN_THE_CLEAR]
    waits = f"; {clear:,} still in the clear, which a running Gatepost seals one after the other" if clear else ""
    return f"{count[Lies.SEALED]:,} files sealed{waits}"


def _backup(settings: Settings) -> str:
    from moderation.services import backups
    from moderation.wiring import wire

    if not settings.has_master_key:
        return "no school yet"
    with wire(settings).reading() as work:
        last = backups.last(work)
    if last.at is None:
        raise Look("none was ever made; type: gatepost backup FOLDER")
    said = f"the last one is of {last.at.astimezone(settings.time_zone):%d %B %Y, %H:%M}"
    if last.late:
        raise Look(f"{said}, more than {backups.LATE.days} days ago; type: gatepost backup FOLDER")
    return said


def _pictures(settings: Settings) -> str:
    import pillow_heif
    from PIL import features

    missing = [name for name in ("jpg", "zlib", "webp") if not features.check(name)]
    if missing:
        raise RuntimeError(f"Pillow was built without {', '.join(missing)}; install it again")
    return f"JPEG, PNG, WebP, HEIC (pillow-heif {pillow_heif.__version__})"


def _nicknames(settings: Settings) -> str:
    from moderation.rules.nicknames import with_own

    text = settings.own_nicknames()
    problems = with_own(text)[1]
    if problems:
        raise RuntimeError(f"{settings.nicknames_file}: {' '.join(problems)} Such a line is left out.")
    return f"with {settings.nicknames_file}" if text else "those that Gatepost knows"


def _messages(settings: Settings) -> str:
    server, channels = settings.mail_server, len(settings.channels)
    mail = f"e-mail through {server.host}" if server else "e-mail is off (GATEPOST_SMTP_URL)"
    return f"{mail}, {channels} of the school's own channels"


def _scanner(settings: Settings) -> str:
    from moderation.media import viruses

    if settings.clamd is None:
        return "off (GATEPOST_CLAMD)"
    try:
        viruses.check(settings.clamd, b"Gatepost asks whether you are there")
    except viruses.NotClean:
        raise RuntimeError("clamd does not answer at GATEPOST_CLAMD: no file can be uploaded until it does") from None
    return "clamd answers"


_EXAMINATIONS: tuple[tuple[str, Callable[[Settings], str]], ...] = (
    ("Python", _python),
    ("pictures", _pictures),
    ("check of faces", _faces),
    ("check of writing", _text),
    ("short names", _nicknames),
    ("database", _database),
    ("media", _media),
    ("queue", _queue),
    ("virus scanner", _scanner),
    ("messages", _messages),
    ("sealing", _sealing),
    ("school", _school),
    ("backup", _backup),
)
