"""Law 3, between schools: every endpoint and method, with every role of one school, tried against the other.

The addresses are made of the application's own table, so that a new endpoint is tried by itself. In every run each
is tried with one role, another for each; `make test-long` tries each with all of them and with every method there is.
"""

import zipfile
from collections.abc import Iterator
from io import BytesIO
from itertools import cycle

import pytest
from werkzeug.test import TestResponse

from moderation.db.models import AuditRow
from moderation.rules.roles import SIGN_INS, Role
from tests.access.visits import FILLED, FIRST, MORE
from tests.builders import School
from tests.in_full import IN_FULL
from tests.trust.filled import BY_PATH, OTHER, WAYS, WORDS, Both, Place, sent
from tests.web.pages import without_token
from tests.web.test_audience import NOBODYS, endpoints

METHODS = ("GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS")
AS_IT_IS, UNDER_ITS_NAME, SIGNED_ANEW = "as it is", "under the other's name", "signed with the other's key"
ROLES = sorted(SIGN_INS)
pytestmark = pytest.mark.long


def said(answer: TestResponse) -> tuple[int, str | None, str]:
    return answer.status_code, answer.headers.get("Location"), without_token(answer.data.decode("latin-1"))


def tries(place: Place, there: str, passes: dict[tuple[Role, str], str]) -> Iterator[tuple[str, str, list[str]]]:
    """Method, address, and the cookies to try it with: in full all; one of them with each method that there is."""
    turn = cycle(passes.values())
    for _, method, address in endpoints(place.app(there)):
        address = address.replace(NOBODYS, "1")  # which is something at each school, mostly
        yield method, address, list(passes.values()) if IN_FULL else [next(turn)]
        for other in METHODS if IN_FULL else ():
            yield other, address, [next(turn)]


def passes_of(place: Place, own: str) -> dict[tuple[Role, str], str]:
    """What whoever is signed in at one school can bring to the other, in every role."""
    there, found = OTHER[own], {}
    for role in ROLES:
        cookies = place.signed_in(own, role)
        renamed = {name.replace(own, there): value for name, value in cookies.items()}
        found[role, AS_IT_IS] = sent(cookies)
        found[role, UNDER_ITS_NAME] = sent(renamed)
        found[role, SIGNED_ANEW] = sent(renamed | place.signed(there, place.session(own, cookies)))
    return found


@pytest.mark.parametrize(("layout", "own"), WAYS if IN_FULL else [WAYS[0], WAYS[3]])
def test_law_3_whoever_is_signed_in_at_one_school_is_a_stranger_at_every_address_of_the_other(
    both: Both, layout: str, own: str
) -> None:
    """The answer is to the byte what somebody gets who brings nothing; and nothing is done in anybody's name."""
    place, there = both.places[layout], OTHER[own]
    passes = passes_of(place, own)
    believed = place.signed(there, place.session(there, place.signed_in(there, Role.TEACHER)))
    assert place.ask(there, "/news/", cookies=sent(believed)).status_code == 200, (
        "so signed it is believed, if it is known"
    )
    before = written(both.school(there))
    wrong, asked = [], 0
    for method, address, brought in tries(place, there, passes):
        bare = said(place.ask(there, address, method))
        for cookies in brought:
            asked += 1
            answer = said(place.ask(there, address, method, cookies))
            if answer != bare:  # whoever asks again and again is told to wait, who brings nothing too
                bare = said(place.ask(there, address, method))
            if answer != bare:
                wrong.append((method, address, next(who for who, its in passes.items() if its == cookies)))
    assert wrong == []
    assert asked > 290 * (len(METHODS) + len(passes) if IN_FULL else 1)
    assert written(both.school(there)) == before
    for role in ROLES:  # each of them was somebody at the own school all the while
        assert place.ask(own, "/news/", cookies=passes[role, AS_IT_IS]).status_code == 200


def written(school: School) -> int:
    """How many rows of the audit trail name a person."""
    with school.parts.reading() as work:
        return work.session.query(AuditRow).filter(AuditRow.actor_id.is_not(None)).count()


@pytest.mark.parametrize("role", ROLES if IN_FULL else ROLES[:1])
def test_whoever_is_signed_in_at_both_has_at_each_the_role_of_each(both: Both, role: Role) -> None:
    """On one host the browser sends both cookies everywhere. What is asked for changes nothing: it is of nobody."""
    place = both.places[BY_PATH]
    roles = dict(zip(ROLES, ROLES[1:] + ROLES[:1], strict=True))
    at = {"oakfield": place.signed_in("oakfield", role), "harbour": place.signed_in("harbour", roles[role])}
    for there, cookies in at.items():
        for _, method, address in endpoints(place.app(there)):
            if method != "GET" or address in ("/metrics", "/healthz"):
                continue
            own, with_both = (
                said(place.ask(there, address, method, sent(one))) for one in (cookies, at[OTHER[there]] | cookies)
            )
            assert own == with_both, (there, address)


def seen(answer: TestResponse) -> bytes:
    """What stands in a page or a file, and in each file of a zip."""
    if answer.mimetype != "application/zip":
        return answer.data
    with zipfile.ZipFile(BytesIO(answer.data)) as archive:
        return b"\n".join(name.encode() + archive.read(name) for name in archive.namelist())


# What leaves the program as a file, beside the pages: who asks for it, how and where.
EXPORTS = (
    (Role.RESOURCES_MANAGER, "GET", "/publish/{kit}/kit.zip"),
    (Role.RESOURCES_MANAGER, "GET", "/publish/{kit}/accounts/1/kit.zip"),
    (Role.RESOURCES_MANAGER, "GET", "/publish/{kit}/accounts/1/photo-1.jpg"),
    (Role.ADMINISTRATOR, "GET", "/policy/people/list.csv"),
    (Role.ASSISTANT_HEAD, "POST", "/evidence/{live}"),
    (Role.HEADTEACHER, "POST", "/incident/evidence"),
    (Role.TEACHER, "GET", "/media/photos/{photo}/thumb"),
)


@pytest.mark.parametrize("there", OTHER)
def test_the_same_numbers_show_at_each_school_what_is_its_own(both: Both, there: str) -> None:
    """Pages, lists, zips and pictures, for whoever is signed in at both, with one e-mail address and one password."""
    place, numbers = both.places[BY_PATH], both.filled[there].numbers
    assert {name: both.filled[OTHER[there]].numbers[name] for name in numbers if name not in ("phone", "welcome")} == {
        name: number for name, number in numbers.items() if name not in ("phone", "welcome")
    }
    cookies = {role: sent(place.signed_in(OTHER[there], role) | place.signed_in(there, role)) for role in ROLES}
    visits = [
        visit for visit in (*FIRST, *(MORE if IN_FULL else ())) if visit.school == FILLED and visit.who in cookies
    ]
    pages = [(Role(visit.who), "GET", visit.address, visit.status) for visit in visits]
    wrong, own = [], 0
    for role, method, address, status in (*pages, *((*export, 200) for export in EXPORTS)):
        answer = place.ask(there, address.format(**numbers), method, cookies[role])
        if answer.status_code == 303:  # a browser goes on where it is led
            answer = place.ask(there, answer.headers["Location"].removeprefix(place.path(there)), "GET", cookies[role])
        text = seen(answer).lower()
        if answer.status_code != status or WORDS[OTHER[there]].encode() in text:
            wrong.append((role, address, answer.status_code))
        own += WORDS[there].encode() in text
    assert wrong == []
    assert own > 20, "the words by which the schools are told apart are there to be seen"
