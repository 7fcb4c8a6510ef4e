"""The policy's versions and who signed them; who was trained; and what that lets a person do today."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from hashlib import sha256

from sqlalchemy import func, select

from moderation.db.models import Policy, Signature, Training, TrainingRule
from moderation.rules import acceptance as rules
from moderation.rules.acceptance import Entry
from moderation.rules.language import gettext, written_day
from moderation.rules.roles import KEEPERS, Actor, Role
from moderation.rules.telling import News
from moderation.services import audit, telling
from moderation.services.work import Mistake, NotFound, Work

LONGEST_POLICY = 200_000
LONGEST_NAME = 120


def versions(work: Work) -> list[Policy]:
    """All of them, the newest first."""
    return list(work.session.scalars(select(Policy).order_by(Policy.number.desc())))


def _days(work: Work) -> Mapping[int, date]:
    return {row.number: row.holds_from for row in work.session.execute(select(Policy.number, Policy.holds_from))}


def in_force(work: Work) -> Policy | None:
    """The version that holds today; None: the school has no policy here, and nobody is asked for anything."""
    number = rules.in_force(_days(work), work.today)
    return work.session.get_one(Policy, number) if number is not None else None


def coming(work: Work) -> list[Policy]:
    """Versions that everybody is told of and that do not hold yet, the next one first."""
    return [work.session.get_one(Policy, number) for number in rules.coming(_days(work), work.today)]


def entry(work: Work) -> Entry:
    """What the gate asks of people today, and who has done it."""
    return work.once("entry", None, lambda: _entry(work))


def _entry(work: Work) -> Entry:
    policy = in_force(work)
    signed = None
    if policy is not None:
        wanted = select(Signature.user_id).where(Signature.policy_number == policy.number)
        signed = frozenset(work.session.scalars(wanted))
    asked = work.session.get_one(TrainingRule, 1).asked
    good = Training.valid_until.is_(None) | (Training.valid_until >= work.today)
    had = select(Training.user_id).where(Training.struck_at.is_(None), Training.had_on <= work.today, good)
    return Entry(signed, asked, frozenset(work.session.scalars(had)))


@dataclass(frozen=True)
class PolicyForm:
    """What was typed: the text, the day from which it holds, and why it cannot wait for a month, if so."""

    text: str
    holds_from: date | None
    urgent_reason: str = ""


def publish(work: Work, actor: Actor, form: PolicyForm) -> Policy:
    """A new version, told to everybody from now on. Raises Mistake."""
    newest = next(iter(versions(work)), None)
    holds_from = _checked(work, actor, form, newest)
    number = newest.number + 1 if newest else 1
    digest = sha256(form.text.encode()).hexdigest()
    urgent = form.urgent_reason if newest and holds_from < rules.earliest(work.today) else ""
    policy = Policy(
        number=number,
        text=form.text,
        sha256=digest,
        told_on=work.today,
        holds_from=holds_from,
        urgent_reason=urgent,
        written_by_id=actor.id,
        written_at=work.now,
    )
    work.session.add(policy)
    work.session.flush()
    since = holds_from.isoformat()
    audit.append(work, actor, "policy version", version=number, sha256=digest, holds_from=since, reason=urgent)
    telling.tell(work, News.POLICY, about=number, but=(actor.id,))
    return policy


def _checked(work: Work, actor: Actor, form: PolicyForm, newest: Policy | None) -> date:
    """The day from which the form's text may hold."""
    if not form.text.strip():
        raise Mistake(gettext("Paste or write the text of the policy."))
    if len(form.text) > LONGEST_POLICY:
        raise Mistake(
            gettext("The text is longer than {longest:,} characters. Shorten it, or link to the long one.").format(
                longest=LONGEST_POLICY
            )
        )
    if newest and newest.text == form.text:
        raise Mistake(gettext("This is the text of the last version, letter for letter. Nothing was changed."))
    if form.holds_from is None:
        raise Mistake(gettext("Say from which day it holds."))
    if form.holds_from < work.today:
        raise Mistake(gettext("Choose today or a later day: no policy can hold before today."))
    soonest = rules.earliest(work.today)
    if newest and form.holds_from < soonest:
        if actor.role is not Role.HEADTEACHER:
            said = gettext(
                "A change needs a month’s notice: choose {day} or later. "
                "Only the headteacher can let it hold sooner, with a reason."
            )
            raise Mistake(said.format(day=written_day(soonest)))
        if not form.urgent_reason.strip():
            said = gettext("A change needs a month’s notice: choose {day} or later, or say why it cannot wait.")
            raise Mistake(said.format(day=written_day(soonest)))
    return form.holds_from


def get(work: Work, number: int) -> Policy:
    policy = work.session.get(Policy, number)
    if policy is None:
        raise NotFound
    return policy


def sign(work: Work, actor: Actor, number: int, name: str) -> Signature:
    """This person's name under a version that holds or is announced. Raises Mistake; a second time changes nothing."""
    wanted = {policy.number for policy in (*coming(work), in_force(work)) if policy}
    if number not in wanted:
        raise Mistake(gettext("This version is not the one to sign any more. Read the one that is shown now."))
    name = " ".join(name.split())
    if sum(letter.isalpha() for letter in name) < 2:
        raise Mistake(gettext("Type your full name."))
    if len(name) > LONGEST_NAME:
        raise Mistake(gettext("At most {longest} characters fit here.").format(longest=LONGEST_NAME))
    signed = signature(work, actor.id, number)
    if signed is not None:
        return signed
    last = work.session.scalar(select(func.max(Signature.number))) or 0
    signed = Signature(
        number=last + 1,
        policy_number=number,
        user_id=actor.id,
        name=name,
        signed_on=work.today,
        signed_at=work.now,
    )
    work.session.add(signed)
    work.session.flush()
    telling.done(work, actor, News.POLICY, number)
    audit.append(work, actor, "policy signed", version=number, sha256=signed.policy.sha256, signature=signed.number)
    return signed


def signature(work: Work, user_id: int | None, number: int) -> Signature | None:
    one = select(Signature).where(Signature.policy_number == number, Signature.user_id == user_id)
    return work.session.scalars(one).first()


def signatures_of(work: Work, user_id: int | None) -> list[Signature]:
    """The newest version first."""
    theirs = select(Signature).where(Signature.user_id == user_id)
    return list(work.session.scalars(theirs.order_by(Signature.policy_number.desc())))


def statement(work: Work, actor: Actor, number: int) -> Signature:
    """A signature to print: each person their own, those who keep the policy anybody's; for others it is not there."""
    signed = work.session.get(Signature, number)
    if signed is None or (signed.user_id != actor.id and actor.role not in KEEPERS):
        raise NotFound
    return signed
