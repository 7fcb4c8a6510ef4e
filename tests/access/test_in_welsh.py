"""Every page for everybody, in a language that marks each sentence: what stands there unmarked is in English only."""

import gettext
import re
from collections.abc import Callable, Iterator
from functools import cache
from html.parser import HTMLParser

import pytest
from flask.testing import FlaskClient
from sqlalchemy import String, select

from moderation.db.base import Base
from moderation.db.models import Account, Person
from moderation.rules import language
from moderation.rules.language import Language
from moderation.rules.networks import NETWORKS
from moderation.rules.roles import Role
from tests.access import schools
from tests.access.schools import Filled
from tests.access.visits import EMPTY, FILLED, FROZEN, HALFWAY, SHARED, STRANGER, VISITS
from tests.builders import PASSWORD, email

MAKERS: dict[str, Callable[..., Filled]] = {FILLED: schools.filled, EMPTY: schools.empty, FROZEN: schools.frozen}
pytestmark = pytest.mark.long
GROUPS = sorted({(visit.school, str(visit.who)) for visit in VISITS})
BEGINS, ENDS = "⟦", "⟧"
JOINED = re.compile("[;,·]")  # what people wrote stands in one line with more of it
ATTRIBUTES = ("alt", "aria-label", "placeholder", "title", "data-confirm")
SILENT = {"script", "style", "code", "textarea"}
# What is nobody's language, or everybody's.
NAMES = {
    *("Gatepost", "Gatepost demonstration", "English", "Cymraeg", "Enter", "px"),
    *("Headteacher", "Assistant head"),  # what the people of the tests are called
    *("UPN", "Reg Group", "Legal Forename", "Legal Surname", "Consent - Website", "Consent - Social media"),
    *(network.title for network in NETWORKS.values()),
}


class Marking(gettext.NullTranslations):
    """Says each sentence with a mark before and behind it."""

    def gettext(self, message: str) -> str:
        return f"{BEGINS}{message}{ENDS}"

    def ngettext(self, msgid1: str, msgid2: str, n: int) -> str:
        return self.gettext(msgid1 if n == 1 else msgid2)

    def pgettext(self, context: str, message: str) -> str:
        return self.gettext(message)


class Reader(HTMLParser):
    """What a page says outside of the marks, a piece of text or an attribute each."""

    def __init__(self) -> None:
        super().__init__()
        self.bare: list[str] = []
        self._depth = 0
        self._silent: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag in SILENT:
            self._silent.append(tag)
        for name, value in attrs:
            if name in ATTRIBUTES and not self._depth:
                self.bare += _outside(value or "")[0]

    def handle_endtag(self, tag: str) -> None:
        if self._silent and self._silent[-1] == tag:
            self._silent.pop()

    def handle_data(self, data: str) -> None:
        found, depth = _outside(data, self._depth)
        self._depth = depth
        if not self._silent:
            self.bare += found


def _outside(text: str, depth: int = 0) -> tuple[list[str], int]:
    found, here = [], ""
    for sign in text:
        if sign == BEGINS:
            found, here, depth = [*found, here], "", depth + 1
        elif sign == ENDS:
            depth = max(0, depth - 1)
        elif not depth:
            here += sign
    return [" ".join(piece.split()) for piece in (*found, here) if re.search("[A-Za-z]{2}", piece)], depth


def written_by_people(there: Filled) -> str:
    """What people wrote, as it stands in the database: names, captions, reasons. Not what the program chose."""
    words = [there.school.parts.settings.school, *NAMES]
    with there.school.parts.reading() as work:
        words += [account.title for account in work.session.scalars(select(Account))]
        for person in work.session.scalars(select(Person)):
            words += [person.called, f"{person.called}, {person.class_name}", f"{person.surname}, {person.forename}"]
    with there.school.parts.engine.connect() as connection:
        for table in Base.metadata.sorted_tables:
            for column in (column for column in table.columns if isinstance(column.type, String)):
                words += [str(value) for value in connection.scalars(select(column).distinct()) if value]
    return re.sub(r"\d", "", "\n".join(" ".join(word.split()) for word in words))


def english(page: str, known: str) -> list[str]:
    """What the page says in English only."""
    reader = Reader()
    reader.feed(page)
    bare = [re.sub(r"^[\W\d_]+|[\W\d_]+$", "", piece) for piece in reader.bare]
    return [piece for piece in dict.fromkeys(bare) if not all(_is_known(part, known) for part in JOINED.split(piece))]


def _is_known(part: str, known: str) -> bool:
    return re.sub(r"\d", "", part).strip() in known or not re.search("[A-Za-z]{2}", part)


@pytest.fixture(scope="module")
def town(tmp_path_factory: pytest.TempPathFactory) -> Callable[[str], tuple[Filled, str]]:
    @cache
    def school(name: str) -> tuple[Filled, str]:
        there = MAKERS[name](tmp_path_factory.mktemp(name) / "instance")
        return there, written_by_people(there)

    return school


@pytest.fixture(autouse=True)
def marked(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    ours = language._catalogue
    monkeypatch.setattr(
        language, "_catalogue", lambda spoken, *domain: Marking() if spoken is Language.WELSH else ours(spoken, *domain)
    )
    yield
    language.speak(Language.ENGLISH)


def sign_in(there: Filled, who: str) -> FlaskClient:
    client = there.school.browser()
    client.environ_base["HTTP_ACCEPT_LANGUAGE"] = "cy"
    if who == "on a phone":
        client.post(f"/phone/open/{there.numbers['phone']}")
    elif who not in (STRANGER, HALFWAY):
        role, number = (Role.TEACHER, 2) if who == SHARED else (Role(who), 1)
        form = {"email": email(role, number), "password": PASSWORD} | ({"shared": "1"} if who == SHARED else {})
        assert client.post("/sign-in", data=form).status_code == 303
    return client


@pytest.mark.parametrize(("school", "who"), [group for group in GROUPS if group[1] != HALFWAY])
def test_no_page_says_anything_in_english_only(
    town: Callable[[str], tuple[Filled, str]], school: str, who: str
) -> None:
    there, known = town(school)
    client, wrong = sign_in(there, who), []
    mine = [visit for visit in VISITS if (visit.school, visit.who) == (school, who)]
    for visit in [visit for visit in mine if not visit.address.startswith("/help/")]:  # whole files, a language each
        address = visit.address.format(**there.numbers)
        answer = client.get(address, follow_redirects=True)
        assert answer.status_code == visit.status, visit
        found = english(answer.text[max(0, answer.text.find("<body")) :], known)
        wrong += [f"{visit.address}: {piece}" for piece in found]
    assert not wrong, "\n".join(["", *wrong])
