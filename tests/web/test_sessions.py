"""Sign-ins live on the server: ended there, a copied cookie is worth nothing; what a person may do is asked anew."""

from collections.abc import Iterator
from datetime import timedelta

import pytest
from flask.testing import FlaskClient
from sqlalchemy import update

from moderation.db.models import SignIn, User
from moderation.rules.roles import Role
from moderation.rules.sign_ins import MOST_DAYS, Timeouts
from moderation.services import staff
from moderation.services.staff import UserForm
from moderation.web.forms import safe_path
from tests.builders import PASSWORD, School

TO_SIGN_IN = "/sign-in"


@pytest.fixture
def newcomer(desk: School, request: pytest.FixtureRequest) -> Iterator[tuple[int, FlaskClient]]:
    """Somebody of their own for each test, signed in as a teacher."""
    address = f"{request.node.name.replace('_', '.')[:60]}@school.example"
    with desk.parts.work() as work:
        form = UserForm(address, "New", Role.TEACHER, PASSWORD)
        user = staff.add(work, desk.people[Role.ADMINISTRATOR], form, password_is_own=True)
    browser = desk.browser()
    assert browser.post("/sign-in", data={"email": address, "password": PASSWORD}).status_code == 303
    yield user.id, browser


def is_in(browser: FlaskClient) -> bool:
    return browser.get("/posts/").status_code == 200


def cookie(browser: FlaskClient) -> str:
    found = browser.get_cookie("gatepost")
    assert found is not None
    return found.value


def change(desk: School, user_id: int, **values: object) -> None:
    with desk.parts.work() as work:
        work.session.execute(update(User).where(User.id == user_id).values(**values))


def age(desk: School, user_id: int, **values: object) -> None:
    with desk.parts.work() as work:
        work.session.execute(update(SignIn).where(SignIn.user_id == user_id).values(**values))


def test_after_signing_out_a_copy_of_the_cookie_opens_nothing(desk: School, newcomer: tuple[int, FlaskClient]) -> None:
    _, browser = newcomer
    copied = cookie(browser)
    thief = desk.browser()
    thief.set_cookie("gatepost", copied)
    assert is_in(thief)
    answer = browser.post("/sign-out")
    assert answer.headers["Location"] == f"{TO_SIGN_IN}?out=1"
    assert '"storage"' in answer.headers["Clear-Site-Data"]
    assert not is_in(thief)
    assert not is_in(browser)


def test_the_cookie_is_for_the_browser_alone_and_secure_behind_https(newcomer: tuple[int, FlaskClient]) -> None:
    _, browser = newcomer
    found = browser.get_cookie("gatepost")
    assert found is not None and found.http_only and found.same_site == "Lax"
    assert found.expires is not None  # phones forget the others soon; it ends on the server


def test_on_a_shared_computer_the_cookie_ends_with_the_browser_and_the_device_is_not_known(desk: School) -> None:
    browser = desk.browser()
    form = {"email": "teacher1@school.example", "password": PASSWORD, "shared": "on"}
    answer = browser.post("/sign-in", data=form)
    found = browser.get_cookie("gatepost")
    assert found is not None and found.expires is None and found.max_age is None
    assert "gatepost_device" not in "".join(answer.headers.getlist("Set-Cookie"))
    assert "Shared computer" in browser.get("/signing-in/").text
    assert Timeouts().days <= MOST_DAYS


def test_a_new_role_holds_from_the_next_click(desk: School, newcomer: tuple[int, FlaskClient]) -> None:
    user_id, browser = newcomer
    assert browser.get("/review/").status_code == 403
    boss = desk.browser(Role.ADMINISTRATOR)
    assert boss.post(f"/staff/{user_id}/role", data={"role": "assistant head"}).status_code == 303
    assert browser.get("/review/").status_code == 200
    assert boss.post(f"/staff/{user_id}/role", data={"role": "data lead"}).status_code == 303
    assert browser.get("/review/").status_code == 403
    assert browser.get("/register/").status_code == 200


def test_somebody_who_is_kept_out_is_out_at_once_and_cannot_come_back(
    desk: School, newcomer: tuple[int, FlaskClient]
) -> None:
    user_id, browser = newcomer
    administrator = desk.browser(Role.ADMINISTRATOR)
    assert administrator.post(f"/staff/{user_id}/active", data={"active": "0"}).status_code == 303
    assert not is_in(browser)
    administrator.post(f"/staff/{user_id}/active", data={"active": "1"})
    assert not is_in(browser), "let in again, a person signs in again"


def test_whoever_is_not_active_is_out_even_with_a_sign_in_that_nobody_ended(
    desk: School, newcomer: tuple[int, FlaskClient]
) -> None:
    user_id, browser = newcomer
    change(desk, user_id, active=False)
    assert not is_in(browser)


def test_a_new_password_ends_the_sign_ins_of_the_old_one(desk: School, newcomer: tuple[int, FlaskClient]) -> None:
    user_id, browser = newcomer
    with desk.parts.work() as work:
        staff.set_password(work, desk.people[Role.ADMINISTRATOR], user_id, "another three words")
    assert not is_in(browser)


def test_a_sign_in_runs_out(desk: School, newcomer: tuple[int, FlaskClient]) -> None:
    user_id, browser = newcomer
    with desk.parts.reading() as work:
        today = work.now
    age(desk, user_id, seen_at=today - timedelta(hours=Timeouts().idle_hours) - timedelta(seconds=1))
    assert not is_in(browser), "not used for too long"
    age(desk, user_id, seen_at=today, expires_at=today)
    assert not is_in(browser), "used, but too old"


def test_a_cookie_that_was_changed_is_nobodys(desk: School, newcomer: tuple[int, FlaskClient]) -> None:
    _, browser = newcomer
    value = cookie(browser)
    browser.set_cookie("gatepost", value[:-3] + ("AAA" if value[-3:] != "AAA" else "BBB"))
    assert not is_in(browser)


def test_after_signing_in_one_lands_where_one_wanted_to_go(desk: School) -> None:
    browser = desk.browser()
    browser.get("/posts/everybodys?x=1")
    form = {"email": "teacher1@school.example", "password": PASSWORD}
    assert browser.post("/sign-in", data=form).headers["Location"] == "/posts/everybodys?x=1"


@pytest.mark.parametrize("address", ["//evil.example/", "/\\evil.example", "https://evil.example/", "/%5cevil.example"])
def test_nobody_is_led_elsewhere_by_signing_in(desk: School, address: str) -> None:
    browser = desk.browser()
    browser.get(address, headers={"Host": "school.example"})
    form = {"email": "teacher1@school.example", "password": PASSWORD, "next": address, "wanted": address}
    answer = browser.post(f"/sign-in?next={address}", data=form)
    assert answer.headers["Location"] == "/"


ELSEWHERE = ("//evil.example", "/\\evil.example", "\\\\evil.example", "https://evil.example/posts")
HIDDEN = (
    "/posts\r\nSet-Cookie: a=b",
    "/\t/evil.example",
    "/\n/evil.example",
    " //evil.example",
    "/posts\\..\\\\evil.example",
)


@pytest.mark.parametrize("wanted", [None, "", "posts", "javascript:alert(1)", *ELSEWHERE, *HIDDEN])
def test_only_a_path_on_this_site_is_safe(wanted: str | None) -> None:
    assert safe_path(wanted) is None


@pytest.mark.parametrize("wanted", ["/", "/posts/7", "/posts/everybodys?page=2"])
def test_a_path_on_this_site_is_kept(wanted: str) -> None:
    assert safe_path(wanted) == wanted


def test_a_password_that_somebody_else_chose_opens_nothing_but_the_page_that_changes_it(
    desk: School, newcomer: tuple[int, FlaskClient]
) -> None:
    """Law 3: an administrator who sets a head's password cannot approve in the head's name."""
    user_id, _ = newcomer
    boss = desk.browser(Role.ADMINISTRATOR)
    assert boss.post(f"/staff/{user_id}/password", data={"password": "set by another"}).status_code == 303
    with desk.parts.reading() as work:
        address = work.session.get_one(User, user_id).email
    browser = desk.browser()
    sign_in = {"email": address, "password": "set by another"}
    assert browser.post("/sign-in", data=sign_in).status_code == 303
    for page in ("/", "/posts/", "/posts/new"):
        assert browser.get(page).headers["Location"] == "/password"
    assert "Somebody else chose" in browser.get("/password").text
    wrong = browser.post("/password", data={"old": "not the old one", "new": "my own three words"})
    assert wrong.status_code == 422 and "The old password is not right." in wrong.text
    assert browser.post("/password", data={"old": "set by another", "new": "my own three words"}).status_code == 303
    assert not is_in(browser)
    assert browser.post("/sign-in", data={**sign_in, "password": "my own three words"}).status_code == 303
    assert browser.get("/posts/").status_code == 200


@pytest.mark.parametrize("wanted", ["/oakfield", "/oakfield/", "/oakfield/review/?page=2", "/oakfield/a%2Fb"])
def test_behind_a_path_people_are_led_to_their_own_school(wanted: str) -> None:
    assert safe_path(wanted, "/oakfield") == wanted


@pytest.mark.parametrize(
    "wanted",
    ["/", "/harbour/", "/oakfieldx", "/Oakfield/", "/oakfield/../harbour/", "/oakfield/%2E%2e/harbour/", "//oakfield"],
)
def test_behind_a_path_nobody_is_led_to_another_school(wanted: str) -> None:
    assert safe_path(wanted, "/oakfield") is None
