"""Who permits that a person's face is matched: recorded in full each time, ended by the next record or a withdrawal."""

from dataclasses import dataclass
from datetime import date

from moderation.db.models import MatchingAnswer, MatchingPermission, Person
from moderation.rules.language import gettext
from moderation.rules.matching import Excuse, Why
from moderation.rules.roles import Actor
from moderation.services import audit, encodings, matching
from moderation.services.roster import get, moved_on
from moderation.services.work import Mistake, Work

LONGEST_YEARS = 7  # nobody stays longer in one school; then the family is asked again


@dataclass(frozen=True)
class AnswerForm:
    """One parent's answer, or an adult's own, as typed."""

    who: str
    told_on: date | None = None
    agreed_on: date | None = None
    how: str = ""
    objected_on: date | None = None
    excuse: Excuse | None = None  # why this parent need not be told and asked (PoFA 2012, section 27)
    excused_on: date | None = None
    excused_by: str = ""


@dataclass(frozen=True)
class PermissionForm:
    answers: tuple[AnswerForm, ...]
    refused_on: date | None
    starts_on: date | None
    ends_on: date | None


def record(work: Work, actor: Actor, person_id: int, form: PermissionForm) -> MatchingPermission:
    """Keep what everybody answered. A no is kept as well, and destroys what there is. Raises Mistake."""
    person = get(work, person_id)
    lawful = matching.in_force(work)
    if lawful is None:
        raise Mistake(
            gettext(
                "Recognition is off. Record first what it rests on: the wording that parents are given is part of it."
            )
        )
    starts_on, ends_on = _checked(work, form)
    _end(work, person)
    row = MatchingPermission(
        person=person,
        lawful_id=lawful.id,
        refused_on=form.refused_on,
        starts_on=starts_on,
        ends_on=ends_on,
        recorded_by_id=actor.id,
        recorded_at=work.now,
        answers=[MatchingAnswer(**vars(answer)) for answer in form.answers],
    )
    work.session.add(row)
    _carry_out(work, actor, person)
    audit.append(work, actor, "permission to match recorded", person=person.id, record=row.id)
    return row


def withdraw(work: Work, actor: Actor, person_id: int) -> None:
    """End the permission now; encodings are destroyed with it."""
    person = get(work, person_id)
    if person.matching_permission is None:
        return
    _end(work, person)
    _carry_out(work, actor, person)
    audit.append(work, actor, "permission to match withdrawn", person=person.id)


def _end(work: Work, person: Person) -> None:
    if person.matching_permission:
        person.matching_permission.ended_at = work.now


def _carry_out(work: Work, actor: Actor, person: Person) -> None:
    """What today's answer means for the encodings and for everything that was checked with them."""
    work.session.flush()
    if not matching.is_matched(work, person):
        encodings.destroy(work, actor, person, Why.WITHDRAWN)
    moved_on(work, list_too=True)


def _checked(work: Work, form: PermissionForm) -> tuple[date, date]:
    if not form.answers:
        raise Mistake(gettext("Give at least one parent (or the person themselves, if they are 18 or over)."))
    for answer in form.answers:
        _check_answer(work, answer)
    if form.starts_on is None or form.ends_on is None:
        raise Mistake(gettext("Give the days from which and until which the permission holds."))
    if form.ends_on < form.starts_on:
        raise Mistake(gettext("The last day lies before the first. Choose a later one."))
    if form.ends_on.year - form.starts_on.year > LONGEST_YEARS:
        raise Mistake(
            gettext("A permission holds for {years} years at most; then the family is asked again.").format(
                years=LONGEST_YEARS
            )
        )
    if form.refused_on and form.refused_on > work.today:
        raise Mistake(gettext("That day is still to come. Give the day on which they said no."))
    return form.starts_on, form.ends_on


def _check_answer(work: Work, answer: AnswerForm) -> None:
    if not answer.who:
        raise Mistake(gettext("Say who gave each answer."))
    days = [day for day in (answer.told_on, answer.agreed_on, answer.objected_on, answer.excused_on) if day]
    if any(day > work.today for day in days):
        raise Mistake(gettext("{who}: a day lies in the future.").format(who=answer.who))
    if answer.agreed_on and not (answer.told_on and answer.told_on <= answer.agreed_on):
        raise Mistake(
            gettext("{who}: nobody can agree before they were told. Give the day on which they were told.").format(
                who=answer.who
            )
        )
    if answer.agreed_on and not answer.how:
        raise Mistake(
            gettext("{who}: say in which writing they agreed, for instance “signed form”.").format(who=answer.who)
        )
    _check_excuse(answer)


def _check_excuse(answer: AnswerForm) -> None:
    """The reason, the day and who decided it belong together, and nobody agrees who was not asked."""
    given = (answer.excuse is not None, answer.excused_on is not None, bool(answer.excused_by))
    if any(given) and not all(given):
        raise Mistake(
            gettext("{who}: for a parent who was not asked give the reason, the day, and who decided it.").format(
                who=answer.who
            )
        )
    if any(given) and answer.agreed_on:
        raise Mistake(
            gettext("{who}: somebody who agreed was asked. Take the agreement or the reason away.").format(
                who=answer.who
            )
        )
