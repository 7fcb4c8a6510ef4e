"""What is asked about each post of a list, asked for all of them at once: sixty take as many statements as three."""

from collections import defaultdict
from collections.abc import Callable, Iterable, Sequence
from typing import Any, TypeVar

from sqlalchemy import Select, select
from sqlalchemy.orm import selectinload

from moderation.db.models import (
    Approval,
    AuditRow,
    ChecklistLine,
    ChecklistTick,
    Crop,
    Kit,
    Person,
    Photo,
    Post,
    Publication,
    Rendition,
    Scan,
    Tag,
)
from moderation.rules.workflow import Action
from moderation.services import appearing, checks
from moderation.services.work import Work

R = TypeVar("R")


def of_posts(work: Work, posts: Sequence[Post]) -> None:
    """Asks now what pages and the sweep ask of each of these posts. Does nothing for a work that writes."""
    if work.kept is None or not posts:
        return
    ids = [post.id for post in posts]
    for what, question in _questions(work, ids).items():
        _keep(work, what, ids, work.session.scalars(question), lambda row: row.post_id)
    crops = select(Crop, Photo.post_id).join(Photo, Photo.id == Crop.photo_id).where(Photo.post_id.in_(ids))
    of_post = dict(work.session.execute(crops).all())
    _keep(work, "crops", ids, of_post, of_post.__getitem__)
    _kits(work, ids)
    _people(work, ids)


def _questions(work: Work, ids: list[int]) -> dict[str, Select[Any]]:
    """By what each answer is kept as; every post's rows in the order in which they are asked for one by one."""
    scans = select(Scan).where(Scan.post_id.in_(ids), *checks.holding(work)).order_by(Scan.id)
    ticks = select(ChecklistTick).where(ChecklistTick.post_id.in_(ids)).join(ChecklistLine)
    return {
        "approvals": select(Approval)
        .where(Approval.post_id.in_(ids), Approval.void_at.is_(None))
        .order_by(Approval.id),
        "scans": scans.options(checks.with_findings()),
        "publications": select(Publication).where(Publication.post_id.in_(ids)).order_by(Publication.id),
        "renditions": select(Rendition).where(Rendition.post_id.in_(ids)),
        "ticks": ticks.order_by(ChecklistLine.position, ChecklistLine.id),
        "uncovered": select(AuditRow).where(AuditRow.post_id.in_(ids), AuditRow.action == Action.UNCOVER),
    }


def _keep(work: Work, what: str, of: Iterable[int], rows: Iterable[R], whose: Callable[[R], int]) -> dict[int, list[R]]:
    """Also that there is nothing, of whoever has nothing."""
    found: dict[int, list[R]] = defaultdict(list)
    for row in rows:
        found[whose(row)].append(row)
    answers = {one: found[one] for one in of}
    if work.kept is not None:
        work.kept.update({(what, one): answer for one, answer in answers.items()})
    return answers


def _kits(work: Work, ids: list[int]) -> None:
    """Of the last approval of each: whether its kit was opened."""
    kept = work.kept or {}
    last = [kept["approvals", one][-1].id for one in ids if kept["approvals", one]]
    opened = {kit.approval_id: kit for kit in work.session.scalars(select(Kit).where(Kit.approval_id.in_(last)))}
    kept.update({("kit", one): opened.get(one) for one in last})


def _people(work: Work, ids: list[int]) -> None:
    """Who is in each, and what was said about them."""
    kept = work.kept or {}
    tags = select(Tag).where(Tag.post_id.in_(ids)).join(Person, Person.id == Tag.person_id)
    tags = tags.order_by(Person.class_name, Person.surname, Person.forename, Person.id)
    rows = work.session.scalars(tags.options(selectinload(Tag.person)))
    tagged = _keep(work, "tags", ids, rows, lambda tag: tag.post_id)
    everybody = sorted({tag.person_id for some in tagged.values() for tag in some})
    words, days = appearing.words_of(work, everybody)
    for one, some in tagged.items():
        people = [tag.person for tag in some]
        kept["tagged", one] = people
        kept["words of", tuple(person.id for person in people)] = words, days
