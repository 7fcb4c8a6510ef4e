"""People at their browsers: they sign in, load a page, press its button, and do it again when something broke."""

import re
import time
from dataclasses import dataclass, field

import requests

from moderation.rules.roles import Role
from tests.builders import PASSWORD, email
from tests.chaos.ledger import Ledger

LONGEST = 60.0  # seconds for one answer: longer than anything is frozen or locked, so that no request is done late
_TOKEN = re.compile(r'name="csrf_token" value="([^"]+)"')


class Away(Exception):
    """No answer, or one that says that something broke: nobody knows whether it was done."""


class No(Exception):
    """The program answered that this is not done."""


class GivenUp(Exception):
    """It could not be done however often it was tried."""


@dataclass
class Person:
    role: Role
    number: int
    id: int
    address: str
    ledger: Ledger
    session: requests.Session = field(default_factory=requests.Session)
    token: str = ""

    def get(self, path: str) -> str:
        """The page's text. Raises Away, No."""
        return self._page(self._asked("GET", path)).text

    def download(self, path: str) -> bytes:
        return self._page(self._asked("GET", path)).content

    def post(self, path: str, form: dict[str, object], files: dict[str, tuple[str, bytes]] | None = None) -> str:
        """Where the answer leads: it was done. Raises Away, No."""
        answer = self._asked("POST", path, data={"csrf_token": self.token, **form}, files=files)
        if answer.status_code != 303 or answer.headers["Location"].startswith("/sign-in"):
            self._judge(answer)
            raise No(f"{path}: {answer.status_code}")
        return answer.headers["Location"]

    def _page(self, answer: requests.Response) -> requests.Response:
        if answer.status_code == 303 and answer.headers["Location"].startswith("/sign-in"):
            self.sign_in()
            raise Away("signed out")
        self._judge(answer)
        if answer.status_code == 303:
            return self._page(self._asked("GET", answer.headers["Location"]))
        if found := _TOKEN.search(answer.text if "html" in answer.headers.get("Content-Type", "") else ""):
            self.token = found[1]
        return answer

    def _judge(self, answer: requests.Response) -> None:
        if answer.status_code >= 500:
            self.ledger.count("answered that something broke")
            raise Away(str(answer.status_code))
        if answer.status_code in (400, 401, 429) or answer.headers.get("Location", "").startswith("/sign-in"):
            self.sign_in()  # the page was open too long, or the sign-in is over: both by a clock that moved
            raise Away("signed out")
        if answer.status_code >= 400:
            raise No(f"{answer.request.path_url}: {answer.status_code} {_sentence(answer.text)}")

    def ready(self) -> None:
        """Signed in, with what a form needs to be taken."""
        if not self.token:
            self.sign_in()

    def sign_in(self) -> None:
        self.session.cookies.clear()
        self.token = ""
        page = self._asked("GET", "/sign-in")
        found = _TOKEN.search(page.text)
        if page.status_code != 200 or not found:
            raise Away("no sign-in page")
        form = {"csrf_token": found[1], "email": email(self.role, self.number), "password": PASSWORD}
        answer = self._asked("POST", "/sign-in", data=form)
        if answer.status_code != 303:
            raise Away(f"sign-in answered {answer.status_code}")
        self.ledger.count("sign-ins")
        token = _TOKEN.search(self._asked("GET", "/password").text)
        self.token = token[1] if token else ""

    def _asked(self, method: str, path: str, **more: object) -> requests.Response:
        try:
            return self.session.request(
                method,
                self.address + path,
                allow_redirects=False,
                timeout=LONGEST,
                **more,  # type: ignore[arg-type]
            )
        except requests.RequestException as error:
            self.ledger.count("not answered")
            raise Away(type(error).__name__) from error


def _sentence(page: str) -> str:
    inside = page.partition("<main")[2].partition("</main")[0]
    return " ".join(re.sub(r"<[^>]+>", " ", inside).split())[:200]


@dataclass
class Patience:
    """Until when people try again."""

    until: float = float("inf")

    def longer(self, seconds: float) -> None:
        """Where something gets on, people go on too."""
        if self.until < float("inf"):
            self.until = time.monotonic() + seconds

    def pause(self, what: object) -> None:
        time.sleep(0.6)
        if time.monotonic() > self.until:
            raise GivenUp(str(what))
