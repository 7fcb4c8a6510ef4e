"""The demonstration school: invented people, posts in every state, each really checked and really decided."""

import json
import logging
import secrets
import shutil
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

import click
from dotenv import dotenv_values

from moderation.db.migrate import migrate
from moderation.db.models import Person
from moderation.demo import accounts, posts
from moderation.demo.acceptance import accept
from moderation.demo.concerns import tell
from moderation.demo.crest import COLOUR, crest
from moderation.demo.lawful import lawful, permitted
from moderation.demo.portraits import Portrait, portrait
from moderation.demo.reminders import remind
from moderation.media import photo as pictures
from moderation.rules.consent import Giver, Medium, PersonKind, Purpose, Word
from moderation.rules.roles import SIGN_INS, SYSTEM, Actor, Role
from moderation.services import enrolment, matching, permission_to_match, permissions, register, school_look, staff
from moderation.services.permissions import PermissionForm
from moderation.services.register import PersonForm
from moderation.services.staff import UserForm
from moderation.services.work import Work
from moderation.settings import Settings, SettingsError, load
from moderation.wiring import Parts, create_keys, wire

NAME = "Oakfield Primary"

PEOPLE = {
    Role.TEACHER: ("Priya Shah", "teacher@oakfield.example"),
    Role.ASSISTANT_HEAD: ("Tom Ellis", "assistant.head@oakfield.example"),
    Role.HEADTEACHER: ("Margaret Adeyemi", "head@oakfield.example"),
    Role.RESOURCES_MANAGER: ("Jo Whitlock", "resources@oakfield.example"),
    Role.DATA_LEAD: ("Sam Brennan", "data@oakfield.example"),
    Role.ADMINISTRATOR: ("Lee Novak", "admin@oakfield.example"),
}
LISTED = "P1007"  # stands on the no-publish list with reference photos
UNMATCHED = "P1011"  # on the list too, but the family does not want faces compared
WEBSITE_ONLY = "P1006"
SILENT = "P1009"  # the family has not answered yet
DISAGREED = "P1012"  # one parent agreed, the other refused
TEACHER_KEY = "S0001"
PUPILS = (
    ("P1001", "Zoë", "O’Brien", "4B"),
    ("P1002", "Harvey", "Pemberton", "4B"),
    ("P1003", "Amara", "Nwosu", "4B"),
    ("P1004", "Dylan", "Prosser", "4B"),
    ("P1005", "Grace", "Tattersall", "4B"),
    ("P1006", "Kacper", "Wiśniewski", "4B"),
    (LISTED, "Eleanor", "Marchetti", "4B"),
    ("P1008", "Idris", "Hosseini", "5A"),
    ("P1009", "Summer", "Blackwood", "5A"),
    ("P1010", "Mei-Lin", "Cheung", "5A"),
    (UNMATCHED, "Rowan", "Fairweather", "5A"),
    ("P1012", "Madeleine", "Ashworth", "5A"),
)


def begin(folder: Path, fresh: bool) -> Settings:
    """Make the school in this folder unless it is there. Prints a line for every longer step."""
    done = folder / "begun"
    if done.exists() and not fresh:
        settings = load({}, folder)
        migrate(wire(settings).engine)
        return settings
    if folder.exists():
        if dotenv_values(folder / ".env").get("GATEPOST_DEMO") != "1":
            raise SettingsError(f"{folder} holds something that is not a demonstration; nothing was changed.")
        shutil.rmtree(folder)
    folder.mkdir(parents=True, mode=0o700)
    (folder / ".env").write_text(f'GATEPOST_SCHOOL="{NAME}"\nGATEPOST_DEMO=1\n')
    settings = load({}, folder)
    started = time.monotonic()
    click.echo("Making the demonstration school (only the first time; about a minute)")
    with without_a_queue():
        fill(settings)
    done.touch()
    click.echo(f"The school is ready after {time.monotonic() - started:.0f} s; starting the pages, workers and queue")
    return settings


@contextmanager
def without_a_queue() -> Iterator[None]:
    """It starts later; nothing is lost, and nobody needs to be told."""
    log = logging.getLogger("moderation.queue")
    log.setLevel(logging.ERROR)
    try:
        yield
    finally:
        log.setLevel(logging.NOTSET)


def fill(settings: Settings) -> Parts:
    """Keys, database, people, register and posts of a school of which nothing is there yet."""
    create_keys(settings)
    parts = wire(settings)
    migrate(parts.engine)
    people = sign_ins(parts, PEOPLE)
    with parts.work() as work:
        accounts.fill(work, people)
    _dress(parts, people[Role.ADMINISTRATOR])
    accept(parts, people)
    _fill_register(parts, people[Role.DATA_LEAD])
    posts.write(parts, people)
    remind(parts, people)
    tell(parts, people)
    return parts


def sign_ins(parts: Parts, people: Mapping[Role, tuple[str, str]]) -> dict[Role, Actor]:
    """One person of each role, with passwords of this installation's own. `people`: name and e-mail address of each."""
    click.echo("  people and accounts")
    passwords = {role: secrets.token_urlsafe(9) for role in people}
    actors = {}
    with parts.work() as work:
        for role, (name, email) in people.items():
            form = UserForm(email, name, role, passwords[role])
            actors[role] = staff.add(work, SYSTEM, form, password_is_own=True).actor
    path = parts.settings.keys_folder / "demo-sign-ins.json"
    path.touch(mode=0o600)
    path.write_text(json.dumps({role: [people[role][1], passwords[role]] for role in people}))
    return actors


def _dress(parts: Parts, administrator: Actor) -> None:
    """In the school's own colour, with its logo."""
    logo = pictures.ingest(crest(NAME))
    with parts.work() as work:
        school_look.set_colour(work, administrator, COLOUR)
        school_look.put_logo(work, administrator, logo)


def announce(settings: Settings, address: str) -> None:
    """Print the address and one sign-in for each role."""
    click.echo(f"\nThe demonstration school is at {address}\n")
    print_sign_ins(settings)
    click.echo("\nStop it with Ctrl-C. Everybody is invented; two public-domain portraits stand in for faces.")


def print_sign_ins(settings: Settings) -> None:
    """One a line: role, e-mail address, password."""
    width = max(len(role) for role in SIGN_INS)
    for role, (email, password) in json.loads((settings.keys_folder / "demo-sign-ins.json").read_text()).items():
        click.echo(f"{role:{width}}  {email:32}  {password}")


def _fill_register(parts: Parts, data_lead: Actor) -> None:
    click.echo("  register: names, permissions, a no-publish list, reference photos")
    with parts.work() as work:
        matching.record(work, data_lead, lawful(work.today))
        for key, forename, surname, class_name in PUPILS:
            listed = key in (LISTED, UNMATCHED)
            form = PersonForm(key, forename, surname, class_name=class_name, no_publish=listed)
            person = register.save(work, data_lead, form)
            _record_permissions(work, data_lead, person)
            if key == LISTED:
                listed_id = person.id
                permission_to_match.record(work, data_lead, person.id, permitted(work.today))
        form = PersonForm(TEACHER_KEY, "Priya", "Shah", kind=PersonKind.STAFF)
        _record(work, data_lead, register.save(work, data_lead, form), Word.GRANTED, Giver.ADULT)
    for variant in (0, 1):
        judged = enrolment.enrol(parts.looker, portrait(Portrait.COLLINS, variant))
        with parts.work() as work:
            enrolment.add_reference(work, data_lead, listed_id, judged)


def _record_permissions(work: Work, data_lead: Actor, person: Person) -> None:
    """Most families agreed; the others differ, as families do."""
    if person.key in (LISTED, UNMATCHED, SILENT):
        return
    place = Medium.WEBSITE if person.key == WEBSITE_ONLY else None
    _record(work, data_lead, person, Word.GRANTED, Giver.PARENT_1, place)
    if person.key == DISAGREED:
        _record(work, data_lead, person, Word.REFUSED, Giver.PARENT_2)


def _record(
    work: Work, data_lead: Actor, person: Person, word: Word, giver: Giver, medium: Medium | None = None
) -> None:
    form = PermissionForm(word, giver, work.today, purpose=Purpose.NEWS, medium=medium, how="paper form")
    permissions.record(work, data_lead, person.id, form)
