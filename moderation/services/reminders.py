"""Reminders to parents: words alone, asked for by anybody on the staff, and what became of the last ones."""

from collections import defaultdict
from dataclasses import dataclass
from datetime import timedelta
from urllib.parse import urlsplit

from sqlalchemy import func, select
from sqlalchemy.orm import selectinload

from moderation.db.models import Account, Approval, Post, Publication
from moderation.rules.language import N_, gettext
from moderation.rules.post_kinds import PostKind
from moderation.rules.roles import Actor
from moderation.rules.workflow import State
from moderation.services import board, intake, out
from moderation.services.intake import Words
from moderation.services.work import NotFound, Work

LONGEST_LINK = 2_000
NO_LINK = N_("The link does not look like a web address, such as school.example/closed.")


@dataclass(frozen=True)
class Asked:
    """What was typed: the words with where they go, a link to stand below them, whether it is urgent."""

    words: Words
    link: str = ""
    urgent: bool = False


def own(work: Work, actor: Actor, post_id: int) -> Post:
    """The reminder, if this person wrote it; for anybody else, and if it is a post, it is not there."""
    post = intake.own(work, actor, post_id)
    if not post.is_reminder:
        raise NotFound
    return post


def save(work: Work, actor: Actor, post_id: int | None, asked: Asked) -> tuple[Post, list[str]]:
    """Keep everything usable, in a new reminder if there is none. Returns a sentence for what could not be kept."""
    if post_id is None:
        post = intake.create(work, actor, PostKind.REMINDER)
    else:
        own(work, actor, post_id)
        post = intake.editable(work, actor, post_id)
    problems = intake.save_words(work, actor, post.id, asked.words)
    post.urgent = asked.urgent
    link = _address(asked.link)
    if link is None:
        problems.append(gettext(NO_LINK))
    else:
        post.link = link or None
    work.session.flush()
    return post, problems


def accounts(work: Work) -> list[Account]:
    """Those that take words without a picture."""
    return [account for account in intake.accounts(work) if not (account.rules and account.rules.pictures.least)]


def _address(typed: str) -> str | None:
    """A web address as it goes out, with its https:// if that was left out; empty for none; None if it is no such."""
    link = typed.strip()
    if not link:
        return ""
    link = link if "://" in link else f"https://{link}"
    try:
        parts = urlsplit(link)
    except ValueError:
        return None
    fits = parts.scheme.lower() in ("http", "https") and "." in parts.netloc and len(link) <= LONGEST_LINK
    return link if fits and not any(character.isspace() for character in link) else None


@dataclass(frozen=True)
class Out:
    """One reminder that went out: where and when, and who let it."""

    post: Post
    publications: tuple[Publication, ...]
    approvals: tuple[Approval, ...]


def lately(work: Work, span: timedelta) -> list[Out]:
    """Those that went out in this time, the newest first, in a constant number of queries."""
    live = select(Publication.post_id, func.max(Publication.at).label("at")).group_by(Publication.post_id).subquery()
    question = select(Post).join(live, live.c.post_id == Post.id)
    question = question.where(Post.kind == PostKind.REMINDER, Post.state != State.PURGED, live.c.at >= work.now - span)
    posts = board.listed(work, question.order_by(live.c.at.desc(), Post.id.desc()))
    ids = [post.id for post in posts]
    places, approvals = out.places(work, posts), defaultdict(list)
    stand = select(Approval).where(Approval.post_id.in_(ids), Approval.void_at.is_(None)).order_by(Approval.id)
    for given in work.session.scalars(stand.options(selectinload(Approval.user))):
        approvals[given.post_id].append(given)
    return [Out(post, tuple(places[post.id]), tuple(approvals[post.id])) for post in posts]
