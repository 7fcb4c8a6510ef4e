"""Who is in a post, without faces: tapped by its author, class by class, and checked against the register."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date

from sqlalchemy import ColumnElement, Select, delete, func, or_, select

from moderation.db.models import Membership, Person, Post, Tag
from moderation.rules.consent import Purpose
from moderation.rules.roles import Actor
from moderation.services import appearing, audit, intake, people_found, roster
from moderation.services.appearing import Setting, Standing
from moderation.services.work import Work

MOST_FOUND = 60  # people that one search shows


@dataclass(frozen=True)
class People:
    """What was tapped. Of those who were `shown`, the `ticked` are in it; whoever was not shown stays as they were."""

    shown: tuple[int, ...] = ()
    ticked: tuple[int, ...] = ()
    whole: str = ""  # everybody of this group too
    others: int | None = None  # people who are not on the register; None: nothing was said
    purpose: Purpose = Purpose.NEWS
    taken_on: date | None = None


def save(work: Work, actor: Actor, post_id: int, people: People) -> None:
    """Keep who is in the post, as its author says."""
    post = intake.editable(work, actor, post_id)
    post.others, post.purpose = people.others, people.purpose
    post.taken_on = people.taken_on or post.taken_on or work.today
    ticked = set(people.ticked)
    if people.whole:
        ticked |= {person.id for person in of_group(work, people.whole)}
    _set(work, actor, post, there=ticked, gone=set(people.shown) - ticked)


def tag(work: Work, actor: Actor, post_id: int, person_ids: Collection[int]) -> None:
    """Add people to a post; those who are in it already stay."""
    _set(work, actor, intake.editable(work, actor, post_id), there=set(person_ids), gone=set())


def _set(work: Work, actor: Actor, post: Post, there: set[int], gone: set[int]) -> None:
    before = {person.id for person in appearing.tagged(work, post)}
    known = set(work.session.scalars(select(Person.id).where(Person.id.in_(there), roster.on_register(work))))
    added, taken = known - before, gone & before
    work.session.add_all(Tag(post_id=post.id, person_id=person_id) for person_id in sorted(added))
    if taken:
        work.session.execute(delete(Tag).where(Tag.post_id == post.id, Tag.person_id.in_(taken)))
    work.session.flush()
    if added or taken:
        audit.append(work, actor, "people tagged", post.id, added=sorted(added), taken=sorted(taken))


def groups(work: Work) -> list[str]:
    """The classes and groups that have somebody today."""
    every = _every_name().subquery()
    of_it = select(Membership.id).join(Person, Person.id == Membership.person_id)
    anybody = of_it.where(Membership.group_name == every.c.name, *_today(work)).exists()
    return sorted(work.session.scalars(select(every.c.name).where(anybody)), key=_naturally)


def _every_name() -> Select[tuple[str]]:
    """Each name once, from one to the next in their index: half a million memberships have a hundred names."""
    names = select(func.min(Membership.group_name).label("name")).cte("names", recursive=True)
    behind = select(func.min(Membership.group_name)).where(Membership.group_name > names.c.name)
    names = names.union_all(select(behind.scalar_subquery()).where(names.c.name.is_not(None)))
    return select(names.c.name).where(names.c.name.is_not(None))


def of_group(work: Work, name: str) -> list[Person]:
    """Everybody who is in a class or group today, in the order of a class list."""
    question = select(Person).join(Membership, Membership.person_id == Person.id)
    rows = question.where(Membership.group_name == name, *_today(work)).order_by(Person.surname, Person.forename)
    return list(dict.fromkeys(work.session.scalars(rows)))


def _today(work: Work) -> tuple[ColumnElement[bool], ...]:
    return (
        Person.left_at.is_(None),
        or_(Membership.starts.is_(None), Membership.starts <= work.today),
        or_(Membership.until.is_(None), Membership.until >= work.today),
    )


def _naturally(name: str) -> tuple[int, str]:
    """4B before 10A."""
    digits = "".join(letter for letter in name[:3] if letter.isdigit())
    return int(digits or 0), name


def find(work: Work, words: str) -> list[Person]:
    """People on the register whose names begin with each of these words, accents aside; the first MOST_FOUND."""
    return people_found.called(work, words, MOST_FOUND)


def standings(work: Work, people: Sequence[Person], post: Post | None) -> list[Standing]:
    """May these people appear where the post goes? Before an account is chosen: on any that the school uses."""
    setting = appearing.setting_of(post) if post else Setting(())
    if not setting.accounts:
        setting = Setting(intake.accounts(work), setting.purpose, setting.taken)
    return appearing.of_people(work, people, setting)


def problems(work: Work, post: Post) -> list[Standing]:
    """Who is tagged and may not appear everywhere where the post goes."""
    return [standing for standing in appearing.of_post(work, post) if standing.refused]
