"""The one place where an account's standing changes, with its audit row; and what a leaver does to it."""

from dataclasses import replace

from sqlalchemy import or_, select

from moderation.db.models import Account, AccountCredentials, User
from moderation.rules import accounts as rules
from moderation.rules.accounts import AccountStanding, Facts, Step
from moderation.rules.roles import KEEPERS, STAFF, SYSTEM, Actor
from moderation.rules.telling import News
from moderation.services import audit, deputies, telling
from moderation.services.work import NotFound, Work


def get(work: Work, account_id: int) -> Account:
    account = work.session.get(Account, account_id)
    if account is None:
        raise NotFound
    return account


def is_staff(user: User) -> bool:
    """Whether they can be named for an account."""
    return user.active and user.role in STAFF


def facts_of(work: Work, account: Account, reason: str = "") -> Facts:
    """What the rules ask for, read now."""
    case, held = account.case, account.credentials
    since = account.standing_since.astimezone(work.zone).date() if account.standing_since else None
    return Facts(
        applicant_id=case.applicant_id if case else None,
        named=frozenset(user.id for user in account.people if is_staff(user)),
        holder_id=held.holder_id if held else None,
        holder_is_there=bool(held and held.holder.active),
        is_consented=bool(case and case.consent_on),
        has_case=case is not None,
        credentials_recorded=held is not None,
        second_factor=bool(held and held.second_factor),
        changed_on=held.changed_on if held else None,
        left_on=account.left_on,
        looked_on=account.looked_on or since,
        reason=reason,
    )


def move(
    work: Work, actor: Actor, account: Account, step: Step, reason: str = "", is_new: bool = False, **detail: object
) -> None:
    """Take a step. Raises NotYours, Refused or Stale with a sentence, and then nothing has changed."""
    reason = reason.strip()
    facts, before = facts_of(work, account, reason), None if is_new else account.standing
    account.standing = rules.advance(before, step, actor, facts)
    if account.standing is not before:
        account.standing_since, account.reason = work.now, reason
    if reason:
        detail["reason"] = reason
    audit.append(
        work, actor, f"account {step}", None, account=account.id, before=before, after=account.standing,
        people=sorted(facts.named), **detail,
    )  # fmt: skip
    work.session.flush()
    _tell(work, actor, account, step)


def _tell(work: Work, actor: Actor, account: Account, step: Step) -> None:
    if step in (Step.WITHDRAW, Step.APPROVE, Step.REFUSE):
        telling.over_about(work, account.id, News.ACCOUNT_WAITS)
    if account.standing is not AccountStanding.BLOCKED:
        telling.over_about(work, account.id, News.ACCOUNT_BLOCKED)
    named = {user.id for user in account.people}
    if step is Step.APPLY:
        telling.tell(work, News.ACCOUNT_WAITS, about=account.id, but=(actor.id,))
    elif step in (Step.APPROVE, Step.REFUSE) and account.case:
        concerned = named | {account.case.applicant_id}
        telling.tell(work, News.ACCOUNT_DECIDED, about=account.id, but=(actor.id,), only=concerned)
    elif step is Step.BLOCK:
        concerned = named | deputies.with_role(work, KEEPERS)
        telling.tell(work, News.ACCOUNT_BLOCKED, about=account.id, but=(actor.id,), only=concerned)


def would_block(work: Work, user: User) -> list[Account]:
    """The accounts that are blocked if this person is kept out now."""
    return [
        account
        for account in _of(work, user)
        if account.standing is AccountStanding.IN_USE and rules.why_blocked(_without(facts_of(work, account), user))
    ]


def _without(facts: Facts, user: User) -> Facts:
    """The same once this person has left."""
    there = facts.holder_is_there and facts.holder_id != user.id
    return replace(facts, named=facts.named - {user.id}, holder_is_there=there)


def left(work: Work, user: User) -> None:
    """Somebody was kept out or works in no post of the staff any more: what they looked after is blocked."""
    for account in _of(work, user):
        is_named = user in account.people and not is_staff(user)
        holds = account.credentials is not None and account.credentials.holder_id == user.id and not user.active
        if not (is_named or holds):
            continue
        account.left_on = work.today
        why = rules.why_blocked(facts_of(work, account))
        if account.standing is AccountStanding.IN_USE and why:
            move(work, SYSTEM, account, Step.BLOCK, why, leaver=user.id)


def _of(work: Work, user: User) -> list[Account]:
    """The accounts for which they are named, or whose credentials they hold."""
    held = select(AccountCredentials.account_id).where(AccountCredentials.holder_id == user.id)
    theirs = select(Account).where(or_(Account.people.any(User.id == user.id), Account.id.in_(held)))
    return list(work.session.scalars(theirs.order_by(Account.id)))
