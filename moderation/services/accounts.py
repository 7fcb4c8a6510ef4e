"""The school's accounts: applied for, approved, put in use, blocked by a leaver, taken over, closed. No passwords."""

from dataclasses import dataclass, replace
from datetime import date

from sqlalchemy import select

from moderation.db.models import Account, AccountCase, AccountCredentials, User
from moderation.rules import accounts as rules
from moderation.rules.accounts import AccountStanding, Step
from moderation.rules.consent import Medium
from moderation.rules.language import N_, gettext
from moderation.rules.networks import named
from moderation.rules.roles import Actor
from moderation.services.account_moves import facts_of, get, is_staff, move
from moderation.services.work import Mistake, NotFound, Work

LONGEST = 2000  # characters of an answer of the case
LONGEST_PLACE = 200
OLDEST = 18  # years that a network can ask for


@dataclass(frozen=True)
class Place:
    network: str
    handle: str
    medium: Medium = Medium.SOCIAL


@dataclass(frozen=True)
class CaseForm:
    """What somebody answers who applies for an account. `people`: numbers of the named members of staff."""

    aim: str
    audience: str
    promotion: str
    people: tuple[int, ...]
    is_open: bool | None
    minimum_age: int | None
    uses_logo: bool = False


@dataclass(frozen=True)
class Consent:
    """The headteacher's written word. `kept`: where the paper is; empty: given here and now."""

    given_on: date | None = None
    kept: str = ""
    logo_allowed: bool = False


@dataclass(frozen=True)
class Credentials:
    kept: str
    holder_id: int | None
    changed_on: date | None
    second_factor: bool | None


def apply(work: Work, actor: Actor, place: Place, form: CaseForm) -> Account:
    """Ask for an account. Raises Mistake for answers that cannot be used, Refused where the rules say no."""
    network, handle = place.network.strip(), place.handle.strip()
    if not network or not handle or len(network) > 40 or len(handle) > 120:
        raise Mistake(gettext("An account needs its network (at most 40 characters) and its name there (at most 120)."))
    same = select(Account).where(Account.network == network, Account.handle == handle)
    if work.session.scalars(same).first():
        raise Mistake(gettext("This account is in the list already. Open it there."))
    known = named(network)
    account = Account(network=network, network_key=known.key if known else "", handle=handle, medium=place.medium)
    account.standing, account.standing_since, account.reason = AccountStanding.APPLIED, work.now, ""
    work.session.add(account)
    _write(work, actor, account, form)
    move(work, actor, account, Step.APPLY, is_new=True)
    return account


def apply_again(work: Work, actor: Actor, account_id: int, form: CaseForm) -> None:
    """For an account that was closed or refused; or the case of one that was in use before cases were kept."""
    account = get(work, account_id)
    step = Step.APPLY if account.standing is AccountStanding.CLOSED else Step.WRITE_CASE
    people = frozenset(user.id for user in _people(work, form.people))
    rules.advance(account.standing, step, actor, replace(facts_of(work, account), named=people))
    _write(work, actor, account, form)
    move(work, actor, account, step)


def _write(work: Work, actor: Actor, account: Account, form: CaseForm) -> None:
    answers = [words(text, LONGEST, what) for what, text in (
        (N_("what it is for"), form.aim),
        (N_("who it is for"), form.audience),
        (N_("how people learn of it"), form.promotion),
    )]  # fmt: skip
    if form.is_open is None:
        raise Mistake(gettext("Say whether the account is open to everybody or closed."))
    if form.minimum_age is None or not 0 <= form.minimum_age <= OLDEST:
        raise Mistake(
            gettext("Give the network’s minimum age in years, 0 to {oldest}. 0 means that it asks for none.").format(
                oldest=OLDEST
            )
        )
    account.people = _people(work, form.people)
    work.session.flush()
    case = account.case or AccountCase(account_id=account.id)
    case.aim, case.audience, case.promotion = answers
    case.is_open, case.minimum_age, case.uses_logo = form.is_open, form.minimum_age, form.uses_logo
    case.applicant_id, case.applied_at = actor.id or 0, work.now
    case.consent_by_id, case.consent_on, case.consent_kept, case.logo_allowed = None, None, "", False
    work.session.add(case)
    work.session.flush()
    work.session.refresh(account)


def words(text: str, longest: int, what: str, may_be_empty: bool = False) -> str:
    """One answer, tidied. Raises Mistake if it is missing, too long, or looks like a password."""
    text = text.strip()
    if not text and not may_be_empty:
        raise Mistake(gettext("Say {what}.").format(what=gettext(what)))
    if len(text) > longest:
        raise Mistake(
            gettext("Say {what} in at most {longest:,} characters.").format(what=gettext(what), longest=longest)
        )
    if rules.looks_like_a_password(text):
        raise Mistake(
            gettext("This looks like a password. None is kept here: say only where it is kept, and who holds it.")
        )
    return text


def _people(work: Work, ids: tuple[int, ...]) -> list[User]:
    people = work.session.scalars(select(User).where(User.id.in_(ids)).order_by(User.name)).all()
    return [user for user in people if is_staff(user)]


def withdraw(work: Work, actor: Actor, account_id: int) -> None:
    move(work, actor, get(work, account_id), Step.WITHDRAW)


def consent(work: Work, actor: Actor, account_id: int, form: Consent) -> None:
    """The headteacher's approval of an application, or their word on an account that was in use before."""
    account = get(work, account_id)
    step = Step.APPROVE if account.standing is AccountStanding.APPLIED else Step.CONSENT
    case = account.case
    if case is None:
        raise NotFound
    kept = words(form.kept, LONGEST_PLACE, N_("where the paper is"), may_be_empty=True)
    given_on = form.given_on or work.today
    if given_on > work.today:
        raise Mistake(gettext("That day is still to come. Give the day of the consent."))
    logo = form.logo_allowed and case.uses_logo
    move(work, actor, account, step, logo=logo, given_on=given_on.isoformat())
    case.consent_by_id, case.consent_on, case.consent_kept, case.logo_allowed = actor.id, given_on, kept, logo
    work.session.flush()


def refuse(work: Work, actor: Actor, account_id: int, reason: str) -> None:
    move(work, actor, get(work, account_id), Step.REFUSE, reason)


def record(work: Work, actor: Actor, account_id: int, form: Credentials) -> None:
    """Where the credentials are now. For an approved account this puts it in use."""
    account = get(work, account_id)
    step = Step.PUT_IN_USE if account.standing is AccountStanding.APPROVED else Step.RECORD
    _hold(work, actor, account, step, form)


def take_over(work: Work, actor: Actor, account_id: int, people: tuple[int, ...], form: Credentials) -> None:
    """Other people look after the account from now on, with credentials that nobody knows who has left."""
    account = get(work, account_id)
    before = facts_of(work, account).named
    account.people = _people(work, people)
    _hold(work, actor, account, Step.TAKE_OVER, form)
    if before - {user.id for user in account.people}:
        account.left_on = work.today  # who was replaced knows them: said until they are changed
    work.session.flush()


def _hold(work: Work, actor: Actor, account: Account, step: Step, form: Credentials) -> None:
    rules.may_try(account.standing, step, actor, facts_of(work, account))
    holder = work.session.get(User, form.holder_id or 0)
    if holder is None or not holder.active:
        raise Mistake(gettext("Choose who holds the credentials: somebody who works here."))
    if form.changed_on is None or form.changed_on > work.today:
        raise Mistake(gettext("Give the day on which the credentials were last changed: today, or earlier."))
    if form.second_factor is None:
        raise Mistake(gettext("Say whether a second factor is on."))
    held = account.credentials or AccountCredentials(account_id=account.id)
    held.kept = words(form.kept, LONGEST_PLACE, N_("where the credentials are kept"))
    held.holder_id, held.changed_on, held.second_factor = holder.id, form.changed_on, form.second_factor
    held.recorded_at = work.now
    work.session.add(held)
    work.session.flush()
    work.session.refresh(account)
    work.session.refresh(held)
    detail = {"holder": holder.id, "changed_on": form.changed_on.isoformat(), "second_factor": form.second_factor}
    move(work, actor, account, step, "", False, **detail)


def look(work: Work, actor: Actor, account_id: int) -> None:
    """Somebody has looked through what is on it today."""
    account = get(work, account_id)
    move(work, actor, account, Step.LOOK)
    account.looked_on = work.today


def block(work: Work, actor: Actor, account_id: int, reason: str) -> None:
    move(work, actor, get(work, account_id), Step.BLOCK, reason)


def close(work: Work, actor: Actor, account_id: int, reason: str) -> None:
    """Nothing more goes out there. What is live there stays listed as live."""
    move(work, actor, get(work, account_id), Step.CLOSE, reason)
