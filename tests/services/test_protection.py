"""Until when somebody is protected: the day is kept, typed or from a file, and the birth date never."""

from datetime import date, timedelta
from pathlib import Path

import pytest

from moderation.rules.columns import Column
from moderation.rules.presets import Ages
from moderation.rules.roles import Role
from moderation.services import importing, protection, register, standards
from moderation.services.protection import Birth
from moderation.services.work import Mistake
from tests.builders import School
from tests.services.exports import begin, bring_in, person, preview, table

COLUMNS = (Column.KEY, Column.FORENAME, Column.SURNAME, Column.BORN, Column.LOOKED_AFTER, Column.SPECIAL_NEEDS)
FORM = {"key": "A1", "forename": "Ada", "surname": "Quill", "kind": "pupil"}


def export(born: str, looked_after: str = "", special_needs: str = "") -> bytes:
    row = ("A1", "Ada", "Quill", born, looked_after, special_needs)
    return table(row, headings=("UPN", "Forename", "Surname", "DOB", "In care", "SEN"))


def protected(school: School) -> date | None:
    return person(school, "A1").protected_until


def last_day(school: School, birth: Birth) -> date:
    with school.parts.work() as work:
        standards.set_ages(work, school.data_lead, Ages(18, 21, 24))
        return protection.last_day(work, birth)


@pytest.mark.parametrize(
    ("looked_after", "special_needs", "year"), [(False, False, 2030), (True, False, 2033), (True, True, 2036)]
)
def test_the_day_before_the_birthday_that_ends_it(
    school: School, looked_after: bool, special_needs: bool, year: int
) -> None:
    assert last_day(school, Birth(date(2012, 5, 4), looked_after, special_needs)) == date(year, 5, 3)


@pytest.mark.parametrize("days", [-1, 365 * 130])
def test_nobodys_birth_date_is_refused(school: School, days: int) -> None:
    with school.parts.reading() as work:
        wrong = work.today - timedelta(days=days)
    with pytest.raises(Mistake, match="nobody's birth date"):
        last_day(school, Birth(wrong))


def test_the_page_keeps_the_day_and_forgets_the_birth_date_and_the_ticks(school: School) -> None:
    lead = school.browser(Role.DATA_LEAD)
    answer = lead.post("/register/new", data={**FORM, "born": "2012-05-04", "special_needs": "on"})
    page = lead.get(answer.location).text
    assert "Protected until 3 May 2036; the birth date was not kept" in page
    assert "2012" not in page and protected(school) == date(2036, 5, 3)
    kept = [path for path in Path(school.parts.settings.instance).rglob("*") if path.is_file()]
    assert not [path for path in kept if b"2012-05-04" in path.read_bytes()]


def test_ticks_without_a_birth_date_are_told_and_stay_ticked(school: School) -> None:
    answer = school.browser(Role.DATA_LEAD).post("/register/new", data={**FORM, "special_needs": "on"})
    assert answer.status_code == 422 and "Type the birth date too" in answer.text
    assert 'name="special_needs" type="checkbox" value="on" checked' in answer.text


@pytest.mark.parametrize("born", ["2012-05-04", "04/05/2012", "4.5.2012", "2012-05-04 00:00:00"])
def test_a_column_of_birth_dates_sets_the_day(school: School, born: str) -> None:
    bring_in(school, export(born, "yes"), columns=COLUMNS)
    assert protected(school) == date(2033, 5, 3)


def test_a_birth_date_is_read_only_where_somebody_chose_its_column(school: School) -> None:
    bring_in(school, export("2012-05-04"))
    assert protected(school) is None


def test_an_import_makes_protection_longer_and_never_shorter_and_can_be_undone(school: School) -> None:
    bring_in(school, export("2012-05-04", "", "yes"), columns=COLUMNS)
    assert preview(school, begin(school, export("2012-05-04"), columns=COLUMNS)).diff.same == 1
    with school.parts.work() as work:
        form = register.PersonForm("A1", "Ada", "Quill", protected_until=date(2031, 1, 1))
        register.save(work, school.data_lead, form, person(school, "A1").id)
    import_id = bring_in(school, export("2012-05-04", "yes"), columns=COLUMNS)
    assert protected(school) == date(2033, 5, 3)
    with school.parts.work() as work:
        assert importing.undo(work, school.data_lead, import_id) == 0
    assert protected(school) == date(2031, 1, 1)


def test_staff_are_not_protected_by_their_age(school: School) -> None:
    bring_in(school, export("1980-05-04"), columns=COLUMNS, kind="staff")
    assert protected(school) is None


@pytest.mark.parametrize("born", ["31/02/2012", "05/14/2012", "twelve", "1812-05-04"])
def test_what_is_no_birth_date_leaves_the_line_out(school: School, born: str) -> None:
    (bad,) = preview(school, begin(school, export(born), columns=COLUMNS)).diff.bad
    assert bad.shown == f"column “DOB”: “{born}” is no day like 2014-08-31 or 31/08/2014."
    assert born not in bad.reason
