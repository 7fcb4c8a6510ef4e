"""A line says what stands in it and nothing else; what is unclear is named, with its line and the reason."""

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from moderation.rules.columns import Column
from moderation.rules.consent import PersonKind
from moderation.rules.import_cells import mendable, tidy
from moderation.rules.import_rows import Bad, Row, read_rows

COLUMNS = (Column.KEY, Column.FORENAME, Column.SURNAME, Column.WEBSITE, Column.WEBSITE, Column.PHOTOS, None)


def rows(*lines: list[str], columns: tuple[Column | None, ...] = COLUMNS) -> tuple[list[Row], list[Bad]]:
    return read_rows(enumerate(lines, start=2), columns)


def reason(*cells: str, columns: tuple[Column | None, ...] = COLUMNS) -> str:
    good, bad = rows(list(cells), columns=columns)
    assert not good
    return bad[0].reason


def test_a_line_is_one_person_with_what_it_says() -> None:
    (row,), bad = rows(["A1", " Zoe\u0308 ", "O’Brien\u200b", "Yes", "", "", "1 Long Street"])
    assert (row.line, row.key, row.forename, row.surname) == (2, "A1", "Zoë", "O’Brien")
    assert row.words == ((Column.WEBSITE, True),)
    assert not bad


def test_empty_lines_and_empty_cells_say_nothing() -> None:
    (row,), bad = rows(["", " ", ""], ["A1", "-", "", " ", "Not returned", "n/a"])
    assert row == Row(3, "A1")
    assert not bad


def test_of_both_parents_words_the_no_counts() -> None:
    (row,), _ = rows(["A1", "", "", "Yes", "Refused"])
    assert row.words == ((Column.WEBSITE, False),)


@pytest.mark.parametrize("word", ["maybe", "P", "website only", "yes but no names", "x", "#REF!"])
def test_a_word_that_is_neither_yes_nor_no_is_never_guessed(word: str) -> None:
    assert "website" in reason("A1", "Ada", "Quill", word)


def test_a_no_to_photos_is_a_no_to_everything() -> None:
    (row,), _ = rows(["A1", "", "", "Yes", "", "No"])
    assert row.refuses_everything


def test_a_key_is_a_number_never_a_name() -> None:
    assert "no UPN" in reason("", "Ada", "Quill")
    assert "no digit" in reason("Ada Quill", "Ada", "Quill")
    assert "shortened" in reason("1.23E+12", "Ada", "Quill")


def test_lines_that_contradict_each_other_are_both_left_out() -> None:
    good, bad = rows(["a1", "Ada", "Quill", "Yes"], ["A2", "Bo", "Rowe"], ["A1", "Ada", "Quill", "No"])
    assert [row.key for row in good] == ["A2"]
    assert [one.line for one in bad] == [2, 4]
    assert "Lines 2 and 4" in bad[0].reason


def test_a_line_that_stands_there_twice_counts_once() -> None:
    good, bad = rows(["A1", "Ada", "Quill"], ["A1", "Ada", "Quill"])
    assert len(good) == 1 and not bad


@pytest.mark.parametrize(
    ("cells", "says"),
    [
        (["A1", "Ada\nBo", "Quill"], "line break"),
        (["A1", "Ada", "Q" * 81], "longer than 80"),
        (["A1", "Ada", "12"], "no letter"),
        (["A1", "#N/A", "Quill"], "error #N/A"),
        (["A1", "Ada", "Quill", "", "", "", "", "more"], "more cells"),
    ],
)
def test_what_is_broken_is_left_out_with_the_reason(cells: list[str], says: str) -> None:
    assert says in reason(*cells)


def test_a_whole_name_needs_its_comma() -> None:
    columns = (Column.KEY, Column.FULL_NAME)
    (row,), _ = rows(["A1", "van der Berg, Ada Mae"], columns=columns)
    assert (row.forename, row.surname) == ("Ada Mae", "van der Berg")
    assert "Surname, Forename" in reason("A1", "Ada Quill", columns=columns)


def test_a_member_of_staff_says_so() -> None:
    columns = (Column.KEY, Column.SURNAME, Column.KIND)
    (row,), _ = rows(["S1", "Quill", "Teacher"], columns=columns)
    assert row.kind is PersonKind.STAFF
    assert "neither pupil nor staff" in reason("S1", "Quill", "Robot", columns=columns)


@given(st.text() | st.builds(str.__add__, st.sampled_from(list("=+-@\t\r\n＝＋－＠'")), st.text()))
def test_a_cell_to_mend_is_never_a_formula_and_comes_back_as_it_was(cell: str) -> None:
    written = mendable(cell)
    assert not written.startswith(("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠"))
    assert tidy(written) == tidy(cell)


@given(st.lists(st.lists(st.text(max_size=12), max_size=9), max_size=12))
@example([["A1"], ["A1"], ["A1", "Ada"]])
def test_every_line_with_something_in_it_is_a_person_or_named(lines: list[list[str]]) -> None:
    good, bad = rows(*lines)
    said = {row.line for row in good} | {one.line for one in bad}
    full = {n for n, cells in enumerate(lines, start=2) if any(cell.strip() for cell in cells)}
    keys = {row.key.casefold() for row in good}
    assert said <= full
    for n in full - said:  # a line that stands there twice
        assert tidy(lines[n - 2][0]).casefold() in keys
