"""Going live: the kit for exactly what was approved, the link of each account, and taking down."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import exists, select

from moderation.db.models import Account, Approval, AuditRow, Kit, Post, Publication
from moderation.rules.language import gettext
from moderation.rules.looking_back import Way
from moderation.rules.roles import PUBLISHERS, Actor
from moderation.rules.workflow import (
    NOT_YOURS,
    RELEASABLE,
    Action,
    Guard,
    NotYours,
    Refused,
    Stale,
    State,
    check,
    kit_was_opened,
)
from moderation.services import (
    appearing,
    audit,
    board,
    cases,
    deliveries,
    holding,
    kit_contents,
    kit_pictures,
    links,
    takedowns,
    withdrawal,
)
from moderation.services.kit_contents import KitFiles
from moderation.services.kit_pictures import File
from moderation.services.work import NotFound, Work

OPEN_FIRST = str(kit_was_opened.__doc__)


def columns(work: Work) -> dict[State, list[Post]]:
    """Posts that concern a publisher: released ones, urgent ones first, then those that are live or were taken down."""
    orders = {
        State.RELEASED: (Post.urgent.desc(), Post.state_since),
        State.LIVE: (Post.state_since.desc(),),
        State.TAKEN_DOWN: (Post.state_since.desc(),),
    }
    return {
        state: board.listed(work, select(Post).where(Post.state == state).order_by(*order), state is State.RELEASED)
        for state, order in orders.items()
    }


def until_their_time(work: Work, posts: Sequence[Post]) -> list[Post]:
    """Those of them that are held until a time to come, the first to go out first."""
    return sorted((post for post in posts if holding.is_held(work, post)), key=lambda post: post.not_before or work.now)


def held_back(work: Work) -> list[tuple[Post, AuditRow | None]]:
    """Posts that were released before and are on their way again, or stopped while something of them is out; and the
    row of what ended their release. Nothing more of them may go out."""
    on_their_way = (State.CHECKING, State.IN_REVIEW)
    released = AuditRow.detail.contains('"after":"released"')
    again = select(Post.id).join(AuditRow, AuditRow.post_id == Post.id).where(Post.state.in_(on_their_way), released)
    half_out = select(Post.id).where(Post.state == State.STOPPED, exists().where(Publication.post_id == Post.id))
    # One after the other: asked in one question, PostgreSQL would read every post and the whole trail.
    which = {
        *work.session.scalars(again),
        *work.session.scalars(half_out.order_by(Post.state_since.desc()).limit(board.SHOWN)),
    }
    question = select(Post).where(Post.id.in_(which)).order_by(Post.state_since.desc())
    posts = board.listed(work, question, photos=False)
    ended = AuditRow.post_id.in_([post.id for post in posts]) & AuditRow.detail.contains('"before":"released"')
    why = {row.post_id: row for row in work.session.scalars(select(AuditRow).where(ended).order_by(AuditRow.number))}
    return [(post, why.get(post.id)) for post in posts]


def open_kit(work: Work, actor: Actor, post_id: int) -> None:
    """Record that this publisher opens the kit, if it may be opened now."""
    post, approval = _releasable(work, actor, post_id)
    kit = Kit(post_id=post.id, approval_id=approval.id, user_id=actor.id, digest=approval.digest, opened_at=work.now)
    work.session.add(kit)
    work.session.flush()
    audit.append(work, actor, "kit opened", post.id, kit=kit.id, digest=approval.digest)


def opened_kit(work: Work, actor: Actor, post_id: int) -> Post:
    """The post whose kit was opened. It closes by itself when the post, its approval, the list or the roll changes."""
    return _releasable(work, actor, post_id, kit_was_opened)[0]


def kit_files(work: Work, actor: Actor, post_id: int) -> KitFiles:
    """Everything in the opened kit. Each taking away is recorded."""
    post = opened_kit(work, actor, post_id)
    audit.append(work, actor, "kit taken", post.id)
    return kit_contents.whole(work, post, cases.digest_of(work, post))


def account_files(work: Work, actor: Actor, post_id: int, account_id: int) -> KitFiles:
    """What is in the opened kit for one account. Recorded too."""
    post = opened_kit(work, actor, post_id)
    account = cases.account_of(post, account_id)
    audit.append(work, actor, "kit taken", post.id, account=account.id)
    return kit_contents.of_account(work, post, cases.digest_of(work, post), account)


def picture(work: Work, actor: Actor, post_id: int, account_id: int, number: int) -> File:
    """One picture of the opened kit as one account gets it; the first is 1. Recorded too."""
    post = opened_kit(work, actor, post_id)
    found = picture_of(work, post, account_id, number)
    audit.append(work, actor, "kit picture taken", post.id, account=account_id, number=number)
    return found


def picture_of(work: Work, post: Post, account_id: int, number: int) -> File:
    pictures = kit_pictures.of_account(work, post, cases.account_of(post, account_id))
    if not 1 <= number <= len(pictures):
        raise NotFound
    return pictures[number - 1]


def _releasable(work: Work, actor: Actor, post_id: int, *more: Guard) -> tuple[Post, Approval]:
    """The post and its approval, if today's post is the approved one and today's list and roll were checked."""
    if actor.role not in PUBLISHERS:
        raise NotYours(NOT_YOURS)
    post = cases.get(work, post_id)
    approval = cases.standing_approval(work, post)
    if post.state is not State.RELEASED or approval is None:
        raise Stale(gettext("This post is {state} now, so its kit is closed.").format(state=gettext(post.state)))
    check((*RELEASABLE, *more), cases.case_of(work, post), actor)
    return post, approval


def mark_live(work: Work, actor: Actor, post_id: int, links: dict[int, str]) -> None:
    """Record the link of each account that was given one; with the last account the post is live."""
    for account_id, link in _given(links).items():
        record_live(work, actor, post_id, account_id, link)


def _given(links: dict[int, str]) -> dict[int, str]:
    given = {account_id: link for account_id, link in links.items() if link.strip()}
    if not given:
        raise Refused(gettext("Paste the link of the live post."))
    return given


def record_live(work: Work, actor: Actor, post_id: int, account_id: int, link: str) -> Publication:
    """The post is out on this account. With the last of its accounts it moves to LIVE; until then it stays released.

    Raises Refused if its kit is not open now, Stale if it is out there already, NotFound for another post's account.
    """
    post = opened_kit(work, actor, post_id)
    waiting = not_out_yet(work, post)
    account = _waits_for_link(post, waiting, account_id)
    deliveries.check_by_hand(work, post, account)
    link = _checked(account, link)
    last = len(waiting) == 1
    case = cases.case_of(work, post, links_missing=len(waiting) - 1)
    cases.move(work, post, Action.MARK_LIVE if last else Action.OUT_ON_ONE, actor, case, account=account.id, link=link)
    return _published(work, actor, post, account, link)


def out_already(work: Work, actor: Actor, post_id: int, links: dict[int, str]) -> None:
    """As `record_unasked` for each account that was given a link."""
    for account_id, link in _given(links).items():
        record_unasked(work, actor, post_id, account_id, link)


def record_unasked(work: Work, actor: Actor, post_id: int, account_id: int, link: str) -> Publication:
    """It is out on this account though its kit has closed meanwhile: what is out is written down all the same.

    The post is stopped, so that nothing more of it goes out; whoever is tagged and must not appear opens a takedown.
    """
    post = cases.get(work, post_id)
    account = _waits_for_link(post, not_out_yet(work, post), account_id)
    link = _checked(account, link)
    opened = first_opened(work, post)
    if opened is None:
        raise Refused(gettext(OPEN_FIRST))
    case = cases.case_of(work, post, reason=f"It went out on {account.title} although its kit was closed.")
    cases.move(work, post, Action.OUT_UNASKED, actor, case, account=account.id, link=link)
    publication = _published(work, actor, post, account, link)
    for person in appearing.tagged(work, post):
        takedowns.open_for(work, person, post, [Way.TAG])
    withdrawal.look_there_too(work, post, opened)
    return publication


def correct_link(work: Work, actor: Actor, post_id: int, account_id: int, link: str, reason: str) -> None:
    """A publisher mends a link that was pasted wrongly. The wrong one stays in the trail, with the reason."""
    if actor.roles.isdisjoint(PUBLISHERS):
        raise NotYours(NOT_YOURS)
    post = cases.get(work, post_id)
    publication = cases.publication_on(work, post, account_id)
    link = _checked(publication.account, link)
    if not reason.strip():
        raise Refused(gettext("Say what was wrong with the link, in a few words."))
    before, publication.link = publication.link, link
    audit.append(work, actor, "link corrected", post.id, account=account_id, link=link, before=before, reason=reason)


def first_opened(work: Work, post: Post) -> datetime | None:
    """When a kit of it was opened first: since then it may be out somewhere."""
    return work.session.scalars(select(Kit.opened_at).where(Kit.post_id == post.id).order_by(Kit.id).limit(1)).first()


def not_out_yet(work: Work, post: Post) -> list[Account]:
    """The accounts of the post on which it is not out."""
    there = {one.account_id for one in cases.publications(work, post)}
    return [account for account in post.accounts if account.id not in there]


def _waits_for_link(post: Post, waiting: list[Account], account_id: int) -> Account:
    account = cases.account_of(post, account_id)
    if account not in waiting:
        said = gettext("It is out on {account} already. If its link is wrong, correct it on the page of the post.")
        raise Stale(said.format(account=account.title))
    return account


def _published(work: Work, actor: Actor, post: Post, account: Account, link: str) -> Publication:
    row = Publication(post_id=post.id, account_id=account.id, link=link, user_id=actor.id, at=work.now)
    work.session.add(row)
    work.session.flush()
    return row


def _checked(account: Account, link: str) -> str:
    link = link.strip()
    if not link.startswith(("https://", "http://")) or len(link) > 2000 or any(c.isspace() for c in link):
        said = gettext("The link for {account} does not look like a web address. It starts with https://")
        raise Refused(said.format(account=account.title))
    if not links.domain_of(link):
        said = gettext("The link for {account} leads nowhere. Copy the whole address of the post.")
        raise Refused(said.format(account=account.title))
    return link


def take_down(work: Work, actor: Actor, post_id: int, reason: str) -> None:
    post = cases.get(work, post_id)
    cases.move(work, post, Action.TAKE_DOWN, actor, cases.case_of(work, post, reason=reason))
    takedowns.post_taken_down(work, actor, post)
    deliveries.remove_all(work, actor, post)
