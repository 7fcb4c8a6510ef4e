"""A small piece of the scan that `make scan` makes of every address as every role."""

from pathlib import Path

import pytest

from moderation.rules.roles import Role
from moderation.rules.workflow import State
from tests.builders import School, copy_of
from tests.postgresql import sqlite_only
from tests.scan import probes
from tests.scan.unchanged import unchanged


@pytest.fixture(scope="module")
def scanned(desk: School, tmp_path_factory: pytest.TempPathFactory) -> School:
    """A school of its own, for the probes change what they can; words only, so that nothing is scanned for faces."""
    school = copy_of(desk, tmp_path_factory.mktemp("scanned") / "instance")
    school.person("p1", "Harvey", "Pemberton")
    school.submit(caption="Being checked.")
    return school


@pytest.mark.parametrize("role", [Role.ASSISTANT_HEAD, None])
def test_no_address_answers_an_odd_form_or_a_strange_method_with_a_fault(scanned: School, role: Role | None) -> None:
    client = scanned.browser(role)
    places = [place for place in probes.addresses(client.application) if "sign_out" not in place.endpoint]
    part = places[:: 6 if role else 3]
    found = [*probes.odd_fields(client, part, ("\x00²" + probes.MARK,)), *probes.strange_methods(client, part)]
    assert found == []


def test_no_address_leads_out_of_its_folder(scanned: School) -> None:
    assert list(probes.outside(scanned.browser(), "[project]")) == []


def test_no_address_leads_to_the_host_that_a_request_makes_up(scanned: School) -> None:
    client = scanned.browser()
    places = [place for place in probes.addresses(client.application) if place.path.endswith("/")]
    assert len(places) > 40 and list(probes.made_up_hosts(client, places[::2])) == []


def test_no_header_breaks_an_address(scanned: School) -> None:
    client = scanned.browser()
    places = [place for place in probes.addresses(client.application) if place.path in ("/sign-in", "/welcome/nothing")]
    assert len(places) == 4 and list(probes.odd_headers(client, places[::2])) == []


@sqlite_only
def test_the_scan_asks_each_thing_of_the_same_school_by_somebody_who_is_signed_in(
    scanned: School, tmp_path: Path
) -> None:
    """Else the first probe that ends the sign-in answers for all that follow."""
    school = copy_of(scanned, tmp_path / "instance")
    post_id = school.submit(caption="Being checked.")
    client = unchanged(school, school.browser(Role.TEACHER))
    for change in ("/sign-out", f"/posts/{post_id}/take-back"):
        assert client.post(change).status_code == 303
        assert list(probes.still_let_in(client, Role.TEACHER)) == []
    assert school.state(post_id) is State.CHECKING
    stranger = scanned.browser()
    assert [one.severity for one in probes.still_let_in(stranger, Role.TEACHER)] == ["high"]


def test_every_form_without_its_token_is_refused(scanned: School, monkeypatch: pytest.MonkeyPatch) -> None:
    client = scanned.browser(Role.HEADTEACHER)
    monkeypatch.setitem(client.application.config, "WTF_CSRF_ENABLED", True)
    assert list(probes.forgeries(client, probes.addresses(client.application))) == []
