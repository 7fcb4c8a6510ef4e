"""What is told to whom: one table. A message says what happened and where to look, never who or what is in a post."""

from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum

from moderation.rules.language import N_
from moderation.rules.roles import Role
from moderation.rules.told_whom import ROLES, Whom
from moderation.rules.workflow import State


class Pace(StrEnum):
    URGENT = "urgent"  # now, at any hour; nobody can switch it off
    AT_ONCE = "at once"  # now, unless the hours are quiet
    DIGEST = "digest"  # with others, at the school's times
    NONE = "none"  # on the page alone


class Topic(StrEnum):
    """What a person can choose a pace for."""

    OWN = N_("your own posts")
    DECIDE = N_("posts that wait for a decision")
    PUBLISH = N_("posts to publish")
    REGISTER = N_("register and recognition")
    POLICY = N_("the social media policy")
    ACCOUNTS = N_("the school’s accounts")
    KEEPING = N_("messages that could not be sent")
    CONCERNS = N_("concerns on your desk")
    SIGN_IN = N_("signing in")
    INCIDENT = N_("everything stopped")  # urgent alone, so nobody chooses


class News(StrEnum):
    """One thing that one kind of person is told. OWN_…: to the author of the post."""

    OWN_CHECKED = "own checked"
    OWN_FLAGS = "own flags"
    OWN_CHANGED = "own changed"
    OWN_SENT_BACK = "own sent back"
    OWN_APPROVED = "own approved"
    OWN_LOST = "own approval lost"
    OWN_EXPIRED = "own approval expired"
    OWN_RESUMED = "own resumed"
    OWN_MOVED = "own time moved"
    OWN_LIVE = "own live"
    OWN_STOPPED = "own stopped"
    OWN_HELD = "own held back"
    OWN_MUST_GO = "own must be taken down"
    OWN_DOWN = "own taken down"
    WAITS = "waits"
    URGENT_WAITS = "urgent waits"
    EXPIRED = "approval expired"
    LATE = "waits too long"
    WANTED_SOON = "wanted soon"
    ESCALATED = "escalated"
    LIVE = "live"
    READY = "ready"
    LOST = "approval lost"
    HELD = "held back"
    PERHAPS_OUT = "perhaps out"
    STOPPED = "stopped"
    MUST_GO = "must be taken down"
    NOT_AS_APPROVED = "not as approved"
    NOT_COMPARED = "could not be compared"
    NOT_POSTED = "not posted"
    NOT_REMOVED = "not removed"
    DOWN = "taken down"
    IMPORT_WAITS = "import waits"
    LOOKED_BACK = "looked back"
    RECOGNITION_ENDS = "recognition ends"
    POLICY = "policy"
    PARKED = "message parked"
    ACCOUNT_WAITS = "account waits"
    ACCOUNT_DECIDED = "account decided"
    ACCOUNT_BLOCKED = "account blocked"
    CONCERN = "concern"
    CONCERNS_MANY = "very many concerns"
    CONCERN_NOW = "concern at once"
    CONCERN_LATE = "concern late"
    TAKEDOWN_LATE = "takedown late"
    FROZEN = "everything stopped"
    THAWED = "everything goes on"
    CHECK_FAILED = "check failed"
    SECOND_STEP_RESET = "second step reset"
    WAY_IN_CHANGED = "way in changed"
    INVITED = "invited"


@dataclass(frozen=True)
class Line:
    """`page`: with the number of what it is about. `while_in`: the states in which it is still true; empty: always.

    `again`: told anew though the person was told before and it is still true.
    """

    whom: Whom
    topic: Topic
    pace: Pace
    sentence: str
    page: str
    while_in: frozenset[State] = frozenset()
    again: bool = False


_POST, _REVIEW, _BOARD, _ACCOUNT = "/posts/{}", "/review/{}", "/publish/", "/accounts/{}"
_CONCERN, _INCIDENT = "/concerns/{}", "/incident/"
_S, _W, _T, _P = State, Whom, Topic, Pace
_WAITING = frozenset({State.CHECKING, State.IN_REVIEW})
_SOMEWHERE_OUT = frozenset({State.CHECKING, State.IN_REVIEW, State.RELEASED, State.STOPPED, State.LIVE})


def _own(pace: Pace, sentence: str, page: str = _POST, while_in: Iterable[State] = (), again: bool = False) -> Line:
    return Line(Whom.AUTHOR, Topic.OWN, pace, sentence, page, frozenset(while_in), again)


def _decide(pace: Pace, sentence: str, whom: Whom = Whom.DECIDERS, while_in: Iterable[State] = _WAITING) -> Line:
    return Line(whom, Topic.DECIDE, pace, sentence, _REVIEW, frozenset(while_in))


def _publish(
    pace: Pace, sentence: str, page: str, while_in: Iterable[State] = (), whom: Whom = Whom.PUBLISHERS
) -> Line:
    return Line(whom, Topic.PUBLISH, pace, sentence, page, frozenset(while_in))


def _now(topic: Topic, sentence: str, page: str) -> Line:
    return Line(Whom.EVERYBODY, topic, Pace.URGENT, sentence, page)


LINES: dict[News, Line] = {
    News.OWN_CHECKED: _own(_P.DIGEST, N_("Your post was checked and waits for a decision."), while_in=_WAITING),
    News.OWN_FLAGS: _own(
        _P.AT_ONCE, N_("The checks point at something in your post. Can you mend it?"), while_in=_WAITING
    ),
    News.OWN_CHANGED: _own(_P.DIGEST, N_("Something in your post was covered or removed; it is checked again.")),
    News.OWN_SENT_BACK: _own(_P.AT_ONCE, N_("Your post was sent back to you, with a reason."), while_in={_S.SENT_BACK}),
    News.OWN_APPROVED: _own(_P.DIGEST, N_("Your post was approved."), while_in={_S.RELEASED}),
    News.OWN_LOST: _own(_P.AT_ONCE, N_("Your post is no longer approved; it is looked at again."), while_in=_WAITING),
    News.OWN_EXPIRED: _own(_P.DIGEST, N_("The approval of your post has run out; it waits again."), while_in=_WAITING),
    News.OWN_RESUMED: _own(_P.DIGEST, N_("Your post goes on: it is checked again.")),
    News.OWN_MOVED: _own(
        _P.AT_ONCE, N_("The time until which your post is held was moved."), while_in=_WAITING | {_S.RELEASED}
    ),
    News.OWN_LIVE: _own(_P.AT_ONCE, N_("It’s live: your post is out."), while_in={_S.LIVE}),
    News.OWN_STOPPED: _own(_P.URGENT, N_("Your post was stopped, with a reason.")),
    News.OWN_HELD: _own(_P.URGENT, N_("Your post is held back. Nothing of it may go out now.")),
    News.OWN_MUST_GO: _own(
        _P.URGENT, N_("A live post of yours has to be taken down."), while_in=_SOMEWHERE_OUT, again=True
    ),
    News.OWN_DOWN: _own(_P.URGENT, N_("Your post was taken down.")),
    News.WAITS: _decide(_P.DIGEST, N_("A post waits for your decision.")),
    News.URGENT_WAITS: _decide(_P.AT_ONCE, N_("An urgent reminder waits for your decision.")),
    News.EXPIRED: _decide(_P.DIGEST, N_("An approval has run out: a post waits for your decision again.")),
    News.LATE: _decide(_P.AT_ONCE, N_("A post has waited long for your decision.")),
    News.WANTED_SOON: _decide(_P.AT_ONCE, N_("A post is wanted soon and waits for your decision.")),
    News.ESCALATED: _decide(_P.AT_ONCE, N_("A post still waits and nobody has decided. Please decide."), Whom.DEPUTIES),
    News.LIVE: Line(_W.APPROVERS, _T.DECIDE, _P.DIGEST, N_("A post is live."), _POST, frozenset({_S.LIVE})),
    News.READY: _publish(_P.AT_ONCE, N_("A post is ready to publish."), _BOARD, {_S.RELEASED}),
    News.LOST: _publish(_P.AT_ONCE, N_("A post is no longer approved. Nothing of it may go out."), _POST),
    News.HELD: _publish(_P.URGENT, N_("A post is held back. Nothing of it may go out now."), _POST),
    News.PERHAPS_OUT: _publish(
        _P.URGENT, N_("A post is held back and its kit was opened. If it is out already, remove it there."), _POST
    ),
    News.STOPPED: _publish(_P.URGENT, N_("A post was stopped. Nothing of it may go out."), _POST, whom=Whom.OFFICE),
    News.MUST_GO: Line(
        _W.CONCERNED, _T.PUBLISH, _P.URGENT, N_("Something has to be taken down, or looked at."), _POST,
        _SOMEWHERE_OUT, again=True,
    ),
    News.NOT_AS_APPROVED: Line(
        _W.APPROVERS, _T.DECIDE, _P.URGENT, N_("A live post is not as it was approved."), "/live/{}",
        _SOMEWHERE_OUT, again=True,
    ),
    News.NOT_COMPARED: Line(
        _W.APPROVERS, _T.DECIDE, _P.AT_ONCE, N_("A live post could not be compared with what was approved."),
        "/live/{}", _SOMEWHERE_OUT,
    ),
    News.NOT_POSTED: _publish(
        _P.AT_ONCE, N_("A post did not get through to a connected account."), _BOARD, {_S.RELEASED}
    ),
    News.NOT_REMOVED: _publish(
        _P.URGENT, N_("A post could not be removed from a connected account. Remove it there by hand."), _BOARD
    ),
    News.DOWN: _publish(_P.URGENT, N_("A post was taken down."), _POST, whom=Whom.CONCERNED),
    News.IMPORT_WAITS: Line(
        _W.CONFIRMERS, _T.REGISTER, _P.AT_ONCE, N_("A large import of the register waits for a second person."),
        "/register/import/{}",
    ),
    News.LOOKED_BACK: Line(
        _W.DATA_LEAD, _T.REGISTER, _P.DIGEST, N_("A look-back has ended."), "/register/{}/look-back"
    ),
    News.RECOGNITION_ENDS: Line(
        _W.DATA_LEAD, _T.REGISTER, _P.DIGEST, N_("A permission to match a face ends soon."), "/register/{}/matching"
    ),
    News.POLICY: Line(_W.EVERYBODY, _T.POLICY, _P.DIGEST,
        N_("There is a new version of the social media policy to read and sign."), "/policy/"),
    News.PARKED: Line(
        _W.ADMINISTRATORS, _T.KEEPING, _P.NONE, N_("A message could not be sent for a day."), "/messages/"
    ),
    News.ACCOUNT_WAITS: Line(
        _W.DEPUTIES, _T.ACCOUNTS, _P.AT_ONCE, N_("An application for an account waits for your decision."), _ACCOUNT
    ),
    News.ACCOUNT_DECIDED: Line(
        _W.LOOKING_AFTER, _T.ACCOUNTS, _P.DIGEST, N_("An application for an account was decided."), _ACCOUNT
    ),
    News.ACCOUNT_BLOCKED: Line(
        _W.LOOKING_AFTER, _T.ACCOUNTS, _P.AT_ONCE, N_("An account is blocked until somebody takes it over."), _ACCOUNT
    ),
    # Told to those at whose desk it is, whatever their role.
    News.CONCERN: Line(_W.EVERYBODY, _T.CONCERNS, _P.AT_ONCE, N_("A concern is on your desk."), _CONCERN),
    News.CONCERNS_MANY: Line(
        _W.EVERYBODY, _T.CONCERNS, _P.DIGEST,
        N_("Very many reports came in by the form for parents. Look through the list."), "/concerns/",
    ),
    News.CONCERN_NOW: _now(_T.CONCERNS, N_("A concern needs you now. Open it, and do nothing else first."), _CONCERN),
    News.CONCERN_LATE: _now(_T.CONCERNS, N_("The time for a concern has run out."), _CONCERN),
    News.TAKEDOWN_LATE: _publish(_P.URGENT, N_("Something should be down by now."), "/takedowns/", whom=Whom.DEPUTIES),
    News.SECOND_STEP_RESET: _now(_T.SIGN_IN, N_("The second step of your sign-in was taken away."), "/signing-in/"),
    News.WAY_IN_CHANGED: Line(_W.EVERYBODY, _T.SIGN_IN, _P.URGENT,
        N_("How you can sign in was changed. Was it not you? Tell the administrator."), "/signing-in/", again=True),
    # Its address has the link's own secret in the place of a number, and stands in the message alone.
    News.INVITED: _now(_T.SIGN_IN, N_("You can sign in to Gatepost. Choose your password first."), "/welcome/{}"),
    News.FROZEN: _now(_T.INCIDENT, N_("The school has stopped everything from going out."), _INCIDENT),
    News.THAWED: _now(_T.INCIDENT, N_("What is approved may go out again."), _INCIDENT),
    News.CHECK_FAILED: Line(_W.WATCHING, _T.DECIDE, _P.URGENT,
        N_("A check let a test picture pass. Look at every post yourself."), "/watching/"),
}  # fmt: skip


def roles_of(news: News) -> frozenset[Role]:
    return ROLES[LINES[news].whom]


def topics_of(role: Role) -> tuple[Topic, ...]:
    """What somebody in this role can choose a pace for: a topic in which not everything is urgent or on the page."""
    asked = {line.topic for line in LINES.values() if role in ROLES[line.whom] and line.pace in (_P.AT_ONCE, _P.DIGEST)}
    return tuple(topic for topic in Topic if topic in asked)


def pace_of(news: News, chosen: Pace | None) -> Pace:
    """What holds for somebody who chose this pace for the topic, or nothing. What is urgent stays urgent."""
    own = LINES[news].pace
    return own if chosen is None or own in (Pace.URGENT, Pace.NONE) else chosen


def ended_by(state: State) -> frozenset[News]:
    """News of a post that is no longer true once the post is in this state."""
    return frozenset(news for news, line in LINES.items() if line.while_in and state not in line.while_in)
