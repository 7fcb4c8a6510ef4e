"""Whoever looked before the photos who must not appear goes on to a post with that class, and keeps it on the way."""

from io import BytesIO

from moderation.rules.roles import Role
from tests.builders import School
from tests.web.pages import page_of, plain


def test_the_class_that_was_looked_at_stands_in_the_new_post_and_stays_while_photos_are_added(desk: School) -> None:
    desk.person("kept1", "Ada", "Quill", class_name="6C")
    browser = desk.browser(Role.TEACHER)
    looked = page_of(browser.get("/register/today/?group=6C"))
    assert "/posts/new?group=6C" in looked.addresses
    page = page_of(browser.get("/posts/new?group=6C"))
    assert "Ada Quill" in page.text and page.values["group_shown"] == "6C"
    form = {"group_shown": "6C", "shown": page.values["shown"], "do": "add", "photos": (BytesIO(plain(1)), "a.jpg")}
    answer = browser.post("/posts/new", data=form)
    assert answer.status_code == 303 and "group=6C" in answer.headers["Location"]
    assert "Ada Quill" in page_of(browser.get(answer.headers["Location"])).text
