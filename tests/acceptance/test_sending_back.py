"""A post sent back in a real browser: the flag goes with it, its author mends it on a phone, the next look is short."""

from playwright.sync_api import Browser, expect

from moderation.rules.findings import Kind
from moderation.rules.workflow import State
from tests.acceptance.people import PHONE, keep, signed_in
from tests.acceptance.serving import Served


def test_a_post_is_sent_back_with_its_flag_and_mended_on_a_phone(pages: Served, browser: Browser) -> None:
    school = pages.school
    school.person("U1", "Harvey", "Pemberton")
    post_id = school.in_review(caption="Well done, Harvey Pemberton!")
    assert [finding.kind for finding in school.findings(post_id)] == [Kind.NAME_MATCH]
    with signed_in(browser, pages, "assistant head", PHONE) as page:
        page.goto(f"{pages.address}/review/{post_id}")
        page.get_by_text("Send it back to the author").click()
        page.get_by_label("Why?", exact=True).last.fill("Please leave the name out.")
        expect(page.get_by_role("checkbox", name="A name on the roll can be read")).to_be_checked()
        keep(page, "sending-back-phone")
        page.get_by_role("button", name="Send back", exact=True).click()
        expect(page.get_by_text("Sent back to its author.")).to_be_visible()
    assert school.state(post_id) is State.SENT_BACK
    with signed_in(browser, pages, "teacher", PHONE) as page:
        page.goto(f"{pages.address}/posts/{post_id}")
        expect(page.get_by_role("heading", name="It came back because of this")).to_be_visible()
        expect(page.get_by_text("In the caption: “Harvey Pemberton” is a name on the roll.")).to_be_visible()
        keep(page, "sent-back-phone")
        page.get_by_role("link", name="Change it").click()
        page.get_by_label("Caption", exact=True).fill("Well done, everybody!")
        page.get_by_role("button", name="Send for checking").click()
        expect(page.get_by_role("heading", name="Well done, everybody!")).to_be_visible()
    school.run_checks(post_id)
    with signed_in(browser, pages, "assistant head", PHONE) as page:
        page.goto(f"{pages.address}/review/{post_id}")
        expect(page.locator(".changed-words del")).to_have_text("Harvey Pemberton")
        expect(page.locator(".changed-words ins")).to_have_text("everybody")
        keep(page, "looked-at-again-phone")
        page.keyboard.press("a")
        page.keyboard.press("Enter")
        expect(page.get_by_role("status").filter(has_text="Approved.")).to_be_visible()
    assert school.state(post_id) is State.RELEASED


def test_a_flag_is_settled_by_its_key_and_opened_again(pages: Served, browser: Browser) -> None:
    school = pages.school
    school.person("U2", "Rosalind", "Achterberg")
    post_id = school.in_review(caption="Well done, Rosalind Achterberg!")
    with signed_in(browser, pages, "assistant head", PHONE) as page:
        page.goto(f"{pages.address}/review/{post_id}")
        page.keyboard.press("j")
        expect(page.locator(".flag").first).to_be_focused()
        page.keyboard.press("2")
        expect(page.get_by_text("Everything is settled")).to_be_visible()
        expect(page.get_by_text("It is the name of a place or a book")).to_be_visible()
        page.wait_for_load_state()
        page.keyboard.press("u")
        expect(page.get_by_text("1 flag to settle")).to_be_visible()
        page.get_by_text("Keys for this page").click()
        page.get_by_label("Use one-letter keys").uncheck()
        page.keyboard.press("2")
        page.reload()
        expect(page.get_by_text("1 flag to settle")).to_be_visible()
