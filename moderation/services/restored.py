"""After an older database was put back: what it lost is known from a file beside it, and nothing goes out meanwhile.

Each audit row leaves one line in that file: number, hash, moment, action, and the number of the person or post. Never a
name. It is written after the commit, under a lock, in order; what a power cut kept from it comes with the next commit.
"""

import fcntl
import json
import logging
import os
from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from sqlalchemy import select

from moderation.db.models import AuditRow
from moderation.rules.language import gettext
from moderation.rules.roles import SYSTEM, Actor, Role
from moderation.rules.workflow import NOT_YOURS, NotYours, Stale
from moderation.services import audit
from moderation.services.work import NotFound, Work

log = logging.getLogger(__name__)

PUT_BACK = "backup restored"  # by `gatepost restore`, into a database of its own
CONFIRMED = "restored register confirmed"

_TAIL = 4096  # bytes: more than the last line has

_CHANGED_NOTHING = frozenset(
    {"look-back started", "look-back ended", "evidence read"}
    | {"copy of what is held ordered", "copy of what is held taken", audit.EVIDENCE_MADE}
)


@dataclass(frozen=True)
class Line:
    """One audit row, as the file keeps it. `begins`: an older database was confirmed here; numbers go on from this."""

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


def _parsed(text: str) -> Line | None:
    try:
        return Line(**json.loads(text))
    except (ValueError, TypeError):
        return None  # cut short by a power cut; it was written again, whole


def _last(path: Path) -> Line | None:
    """The newest whole line of the file."""
    try:
        with path.open("rb") as file:
            file.seek(max(0, file.seek(0, os.SEEK_END) - _TAIL))
            tail = file.read().decode(errors="replace").splitlines()
    except FileNotFoundError:
        return None
    found = next((line for line in map(_parsed, reversed(tail)) if line), None)
    return found or next(_newest_first(path), None)  # a power cut can leave more behind the last line than a tail


def _holds(work: Work, line: Line) -> bool:
    """Whether the database has that very row."""
    row = work.session.get(AuditRow, line.number)
    return row is not None and row.hash == line.hash


def is_behind(work: Work) -> bool:
    """Whether the database lost what the file knows, or was put back, and nobody has confirmed it."""
    return work.once("behind", None, lambda: _is_behind(work))


def _is_behind(work: Work) -> bool:
    last = _last(work.trail_file)
    return (last is not None and not _holds(work, last)) or _put_back(work) is not None


def _put_back(work: Work) -> AuditRow | None:
    """The restore that nobody has confirmed. It stands in the trail itself: losing a file does not open the lock."""
    row = audit.newest(work, PUT_BACK)
    confirmed = audit.newest(work, CONFIRMED) if row else None
    return row if row and (confirmed is None or confirmed.number < row.number) else None


def unwritten(work: Work) -> list[Line]:
    """What the file lacks, asked before the commit. A database that has no file yet begins one with its newest row."""
    last = _last(work.trail_file)
    rows = select(AuditRow).order_by(AuditRow.number)
    if last is None:
        rows = select(AuditRow).order_by(AuditRow.number.desc()).limit(1)
    elif _holds(work, last):
        rows = rows.where(AuditRow.number > last.number)
    else:
        return []
    return [_line(row) for row in work.session.scalars(rows)]


def append(path: Path, lines: Sequence[Line]) -> None:
    """Write lines behind the last one; those that another process has written meanwhile are left out.

    A disk that is full undoes nothing: what is committed is done, and these lines come with the next commit.
    """
    if not lines:
        return
    try:
        _append(path, lines)
    except OSError as error:
        log.error("how far the audit trail has come could not be written down: %s", type(error).__name__)


def _append(path: Path, lines: Sequence[Line]) -> None:
    with path.open("a+b") as file:
        fcntl.flock(file, fcntl.LOCK_EX)  # released when the file is closed
        last = _last(path)
        new = [line for line in lines if last is None or line.begins or line.number > last.number]
        if new and file.tell() and not _ends_whole(path):
            file.write(b"\n")
        file.writelines(json.dumps(asdict(line), sort_keys=True).encode() + b"\n" for line in new)
        file.flush()
        os.fsync(file.fileno())


def _ends_whole(path: Path) -> bool:
    with path.open("rb") as file:
        file.seek(-1, os.SEEK_END)
        return file.read(1) == b"\n"


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
    for line in _newest_first(work.trail_file):
        if _holds(work, line):
            break
        gone.append(line)
    return Lost(tuple(reversed(gone)), _put_back(work))


def not_held(work: Work) -> Line | None:
    """The first row that the file knows and the database does not have as it was: changed, or cut off."""
    told: dict[int, Line] = {}
    for line in _newest_first(work.trail_file):
        told.setdefault(line.number, line)
        if line.begins:
            break
    hashes = {row.number: row.hash for row in work.session.execute(select(AuditRow.number, AuditRow.hash))}
    return next((told[number] for number in sorted(told) if hashes.get(number) != told[number].hash), None)


def _newest_first(path: Path) -> Iterator[Line]:
    if not path.is_file():
        return
    for text in reversed(path.read_text("utf-8", "replace").splitlines()):
        line = _parsed(text)
        if line:
            yield line


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
    line = _line(row, begins=True)
    work.afterwards.append(lambda: append(work.trail_file, [line]))
