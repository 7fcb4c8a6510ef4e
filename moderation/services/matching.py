"""Whether recognition may be used at all, and who may be matched today. Locked until what it rests on is recorded."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from sqlalchemy import ColumnElement, and_, exists, false, not_, or_, select
from sqlalchemy.orm import aliased, selectinload

from moderation.db.models import LawfulMatching, MatchingAnswer, MatchingPermission, Person, ReferencePhoto
from moderation.rules import matching as rules
from moderation.rules.language import N_, gettext
from moderation.rules.matching import Obstacle, Why
from moderation.rules.roles import SYSTEM, Actor
from moderation.services import audit, encodings
from moderation.services.roster import moved_on
from moderation.services.work import Mistake, NotFound, Work

LOCKED = N_(
    "Recognition is off, so no reference photo can be kept. The data lead records first what it rests on: "
    "the data protection impact assessment, the lawful basis and the wording given to parents."
)
OFF_EVIDENCE = "recognition is off: found, but compared with nobody"
STRICT_EVIDENCE = "the school's rule: nobody in this photo is compared. Look for yourself"


@dataclass(frozen=True)
class LawfulForm:
    """What recognition rests on, as typed."""

    dpia_reference: str
    dpia_on: date | None
    lawful_basis: str
    condition: str
    wording: str  # given to parents
    strict: bool = False


def in_force(work: Work) -> LawfulMatching | None:
    """What recognition rests on now; None while it is locked or switched off."""
    return work.once("lawful matching", None, lambda: _in_force(work))


def _in_force(work: Work) -> LawfulMatching | None:
    return work.session.scalars(select(LawfulMatching).where(LawfulMatching.ended_at.is_(None))).first()


def history(work: Work) -> list[LawfulMatching]:
    """Everything ever recorded, newest first."""
    return list(work.session.scalars(select(LawfulMatching).order_by(LawfulMatching.id.desc())))


def record(work: Work, actor: Actor, form: LawfulForm) -> LawfulMatching:
    """Put a new record in force, in the place of the one before. Raises Mistake; half a record unlocks nothing."""
    words = (form.dpia_reference, form.lawful_basis, form.condition, form.wording)
    if form.dpia_on is None or not all(text.strip() for text in words):
        raise Mistake(gettext("Fill in everything: recognition stays as it is until the whole record is there."))
    if form.dpia_on > work.today:
        raise Mistake(gettext("That day is still to come. Give the day of the assessment."))
    before = in_force(work)
    if before:
        before.ended_by_id, before.ended_at = actor.id, work.now
    row = LawfulMatching(**vars(form), recorded_by_id=actor.id, recorded_at=work.now)
    work.session.add(row)
    moved_on(work, list_too=True)
    audit.append(work, actor, "recognition recorded", lawful=row.id, strict=row.strict)
    return row


def switch_off(work: Work, actor: Actor, lawful_id: int) -> int:
    """End the record in force and destroy every encoding; how many people had any.

    Raises NotFound unless it is the record in force: a page left open switches nothing off that came after it.
    """
    row = in_force(work)
    if row is None or row.id != lawful_id:
        raise NotFound
    row.ended_by_id, row.ended_at = actor.id, work.now
    work.session.flush()
    audit.append(work, actor, "recognition switched off", lawful=row.id)
    moved_on(work, list_too=True)
    return _destroy(work, actor, _with_encodings(work), Why.RECOGNITION_OFF)


def obstacle(work: Work, person: Person) -> Obstacle | None:
    """What keeps this person's face from being matched today, as far as permission goes."""
    permission = person.matching_permission
    return rules.obstacle(permission.as_rule if permission else None, work.today)


def matched(work: Work, people: Iterable[Person]) -> list[Person]:
    """Those of them who may be matched today. Law 9 asks for all of it: recognition, the list, the permission."""
    if in_force(work) is None:
        return []
    return [one for one in people if one.no_publish and one.left_at is None and obstacle(work, one) is None]


def not_permitted(work: Work, keys: Iterable[str]) -> list[str]:
    """Those of these admission numbers or UPNs that are of nobody who may be matched today."""
    wanted = list(keys)
    people = work.session.scalars(select(Person).where(Person.key.in_(wanted)))
    allowed = {person.key for person in matched(work, people)}
    return [key for key in wanted if key not in allowed]


def is_matched(work: Work, person: Person) -> bool:
    return bool(matched(work, [person]))


def uncompared(work: Work, tagged: Iterable[Person], others: int = 0) -> str:
    """Why no face of a post may be encoded, or "" if faces may be.

    `tagged` are in it, as its author says, and so many `others` who are not on the register: nobody asked them.
    """
    row = in_force(work)
    if row is None:
        return OFF_EVIDENCE
    permitted = [obstacle(work, person) is None for person in tagged] + [False] * min(others, 1)
    return "" if rules.may_encode(row.strict, permitted) else STRICT_EVIDENCE


def ended(work: Work) -> list[Person]:
    """People whose encodings the school still has and may not have any more."""
    return _with_encodings(work, not_(may_be_matched(work)))


def destroy_ended(work: Work) -> int:
    """What the sweep does about them, on the day that it happens; how many there were."""
    people = ended(work)
    for person in people:
        expired = in_force(work) and obstacle(work, person) is Obstacle.ENDED
        _destroy(work, SYSTEM, [person], Why.EXPIRED if expired else Why.WITHDRAWN)
    if people:
        moved_on(work, list_too=True)
    return len(people)


def may_be_matched(work: Work) -> ColumnElement[bool]:
    """What `matched` asks, for a question to the database: fifty thousand people are not read one by one for it."""
    if in_force(work) is None:
        return false()
    day, one, other = work.today, MatchingPermission, aliased(MatchingPermission)
    earlier = exists().where(other.person_id == one.person_id, other.ended_at.is_(None), other.id < one.id)
    answer = MatchingAnswer.permission_id == one.id
    told = or_(
        and_(MatchingAnswer.excused_on.is_not(None), MatchingAnswer.excused_on <= day),
        and_(MatchingAnswer.told_on.is_not(None), MatchingAnswer.told_on <= day),
    )
    agreed = and_(
        MatchingAnswer.told_on.is_not(None),
        MatchingAnswer.agreed_on.is_not(None),
        MatchingAnswer.told_on <= MatchingAnswer.agreed_on,
        MatchingAnswer.agreed_on <= day,
    )
    permitted = exists().where(
        one.person_id == Person.id,
        one.ended_at.is_(None),
        ~earlier,
        one.refused_on.is_(None),
        one.starts_on <= day,
        one.ends_on >= day,
        exists().where(answer, agreed),
        ~exists().where(answer, or_(MatchingAnswer.objected_on.is_not(None), not_(told))),
    )
    return and_(Person.no_publish, Person.left_at.is_(None), permitted)


def _with_encodings(work: Work, *which: ColumnElement[bool]) -> list[Person]:
    has_some = Person.id.in_(select(ReferencePhoto.person_id))
    question = select(Person).where(has_some | Person.key_id.is_not(None), *which).order_by(Person.id)
    return list(work.session.scalars(question.options(selectinload(Person.matching_permissions))))


def _destroy(work: Work, actor: Actor, people: list[Person], why: Why) -> int:
    for person in people:
        encodings.destroy(work, actor, person, why)
    return len(people)
