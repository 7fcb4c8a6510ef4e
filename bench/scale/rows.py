"""Rows of a school of any size, made up without chance: the same number is the same post, person or row each time."""

import re
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from typing import Any

from moderation.detect.faces import ENGINE
from moderation.rules.chain import START, Link, link_hash
from moderation.rules.workflow import Action, State

NOW = datetime.now(UTC).replace(microsecond=0)
PHOTOS = 5  # of each post
YEARS = 8
LAST_YEAR = 600  # posts: the same work today, whatever lies behind it
LISTED_EVERY = 10
TOLD = 5_000  # posts of a term: what is older is forgotten
OPEN = 200  # of the newest posts some wait; they were sent nowhere yet
SOUGHT = 60  # people with one surname, in a school of any size
# What became of a hundred posts of the years behind.
_ENDED = (
    [State.LIVE] * 85 + [State.TAKEN_DOWN] * 5 + [State.DISCARDED] * 4 + [State.PURGED] * 2
    + [State.STOPPED] * 2 + [State.SENT_BACK, State.DRAFT]
)  # fmt: skip
_FORENAMES = tuple(
    """
    Amara Ben Chloe Dylan Esme Finn Grace Hassan Isla Jakub Kezia Leo Maya Noah Zoë Omar Priya Quinn
    """.split()  # noqa: SIM905 (words are read more easily as a text)
)
_ENDS = tuple(
    """
    worth bury field ham ton ley stead wick combe dale ford well hurst bourne mere grove beck thorpe
    """.split()  # noqa: SIM905 (words are read more easily as a text)
)
_STARTS = tuple(
    """
    Ash Birch Cran Dun Elm Fen Gor Hol Ink Jes Kirk Lang Mar Nor Oak Pem Quar Rad Stan Thorn Up Whit
    """.split()  # noqa: SIM905 (words are read more easily as a text)
)

_DIGEST = r"\{digest:([^}]*)\}"
Row = tuple[Any, ...]


@dataclass(frozen=True)
class Table:
    """Rows of one table: its columns as the database calls them, and a way to make them."""

    name: str
    columns: str
    rows: Iterable[Row]


@dataclass(frozen=True)
class Made:
    """Rows that the database makes of others. In `select` {digest:…} stands for 64 digits of a number."""

    name: str
    columns: str
    select: str

    def written(self, dialect: str) -> str:
        """The statement for SQLite or PostgreSQL."""
        digits = r"printf('%064d', \1)" if dialect == "sqlite" else r"lpad((\1)::text, 64, '0')"
        columns = ", ".join(self.columns.split())
        return f"INSERT INTO {self.name} ({columns}) {re.sub(_DIGEST, digits, self.select)}"


@dataclass(frozen=True)
class Range:
    """What is to come: numbers from `first` until before `end`, in a school that will have `size` of them."""

    first: int
    end: int
    size: int

    def __iter__(self) -> Iterator[int]:
        return iter(range(self.first, self.end))


@dataclass(frozen=True)
class Known:
    """What is there already: the ids of authors, of the head and the manager, of accounts; the versions of now."""

    authors: tuple[int, ...]
    head: int
    manager: int
    accounts: tuple[int, ...]
    engine: str


def state(number: int) -> State:
    return _ENDED[number * 37 % 100]


def moment(number: int, size: int) -> datetime:
    """The last ones in the last year, the others evenly over the years before it, in order."""
    back = size - number
    if back < LAST_YEAR:
        return NOW - timedelta(days=1) - timedelta(days=364) * (back / LAST_YEAR)
    return NOW - timedelta(days=365) - timedelta(days=365 * (YEARS - 1)) * ((back - LAST_YEAR) / (size - LAST_YEAR))


def digest(sort: str, number: int) -> str:
    """Of nothing: 64 digits, other ones for each number and sort, in order so that seeding is quick."""
    return f"{len(sort):02x}{number:062x}"


def written(at: datetime) -> str:
    return at.isoformat(" ", "microseconds")[:26]


def posts(which: Range, known: Known) -> Iterator[Table | Made]:
    """Posts of the years behind with everything that hangs on them."""
    yield Table(
        "posts",
        "id author_id last_editor_id kind urgent caption state state_since note purpose created_at submitted_at"
        " version",
        (
            (
                n, known.authors[n % len(known.authors)], known.authors[n % len(known.authors)], "post", False,
                f"Sports day of year {n % 13}, picture {n}.", str(state(n)), at := written(moment(n, which.size)),
                "", "news of school life", at, None if state(n) is State.DRAFT else at, 3,
            )
            for n in which
        ),
    )  # fmt: skip
    yield from (
        Made(name, columns, f"{select} WHERE {where}") for name, (columns, select, where) in _made(known).items()
    )


def _made(known: Known) -> dict[str, tuple[str, str, str]]:
    """By table the columns, and what the database itself makes of the posts that are there: millions in seconds."""
    out, manager, account = "p.state IN ('live', 'taken down')", known.manager, known.accounts[0]
    photos = ", ".join(f"({number})" for number in range(PHOTOS))
    looks = f"{photos}, ({PHOTOS})"
    return {
        "post_accounts": ("post_id account_id", f"SELECT p.id, {account} FROM posts p", "true"),
        "photos": (
            "id post_id position media_key width height alt_text file_name camera",
            f"SELECT p.id * {PHOTOS} + n.column1, p.id, n.column1, {{digest:p.id * {PHOTOS} + n.column1}}, 1600, 1200,"
            f" 'Children on a field.', 'a.jpg', '' FROM posts p CROSS JOIN (VALUES {photos}) n",
            "true",
        ),
        "scans": (
            "id post_id subject digest engine list_version roll_version state token runs created_at rung_at ended_at",
            f"SELECT p.id * {PHOTOS + 1} + n.column1, p.id, CASE n.column1 WHEN 0 THEN 'words' ELSE 'photo' END,"
            f" {{digest:p.id * {PHOTOS} + n.column1}}, '{known.engine}', 1, 1, 'done', '', 1, p.state_since,"
            f" p.state_since, p.state_since FROM posts p CROSS JOIN (VALUES {looks}) n",
            "true",
        ),
        "findings": (
            'id scan_id detector kind "left" top "right" bottom evidence resolution reason resolved_by_id resolved_at',
            f"SELECT p.id, p.id * {PHOTOS + 1} + 1, 'faces', 'face.unclear', 10, 10, 60, 60, 'too small to compare',"
            f" 'looked at', 'I looked closely', {known.head}, p.state_since FROM posts p",
            "true",
        ),
        "approvals": (
            "id post_id user_id as_roles digest at expires_at",
            f"SELECT p.id, p.id, {known.head}, 'assistant head', {{digest:p.id}}, p.state_since, p.state_since"
            " FROM posts p",
            out,
        ),
        "kits": (
            "id post_id approval_id user_id digest opened_at",
            f"SELECT p.id, p.id, p.id, {manager}, {{digest:p.id}}, p.state_since FROM posts p",
            out,
        ),
        "publications": (
            "id post_id account_id link user_id at",
            f"SELECT p.id, p.id, {account}, 'https://social.example/1', {manager}, p.state_since FROM posts p",
            out,
        ),
        "versions": (
            "id post_id at digest caption photos accounts flags because_of",
            "SELECT p.id, p.id, p.state_since, {digest:p.id}, 'Sports day.', '[]', '[]', '[]', '[]' FROM posts p",
            out,
        ),
        "live_checks": (
            "id post_id account_id at how result details reason settled_at",
            f"SELECT p.id, p.id, {account}, p.state_since, 'screenshot', CASE p.id % 20 WHEN 0 THEN 'not as approved'"
            " ELSE 'as approved' END, '[]', '', CASE p.id % 20 WHEN 0 THEN p.state_since END FROM posts p",
            f"p.id % 5 = 0 AND {out}",
        ),
        "deliveries": (
            "id post_id account_id key digest progress token next_at tries remote link trouble asked_by_id asked_at",
            f"SELECT p.id, p.id, {account}, substr({{digest:p.id}}, 33), {{digest:p.id}}, CASE p.state WHEN 'live' THEN"
            f" 'there' ELSE 'removed' END, '', p.state_since, 1, '{{}}', '', '', {manager}, p.state_since FROM posts p",
            f"p.id % 10 = 0 AND p.id < (SELECT max(id) FROM posts) - {OPEN} AND {out}",
        ),
        "takedowns": (
            'id publication_id said reason found opened_at "end" ended_at proof',
            "SELECT p.id, p.id, 'A parent asked.', 'a member of staff asks for it', '', p.state_since, 'removed',"
            " p.state_since, 'gone' FROM posts p",
            "p.state = 'taken down'",
        ),
        "news": (
            "id user_id news post_id about at read_at",
            "SELECT p.id, p.author_id, 'own live', p.id, p.id, p.state_since, p.state_since FROM posts p",
            f"p.id > (SELECT max(id) FROM posts) - {TOLD} AND {out}",
        ),
    }


_WAY = (
    (Action.SUBMIT, State.DRAFT, State.CHECKING),
    (Action.APPROVE, State.IN_REVIEW, State.IN_REVIEW),
    (Action.RELEASE, State.IN_REVIEW, State.RELEASED),
    (Action.MARK_LIVE, State.RELEASED, State.LIVE),
)


def audit(which: Range, known: Known, last: tuple[int, str]) -> Table:
    """Four rows a post, chained behind the `last` one by its number and hash."""

    def rows() -> Iterator[Row]:
        number, previous = last
        for n in which:
            at, of_post = moment(n, which.size), digest("post", n)
            said, kept = at.isoformat(timespec="microseconds"), written(at)
            for action, before, after in _WAY:
                number += 1
                who = known.authors[n % len(known.authors)] if action is Action.SUBMIT else known.head
                detail = f'{{"after":"{after}","before":"{before}","digest":"{of_post}"}}'
                hashed = link_hash(previous, Link(number, said, who, str(action), n, detail))
                yield number, kept, who, str(action), n, detail, previous, hashed
                previous = hashed

    return Table("audit", "number at actor_id action post_id detail previous hash", rows())


def people(which: Range, sealed: Callable[[int], bytes]) -> Iterator[Table]:
    """Pupils with classes and permissions; a tenth may be matched, by encodings that `sealed` makes for a number."""
    begun, today = (NOW - timedelta(days=300)).date().isoformat(), NOW.date()
    yield Table(
        "people",
        "id key forename surname class_name kind no_publish key_id",
        ((n, f"U{n:08}", *name(n), class_of(n), "pupil", is_listed(n), key_of(n)) for n in which),
    )
    yield Table("memberships", "id person_id group_name starts", ((n, n, class_of(n), begun) for n in which))
    yield Table(
        "permissions",
        "id person_id word giver starts until how recorded_at",
        ((n, n, "granted", "parent 1", begun, _until(n), "import", written(NOW)) for n in which),
    )
    yield Table(
        "reference_photos",
        "id person_id media_key sealed_encoding engine added_by_id added_at",
        ((n, n, digest("reference", n), sealed(n), ENGINE, 1, written(NOW)) for n in which if is_listed(n)),
    )
    yield Table(
        "matching_permissions",
        "id person_id lawful_id starts_on ends_on recorded_by_id recorded_at",
        ((n, n, 1, begun, (today + timedelta(days=200)).isoformat(), 1, written(NOW)) for n in which if is_listed(n)),
    )
    yield Table(
        "matching_answers",
        "id permission_id who told_on agreed_on how",
        ((n, n, "Parent", begun, begun, "paper form") for n in which if is_listed(n)),
    )


def is_listed(number: int) -> bool:
    return number % LISTED_EVERY == 0


def key_of(number: int) -> str | None:
    """The id of the key that seals this person's encoding."""
    return digest("key", number)[-32:] if is_listed(number) else None


def _until(n: int) -> str:
    return date(NOW.year + 1 + n % 5, 8, 31).isoformat()


def name(number: int) -> tuple[str, str]:
    """Some thousand names, each borne by a few hundred of a very large school."""
    if number <= SOUGHT:
        return _FORENAMES[number % len(_FORENAMES)], "Quillon"
    forename = _FORENAMES[number % len(_FORENAMES)]
    start, end = _STARTS[number // 7 % len(_STARTS)], _ENDS[number // 13 % len(_ENDS)]
    return forename, f"{start}{end}" if number % 3 else f"{start}{end}-{_STARTS[number // 1000 % len(_STARTS)]}"


def class_of(number: int) -> str:
    return f"{number % 13 + 1}{'ABCDEFGH'[number // 13 % 8]}"


FIRST = (0, START)
