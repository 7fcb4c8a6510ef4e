"""What a post is like at this moment, and the guards that ask it: a guard's docstring is the sentence people read."""

from collections.abc import Callable
from dataclasses import dataclass

from moderation.rules.acceptance import FIRST, NOBODY_YET, Entry
from moderation.rules.checklist import UNANSWERED, Handing
from moderation.rules.language import N_, gettext
from moderation.rules.post_kinds import DECIDERS, PostKind
from moderation.rules.roles import Actor
from moderation.rules.route import Standing

NO_ROUTE = Standing()  # a route without steps: asks nobody, is never complete


@dataclass(frozen=True)
class Case:
    """What the guards need to know about a post at this moment, and what the person brings along."""

    author_id: int
    last_editor_id: int
    took_cover_off: frozenset[int] = frozenset()  # who took off what somebody else had covered
    says_something: bool = False
    photos_without_alt_text: int = 0
    accounts: int = 0
    closed_accounts: int = 0
    misfits: int = 0  # what an account's network does not take
    checks_waiting: int = 0
    checks_current: bool = False
    unsettled: int = 0
    digest: str = ""
    seen_digest: str | None = None
    approved_digest: str | None = None
    standing: Standing = NO_ROUTE
    approval_expired: bool = False
    kit_opened: bool = False
    links_missing: int = 0
    reason: str = ""
    entry: Entry = NOBODY_YET
    handing: Handing = UNANSWERED
    handed_in: bool = False  # and not sent back since
    publishers: frozenset[int] | None = frozenset()  # who has the headteacher's consent; None: nobody needs it
    in_time: bool = True  # or meant though it is late
    held_until: str = ""  # its time in the school's own words, while that is still to come
    out_on: int = 0  # accounts on which it is, or was
    to_take_down: int = 0  # of them, open tasks
    kept_apart: bool = False  # a picture of it must not be seen until a concern is ended
    frozen: bool = False  # the school has stopped everything
    restored: bool = False  # an older database came back, and nobody has looked yet at what it lost
    kind: PostKind = PostKind.POST  # about which fewer people decide


class Refused(Exception):
    """The move is not possible now; the message is for the person who tried."""


class NotYours(Refused):
    """The move belongs to other people."""


class NotAccepted(Refused):
    """The person has something to do first that has nothing to do with the post."""


class Stale(Refused):
    """What the person saw is not what is there now."""


NOT_YOURS = N_("That is not yours to do: it belongs to another role. Ask the administrator.")

Guard = Callable[[Case, Actor], bool]


def is_author(case: Case, actor: Actor) -> bool:
    """Only the person who wrote this post can do that. Ask them."""
    return actor.id == case.author_id


def is_not_author(case: Case, actor: Actor) -> bool:
    """You wrote this post, so somebody else has to decide about it."""
    return actor.id != case.author_id


def is_not_last_editor(case: Case, actor: Actor) -> bool:
    """You were the last to change this post, so somebody else has to decide about it."""
    return actor.id != case.last_editor_id


def took_no_cover_off(case: Case, actor: Actor) -> bool:
    """You took off a cover that somebody else had put on, so somebody else has to decide about it."""
    return actor.id not in case.took_cover_off


def is_theirs_to_decide(case: Case, actor: Actor) -> bool:
    """You decide about reminders only, and the heads decide about this post. Ask one of them."""
    return not actor.roles.isdisjoint(DECIDERS[case.kind])


def says_something(case: Case, actor: Actor) -> bool:
    """Write a caption or add a photo first."""
    return case.says_something


def every_photo_has_alt_text(case: Case, actor: Actor) -> bool:
    """Every photo needs a description for people who cannot see it."""
    return case.photos_without_alt_text == 0


def was_handed_in(case: Case, actor: Actor) -> bool:
    """It was sent back before it was stopped. Send it back: its author has to hand it in again."""
    return case.handed_in


def has_an_account(case: Case, actor: Actor) -> bool:
    """Choose at least one account to post to."""
    return case.accounts > 0


def fits_every_account(case: Case, actor: Actor) -> bool:
    """Something in this post does not fit an account that it is for. Change it, or leave that account out."""
    return case.misfits == 0


def accounts_are_in_use(case: Case, actor: Actor) -> bool:
    """An account of this post is not in use now. Until it is, its author may choose again where the post goes."""
    return case.closed_accounts == 0


def may_use_accounts(case: Case, actor: Actor) -> bool:
    """The school asks for the headteacher’s written consent before you use its accounts. None is recorded for you."""
    return case.publishers is None or actor.id in case.publishers


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


def is_asked_now(case: Case, actor: Actor) -> bool:
    """Your approval is not asked for now: it was given already, or somebody else comes first."""
    return actor.id is not None and case.standing.asks(actor.id, actor.roles)


def has_approved(case: Case, actor: Actor) -> bool:
    """No approval of yours stands for this post."""
    return any(given.person == actor.id for given in case.standing.approvals)


def route_is_complete(case: Case, actor: Actor) -> bool:
    """Somebody else has to approve this post too."""
    return case.standing.is_complete


def route_is_not_complete(case: Case, actor: Actor) -> bool:
    """Everybody who is asked has approved this post. Load the page again."""
    return not case.standing.is_complete


def approval_is_fresh(case: Case, actor: Actor) -> bool:
    """The approval has expired. Ask for it again."""
    return not case.approval_expired


def approval_has_expired(case: Case, actor: Actor) -> bool:
    """The approval is still good."""
    return case.approval_expired


def is_in_time(case: Case, actor: Actor) -> bool:
    """The time by which this post was wanted has passed. Tick that it may still go out, then approve it."""
    return case.in_time


def its_time_has_come(case: Case, actor: Actor) -> bool:
    """This post is held until {held_until}. Nothing of it may go out before."""
    return not case.held_until


def nothing_is_out(case: Case, actor: Actor) -> bool:
    """Some of this post is out already, so it stays as it is. Publish the rest, or stop it."""
    return case.out_on == 0


def something_is_out(case: Case, actor: Actor) -> bool:
    """Nothing of this post is out, so there is nothing to take down."""
    return case.out_on > 0


def nothing_has_to_go(case: Case, actor: Actor) -> bool:
    """Something of this post has to be taken down, or looked at. Nothing more of it goes out until that is done."""
    return case.to_take_down == 0


def kit_was_opened(case: Case, actor: Actor) -> bool:
    """Open the kit first: what goes live is what is in it."""
    return case.kit_opened


def has_every_link(case: Case, actor: Actor) -> bool:
    """Paste the link of the live post for each account."""
    return case.links_missing == 0


def gives_reason(case: Case, actor: Actor) -> bool:
    """Say why, in a few words."""
    return bool(case.reason.strip())


def nothing_is_lost(case: Case, actor: Actor) -> bool:
    """A backup was restored, so refusals may be lost. Nothing goes out until the data lead has put them in again."""
    return not case.restored


def is_not_kept_apart(case: Case, actor: Actor) -> bool:
    """A picture of this post is kept apart until the concern about it is ended."""
    return not case.kept_apart


def nothing_is_frozen(case: Case, actor: Actor) -> bool:
    """The school has stopped everything from going out. Nothing leaves until a head says that it goes on."""
    return not case.frozen


_KINDS: dict[Guard, type[Refused]] = {
    saw_this_version: Stale,
    is_theirs_to_decide: NotYours,
    **dict.fromkeys(FIRST, NotAccepted),
}


def check(guards: tuple[Guard, ...], case: Case, actor: Actor) -> None:
    """Raise Refused with the sentence of the first guard that says no."""
    for guard in guards:
        if not guard(case, actor):
            raise _KINDS.get(guard, Refused)(gettext(str(guard.__doc__)).format(held_until=case.held_until))
