"""Permissions run out; whom to ask again is listed before they do; the images policy stands where it is needed."""

from datetime import timedelta

import pytest

from moderation.db.models import Person
from moderation.rules.consent import Giver, Medium, Word
from moderation.rules.roles import Role
from moderation.services import appearing, permissions, renewal, standards
from moderation.services.permissions import PermissionForm
from moderation.services.standards import ImagesPolicy
from moderation.services.work import Mistake
from tests.builders import School
from tests.services.listed import listed
from tests.services.moments import later

DAY = timedelta(days=1)


def given(school: School, person: Person, days_ago: int, **more: object) -> int:
    with school.parts.work() as work:
        form = PermissionForm(Word.GRANTED, Giver.PARENT_1, work.today - days_ago * DAY, **more)  # type: ignore[arg-type]
        return permissions.record(work, school.data_lead, person.id, form).id


def a_year(school: School, months: int | None = 12) -> None:
    with school.parts.work() as work:
        standards.set_months(work, school.data_lead, months)


def listing(school: School) -> list[tuple[int, int]]:
    """(person, days until the last day) of all who are listed."""
    with school.parts.reading() as work:
        return [(one.person.id, (one.last - work.today).days) for one in renewal.running_out(work)]


def test_what_runs_out_in_the_term_ahead_or_behind_is_listed_the_earliest_first(school: School) -> None:
    with school.parts.reading() as work:
        a_year_ago = (work.today - work.today.replace(year=work.today.year - 1)).days
    people = [school.person(f"R{n}", f"Person{n}", "Runsout") for n in range(4)]
    for person, days in zip(people, (a_year_ago - 30, a_year_ago + 10, 20, a_year_ago + 300), strict=True):
        given(school, person, days)
    assert listing(school) == [], "without a term nothing runs out"
    a_year(school)
    assert listing(school) == [(people[1].id, -11), (people[0].id, 29)]


def test_expired_is_none(school: School) -> None:
    person = school.person("R1", "Ada", "Quill")
    given(school, person, 200)

    def may(**passed: int) -> bool:
        with later(school, **passed) as work:
            (standing,) = appearing.of_people(work, [work.session.merge(person)], appearing.Setting([school.account]))
            return not standing.refused

    assert may()
    a_year(school, 6)
    assert not may()
    a_year(school, 7)
    assert may() and not may(days=40)


def test_a_permission_with_a_last_day_of_its_own_is_listed_unless_another_takes_its_place(school: School) -> None:
    person = school.person("R1", "Ada", "Quill")
    with school.parts.reading() as work:
        soon, today = work.today + 9 * DAY, work.today
    given(school, person, 5, until=soon, medium=Medium.WEBSITE)
    assert listing(school) == [(person.id, 9)]
    given(school, person, 0, medium=Medium.PRESS)
    assert listing(school) == [(person.id, 9)], "that one is about another place"
    given(school, person, 0, until=today + 300 * DAY)
    assert listing(school) == []


def test_whoever_left_or_is_on_the_no_publish_list_is_not_asked_again(school: School) -> None:
    from moderation.services import register

    with school.parts.reading() as work:
        soon = work.today + 9 * DAY
    gone, shown_never = school.person("R1", "Ada", "Quill"), school.person("R2", "Bo", "Quill", no_publish=True)
    for person in (gone, shown_never):
        given(school, person, 5, until=soon)
    with school.parts.work() as work:
        register.leave(work, school.data_lead, gone.id)
    assert listing(school) == []


def test_a_permission_to_match_runs_out_too(school: School) -> None:
    with school.parts.reading() as work:
        person = listed(school, photos=0, ends_on=work.today + 5 * DAY)
    assert listing(school) == [(person.id, 5)]


@pytest.mark.parametrize("months", [0, -1, 85])
def test_law_12_months_that_no_permission_can_hold_are_refused(school: School, months: int) -> None:
    with pytest.raises(Mistake, match="1 to 84 months"), school.parts.work() as work:
        standards.set_months(work, school.data_lead, months)


FORM = {
    **{f"{who}-{medium}": "permission needed" for who in ("pupils", "adults") for medium in Medium},
    "everybody": "18",
    "looked_after": "21",
    "special_needs": "24",
}


def test_the_images_policy_stands_where_permissions_are_recorded_and_where_posts_are_written(school: School) -> None:
    person = school.person("R1", "Ada", "Quill")
    data_lead, teacher = school.browser(Role.DATA_LEAD), school.browser(Role.TEACHER)
    policy = {"images_policy": "Images policy, May 2026", "images_policy_link": "https://oakfield.example/images"}
    assert data_lead.post("/register/standards", data={**FORM, **policy, "months": "12"}).status_code == 303
    for browser, address in (
        (data_lead, f"/register/{person.id}"),
        (data_lead, "/register/running-out"),
        (teacher, "/posts/new"),
        (teacher, "/register/today/"),
    ):
        page = browser.get(address).text
        assert 'href="https://oakfield.example/images"' in page and "Images policy, May 2026" in page


@pytest.mark.parametrize(
    ("wrong", "sentence"),
    [
        ({"images_policy": "Ours", "images_policy_link": "javascript:alert(1)"}, "starts with https"),
        ({"images_policy_link": "https://oakfield.example"}, "title"),
        ({"images_policy": "x" * 201}, "200 characters"),
        ({"months": "a year"}, "whole number"),
        ({"adults-press": "non-identifiable only"}, "choose another one for adults"),
    ],
)
def test_law_12_what_cannot_be_set_is_said_and_changes_nothing(
    school: School, wrong: dict[str, str], sentence: str
) -> None:
    answer = school.browser(Role.DATA_LEAD).post("/register/standards", data={**FORM, **wrong})
    assert answer.status_code == 422 and sentence in answer.text
    with school.parts.reading() as work:
        assert standards.images_policy(work) == ImagesPolicy() and work.register_version.permission_months is None


def test_the_list_is_the_data_leads_and_names_person_class_permission_and_day(school: School) -> None:
    person = school.person("R1", "Ada", "Quill", class_name="4B")
    with school.parts.reading() as work:
        soon = work.today + 9 * DAY
    given(school, person, 5, until=soon, medium=Medium.WEBSITE)
    page = school.browser(Role.DATA_LEAD).get("/register/running-out").text
    for words in ("Ada Quill", "4B", "To appear: website, every purpose", f"{soon:%-d %B %Y}"):
        assert words in page
    assert school.browser(Role.TEACHER).get("/register/running-out").status_code == 403


def test_before_the_photos_a_teacher_reads_where_no_pupils_are_shown(school: School) -> None:
    with school.parts.work() as work:
        standards.take_preset(work, school.data_lead, "list-only")
    page = school.browser(Role.TEACHER).get("/posts/new").text
    assert "Pictures of pupils, press: not at all" in page and "social media: not" not in page
