"""What is new for the person who is signed in, and what they chose to be told."""

from collections.abc import Mapping
from dataclasses import dataclass

from sqlalchemy import select, update

from moderation.db.models import NewsRow, TellingChoice, User
from moderation.rules.language import gettext
from moderation.rules.roles import Actor
from moderation.rules.telling import LINES, News, Pace, Topic, roles_of, topics_of
from moderation.services import outbox
from moderation.services.work import Mistake, NotFound, Work

SHOWN = 100


@dataclass(frozen=True)
class Entry:
    """One line of the list. `page`: the address on this site."""

    row: NewsRow
    sentence: str
    page: str

    @property
    def is_urgent(self) -> bool:
        return LINES[self.row.news].pace is Pace.URGENT

    @property
    def asks_to_sign(self) -> bool:
        return self.row.news is News.POLICY


def _entry(row: NewsRow) -> Entry:
    line = LINES[row.news]
    return Entry(row, line.sentence, line.page.format(row.about))


def unread(work: Work, actor: Actor) -> list[Entry]:
    """Still true and not read yet: the urgent ones first, then the newest."""
    question = _own(actor).where(NewsRow.read_at.is_(None), NewsRow.over_at.is_(None))
    rows = [row for row in work.session.scalars(question) if actor.roles & roles_of(row.news)]
    return sorted(map(_entry, rows), key=lambda entry: not entry.is_urgent)


def earlier(work: Work, actor: Actor) -> list[Entry]:
    """What was read, or is no longer true."""
    question = _own(actor).where(NewsRow.read_at.is_not(None) | NewsRow.over_at.is_not(None))
    return [_entry(row) for row in work.session.scalars(question) if actor.roles & roles_of(row.news)]


def _own(actor: Actor):  # type: ignore[no-untyped-def]
    """What is sent to somebody who cannot sign in yet is no news to whoever can."""
    mine = (NewsRow.user_id == actor.id, NewsRow.news != News.INVITED)
    return select(NewsRow).where(*mine).order_by(NewsRow.id.desc()).limit(SHOWN)


def read(work: Work, actor: Actor, news_id: int) -> str:
    """Mark it read; the address of its page."""
    row = work.session.get(NewsRow, news_id)
    if row is None or row.user_id != actor.id:
        raise NotFound
    _mark(work, actor, [row.id])
    return _entry(row).page


def read_all(work: Work, actor: Actor, newest: int) -> None:
    """Everything up to the newest that the page showed."""
    mine = (NewsRow.user_id == actor.id, NewsRow.id <= newest, NewsRow.read_at.is_(None))
    _mark(work, actor, list(work.session.scalars(select(NewsRow.id).where(*mine))))


def _mark(work: Work, actor: Actor, ids: list[int]) -> None:
    unread = (NewsRow.id.in_(ids), NewsRow.read_at.is_(None))
    work.session.execute(update(NewsRow).where(*unread).values(read_at=work.now))
    outbox.nothing_to_send(work, ids)


def choices(work: Work, actor: Actor) -> dict[Topic, Pace | None]:
    """For each topic of this role what the person chose; None: as the school's table has it."""
    rows = work.session.scalars(select(TellingChoice).where(TellingChoice.user_id == actor.id))
    chosen = {row.topic: row.pace for row in rows}
    return {topic: chosen.get(topic) for topic in _topics(actor)}


def _topics(actor: Actor) -> list[Topic]:
    return [topic for topic in Topic if any(topic in topics_of(role) for role in actor.roles)]


def choose(work: Work, actor: Actor, wanted: Mapping[Topic, Pace | None]) -> None:
    """Keep what was chosen, from the next news on. Raises Mistake for what nobody can choose."""
    user = work.session.get(User, actor.id)
    if user is None:
        raise NotFound
    for topic, pace in wanted.items():
        if topic not in _topics(actor) or pace is Pace.URGENT:
            raise Mistake(gettext("Choose one of the ways that the page offers."))
        row = work.session.get(TellingChoice, (user.id, topic))
        if pace is None:
            if row is not None:
                work.session.delete(row)
        elif row is None:
            work.session.add(TellingChoice(user_id=user.id, topic=topic, pace=pace))
        else:
            row.pace = pace
    work.session.flush()
