"""Who approves and who stands in, on the pages."""

from datetime import date, timedelta

from flask.testing import FlaskClient

from moderation.rules.roles import Role
from moderation.rules.route_presets import PRESETS
from moderation.rules.workflow import State
from moderation.services import routes
from tests.builders import School
from tests.web.pages import page_of


def set_route(desk: School, **form: object) -> int:
    return desk.browser(Role.ADMINISTRATOR).post("/staff/routes/", data=form).status_code


def approve(desk: School, browser: FlaskClient, post_id: int) -> str:
    answer = browser.post(f"/review/{post_id}/approve", data={"digest": desk.digest(post_id)})
    assert answer.status_code == 303
    return str(answer.headers["Location"])


def test_the_administrator_sets_the_route_and_approvers_see_how_far_a_post_has_come(desk: School) -> None:
    assert set_route(desk, route="in-order", extra="headteacher") == 303
    post_id = desk.in_review(caption="A walk along the canal.")
    assistant, head = desk.browser(Role.ASSISTANT_HEAD), desk.browser(Role.HEADTEACHER)
    assert "Waits for an assistant head" in head.get("/review/").text
    page = head.get(f"/review/{post_id}").text
    assert "0 of 2 approvals" in page and ">Approve<" not in page
    assert f"approved_too={post_id}" in approve(desk, assistant, post_id)
    page = assistant.get(f"/review/{post_id}").text
    assert "1 of 2 approvals" in page and "waits for the headteacher" in page and "Take my approval back" in page
    assert "Waits for the headteacher" in assistant.get("/review/").text
    assert "Next it waits for the headteacher" in desk.browser(Role.TEACHER).get(f"/posts/{post_id}").text
    assert assistant.post(f"/review/{post_id}/take-own-back").status_code == 303
    approve(desk, assistant, post_id)
    assert f"approved={post_id}" in approve(desk, head, post_id)
    assert desk.state(post_id) is State.RELEASED
    assert set_route(desk, route="either", extra="headteacher") == 303


def test_any_so_many_is_put_together_by_ticks_and_shown_as_it_was_set(desk: School) -> None:
    named = f"user-{desk.head.id}"
    assert set_route(desk, route="any", how_many="2", member=[named, "headteacher"], extra="") == 303
    page = page_of(desk.browser(Role.ADMINISTRATOR).get("/staff/routes/"))
    assert "route-any" in page.chosen
    assert sum(one.startswith("member-") for one in page.chosen) == 2
    with desk.parts.reading() as work:
        rules = routes.in_force(work)
    assert rules.route.steps[0].members == {desk.head.id, Role.HEADTEACHER}
    assert rules.extra is None
    assert set_route(desk, route="either", extra="headteacher") == 303


def test_a_form_that_cannot_be_used_says_why_and_changes_nothing(desk: School) -> None:
    browser = desk.browser(Role.ADMINISTRATOR)
    forms: list[tuple[dict[str, object], str]] = [
        ({"route": ""}, "Choose who approves."),
        ({"route": "any", "how_many": "2"}, "Tick who may approve."),
        ({"route": "any", "how_many": "0", "member": "headteacher"}, "a number from 1 to 9"),
        ({"route": "any", "how_many": "1", "member": "teacher"}, "Choose from the list."),
        ({"route": "either", "extra": "user-x"}, "Choose from the list."),
        ({"route": "any", "how_many": "1", "member": f"user-{desk.teacher.id}"}, "Choose who approves."),
    ]
    for form, sentence in forms:
        answer = browser.post("/staff/routes/", data=form)
        assert (answer.status_code, sentence in answer.text) == (422, True), form
    with desk.parts.reading() as work:
        assert routes.in_force(work).route == PRESETS["either"].route


def test_the_school_edits_the_words_and_the_review_page_shows_where_they_stand(desk: School) -> None:
    browser = desk.browser(Role.ADMINISTRATOR)
    before = page_of(browser.get("/staff/routes/")).values["words"]
    assert "safeguard*" in before.split()
    assert browser.post("/staff/routes/words", data={"words": before + "\nwater wheel"}).status_code == 303
    post_id = desk.in_review(caption="The old water-wheel turned again today.")
    head = desk.browser(Role.ASSISTANT_HEAD)
    page = head.get(f"/review/{post_id}").text
    assert "<mark>water-wheel</mark>" in page and "0 of 2 approvals" in page
    assert "Sensitive" in head.get("/review/").text
    assert browser.post("/staff/routes/words", data={"words": "x" * 81}).status_code == 422
    assert browser.post("/staff/routes/words", data={"words": before}).status_code == 303


def test_anybody_on_the_staff_asks_for_one_more_person(desk: School) -> None:
    post_id = desk.in_review(caption="Our new fence.")
    browser = desk.browser(Role.RESOURCES_MANAGER)
    assert "Sensitive: ask one more person" in browser.get(f"/posts/{post_id}").text
    assert browser.post(f"/posts/{post_id}/sensitive").status_code == 303
    page = browser.get(f"/posts/{post_id}").text
    assert "asked for one more person" in page and "Sensitive: ask" not in page
    assert "Sensitive: one more person is asked" in page, "in what happened so far"


def test_a_deputy_has_the_approvers_pages_in_those_days_and_not_afterwards(desk: School) -> None:
    teacher, head = desk.browser(Role.TEACHER, 2), desk.browser(Role.HEADTEACHER)
    assert teacher.get("/review/").status_code == 403
    today = date.today()  # noqa: DTZ011 (the form takes the school's day; a night's difference does not matter here)
    form = {"user": str(desk.others[Role.TEACHER].id), "role": "headteacher"}
    days = {"starts": str(today - timedelta(days=1)), "until": str(today + timedelta(days=1))}
    assert head.post("/deputies/", data=form | days).status_code == 303
    page = teacher.get("/", follow_redirects=True).text
    assert "Waiting for a decision" in page and "acting headteacher" in page
    assert "Deputies name no deputies" in teacher.get("/deputies/").text
    assert teacher.post("/deputies/", data=form | days).status_code == 403
    assert teacher.get("/staff/routes/").status_code == 403
    post_id = desk.in_review(caption="Paper boats.")
    approve(desk, teacher, post_id)
    assert "acting headteacher" in head.get(f"/review/{post_id}").text
    address = next(one for one in page_of(head.get("/deputies/")).addresses if one.endswith("/end"))
    assert head.post(address).status_code == 303
    assert teacher.get("/review/").status_code == 403


def test_naming_a_deputy_without_a_last_day_or_a_person_says_what_is_missing(desk: School) -> None:
    head = desk.browser(Role.HEADTEACHER)
    for form, sentence in (
        ({"user": "1", "role": "headteacher"}, "Give the last day."),
        ({"user": "", "role": "headteacher", "until": "2030-01-01"}, "Choose somebody of the staff."),
        ({"user": "1", "role": "data lead", "until": "2030-01-01"}, "Choose from the list."),
    ):
        answer = head.post("/deputies/", data=form)
        assert answer.status_code == 422 and sentence in answer.text
