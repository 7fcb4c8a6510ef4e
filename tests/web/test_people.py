"""The pages about people: tapping who is in a post, the look before the photos, permissions of one person."""

import io

import pytest
from flask.testing import FlaskClient

from moderation.rules.consent import Purpose
from moderation.rules.roles import Role
from moderation.services import appearing, cases, permissions
from tests.builders import School
from tests.web.pages import page_of

GRANT = {"word": "granted", "giver": "parent 1", "purpose": Purpose.NEWS, "how": "paper form"}
REASONS = ("refus", "no-publish", "objection", "no permission", "asked")


@pytest.fixture(scope="module")
def class_of(desk: School) -> dict[str, int]:
    """Class 7C: one may appear, one has refused, nobody has asked the third one's family."""
    ids = {}
    data_lead = desk.browser(Role.DATA_LEAD)
    for number, (name, word) in enumerate((("Una", "granted"), ("Vera", "refused"), ("Wim", ""))):
        ids[name] = desk.person(f"7C{number}", name, "Tagsworth", class_name="7C").id
        if word:
            answer = data_lead.post(f"/register/{ids[name]}/permissions", data={**GRANT, "word": word})
            assert answer.status_code == 303
    return ids


@pytest.fixture
def teacher(desk: School) -> FlaskClient:
    return desk.browser(Role.TEACHER)


def there(desk: School, post_id: int) -> set[int]:
    with desk.parts.reading() as work:
        return {person.id for person in appearing.tagged(work, cases.get(work, post_id))}


def draft(desk: School, teacher: FlaskClient, **form: str) -> str:
    """A draft's address, made by pressing a button of the empty form."""
    answer = teacher.post("/posts/new", data={"shown": "", "account": str(desk.account.id), **form})
    return answer.headers["Location"].split("?")[0].split("#")[0]


def number(address: str) -> int:
    return int(address.split("/")[2])


def test_a_class_is_chosen_shown_and_ticked_without_a_script(
    desk: School, teacher: FlaskClient, class_of: dict[str, int]
) -> None:
    answer = teacher.post("/posts/new", data={"shown": "", "do": "people", "group": "7C", "account": "1"})
    assert answer.headers["Location"].endswith("edit?group=7C#people")
    page = page_of(teacher.get(answer.headers["Location"]))
    assert set(page.values["shown"].split(",")) == {str(one) for one in class_of.values()}
    assert page.chosen & {f"tag-{one}" for one in class_of.values()} == set()
    address = answer.headers["Location"].split("?")[0]
    form = {"shown": page.values["shown"], "group_shown": "7C", "account": "1", "do": "whole"}
    teacher.post(address, data=form)
    assert there(desk, number(address)) == set(class_of.values())
    form |= {"do": "save", "tag": str(class_of["Una"]), "caption": "A day out"}
    teacher.post(address, data=form)
    assert there(desk, number(address)) == {class_of["Una"]}


def test_who_is_not_on_show_keeps_their_tick_and_a_form_that_does_not_ask_changes_nothing(
    desk: School, teacher: FlaskClient, class_of: dict[str, int]
) -> None:
    address = draft(desk, teacher, tag=str(class_of["Una"]), do="save")
    for form in ({"caption": "More words."}, {"shown": str(class_of["Wim"]), "caption": "More words."}):
        assert teacher.post(address, data=form).status_code == 303
        assert there(desk, number(address)) == {class_of["Una"]}


def test_the_form_says_who_must_not_appear_before_anybody_is_ticked_and_never_why(
    desk: School, teacher: FlaskClient, class_of: dict[str, int]
) -> None:
    answer = teacher.post("/posts/new", data={"shown": "", "do": "people", "group": "7C", "account": "1"})
    text = page_of(teacher.get(answer.headers["Location"])).text
    people = text[text.index("Who is in it?") : text.index("Another purpose?")]
    assert people.count("Must not appear") == 2
    assert not [reason for reason in REASONS if reason in people.lower()]


def test_law_10_a_name_that_is_looked_for_stands_in_no_address(
    teacher: FlaskClient, desk: School, class_of: dict[str, int]
) -> None:
    address = draft(desk, teacher, caption="Looking", do="save")
    answer = teacher.post(address, data={"shown": "", "do": "people", "find": "una tags", "caption": "Looking"})
    assert answer.status_code == 200
    page = page_of(answer)
    assert f"tag-{class_of['Una']}" in answer.text and "Vera" not in page.text
    assert not [one for one in page.addresses if "una" in one.lower()]


def test_law_12_a_slip_in_the_day_is_told_and_the_words_are_kept(teacher: FlaskClient, desk: School) -> None:
    answer = teacher.post("/posts/new", data={"shown": "", "taken_on": "yesterday", "caption": "Kept words"})
    assert answer.status_code == 422
    assert "Give the day like this" in answer.text and "Kept words" in answer.text


def test_before_the_photos_staff_see_who_and_never_why(
    desk: School, class_of: dict[str, int], teacher: FlaskClient
) -> None:
    text = page_of(teacher.get("/register/today/?group=7C")).text
    main = text[text.index("Before the photos: 7C") : text.index("It says who")]
    no, yes = main.split("May appear (1)")
    assert "Vera" in no and "Wim" in no and "Una" in yes
    assert no.count("Must not appear") == 1 + 2
    assert not [word for word in REASONS[:-1] if word in main.lower()]


def test_one_tap_leaves_somebody_out_today_and_another_takes_the_slip_back(
    desk: School, class_of: dict[str, int], teacher: FlaskClient
) -> None:
    una = class_of["Una"]
    answer = teacher.post(f"/register/today/{una}", data={"group": "7C"})
    assert answer.headers["Location"] == f"/register/today/?group=7C&person={una}"
    page = teacher.get(answer.headers["Location"]).text
    assert "must not be in any photo of today" in page and "Must not appear (3)" in page
    others = desk.browser(Role.HEADTEACHER)
    assert "take back" not in others.get("/register/today/?group=7C").text
    assert others.post(f"/register/today/{una}/undo").status_code == 404
    back = teacher.post(f"/register/today/{una}/undo", data={"group": "7C"})
    assert "Taken back" in teacher.get(back.headers["Location"]).text
    assert "Must not appear (2)" in teacher.get("/register/today/?group=7C").text


def test_evidence_is_only_ever_downloaded(desk: School) -> None:
    person = desk.person("7D1", "Xan", "Tagsworth")
    data_lead = desk.browser(Role.DATA_LEAD)
    form = {**GRANT, "evidence": (io.BytesIO(b"%PDF-1.4 <script>"), "form.pdf")}
    address = f"/register/{person.id}/permissions"
    assert data_lead.post(address, data=form, content_type="multipart/form-data").status_code == 303
    with desk.parts.reading() as work:
        (row,) = permissions.of_person(work, person.id)
    answer = data_lead.get(f"{address}/{row.id}/evidence")
    assert answer.data.startswith(b"%PDF") and answer.mimetype == "application/octet-stream"
    assert answer.headers["Content-Disposition"] == f"attachment; filename=permission-{row.id}.pdf"
    assert data_lead.post(f"{address}/{row.id}/withdraw").status_code == 303
    assert "Withdrawn" in data_lead.get(f"/register/{person.id}").text


@pytest.mark.parametrize(
    ("form", "sentence"),
    [
        ({"word": "perhaps"}, "whether it is a permission or a refusal"),
        ({"giver": "the dog"}, "who gave it"),
        ({"until": "1999-01-01"}, "before the first one"),
        ({"starts": "soon"}, "Give the day like this"),
        ({"where": "the moon"}, "Choose where"),
    ],
)
def test_law_12_a_permission_that_cannot_be_is_told_and_nothing_is_recorded(
    desk: School, class_of: dict[str, int], form: dict[str, str], sentence: str
) -> None:
    wim = class_of["Wim"]
    answer = desk.browser(Role.DATA_LEAD).post(f"/register/{wim}/permissions", data={**GRANT, **form})
    assert answer.status_code == 422 and sentence in answer.text
    with desk.parts.reading() as work:
        assert permissions.of_person(work, wim) == []


def test_what_the_school_asks_for_is_set_and_shown_again(desk: School) -> None:
    data_lead = desk.browser(Role.DATA_LEAD)
    page = data_lead.get("/register/standards").text
    assert page.count("selected") == 8 and page.count("selected>Permission needed") == 8
    assert data_lead.post("/register/standards", data={"pupils-press": "sometimes"}).status_code == 422
    assert data_lead.post("/register/standards/preset", data={"preset": "declaration"}).status_code == 303
    assert data_lead.get("/register/standards").text.count("selected>Not at all") == 4
    assert data_lead.post("/register/standards/preset", data={"preset": "recommended"}).status_code == 303
    assert data_lead.post("/register/standards/preset", data={"preset": "none"}).status_code == 404
