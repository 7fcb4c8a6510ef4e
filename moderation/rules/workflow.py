"""The life of a post: its states, and one table that says who may move it from where to where."""

from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum

from moderation.rules.acceptance import FIRST, NOBODY_YET, TO_HAND_IN, Entry, has_signed, may_decide
from moderation.rules.checklist import CHECKLIST, UNANSWERED, Handing
from moderation.rules.roles import APPROVERS, PUBLISHERS, STAFF, Actor, Role


class State(StrEnum):
    DRAFT = "draft"
    CHECKING = "checking"
    IN_REVIEW = "in review"
    SENT_BACK = "sent back"
    RELEASED = "released"
    LIVE = "live"
    STOPPED = "stopped"
    TAKEN_DOWN = "taken down"
    DISCARDED = "discarded"
    PURGED = "purged"  # its time is over: nothing is left but numbers, dates and digests


class Action(StrEnum):
    SUBMIT = "submit"
    FINISH_CHECKS = "finish checks"
    RECHECK = "check again"
    SETTLE = "settle"
    COVER = "cover"
    REMOVE_PHOTO = "remove photo"
    SEND_BACK = "send back"
    APPROVE = "approve"
    EXPIRE = "expire"
    UNAPPROVE = "take approval back"
    TAKE_BACK = "take back to edit"
    STOP = "stop"
    RESUME = "resume"
    MARK_LIVE = "mark live"
    TAKE_DOWN = "take down"
    DISCARD = "discard"
    PURGE = "purge"
    PURGE_AGAIN = "purge again"


@dataclass(frozen=True)
class Case:
    """What the guards need to know about a post at this moment, and what the person brings along."""

    author_id: int
    last_editor_id: int
    says_something: bool = False
    photos_without_alt_text: int = 0
    accounts: int = 0
    closed_accounts: int = 0
    checks_waiting: int = 0
    checks_current: bool = False
    unsettled: int = 0
    digest: str = ""
    seen_digest: str | None = None
    approved_digest: str | None = None
    approval_expired: bool = False
    kit_opened: bool = False
    links_missing: int = 0
    reason: str = ""
    entry: Entry = NOBODY_YET
    handing: Handing = UNANSWERED


class Refused(Exception):
    """The move is not possible now; the message is for the person who tried."""


class NotYours(Refused):
    """The move belongs to other people."""


class NotAccepted(Refused):
    """The person has something to do first that has nothing to do with the post."""


class Stale(Refused):
    """What the person saw is not what is there now."""


NOT_YOURS = "That is not yours to do."

Guard = Callable[[Case, Actor], bool]


def is_author(case: Case, actor: Actor) -> bool:
    """Only the person who wrote this post can do that."""
    return actor.id == case.author_id


def is_not_author(case: Case, actor: Actor) -> bool:
    """You wrote this post, so somebody else has to decide about it."""
    return actor.id != case.author_id


def is_not_last_editor(case: Case, actor: Actor) -> bool:
    """You were the last to change this post, so somebody else has to decide about it."""
    return actor.id != case.last_editor_id


def says_something(case: Case, actor: Actor) -> bool:
    """Write a caption or add a photo first."""
    return case.says_something


def every_photo_has_alt_text(case: Case, actor: Actor) -> bool:
    """Every photo needs a description for people who cannot see it."""
    return case.photos_without_alt_text == 0


def has_an_account(case: Case, actor: Actor) -> bool:
    """Choose at least one account to post to."""
    return case.accounts > 0


def accounts_are_in_use(case: Case, actor: Actor) -> bool:
    """An account of this post is no longer in use. Its author has to choose again where it goes."""
    return case.closed_accounts == 0


def checks_are_current(case: Case, actor: Actor) -> bool:
    """The checks of this post are not finished with today's list and roll. Try again in a minute."""
    return case.checks_current and case.checks_waiting == 0


def everything_is_settled(case: Case, actor: Actor) -> bool:
    """Settle every flag first: each one needs a person's word."""
    return case.unsettled == 0


def saw_this_version(case: Case, actor: Actor) -> bool:
    """This post changed since you opened it. Look at it as it is now, then decide."""
    return case.seen_digest == case.digest


def is_as_approved(case: Case, actor: Actor) -> bool:
    """This post is not what was approved. It has to be approved again."""
    return case.approved_digest == case.digest


def approval_is_fresh(case: Case, actor: Actor) -> bool:
    """The approval has expired. Ask for it again."""
    return not case.approval_expired


def approval_has_expired(case: Case, actor: Actor) -> bool:
    """The approval is still good."""
    return case.approval_expired


def kit_was_opened(case: Case, actor: Actor) -> bool:
    """Open the kit first: what goes live is what is in it."""
    return case.kit_opened


def has_every_link(case: Case, actor: Actor) -> bool:
    """Paste the link of the live post for each account."""
    return case.links_missing == 0


def gives_reason(case: Case, actor: Actor) -> bool:
    """Say why, in a few words."""
    return bool(case.reason.strip())


@dataclass(frozen=True)
class Transition:
    action: Action
    sources: frozenset[State]
    target: State
    roles: frozenset[Role]
    guards: tuple[Guard, ...] = ()


def _row(action: Action, sources: set[State], target: State, roles: frozenset[Role], *guards: Guard) -> Transition:
    return Transition(action, frozenset(sources), target, roles, guards)


_SYSTEM, _S, _A = frozenset({Role.SYSTEM}), State, Action
# What must hold for anything of a released post to leave the house.
RELEASABLE: tuple[Guard, ...] = (
    has_signed, may_decide, is_as_approved, checks_are_current, approval_is_fresh, accounts_are_in_use)  # fmt: skip
_COMPLETE = (says_something, every_photo_has_alt_text, has_an_account)

TRANSITIONS: tuple[Transition, ...] = (
    _row(_A.SUBMIT, {_S.DRAFT, _S.SENT_BACK}, _S.CHECKING, STAFF, is_author, *TO_HAND_IN, *_COMPLETE, *CHECKLIST),
    _row(_A.FINISH_CHECKS, {_S.CHECKING}, _S.IN_REVIEW, _SYSTEM, checks_are_current),
    _row(_A.RECHECK, {_S.IN_REVIEW, _S.RELEASED}, _S.CHECKING, _SYSTEM),
    _row(_A.SETTLE, {_S.IN_REVIEW}, _S.IN_REVIEW, APPROVERS, is_not_author, saw_this_version),
    _row(_A.COVER, {_S.IN_REVIEW}, _S.CHECKING, APPROVERS, is_not_author, saw_this_version),
    _row(_A.REMOVE_PHOTO, {_S.IN_REVIEW}, _S.CHECKING, APPROVERS, is_not_author, saw_this_version),
    _row(_A.SEND_BACK, {_S.IN_REVIEW}, _S.SENT_BACK, APPROVERS, is_not_author, gives_reason),
    _row(
        _A.APPROVE, {_S.IN_REVIEW}, _S.RELEASED, APPROVERS,
        is_not_author, is_not_last_editor, has_signed, may_decide, saw_this_version,
        *_COMPLETE, accounts_are_in_use, checks_are_current, everything_is_settled,
    ),
    _row(_A.EXPIRE, {_S.RELEASED}, _S.IN_REVIEW, _SYSTEM, approval_has_expired),
    _row(_A.UNAPPROVE, {_S.RELEASED}, _S.IN_REVIEW, APPROVERS, gives_reason),
    _row(_A.TAKE_BACK, {_S.CHECKING, _S.IN_REVIEW, _S.RELEASED}, _S.DRAFT, STAFF, is_author),
    _row(_A.STOP, {_S.CHECKING, _S.IN_REVIEW, _S.SENT_BACK, _S.RELEASED}, _S.STOPPED, STAFF, gives_reason),
    _row(_A.RESUME, {_S.STOPPED}, _S.CHECKING, APPROVERS, is_not_author, gives_reason, *_COMPLETE),
    _row(
        _A.MARK_LIVE, {_S.RELEASED}, _S.LIVE, PUBLISHERS,
        *RELEASABLE, kit_was_opened, has_every_link,
    ),
    _row(_A.TAKE_DOWN, {_S.LIVE}, _S.TAKEN_DOWN, PUBLISHERS | APPROVERS, gives_reason),
    _row(_A.DISCARD, {_S.DRAFT, _S.SENT_BACK, _S.STOPPED}, _S.DISCARDED, STAFF, is_author),
    _row(_A.PURGE, {_S.DRAFT, _S.SENT_BACK, _S.STOPPED, _S.DISCARDED, _S.TAKEN_DOWN}, _S.PURGED, _SYSTEM),
    _row(_A.PURGE_AGAIN, set(_S) - {_S.PURGED}, _S.PURGED, _SYSTEM),  # what a restored backup has brought back
)  # fmt: skip

_BY_ACTION = {row.action: row for row in TRANSITIONS}
_KINDS: dict[Guard, type[Refused]] = {saw_this_version: Stale, **dict.fromkeys(FIRST, NotAccepted)}


def check(guards: tuple[Guard, ...], case: Case, actor: Actor) -> None:
    """Raise Refused with the sentence of the first guard that says no."""
    for guard in guards:
        if not guard(case, actor):
            raise _KINDS.get(guard, Refused)(str(guard.__doc__))


def advance(state: State, action: Action, actor: Actor, case: Case) -> State:
    """The state after `action`. Raises NotYours for the wrong role, Refused (or Stale) with a sentence otherwise."""
    row = _BY_ACTION[action]
    if actor.role not in row.roles:
        raise NotYours(NOT_YOURS)
    if state not in row.sources:
        raise Stale(f"This post is {state} now, so that is no longer possible.")
    check(row.guards, case, actor)
    return row.target


def available(state: State, actor: Actor, author_id: int, last_editor_id: int) -> frozenset[Action]:
    """What a page may offer this person by role, state and authorship; the other guards speak when it is tried."""
    case = Case(author_id, last_editor_id)
    personal = {is_author, is_not_author, is_not_last_editor}
    return frozenset(
        row.action
        for row in TRANSITIONS
        if actor.role in row.roles
        and state in row.sources
        and all(guard(case, actor) for guard in row.guards if guard in personal)
    )
