"""A school with years behind it: the real tables, filled by the ten thousand, and the same work waiting at any size."""

from collections.abc import Callable, Iterator, Mapping
from contextlib import closing
from datetime import timedelta
from itertools import chain
from typing import Any

import numpy as np
from sqlalchemy import Engine, select, text
from sqlalchemy.orm import Session

from bench.scale import rows
from bench.scale.rows import Known, Made, Range, Table
from moderation.db.models import Account, Approval, AuditRow, Base, Finding, Post, Scan, ScanState, User
from moderation.demo.lawful import lawful
from moderation.rules.findings import Detector, Kind
from moderation.rules.roles import Role
from moderation.rules.workflow import State
from moderation.services import cases, checks, matching
from moderation.services.work import Work
from tests.builders import School

PEOPLE = 2  # posts for each pupil on the register
POSTS_OF_AN_AUTHOR = 2_500
# Open work: as much as a busy school has on one day, and no more of it in a school that has been at it for years.
WAITING = {State.IN_REVIEW: 60, State.RELEASED: 30, State.CHECKING: 10, State.SENT_BACK: 10, State.DRAFT: 20}
_FLAGGED = 3  # every third post of the queue has a flag to settle


def fill(school: School, size: int, waiting: Mapping[State, int] = WAITING) -> None:
    """`size` posts with all that belongs to them, and half as many pupils; so many of the posts wait."""
    _set_up(school)
    with Session(school.parts.engine) as session, session.begin():
        known, last = _known(session, size), _last(session)
    posts, pupils = Range(1, size + 1, size), Range(1, size // PEOPLE + 1, size // PEOPLE)
    key = school.parts.vault.new_key()
    tables = chain(
        rows.people(pupils, _sealer(school, key)), rows.posts(posts, known), [rows.audit(posts, known, last)]
    )
    _write(school.parts.engine, tables)
    _keys(school, pupils, key)
    school.parts.trail.clear()  # it begins anew behind these rows
    _open_work(school, waiting)
    _settle(school.parts.engine)


def _set_up(school: School) -> None:
    with school.parts.work() as work:
        matching.record(work, school.people[Role.DATA_LEAD], lawful(work.today))
        work.register_version.endings_until = work.today - timedelta(days=1)


def _known(session: Session, size: int) -> Known:
    """Authors come with the years as well."""
    first = session.scalars(select(User).where(User.role == Role.TEACHER).order_by(User.id)).first()
    assert first is not None
    there = list(session.scalars(select(User.id).where(User.role == Role.TEACHER).order_by(User.id)))
    for number in range(len(there), max(4, size // POSTS_OF_AN_AUTHOR)):
        values = {name: getattr(first, name) for name in ("password_hash", "role", "active", "created_at")}
        more = User(email=f"teacher.{number}@school.example", name=f"Teacher {number}", password_is_own=True, **values)
        session.add(more)
        session.flush()
        there.append(more.id)
    of_role = {role: session.scalars(select(User.id).where(User.role == role)).first() for role in Role}
    accounts = tuple(session.scalars(select(Account.id)))
    return Known(
        tuple(there), of_role[Role.ASSISTANT_HEAD] or 0, of_role[Role.RESOURCES_MANAGER] or 0, accounts, "earlier"
    )


def _last(session: Session) -> tuple[int, str]:
    row = session.scalars(select(AuditRow).order_by(AuditRow.number.desc()).limit(1)).first()
    return (row.number, row.hash) if row else rows.FIRST


def _write(engine: Engine, tables: Iterator[Table | Made]) -> None:
    """Rows straight into the tables; what they point at is there, so nobody asks for it row by row."""
    with closing(engine.raw_connection()) as connection, closing(connection.cursor()) as cursor:
        sqlite = engine.dialect.name == "sqlite"
        cursor.execute("PRAGMA foreign_keys = OFF" if sqlite else "SET session_replication_role = replica")
        if sqlite:
            cursor.execute("PRAGMA synchronous = OFF")
            cursor.execute("PRAGMA secure_delete = OFF")
            cursor.execute("PRAGMA journal_mode = MEMORY")  # until the next process opens it
            cursor.execute("PRAGMA cache_size = -500000")
        else:
            cursor.execute("SET statement_timeout = 0")  # a million rows take as long as they take
        for table in tables:
            if isinstance(table, Made):
                cursor.execute(table.written(engine.dialect.name))
                _count_on(cursor, engine, table.name)
                connection.commit()
                continue
            columns, filled = _with_defaults(table)
            if sqlite:
                cursor.execute("BEGIN")
                marks = ", ".join("?" * len(columns.split(",")))
                cursor.executemany(f"INSERT INTO {table.name} ({columns}) VALUES ({marks})", filled)
                cursor.execute("COMMIT")
            else:
                with cursor.copy(f"COPY {table.name} ({columns}) FROM STDIN") as copy:  # type: ignore[attr-defined]
                    for row in filled:
                        copy.write_row(row)
                _count_on(cursor, engine, table.name)
                connection.commit()
    engine.dispose()


def _count_on(cursor: Any, engine: Engine, name: str) -> None:
    """PostgreSQL counts by itself, and knows nothing of the numbers that were given."""
    if engine.dialect.name == "postgresql" and "id" in Base.metadata.tables[name].columns:
        counter = f"pg_get_serial_sequence('{name}', 'id')"
        cursor.execute(f"SELECT setval({counter}, (SELECT coalesce(max(id), 1) FROM {name}))")


def _with_defaults(table: Table) -> tuple[str, Iterator[tuple[Any, ...]]]:
    """With what the program itself would have put into the columns that are not given."""
    given = table.columns.replace('"', "").split()
    more = {
        column.name: column.default.arg if column.default is not None else ""  # type: ignore[attr-defined]
        for column in Base.metadata.tables[table.name].columns
        if not column.nullable and column.name not in given and not column.primary_key
    }
    last = tuple(value.value if hasattr(value, "value") else value for value in more.values())
    return ", ".join([*table.columns.split(), *more]), (row + last for row in table.rows)


def _sealer(school: School, key: bytes) -> Callable[[int], bytes]:
    """One encoding for each number, of nobody's face, sealed as the program seals them."""

    def sealed(number: int) -> bytes:
        encoding = np.random.default_rng(number).normal(0, 0.12, 128)
        return school.parts.vault.seal(key, encoding.tobytes(), f"encoding of person {number}".encode())

    return sealed


def _keys(school: School, pupils: Range, key: bytes) -> None:
    """A file for each person's key. In all of them stands the same."""
    folder = school.parts.settings.person_keys_folder
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    for number in pupils:
        if name := rows.key_of(number):
            (folder / name).write_bytes(key)


def _open_work(school: School, waiting: Mapping[State, int]) -> None:
    """The newest posts wait: their photos are checked by today's checks, and some are approved."""
    states = [state for state, count in waiting.items() for _ in range(count)]
    with school.parts.work() as work:
        newest = list(work.session.scalars(select(Post).order_by(Post.id.desc()).limit(len(states))))
        for number, (post, state) in enumerate(zip(newest, states, strict=True)):
            _forget_past(work, post)
            post.state, post.submitted_at, post.state_since = state, work.now, work.now
            if state not in (State.DRAFT, State.SENT_BACK):
                _check(work, post, state, flagged=state is State.IN_REVIEW and number % _FLAGGED == 0)
            if state is State.RELEASED:
                _approve(work, school, post)


def _forget_past(work: Work, post: Post) -> None:
    for table in ("live_checks", "versions", "kits", "approvals", "news"):
        work.session.execute(text(f"DELETE FROM {table} WHERE post_id = :post"), {"post": post.id})
    gone = "SELECT id FROM publications WHERE post_id = :post"
    work.session.execute(text(f"DELETE FROM takedowns WHERE publication_id IN ({gone})"), {"post": post.id})
    work.session.execute(text("DELETE FROM publications WHERE post_id = :post"), {"post": post.id})


def _check(work: Work, post: Post, state: State, flagged: bool) -> None:
    version = work.register_version
    for needed in checks.needed(work, post):
        done = state is not State.CHECKING
        scan = Scan(
            post_id=post.id, subject=needed.subject, digest=needed.digest,
            engine=checks.engine_for(work, needed.subject),
            list_version=version.list_version, roll_version=version.roll_version,
            state=ScanState.DONE if done else ScanState.WAITING, token="0" * 32, created_at=work.now,
            rung_at=work.now, ended_at=work.now if done else None,
        )  # fmt: skip
        if flagged and needed.subject == "photo":
            scan.findings.append(
                Finding(detector=Detector.FACES, kind=Kind.FACE_UNCLEAR, left=9, top=9, right=60, bottom=60)
            )
        work.session.add(scan)
    work.session.flush()


def _approve(work: Work, school: School, post: Post) -> None:
    digest, days = cases.digest_of(work, post), timedelta(days=10)
    for who in (school.people[Role.ASSISTANT_HEAD], school.others[Role.ASSISTANT_HEAD]):
        work.session.add(
            Approval(
                post_id=post.id, user_id=who.id, as_roles="assistant head", digest=digest, at=work.now,
                expires_at=work.now + days,
            )
        )  # fmt: skip
    work.session.flush()


def _settle(engine: Engine) -> None:
    """What PostgreSQL does by itself within minutes. SQLite is left as the program leaves it."""
    if engine.dialect.name == "sqlite":
        return
    with closing(engine.raw_connection()) as connection:
        connection.rollback()
        connection.driver_connection.autocommit = True  # type: ignore[union-attr]
        cursor = connection.cursor()
        cursor.execute("SET statement_timeout = 0")
        cursor.execute("VACUUM ANALYZE")
    engine.dispose()  # nobody else gets one that commits by itself
