"""A trust of two schools for tests: keys, database and media of their own, and the same numbers in both."""

import atexit
from dataclasses import dataclass, replace
from functools import cache
from pathlib import Path
from shutil import copytree
from tempfile import TemporaryDirectory
from typing import Any, Self

from werkzeug.test import Client, TestResponse

from moderation.rules.roles import Role
from moderation.services.looking import Looker
from moderation.settings import Trust, Watched, load_trust
from moderation.web.front import Front
from moderation.wiring import wire
from tests.builders import PASSWORD, School, email, found

HOSTS = {"oakfield": "oakfield.example", "harbour": "harbour.example"}
LOOKER = Looker()  # words alone: no engine is loaded
FILE = """
name = "The Two Rivers Trust"
address = "http://trust.example"

[shared]
mail_from = "gatepost@trust.example"

[[school]]
key = "oakfield"
name = "Oakfield Primary"
address = "http://oakfield.example"

[[school]]  # the smaller one
key = "harbour"
name = "Harbour School"
address = "http://harbour.example"
"""


@dataclass
class Two:
    """Both schools, wired by the trust's file as every process wires them."""

    file: Path
    oakfield: School
    harbour: School

    @property
    def environ(self) -> dict[str, str]:
        return {"GATEPOST_TRUST": str(self.file)}

    @property
    def trust(self) -> Trust:
        return load_trust(self.environ)

    @property
    def watched(self) -> Watched:
        return Watched(self.trust, self.environ)


def two_schools(folder: Path, text: str = FILE) -> Two:
    """Copies of two that were set up once, unless the file says that they lie in databases of their own."""
    if "database_url" in text:
        return _set_up(folder, text)
    pattern = _pattern()
    copytree(pattern.file.parent, folder, dirs_exist_ok=True)
    two = Two(folder / "trust.toml", pattern.oakfield, pattern.harbour)
    two.file.write_text(text)
    two.oakfield, two.harbour = (
        replace(school, parts=replace(wire(two.trust.school(key)), looker=LOOKER))
        for key, school in zip(HOSTS, (two.oakfield, two.harbour), strict=True)
    )
    return two


def _set_up(folder: Path, text: str) -> Two:
    file = folder / "trust.toml"
    file.write_text(text)
    trust = load_trust({"GATEPOST_TRUST": str(file)})
    return Two(file, *(found(trust.school(key), LOOKER) for key in HOSTS))


@cache
def _pattern() -> Two:
    folder = TemporaryDirectory(prefix="trust-")
    atexit.register(folder.cleanup)
    two = _set_up(Path(folder.name), FILE)
    for school in (two.oakfield, two.harbour):
        school.parts.end()
    return two


class Visitor:
    """Somebody with a browser, at one school of the trust. The protection against forged forms has tests of its own."""

    def __init__(self, two: Two, school: str, front: Front | None = None) -> None:
        self.front = front or Front(two.watched)
        self.school, self.client = school, Client(self.front)
        with self.front.kept.of(two.trust.school(school)) as there:
            self.app = there.app
        self.app.config["WTF_CSRF_ENABLED"] = False

    def ask(self, path: str, method: str = "GET", **more: Any) -> TestResponse:
        return self.client.open(path, method=method, base_url=f"http://{HOSTS[self.school]}", **more)

    def signed_in(self, role: Role) -> Self:
        answer = self.ask("/sign-in", "POST", data={"email": email(role), "password": PASSWORD})
        assert answer.status_code == 303, answer.text
        return self

    def cookie(self) -> str:
        """What a browser would send back, whatever it is called."""
        found = self.client.get_cookie(f"gatepost_{self.school}", HOSTS[self.school])
        assert found is not None
        return found.value
