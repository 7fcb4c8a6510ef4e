"""Columns of management systems are known by their headings; what is not certain is left to a person."""

import pytest

from moderation.rules.columns import Column, guess, headings_at, plain

SIMS = {
    "UPN": Column.KEY,
    "Adno": None,
    "Legal Forename": Column.FORENAME,
    "Preferred Forename": Column.PREFERRED_NAME,
    "Legal Surname": Column.SURNAME,
    "Preferred Surname": Column.OTHER_NAME,
    "Reg": Column.CLASS_NAME,
    "Year": None,
    "DOB": None,
    "Parental Consent: Photographs": Column.PHOTOS,
}
ARBOR = {
    "Arbor Student ID": Column.KEY,
    "First name": Column.FORENAME,
    "Preferred first name": Column.PREFERRED_NAME,
    "Last name": Column.SURNAME,
    "Registration form": Column.CLASS_NAME,
    "Date of birth": None,
    "Consent: Photographs on the website": Column.WEBSITE,
    "Consent: Photographs on social media": Column.SOCIAL,
    "Consent: Photographs in the press": Column.PRESS,
    "Consent: Photographs in the newsletter": Column.NEWSLETTER,
}
BROMCOM = {
    "AdmissionNumber": None,
    "Admission Number": Column.KEY,
    "Forename": Column.FORENAME,
    "Surname": Column.SURNAME,
    "Tutor Group": Column.CLASS_NAME,
    "Photo Permission": Column.PHOTOS,
    "Facebook": Column.SOCIAL,
}


@pytest.mark.parametrize("columns", [SIMS, ARBOR, BROMCOM], ids=["SIMS", "Arbor", "Bromcom"])
def test_exports_are_known_by_their_headings(columns: dict[str, Column | None]) -> None:
    assert dict(zip(columns, guess(list(columns)), strict=True)) == columns


@pytest.mark.parametrize(
    "heading",
    [
        *("Photo consent withheld", "No photo consent", "Opt out of photos", "Photo consent date", "Photo consent by"),
        *("Photos for internal display", "Biometric consent", "Trip consent", "Consent: website and press"),
    ],
)
def test_a_heading_that_may_mean_something_else_is_left_to_a_person(heading: str) -> None:
    assert guess(["UPN", heading])[1] is None


def test_a_consent_that_names_no_channel_is_a_no_at_most() -> None:
    assert guess(["Photo consent"]) == [Column.PHOTOS]


def test_a_whole_name_counts_where_there_is_no_other() -> None:
    assert guess(["UPN", "Name"]) == [Column.KEY, Column.FULL_NAME]
    assert guess(["UPN", "Name", "Forename", "Surname"])[1] is None


def test_what_was_chosen_last_time_comes_first() -> None:
    remembered = {plain("Photo consent"): Column.EVERY_CHANNEL, plain("Reg."): None}
    assert guess(["reg", "PHOTO_CONSENT", "Class"], remembered) == [None, Column.EVERY_CHANNEL, Column.CLASS_NAME]


def test_titles_above_the_headings_are_passed_over() -> None:
    lines = [["Consents, autumn term"], [""], ["UPN", "Surname", "Reg"], ["A1", "Photo", "Class"]]
    assert headings_at(lines) == 2
    assert headings_at([["Ref", "Family"], ["A1", "Quill"]]) == 0
