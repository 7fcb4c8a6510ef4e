"""What the commands of a trust do with its file and with the schools that come into it."""

import fcntl
import os
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import click

from moderation.cli.school import Begins
from moderation.settings import Settings, SettingsError, Trust
from moderation.settings.apart import host
from moderation.settings.trust import parsed

if TYPE_CHECKING:
    from moderation.rules.roles import Actor
    from moderation.services.work import Work


@dataclass
class File:
    """The trust's file, in the hands of one command."""

    path: Path
    text: str

    def parsed(self, text: str) -> Trust:
        """What it would say with this text. Raises SettingsError."""
        return parsed(text, self.path, os.environ)

    def write(self, text: str) -> None:
        """Whole or not at all, and only what can be read again. Raises SettingsError."""
        from moderation.media.disk import write_whole

        self.parsed(text)
        real = self.path.resolve()
        mode = real.stat().st_mode
        write_whole(real, text.encode())
        real.chmod(mode)
        self.text = text


@contextmanager
def file_of(trust: Trust) -> Iterator[File]:
    """For one command at a time. Raises SettingsError."""
    if trust.file is None:
        raise SettingsError("There is no trust’s file: name it with GATEPOST_TRUST.")
    handle = os.open(trust.file.parent, os.O_RDONLY | os.O_DIRECTORY)
    try:
        fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
        yield File(trust.file, trust.file.read_text("utf-8"))
    except BlockingIOError:
        raise SettingsError("Another command is changing the trust’s file now. Try again later.") from None
    finally:
        os.close(handle)


def lines(
    key: str, address: str, name: str | None, database_url: str | None, instance: Path | None = None
) -> dict[str, str]:
    """What the file says of one more school."""
    said = {"key": key, "name": name, "address": address, "database_url": database_url}
    said["instance"] = str(instance.absolute()) if instance else None
    return {what: value for what, value in said.items() if value}


def beginning(trust: Trust) -> Begins:
    """What each school of this trust begins with; from then on all of it is the school's own."""

    def begin(work: "Work", administrator: "Actor") -> None:
        from moderation.services import acceptance, standards
        from moderation.services.work import NotFound

        try:
            if trust.preset:
                standards.take_preset(work, administrator, trust.preset)
        except NotFound:
            raise click.ClickException(f"There is no ready setting called {trust.preset}.") from None
        if trust.policy:
            text = trust.policy.read_text("utf-8")
            acceptance.publish(work, administrator, acceptance.PolicyForm(text, work.today))

    return begin


def keep_master_key(settings: Settings, source: Path) -> None:
    """Put a school's master key where it belongs. Raises SettingsError if there is another one already."""
    from moderation.media.disk import write_new

    settings.keys_folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    try:
        write_new(settings.master_file, source.read_bytes())
    except FileExistsError:
        if settings.master_file.read_bytes() != source.read_bytes():
            raise SettingsError(f"There is another master key in {settings.keys_folder} already.") from None


def link_to_overview(trust: Trust) -> str:
    """A new one, which opens the page once. Raises SettingsError where nobody could reach it."""
    from moderation.overseers import Overseers

    if trust.file is None:
        raise SettingsError("There is no trust’s file: name it with GATEPOST_TRUST.")
    for one in trust.schools:
        if not one.path and host(one) == host(trust.machine):
            raise SettingsError(f"{trust.file}: the whole address of the trust is that of {one.key}. Give it its own.")
    return f"{trust.machine.origin}/overview/open/{Overseers(trust.file.parent).link()}"


def let_in(trust: Trust) -> None:
    click.echo(link_to_overview(trust))
    click.echo("It opens once, within a day, for four weeks in that browser. It is shown here alone.", err=True)


def shut_out(trust: Trust) -> None:
    from moderation.overseers import Overseers

    if trust.file is None:
        raise SettingsError("There is no trust’s file: name it with GATEPOST_TRUST.")
    links, browsers = Overseers(trust.file.parent).end_all()
    click.echo(f"Ended. Browsers: {browsers}; links that nobody had opened: {links}.")
