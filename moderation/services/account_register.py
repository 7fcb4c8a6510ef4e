"""The register of accounts as people read it: each with what it lacks, what is live there, and what happened to it."""

import json
from dataclasses import dataclass

from sqlalchemy import func, select

from moderation.db.models import Account, AuditRow, Post, Publication, User
from moderation.rules import accounts as rules
from moderation.rules.accounts import AccountStanding, Facts, Step
from moderation.rules.roles import KEEPERS, Actor
from moderation.rules.workflow import State
from moderation.services import account_moves
from moderation.services.work import Work

_FIRST = [AccountStanding.BLOCKED, AccountStanding.APPLIED, AccountStanding.APPROVED, AccountStanding.IN_USE]


@dataclass(frozen=True)
class Entry:
    """One account. `lacks`: sentences on what somebody has to put right. `live`: posts that are live there now."""

    account: Account
    facts: Facts
    lacks: tuple[str, ...]
    live: int

    @property
    def here(self) -> list[User]:
        return [user for user in self.account.people if user.id in self.facts.named]

    @property
    def gone(self) -> list[User]:
        return [user for user in self.account.people if user.id not in self.facts.named]


def every(work: Work) -> list[Entry]:
    """What needs somebody first, what is closed last."""
    order = {standing: number for number, standing in enumerate(_FIRST)}
    accounts = work.session.scalars(select(Account).order_by(Account.network, Account.handle)).all()
    return [entry(work, one) for one in sorted(accounts, key=lambda one: order.get(one.standing, len(order)))]


def entry(work: Work, account: Account) -> Entry:
    facts = account_moves.facts_of(work, account)
    live = select(func.count(Publication.id)).join(Post, Post.id == Publication.post_id)
    count = work.session.scalar(live.where(Publication.account_id == account.id, Post.state == State.LIVE)) or 0
    lacks = tuple(rules.lacks(account.standing, facts, work.today))
    return Entry(account, facts, lacks, count)


def live_posts(work: Work, account: Account) -> list[Publication]:
    """What is live there, the newest first: it stays listed whatever becomes of the account."""
    there = select(Publication).join(Post, Post.id == Publication.post_id)
    there = there.where(Publication.account_id == account.id, Post.state == State.LIVE)
    return list(work.session.scalars(there.order_by(Publication.at.desc())))


def sees_where(actor: Actor, facts: Facts) -> bool:
    """Whether this person is told where the credentials are kept."""
    return not actor.roles.isdisjoint(KEEPERS) or actor.id in facts.named | {facts.holder_id}


def offers(entry: Entry, actor: Actor) -> frozenset[Step]:
    """The steps that a page may offer this person."""
    return rules.available(entry.account.standing, actor, entry.facts)


def history(work: Work, account: Account) -> list[AuditRow]:
    """What happened to it, the oldest first."""
    rows = work.session.scalars(
        select(AuditRow)
        .where(AuditRow.action.startswith("account "), AuditRow.detail.contains(f'"account":{account.id}'))
        .order_by(AuditRow.number)
    )
    return [row for row in rows if json.loads(row.detail).get("account") == account.id]


def can_hold(work: Work) -> list[User]:
    """Everybody who signs in: an administrator can keep credentials too."""
    return list(work.session.scalars(select(User).where(User.active).order_by(User.name)))
