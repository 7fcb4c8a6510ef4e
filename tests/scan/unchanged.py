"""A browser of a school that nothing changes: each probe meets what the first one met."""

import sqlite3
from pathlib import Path
from typing import Any

from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from tests.builders import DATABASE, School


class Unchanged(FlaskClient):
    """Puts database, trail and cookie back behind each request.

    Else a probe that ends the sign-in, stops all that goes out or uses up the tries at a password would answer all the
    others: they would be asked, and nobody would be there to look at them.
    """

    _database: sqlite3.Connection | None = None

    def keep(self, instance: Path) -> None:
        """From now on this is how it stays. Only SQLite is put back."""
        self._database, self._before = sqlite3.connect(instance / DATABASE), sqlite3.connect(":memory:")
        self._database.backup(self._before)
        self._trail = instance / "trail.jsonl"
        self._lines, self._cookie, self._version = self._trail.read_bytes(), self._value(), self._changes()

    def _value(self) -> str:
        cookie = self.get_cookie("gatepost")
        return cookie.value if cookie else ""

    def _changes(self) -> int:
        """Another number once somebody else has written."""
        assert self._database is not None
        number: int = self._database.execute("PRAGMA data_version").fetchone()[0]
        return number

    def open(self, *args: Any, **named: Any) -> TestResponse:
        answer = super().open(*args, **named)
        if self._database is not None:
            self._put_back(self._database)
        return answer

    def _put_back(self, database: sqlite3.Connection) -> None:
        if self._changes() != self._version:
            self._before.backup(database)
            self._trail.write_bytes(self._lines)
            self._version = self._changes()
        if self._value() != self._cookie:
            self.set_cookie("gatepost", self._cookie)


def unchanged(school: School, client: FlaskClient) -> FlaskClient:
    """The same visitor, in such a browser."""
    app = client.application
    app.test_client_class = Unchanged
    found = app.test_client()
    assert isinstance(found, Unchanged)
    if cookie := client.get_cookie("gatepost"):
        found.set_cookie("gatepost", cookie.value)
    found.keep(school.parts.settings.instance)
    return found
