"""A list of staff as offices paste it."""

from hypothesis import given
from hypothesis import strategies as st

from moderation.rules.roles import Role
from moderation.rules.staff_list import MOST, read


def listed(text: str) -> list[tuple[str, str, Role]]:
    entries, problems = read(text)
    assert not problems
    return [(one.name, one.email, one.role) for one in entries]


def test_a_line_each_with_commas_semicolons_or_from_a_spreadsheet() -> None:
    expected = [
        ("Sam Okafor", "sam@school.example", Role.ASSISTANT_HEAD),
        ("Jo Lee", "jo@school.example", Role.TEACHER),
    ]
    for separator in (", ", ";", "\t"):
        lines = [
            f"Sam  Okafor{separator}sam@school.example{separator}Assistant Head",
            "",
            f"Jo Lee{separator}jo@school.example",
        ]
        assert listed("\n".join(lines)) == expected


def test_the_spreadsheets_headings_and_empty_cells_are_no_people() -> None:
    text = "Name,E-mail,Role,,\nJo Lee,jo@school.example,,,\n,,,\n"
    assert listed(text) == [("Jo Lee", "jo@school.example", Role.TEACHER)]


def test_a_name_with_a_comma_stands_in_quotes() -> None:
    assert listed('"Lee, Jo",jo@school.example') == [("Lee, Jo", "jo@school.example", Role.TEACHER)]


def test_each_line_that_cannot_be_used_is_named_with_its_number() -> None:
    text = "Jo Lee,jo@school.example\n\nSam Okafor\nKim Park,kim@school.example,caretaker\nJo L,JO@school.example"
    text += "\n,kit@school.example\nKit Ray,,teacher"
    entries, problems = read(text)
    assert [one.name for one in entries] == ["Jo Lee"]
    assert [problem.split(":")[0] for problem in problems] == [f"Line {number}" for number in (3, 4, 5, 6, 7)]
    assert "“caretaker” is no role" in problems[1]
    assert "stands in line 1 already" in problems[2]


def test_nobody_and_too_many_are_said() -> None:
    assert read(" \n ")[1] == ["Write at least one person: name, e-mail address, role."]
    many = "\n".join(f"P{number},p{number}@school.example" for number in range(MOST + 1))
    assert read(many)[1] == [f"These are {MOST + 1} people. Invite {MOST} at a time at most."]


@given(st.text())
def test_whatever_is_pasted_every_line_is_a_person_or_a_sentence(text: str) -> None:
    entries, problems = read(text.replace("\0", ""))
    assert entries or problems
    assert all(one.name and one.email for one in entries)
