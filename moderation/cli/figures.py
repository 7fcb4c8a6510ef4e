"""What the commands under gatepost evaluate tell alike: how far they are, and shares in per cent."""

import sys
from typing import TYPE_CHECKING

import click

if TYPE_CHECKING:
    from moderation.rules.measuring import Share


def watch(done: int, of: int) -> None:
    """A line that counts the pictures, for somebody who waits at a terminal."""
    if sys.stderr.isatty():
        click.echo(f"\rpicture {done} of {of}", nl=done == of, err=True)


def percent(share: "Share | None") -> str:
    return "–" if share is None else f"{share.rate:.1%}"
