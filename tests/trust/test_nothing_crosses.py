"""Law 3, between schools: what opens something at one is worth nothing at the other, though numbers are the same."""

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest
from werkzeug.test import Client, TestResponse

from moderation.db.models import Scan
from moderation.media.archive import NotABackup
from moderation.rules.roles import Role
from moderation.services import backups, feeds, invitations, phone, publishing, restoring, scanning
from moderation.services.invitations import Entry
from tests.trust.schools import Two, Visitor
from tests.web.test_audience import endpoints

WORDS = "Wet chalk on the harbour wall"


@pytest.fixture(scope="module")
def at_oakfield(two: Two) -> Visitor:
    return Visitor(two, "oakfield").signed_in(Role.ASSISTANT_HEAD)


def said(answer: TestResponse) -> tuple[int, str | None]:
    return answer.status_code, answer.headers.get("Location")


def test_law_3_whoever_is_signed_in_at_one_school_is_a_stranger_at_every_address_of_the_other(
    two: Two, at_oakfield: Visitor
) -> None:
    """With the cookie as it is, and under the name that the other school gives to its own."""
    forged = f"gatepost_oakfield={at_oakfield.cookie()}; gatepost_harbour={at_oakfield.cookie()}"
    places = endpoints(Visitor(two, "harbour", at_oakfield.front).app)
    assert len(places) > 250
    asks = Client(at_oakfield.front, use_cookies=False).open
    for endpoint, method, address in places:
        bare = said(asks(address, method=method, base_url="http://harbour.example"))
        brings = asks(address, method=method, base_url="http://harbour.example", headers={"Cookie": forged})
        assert said(brings) == bare, (endpoint, method)
    assert at_oakfield.ask("/review/").status_code == 200, "and is still somebody at the own school"


def test_the_password_of_somebody_at_both_schools_opens_each_by_itself(two: Two, at_oakfield: Visitor) -> None:
    there = Visitor(two, "harbour", at_oakfield.front)
    assert said(there.ask("/review/"))[0] == 303
    there.signed_in(Role.ASSISTANT_HEAD)
    assert there.ask("/review/").status_code == 200
    there.ask("/sign-out", "POST")
    assert at_oakfield.ask("/review/").status_code == 200


def test_a_number_means_each_schools_own_post(two: Two, at_oakfield: Visitor) -> None:
    number = two.oakfield.in_review(caption=WORDS)
    assert WORDS in at_oakfield.ask(f"/review/{number}").text
    there = Visitor(two, "harbour", at_oakfield.front).signed_in(Role.ASSISTANT_HEAD)
    assert there.ask(f"/review/{number}").status_code == 404
    assert two.harbour.in_review(caption="Another one.") == number
    assert WORDS not in there.ask(f"/review/{number}").text


def invitation(two: Two) -> str:
    entry = Entry(1, "New Teacher", "new.teacher@school.example", Role.TEACHER)
    tokens = []
    for school in (two.oakfield, two.harbour):  # so that the number of the link is there at both
        with school.parts.work() as work:
            (made,) = invitations.invite(work, school.people[Role.ADMINISTRATOR], [entry])
            tokens.append(invitations.token(work, made.id))
    return f"/welcome/{tokens[0]}"


def calendar(two: Two) -> str:
    with two.oakfield.parts.work() as work:
        return f"/calendar/{feeds.make(work, two.oakfield.teacher)}.ics"


def kit(two: Two) -> str:
    number = two.oakfield.released(caption=WORDS)
    with two.oakfield.parts.work() as work:
        publishing.open_kit(work, two.oakfield.manager, number)
        return f"/phone/open/{phone.make(work, two.oakfield.manager, number)}"


@pytest.mark.parametrize("link", [invitation, calendar, kit], ids=["invitation", "calendar", "kit on a phone"])
def test_a_link_of_one_school_is_no_link_of_the_other(two: Two, link: Callable[[Two], str]) -> None:
    address = link(two)
    assert Visitor(two, "harbour").ask(address).status_code in (404, 409)
    assert Visitor(two, "oakfield").ask(address).status_code == 200


def test_a_job_of_one_school_does_nothing_at_the_other(two: Two) -> None:
    for school in (two.oakfield, two.harbour):
        school.submit(caption="Both wait.")
    with two.oakfield.parts.reading() as work:
        scan = work.session.query(Scan).order_by(Scan.id.desc()).limit(1).one()
    there = two.harbour.parts
    assert not scanning.scan(there.work, there.reading, there.looker, scan.id, scan.token)


def test_a_backup_of_one_school_cannot_be_put_into_the_other(two: Two, tmp_path: Path) -> None:
    own, there = two.oakfield.parts, two.harbour.parts
    backups.make(own.engine, own.store, own.vault, own.settings, tmp_path)
    assert restoring.find(tmp_path, own.vault).manifest.school == "Oakfield Primary"
    with pytest.raises(NotABackup, match="another master key"):
        restoring.find(tmp_path, there.vault)


def test_a_picture_of_one_school_is_not_in_the_others_store(two: Two) -> None:
    key = two.oakfield.parts.store.put(b"pixels")
    assert key not in set(two.harbour.parts.store.keys())
    copied = two.oakfield.parts.store.raw(key)
    with pytest.raises(Exception, match=key):
        two.harbour.parts.store.plain(key, copied)


def test_an_address_of_no_school_tells_nothing(two: Two) -> None:
    client = Visitor(two, "oakfield").client
    for host in ("elsewhere.example", "oakfield.example.elsewhere.example", "xoakfield.example", "", "[::1", "a b"):
        for path in ("/", "/sign-in", "/healthz", "/metrics", "/static/gatepost.css", "/review/1"):
            answer = client.get(path, headers={"Host": host})
            assert (answer.status_code, answer.text) == (404, "Not found\n"), (host, path)
            assert set(answer.headers.keys()) == {"Content-Type", "Content-Length"}


def test_a_host_is_the_same_in_capitals_with_a_port_and_with_a_dot_behind(two: Two) -> None:
    client = Visitor(two, "oakfield").client
    for host in ("OAKFIELD.example", "oakfield.example:8000", "oakfield.example."):
        assert "Oakfield Primary" in client.get("/sign-in", headers={"Host": host}).text


def test_each_school_has_keys_of_its_own(two: Two) -> None:
    own, there = two.oakfield.parts, two.harbour.parts
    assert own.secret_key != there.secret_key
    assert own.vault != there.vault and replace(own).settings.master_file != there.settings.master_file
