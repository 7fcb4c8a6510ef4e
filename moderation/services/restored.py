"""After an older database was put back: what it lost is known from a book outside it, and nothing goes out meanwhile.

Each audit row leaves one line in that book: number, hash, moment, action, and the number of the person or post. Never a
name. It is written after the commit, in order; what a power cut kept from it comes with the next step, on any machine.
"""

import json
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import select

from moderation.db.models import AuditRow
from moderation.media import books
from moderation.rules.language import gettext
from moderation.rules.roles import SYSTEM, Actor, Role
from moderation.rules.workflow import NOT_YOURS, NotYours, Stale
from moderation.services import audit
from moderation.services.work import NotFound, Work

PUT_BACK = "backup restored"  # by `gatepost restore`, into a database of its own
CONFIRMED = "restored register confirmed"

_CHANGED_NOTHING = frozenset(
    {"look-back started", "look-back ended", "evidence read"}
    | {"copy of what is held ordered", "copy of what is held taken", audit.EVIDENCE_MADE}
)


@dataclass(frozen=True)
class Line:
    """One audit row, as the book keeps it. `begins`: an older database was confirmed here; numbers go on from this."""

    number: int
    hash: str
    at: str
    action: str
    person: int | None = None
    post: int | None = None
    begins: bool = False

    @property
    def moment(self) -> datetime:
        return datetime.fromisoformat(self.at)


def _line(row: AuditRow, begins: bool = False) -> Line:
    person = json.loads(row.detail).get("person")
    at = row.at.astimezone(UTC).isoformat(timespec="seconds")
    return Line(row.number, row.hash, at, row.action, person if isinstance(person, int) else None, row.post_id, begins)


def _read(line: books.Line | None) -> Line | None:
    return Line(**line) if line else None


def _holds(work: Work, line: Line) -> bool:
    """Whether the database has that very row."""
    row = work.session.get(AuditRow, line.number)
    return row is not None and row.hash == line.hash


def is_behind(work: Work) -> bool:
    """Whether the database lost what the book knows, or was put back, and nobody has confirmed it."""
    return work.once("behind", None, lambda: _is_behind(work))


def _is_behind(work: Work) -> bool:
    last = _read(work.trail.newest(lately=True))
    return (last is not None and not _holds(work, last)) or _put_back(work) is not None


def _put_back(work: Work) -> AuditRow | None:
    """The restore that nobody has confirmed. It stands in the trail itself: losing the book does not open the lock."""
    row = audit.newest(work, PUT_BACK)
    confirmed = audit.newest(work, CONFIRMED) if row else None
    return row if row and (confirmed is None or confirmed.number < row.number) else None


def write_down(work: Work) -> None:
    """Add to the book what it lacks. A database that has no book yet begins one with its newest row."""
    last = _read(work.trail.newest())
    rows = select(AuditRow).order_by(AuditRow.number)
    if last is None:
        rows = select(AuditRow).order_by(AuditRow.number.desc()).limit(1)
    elif _holds(work, last):
        rows = rows.where(AuditRow.number > last.number)
    else:
        return
    work.trail.append(asdict(_line(row)) for row in work.session.scalars(rows))


@dataclass(frozen=True)
class Lost:
    """What the database does not know any more, the oldest first. `seen` names this state of things."""

    lines: tuple[Line, ...]
    put_back: AuditRow | None = None  # if `gatepost restore` did it

    @property
    def seen(self) -> str:
        return self.lines[-1].hash if self.lines else self.put_back.hash if self.put_back else ""

    @property
    def backup(self) -> dict[str, Any]:
        """What `gatepost restore` said of the backup: `made_at`, `purges_known`, `steps_known`; else empty."""
        return dict(json.loads(self.put_back.detail)) if self.put_back else {}

    @property
    def unknown_since(self) -> datetime | None:
        """From when on nobody can say what was recorded; None if all of it is known."""
        if self.backup.get("steps_known", True):
            return None
        return self.lines[-1].moment if self.lines else datetime.fromisoformat(self.backup["made_at"])

    @property
    def about_people(self) -> list[Line]:
        """What was done that may have to be done again; looking and reading changed nothing."""
        return [line for line in self.lines if line.person is not None and line.action not in _CHANGED_NOTHING]


def say(work: Work, made_at: str, *, purged_again: int, purges_known: bool, steps_known: bool) -> None:
    """A backup of this moment was put back: nothing goes out until that is confirmed."""
    known = {"purges_known": purges_known, "steps_known": steps_known}
    audit.append(work, SYSTEM, PUT_BACK, made_at=made_at, purged_again=purged_again, **known)


def lost(work: Work) -> Lost | None:
    """None unless the database is behind."""
    if not is_behind(work):
        return None
    gone = []
    for line in _newest_first(work):
        if _holds(work, line):
            break
        gone.append(line)
    return Lost(tuple(reversed(gone)), _put_back(work))


def not_held(work: Work) -> Line | None:
    """The first row that the book knows and the database does not have as it was: changed, or cut off."""
    told: dict[int, Line] = {}
    for line in _newest_first(work):
        told.setdefault(line.number, line)
        if line.begins:
            break
    hashes = {row.number: row.hash for row in work.session.execute(select(AuditRow.number, AuditRow.hash))}
    return next((told[number] for number in sorted(told) if hashes.get(number) != told[number].hash), None)


def _newest_first(work: Work) -> Iterator[Line]:
    return (Line(**line) for line in work.trail.newest_first())


def confirm(work: Work, actor: Actor, seen: str) -> None:
    """The data lead's word that everything lost about people was put in again: posts may go out from now on."""
    if actor.role is not Role.DATA_LEAD:
        raise NotYours(NOT_YOURS)
    found = lost(work)
    if found is None:
        raise NotFound
    if found.seen != seen:
        raise Stale(gettext("More was found to be lost since you opened the page. Look at it as it is now."))
    span = {"first": found.lines[0].number, "last": found.lines[-1].number} if found.lines else {}
    row = audit.append(work, actor, CONFIRMED, lost=len(found.lines), **span)
    line = asdict(_line(row, begins=True))
    work.afterwards.append(lambda: work.trail.append([line]))
