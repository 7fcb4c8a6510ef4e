"""The register: who may appear where, tapped without faces, held against every post at once."""

import random
import re
import time
from collections.abc import Iterator
from datetime import date, timedelta

import pytest
from playwright.sync_api import Browser, Page, expect
from sqlalchemy import select

from moderation.db.models import Account, DayExclusion, Permission, Person
from moderation.rules.consent import Giver, Medium, PersonKind, Purpose, Word
from moderation.rules.findings import Kind
from moderation.services import appearing, cases, permissions, register, sweep, tagging
from moderation.services.looking import Looker
from moderation.services.permissions import PermissionForm
from moderation.services.work import Mistake
from tests.acceptance.people import DESK, PHONE, answer_checklist, keep, signed_in
from tests.acceptance.serving import Served, served
from tests.browser import open_menu
from tests.builders import School, open_school
from tests.services.moments import later

PEOPLE, DAYS = 80, 12
MEDIA = ((Medium.SOCIAL, "Facebook"), (Medium.WEBSITE, "Website"), (Medium.PRESS, "Gazette"))


def a_random_register(school: School, luck: random.Random, today: date) -> tuple[list[Account], list[Person]]:
    """People of every kind with up to five words about them, of any giver, place, purpose and time, and days out."""

    def near() -> date:
        return today + timedelta(days=luck.randint(-2, DAYS))

    def maybe(value: object) -> object:
        return luck.choice((None, None, value))

    with school.parts.work() as work:
        accounts = [school.add_account(work, name, "of the register", medium) for medium, name in MEDIA]
        people = [
            register.save(
                work,
                school.data_lead,
                register.PersonForm(
                    f"R{n}", f"Name{n}", "Random", no_publish=luck.random() < 0.1, kind=luck.choice(list(PersonKind))
                ),
            )
            for n in range(PEOPLE)
        ]
        for person in people:
            for _ in range(luck.randint(0, 5)):
                starts = near()
                form = PermissionForm(
                    word=Word.REFUSED if luck.random() < 0.25 else Word.GRANTED,
                    giver=luck.choice(list(Giver)),
                    starts=starts,
                    until=maybe(starts + timedelta(days=luck.randint(0, 5))),  # type: ignore[arg-type]
                    purpose=maybe(luck.choice(list(Purpose))),  # type: ignore[arg-type]
                    medium=maybe(luck.choice([medium for medium, _ in MEDIA])),  # type: ignore[arg-type]
                    account_id=maybe(luck.choice(accounts).id),  # type: ignore[arg-type]
                )
                try:
                    row = permissions.record(work, school.data_lead, person.id, form)
                except Mistake:  # the same word stands already: nothing new to ask about
                    continue
                row.withdrawn_on = near() if luck.random() < 0.2 else None
            if luck.random() < 0.3:
                work.session.add(DayExclusion(person_id=person.id, day=near(), recorded_at=work.now))
    return accounts, people


def may(person: Person, account: Account, day: date, words: list[Permission], out: set[date]) -> bool:
    """The policy as a plain list of rows, read by somebody in no hurry."""
    here = [
        row
        for row in words
        if row.person_id == person.id
        and (row.medium is None or row.medium == account.medium)
        and (row.account_id is None or row.account_id == account.id)
        and (row.purpose is None or row.purpose == "news of school life")
        and row.starts <= day
        and not (row.until and day > row.until)
        and not (row.withdrawn_on and day >= row.withdrawn_on)
    ]
    speaks_for = ("the adult",) if person.kind != "pupil" else ("parent 1", "parent 2", "the adult")
    if person.no_publish or day in out or [row for row in here if row.word == "refused"]:
        return False
    return bool([row for row in here if row.giver in speaks_for])


def test_random_register_states_tags_channels_and_days_agree_with_a_plain_oracle(school: School) -> None:
    """Through the database: each answer for each account, and the flags of a post with all of them in it."""
    with school.parts.reading() as work:
        today = work.today
    accounts, people = a_random_register(school, random.Random(20261121), today)
    post_id = school.draft()
    with school.parts.work() as work:
        post = cases.get(work, post_id)
        post.accounts, post.taken_on = [work.session.merge(account) for account in accounts], None
        tagging.tag(work, school.teacher, post_id, [person.id for person in people])
        words = list(work.session.scalars(select(Permission)))
        days_out = list(work.session.scalars(select(DayExclusion)))
    asked, allowed, wrong = 0, 0, []
    for number in range(DAYS):
        with later(school, days=number) as work:
            standings = appearing.of_post(work, cases.get(work, post_id))
            flagged = {
                int(seen.subject or 0) for seen in appearing.sightings(standings) if seen.kind is Kind.TAG_REFUSED
            }
            for standing in standings:
                out = {row.day for row in days_out if row.person_id == standing.person.id}
                right = [may(standing.person, account, work.today, words, out) for account, _ in standing.answers]
                said = [answer.may for _, answer in standing.answers]
                asked, allowed = asked + len(said), allowed + sum(said)
                if said != right or (standing.person.id in flagged) == all(right):
                    wrong.append((standing.person.id, number))
    print(f"\n{asked} answers of a random register agree with the oracle; {allowed} of them say yes")
    assert asked >= 2_000 and 200 < allowed < asked and wrong == []


@pytest.fixture(scope="module")
def river_class(tmp_path_factory: pytest.TempPathFactory, looker: Looker) -> Iterator[Served]:
    """A school with 4B: five who may appear, one on the list, and one whose parent said no to social media."""
    school = open_school(tmp_path_factory.mktemp("class") / "instance", looker)
    school.person("p1", "Eleanor", "Marchetti", class_name="4B", no_publish=True)
    for number, name in enumerate(("Nwosu", "Fell", "Ortega", "Lindqvist", "Banerjee", "Wiśniewski"), 2):
        forename = {"Nwosu": "Amara", "Wiśniewski": "Kacper"}.get(name, "Robin")
        person = school.person(f"p{number}", forename, name, class_name="4B")
        word = PermissionForm(Word.REFUSED, Giver.PARENT_1, date(2020, 1, 1), medium=Medium.SOCIAL)
        if forename != "Kacper":
            word = PermissionForm(Word.GRANTED, Giver.PARENT_1, date(2020, 1, 1))
        with school.parts.work() as work:
            permissions.record(work, school.data_lead, person.id, word)
    with served(school) as pages:
        yield pages


def write_with_class(page: Page, caption: str, exceptions: list[str]) -> int:
    """Write and send words about the whole of 4B but a few, the way a teacher does."""
    open_menu(page)
    page.get_by_role("link", name="My posts").click()
    page.get_by_role("link", name="New post").click()
    page.get_by_label("Caption").fill(caption)
    page.get_by_label("Facebook").check()
    page.get_by_label("Class or group").select_option("4B")
    page.get_by_role("button", name="Show", exact=True).click()
    page.get_by_role("button", name="The whole of 4B").click()
    for name in exceptions:
        page.get_by_label(name).uncheck()
    keep(page, "20-teacher-who-is-in-it")
    answer_checklist(page)
    page.get_by_role("button", name="Send for checking").click()
    page.wait_for_url(re.compile(r"/posts/\d+$"))
    return int(page.url.rsplit("/", 1)[1])


def test_a_class_is_tagged_on_the_phone_and_a_withdrawal_closes_the_kit_within_one_request(
    river_class: Served, browser: Browser
) -> None:
    school, running = river_class.school, river_class
    with signed_in(browser, running, "teacher", PHONE) as page:
        open_menu(page)
        page.get_by_role("link", name="Before the photos").click()
        page.get_by_label("Class or group").select_option("4B")
        page.get_by_role("button", name="Show", exact=True).click()
        expect(page.locator("li", has_text="Eleanor Marchetti")).to_contain_text("Must not appear")
        expect(page.locator("li", has_text="Kacper Wiśniewski")).to_contain_text("Must not appear")
        keep(page, "19-teacher-before-the-photos")
        started = time.monotonic()
        post_id = write_with_class(page, "A walk along the river.", ["Eleanor Marchetti", "Kacper Wiśniewski"])
        print(f"\na whole class but two, from New post to sent: {time.monotonic() - started:.1f} s of pages")
    school.run_checks(post_id)

    with signed_in(browser, running, "assistant head", PHONE) as page:
        page.goto(f"{running.address}/review/{post_id}")
        expect(
            page.get_by_text("5 people are tagged; all who are tagged may appear on Facebook: Our School.")
        ).to_be_visible()
        keep(page, "21-head-who-is-in-it")
        page.get_by_role("button", name="Approve").click()
        expect(page.get_by_role("status").filter(has_text="Approved.")).to_be_visible()

    with (
        signed_in(browser, running, "resources manager", DESK) as manager,
        signed_in(browser, running, "data lead", DESK) as data_lead,
    ):
        manager.locator("li", has_text="A walk along the river.").get_by_role("button", name="Open the kit").click()
        expect(manager.get_by_role("link", name="Download everything (zip)")).to_be_visible()
        data_lead.get_by_role("link", name="Register", exact=True).click()
        data_lead.get_by_role("link", name="Nwosu, Amara").click()
        keep(data_lead, "22-data-lead-permissions")
        data_lead.get_by_role("button", name="Withdrawn today").click()
        expect(data_lead.get_by_text("Withdrawn 2")).to_be_visible()
        answer = manager.request.get(f"{running.address}/publish/{post_id}/kit.zip")
        assert answer.status == 409, "within one request"

    with school.parts.work() as work:
        sweep.refresh(work, post_id)
    school.run_checks(post_id)
    with signed_in(browser, running, "assistant head", DESK) as page:
        page.goto(f"{running.address}/review/{post_id}")
        expect(page.get_by_text("Somebody tagged must not appear there").first).to_be_visible()
        expect(page.get_by_role("button", name="Approve")).to_be_disabled()
        keep(page, "23-head-somebody-may-not")
