"""The life of an official account, from the application until it is closed; who takes which step, and what it needs."""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum

from moderation.rules.guards import NOT_YOURS, NotYours, Refused, Stale
from moderation.rules.language import N_, gettext
from moderation.rules.roles import KEEPERS, STAFF, Actor, Role

FEWEST_NAMED = 2  # members of staff who answer for an account
LOOKED_AT_EVERY = timedelta(days=365)


class AccountStanding(StrEnum):
    APPLIED = N_("applied for")
    APPROVED = N_("approved")
    IN_USE = N_("in use")  # the only one in which posts go out
    BLOCKED = N_("blocked")
    CLOSED = N_("closed")


class Step(StrEnum):
    APPLY = "applied for"
    WITHDRAW = "application withdrawn"
    APPROVE = "approved"
    REFUSE = "refused"
    WRITE_CASE = "case written"
    CONSENT = "consent given"
    PUT_IN_USE = "put in use"
    RECORD = "credentials recorded"
    LOOK = "looked through"
    BLOCK = "blocked"
    TAKE_OVER = "taken over"
    CLOSE = "closed"


@dataclass(frozen=True)
class Facts:
    """What is known of an account at this moment. `named`: those of its people who are on the staff today."""

    applicant_id: int | None = None
    named: frozenset[int] = frozenset()
    holder_id: int | None = None  # of the credentials
    holder_is_there: bool = False
    is_consented: bool = False
    has_case: bool = False
    credentials_recorded: bool = False
    second_factor: bool = False
    changed_on: date | None = None
    left_on: date | None = None  # somebody who knew the credentials has left, or was replaced
    looked_on: date | None = None  # or the day since when it is in use
    reason: str = ""

    @property
    def is_changed_since(self) -> bool:
        """Whether nobody who is gone knows the credentials."""
        return self.left_on is None or (self.changed_on is not None and self.changed_on >= self.left_on)


Guard = Callable[[Facts, Actor], bool]


def is_applicant(facts: Facts, actor: Actor) -> bool:
    """Only whoever applied can take the application back."""
    return actor.id == facts.applicant_id


def is_not_applicant(facts: Facts, actor: Actor) -> bool:
    """You wrote this application, so somebody else has to decide about it."""
    return actor.id != facts.applicant_id


def has_case(facts: Facts, actor: Actor) -> bool:
    """No case is written for this account yet."""
    return facts.has_case


def is_consented(facts: Facts, actor: Actor) -> bool:
    """The headteacher has not consented to this account in writing yet."""
    return facts.is_consented


def is_not_consented(facts: Facts, actor: Actor) -> bool:
    """The headteacher has consented to the case as it is. To change it, close the account and apply anew."""
    return not facts.is_consented


def names_two(facts: Facts, actor: Actor) -> bool:
    """Name at least two members of staff who are here today."""
    return len(facts.named) >= FEWEST_NAMED


def credentials_are_held(facts: Facts, actor: Actor) -> bool:
    """Record where the credentials are kept, and let somebody hold them who is here today."""
    return facts.credentials_recorded and facts.holder_is_there


def credentials_are_changed(facts: Facts, actor: Actor) -> bool:
    """Somebody who knew the credentials has left. Change them on the network, then give the day on which you did."""
    return facts.is_changed_since


def gives_reason(facts: Facts, actor: Actor) -> bool:
    """Say why, in a few words."""
    return bool(facts.reason.strip())


@dataclass(frozen=True)
class Row:
    """One step: from which standing to which (None: there is no account yet), by whom, and what must hold."""

    step: Step
    moves: Mapping[AccountStanding | None, AccountStanding]
    roles: frozenset[Role]
    named_too: bool = False  # the named people and whoever holds the credentials
    guards: tuple[Guard, ...] = ()

    def is_for(self, facts: Facts, actor: Actor) -> bool:
        theirs = self.named_too and actor.id is not None and actor.id in facts.named | {facts.holder_id}
        return theirs or not actor.roles.isdisjoint(self.roles)


_S = AccountStanding
_ANYBODY, _HEAD = STAFF | {Role.ADMINISTRATOR}, frozenset({Role.HEADTEACHER})
_STAYS: Mapping[AccountStanding | None, AccountStanding] = {_S.IN_USE: _S.IN_USE, _S.BLOCKED: _S.BLOCKED}
_HELD = (credentials_are_held, credentials_are_changed)

ROWS: tuple[Row, ...] = (
    Row(Step.APPLY, {None: _S.APPLIED, _S.CLOSED: _S.APPLIED}, _ANYBODY, guards=(names_two,)),
    Row(Step.WITHDRAW, {_S.APPLIED: _S.CLOSED}, _ANYBODY, guards=(is_applicant,)),
    Row(Step.APPROVE, {_S.APPLIED: _S.APPROVED}, _HEAD, guards=(is_not_applicant, names_two)),
    Row(Step.REFUSE, {_S.APPLIED: _S.CLOSED}, _HEAD, guards=(is_not_applicant, gives_reason)),
    # For accounts that were in use before the school kept cases.
    Row(Step.WRITE_CASE, _STAYS, _ANYBODY, guards=(is_not_consented, names_two)),
    Row(Step.CONSENT, _STAYS, _HEAD, guards=(has_case, is_not_applicant, is_not_consented, names_two)),
    Row(Step.PUT_IN_USE, {_S.APPROVED: _S.IN_USE}, KEEPERS, True, (is_consented, names_two, *_HELD)),
    Row(Step.RECORD, _STAYS, KEEPERS, True, (credentials_are_held,)),
    Row(Step.LOOK, _STAYS, KEEPERS, True),
    Row(Step.BLOCK, {_S.IN_USE: _S.BLOCKED}, KEEPERS | {Role.SYSTEM}, guards=(gives_reason,)),
    Row(
        Step.TAKE_OVER, {_S.IN_USE: _S.IN_USE, _S.BLOCKED: _S.IN_USE}, KEEPERS,
        guards=(is_consented, names_two, *_HELD),
    ),
    Row(
        Step.CLOSE, dict.fromkeys((_S.APPROVED, _S.IN_USE, _S.BLOCKED), _S.CLOSED), KEEPERS,
        guards=(gives_reason,),
    ),
)  # fmt: skip
_BY_STEP = {row.step: row for row in ROWS}
_PERSONAL = (
    is_applicant,
    is_not_applicant,
    has_case,
    is_consented,
    is_not_consented,
)  # what a page hides; the others speak


def may_try(standing: AccountStanding | None, step: Step, actor: Actor, facts: Facts) -> Row:
    """The row of this step, if it is this person's and of this standing. Raises NotYours or Stale."""
    row = _BY_STEP[step]
    if not row.is_for(facts, actor):
        raise NotYours(NOT_YOURS)
    if standing not in row.moves:
        raise Stale(
            gettext("This account is {standing} now, so that is not possible.").format(standing=gettext(str(standing)))
        )
    return row


def advance(standing: AccountStanding | None, step: Step, actor: Actor, facts: Facts) -> AccountStanding:
    """The standing after this step. Raises NotYours for somebody else's, Refused (or Stale) with a sentence."""
    row = may_try(standing, step, actor, facts)
    for guard in row.guards:
        if not guard(facts, actor):
            raise Refused(gettext(str(guard.__doc__)))
    return row.moves[standing]


def available(standing: AccountStanding, actor: Actor, facts: Facts) -> frozenset[Step]:
    """What a page may offer this person; what else a step needs is said when it is tried."""
    return frozenset(
        row.step
        for row in ROWS
        if standing in row.moves
        and row.is_for(facts, actor)
        and all(guard(facts, actor) for guard in row.guards if guard in _PERSONAL)
    )


def why_blocked(facts: Facts) -> str:
    """Why nobody answers for it any more now that somebody has left, as it is written down; empty: enough are there."""
    if facts.credentials_recorded and not facts.holder_is_there:
        return N_("Whoever held its credentials has left.")
    if not names_two(facts, Actor(None, Role.SYSTEM)):
        return N_("A leaver: fewer than 2 of the named members of staff are left.")
    return ""


def lacks(standing: AccountStanding, facts: Facts, today: date) -> list[str]:
    """What somebody has to put right, each in a sentence; nothing for an account that is closed or applied for."""
    if standing not in (AccountStanding.IN_USE, AccountStanding.BLOCKED):
        return []
    due = facts.looked_on is None or facts.looked_on + LOOKED_AT_EVERY <= today
    found = {
        N_("No case written yet."): not facts.has_case,
        N_("The headteacher has not consented in writing yet."): facts.has_case and not facts.is_consented,
        N_("Not recorded yet: where the credentials are kept, and who holds them."): not facts.credentials_recorded,
        N_("The second factor is off. Switch it on, then record it."): (
            facts.credentials_recorded and not facts.second_factor
        ),
        N_("The credentials were not changed since somebody who knew them left."): not facts.is_changed_since,
        N_("Nobody has looked through what is on it for a year."): due,
    }
    return [gettext(sentence) for sentence, is_so in found.items() if is_so]


_NAMED_SECRET = re.compile(r"\b(pass ?(word|code|phrase)|pwd|pw|pin|secret)\s*(is\b|=|:)\s*\S", re.IGNORECASE)
_KINDS = (str.islower, str.isupper, str.isdigit, lambda letter: letter in "!#$%^&*+=?~")


def looks_like_a_password(text: str) -> bool:
    """Whether somebody seems to have typed one: named as such, or a word mixed of four kinds of signs."""
    mixed = (word for word in text.split() if len(word) >= 8 and "://" not in word)
    return bool(_NAMED_SECRET.search(text)) or any(all(any(map(kind, word)) for kind in _KINDS) for word in mixed)
