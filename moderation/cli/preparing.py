"""gatepost migrate, and the look at each school's database before a part of Gatepost starts."""

import logging
from contextlib import ExitStack

import click

from moderation.cli.chosen import with_trust
from moderation.settings import Settings, SettingsError, Trust

log = logging.getLogger(__name__)


class DatabaseOlder(SettingsError):
    """This program is newer than the database."""


class DatabaseNewer(SettingsError):
    """This program is older than the database."""


@click.command()
@with_trust
def migrate(trust: Trust) -> None:
    """Brings the database to this version, while web, workers and sweep of the version before go on.

    Of a trust all of them; one that is away hides no other, and exit 1 says so.
    """
    if not prepare_all(trust):
        raise click.ClickException("Not every school's database is of this version now.")
    click.echo("The database is of this version.")


def prepare(settings: Settings) -> None:
    """Bring the database to the newest migration. Raises NotSetUp for a school that is not set up, DatabaseNewer."""
    from moderation.db.migrate import Standing, migrate, standing
    from moderation.wiring import wire

    parts = wire(settings)
    try:
        if standing(parts.engine) is Standing.NEWER:
            raise DatabaseNewer("The database is of a newer version than this program. Install that version.")
        migrate(parts.engine)
    finally:
        parts.end()  # who supervises holds no school


def prepare_all(trust: Trust) -> bool:
    """Whether all are of this version now; of many schools one that cannot be brought there is logged."""
    from sqlalchemy.exc import SQLAlchemyError

    every = True
    for settings in (*trust.schools, *trust.closed):
        try:
            prepare(settings)
        except (SettingsError, SQLAlchemyError, OSError) as error:
            if trust.file is None:
                raise
            every = False
            log.error("%s: its database is not of this version (%s).", settings.key, type(error).__name__)
    return every


def check_databases(trust: Trust) -> None:
    """A part of a new version waits until somebody has migrated; one of the old version goes on with a newer database.

    Raises DatabaseOlder, for one school alone; of many schools the others start. A database that is away is no reason
    not to start: the pages say so until it is back.
    """
    for settings in trust.schools:
        try:
            _check(settings)
        except DatabaseOlder:
            if trust.file is None:
                raise
            log.error("%s: the database is of an older version; type: gatepost migrate", settings.key)


def _check(settings: Settings) -> None:
    from sqlalchemy.exc import SQLAlchemyError

    from moderation.db.engine import open_engine
    from moderation.db.migrate import Standing, standing

    if not settings.has_master_key or settings.restoring_file.exists():
        return  # there is no school yet, and whoever wires its parts says so
    with ExitStack() as until:
        try:
            engine = open_engine(settings.database_url)
            until.callback(engine.dispose)
            found = standing(engine)
        except (SQLAlchemyError, OSError) as error:
            log.warning("The database does not answer (%s): going on without it.", type(error).__name__)
            return
    if found is Standing.OLDER:
        raise DatabaseOlder("The database is of an older version. Bring it to this one with: gatepost migrate")
    if found is Standing.NEWER:
        log.warning("The database is of a newer version than this program: right for the minutes of an upgrade.")
