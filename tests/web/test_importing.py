"""The pages of an import: choose a file, say what its columns are, look, apply, undo; nothing chosen is lost."""

import csv
import io

import pytest
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from moderation.db.models import Person
from moderation.rules.import_changes import MANY
from moderation.rules.roles import Role
from tests.builders import School
from tests.services.exports import HEADINGS, pupils, table
from tests.web.pages import page_of

START = "/register/import/"


def hand_in(browser: FlaskClient, data: bytes, name: str = "export.csv") -> TestResponse:
    form = {"file": (io.BytesIO(data), name)}
    return browser.post(START, data=form, content_type="multipart/form-data")


def choose(browser: FlaskClient, address: str, *columns: str, **more: str) -> TestResponse:
    form = {f"column-{n}": column for n, column in enumerate(columns)}
    return browser.post(address, data={**form, "kind": "pupil", **more})


def apply(browser: FlaskClient, address: str) -> TestResponse:
    page = browser.get(address)
    assert page.status_code == 200
    return browser.post(f"{address}/apply", data={"seen": page_of(page).values["seen"]})


def people(school: School) -> set[tuple[str, str]]:
    with school.parts.reading() as work:
        return {(one.key, one.forename) for one in work.session.query(Person)}


USUAL = ("KEY", "FORENAME", "SURNAME", "CLASS_NAME", "WEBSITE", "SOCIAL")


def test_from_the_file_to_the_register_and_back(school: School) -> None:
    browser = school.browser(Role.DATA_LEAD)
    assert START in page_of(browser.get("/register/")).addresses
    columns = hand_in(browser, table(*pupils(2, "Yes", "No"))).headers["Location"]
    page = browser.get(columns)
    assert "CSV, UTF-8, separated by commas" in page.text and "Ada1" in page.text
    preview = choose(browser, columns, *USUAL).headers["Location"]
    shown = browser.get(preview).text
    assert "2 new" in shown and "2 would become allowed" in shown and "Ada1 Quill1" in shown
    assert people(school) == set()
    assert apply(browser, preview).status_code == 303
    assert people(school) == {("A000000000001", "Ada1"), ("A000000000002", "Ada2")}
    undo = next(address for address in page_of(browser.get(START)).addresses if address.endswith("/undo"))
    assert "undone=1" in browser.post(undo).headers["Location"]
    assert browser.get(preview).status_code == 404


def test_what_was_chosen_is_still_there_after_a_mistake(school: School) -> None:
    browser = school.browser(Role.DATA_LEAD)
    columns = hand_in(browser, table(*pupils(1))).headers["Location"]
    answer = choose(browser, columns, "KEY", "KEY", "SURNAME", "", "PRESS", "", take_off="on")
    assert answer.status_code == 422
    assert "Only one column can be" in answer.text
    assert answer.text.count("selected") == 4
    assert "take_off" in page_of(answer).chosen


@pytest.mark.parametrize("data", [b"", b"\x00\x01\x02", b"UPN\n", b"PK\x03\x04no sheet"])
def test_a_file_that_cannot_be_used_is_answered_with_a_sentence(school: School, data: bytes) -> None:
    answer = hand_in(school.browser(Role.DATA_LEAD), data)
    assert answer.status_code == 422
    assert "The file" in page_of(answer).text


def test_no_file_at_all_is_answered_with_a_sentence(school: School) -> None:
    answer = school.browser(Role.DATA_LEAD).post(START)
    assert answer.status_code == 422 and "Choose a file first." in answer.text


def test_a_second_person_finds_it_on_their_first_page_and_applies_it(school: School) -> None:
    lead, head = school.browser(Role.DATA_LEAD), school.browser(Role.HEADTEACHER)
    columns = hand_in(lead, table(*pupils(MANY + 1, "Yes", ""))).headers["Location"]
    preview = choose(lead, columns, *USUAL).headers["Location"]
    assert head.get(preview).status_code == 404, "nobody has asked yet"
    assert apply(lead, preview).headers["Location"].endswith(preview)
    waits = lead.get(preview)
    assert "waits for a second person" in waits.text and "seen" not in page_of(waits).values
    assert preview in page_of(head.get("/review/")).addresses
    assert apply(head, preview).headers["Location"].startswith("/review/")
    assert len(people(school)) == MANY + 1


def test_the_lines_to_mend_are_a_file_without_formulas(school: School) -> None:
    browser = school.browser(Role.DATA_LEAD)
    columns = hand_in(browser, table(*pupils(1), ("", "=1+1", "Zoë", "4B"))).headers["Location"]
    preview = choose(browser, columns, *USUAL).headers["Location"]
    assert "1 line is left out" in page_of(browser.get(preview)).text
    answer = browser.get(f"{preview}/mend")
    assert answer.mimetype == "text/csv" and answer.data.startswith(b"\xef\xbb\xbf")
    lines = list(csv.reader(io.StringIO(answer.data.decode("utf-8-sig"))))
    assert lines[0] == ["Line", "What to mend", *HEADINGS]
    assert lines[1][0] == "3" and lines[1][3:6] == ["'=1+1", "Zoë", "4B"]


def test_an_import_that_the_register_has_overtaken_is_shown_anew(school: School) -> None:
    browser = school.browser(Role.DATA_LEAD)
    columns = hand_in(browser, table(*pupils(1))).headers["Location"]
    preview = choose(browser, columns, *USUAL).headers["Location"]
    seen = page_of(browser.get(preview)).values["seen"]
    school.person("A000000000001", "Adele", "Quill")
    answer = browser.post(f"{preview}/apply", data={"seen": seen})
    assert answer.status_code == 409 and "has changed since" in answer.text
    assert people(school) == {("A000000000001", "Adele")}
    assert "Changed (1)" in browser.get(preview).text


def test_a_file_that_is_thrown_away_is_gone(school: School) -> None:
    browser = school.browser(Role.DATA_LEAD)
    before = set(school.parts.store.keys())
    columns = hand_in(browser, table(*pupils(1))).headers["Location"]
    browser.post(columns.replace("/columns", "/drop"))
    assert browser.get(columns).status_code == 404
    assert set(school.parts.store.keys()) == before


def test_a_plain_yes_that_allows_nothing_is_explained(school: School) -> None:
    lead = school.browser(Role.DATA_LEAD)
    rows = [("A1", "Ada", "Quill", "Yes"), ("B2", "Ben", "Fenn", "Yes"), ("C3", "Cleo", "Moss", "No")]
    data = table(*rows, headings=("UPN", "Forename", "Surname", "Photo consent"))
    address = hand_in(lead, data).location.removesuffix("/columns")
    text = page_of(lead.get(address)).text
    assert "“Photo consent” was taken for “Photo consent, channel not said: only a no counts”: 2 yes, 1 no." in text
    assert "A yes here allows nothing, because it does not say where" in text
    assert "0 would become allowed; 2 said yes, but not where." in text
    choose(lead, f"{address}/columns", "KEY", "FORENAME", "SURNAME", "EVERY_CHANNEL")
    assert "2 would become allowed." in page_of(lead.get(address)).text


def test_a_yes_that_changes_nothing_says_why(school: School) -> None:
    lead = school.browser(Role.DATA_LEAD)
    school.person("B2", "Ben", "Fenn", no_publish=True)
    for second in ("", "Yes"):
        data = table(("A1", "Ada", "Quill", "4B", "Yes", ""), ("B2", "Ben", "Fenn", "4B", second, ""))
        address = hand_in(lead, data).location.removesuffix("/columns")
        text = page_of(lead.get(address)).text
        apply(lead, address)
    assert "0 would become allowed; 1 have it recorded already; 1 said yes, but are on the no-publish list" in text


def test_a_line_that_is_left_out_names_column_and_cell(school: School) -> None:
    lead = school.browser(Role.DATA_LEAD)
    data = table(("A1", "Ada", "Quill", "4B", "mabye", ""))
    address = hand_in(lead, data).location.removesuffix("/columns")
    told = "column “Consent - Website”: “mabye” is neither yes nor no."
    assert f"Line 2, {told}" in page_of(lead.get(address)).text
    assert told in lead.get(f"{address}/mend").text
