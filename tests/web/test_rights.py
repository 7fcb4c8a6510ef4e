"""The pages of rights and time: a copy to hand over, what would go, the certificate; in a client and in a browser."""

import io
import json
import zipfile
from datetime import timedelta

import pytest
from playwright.sync_api import Browser, Page

from moderation.db.models import AuditRow, Person, Publication
from moderation.media.books import in_order
from moderation.rules import consent
from moderation.rules.roles import Role
from moderation.rules.workflow import State
from moderation.services import permissions, publishing, purge_ledger, register, tagging
from moderation.services.permissions import PermissionForm
from tests.browser import screenshot_path
from tests.builders import PASSWORD, School, email
from tests.web.pages import page_of, plain
from tests.web.serving import serving
from workers import sweep

AGO = timedelta(days=5 * 366)


def tagged(school: School, *people: Person, caption: str, photos: int = 1) -> int:
    post_id = school.draft(*(plain(number) for number in range(photos)), caption=caption)
    with school.parts.work() as work:
        tagging.tag(work, school.teacher, post_id, [person.id for person in people])
    return post_id


def test_the_copy_names_and_shows_nobody_else(desk: School) -> None:
    ada, ben = desk.person("r1", "Ottilie", "Quarmby"), desk.person("r2", "Barnaby", "Fothergill")
    tagged(desk, ada, ben, caption="Ottilie Quarmby and Barnaby Fothergill won.")
    with desk.parts.work() as work:
        signed = permissions.prepare_evidence(b"%PDF-1.7 signed")
        form = PermissionForm(consent.Word.GRANTED, consent.Giver.PARENT_1, work.today)
        paper = permissions.record(work, desk.data_lead, ada.id, form, signed).id
    browser = desk.browser(Role.DATA_LEAD)
    address = f"/register/{ada.id}/held"
    assert browser.post(address).status_code == 303
    page = browser.get(address)
    assert "Fothergill" not in page.text and "Ottilie Quarmby and another person won." in page.text
    (link,) = [one for one in page_of(page).addresses if one.endswith(".zip")]
    answer = browser.get(link)
    with zipfile.ZipFile(io.BytesIO(answer.data)) as archive:
        assert archive.namelist() == [
            "held.html",
            "held.json",
            "pictures/picture-1.jpg",
            f"evidence/permission-{paper}.pdf",
        ]
        assert archive.read(f"evidence/permission-{paper}.pdf") == b"%PDF-1.7 signed"
        texts = archive.read("held.html").decode(), archive.read("held.json").decode()
    assert all("Fothergill" not in text and "Barnaby" not in text and "Quarmby" in text for text in texts)
    assert json.loads(texts[1])["person"] == ada.id
    assert "Quarmby" not in str(answer.headers)
    with desk.parts.reading() as work:
        last = work.session.query(AuditRow).order_by(AuditRow.number.desc()).first()
        assert last is not None and last.action == "copy of what is held taken"


def test_a_large_copy_says_how_far_it_is_and_cannot_be_taken_yet(desk: School) -> None:
    ada = desk.person("r3", "Perpetua", "Quince")
    tagged(desk, ada, caption="Many.", photos=5)
    browser = desk.browser(Role.DATA_LEAD)
    browser.post(f"/register/{ada.id}/held")
    page = browser.get(f"/register/{ada.id}/held")
    assert "0 of 5 pictures ready" in page.text
    (progress,) = [one for one in page_of(page).addresses if one.endswith("/progress")]
    assert "0 of 5 pictures ready" in browser.get(progress).text
    assert browser.get(progress.replace("/progress", ".zip")).status_code == 409


def test_what_the_page_shows_is_purged_with_a_certificate_and_told_to_the_ledgers_copy(school: School) -> None:
    post_id = school.live(plain(), caption="Was live long ago.")
    with school.parts.work() as work:
        publishing.take_down(work, school.manager, post_id, "It is old.")
    browser = school.browser(Role.DATA_LEAD)
    rules = {"months-POSTS": "0"}
    assert browser.post("/retention/rules", data=rules).status_code == 303
    assert "Nothing is due" in browser.get("/retention/").text
    with school.parts.work() as work:
        for live in work.session.query(Publication):
            live.at -= AGO
    page = browser.get("/retention/")
    assert "1 thing is due" in page.text and f"Post {post_id}: Was live long ago." in page.text
    assert browser.post("/retention/purge", data={"seen": "another"}).status_code == 409
    answer = browser.post("/retention/purge", data={"seen": page_of(page).values["seen"]})
    assert answer.status_code == 303
    certificate = browser.get(answer.headers["Location"]).text
    assert "Certificate of deletion 1" in certificate and "Published posts" in certificate
    assert "data lead 1" in certificate
    assert school.state(post_id) is State.PURGED
    with school.parts.reading() as work:
        assert purge_ledger.missing(work, school.parts.purged) == []
    assert len(in_order(school.parts.purged)) == 1
    for address in (f"/posts/{post_id}", "/posts/", "/publish/", "/posts/everybodys"):
        assert "Was live long ago." not in school.browser(Role.TEACHER).get(address).text


@pytest.mark.parametrize("months", ["-1", "x", "241", "1.5"])
def test_odd_months_are_told_and_stay_in_the_form(desk: School, months: str) -> None:
    answer = desk.browser(Role.DATA_LEAD).post("/retention/rules", data={"months-DRAFTS": months})
    assert answer.status_code == 422
    assert page_of(answer).values["months-DRAFTS"] == months


def test_the_sweep_purges_by_itself_where_that_is_switched_on(school: School) -> None:
    post_id = school.live(plain(), caption="Was live long ago.")
    with school.parts.work() as work:
        publishing.take_down(work, school.manager, post_id, "It is old.")
        work.session.query(Publication).one().at -= AGO
    sweep.tidy(school.parts)
    assert school.state(post_id) is State.TAKEN_DOWN
    form = {"months-POSTS": "36", "by_itself": "on"}
    assert school.browser(Role.DATA_LEAD).post("/retention/rules", data=form).status_code == 303
    sweep.tidy(school.parts)
    assert school.state(post_id) is State.PURGED
    assert len(in_order(school.parts.purged)) == 1


def signed_in(browser: Browser, address: str, width: int) -> Page:
    page = browser.new_context(viewport={"width": width, "height": 900}).new_page()
    page.goto(address)
    page.get_by_label("E-mail address").fill(email(Role.DATA_LEAD))
    page.get_by_label("Password").fill(PASSWORD)
    page.get_by_role("button", name="Sign in").click()
    return page


def keep(page: Page, name: str) -> None:
    width = page.viewport_size["width"]  # type: ignore[index]
    page.screenshot(path=screenshot_path(f"rights-{name}-{width}"), full_page=True)
    assert page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth") <= 0


def test_the_pages_on_a_phone_and_on_a_desk(school: School, browser: Browser) -> None:
    ada, ben = school.person("r1", "Ottilie", "Quarmby", class_name="4B"), school.person("r2", "Barnaby", "Fothergill")
    tagged(school, ada, ben, caption="Ottilie Quarmby and Barnaby Fothergill won the relay.")
    old = [school.live(plain(), caption="The relay of long ago."), school.live(plain(1), caption="The spring fair.")]
    with school.parts.work() as work:
        publishing.take_down(work, school.manager, old[0], "It is old.")
        register.leave(work, school.data_lead, ben.id)
        work.session.get_one(Person, ben.id).left_at = work.now - AGO
        for live in work.session.query(Publication):
            live.at -= AGO
    with serving(school) as address:
        for width in (390, 1280):
            page = signed_in(browser, address, width)
            page.goto(f"{address}/register/{ada.id}/held")
            page.get_by_role("button", name="copy").click()
            page.get_by_role("link", name="Download the copy").first.wait_for()
            keep(page, "held")
            page.goto(f"{address}/retention/")
            keep(page, "retention")
            page.context.close()
        page = signed_in(browser, address, 1280)
        page.goto(f"{address}/retention/")
        page.on("dialog", lambda dialog: dialog.accept())
        page.get_by_role("button", name="Purge").click()
        page.get_by_role("heading", name="Certificate of deletion 1").wait_for()
        keep(page, "certificate")
        page.set_viewport_size({"width": 390, "height": 844})
        keep(page, "certificate")
        page.context.close()
