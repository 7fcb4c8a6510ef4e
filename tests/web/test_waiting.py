"""The approvers' first page: what waits, and what is on its way there."""

from moderation.rules.roles import Role
from tests.builders import School
from tests.web.pages import page_of


def test_an_empty_list_says_whether_posts_are_still_being_checked(school: School) -> None:
    def said() -> str:
        return page_of(school.browser(Role.ASSISTANT_HEAD).get("/review/")).text

    assert "Nothing waits for you." in said()
    post_id = school.submit()
    assert "1 post is being checked" in said()
    assert "Nothing waits for you." not in said()
    school.run_checks(post_id)
    assert "1 post is being checked" not in said()


def test_what_was_stopped_leads_a_head_and_nobody_else_to_where_it_goes_on(school: School) -> None:
    post_id = school.in_review()
    teacher, head = school.browser(Role.TEACHER), school.browser(Role.ASSISTANT_HEAD)
    decide = f'href="/review/{post_id}"'
    assert decide not in head.get(f"/posts/{post_id}").text
    assert teacher.post(f"/posts/{post_id}/stop", data={"reason": "A slip"}).status_code == 303
    assert decide in head.get(f"/posts/{post_id}").text and decide not in teacher.get(f"/posts/{post_id}").text
    assert "Let it go on" in head.get(f"/review/{post_id}").text


def test_a_post_of_words_alone_says_so_instead_of_counting_photos(school: School) -> None:
    school.in_review()
    for role, address in (
        (Role.ASSISTANT_HEAD, "/review/"),
        (Role.TEACHER, "/posts/"),
        (Role.TEACHER, "/posts/everybodys"),
    ):
        page = page_of(school.browser(role).get(address)).text
        assert "words only" in page and "0 photos" not in page
