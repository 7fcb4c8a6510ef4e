"""Law 12: whatever was wrong gets a clear sentence on a page of its own kind, and nothing typed is lost."""

import io

import pytest
from flask.testing import FlaskClient
from werkzeug.formparser import FormDataParser
from werkzeug.test import TestResponse

from moderation.rules.roles import Role
from moderation.rules.workflow import State
from tests.builders import School
from tests.web.pages import page_of, plain

CAPTION = "We planted <beans> & peas – “by hand”."
Upload = tuple[io.BytesIO, str]


@pytest.fixture(scope="module")
def teacher(desk: School) -> FlaskClient:
    return desk.browser(Role.TEACHER)


@pytest.fixture(scope="module")
def head(desk: School) -> FlaskClient:
    return desk.browser(Role.ASSISTANT_HEAD)


def upload(data: bytes, name: str) -> Upload:
    return io.BytesIO(data), name


def send(
    browser: FlaskClient, *photos: Upload, address: str = "/posts/new", do: str = "send", **form: object
) -> TestResponse:
    data = {"caption": CAPTION, "do": do, "photos": list(photos), **form}
    return browser.post(address, data=data, content_type="multipart/form-data")


def photos_on(answer: TestResponse) -> int:
    return sum(address.startswith("/media/photos/") for address in page_of(answer).addresses)


def test_without_alt_text_the_draft_comes_back_whole(teacher: FlaskClient, desk: School) -> None:
    answer = send(teacher, upload(plain(1), "one.jpg"), upload(plain(2), "two.jpg"), account=str(desk.account.id))
    assert answer.status_code == 422
    page = page_of(answer)
    assert "Photos 1 and 2 need descriptions" in page.text
    assert page.values["caption"] == CAPTION
    assert photos_on(answer) == 2
    assert page.chosen == {f"account-{desk.account.id}"}


def test_alt_texts_that_were_typed_are_kept_when_others_are_missing(teacher: FlaskClient) -> None:
    draft = send(teacher, upload(plain(3), "one.jpg"), upload(plain(4), "two.jpg"), do="add").headers["Location"]
    alt_texts = [name for name in page_of(teacher.get(draft)).values if name.startswith("alt-")]
    answer = send(teacher, address=draft, **{alt_texts[0]: "Rows of beans"})
    assert answer.status_code == 422
    assert page_of(answer).values[alt_texts[0]] == "Rows of beans"
    assert page_of(answer).values["caption"] == CAPTION


def test_without_an_account_the_draft_comes_back_whole(teacher: FlaskClient) -> None:
    answer = send(teacher)
    assert answer.status_code == 422
    assert "Choose at least one account" in answer.text
    assert page_of(answer).values["caption"] == CAPTION


def test_a_bad_photo_is_named_and_the_good_ones_stay(teacher: FlaskClient, desk: School) -> None:
    answer = send(
        teacher,
        upload(plain(5), "good.jpg"),
        upload(b"not a picture", "bad.jpg"),
        upload(plain(6), "better.jpg"),
        account=str(desk.account.id),
    )
    assert answer.status_code == 422
    page = page_of(answer)
    assert "bad.jpg: " in page.text
    assert "good.jpg: " not in page.text and "better.jpg: " not in page.text
    assert photos_on(answer) == 2
    assert page.values["caption"] == CAPTION and page.chosen


def test_every_photo_that_does_not_fit_is_named(teacher: FlaskClient) -> None:
    """None of them may silently be left behind, however many were chosen."""
    answer = send(teacher, *(upload(plain(10 + n), f"photo {n:02}.jpg") for n in range(1, 24)), do="add")
    assert answer.status_code == 422
    assert photos_on(answer) == 10
    assert [n for n in range(11, 24) if f"photo {n:02}.jpg: " not in answer.text] == []


def test_a_post_that_was_sent_meanwhile_is_not_changed(teacher: FlaskClient, desk: School) -> None:
    post_id = desk.submit(caption="As it was sent.")
    answer = send(teacher, upload(plain(7), "late.jpg"), address=f"/posts/{post_id}/edit", do="save")
    assert answer.status_code == 409
    assert "Take it back first" in answer.text
    post = desk.post(post_id)
    assert (post.caption, post.photos) == ("As it was sent.", [])


@pytest.mark.parametrize("pressed", ["remove-²", "remove-" + "9" * 5000, "restore-x", "remove-999999", "nonsense"])
def test_a_button_that_no_page_has_breaks_nothing(teacher: FlaskClient, desk: School, pressed: str) -> None:
    post_id = desk.draft(caption="Before.")
    answer = send(teacher, address=f"/posts/{post_id}/edit", do=pressed)
    assert answer.status_code in (303, 404)
    assert desk.post(post_id).caption == CAPTION


def test_too_much_at_once_is_413_and_says_what_to_do(desk: School, monkeypatch: pytest.MonkeyPatch) -> None:
    browser = desk.browser(Role.TEACHER)
    monkeypatch.setitem(browser.application.config, "MAX_CONTENT_LENGTH", 100_000)
    answer = send(browser, upload(bytes(200_000), "huge.jpg"))
    assert answer.status_code == 413
    assert "fewer photos" in answer.text and "what you typed is still there" in answer.text


def test_words_without_end_are_413(desk: School) -> None:
    """From strangers too: nothing reads them into memory."""
    for browser, address in ((desk.browser(Role.TEACHER), "/posts/new"), (desk.browser(), "/sign-in")):
        for kind in ("multipart/form-data", "application/x-www-form-urlencoded"):
            answer = browser.post(address, data={"caption": "x" * 1_100_000}, content_type=kind)
            assert answer.status_code == 413
            assert "too much at once" in answer.text


def test_large_files_of_somebody_who_is_signed_out_are_not_even_taken_apart(
    desk: School, monkeypatch: pytest.MonkeyPatch
) -> None:
    stranger = desk.browser()
    monkeypatch.setattr(FormDataParser, "parse", lambda *_: pytest.fail("it was taken apart"))
    told = {
        "/posts/new": (401, "Sign in again"),
        "/share": (401, "were not kept"),
        "/sign-in": (413, "too much at once"),
    }
    for address, expected in told.items():
        answer = send(stranger, upload(bytes(1_100_000), "large.jpg"), address=address)
        assert (answer.status_code, expected[1] in answer.text) == (expected[0], True), address


def test_a_host_that_no_address_can_be_built_with_is_400(desk: School) -> None:
    for host in ("a..b", "x" * 64, "."):
        answer = desk.browser().get("/sign-in", headers={"Host": host})
        assert (answer.status_code, answer.mimetype) == (400, "text/plain")
        assert (
            answer.text.startswith("That did not arrive as it should.") and "Content-Security-Policy" in answer.headers
        )


def test_the_page_of_an_error_is_shown_whatever_the_browser_says_of_where_it_came_from(desk: School) -> None:
    answer = desk.browser().get("/nowhere", headers={"Referer": "https://[evil"})
    assert (answer.status_code, "There is nothing here" in answer.text) == (404, True)


def test_an_address_says_which_methods_it_takes(desk: School) -> None:
    answer = desk.browser().delete("/sign-in")
    assert (answer.status_code, {"GET", "POST"} <= set(answer.allow)) == (405, True)


def test_nothing_there_is_404(teacher: FlaskClient) -> None:
    for address in ("/nowhere", "/posts/999999", "/media/photos/999999/page"):
        answer = teacher.get(address)
        assert answer.status_code == 404
        assert "There is nothing here" in answer.text


def test_the_wrong_method_is_405_with_a_page(teacher: FlaskClient) -> None:
    answer = teacher.get("/posts/1/take-back")
    assert answer.status_code == 405
    assert "own buttons" in answer.text


def test_a_decision_about_what_is_no_longer_there_is_409(head: FlaskClient, desk: School) -> None:
    post_id = desk.in_review(caption="Seen by the head.")
    seen = page_of(head.get(f"/review/{post_id}")).values["digest"]
    assert seen == desk.digest(post_id)
    for stale in ("0" * 64, ""):
        answer = head.post(f"/review/{post_id}/approve", data={"digest": stale})
        assert answer.status_code == 409
        assert "changed since you opened it" in answer.text
    assert desk.state(post_id) is State.IN_REVIEW
    assert head.post(f"/review/{post_id}/approve", data={"digest": seen}).status_code == 303
    assert desk.state(post_id) is State.RELEASED


def test_a_second_decision_is_409(head: FlaskClient, desk: School) -> None:
    post_id = desk.released(caption="Approved already.")
    answer = head.post(f"/review/{post_id}/approve", data={"digest": desk.digest(post_id)})
    assert answer.status_code == 409
    assert "no longer possible" in answer.text


def test_a_reason_that_is_missing_is_asked_for(head: FlaskClient, desk: School) -> None:
    post_id = desk.in_review(caption="To be sent back.")
    answer = head.post(f"/review/{post_id}/decide", data={"action": "send back", "reason": " "})
    assert answer.status_code == 409
    assert "Say why" in answer.text


def test_a_person_that_cannot_be_kept_is_422_with_the_form_as_typed(desk: School) -> None:
    browser = desk.browser(Role.DATA_LEAD)
    for form in ({"key": "", "forename": "Zoë"}, {"key": "k" * 41, "forename": "Zoë"}):
        answer = browser.post("/register/new", data=form)
        assert answer.status_code == 422
        assert page_of(answer).values["forename"] == "Zoë"


def test_a_colleague_that_cannot_be_added_is_422_with_the_form_as_typed(desk: School) -> None:
    form = {"email": "no address", "name": "A. Colleague", "role": "teacher", "password": "three words here"}
    answer = desk.browser(Role.ADMINISTRATOR).post("/staff/", data=form)
    assert answer.status_code == 422
    assert "does not look like an e-mail address" in answer.text
    assert page_of(answer).values["name"] == "A. Colleague"
    assert form["password"] not in answer.text
