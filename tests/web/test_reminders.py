"""The pages of reminders: a short form that takes no picture, by whichever door, and loses nothing that was typed."""

import io
from datetime import timedelta

import pytest
from sqlalchemy import func, select

from moderation.db.models import Post
from moderation.rules.roles import Role
from moderation.rules.workflow import State
from moderation.services import cases, intake, reminders, review
from moderation.services.intake import Words
from moderation.services.looking import Looker
from moderation.services.reminders import Asked
from tests.acceptance.deciding import finish_checks
from tests.builders import School, open_school
from tests.services.moments import small_photo

WORDS = "Boots on Monday, please."
LEFT_OUT = "IMG_1.jpg: a reminder goes out as words alone, so this picture was left out."


@pytest.fixture(scope="module")
def school(tmp_path_factory: pytest.TempPathFactory) -> School:
    return open_school(tmp_path_factory.mktemp("reminders") / "instance", Looker())


def typed(school: School, **more: str) -> dict[str, object]:
    return {"caption": WORDS, "account": str(school.account.id), **more}


def newest(school: School) -> int:
    with school.parts.reading() as work:
        return work.session.scalars(select(func.max(Post.id))).one()


def in_review(school: School, urgent: bool = False) -> int:
    with school.parts.work() as work:
        asked = Asked(Words(WORDS, (school.account.id,)), urgent=urgent)
        post, _ = reminders.save(work, school.teacher, None, asked)
        intake.submit(work, school.teacher, post.id)
        finish_checks(work, post.id)
        return post.id


def test_a_teacher_asks_for_one_with_a_few_words(school: School) -> None:
    browser = school.browser(Role.TEACHER)
    assert "/reminders/new" in browser.get("/posts/").text
    form = browser.get("/reminders/new").text
    assert 'type="file"' not in form and "Alt text" not in form and "tag-" not in form
    sent = browser.post("/reminders/new", data=typed(school, urgent="on", link="school.example/boots", do="send"))
    post_id = newest(school)
    assert (sent.status_code, sent.headers["Location"]) == (303, f"/posts/{post_id}")
    post = school.post(post_id)
    assert (post.kind, post.urgent, post.link) == ("reminder", True, "https://school.example/boots")
    assert post.state is State.CHECKING
    assert browser.get(f"/reminders/{post_id}/edit").headers["Location"] == f"/posts/{post_id}"


def test_laws_3_and_12_a_picture_gets_in_by_no_door_and_what_was_typed_stays(school: School) -> None:
    browser = school.browser(Role.TEACHER)
    address = "/reminders/new"
    for number in range(2):  # a new one, then the draft that it became
        upload = {"photos": (io.BytesIO(small_photo()), "IMG_1.jpg")}
        answer = browser.post(address, data=typed(school, do="send", wanted_by="2030-01-01T09:00") | upload)
        assert answer.status_code == 422, number
        assert LEFT_OUT in answer.text and WORDS in answer.text and "2030-01-01T09:00" in answer.text
        address = f"/reminders/{newest(school)}/edit"
    post_id = newest(school)
    upload = {"photos": (io.BytesIO(small_photo()), "IMG_1.jpg")}
    answer = browser.post(f"/posts/{post_id}/edit", data=typed(school, caption="Other words.", do="add") | upload)
    assert answer.status_code == 422 and LEFT_OUT in answer.text, "the form of posts is no other door"
    assert school.post(post_id).caption == "Other words."
    for do in ("cover-1", "draw-1", "restore-1", "remove-1"):
        browser.post(f"/posts/{post_id}/edit", data=typed(school, do=do))
    crop = {"photo": "1", "account": str(school.account.id), "at": "50", "digest": school.digest(post_id)}
    head = school.browser(Role.ASSISTANT_HEAD)
    assert browser.post(f"/posts/{post_id}/crops", data=crop).status_code == 404
    assert browser.post(f"/posts/{post_id}/photos/1/cover", data={"box": "1 1 9 9"}).status_code == 404
    assert browser.post(f"/posts/{post_id}/photos/1/uncover").status_code == 404
    with school.parts.work() as work:
        intake.submit(work, school.teacher, post_id)
        finish_checks(work, post_id)
    assert head.post(f"/review/{post_id}/crops", data=crop).status_code == 404
    assert head.post(f"/review/{post_id}/cover", data={"finding": "1"}).status_code == 409
    assert head.post(f"/posts/{post_id}/photos/1/cover", data={"digest": crop["digest"]}).status_code == 404
    assert school.post(post_id).every_photo == []


def test_law_12_what_cannot_be_used_is_said_and_everything_typed_is_still_there(school: School) -> None:
    browser = school.browser(Role.TEACHER)
    empty = browser.post(
        "/reminders/new", data=typed(school, caption=" ", link="school.example", urgent="on", do="send")
    )
    assert empty.status_code == 422
    assert "Write the reminder first." in empty.text and 'value="school.example"' in empty.text
    assert 'name="urgent" type="checkbox" value="on" checked' in empty.text
    wrong = browser.post("/reminders/new", data=typed(school, link="two words", wanted_by="yesterday", do="send"))
    assert wrong.status_code == 422 and reminders.NO_LINK in wrong.text
    assert 'value="two words"' in wrong.text and 'value="yesterday"' in wrong.text
    assert school.state(newest(school)) is State.DRAFT
    nowhere = browser.post("/reminders/new", data={"caption": WORDS, "do": "send"})
    assert nowhere.status_code == 422 and "Choose at least one account" in nowhere.text


def test_the_two_forms_lead_to_one_another(school: School) -> None:
    browser = school.browser(Role.TEACHER)
    browser.post("/reminders/new", data=typed(school, do="save"))
    reminder = newest(school)
    assert browser.get(f"/posts/{reminder}/edit").headers["Location"] == f"/reminders/{reminder}/edit"
    with school.parts.work() as work:
        post, _ = intake.save(work, school.teacher, None, Words("A good day."), [])
    assert browser.get(f"/reminders/{post.id}/edit").status_code == 404
    assert browser.post(f"/reminders/{post.id}/edit", data=typed(school)).status_code == 404
    assert school.browser(Role.TEACHER, 2).get(f"/reminders/{reminder}/edit").status_code == 404


def test_the_office_sees_reminders_alone_and_no_child_that_pictures_are_looked_through_for(school: School) -> None:
    school.person("p1", "Rowan", "Fairweather", class_name="5A", no_publish=True)
    post_id, urgent = in_review(school), in_review(school, urgent=True)
    with school.parts.work() as work:
        post, _ = intake.save(work, school.teacher, None, Words("A good day.", (school.account.id,)), [])
        intake.submit(work, school.teacher, post.id)
        for one in (post_id, urgent, post.id):
            finish_checks(work, one)
    office, head = school.browser(Role.RESOURCES_MANAGER), school.browser(Role.ASSISTANT_HEAD)
    queue = office.get("/review/").text
    assert queue.index(f'/review/{urgent}"') < queue.index(f'/review/{post_id}"')
    assert f'/review/{post.id}"' not in queue and f'/review/{post.id}"' in head.get("/review/").text
    assert "Rowan" not in office.get(f"/review/{post_id}").text
    assert "Rowan" in head.get(f"/review/{post.id}").text
    assert "for your decision</a>, " in office.get("/publish/").text and "urgent" in office.get("/publish/").text


def test_the_heads_list_says_who_asked_and_who_let_it_out(school: School) -> None:
    post_id = in_review(school)
    with school.parts.work() as work:
        review.approve(work, school.manager, post_id, cases.digest_of(work, cases.get(work, post_id)))
    office = school.browser(Role.RESOURCES_MANAGER)
    assert office.post(f"/publish/{post_id}/kit").status_code == 303
    link = {f"link-{school.account.id}": "https://social.example/9"}
    assert office.post(f"/publish/{post_id}/live", data=link).status_code == 303
    page = school.browser(Role.HEADTEACHER).get("/reminders/").text
    assert f'/posts/{post_id}"' in page and "teacher 1" in page and "resources manager 1" in page
    assert office.get("/reminders/").status_code == 403
    with school.parts.reading() as work:
        assert reminders.lately(work, timedelta()) == []


def test_the_administrator_chooses_who_lets_reminders_out(school: School) -> None:
    browser = school.browser(Role.ADMINISTRATOR)
    form = {"route": "either", "extra": "headteacher", "reminders": "heads"}
    assert browser.post("/staff/routes/", data=form).status_code == 303
    page = browser.get("/staff/routes/").text
    assert 'value="heads" checked' in page and 'name="route" type="radio" value="either" checked' in page
    answer = browser.post("/staff/routes/", data=form | {"reminders": "nobody"})
    assert answer.status_code == 422 and "Choose who approves reminders." in answer.text
    browser.post("/staff/routes/", data=form | {"reminders": "office"})
