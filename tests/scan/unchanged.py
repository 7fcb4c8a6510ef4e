"""A browser of a school that nothing changes: each probe meets what the first one met."""

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

    _kept: dict[Path, bytes]
    _cookie = ""

    def keep(self, instance: Path) -> None:
        """From now on this is how it stays. Only SQLite is a file."""
        self._kept = {path: path.read_bytes() for path in (instance / DATABASE, instance / "trail.jsonl")}
        self._cookie = self._value()

    def _value(self) -> str:
        cookie = self.get_cookie("gatepost")
        return cookie.value if cookie else ""

    def open(self, *args: Any, **named: Any) -> TestResponse:
        answer = super().open(*args, **named)
        for path, data in getattr(self, "_kept", {}).items():
            if path.read_bytes() != data:
                path.with_name(f"{path.name}-wal").unlink(missing_ok=True)
                path.write_bytes(data)
        if self._value() != self._cookie:
            self.set_cookie("gatepost", self._cookie)
        return answer


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
