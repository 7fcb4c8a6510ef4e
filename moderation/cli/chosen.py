"""Which schools a command is for: all of the installation, or one that --school names."""

from collections.abc import Callable
from functools import wraps
from typing import Concatenate, Final, ParamSpec

import click

from moderation.settings import Settings, SettingsError, Trust

P = ParamSpec("P")

# What runs for every school of a trust, or for none. Everything else is for one.
_FOR_ALL: Final = {"serve", "web", "worker", "sweep", "migrate", "trust", "demo", "check", "evaluate"}


def chosen(trust: Trust, school: str | None, command: str) -> Settings:
    """The settings that the command works with. Raises SettingsError."""
    if trust.file is None and school:
        raise SettingsError("--school is for the schools of a trust, and GATEPOST_TRUST names none.")
    if trust.file is None or command in _FOR_ALL:
        return trust.machine
    if not school:
        raise SettingsError(f"Say which school of {trust.file}, as in: gatepost --school KEY {command}")
    return trust.school(school)


def with_trust(command: Callable[Concatenate[Trust, P], None]) -> Callable[P, None]:
    """Gives a command all schools of the installation."""

    @wraps(command)
    def called(*arguments: P.args, **options: P.kwargs) -> None:
        command(click.get_current_context().meta["trust"], *arguments, **options)

    return called
