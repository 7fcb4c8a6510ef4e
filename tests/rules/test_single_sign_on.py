"""Settings of single sign-on: what lets strangers in, or proves nothing, is refused at the start."""

from pathlib import Path

import pytest

from moderation.rules.single_sign_on import SingleSignOn, WhoAsks
from moderation.settings import SettingsError, load

ISSUER = "https://login.microsoftonline.com/5f3c/v2.0"


def given(**values: str) -> SingleSignOn | None:
    all_three = {"ISSUER": ISSUER, "CLIENT_ID": "x", "CLIENT_SECRET": "three words here"} | values
    environ = {f"GATEPOST_SSO_{name}": value for name, value in all_three.items()}
    return load(environ, Path("instance")).sso


def test_there_is_none_unless_it_is_set() -> None:
    assert load({}, Path("instance")).sso is None


def test_gatepost_asks_for_the_second_step_itself_unless_told_otherwise() -> None:
    assert given() == SingleSignOn(ISSUER, "x", "login.microsoftonline.com", WhoAsks.GATEPOST)
    assert given(LABEL="Microsoft", CLIENT_SECRET="", CLIENT_SECRET_FILE="/run/secret") is not None


@pytest.mark.parametrize(
    "values",
    [
        {"CLIENT_ID": ""},
        {"CLIENT_SECRET": ""},
        {"ISSUER": ""},
        {"ISSUER": "http://login.example"},
        {"ISSUER": "login.example"},
        {"ISSUER": "https://login.example/?tenant=1"},
        {"ISSUER": "https://login.microsoftonline.com/common/v2.0"},
        {"ISSUER": "https://login.microsoftonline.com/organizations/v2.0"},
        {"SECOND_STEP": "never"},
        {"CLIENT_SECRET_FILE": "/run/secret"},
    ],
)
def test_half_a_setting_or_an_unsafe_one_stops_gatepost_and_names_no_secret(values: dict[str, str]) -> None:
    with pytest.raises(SettingsError) as refused:
        given(**values)
    assert "GATEPOST_SSO_" in str(refused.value) and "three words" not in str(refused.value)


@pytest.mark.parametrize(
    ("who", "amr", "both"),
    [("gatepost", ["mfa"], False), ("claim", ["pwd", "mfa"], True), ("claim", ["pwd"], False), ("provider", [], True)],
)
def test_when_the_provider_stands_for_both_steps(who: str, amr: list[str], both: bool) -> None:
    assert SingleSignOn(ISSUER, "x", "x", WhoAsks(who)).counts_as_both(amr) is both
