"""Groups that are no classes: made, filled with people from one day to another, and ended."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, timedelta

from sqlalchemy import ColumnElement, func, or_, select

from moderation.db.models import Group, Membership, Person
from moderation.rules.language import gettext
from moderation.rules.names import fold
from moderation.rules.roles import Actor
from moderation.services import audit
from moderation.services.work import Mistake, NotFound, Work

LONGEST = 40


@dataclass(frozen=True)
class Listed:
    """A group and how many are in it today or will be."""

    group: Group
    people: int


def listed(work: Work) -> list[Listed]:
    """Those that have not ended, by name."""
    here = select(Membership.group_id, func.count(Membership.person_id.distinct()))
    here = here.join(Person, Person.id == Membership.person_id).where(_not_over(work), Person.left_at.is_(None))
    counts = dict(list(work.session.execute(here.group_by(Membership.group_id))))
    groups = work.session.scalars(select(Group).where(Group.ended_on.is_(None)))
    return [Listed(group, counts.get(group.id, 0)) for group in sorted(groups, key=lambda one: fold(one.name))]


def get(work: Work, group_id: int) -> Group:
    """A group that has not ended. Raises NotFound."""
    group = work.session.get(Group, group_id)
    if group is None or group.ended_on is not None:
        raise NotFound
    return group


def make(work: Work, actor: Actor, name: str) -> Group:
    """Raises Mistake where the name says nothing, is too long, or means somebody else already."""
    name = " ".join(name.split())
    if not name or len(name) > LONGEST:
        raise Mistake(gettext("Give the group a name of at most {longest} characters.").format(longest=LONGEST))
    if fold(name) in {fold(one.group.name) for one in listed(work)}:
        raise Mistake(gettext("There is a group called “{name}” already. Choose another name.").format(name=name))
    classes = select(Membership.group_name).where(Membership.group_id.is_(None), _not_over(work)).distinct()
    if fold(name) in set(map(fold, work.session.scalars(classes))):
        raise Mistake(gettext("There is a class called “{name}”. Give the group another name.").format(name=name))
    group = Group(name=name)
    work.session.add(group)
    work.session.flush()
    audit.append(work, actor, "group made", group=group.id)
    return group


def members(work: Work, group: Group) -> list[tuple[Membership, Person]]:
    """Who is in it today or will be, in the order of a class list."""
    question = select(Membership, Person).join(Person, Person.id == Membership.person_id)
    question = question.where(Membership.group_id == group.id, _not_over(work), Person.left_at.is_(None))
    rows = work.session.execute(question.order_by(Person.surname, Person.forename, Membership.id))
    return [(membership, person) for membership, person in rows]


def add(
    work: Work, actor: Actor, group_id: int, person_ids: Collection[int], starts: date | None, until: date | None
) -> int:
    """Put people into it, from today if no day is named; whoever is in it already stays as they are. Raises Mistake."""
    group, starts = get(work, group_id), starts or work.today
    if until is not None and until < max(starts, work.today):
        raise Mistake(gettext("The last day lies before the first one, or is over already. Choose a later one."))
    there = {person.id for _, person in members(work, group)}
    here = select(Person.id).where(Person.id.in_(person_ids), Person.left_at.is_(None))
    new = sorted(set(work.session.scalars(here)) - there)
    work.session.add_all(
        Membership(person_id=one, group_id=group.id, group_name=group.name, starts=starts, until=until) for one in new
    )
    work.session.flush()
    if new:
        audit.append(work, actor, "put into a group", group=group.id, people=new)
    return len(new)


def remove(work: Work, actor: Actor, group_id: int, membership_id: int) -> None:
    """Out of it from today on. Raises NotFound."""
    row = work.session.get(Membership, membership_id)
    if row is None or row.group_id != get(work, group_id).id:
        raise NotFound
    _end(work, [row])
    audit.append(work, actor, "taken out of a group", group=group_id, people=[row.person_id])


def end(work: Work, actor: Actor, group_id: int) -> None:
    """It is over: nobody is in it from today on, and it is offered no more. Raises NotFound."""
    group = get(work, group_id)
    group.ended_on = work.today
    rows = select(Membership).where(Membership.group_id == group.id, _not_over(work))
    _end(work, list(work.session.scalars(rows)))
    audit.append(work, actor, "group ended", group=group.id)


def _end(work: Work, rows: Collection[Membership]) -> None:
    """Yesterday was the last day; what had not begun by then never was."""
    for row in rows:
        if row.starts is not None and row.starts >= work.today:
            work.session.delete(row)
        else:
            row.until = work.today - timedelta(days=1)
    work.session.flush()


def begin_anew(work: Work, person_ids: Collection[int]) -> None:
    """Whoever comes back to the school is in no group. Until then their places are kept, for a slip to be undone."""
    rows = select(Membership).where(Membership.person_id.in_(person_ids), Membership.group_id.is_not(None))
    _end(work, list(work.session.scalars(rows.where(_not_over(work)))))


def _not_over(work: Work) -> ColumnElement[bool]:
    return or_(Membership.until.is_(None), Membership.until >= work.today)
