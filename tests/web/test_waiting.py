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
    assert "being checked" not in said()
