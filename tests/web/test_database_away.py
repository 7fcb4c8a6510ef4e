"""Whoever asks while the database does not answer is told to try again, and finds everything as it was."""

import sqlite3
from contextlib import closing

import pytest
from sqlalchemy import event, select
from sqlalchemy.exc import OperationalError

from moderation.db import engine as databases
from moderation.db.models import Post
from moderation.db.snapshot import file_of
from moderation.rules.roles import Role
from tests.builders import School
from tests.postgresql import sqlite_only


@sqlite_only
def test_what_could_not_be_written_is_said_and_works_a_moment_later(
    school: School, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(databases, "_WAIT", 0)
    browser = school.browser(Role.TEACHER)
    form = {"caption": "The choir sang.", "account": school.account.id, "do": "save"}
    path = file_of(school.parts.settings.database_url)
    assert path
    with closing(sqlite3.connect(path)) as other:
        other.execute("BEGIN IMMEDIATE")
        answer = browser.post("/posts/new", data=form)
    assert (answer.status_code, answer.headers["Retry-After"]) == (503, "5")
    assert "The database does not answer at the moment" in answer.text and "Nothing was lost" in answer.text
    assert "locked" not in answer.text and "SELECT" not in answer.text
    assert browser.post("/posts/new", data=form).status_code == 303
    with school.parts.reading() as work:
        assert work.session.scalars(select(Post.caption)).all() == ["The choir sang."]


@sqlite_only
@pytest.mark.parametrize(("what", "status"), [("database is locked", 503), ("no such column: x", 500)])
def test_whoever_is_signed_in_is_told_too_though_nothing_can_be_looked_up(
    school: School, what: str, status: int
) -> None:
    """A page says so without asking again who is there; what no waiting mends is not called a moment's trouble."""
    browsers = [school.browser(role) for role in (Role.TEACHER, Role.ASSISTANT_HEAD, None)]

    def breaks(connection: object) -> None:
        error = sqlite3.OperationalError(what)
        error.sqlite_errorname = "SQLITE_BUSY" if status == 503 else "SQLITE_ERROR"
        raise OperationalError("BEGIN", {}, error)

    event.listen(school.parts.engine, "begin", breaks)
    for browser in browsers:
        for address in ("/posts/", "/sign-in"):
            answer = browser.get(address)
            assert answer.status_code in (status, 303), address
            assert answer.status_code == 303 or what not in answer.text
        assert browser.get("/sign-in").status_code == status
