"""A demonstration of a trust: the ordinary school, two small ones, and the page of whoever oversees all three."""

import shutil
import time
from dataclasses import dataclass, replace
from datetime import timedelta
from pathlib import Path

import click
from sqlalchemy import update

from moderation.db.migrate import migrate
from moderation.db.models import Takedown
from moderation.demo import accounts, school
from moderation.demo.acceptance import accept
from moderation.demo.posts import TUDOR, Sample, Way, check, live_since, write
from moderation.overseers import Overseers
from moderation.rules.consent import Medium
from moderation.rules.roles import Actor, Role
from moderation.services import cases, takedowns
from moderation.services.accounts import Place
from moderation.services.looking import Looker
from moderation.settings import Settings, SettingsError, Trust, load_trust
from moderation.wiring import Parts, create_keys, wire

NAME = "The Two Rivers Trust"
OAKFIELD = "oakfield"


@dataclass(frozen=True)
class Small:
    """A school that is made in seconds. `names`: of its people, in the order of the ordinary school’s roles."""

    name: str
    names: tuple[str, ...]
    posts: tuple[Sample, ...]


def wait_since(days: int) -> Way:
    """Waiting for a decision for so many days."""

    def way(parts: Parts, people: dict[Role, Actor], post_id: int) -> None:
        check(parts, people, post_id)
        with parts.work() as work:
            cases.get(work, post_id).state_since = work.now - timedelta(days)

    return way


def asked_down_since(days: int) -> Way:
    """Live, and for so many days somebody has asked for it to be taken down."""

    def way(parts: Parts, people: dict[Role, Actor], post_id: int) -> None:
        live_since(days + 1)(parts, people, post_id)
        with parts.work() as work:
            takedowns.ask_for(work, people[Role.HEADTEACHER], post_id, "A family asked us to.")
            work.session.execute(update(Takedown).values(opened_at=work.now - timedelta(days)))

    return way


SMALL = {
    "harbour": Small(
        "Harbour Junior",
        ("Nia Bowen", "Owen Lacey", "Ruth Okafor", "Ben Carver", "Ivy Marsh", "Max Dyer"),
        (
            Sample(
                "waiting for a decision for days", "Our street, four hundred years ago.", (TUDOR,), way=wait_since(6)
            ),
            Sample("to be taken down", "The harbour race is on Saturday. Come and cheer!", (), way=asked_down_since(5)),
        ),
    ),
    "mill": Small(
        "Mill Lane Infants",
        ("Ada Flint", "Joe Penrose", "Kay Sutton", "Lou Hale", "Pat Ellery", "Vic Moss"),
        (Sample("live", "Our beans have come up. Which one will be the tallest?", (), way=live_since(1)),),
    ),
}


def begin(folder: Path, fresh: bool, address: str) -> Path:
    """Make the schools unless they are there; the trust's file. Prints a line for every longer step."""
    done, file = folder / "begun", folder / "trust.toml"
    if folder.exists() and (fresh or not done.exists()):
        if not (folder / "demonstration").exists():
            raise SettingsError(f"{folder} holds something that is not a demonstration; nothing was changed.")
        shutil.rmtree(folder)
    folder.mkdir(parents=True, mode=0o700, exist_ok=True)
    (folder / "demonstration").touch()
    file.write_text(_file(address))  # the port may be another one each time
    trust = trust_of(file)
    if done.exists():
        for one in trust.schools:
            parts = wire(one)
            migrate(parts.engine)
            parts.end()  # who supervises holds no school
        return file
    started = time.monotonic()
    click.echo("Making a demonstration of a trust (only the first time; a little more than a minute)")
    with school.without_a_queue():
        click.echo(school.NAME)
        oakfield = school.fill(trust.school(OAKFIELD))
        for key, small in SMALL.items():
            click.echo(small.name)
            _fill(trust.school(key), small, oakfield.looker)
        oakfield.end()
    done.touch()
    click.echo(f"The schools are ready after {time.monotonic() - started:.0f} s; starting the pages, workers and queue")
    return file


def trust_of(file: Path) -> Trust:
    return load_trust({"GATEPOST_TRUST": str(file)})


def _file(address: str) -> str:
    schools = {OAKFIELD: school.NAME} | {key: small.name for key, small in SMALL.items()}
    return f'name = "{NAME}"\naddress = "{address}"\n' + "".join(
        f'\n[[school]]\nkey = "{key}"\nname = "{name}"\naddress = "{address}/{key}"\ndemo = true\n'
        for key, name in schools.items()
    )


def _fill(settings: Settings, small: Small, looker: Looker) -> None:
    """`looker`: with its models in memory already."""
    create_keys(settings)
    parts = replace(wire(settings), looker=looker)
    migrate(parts.engine)
    emails = (email.replace("@oakfield", f"@{settings.key}") for _, email in school.PEOPLE.values())
    people = school.sign_ins(parts, dict(zip(school.PEOPLE, zip(small.names, emails, strict=True), strict=True)))
    with parts.work() as work:
        accounts.put_in_use(work, people, Place("Facebook", small.name))
        accounts.put_in_use(work, people, Place("School website", "News page", Medium.WEBSITE))
    accept(parts, people)
    write(parts, people, small.posts)
    parts.end()


def announce(trust: Trust) -> None:
    """Print a new link to the overview, and of each school the address and one sign-in for each role."""
    assert trust.file
    click.echo(f"\nHow the schools of {NAME} stand; this link opens once:")
    click.echo(f"overview  {trust.machine.origin}/overview/open/{Overseers(trust.file.parent).link()}")
    for one in trust.schools:
        click.echo(f"\n{one.school} is at {one.public_url}\n")
        school.print_sign_ins(one)
    click.echo("\nStop it with Ctrl-C. Everybody is invented; two public-domain portraits stand in for faces.")
