"""The policy's pages: read, sign and come back without losing a word; who has signed; the statement on paper."""

import csv
import io
from datetime import timedelta

import pypdf
import pytest
from playwright.sync_api import Browser, Page

from moderation.db.models import Policy, Signature, User
from moderation.rules.acceptance import Trained, differences, earliest
from moderation.rules.roles import SIGN_INS, Role
from moderation.rules.workflow import State
from moderation.services import acceptance, publishing, training
from moderation.services.acceptance import PolicyForm
from moderation.services.looking import Looker
from moderation.services.training import TrainingForm
from moderation.web.markdown import spoken
from tests.browser import screenshot_path
from tests.builders import LINK, PASSWORD, School, email, open_school
from tests.web.pages import page_of
from tests.web.serving import serving

TEXT = "# Phones\n\nDelete photos within a week.\n\n- Be kind.\n"
NAME = "Łukasz Şeyma Nguyễn"


def announce(school: School, text: str = TEXT, urgent: str = "") -> None:
    with school.parts.work() as work:
        form = PolicyForm(text, work.today, urgent)
        acceptance.publish(work, school.people[Role.HEADTEACHER], form)


def sign(school: School, role: Role, name: str = NAME) -> None:
    with school.parts.work() as work:
        acceptance.sign(work, school.people[role], 1, name)


def test_handing_in_leads_to_the_policy_and_back_with_every_word_kept(school: School) -> None:
    announce(school)
    teacher = school.browser(Role.TEACHER)
    form = {"caption": "Our long and careful words.", "account": str(school.account.id), "do": "send"}
    answer = teacher.post("/posts/new", data=form)
    assert answer.status_code == 303 and answer.headers["Location"].startswith("/policy/?back=")
    page = teacher.get(answer.headers["Location"])
    assert "Delete photos within a week." in page.text and "Nothing is lost" in page.text
    fields = page_of(page).values
    assert teacher.post("/policy/sign", data={**fields, "name": " "}).status_code == 422
    back = teacher.post("/policy/sign", data={**fields, "name": NAME}).headers["Location"]
    assert page_of(teacher.get(back)).values["caption"] == "Our long and careful words."
    post_id = int(back.split("/")[2])
    assert teacher.post(back, data=form).headers["Location"] == f"/posts/{post_id}"
    assert school.state(post_id) is State.CHECKING


def test_the_links_of_a_live_post_are_sent_again_after_signing(school: School) -> None:
    post_id = school.released()
    with school.parts.work() as work:
        publishing.open_kit(work, school.manager, post_id)
    announce(school)
    manager = school.browser(Role.RESOURCES_MANAGER)
    page = manager.post(f"/publish/{post_id}/live", data={f"link-{school.account.id}": LINK})
    assert page.status_code == 409 and "Nothing is lost" in page.text
    slip = manager.post("/policy/sign", data={**page_of(page).values, "name": ""})
    assert slip.status_code == 422
    signed = page_of(manager.post("/policy/sign", data={**page_of(slip).values, "name": NAME}))
    assert f"/publish/{post_id}/live" in signed.addresses
    assert manager.post(f"/publish/{post_id}/live", data=signed.values).status_code == 303
    assert school.state(post_id) is State.LIVE


def test_an_approval_waits_for_the_signature_and_is_for_what_was_seen(school: School) -> None:
    post_id = school.in_review()
    announce(school)
    head = school.browser(Role.ASSISTANT_HEAD)
    seen = page_of(head.get(f"/review/{post_id}")).values["digest"]
    page = head.post(f"/review/{post_id}/approve", data={"digest": seen})
    assert page.status_code == 409 and school.state(post_id) is State.IN_REVIEW
    signed = page_of(head.post("/policy/sign", data={**page_of(page).values, "name": NAME}))
    assert signed.values["digest"] == seen
    assert head.post(f"/review/{post_id}/approve", data=signed.values).status_code == 303
    assert school.state(post_id) is State.RELEASED


def test_a_page_that_asks_for_a_signature_leads_back_to_no_other_site(school: School) -> None:
    announce(school)
    teacher = school.browser(Role.TEACHER)
    assert '="//elsewhere' not in teacher.get("/policy/?back=//elsewhere.example/").text
    form = {"version": "1", "name": NAME, "back": "https://elsewhere.example/", "again": "//elsewhere.example/"}
    assert teacher.post("/policy/sign", data=form).headers["Location"] == "/policy/?signed=1"


def test_who_lacks_training_is_told_whom_to_ask_and_keeps_the_draft(school: School) -> None:
    with school.parts.work() as work:
        training.ask(work, school.people[Role.ADMINISTRATOR], Trained.SUBMITTERS)
    teacher = school.browser(Role.TEACHER)
    form = {"caption": "Kept.", "account": str(school.account.id), "do": "send"}
    page = teacher.get(teacher.post("/posts/new", data=form).headers["Location"])
    assert "none that is still valid is recorded for you" in page.text
    (back,) = [one for one in page_of(page).addresses if one.endswith("/edit")]
    assert page_of(teacher.get(back)).values["caption"] == "Kept."


@pytest.mark.parametrize("role", sorted(SIGN_INS))
def test_everybodys_first_page_reminds_until_they_have_signed(asking: School, role: Role) -> None:
    browser = asking.browser(role)
    assert "read and sign the social media policy" in browser.get("/", follow_redirects=True).text
    sign(asking, role)
    assert "read and sign" not in browser.get("/", follow_redirects=True).text


@pytest.fixture(scope="module")
def asking(tmp_path_factory: pytest.TempPathFactory, looker: Looker) -> School:
    """A school whose policy nobody has signed yet."""
    school = open_school(tmp_path_factory.mktemp("asking") / "instance", looker)
    announce(school)
    return school


def test_an_announced_change_is_shown_with_what_is_new(school: School) -> None:
    announce(school)
    sign(school, Role.TEACHER)
    admin = school.browser(Role.ADMINISTRATOR)
    with school.parts.reading() as work:
        soonest = earliest(work.today)
    form = {"text": TEXT.replace("within a week", "at once"), "holds_from": soonest.isoformat()}
    early = {**form, "holds_from": (soonest - timedelta(1)).isoformat()}
    refused = admin.post("/policy/edit", data=early)
    assert refused.status_code == 422 and "month’s notice" in refused.text
    assert page_of(refused).values["text"].strip() == form["text"].strip(), "what was typed is still there"
    assert admin.post("/policy/edit", data=form).headers["Location"] == "/policy/?published=2"
    teacher = school.browser(Role.TEACHER)
    assert "has a new social media policy" in teacher.get("/posts/").text
    page = teacher.get("/policy/").text
    assert '<del><span class="govuk-visually-hidden">Left out: </span>within</del>' in page
    assert '<ins><span class="govuk-visually-hidden">New: </span>once</ins>' in page
    assert "<li>Delete photos" in page, "as it is read, without marks"


def test_what_changed_is_read_without_marks_and_misses_no_other_address_of_a_link() -> None:
    before = "# Phones\n\n- **Ask** [the office](https://a.example/).\n\n> Be *kind*.\n"
    assert spoken(before).splitlines() == ["Phones", "Ask the office (https://a.example/).", "Be kind."]
    assert differences(spoken(before), spoken(before.replace("**", ""))) == []
    assert differences(spoken(before), spoken(before.replace("a.example", "b.example")))


def test_the_text_is_shown_without_raw_html_pictures_or_scripts(school: School) -> None:
    odd = "<script>alert(1)</script> ![x](https://a.example/p.png) [l](javascript:x) [m](https://b.example)"
    announce(school, f"# T\n\n{odd}")
    page = school.browser(Role.TEACHER).get("/policy/")
    assert page_of(page).forbidden == [] and "&lt;script&gt;" in page.text
    assert "<img" not in page.text.split('class="policy"')[1]
    assert "https://b.example" in page_of(page).addresses and "<h3>T</h3>" in page.text


def test_the_statement_prints_what_was_signed_and_nothing_else(school: School) -> None:
    announce(school)
    sign(school, Role.TEACHER)
    with school.parts.reading() as work:
        sha256, today = work.session.get_one(Policy, 1).sha256, work.today
    answer = school.browser(Role.TEACHER).get("/policy/statements/1.pdf")
    assert answer.mimetype == "application/pdf" and "ukasz" not in str(answer.headers)
    reader = pypdf.PdfReader(io.BytesIO(answer.data))
    (page,) = reader.pages
    assert page.extract_text().splitlines() == [
        "Our school",
        "Social media policy: signed statement",
        "I have read the school’s social media policy, I understand it, and I will keep to it.",
        f"Version: 1, which holds from {today:%-d %B %Y}",
        "SHA-256 of its text:",
        sha256,
        f"Name: {NAME}",
        f"Signed on: {today:%-d %B %Y}",
    ]
    assert school.browser(Role.ADMINISTRATOR).get("/policy/statements/1.pdf").data == answer.data
    assert school.browser(Role.ASSISTANT_HEAD).get("/policy/statements/1.pdf").status_code == 404


def test_the_list_of_who_has_signed_holds_no_formula(school: School) -> None:
    announce(school)
    sign(school, Role.TEACHER)
    with school.parts.work() as work:
        work.session.get_one(User, school.head.id).name = "=HYPERLINK(1)"
    admin = school.browser(Role.ADMINISTRATOR)
    rows = list(csv.DictReader(io.StringIO(admin.get("/policy/people/list.csv").data.decode("utf-8-sig"))))
    assert len(rows) == 12 and "'=HYPERLINK(1)" in {row["Name"] for row in rows}
    assert [row["Name"] for row in rows if row["Signed the version that holds"] == "yes"] == ["teacher 1"]


def test_the_administrator_is_told_that_nothing_is_asked_without_a_policy(school: School) -> None:
    admin = school.browser(Role.ADMINISTRATOR)
    for address in ("/policy/", "/policy/people/"):
        assert "nobody is asked to sign one" in admin.get(address).text
    first, listed = admin.get("/staff/").text, admin.get("/getting-started/").text
    assert "Setting up the school" in first and "Nobody is asked to sign anything before." in listed, "while it lasts"
    assert "nobody is asked" not in school.browser(Role.TEACHER).get("/posts/").text


def test_who_signs_in_is_told_that_what_they_do_is_recorded(school: School) -> None:
    assert "recorded with your name and the time" in school.browser().get("/sign-in").text


def test_trainings_are_recorded_struck_out_and_asked_for_on_the_page(school: School) -> None:
    head = school.browser(Role.HEADTEACHER)
    form = {"user": str(school.teacher.id), "kind": "Safeguarding", "had_on": "2026-01-05", "valid_until": "2026-01-04"}
    assert page_of(head.post("/policy/people/trainings", data=form)).values["kind"] == "Safeguarding"
    assert head.post("/policy/people/trainings", data={**form, "valid_until": ""}).status_code == 303
    assert head.post("/policy/people/asked", data={"asked": "everybody"}).status_code == 303
    assert head.post("/policy/people/asked", data={"asked": "x"}).status_code == 422
    assert "Safeguarding, 5 January 2026" in head.get("/policy/people/").text
    assert head.post("/policy/people/trainings/1/strike").status_code == 303
    assert "Safeguarding, 5" not in head.get("/policy/people/").text


def signed_in(browser: Browser, address: str, role: Role, width: int) -> Page:
    page = browser.new_context(viewport={"width": width, "height": 900}).new_page()
    page.goto(address)
    page.get_by_label("E-mail address").fill(email(role))
    page.get_by_label("Password").fill(PASSWORD)
    page.get_by_role("button", name="Sign in").click()
    return page


def keep(page: Page, name: str) -> None:
    width = page.viewport_size["width"]  # type: ignore[index]
    page.screenshot(path=screenshot_path(f"policy-{name}-{width}"), full_page=True)
    assert page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth") <= 0


def test_the_way_through_the_policy_on_a_phone_and_on_a_desk(school: School, browser: Browser) -> None:
    announce(school)
    sign(school, Role.RESOURCES_MANAGER, "Jo Whitlock")
    with school.parts.work() as work:
        keeper = school.people[Role.HEADTEACHER]
        text = TEXT.replace("within a week", "at once")
        acceptance.publish(work, keeper, PolicyForm(text, earliest(work.today)))
        training.ask(work, keeper, Trained.DECIDERS)
        for actor, days in ((school.manager, 20), (school.head, -1)):
            form = TrainingForm(actor.id or 0, "Safeguarding", work.today - timedelta(90), work.today + timedelta(days))
            training.record(work, keeper, form)
    with serving(school) as address:
        for number, width in enumerate((390, 1280)):
            page = signed_in(browser, address, Role.TEACHER if not number else Role.DATA_LEAD, width)
            keep(page, "reminded")
            page.goto(f"{address}/posts/new")
            page.get_by_label("Caption").fill("Words that must not be lost.")
            page.get_by_label("Facebook: Our School").check()
            page.get_by_role("button", name="Send for checking").click()
            page.get_by_label("Your full name").first.fill(NAME)
            keep(page, "sign")
            page.get_by_role("button", name="Sign version 1").click()
            page.get_by_role("heading", name="Edit your post").wait_for()
            assert page.get_by_label("Caption").input_value() == "Words that must not be lost."
            page.goto(f"{address}/policy/")
            keep(page, "changes")
            page.context.close()
            page = signed_in(browser, address, Role.RESOURCES_MANAGER, width)
            keep(page, "runs-out")
            page.context.close()
            page = signed_in(browser, address, Role.HEADTEACHER, width)
            page.goto(f"{address}/policy/people/")
            keep(page, "people")
            page.goto(f"{address}/policy/edit")
            keep(page, "edit")
            page.context.close()
    with school.parts.reading() as work:
        assert work.session.query(Signature).count() == 3
