"""The register: people come, change and go; their names are the roll."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date, timedelta

from sqlalchemy import insert, select, update

from moderation.db.base import rows_of
from moderation.db.models import Membership, Person, Post
from moderation.rules.consent import PersonKind
from moderation.rules.language import gettext
from moderation.rules.looking_back import Cause
from moderation.rules.matching import Why
from moderation.rules.names import Roll, RollEntry
from moderation.rules.nicknames import with_own
from moderation.rules.roles import Actor
from moderation.rules.workflow import State
from moderation.services import appearing, audit, encodings, groups, matching, people_found, withdrawal
from moderation.services.enrolment import face_rules, gallery
from moderation.services.looking import Lists
from moderation.services.roster import get, moved_on, on_register
from moderation.services.work import Mistake, Work


@dataclass(frozen=True)
class PersonForm:
    """A person as typed. `key` is the UPN or admission number."""

    key: str
    forename: str
    surname: str
    preferred_name: str = ""
    aliases: str = ""
    class_name: str = ""
    no_publish: bool = False
    kind: PersonKind = PersonKind.PUPIL
    protected_until: date | None = None


_FIELDS = tuple(PersonForm.__dataclass_fields__)
_LIST_FIELDS = {"no_publish"}
_ROLL_FIELDS = {"forename", "surname", "preferred_name", "aliases", "class_name", "kind"}


def save(work: Work, actor: Actor, form: PersonForm, person_id: int | None = None) -> Person:
    """Add a person or change one. Only what differs moves a version on, and with it what has to be checked again."""
    if not form.key or not (form.forename or form.surname):
        raise Mistake(gettext("A person needs an admission number or UPN, and a forename or a surname."))
    person = _to_save(work, form, person_id)
    changed = {name for name in _FIELDS if getattr(person, name) != getattr(form, name)}
    if person.left_at is not None and person_id is None:
        person.left_at, changed = None, set(_FIELDS)
        groups.begin_anew(work, [person.id])
    for name in changed:
        setattr(person, name, getattr(form, name))
    work.session.add(person)
    work.session.flush()
    people_found.note_words(work, [person.id])
    if "class_name" in changed:
        _move_to_class(work, person)
    if not person.no_publish:
        encodings.destroy(work, actor, person, Why.OFF_THE_LIST)
    named_otherwise = "no_publish" in changed and person.kind is not PersonKind.PUPIL
    moved_on(work, list_too=bool(changed & _LIST_FIELDS), roll_too=named_otherwise or bool(changed & _ROLL_FIELDS))
    if changed:
        audit.append(work, actor, "register saved", person=person.id, no_publish=form.no_publish)
    if "no_publish" in changed and person.no_publish:
        withdrawal.at_once(work, actor, person.id, Cause.LISTED)
    return person


def _to_save(work: Work, form: PersonForm, person_id: int | None) -> Person:
    """The person with this id or, coming back, with this number; otherwise a new one."""
    same_key = work.session.scalars(select(Person).where(Person.key == form.key)).first()
    if same_key and same_key.id != person_id and (person_id or same_key.left_at is None):
        raise Mistake(gettext("This number is taken: somebody on the register has it. Search for it there."))
    if person_id:
        return get(work, person_id)
    return same_key or Person(key=form.key, no_publish=False)


def _move_to_class(work: Work, person: Person) -> None:
    move_to_classes(work, {person.id: person.class_name if person.left_at is None else ""})


def move_to_classes(work: Work, classes: Mapping[int, str]) -> None:
    """New classes by person, "" for none: yesterday was the last day in the old one, today is the first in the new."""
    of_them = (Membership.person_id.in_(classes), Membership.until.is_(None), Membership.group_id.is_(None))
    work.session.execute(update(Membership).where(*of_them).values(until=work.today - timedelta(days=1)))
    new = [{"person_id": person, "group_name": name, "starts": work.today} for person, name in classes.items() if name]
    if new:
        work.session.execute(insert(rows_of(Membership)), new)


def memberships(work: Work, person_id: int) -> list[Membership]:
    """The classes and groups of a person, the newest first."""
    question = select(Membership).where(Membership.person_id == person_id)
    return list(work.session.scalars(question.order_by(Membership.id.desc())))


def leave(work: Work, actor: Actor, person_id: int) -> None:
    """Somebody leaves; their encodings are destroyed. Until their protection ends they stay on the register."""
    person = get(work, person_id)
    encodings.destroy(work, actor, person, Why.LEFT)
    if person.matching_permission:
        person.matching_permission.ended_at = work.now  # whoever comes back is asked again
    person.left_at = person.left_at or work.now
    _move_to_class(work, person)
    moved_on(work, list_too=person.no_publish, roll_too=True)
    audit.append(work, actor, "register left", person=person.id)


def roll(work: Work) -> Roll:
    """The names to look for, put in order once for each version: a second's work where there are 50,000 people.

    Raises SettingsError if the school's own short names cannot be read: half a roll would let names pass.
    """
    # Read first: names that come later belong to a later version.
    version = work.register_version.roll_version, work.own_nicknames()
    in_order = work.rolls.get(version)
    if in_order is None:
        in_order = Roll.build(_entries(work), with_own(version[1])[0])
        work.rolls.clear()
        work.rolls[version] = in_order
    return in_order


def roll_with(work: Work, more: RollEntry) -> Roll:
    """The roll with one more name on it, kept nowhere. Raises SettingsError as `roll` does."""
    return Roll.build([*_entries(work), more], with_own(work.own_nicknames())[0])


def _entries(work: Work) -> Iterator[RollEntry]:
    """Columns alone: 50,000 people with all that hangs on them take many times as long."""
    who = (Person.id, Person.forename, Person.surname, Person.preferred_name, Person.class_name, Person.aliases)
    here = select(*who, Person.kind, Person.no_publish).where(on_register(work)).order_by(Person.id)
    for person, forename, surname, preferred_name, class_name, aliases, kind, no_publish in work.session.execute(here):
        others = tuple(alias.strip() for alias in aliases.split(";") if alias.strip())
        grown_up = kind is not PersonKind.PUPIL and not no_publish  # noted where named, unless the register says no
        yield RollEntry(str(person), forename, surname, preferred_name, class_name, others, staff=grown_up)


def lists(work: Work, post: Post) -> Lists:
    """What the photos of this post are compared with.

    Of a draft it is not said yet who is in it: by the strict rule nobody is compared before it is handed in.
    """
    draft = post.state in (State.DRAFT, State.SENT_BACK)
    uncompared = matching.uncompared(work, () if draft else appearing.tagged(work, post), post.others or 0)
    return Lists(roll(work), None if uncompared else gallery(work), face_rules(work), uncompared)


def is_empty(work: Work) -> bool:
    """Nobody is on the register, so no check knows a name or a face to look for."""
    return work.session.scalars(select(Person.id).where(on_register(work)).limit(1)).first() is None
