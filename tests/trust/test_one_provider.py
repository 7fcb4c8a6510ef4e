"""One OpenID provider for two schools: each has links of its own, and an answer to one is nothing to the other."""

import html
import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import partial

import pytest
from werkzeug.test import Client, TestResponse

from moderation.rules.roles import Role
from tests.builders import PASSWORD, email
from tests.connectors import servers
from tests.trust.filled import BY_HOST, BY_PATH, OTHER, Place, given, place_of, sent

BACK = "/sign-in/provider/back"
SUBJECT = "number-7"  # the provider's for somebody who works at both schools


@dataclass
class Town:
    """Both schools before one provider. At Oakfield the number is an assistant head's, at Harbour a teacher's."""

    place: Place

    def browser(self) -> Client:
        return Client(self.place.front)

    def open(self, browser: Client, school: str, address: str, method: str = "GET", **more: object) -> TestResponse:
        self.place.app(school)
        at = {"base_url": self.place.origin(school), "method": method}
        return browser.open(self.place.path(school) + address, **at, **more)  # type: ignore[arg-type]

    def back(self, school: str) -> str:
        return f"{self.place.origin(school)}{self.place.path(school)}{BACK}"

    def signed_in(self, school: str, role: Role) -> Client:
        browser = self.browser()
        form = {"email": email(role), "password": PASSWORD}
        assert self.open(browser, school, "/sign-in", "POST", data=form).status_code == 303
        return browser

    def set_out(self, browser: Client, school: str, way: str = "/sign-in/provider/", **form: str) -> str:
        answer = self.open(browser, school, way, "POST", data=form)
        assert answer.status_code == 200, answer.text
        return html.unescape(re.findall(r'class="govuk-button" href="([^"]+)"', answer.text)[-1])

    def answered(self, browser: Client, school: str, who: str = SUBJECT) -> dict[str, str]:
        """What the provider says to this school about somebody whom this browser set out with."""
        return servers.come_back(self.set_out(browser, school), self.back(school), **{"as": who})

    def come(self, browser: Client, school: str, answer: dict[str, str]) -> TestResponse:
        return self.open(browser, school, BACK, query_string=answer)

    def link(self, school: str, role: Role, who: str) -> TestResponse:
        browser = self.signed_in(school, role)
        address = self.set_out(browser, school, "/signing-in/provider/start", password=PASSWORD)
        return self.come(browser, school, servers.come_back(address, self.back(school), **{"as": who}))

    def is_in(self, browser: Client, school: str) -> bool:
        return self.open(browser, school, "/posts/").status_code == 200


@pytest.fixture(scope="module", params=[BY_HOST, BY_PATH])
def town(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Town]:
    folder = tmp_path_factory.mktemp("provider")
    place = place_of(request.param, folder)
    backs = [Town(place).back(school) for school in OTHER]
    with servers.openid(folder / "openid", *backs) as issuer:
        shared = f'sso_issuer = "{issuer}"\nsso_client_id = "gatepost"\nsso_client_secret = "{PASSWORD}"\n'
        text = (folder / "trust.toml").read_text().replace("[shared]\n", f"[shared]\n{shared}")
        (folder / "trust.toml").write_text(text)
        town = Town(place_of(request.param, folder))
        assert town.link("oakfield", Role.ASSISTANT_HEAD, SUBJECT).status_code == 303
        yield town


def test_each_school_links_its_own_person_and_a_link_at_one_says_nothing_at_the_other(town: Town) -> None:
    """The same number of the provider at both schools is two accounts, each with the role of its school."""
    stranger = town.browser()
    refused = town.come(stranger, "harbour", town.answered(stranger, "harbour"))
    assert refused.status_code == 403 and not town.is_in(stranger, "harbour")
    assert town.link("harbour", Role.TEACHER, SUBJECT).status_code == 303
    for school, reaches in (("oakfield", 200), ("harbour", 403)):
        browser = town.browser()
        assert town.come(browser, school, town.answered(browser, school)).status_code == 303
        assert town.open(browser, school, "/review/").status_code == reaches
        assert not town.is_in(browser, OTHER[school]), "who is in at one is not in at the other"
    other = town.browser()
    assert town.link("harbour", Role.RESOURCES_MANAGER, "number-8").status_code == 303
    assert town.come(other, "oakfield", town.answered(other, "oakfield", "number-8")).status_code == 403


@pytest.mark.parametrize("own", OTHER)
def test_an_answer_that_was_meant_for_one_school_is_none_for_the_other(town: Town, own: str) -> None:
    """Brought where nobody set out from, where the same browser set out from too, and put together of both."""
    there, browser = OTHER[own], town.browser()
    answer = town.answered(browser, own)
    assert town.come(browser, there, answer).status_code == 422
    town.answered(browser, there)
    assert town.come(browser, there, answer).status_code == 422, "another state"
    theirs = town.answered(browser, there)
    mixed = {**theirs, "code": answer["code"]}
    assert town.come(browser, there, mixed).status_code == 422, "a code that the provider gave for another address"
    theirs = town.answered(browser, there)
    assert town.come(browser, there, {**theirs, "iss": "http://elsewhere.example"}).status_code == 422
    assert not town.is_in(browser, there)


@pytest.mark.parametrize("own", OTHER)
def test_state_and_nonce_are_those_of_one_school_even_if_both_had_the_same_key_for_cookies(
    town: Town, own: str
) -> None:
    """What the browser keeps between there and back stands for a secret in the own school's database alone."""
    there, place = OTHER[own], town.place
    out = place.ask(own, "/sign-in/provider/", "POST")
    address = html.unescape(re.findall(r'class="govuk-button" href="([^"]+)"', out.text)[-1])
    answer = servers.come_back(address, town.back(own), **{"as": SUBJECT})
    begun = place.session(own, given(out))
    come = partial(place.ask, address=BACK, query_string=answer)
    foreign = come(there, cookies=sent(place.signed(there, begun)))
    assert foreign.status_code == 422 and "_user_id" not in place.session(
        there, given(foreign) or place.signed(there, {})
    )
    assert come(own, cookies=sent(place.signed(own, begun))).status_code in (303, 403), "it was good at its own"


@pytest.mark.parametrize("own", OTHER)
def test_a_link_that_is_begun_at_one_school_is_not_made_at_the_other(town: Town, own: str) -> None:
    """Though the same browser is signed in at both."""
    role = {"oakfield": Role.DATA_LEAD, "harbour": Role.ADMINISTRATOR}[own]
    there, browser = OTHER[own], town.signed_in(own, role)
    form = {"email": email(role), "password": PASSWORD}
    assert town.open(browser, there, "/sign-in", "POST", data=form).status_code == 303
    address = town.set_out(browser, own, "/signing-in/provider/start", password=PASSWORD)
    answer = servers.come_back(address, town.back(own), **{"as": "number-9"})
    assert town.come(browser, there, answer).status_code == 422
    assert "Not linked" in town.open(browser, there, "/signing-in/").text
    assert town.come(browser, own, answer).status_code == 303
    assert "Not linked" in town.open(browser, there, "/signing-in/").text
