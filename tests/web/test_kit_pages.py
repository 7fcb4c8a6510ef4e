"""The kit's page in a real browser: words copied, a wrong moment told, the phone's page behind one button."""

from playwright.sync_api import Browser, Page, expect

from moderation.rules.roles import Role
from moderation.rules.workflow import Action
from moderation.services import phone, publishing, review
from tests.builders import PASSWORD, School, email
from tests.web.serving import serving

CAPTION = "The beans have come up."


def opened(school: School) -> int:
    post_id = school.released(caption=CAPTION)
    with school.parts.work() as work:
        publishing.open_kit(work, school.manager, post_id)
    return post_id


def copy(page: Page) -> str:
    page.get_by_role("button", name="Copy words").click()
    expect(page.get_by_role("button", name="Copied")).to_be_visible()
    return str(page.evaluate("navigator.clipboard.readText()"))


def test_words_are_copied_while_the_kit_is_open_and_the_page_says_when_it_closes(
    school: School, browser: Browser
) -> None:
    post_id = opened(school)
    with school.parts.work() as work:
        token = phone.make(work, school.manager, post_id)
    with serving(school) as address:
        context = browser.new_context(permissions=["clipboard-read", "clipboard-write"])
        page, device = context.new_page(), context.new_page()
        page.goto(f"{address}/sign-in")
        page.get_by_label("E-mail address").fill(email(Role.RESOURCES_MANAGER))
        page.get_by_label("Password", exact=True).fill(PASSWORD)
        page.get_by_role("button", name="Sign in").click()
        page.goto(f"{address}/publish/{post_id}/kit")
        assert copy(page) == CAPTION
        device.goto(f"{address}/phone/open/{token}")
        device.get_by_role("button", name="Open").click()
        assert copy(device) == CAPTION
        with school.parts.work() as work:
            review.decide(work, school.teacher, post_id, Action.STOP, "The bed is closed.")
        for shown in (page, device):
            shown.evaluate("document.dispatchEvent(new Event('visibilitychange'))")
            expect(shown.get_by_role("alert")).to_contain_text("This post is stopped now, so its kit is closed.")
            expect(shown.get_by_label("Words")).to_have_count(0)
        device.reload()
        expect(device.get_by_role("heading", level=1)).to_have_text("This kit is closed")
        context.close()
