"""The checklist on its pages: the school's wording, the author's ticks, what approvers see, own devices."""

import pytest
from playwright.sync_api import Browser

from moderation.db.models import Post
from moderation.rules.checklist import READY, Origin
from moderation.rules.roles import Role
from moderation.rules.workflow import State
from moderation.services import cases, checklist
from moderation.services.checklist import Answers
from tests.builders import School
from tests.web.pages import page_of, plain
from tests.web.serving import serving
from tests.web.test_acceptance_pages import keep, signed_in


@pytest.fixture
def asking(school: School) -> School:
    with school.parts.work() as work:
        checklist.take_ready(work, school.people[Role.ADMINISTRATOR])
    return school


def test_what_is_not_ticked_is_told_and_what_is_ticked_stays_ticked(asking: School) -> None:
    teacher = asking.browser(Role.TEACHER)
    form = {"caption": "Our fair.", "account": "1", "checklist": "1", "do": "send", "line": ["1", "2"]}
    page = teacher.post("/posts/new", data=form)
    assert page.status_code == 422 and "Tick every line of the checklist" in page.text
    there = page_of(page)
    assert {"line-1", "line-2"} <= there.chosen and "line-3" not in there.chosen
    address = next(one for one in there.addresses if one.endswith("/edit"))
    answer = teacher.post(address, data={**form, "line": ["1", "2", "3"]})
    assert answer.headers["Location"] == address.removesuffix("/edit")


def test_an_origin_that_is_none_is_no_answer(asking: School) -> None:
    teacher = asking.browser(Role.TEACHER)
    assert teacher.post("/posts/new", data={"caption": "a", "checklist": "1", "origin": "x"}).status_code == 303
    with asking.parts.reading() as work:
        assert work.session.query(Post).one().origin is None


def test_the_school_words_adds_and_removes_lines(school: School) -> None:
    admin = school.browser(Role.ADMINISTRATOR)
    assert "Nothing is asked" in admin.get("/policy/checklist").text
    assert admin.post("/policy/checklist/ready").status_code == 303
    assert admin.post("/policy/checklist", data={"wording": "It is short."}).status_code == 303
    assert admin.post("/policy/checklist/1", data={"wording": "It is kind."}).status_code == 303
    assert admin.post("/policy/checklist/2", data={"wording": "", "do": "remove"}).status_code == 303
    slip = admin.post("/policy/checklist", data={"wording": "x" * 301})
    assert slip.status_code == 422 and page_of(slip).values["wording"].startswith("xxx")
    with school.parts.reading() as work:
        wordings = [line.wording for line in checklist.lines(work)]
    assert wordings == ["It is kind.", READY[2][1], READY[3][1], "It is short."]


def test_an_approver_sees_the_credit_line_and_the_permission(school: School) -> None:
    post_id = school.draft(plain(), caption="Our fair.")
    with school.parts.work() as work:
        said = Answers((), Origin.OTHERS, "The Gazette", "Photo: The Gazette", "The editor, by mail")
        checklist.save(work, cases.get(work, post_id), said, new_photos=False)
    school.browser(Role.TEACHER).post(
        f"/posts/{post_id}/edit", data={"caption": "Our fair.", "account": "1", "do": "send"}
    )
    school.run_checks(post_id)
    page = school.browser(Role.ASSISTANT_HEAD).get(f"/review/{post_id}").text
    assert "Our fair.\n\nPhoto: The Gazette" in page and "The editor, by mail" in page


def test_the_checklist_on_a_phone_and_on_a_desk(asking: School, browser: Browser) -> None:
    with serving(asking) as address:
        for width, role in ((390, Role.TEACHER), (1280, Role.DATA_LEAD)):
            page = signed_in(browser, address, role, width)
            page.goto(f"{address}/posts/new")
            page.get_by_label("Caption").fill("Our fair.")
            page.get_by_label("Facebook: Our School").check()
            page.set_input_files("#photos", {"name": "a.jpg", "mimeType": "image/jpeg", "buffer": plain(width)})
            for _, wording in READY[:3]:
                page.get_by_label(wording).check()
            page.get_by_label("My own device").check()
            page.get_by_role("button", name="Send for checking").click()
            page.get_by_label("Photo 1: what does it show").fill("A tent on a lawn")
            assert all(page.get_by_label(wording).is_checked() for _, wording in READY[:3])
            page.get_by_text("Not yours?").click()
            keep(page, "checklist")
            page.get_by_role("button", name="Send for checking").click()
            page.get_by_text("The author’s checklist").click()
            keep(page, "answered")
            page.goto(f"{address}/posts/")
            keep(page, "own-device")
            page.goto(address)
            page.get_by_role("button", name="They are deleted from my device").click()
            page.get_by_role("button", name="They are deleted from my device").wait_for(state="detached")
            page.context.close()
            page = signed_in(browser, address, Role.ADMINISTRATOR, width)
            page.goto(f"{address}/policy/checklist")
            keep(page, "wording")
            page.context.close()
    with asking.parts.reading() as work:
        posts = work.session.query(Post).all()
        assert [post.state for post in posts] == [State.CHECKING] * 2 and all(post.off_device_at for post in posts)
