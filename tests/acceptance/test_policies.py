"""Five schools' policies, each taken as a ready setting on the page and walked rule by rule."""

import re
from collections.abc import Callable, Iterator
from datetime import date, timedelta
from pathlib import Path

import pytest
from flask.testing import FlaskClient

from moderation.db.models import AuditRow, Person
from moderation.rules.consent import Medium
from moderation.rules.findings import Kind
from moderation.rules.presets import PRESETS, protected_until
from moderation.rules.roles import Role
from moderation.rules.workflow import State
from moderation.services import appearing, cases, intake, standards, tagging
from moderation.services.looking import Looker
from tests.builders import School, named_certificate, open_school, stranger_portrait
from tests.services.moments import later
from tests.web.pages import small


class Policy:
    """A school under one policy, and what its people do on their pages."""

    def __init__(self, school: School, preset: str) -> None:
        self.school = school
        self.data_lead, self.teacher = school.browser(Role.DATA_LEAD), school.browser(Role.TEACHER)
        self.head = school.browser(Role.ASSISTANT_HEAD)
        self.accounts = {Medium.SOCIAL: school.account.id}
        with school.parts.work() as work:
            for medium in (Medium.WEBSITE, Medium.NEWSLETTER, Medium.PRESS):
                account = school.add_account(work, medium, "of ours", medium)
                self.accounts[medium] = account.id
        answer = self.data_lead.post("/register/standards/preset", data={"preset": preset})
        assert answer.status_code == 303

    def day(self, number: int) -> str:
        """So many days from today, as date fields send it."""
        with self.school.parts.reading() as work:
            return (work.today + timedelta(days=number)).isoformat()

    def somebody(self, key: str, kind: str = "pupil", **more: str) -> int:
        form = {"key": key, "forename": f"Fore{key}", "surname": f"Sur{key}", "kind": kind, "class_name": "4B", **more}
        answer = self.data_lead.post("/register/new", data=form)
        assert answer.status_code == 303, answer.text
        return int(answer.location.rsplit("/", 1)[1].split("?")[0])

    def says(self, person: int, word: str, giver: str, **more: str) -> None:
        form = {"word": word, "giver": giver, "purpose": "", "where": "", **more}
        assert self.data_lead.post(f"/register/{person}/permissions", data=form).status_code == 303

    def handed_in(self, *tagged: int, on: Medium = Medium.SOCIAL, caption: str = "A fine day.", **more: str) -> int:
        """A teacher writes a post with these people in it and sends it; its checks run."""
        form = {"caption": caption, "account": str(self.accounts[on]), "do": "send", "others": "", **more}
        ticks = {"shown": ",".join(map(str, tagged)), "tag": [str(person) for person in tagged]}
        answer = self.teacher.post(
            "/posts/new", data={**form, **ticks} if tagged else {**form, "shown": "", "nobody": "on"}
        )
        assert answer.status_code == 303, answer.text
        found = re.search(r"/posts/(\d+)", answer.location)
        assert found
        self.school.run_checks(int(found[1]))
        return int(found[1])

    def flags(self, *tagged: int, **more: object) -> list[Kind]:
        return self.open_flags(self.handed_in(*tagged, **more))  # type: ignore[arg-type]

    def open_flags(self, post: int) -> list[Kind]:
        return sorted(finding.kind for finding in self.school.findings(post) if not finding.is_settled)

    def approve(self, post: int) -> int:
        return self.head.post(f"/review/{post}/approve", data={"digest": self.school.digest(post)}).status_code

    def settle(self, post: int, word: str = "false alarm") -> int:
        ids = [finding.id for finding in self.school.findings(post) if not finding.is_settled]
        form = {"finding": ids, "resolution": word, "reason": "I looked", "digest": self.school.digest(post)}
        return self.head.post(f"/review/{post}/settle", data=form).status_code

    def cover(self, post: int) -> None:
        boxed = [one.id for one in self.school.findings(post) if one.box and not one.is_settled]
        form = {"finding": boxed, "digest": self.school.digest(post)}
        assert self.head.post(f"/review/{post}/cover", data=form).status_code == 303
        self.school.run_checks(post)

    def with_photo(self, photo: bytes, *tagged: int) -> int:
        post = self.school.draft(photo, caption="At school.")
        with self.school.parts.work() as work:
            tagging.tag(work, self.school.teacher, post, tagged)
            intake.submit(work, self.school.teacher, post)
        self.school.run_checks(post)
        return post


Begin = Callable[[str], Policy]


@pytest.fixture
def under(tmp_path: Path, looker: Looker) -> Iterator[Begin]:
    yield lambda preset: Policy(open_school(tmp_path / "instance", looker), preset)


def reads(browser: FlaskClient, address: str) -> str:
    answer = browser.get(address)
    assert answer.status_code == 200
    return " ".join(re.sub(r"<[^>]+>", " ", answer.text).split())


def test_staff_rules_pictures_of_pupils_are_misconduct_and_permission_states_its_reasons(under: Begin) -> None:
    """A junior school: no pictures of pupils; no personal contact details; permission details the specific reasons."""
    policy = under("staff-rules")
    assert "Pictures of pupils, social media: not at all" in reads(policy.teacher, "/posts/new")
    pupil, colleague = policy.somebody("P1"), policy.somebody("S1", "staff")
    for parent in ("parent 1", "parent 2"):
        policy.says(pupil, "granted", parent)
    post = policy.handed_in(pupil)
    assert policy.open_flags(post) == [Kind.TAG_PUPIL], "whatever both parents say"
    assert policy.settle(post) == policy.approve(post) == 409
    assert "No word settles this" in reads(policy.head, f"/review/{post}")
    policy.says(colleague, "granted", "the adult", purpose="news of school life")
    assert policy.flags(colleague) == []
    assert policy.flags(colleague, purpose="promotion of the school") == [Kind.TAG_REFUSED], "another reason"
    assert Kind.TEXT_PERSONAL in policy.flags(caption="Ring Mr Hart on 07700 900123 about the fair.")


def test_school_accounts_only_with_permission_of_each_and_governors_too(under: Begin) -> None:
    """A primary school: pictures go to the school's own website and accounts alone; no governor without a word."""
    policy = under("school-accounts")
    pupil, governor = policy.somebody("P1"), policy.somebody("G1", "other adult")
    assert policy.flags(pupil, governor) == [Kind.TAG_REFUSED] * 2
    policy.says(pupil, "granted", "parent 1")
    policy.says(governor, "granted", "the adult")
    for own in (Medium.SOCIAL, Medium.WEBSITE, Medium.NEWSLETTER):
        assert policy.flags(pupil, governor, on=own) == []
    assert policy.flags(pupil, governor, on=Medium.PRESS) == [Kind.TAG_PUPIL], "not the school's own"
    elsewhere = {"caption": "Elsewhere.", "account": "9999", "do": "send", "shown": "", "nobody": "on"}
    answer = policy.teacher.post("/posts/new", data=elsewhere)
    assert answer.status_code == 422 and "Choose at least one account" in answer.text


def test_parents_first_nothing_is_used_before_and_nothing_identifies_a_child(under: Begin) -> None:
    """A core protocol: parents' permission first; past, present and prospective pupils; no names; colleagues too."""
    policy = under("parents-first")
    pupil, colleague = policy.somebody("P1", forename="Harvey", surname="Pemberton"), policy.somebody("S1", "staff")
    prospective = policy.somebody("P2", class_name="")
    past = policy.somebody("P3", protected_until=policy.day(300))
    assert policy.data_lead.post(f"/register/{past}/leave").status_code == 303
    assert policy.flags(pupil, prospective, past, colleague) == [Kind.TAG_REFUSED] * 4
    policy.says(pupil, "granted", "parent 1", how="paper form", starts=policy.day(-1))
    policy.says(colleague, "granted", "the adult", how="e-mail")
    assert Kind.NAME_MATCH in policy.flags(pupil, caption="Well done to Harvey Pemberton!")
    post = policy.handed_in(pupil, colleague)
    assert policy.approve(post) == 303
    assert policy.school.state(post) is State.IN_REVIEW, "the headteacher confirms too"
    assert policy.school.browser(Role.RESOURCES_MANAGER).post(f"/publish/{post}/kit").status_code == 409
    head, digest = policy.school.browser(Role.HEADTEACHER), policy.school.digest(post)
    assert head.post(f"/review/{post}/approve", data={"digest": digest}).status_code == 303
    with policy.school.parts.reading() as work:
        row = [one for one in work.session.query(AuditRow) if one.post_id == post and one.action == "approve"][-1]
    assert '"permissions":[1,2]' in row.detail, "on whose word it rests is evidence"
    assert policy.teacher.post(f"/publish/{post}/kit").status_code == 403, "the resources manager posts"
    assert policy.school.browser(Role.RESOURCES_MANAGER).post(f"/publish/{post}/kit").status_code == 303
    certificate = policy.with_photo(small(named_certificate("Harvey Pemberton"), 1000), pupil)
    assert Kind.NAME_MATCH in policy.open_flags(certificate), "certificates are blank"
    policy.cover(certificate)
    assert Kind.NAME_MATCH not in policy.open_flags(certificate)


def test_a_declaration_no_image_of_pupils_and_their_families_until_19_21_or_24(under: Begin) -> None:
    """One page to sign: no photographs, videos or other images of pupils and their families."""
    policy = under("declaration")
    pupil, parent = policy.somebody("P1"), policy.somebody("A1", "other adult")
    policy.says(pupil, "granted", "parent 1")
    assert policy.flags(pupil, parent) == [Kind.TAG_PUPIL, Kind.TAG_REFUSED]
    for medium in Medium:
        assert policy.flags(pupil, on=medium) == [Kind.TAG_PUPIL]
    post = policy.with_photo(small(stranger_portrait()))
    assert Kind.FACE_PUPIL in policy.open_flags(post), "a face that nobody declared an adult's"
    assert policy.settle(post, "allowed") == 409
    assert policy.approve(post) == 409
    policy.cover(post)
    assert Kind.FACE_PUPIL not in policy.open_flags(post)
    with policy.school.parts.reading() as work:
        ages = standards.ages(work)
    born = date(2008, 5, 4)
    assert [protected_until(born, ages, *more).year for more in ((), (True,), (False, True))] == [2027, 2029, 2032]


def test_a_list_of_those_who_must_not_appear_and_whoever_asks_today(under: Begin) -> None:
    """A trust: images are assumed acceptable on the school's accounts; the list and anybody's wish are respected."""
    policy = under("list-only")
    policy.data_lead.post("/register/standards", data={**form_of("list-only"), "images_policy": "Digital images, 2026"})
    assert "Digital images, 2026" in reads(policy.teacher, "/posts/new")
    anybody, listed, shy = policy.somebody("P1"), policy.somebody("P2", no_publish="on"), policy.somebody("P3")
    assert policy.flags(anybody, shy) == []
    assert policy.flags(anybody, listed) == [Kind.TAG_REFUSED]
    today = reads(policy.teacher, "/register/today/?group=4B")
    assert "ForeP2 SurP2" in today and "list" not in today.lower().replace("not on the list", ""), "who, never why"
    assert policy.teacher.post(f"/register/today/{shy}", data={"group": "4B"}).status_code == 303
    assert policy.flags(shy) == [Kind.TAG_REFUSED]
    assert policy.flags(shy, taken_on=policy.day(-1)) == [Kind.TAG_REFUSED], "it would go out today"
    with later(policy.school, days=1) as work:
        for taken, may in ((work.today, True), (work.today - timedelta(days=1), False)):
            where = appearing.Setting([policy.school.account], taken=taken)
            (standing,) = appearing.of_people(work, [work.session.get_one(Person, shy)], where)
            assert (not standing.refused) is may, "photos of that day stay out, whenever they would go out"
    policy.says(anybody, "refused", "the child")
    assert policy.flags(anybody) == [Kind.TAG_REFUSED], "for any reason"
    for elsewhere in (Medium.WEBSITE, Medium.PRESS):
        assert policy.flags(anybody, on=elsewhere) == [Kind.TAG_PUPIL]


def form_of(preset: str) -> dict[str, str]:
    """What the page of settings sends when nothing but the policy's title is typed."""
    taken = PRESETS[preset]
    rules = {f"pupils-{medium}": str(rule) for medium, rule in taken.standards.pupils.items()}
    rules |= {f"adults-{medium}": str(rule) for medium, rule in taken.standards.adults.items()}
    ages = {name: str(getattr(taken.ages, name)) for name in ("everybody", "looked_after", "special_needs")}
    return {**rules, **ages}


def test_recommended_no_record_means_no_and_families_are_asked_again_every_year(under: Begin) -> None:
    policy = under("recommended")
    pupil = policy.somebody("P1")
    assert policy.flags(pupil) == [Kind.TAG_REFUSED]
    policy.says(pupil, "granted", "parent 1", starts=policy.day(-340))
    post = policy.handed_in(pupil)
    assert policy.approve(post) == 303 and policy.school.state(post) is State.RELEASED
    assert "ForeP1 SurP1" in reads(policy.data_lead, "/register/running-out")
    with later(policy.school, days=40) as work:
        case = cases.case_of(work, cases.get(work, post))
        assert case.digest != case.approved_digest, "it has run out, so nothing goes out"


@pytest.mark.parametrize("preset", PRESETS)
def test_what_stands_in_the_documentation_is_what_a_preset_sets(preset: str) -> None:
    """docs/data-leads/ready-settings.md: one row for each ready setting."""
    text = (Path(__file__).parents[2] / "docs" / "data-leads" / "ready-settings.md").read_text()
    taken = PRESETS[preset]
    (row,) = [line for line in text.splitlines() if line.startswith(f"| **{taken.title}**")]
    cells = [cell.strip() for cell in row.strip("| ").split("|")][1:]
    pupils = [str(taken.standards.pupils[medium]) for medium in Medium]
    ages = f"{taken.ages.everybody} / {taken.ages.looked_after} / {taken.ages.special_needs}"
    assert cells == [*pupils, str(taken.adults), ages, str(taken.months or "–")]
