"""The kit opens for exactly what was approved, asks again each time, and refuses every way in once that changed."""

import io
import zipfile
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from datetime import timedelta

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select
from werkzeug.test import TestResponse

from moderation.db.models import Account, Approval, AuditRow, Person, PhoneLink, Photo
from moderation.rules.accounts import AccountStanding
from moderation.rules.roles import SIGN_INS, Actor, Role
from moderation.rules.workflow import Action, State
from moderation.services import (
    accounts,
    cases,
    holding,
    incidents,
    intake,
    permissions,
    phone,
    publishing,
    register,
    review,
    staff,
    tagging,
)
from moderation.services.looking import Looker
from moderation.services.register import PersonForm
from tests.builders import LINK, School, open_school
from tests.services.moments import Quick, run, small_photo
from tests.services.test_withdrawal import grant, withdrawn


@pytest.fixture(scope="module")
def school(tmp_path_factory: pytest.TempPathFactory, looker: Looker) -> School:
    """Each test brings its own post; changes of the register come before the next one is checked."""
    return open_school(tmp_path_factory.mktemp("going-live") / "instance", looker)


@pytest.fixture(scope="module")
def ada(school: School) -> Person:
    person = school.person("A1", "Ada", "Quill")
    grant(school, person)
    return person


@pytest.fixture(autouse=True)
def open_again(school: School) -> Iterator[None]:
    """What a test closed for the whole school."""
    yield
    with school.parts.work() as work:
        if incidents.standing(work):
            incidents.end(work, school.head, "Nobody threatens us.")
        work.session.get_one(Account, school.account.id).standing = AccountStanding.IN_USE


@pytest.fixture(scope="module")
def manager(school: School) -> FlaskClient:
    return school.browser(Role.RESOURCES_MANAGER)


@dataclass(frozen=True)
class Desk:
    """A kit that is open: at the desk, on a phone, and by a link that nobody has opened yet."""

    post_id: int
    desk: FlaskClient
    phone: FlaskClient
    unused: str
    account: int

    def at(self, way: str) -> TestResponse:
        here, account = f"/publish/{self.post_id}", self.account
        ways: dict[str, Callable[[], TestResponse]] = {
            "page": lambda: self.desk.get(f"{here}/kit"),
            "zip": lambda: self.desk.get(f"{here}/kit.zip"),
            "zip of an account": lambda: self.desk.get(f"{here}/accounts/{account}/kit.zip"),
            "picture": lambda: self.desk.get(f"{here}/accounts/{account}/photo-1.jpg"),
            "another link to a phone": lambda: self.desk.post(f"{here}/phone", follow_redirects=True),
            "link to a phone, fetched": lambda: self.desk.get(f"/phone/open/{self.unused}"),
            "kit on the phone": lambda: self.phone.get("/phone/"),
            "picture on the phone": lambda: self.phone.get(f"/phone/accounts/{account}/photo-1.jpg"),
            "link to a phone, opened": lambda: self.desk.post(f"/phone/open/{self.unused}"),
            "opening it again": lambda: self.desk.post(f"{here}/kit"),
            "its link": lambda: self.desk.post(f"{here}/live", data={f"link-{account}": LINK}),
        }
        return ways[way]()


READING = (
    "page", "zip", "zip of an account", "picture", "another link to a phone", "link to a phone, fetched",
    "kit on the phone", "picture on the phone",
)  # fmt: skip
WAYS = (*READING, "link to a phone, opened", "opening it again", "its link")


def opened(school: School, manager: FlaskClient, *tagged: Person, by: Actor | None = None) -> Desk:
    by = by or school.manager
    post_id = school.draft(small_photo(), caption="The beans have come up.")
    with school.parts.work() as work:
        tagging.tag(work, school.teacher, post_id, [person.id for person in tagged])
        intake.submit(work, school.teacher, post_id)
    run(school, Quick(), post_id)  # the photo: nothing to see
    school.run_checks(post_id)
    school.settle_all(post_id)
    school.approve(post_id)
    with school.parts.work() as work:
        publishing.open_kit(work, by, post_id)
        used, unused = (phone.make(work, by, post_id) for _ in range(2))
    device = school.browser()
    assert device.post(f"/phone/open/{used}").headers["Location"] == "/phone/"
    return Desk(post_id, manager, device, unused, school.account.id)


def edited(school: School, post_id: int, ada: Person) -> None:
    with school.parts.work() as work:
        intake.take_back(work, school.teacher, post_id)
        intake.save(work, school.teacher, post_id, intake.Words("The beans are ripe.", (school.account.id,)), [])


def edited_past_every_service(school: School, post_id: int, ada: Person) -> None:
    with school.parts.work() as work:
        cases.get(work, post_id).caption = "The beans are ripe."


def picture_added(school: School, post_id: int, ada: Person) -> None:
    with school.parts.work() as work:
        first = cases.get(work, post_id).photos[0]
        key = work.store.put(first.media_key.encode())
        size = {"width": first.width, "height": first.height}
        work.session.add(Photo(post_id=post_id, position=2, media_key=key, alt_text="More beans", **size))


def description_changed(school: School, post_id: int, ada: Person) -> None:
    with school.parts.work() as work:
        cases.get(work, post_id).photos[0].alt_text = "Something else"


def account_added(school: School, post_id: int, ada: Person) -> None:
    with school.parts.work() as work:
        other = school.add_account(work, "Website", f"News {post_id}")
        post = cases.get(work, post_id)
        post.accounts.append(other)


def permission_withdrawn(school: School, post_id: int, ada: Person) -> None:
    with school.parts.reading() as work:
        (permission,) = permissions.of_person(work, ada.id)
    withdrawn(school, ada, permission.id)


def somebody_listed(school: School, post_id: int, ada: Person) -> None:
    with school.parts.work() as work:
        register.save(work, school.data_lead, PersonForm(f"L{post_id}", "Zebedee", "Quillfeather", no_publish=True))


def expired(school: School, post_id: int, ada: Person) -> None:
    with school.parts.work() as work:
        for approval in work.session.scalars(select(Approval).where(Approval.post_id == post_id)):
            approval.expires_at = work.now - timedelta(seconds=1)


def stopped(school: School, post_id: int, ada: Person) -> None:
    with school.parts.work() as work:
        review.decide(work, school.teacher, post_id, Action.STOP, "The bed is closed.")


def taken_off(school: School, post_id: int, ada: Person) -> None:
    with school.parts.work() as work:
        review.decide(work, school.head, post_id, Action.UNAPPROVE, "Not yet.")


# What changes · what the kit says then.
def held_until_tomorrow(school: School, post_id: int, ada: Person) -> None:
    with school.parts.work() as work:
        holding.hold(work, school.head, post_id, None, work.now + timedelta(days=1))


def everything_stopped(school: School, post_id: int, ada: Person) -> None:
    with school.parts.work() as work:
        incidents.open_one(work, school.head, "Somebody threatens us.")


def account_blocked(school: School, post_id: int, ada: Person) -> None:
    with school.parts.work() as work:
        accounts.block(work, school.people[Role.HEADTEACHER], school.account.id, "Nobody looks after it.")


CHANGES: dict[str, tuple[Callable[[School, int, Person], None], str]] = {
    "an edit": (edited, "This post is draft now"),
    "an edit past every service": (edited_past_every_service, "not what was approved"),
    "an added picture": (picture_added, "not what was approved"),
    "a changed description": (description_changed, "not what was approved"),
    "an added account": (account_added, "not what was approved"),
    "a withdrawn permission": (permission_withdrawn, "This post is checking now"),
    "somebody put on the list": (somebody_listed, "not what was approved"),
    "an expired approval": (expired, "not approved|expired|has to approve"),
    "a stopped post": (stopped, "This post is stopped now"),
    "an approval taken back": (taken_off, "This post is in review now"),
    "a time that has not come": (held_until_tomorrow, "This post is held until"),
    "a frozen school": (everything_stopped, "The school has stopped everything"),
    "a blocked account": (account_blocked, "An account of this post is not in use now"),
}


@pytest.mark.parametrize("change", CHANGES)
def test_law_1_after_any_change_every_way_into_the_kit_is_shut_with_a_sentence(
    school: School, manager: FlaskClient, ada: Person, change: str
) -> None:
    kit = opened(school, manager, *([ada] if change == "a withdrawn permission" else []))
    for way in READING:
        assert kit.at(way).status_code == 200, f"open before: {way}"
    do, sentence = CHANGES[change]
    do(school, kit.post_id, ada)
    said = kit.desk.get(f"/publish/{kit.post_id}/kit/state").get_json()
    assert not said["open"]
    assert any(part in said["sentence"] for part in sentence.split("|")), said
    on_phone = kit.phone.get("/phone/state").get_json()
    assert on_phone == said, "a page that is open is told the same"
    for way in WAYS:
        answer = kit.at(way)
        assert answer.status_code == 409, way
        assert said["sentence"].replace("'", "&#39;") in answer.text, way
        assert not answer.data.startswith((b"PK", b"\xff\xd8")), way
    with school.parts.reading() as work:
        assert not cases.publications(work, cases.get(work, kit.post_id))


def test_law_3_there_is_no_kit_for_the_wrong_role(school: School, manager: FlaskClient) -> None:
    kit = opened(school, manager)
    for role in SIGN_INS - {Role.RESOURCES_MANAGER}:
        wrong = replace(kit, desk=school.browser(role))
        for way in (
            "page",
            "zip",
            "zip of an account",
            "picture",
            "another link to a phone",
            "opening it again",
            "its link",
        ):
            assert wrong.at(way).status_code == 403, (role, way)


@pytest.mark.parametrize("how", ["they leave", "they get another role"])
def test_law_3_a_link_to_a_phone_is_worth_what_its_publisher_is_worth_now(
    school: School, manager: FlaskClient, how: str
) -> None:
    admin, publisher = school.people[Role.ADMINISTRATOR], school.others[Role.RESOURCES_MANAGER]
    kit = opened(school, manager, by=publisher)
    with school.parts.work() as work:
        if how == "they leave":
            staff.set_active(work, admin, publisher.id, False)
        else:
            staff.set_role(work, admin, publisher.id, Role.TEACHER)
    try:
        for way in ("link to a phone, fetched", "link to a phone, opened", "kit on the phone", "picture on the phone"):
            assert kit.at(way).status_code == 409, way
        assert not kit.phone.get("/phone/state").get_json()["open"]
    finally:
        with school.parts.work() as work:
            staff.set_active(work, admin, publisher.id, True)
            staff.set_role(work, admin, publisher.id, Role.RESOURCES_MANAGER)


def test_a_link_to_a_phone_opens_once_and_fetching_it_uses_nothing_up(school: School, manager: FlaskClient) -> None:
    kit = opened(school, manager)
    address = f"/phone/open/{kit.unused}"
    visitor = school.browser()
    for _ in range(3):
        assert visitor.head(address).status_code == 200
        answer = visitor.get(address)
        assert answer.headers["Referrer-Policy"] == "no-referrer" and answer.headers["Cache-Control"] == "no-store"
        assert "beans" not in answer.text, "whoever only fetches the link sees nothing of the post"
    assert visitor.get("/phone/").status_code == 409
    entered = visitor.post(address)
    cookie = entered.headers["Set-Cookie"]
    assert all(part in cookie for part in ("HttpOnly", "SameSite=Strict", "Path=/phone/", "Max-Age=1800")), cookie
    assert kit.unused not in entered.headers["Location"]
    assert "The beans have come up." in visitor.get("/phone/").text
    picture = visitor.get(f"/phone/accounts/{kit.account}/photo-1.jpg")
    assert picture.data.startswith(b"\xff\xd8") and "photo-1.jpg" in picture.headers["Content-Disposition"]
    for second in (visitor.get(address), visitor.post(address), school.browser().post(address)):
        assert second.status_code == 409 and "used already" in second.text
    with school.parts.reading() as work:
        rows = work.session.scalars(select(AuditRow).where(AuditRow.post_id == kit.post_id)).all()
        assert [row.action for row in rows][-3:] == [
            "phone link made",
            "kit opened on a phone",
            "kit opened on a phone",
        ]
        assert {row.actor_id for row in rows[-3:]} == {school.manager.id}
        kept = [(link.token_hash, link.session_hash) for link in work.session.scalars(select(PhoneLink))]
        assert not any(kit.unused in str(one) for one in [*kept, *(row.detail for row in rows)]), (
            "hashes alone are kept"
        )


@pytest.mark.parametrize(("passed", "way"), [(phone.LINK_HOLDS, "knock"), (phone.SESSION_HOLDS, "kit")])
def test_law_11_a_link_lapses_after_ten_minutes_and_a_phone_after_half_an_hour(
    school: School, manager: FlaskClient, passed: timedelta, way: str
) -> None:
    kit = opened(school, manager)
    secret = kit.phone.get_cookie("gatepost_phone", path="/phone/").value if way == "kit" else kit.unused
    for after, holds in ((passed - timedelta(seconds=30), True), (passed + timedelta(seconds=1), False)):
        with school.parts.reading() as work:
            at_that_time = replace(work, now=work.now + after)
            try:
                getattr(phone, way)(at_that_time, secret)
                assert holds
            except phone.Refused:
                assert not holds


def test_each_account_is_marked_live_by_itself_and_its_zip_is_what_its_manifest_says(
    school: School, manager: FlaskClient
) -> None:
    kit = opened(school, manager)
    with zipfile.ZipFile(io.BytesIO(kit.at("zip of an account").data)) as archive:
        assert archive.namelist() == ["caption.txt", "photo-1.jpg", "alt-texts.txt", "manifest.json"]
        assert archive.read("photo-1.jpg") == kit.at("picture").data == kit.at("picture on the phone").data
    answer = kit.at("its link")
    assert answer.headers["Location"] == f"/posts/{kit.post_id}?live=1"
    assert school.state(kit.post_id) is State.LIVE
