"""Trainings that people had, whom the school asks for them, and what each person is reminded of."""

from dataclasses import dataclass
from datetime import date

from sqlalchemy import select

from moderation.db.models import Policy, Signature, Training, TrainingRule, User
from moderation.rules.acceptance import Trained, runs_out_soon
from moderation.rules.language import gettext
from moderation.rules.roles import APPROVERS, PUBLISHERS, STAFF, Actor, Role
from moderation.services import acceptance, audit
from moderation.services.work import Mistake, NotFound, Work

LONGEST_KIND = 120


@dataclass(frozen=True)
class TrainingForm:
    user_id: int
    kind: str
    had_on: date | None
    valid_until: date | None = None


def record(work: Work, actor: Actor, form: TrainingForm) -> Training:
    """A training that somebody had. Raises Mistake."""
    if work.session.get(User, form.user_id) is None:
        raise Mistake(gettext("Choose who was trained."))
    if not form.kind.strip() or len(form.kind) > LONGEST_KIND:
        raise Mistake(
            gettext("Say which training it was, in at most {longest} characters.").format(longest=LONGEST_KIND)
        )
    if form.had_on is None or form.had_on > work.today:
        raise Mistake(gettext("Give the day of the training: today, or earlier."))
    if form.valid_until and form.valid_until < form.had_on:
        raise Mistake(gettext("The training runs out before the day on which it was. Choose a later day."))
    row = Training(
        user_id=form.user_id,
        kind=form.kind.strip(),
        had_on=form.had_on,
        valid_until=form.valid_until,
        recorded_by_id=actor.id,
        recorded_at=work.now,
    )
    work.session.add(row)
    work.session.flush()
    audit.append(work, actor, "training recorded", training=row.id, user=row.user_id)
    return row


def strike(work: Work, actor: Actor, training_id: int) -> None:
    """It was recorded by mistake: it counts no more, and the row stays."""
    row = work.session.get(Training, training_id)
    if row is None:
        raise NotFound
    if row.struck_at is None:
        row.struck_at = work.now
        audit.append(work, actor, "training struck", training=row.id, user=row.user_id)


def asked(work: Work) -> Trained:
    return work.session.get_one(TrainingRule, 1).asked


def ask(work: Work, actor: Actor, who: Trained) -> None:
    """Whom the school asks for training from now on."""
    rule = work.session.get_one(TrainingRule, 1)
    if rule.asked is not who:
        rule.asked = who
        audit.append(work, actor, "training asked", who=who)


def needs(role: Role, who: Trained) -> bool:
    """Whether somebody of this role has to be trained: every member of staff may hand in a post."""
    return role in STAFF and (who.asks_submitters or (who.asks_deciders and role in APPROVERS | PUBLISHERS))


@dataclass(frozen=True)
class Standing:
    """One person: what they signed, what they were trained in, what is missing today."""

    user: User
    signed: Signature | None  # of the version that holds
    last_signed: Signature | None
    trainings: tuple[Training, ...]  # the newest first
    untrained: bool  # asked for, and none is valid
    runs_out: date | None  # the day on which the last valid training runs out, if that is soon
    unsigned: tuple[Policy, ...]  # versions that hold or are announced


def standings(work: Work) -> list[Standing]:
    """Everybody who signs in, by name."""
    users = work.session.scalars(select(User).where(User.active).order_by(User.name, User.id))
    return [standing(work, user) for user in users]


def standing(work: Work, user: User) -> Standing:
    held, coming = acceptance.in_force(work), acceptance.coming(work)
    signed = {one.policy_number: one for one in acceptance.signatures_of(work, user.id)}
    had = select(Training).where(Training.user_id == user.id, Training.struck_at.is_(None))
    trainings = tuple(work.session.scalars(had.order_by(Training.had_on.desc(), Training.id.desc())))
    wanted = [policy for policy in (held, *coming) if policy]
    return Standing(
        user=user,
        signed=signed.get(held.number) if held else None,
        last_signed=next(iter(signed.values()), None),
        trainings=trainings,
        untrained=needs(user.role, asked(work)) and not _valid(trainings, work.today),
        runs_out=_runs_out(trainings, work.today),
        unsigned=tuple(policy for policy in wanted if policy.number not in signed),
    )


def _valid(trainings: tuple[Training, ...], day: date) -> list[Training]:
    return [one for one in trainings if one.valid_until is None or one.valid_until >= day]


def _runs_out(trainings: tuple[Training, ...], day: date) -> date | None:
    """When nobody could say any more that this person is trained, if that is soon."""
    days = [one.valid_until for one in _valid(trainings, day)]
    last = max((one for one in days if one), default=None)
    return last if None not in days and runs_out_soon(last, day) else None
