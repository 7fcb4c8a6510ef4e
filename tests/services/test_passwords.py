"""Passwords that are tried first are refused, offline and with the reason; no rules about capitals and digits."""

import pytest

from moderation.services import passwords
from moderation.services.work import Mistake

ABOUT = ("Philippa Quennell", "p.quennell@st-margarets.example", "St Margaret’s Primary School")


@pytest.mark.parametrize(
    "password",
    [
        "password1234", "Password123!", "passwordpassword", "P@ssw0rd2026", "qwertyuiop12", "123456789012",
        "1234567890123", "abcdefghijkl", "aaaaaaaaaaaa", "iloveyou12345", "liverpool2024", "Liverpool12345",
        "drowssap1234", "summerholiday1", "letmeinletmein", "zxcvbnm123456",
    ],
)  # fmt: skip
def test_the_commonest_are_refused(password: str) -> None:
    with pytest.raises(Mistake, match="one of the commonest") as told:
        passwords.check(password, ABOUT)
    assert password not in str(told.value)


@pytest.mark.parametrize(
    "password",
    [
        "Quennell2026!",
        "philippa12345",
        "PhilippaQuennell",
        "p.quennell123",
        "StMargarets2026",
        "Margarets-School",
        "gatepost2026",
    ],
)
def test_what_is_made_of_a_name_is_refused(password: str) -> None:
    with pytest.raises(Mistake, match="made of a name"):
        passwords.check(password, ABOUT)


@pytest.mark.parametrize(
    "password",
    ["three words here", "purple tractor lunch", "correcthorsebatterystaple", "tromboneGarden9", "drei Wörter hier",
     "x7#Kd92mQz!p",      "Philippa eats purple tractors", "x" * 3 + "many strange geese " * 50],
)  # fmt: skip
def test_long_and_unlikely_ones_are_taken_whatever_signs_they_hold(password: str) -> None:
    passwords.check(password, ABOUT)


def test_what_is_too_short_or_too_long_is_told_so() -> None:
    with pytest.raises(Mistake, match="at least 12"):
        passwords.check("x7#Kd92mQz!")
    with pytest.raises(Mistake, match="too long"):
        passwords.check("x" * 1001)
