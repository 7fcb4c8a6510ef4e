"""The pages about networks: lengths while typing, the post as each account shows it, crops moved, accounts left out."""

from collections.abc import Iterator
from dataclasses import replace

import pytest
from playwright.sync_api import Browser, expect

from moderation.rules.roles import Role
from moderation.rules.workflow import State
from moderation.services import intake
from tests.builders import PASSWORD, School, email
from tests.services.test_renditions import Eyes, account, checked, crop_of, made, part, wide_photo
from tests.web.pages import page_of
from tests.web.serving import serving

EMOJI = "👨‍👩‍👧‍👦"


def test_lengths_are_answered_for_every_account_in_use(school: School) -> None:
    x, other = account(school, "X"), account(school, "Threads")
    teacher = school.browser(Role.TEACHER)
    answer = teacher.post("/posts/lengths", json={"text": "a" * 279 + EMOJI, "what": "caption"})
    told = {one["id"]: one for one in answer.get_json()["accounts"]}
    assert told[x.id] == {"id": x.id, "title": "X: @our.school", "said": "281 of 280", "over": 1}
    assert told[school.account.id]["said"] == "290 of 63,206" and other.id not in told
    answer = teacher.post("/posts/lengths", json={"text": "a" * 1001, "what": "alt text"})
    assert {one["said"] for one in answer.get_json()["accounts"]} == {"1,001 of 1,000", "1,001 of 5,000"}
    text = {"text": "a" * 270, "what": "caption", "credit": "Photo: PA"}
    told = {one["id"]: one for one in teacher.post("/posts/lengths", json=text).get_json()["accounts"]}
    assert told[x.id]["said"] == "281 of 280", "the credit line goes out too"
    for wrong in ({}, {"text": 5}, {"text": "a" * 60_001}, []):
        assert teacher.post("/posts/lengths", json=wrong).status_code == 422


def test_what_does_not_fit_is_told_when_saved_and_again_when_sent(school: School) -> None:
    x = account(school, "X")
    teacher = school.browser(Role.TEACHER)
    form = {"caption": "a" * 281, "account": str(x.id), "nobody": "1"}
    saved = teacher.post("/posts/new", data=form | {"do": "save"}, follow_redirects=True)
    assert saved.status_code == 200 and "X: @our.school: The text is too long: 281 of 280." in saved.text
    sent = teacher.post("/posts/1/edit", data=form | {"do": "send"})
    assert sent.status_code == 422 and "The text is too long: 281 of 280." in sent.text
    assert school.state(1) is State.DRAFT


def test_the_approver_sees_each_account_moves_a_crop_and_leaves_an_account_out(school: School) -> None:
    instagram = account(school, "Instagram")
    post_id = checked(school, wide_photo(red_at=460), to=[school.account, instagram], eyes=Eyes(only_in_crops=True))
    head = school.browser(Role.ASSISTANT_HEAD)
    page = head.get(f"/review/{post_id}")
    assert "1 flag only here" in page.text and "Left and right are cut away" in page.text
    assert "It shows only in the part that a network gets." in page.text
    photo_id, account_id = crop_of(school, post_id)
    address = f"/media/posts/{post_id}/accounts/{account_id}/{photo_id}/page"
    assert address in page_of(page).addresses
    assert head.get(address).status_code == 200
    form = {"photo": photo_id, "account": account_id, "at": "100", "digest": school.digest(post_id)}
    assert head.post(f"/review/{post_id}/crops", data=form).status_code == 303
    assert part(school, post_id).left == 427
    school.run_checks(post_id)
    assert head.post(f"/review/{post_id}/crops", data=form).status_code == 409, "it was another version"
    form = {"digest": school.digest(post_id)}
    assert head.post(f"/review/{post_id}/accounts/{account_id}/leave-out", data=form).status_code == 303
    assert [one.id for one in school.post(post_id).accounts] == [school.account.id]
    assert head.get(address).status_code == 404


def test_a_picture_for_an_account_is_seen_by_whom_the_photo_is(school: School) -> None:
    post_id = checked(school, wide_photo(), to=[account(school, "Instagram")])
    photo_id, account_id = crop_of(school, post_id)
    address = f"/media/posts/{post_id}/accounts/{account_id}/{photo_id}/thumb"
    codes = {role: school.browser(role).get(address).status_code for role in Role if role is not Role.SYSTEM}
    assert codes == dict.fromkeys(codes, 200) | {Role.RESOURCES_MANAGER: 404, Role.ADMINISTRATOR: 403}
    teacher = school.browser(Role.TEACHER)
    for wrong in (f"/media/posts/{post_id}/accounts/999/{photo_id}/thumb", address.replace("thumb", "original")):
        assert teacher.get(wrong).status_code == 404
    school.approve(post_id)
    assert school.browser(Role.RESOURCES_MANAGER).get(address).status_code == 200


def test_an_author_moves_the_crop_of_a_draft(school: School) -> None:
    instagram = account(school, "Instagram")
    post_id = school.draft(wide_photo())
    with school.parts.work() as work:
        intake.save_words(work, school.teacher, post_id, intake.Words("A good day.", (instagram.id,)))
    photo_id, account_id = crop_of(school, post_id)
    teacher = school.browser(Role.TEACHER)
    assert "Move the part" in teacher.get(f"/posts/{post_id}").text
    form = {"photo": photo_id, "account": account_id, "at": "0"}
    assert teacher.post(f"/posts/{post_id}/crops", data=form).status_code == 303
    assert part(school, post_id).left == 0 and made(school, post_id) == []


@pytest.fixture
def address(school: School) -> Iterator[str]:
    school.parts = replace(school.parts, looker=Eyes())
    account(school, "X")
    with serving(school) as address:
        yield address


def test_in_a_browser_the_length_is_shown_beside_each_account_while_typing(browser: Browser, address: str) -> None:
    page = browser.new_context(viewport={"width": 390, "height": 844}).new_page()
    page.goto(address)
    page.get_by_label("E-mail address").fill(email(Role.TEACHER))
    page.get_by_label("Password").fill(PASSWORD)
    page.get_by_role("button", name="Sign in").click()
    page.goto(f"{address}/posts/new")
    page.get_by_label("Caption").fill("a" * 279 + EMOJI)
    expect(page.locator("#length-2")).to_have_text("281 of 280")
    expect(page.get_by_text("Too long for X")).to_have_count(0)
    page.get_by_label("X: @our.school").check()
    expect(page.get_by_text("Too long for X: @our.school: 281 of 280.")).to_be_visible()
    page.get_by_label("Caption").fill("Short 👍🏽")
    expect(page.locator("#length-2")).to_have_text("8 of 280")
    expect(page.get_by_text("Too long for X")).to_have_count(0)
    page.context.close()
