"""The data lead's pages of lawful matching: nothing is lost that was typed, and each page says what is so."""

from dataclasses import asdict
from datetime import timedelta
from pathlib import Path

import pytest
from flask.testing import FlaskClient

from moderation.demo.lawful import lawful
from moderation.rules.roles import Role
from moderation.services import matching, permission_to_match
from moderation.services.looking import Looker
from tests.builders import School, open_school
from tests.services.listed import listed
from tests.web.pages import page_of


@pytest.fixture(scope="module")
def school(tmp_path_factory: pytest.TempPathFactory, looker: Looker) -> School:
    return open_school(Path(tmp_path_factory.mktemp("matching")) / "instance", looker)


@pytest.fixture(scope="module")
def data_lead(school: School) -> FlaskClient:
    return school.browser(Role.DATA_LEAD)


def today(school: School) -> str:
    with school.parts.reading() as work:
        return work.today.isoformat()


def record_form(school: School) -> dict[str, str]:
    with school.parts.reading() as work:
        return {name: str(value) for name, value in asdict(lawful(work.today)).items() if name != "strict"}


def test_locked_and_recorded_and_off_the_page_says_which(school: School, data_lead: FlaskClient) -> None:
    assert "Recognition is locked." in page_of(data_lead.get("/register/recognition")).text
    half = data_lead.post("/register/recognition", data={**record_form(school), "condition": "", "strict": "on"})
    assert half.status_code == 422
    shown = page_of(half).text
    assert "Fill in everything" in shown and "DPIA 4, faces on the no-publish list" in half.text
    assert 'name="strict" type="checkbox" value="on" checked' in half.text
    assert data_lead.post("/register/recognition", data=record_form(school)).status_code == 303
    assert "Recognition is on." in page_of(data_lead.get("/register/recognition")).text
    with school.parts.reading() as work:
        row = matching.in_force(work)
        assert row and not row.strict
    assert data_lead.post(f"/register/recognition/{row.id}/off").status_code == 303
    assert "Recognition is off." in page_of(data_lead.get("/register/recognition")).text
    assert data_lead.post(f"/register/recognition/{row.id}/off").status_code == 404


def test_answers_are_kept_in_the_form_when_one_of_them_cannot_be(school: School, data_lead: FlaskClient) -> None:
    person = listed(school, "B1", photos=0)
    day = today(school)
    form = {"who-1": "Lucia Marchetti", "agreed-1": day, "how-1": "Signed form", "starts_on": day, "ends_on": day}
    answer = data_lead.post(f"/register/{person.id}/matching", data=form)
    assert answer.status_code == 422
    assert "nobody can agree before they were told" in page_of(answer).text
    assert 'value="Lucia Marchetti"' in answer.text and 'value="Signed form"' in answer.text
    assert data_lead.post(f"/register/{person.id}/matching", data={**form, "told-1": "soon"}).status_code == 422
    assert data_lead.post(f"/register/{person.id}/matching", data={**form, "told-1": day}).status_code == 303
    page = page_of(data_lead.get(f"/register/{person.id}/matching")).text
    assert "May be matched until" in page
    assert data_lead.post(f"/register/{person.id}/matching/withdraw").status_code == 303
    page = page_of(data_lead.get(f"/register/{person.id}/matching")).text
    assert "Must not be matched: no permission is recorded" in page


def test_a_parent_who_could_not_be_asked_is_typed_with_the_reason_and_shown_again(
    school: School, data_lead: FlaskClient
) -> None:
    data_lead.post("/register/recognition", data=record_form(school))
    person, day = school.person("EX1", "Excused", "Parent", no_publish=True), today(school)
    form = {"who-1": "One", "told-1": day, "agreed-1": day, "how-1": "Form", "starts_on": day, "ends_on": day}
    excused = {**form, "who-2": "Two", "excuse-2": "cannot be found", "excused-2": day}
    answer = data_lead.post(f"/register/{person.id}/matching", data=excused)
    assert answer.status_code == 422 and "who decided it" in answer.text
    assert data_lead.post(f"/register/{person.id}/matching", data={**excused, "excuse-2": "no time"}).status_code == 422
    assert (
        data_lead.post(f"/register/{person.id}/matching", data={**excused, "decided-2": "The head"}).status_code == 303
    )
    page = data_lead.get(f"/register/{person.id}/matching").text
    assert "May be matched" in page and 'value="cannot be found" selected' in page and 'value="The head"' in page


def test_a_certificate_names_the_person_the_day_and_the_reason_and_says_what_was_verified(
    school: School, data_lead: FlaskClient
) -> None:
    person = listed(school, "C1", photos=2)
    with school.parts.work() as work:
        permission_to_match.withdraw(work, school.data_lead, person.id)
    ledger = data_lead.get("/register/ledger")
    assert "2 encodings destroyed" in page_of(ledger).text
    address = next(one for one in page_of(ledger).addresses if one.endswith("/certificate"))
    certificate = " ".join(page_of(data_lead.get(address)).text.split())
    assert "destroyed 2 encodings of the face of Ada Quill, 4B, because: the permission was withdrawn" in certificate
    assert "the key is gone" in certificate
    assert "The school holds no encoding of this person" in certificate


def test_the_approver_is_told_how_many_of_each_class_to_look_for_and_never_why(school: School) -> None:
    listed(school, "D1", photos=0)
    school.person("D2", "Rowan", "Fairweather", no_publish=True, class_name="5A")
    post_id = school.in_review(caption="A good day.")
    page = page_of(school.browser(Role.ASSISTANT_HEAD).get(f"/review/{post_id}")).text
    assert "1 listed child of 5A" in page and "cannot be recognised by the program: look for yourself" in page
    assert "permission" not in page and "refus" not in page


def test_on_the_last_day_the_person_s_page_still_says_that_they_may_be_matched(
    school: School, data_lead: FlaskClient
) -> None:
    with school.parts.reading() as work:
        last = work.today
    person = listed(school, "E1", photos=1, ends_on=last)
    assert "May be matched until" in page_of(data_lead.get(f"/register/{person.id}")).text
    with school.parts.work() as work:
        record = work.session.merge(person).matching_permission
        assert record
        record.ends_on = last - timedelta(days=1)
    page = page_of(data_lead.get(f"/register/{person.id}")).text
    assert "Must not be matched: the permission has ended" in page


def test_encodings_that_cannot_be_compared_say_so_and_are_made_again_with_one_button(
    school: School, data_lead: FlaskClient
) -> None:
    """The kept photo here shows nobody, which the page says; a real one is made again in the acceptance tests."""
    person = listed(school, "F1", photos=1)
    with school.parts.work() as work:
        work.session.merge(person).references[0].engine = "an earlier one"
    assert "cannot be compared any more" in page_of(data_lead.get(f"/register/{person.id}")).text
    assert "must be made again" in page_of(data_lead.get("/register/recognition")).text
    answer = data_lead.post(f"/register/{person.id}/references/again")
    assert answer.status_code == 422
    assert "Remove the photo that cannot be used" in page_of(answer).text
