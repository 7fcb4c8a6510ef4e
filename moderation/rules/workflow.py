"""The life of a post: its states, and one table that says who may move it from where to where."""

from dataclasses import dataclass
from enum import StrEnum

from moderation.rules.acceptance import TO_HAND_IN, has_signed, may_decide
from moderation.rules.checklist import CHECKLIST
from moderation.rules.guards import (
    NOT_YOURS,
    Case,
    Guard,
    NotAccepted,
    NotYours,
    Refused,
    Stale,
    accounts_are_in_use,
    approval_has_expired,
    approval_is_fresh,
    check,
    checks_are_current,
    every_photo_has_alt_text,
    everything_is_settled,
    fits_every_account,
    gives_reason,
    has_an_account,
    has_approved,
    has_every_link,
    is_as_approved,
    is_asked_now,
    is_author,
    is_in_time,
    is_not_author,
    is_not_kept_apart,
    is_not_last_editor,
    is_theirs_to_decide,
    its_time_has_come,
    kit_was_opened,
    may_use_accounts,
    nothing_has_to_go,
    nothing_is_frozen,
    nothing_is_lost,
    nothing_is_out,
    route_is_complete,
    route_is_not_complete,
    saw_this_version,
    says_something,
    something_is_out,
    took_no_cover_off,
    was_handed_in,
)
from moderation.rules.language import N_, gettext
from moderation.rules.post_kinds import DECIDERS, PostKind
from moderation.rules.roles import APPROVERS, PUBLISHERS, STAFF, Actor, Role

# For those who move posts: the table and what it asks, from one place.
__all__ = [
    "DECIDES",
    "NOT_YOURS",
    "RELEASABLE",
    "TRANSITIONS",
    "Action",
    "Case",
    "Guard",
    "NotAccepted",
    "NotYours",
    "Refused",
    "Stale",
    "State",
    "advance",
    "available",
    "check",
    "checks_are_current",
    "is_not_author",
    "is_theirs_to_decide",
    "kit_was_opened",
]


class State(StrEnum):
    DRAFT = N_("draft")
    CHECKING = N_("checking")
    IN_REVIEW = N_("in review")
    SENT_BACK = N_("sent back")
    RELEASED = N_("released")
    LIVE = N_("live")
    STOPPED = N_("stopped")
    TAKEN_DOWN = N_("taken down")
    DISCARDED = N_("discarded")
    PURGED = N_("purged")  # its time is over: nothing is left but numbers, dates and digests


EDITABLE = (State.DRAFT, State.SENT_BACK)  # its author writes in it


class Action(StrEnum):
    SUBMIT = "submit"
    FINISH_CHECKS = "finish checks"
    RECHECK = "check again"
    SETTLE = "settle"
    COVER = "cover"
    UNCOVER = "take cover off"
    REMOVE_PHOTO = "remove photo"
    MOVE_CROP = "move crop"
    LEAVE_OUT = "leave out account"
    SEND_BACK = "send back"
    APPROVE = "approve"
    RELEASE = "release"
    ASK_AGAIN = "ask for more approvals"
    TAKE_OWN_BACK = "take own approval back"
    EXPIRE = "expire"
    UNAPPROVE = "take approval back"
    TAKE_BACK = "take back to edit"
    STOP = "stop"
    RESUME = "resume"
    OUT_ON_ONE = "out on one account"  # and on others not yet
    OUT_UNASKED = "out after the kit closed"
    MARK_LIVE = "mark live"
    TAKE_DOWN = "take down"
    DISCARD = "discard"
    PURGE = "purge"
    PURGE_AGAIN = "purge again"


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
# Publishers decide about reminders alone: each row of theirs asks for that first.
_DECIDERS = DECIDERS[PostKind.REMINDER]
# What must hold for anything of a released post to leave the house.
RELEASABLE: tuple[Guard, ...] = (
    has_signed, may_decide, is_not_kept_apart, nothing_is_frozen, nothing_is_lost, is_as_approved, checks_are_current,
    approval_is_fresh, accounts_are_in_use, may_use_accounts, route_is_complete, nothing_has_to_go, its_time_has_come,
)  # fmt: skip
# Where something of a post can be out and the rest is not.
_UNDER_WAY = {_S.CHECKING, _S.IN_REVIEW, _S.RELEASED, _S.STOPPED}
# Whoever works on what goes out, short of deciding: a word on a flag counts as much as an approval.
_WORKS_ON_IT = (is_not_author, has_signed, may_decide, saw_this_version)
_CHANGE = (*_WORKS_ON_IT, nothing_is_out)
# Whoever decides: somebody other than who made it what it is, with a signed policy.
DECIDES = (is_theirs_to_decide, is_not_author, is_not_last_editor, took_no_cover_off, has_signed, may_decide)
_COMPLETE = (says_something, every_photo_has_alt_text, has_an_account)
_DECIDABLE = (
    *_COMPLETE, fits_every_account, nothing_is_lost, accounts_are_in_use, checks_are_current, everything_is_settled,
)  # fmt: skip

TRANSITIONS: tuple[Transition, ...] = (
    _row(
        _A.SUBMIT, {_S.DRAFT, _S.SENT_BACK}, _S.CHECKING, STAFF,
        is_author, *TO_HAND_IN, *_COMPLETE, *CHECKLIST, fits_every_account,
    ),
    _row(_A.FINISH_CHECKS, {_S.CHECKING}, _S.IN_REVIEW, _SYSTEM, checks_are_current),
    _row(_A.RECHECK, {_S.IN_REVIEW, _S.RELEASED}, _S.CHECKING, _SYSTEM),
    _row(_A.SETTLE, {_S.IN_REVIEW}, _S.IN_REVIEW, _DECIDERS, is_theirs_to_decide, *_WORKS_ON_IT),
    _row(_A.COVER, {_S.IN_REVIEW}, _S.CHECKING, APPROVERS, *_CHANGE),
    _row(_A.UNCOVER, {_S.IN_REVIEW}, _S.CHECKING, APPROVERS, *_CHANGE),
    _row(_A.REMOVE_PHOTO, {_S.IN_REVIEW}, _S.CHECKING, APPROVERS, *_CHANGE),
    _row(_A.MOVE_CROP, {_S.IN_REVIEW}, _S.CHECKING, APPROVERS, *_CHANGE),
    _row(_A.LEAVE_OUT, {_S.IN_REVIEW}, _S.CHECKING, APPROVERS, *_WORKS_ON_IT, has_an_account),
    _row(
        _A.SEND_BACK, {_S.IN_REVIEW, _S.STOPPED}, _S.SENT_BACK, _DECIDERS,
        is_theirs_to_decide, is_not_author, gives_reason, nothing_is_out,
    ),
    _row(
        _A.APPROVE, {_S.IN_REVIEW}, _S.IN_REVIEW, _DECIDERS,
        *DECIDES, saw_this_version, is_asked_now, *_DECIDABLE, is_in_time,
    ),
    # In the transaction of the last approval and by its approver: no change of a route releases anything.
    _row(
        _A.RELEASE, {_S.IN_REVIEW}, _S.RELEASED, _DECIDERS,
        *DECIDES, nothing_is_frozen, saw_this_version, has_approved, route_is_complete, *_DECIDABLE,
    ),
    _row(_A.ASK_AGAIN, {_S.RELEASED}, _S.IN_REVIEW, _SYSTEM, route_is_not_complete),
    _row(_A.TAKE_OWN_BACK, {_S.IN_REVIEW}, _S.IN_REVIEW, _DECIDERS, is_theirs_to_decide, has_approved),
    _row(_A.EXPIRE, {_S.RELEASED}, _S.IN_REVIEW, _SYSTEM, approval_has_expired),
    _row(_A.UNAPPROVE, {_S.RELEASED}, _S.IN_REVIEW, _DECIDERS, is_theirs_to_decide, gives_reason),
    _row(_A.TAKE_BACK, {_S.CHECKING, _S.IN_REVIEW, _S.RELEASED}, _S.DRAFT, STAFF, is_author, nothing_is_out),
    _row(_A.STOP, {_S.CHECKING, _S.IN_REVIEW, _S.SENT_BACK, _S.RELEASED}, _S.STOPPED, STAFF, gives_reason),
    _row(
        _A.RESUME, {_S.STOPPED}, _S.CHECKING, APPROVERS,
        is_not_author, has_signed, may_decide, gives_reason, was_handed_in, *_COMPLETE,
    ),
    _row(_A.OUT_ON_ONE, {_S.RELEASED}, _S.RELEASED, PUBLISHERS, *RELEASABLE, kit_was_opened),
    # It is out already, so it is written down whatever has changed; the rest waits for an approver.
    _row(_A.OUT_UNASKED, _UNDER_WAY, _S.STOPPED, PUBLISHERS, gives_reason),
    _row(_A.MARK_LIVE, {_S.RELEASED}, _S.LIVE, PUBLISHERS, *RELEASABLE, kit_was_opened, has_every_link),
    _row(
        _A.TAKE_DOWN, {_S.LIVE, *_UNDER_WAY}, _S.TAKEN_DOWN, PUBLISHERS | APPROVERS,
        gives_reason, something_is_out,
    ),
    _row(_A.DISCARD, {_S.DRAFT, _S.SENT_BACK, _S.STOPPED}, _S.DISCARDED, STAFF, is_author, nothing_is_out),
    _row(_A.PURGE, {_S.DRAFT, _S.SENT_BACK, _S.STOPPED, _S.DISCARDED, _S.TAKEN_DOWN}, _S.PURGED, _SYSTEM),
    _row(_A.PURGE_AGAIN, set(_S) - {_S.PURGED}, _S.PURGED, _SYSTEM),  # what a restored backup has brought back
)  # fmt: skip

# All that can happen to a post while a picture of it is kept apart: it stops, it is taken down, nothing more.
EVEN_IF_APART = frozenset({Action.STOP, Action.TAKE_DOWN, Action.PURGE_AGAIN})
_BY_ACTION = {row.action: row for row in TRANSITIONS}


def advance(state: State, action: Action, actor: Actor, case: Case) -> State:
    """The state after `action`. Raises NotYours for the wrong role, Refused (or Stale) with a sentence otherwise."""
    row = _BY_ACTION[action]
    if actor.roles.isdisjoint(row.roles):
        raise NotYours(gettext(NOT_YOURS))
    if state not in row.sources:
        raise Stale(gettext("This post is {state} now, so that is no longer possible.").format(state=gettext(state)))
    if action not in EVEN_IF_APART:
        check((is_not_kept_apart,), case, actor)
    check(row.guards, case, actor)
    return row.target


def available(
    state: State, actor: Actor, author_id: int, last_editor_id: int, out_on: int = 0, kind: PostKind = PostKind.POST
) -> frozenset[Action]:
    """What a page may offer by role, state, kind, authorship, what is out; the other guards speak when tried."""
    case = Case(author_id, last_editor_id, out_on=out_on, kind=kind)
    personal = {is_author, is_not_author, is_not_last_editor, is_theirs_to_decide, nothing_is_out, something_is_out}
    return frozenset(
        row.action
        for row in TRANSITIONS
        if not actor.roles.isdisjoint(row.roles)
        and state in row.sources
        and all(guard(case, actor) for guard in row.guards if guard in personal)
    )
