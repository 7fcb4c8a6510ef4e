"""Retention by rule: what would go, then gone by a person's click or once a day, and again after a restore."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from hashlib import sha256

from sqlalchemy import func, select

from moderation.db.models import Concern, DayExclusion, Person, Post, PurgeEntry, RetentionRule, RetentionSwitch, User
from moderation.media.books import Book
from moderation.rules.language import gettext
from moderation.rules.retention import LONGEST, Rule, Schedule, Sort
from moderation.rules.roles import SYSTEM, Actor
from moderation.rules.workflow import Stale
from moderation.services import audit, due, purge_ledger, purging
from moderation.services.due import Due
from moderation.services.purge_ledger import Order
from moderation.services.work import Mistake, NotFound, Work

SHOWN = 200  # posts to take down first: after them come the next
MOST_AT_ONCE = 500  # things in one transaction; the rest goes with the next

REMEMBERED = timedelta(days=2)  # the sweep looks hourly


@dataclass(frozen=True)
class Preview:
    """What goes next, rule by rule, and published posts that have to be taken down before they can go."""

    due: Mapping[Rule, tuple[Due, ...]]  # at most MOST_AT_ONCE in all: what one purge takes
    more: bool  # are due behind them
    take_down_first: tuple[Due, ...]  # the oldest of them; one more than SHOWN if there are more

    @property
    def digest(self) -> str:
        """What somebody who looks at it agrees to."""
        seen = ((str(rule), [item.item_id for item in items]) for rule, items in self.due.items())
        return sha256(repr(list(seen)).encode()).hexdigest()

    @property
    def count(self) -> int:
        return sum(len(items) for items in self.due.values())


def schedule(work: Work) -> Schedule:
    rows = list(work.session.scalars(select(RetentionRule)))
    return _switch(work).schedule(rows)


def _switch(work: Work) -> RetentionSwitch:
    return work.session.get_one(RetentionSwitch, 1)


def set_schedule(work: Work, actor: Actor, new: Schedule) -> None:
    """Other months from now on. Raises Mistake."""
    if any(not 0 <= months <= LONGEST for months in new.months.values()):
        raise Mistake(
            gettext("Give each rule between 0 and {longest} months, or leave it empty to keep things.").format(
                longest=LONGEST
            )
        )
    old = schedule(work)
    if dict(old.months) == dict(new.months) and old.by_itself == new.by_itself:
        return
    for rule in Rule:
        row = work.session.get(RetentionRule, rule)
        if row and rule not in new.months:
            work.session.delete(row)
        elif rule in new.months:
            work.session.merge(RetentionRule(rule=rule, months=new.months[rule]))
    _switch(work).by_itself = new.by_itself
    work.session.flush()
    months = {str(rule): new.months.get(rule) for rule in Rule}
    audit.append(work, actor, "retention set", months=months, by_itself=new.by_itself)


def preview(work: Work) -> Preview:
    """What the rules in force would purge today; nothing changes."""
    rules = schedule(work)
    days = {rule: rules.before(rule, work.today) for rule in Rule}
    found: dict[Rule, tuple[Due, ...]] = {}
    room, more = MOST_AT_ONCE, False
    for rule, day in days.items():
        if day is not None:
            items = due.find(work, rule, day, room + 1)
            found[rule], more = tuple(items[:room]), more or len(items) > room
            room -= len(found[rule])
    posts = days[Rule.POSTS]
    return Preview(found, more, tuple(due.still_live(work, posts, SHOWN + 1)) if posts else ())


def purge(work: Work, actor: Actor, seen_digest: str | None = None) -> int | None:
    """Purge what is due. `seen_digest`: of the preview that was looked at; raises Stale if it is another one now.

    Returns the number of the certificate; None if nothing is due.
    """
    now = preview(work)
    if seen_digest is not None and seen_digest != now.digest:
        raise Stale(gettext("What is due has changed since you opened the page. Look at it as it is now, then decide."))
    if not now.count:
        return None
    certificate, rules = purge_ledger.next_certificate(work), schedule(work)
    audit.append(work, actor, "retention done", certificate=certificate, count=now.count)
    for rule, items in now.due.items():
        before = rules.before(rule, work.today) or work.today
        order = Order(certificate, rule, rules.months[rule], before)
        for item in items:
            purge_ledger.append(work, actor, order, item.item_id, _purge(work, actor, rule, item.item_id))
    return certificate


def _purge(work: Work, actor: Actor, rule: Rule, item_id: int) -> set[str]:
    if rule is Rule.LEAVERS:
        return purging.person(work, actor, work.session.get_one(Person, item_id))
    if rule is Rule.DAYS:
        return purging.day(work, actor, work.session.get_one(DayExclusion, item_id))
    if rule is Rule.CONCERNS:
        return purging.concern(work, actor, work.session.get_one(Concern, item_id))
    if rule is Rule.ORIGINALS:
        return purging.originals(work, actor, work.session.get_one(Post, item_id))
    return purging.post(work, actor, work.session.get_one(Post, item_id))


def daily(work: Work) -> int | None:
    """Once a day, if the school has switched it on. Returns the number of the certificate, if something was due."""
    switch = _switch(work)
    if not switch.by_itself or switch.last_on == work.today:
        return None
    switch.last_on = work.today
    return purge(work, SYSTEM)


def replay(work: Work, entries: Iterable[PurgeEntry]) -> int:
    """Purge again what a restored backup has brought back: `entries` of `purge_ledger.missing`, in order.

    Each goes into the ledger as it was. Files of theirs that no row shows are deleted too. Returns how many came back.
    """
    found = 0
    for entry in entries:
        found += _again(work, entry)
        work.session.add(entry)
        work.session.flush()
        for key in entry.keys:
            work.delete_media(key)
    if found:
        audit.append(work, SYSTEM, "purge ledger replayed", count=found)
    return found


def _again(work: Work, entry: PurgeEntry) -> bool:
    row = work.session.get(_TABLES[entry.sort], entry.item_id)
    if isinstance(row, DayExclusion):
        if row.day >= entry.before:  # the number was given to a newer row
            return False
        purging.day(work, SYSTEM, row)
        return True
    if isinstance(row, Concern) and row.purged_at is None:
        purging.concern(work, SYSTEM, row)
        return True
    if not isinstance(row, Post | Person) or purging.is_purged(row):
        return False
    if isinstance(row, Person):
        purging.person(work, SYSTEM, row)
    elif entry.sort is Sort.ORIGINALS:
        return _originals_again(work, row, set(entry.keys))
    else:
        purging.post(work, SYSTEM, row, again=True)
    return True


def _originals_again(work: Work, post: Post, keys: set[str]) -> bool:
    came_back = [photo for photo in post.every_photo if photo.media_key in keys]
    for photo in came_back:
        photo.removed_at = photo.removed_at or work.now  # it was covered or taken out later than the backup
    if came_back:
        purging.originals(work, SYSTEM, post)
    return bool(came_back)


_TABLES: Mapping[Sort, type[Post] | type[Person] | type[DayExclusion] | type[Concern]] = {
    Sort.POST: Post,
    Sort.ORIGINALS: Post,
    Sort.PERSON: Person,
    Sort.DAY: DayExclusion,
    Sort.CONCERN: Concern,
}


def catch_up(work: Work, copy_of_ledger: Book) -> int:
    """Before anything else is purged: whatever the ledger's copy knows and a restored database does not."""
    return replay(work, purge_ledger.missing(work, copy_of_ledger))


def finish_deleting(work: Work) -> None:
    """Files whose rows went in a commit that was followed by a power cut. That they are gone already is no error."""
    for entry in work.session.scalars(select(PurgeEntry).where(PurgeEntry.at > work.now - REMEMBERED)):
        for key in entry.keys:
            work.delete_media(key)


@dataclass(frozen=True)
class Certificate:
    """What was done in one stroke: by which rule, how many, and the entries of the ledger."""

    number: int
    entries: tuple[PurgeEntry, ...]

    @property
    def by_rule(self) -> dict[Rule, list[PurgeEntry]]:
        return {rule: found for rule in Rule if (found := [entry for entry in self.entries if entry.rule is rule])}

    @property
    def files(self) -> int:
        return sum(len(entry.keys) for entry in self.entries)


def certificate(work: Work, number: int) -> Certificate:
    entries = purge_ledger.of_certificate(work, number)
    if not entries:
        raise NotFound
    return Certificate(number, tuple(entries))


@dataclass(frozen=True)
class Given:
    """A certificate in a list: when it was given, and for how many things."""

    number: int
    at: datetime
    things: int


def certificates(work: Work) -> list[Given]:
    """All of them, the newest first."""
    number = PurgeEntry.certificate
    question = select(number, func.min(PurgeEntry.at), func.count()).group_by(number).order_by(number.desc())
    return [Given(*row) for row in work.session.execute(question)]


def done_by(work: Work, number: int) -> str:
    """Who purged: a name for the certificate."""
    actor_id = certificate(work, number).entries[0].actor_id
    user = work.session.get(User, actor_id) if actor_id else None
    return f"{user.name}, {gettext(user.role)}" if user else gettext("the program, as the school has set it")
