"""Two schools with something of everything under the same numbers, and whoever comes from one of them to the other."""

from dataclasses import dataclass, field, replace
from functools import cached_property
from itertools import product
from pathlib import Path
from typing import Any

from flask import Flask
from werkzeug.test import Client, TestResponse

from moderation.db.models import Person
from moderation.rules.roles import Actor, Role
from moderation.settings import Watched, load_trust
from moderation.web.front import Front
from tests.access.schools import Filled, fill
from tests.builders import PASSWORD, School, email
from tests.services.moments import Quick
from tests.trust.schools import FILE, HOSTS, two_schools

BY_HOST, BY_PATH = "by host", "by path"
WORDS = {"oakfield": "acorns", "harbour": "seagulls"}  # in the name and in what is written at one of them alone
_FILE = FILE.replace("Oakfield Primary", "Acorns School").replace("Harbour School", "Seagulls School")
_PATHS = _FILE.replace("http://oakfield.example", "http://trust.example/oakfield").replace(
    "http://harbour.example", "http://trust.example/harbour"
)


@dataclass
class Marked(School):
    """Whose posts and people can be told from those of the other school."""

    mark: str = ""

    def draft(self, *photos: bytes, caption: str = "A good day.", author: Actor | None = None) -> int:
        return super().draft(*photos, caption=f"{caption} {self.mark}", author=author)

    def person(self, key: str, forename: str, surname: str, **more: Any) -> Person:
        return super().person(key, forename, f"{surname} {self.mark.title()}", **more)


@dataclass
class Place:
    """The schools as one of the two layouts serves them."""

    layout: str
    front: Front
    apps: dict[str, Flask] = field(default_factory=dict)

    def origin(self, school: str) -> str:
        return f"http://{HOSTS[school] if self.layout == BY_HOST else 'trust.example'}"

    def path(self, school: str) -> str:
        return f"/{school}" if self.layout == BY_PATH else ""

    def app(self, school: str) -> Flask:
        if school not in self.apps:
            (settings,) = (one for one in self.front.kept.watched.now().schools if one.key == school)
            with self.front.kept.of(settings) as there:
                there.app.config["WTF_CSRF_ENABLED"] = False  # which would refuse before anybody is asked for
                self.apps[school] = there.app
        return self.apps[school]

    def ask(self, school: str, address: str, method: str = "GET", cookies: str = "", **more: Any) -> TestResponse:
        """Of somebody whose browser sends these cookies; what it is given it forgets."""
        self.app(school)
        headers = {**more.pop("headers", {}), **({"Cookie": cookies} if cookies else {})}
        client = Client(self.front, use_cookies=False)
        return client.open(
            self.path(school) + address, method=method, base_url=self.origin(school), headers=headers, **more
        )

    def signed_in(self, school: str, role: Role, number: int = 1) -> dict[str, str]:
        """The cookies of somebody who has signed in, by name."""
        answer = self.ask(school, "/sign-in", "POST", data={"email": email(role, number), "password": PASSWORD})
        assert answer.status_code == 303, answer.text
        return given(answer)

    def session(self, school: str, cookies: dict[str, str]) -> dict[str, Any]:
        """What stands in the cookie of a sign-in."""
        return dict(self._signer(school).loads(cookies[f"gatepost_{school}"]))

    def signed(self, school: str, session: dict[str, Any]) -> dict[str, str]:
        """The same, as if this school itself had signed it."""
        return {f"gatepost_{school}": self._signer(school).dumps(session)}

    def _signer(self, school: str) -> Any:
        app = self.app(school)
        return app.session_interface.get_signing_serializer(app)  # type: ignore[attr-defined]


def given(answer: TestResponse) -> dict[str, str]:
    """The cookies that an answer gives."""
    pairs = (cookie.partition(";")[0].partition("=") for cookie in answer.headers.getlist("Set-Cookie"))
    return {name: value for name, _, value in pairs}


def sent(cookies: dict[str, str]) -> str:
    return "; ".join(f"{name}={value}" for name, value in cookies.items())


def place_of(layout: str, folder: Path) -> Place:
    """Two schools with people alone, whose file is `trust.toml`; as the file says, if it is there already."""
    if not (folder / "trust.toml").exists():
        two_schools(folder, _FILE if layout == BY_HOST else _PATHS)
    return _served(folder / "trust.toml", layout)


def _served(file: Path, layout: str) -> Place:
    environ = {"GATEPOST_TRUST": str(file)}
    return Place(layout, Front(Watched(load_trust(environ), environ)))


@dataclass
class Both:
    """One folder, one database a school, and two files of a trust over them: by host and by path."""

    folder: Path

    def __post_init__(self) -> None:
        two = two_schools(self.folder, _FILE)
        self.filled: dict[str, Filled] = {}
        for key, one in (("oakfield", two.oakfield), ("harbour", two.harbour)):
            parts = replace(one.parts, looker=Quick())
            marked = Marked(parts, one.people, one.others, one.account, mark=WORDS[key])
            self.filled[key] = fill(marked)
        (self.folder / "paths.toml").write_text(_PATHS)

    @cached_property
    def places(self) -> dict[str, Place]:
        return {
            BY_HOST: _served(self.folder / "trust.toml", BY_HOST),
            BY_PATH: _served(self.folder / "paths.toml", BY_PATH),
        }

    def school(self, key: str) -> School:
        return self.filled[key].school


OTHER = {"oakfield": "harbour", "harbour": "oakfield"}
WAYS = tuple(product((BY_HOST, BY_PATH), OTHER))  # layout, and the school that somebody comes from
