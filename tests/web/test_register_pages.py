"""The register's home page and the pages of groups, as the data lead meets them."""

import re

import pytest
from flask.testing import FlaskClient

from moderation.rules.roles import Role
from moderation.services import groups
from moderation.services.people_found import PAGE
from tests.builders import School
from tests.web.pages import page_of


@pytest.fixture
def lead(school: School) -> FlaskClient:
    return school.browser(Role.DATA_LEAD)


def test_what_is_filtered_stands_in_the_address_and_a_name_never_does(school: School, lead: FlaskClient) -> None:
    school.person("A1", "Ada", "Quill", class_name="4B")
    school.person("A2", "Adam", "Fenn", class_name="4B")
    answer = lead.post("/register/", data={"find": "", "group": "4B", "listed": "1", "page": "2"})
    assert answer.status_code == 303
    assert answer.location == "/register/?group=4B&listed=1&page=2"
    named = lead.post("/register/", data={"find": "ada"})
    assert named.status_code == 200 and "2 people" in page_of(named).text
    assert page_of(named).values["find"] == "ada"


def test_a_name_that_one_person_has_leads_to_their_page(school: School, lead: FlaskClient) -> None:
    ada = school.person("A1", "Ada", "Quill")
    school.person("B2", "Ben", "Fenn")
    assert lead.post("/register/", data={"find": "qui"}).location == f"/register/{ada.id}"


def test_a_long_register_has_pages(school: School, lead: FlaskClient) -> None:
    for n in range(PAGE + 1):
        school.person(f"A{n}", "Ada", f"Quill{n}")
    first, second = (page_of(lead.get(f"/register/?page={n}")).text for n in (1, 2))
    assert f"{PAGE + 1} people" in first and "Page 1 of 2" in first and "Next page" in first
    assert "Page 2 of 2" in second and "Next page" not in second and "Page before" in second


def test_a_group_is_made_filled_offered_and_ended(school: School, lead: FlaskClient) -> None:
    ada = school.person("A1", "Ada", "Quill", class_name="4B")
    address = lead.post("/register/groups/", data={"name": "Choir"}).location
    assert "Nobody is in it yet" in lead.get(address).text
    assert "Ada Quill" in lead.get(f"{address}?of=4B").text
    assert "Ada Quill" in lead.post(address, data={"do": "show", "find": "ada"}).text
    added = lead.post(address, data={"do": "add", "person": str(ada.id), "starts": "", "until": "", "of": "4B"})
    assert "1 person was put into the group" in lead.get(added.location).text
    teacher = school.browser(Role.TEACHER)
    assert "Ada Quill" in teacher.get("/register/today/?group=Choir").text
    assert '<option value="Choir"' in teacher.get("/posts/new").text
    remove = re.search(rf"{address}/\d+/remove", lead.get(address).text)
    assert remove is not None
    assert "Taken out" in lead.get(lead.post(remove.group()).location).text
    assert "has ended" in lead.get(lead.post(f"{address}/end").location).text
    assert lead.get(address).status_code == 404


def test_the_whole_group_is_ticked_and_then_all_but_one(school: School) -> None:
    ada, ben = school.person("A1", "Ada", "Quill", class_name="4B"), school.person("B2", "Ben", "Fenn")
    with school.parts.work() as work:
        choir = groups.make(work, school.data_lead, "Choir")
        groups.add(work, school.data_lead, choir.id, [ada.id, ben.id], None, None)
    teacher = school.browser(Role.TEACHER)
    shown = f"{ada.id},{ben.id}"
    form = {"caption": "We sang.", "shown": shown, "group_shown": "Choir", "do": "whole"}
    page = page_of(teacher.get(teacher.post("/posts/new", data=form).location))
    assert {f"tag-{ada.id}", f"tag-{ben.id}"} <= page.chosen
    post = re.search(r"/posts/(\d+)/edit", "".join(page.addresses))
    assert post is not None
    saved = teacher.post(post.group(), data={**form, "tag": str(ben.id), "do": "save"})
    assert page_of(teacher.get(saved.location)).chosen & {f"tag-{ada.id}", f"tag-{ben.id}"} == {f"tag-{ben.id}"}


@pytest.mark.parametrize(
    ("form", "said"),
    [
        ({"do": "add"}, "Tick who belongs to it first"),
        ({"do": "add", "person": "1", "starts": "yesterday"}, "Give the day like this"),
    ],
)
def test_a_slip_is_told_and_what_was_typed_is_kept(
    school: School, lead: FlaskClient, form: dict[str, str], said: str
) -> None:
    ada = school.person("A1", "Ada", "Quill", class_name="4B")
    address = lead.post("/register/groups/", data={"name": "Choir"}).location
    answer = lead.post(address, data={**form, "of": "4B"})
    assert answer.status_code == 422 and said in answer.text
    assert (f"person-{ada.id}" in page_of(answer).chosen) is ("person" in form)
    assert "Give the group a name" in lead.post("/register/groups/", data={"name": " "}).text


def test_the_data_leads_menu_is_short_and_the_register_leads_to_the_rest(school: School, lead: FlaskClient) -> None:
    page = lead.get("/register/")
    menu = page.text.split("</nav>")[0]
    assert menu.count("<a ") <= 9  # skip, brand, password and the entries
    for address in (
        "/register/standards",
        "/register/recognition",
        "/register/faces",
        "/retention/",
        "/register/groups/",
    ):
        assert address not in menu and address in page_of(page).addresses
