"""Single sign-on against a real OpenID provider: what comes back proves who it is, or it counts for nothing."""

import socket
import time
from collections.abc import Iterator
from contextlib import closing
from urllib.parse import parse_qs, urlsplit

import pytest
import requests
from joserfc.jwk import RSAKey

from moderation.connectors import openid
from moderation.connectors.openid import Proven, Provider, Unproven
from moderation.rules.connecting import NotDone
from tests.connectors import servers

BACK = "https://gatepost.school.example/sign-in/provider/back"
STATE, NONCE, VERIFIER = "s" * 43, "n" * 43, "v" * 43


@pytest.fixture(scope="module")
def issuer(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    with servers.openid(tmp_path_factory.mktemp("openid"), BACK) as issuer:
        yield issuer


def provider(issuer: str, client_id: str = "gatepost", secret: str = "three words here", back: str = BACK) -> Provider:
    return Provider(issuer, client_id, secret, back)


def answer(issuer: str, **who: str) -> dict[str, str]:
    address = provider(issuer).address(STATE, NONCE, VERIFIER, ask_again=False)
    return servers.come_back(address, BACK, **({"as": "number-7"} | who))


def test_who_signed_in_there_is_known_by_the_providers_own_number(issuer: str) -> None:
    back = answer(issuer)
    assert back["state"] == STATE and back["iss"] == issuer
    assert provider(issuer).proven(back["code"], NONCE, VERIFIER, back["iss"]) == Proven("number-7", frozenset())


def test_how_they_showed_who_they_are_is_read_from_the_token(issuer: str) -> None:
    back = answer(issuer, amr="mfa")
    assert provider(issuer).proven(back["code"], NONCE, VERIFIER, back["iss"]).amr == {"mfa"}


def test_a_shared_device_asks_again_and_the_code_flow_is_the_only_one(issuer: str) -> None:
    asked = parse_qs(urlsplit(provider(issuer).address(STATE, NONCE, VERIFIER, ask_again=True)).query)
    assert asked["prompt"] == ["login"] and asked["response_type"] == ["code"] and asked["scope"] == ["openid"]
    assert asked["code_challenge_method"] == ["S256"] and VERIFIER not in str(asked)


def test_a_code_works_once(issuer: str) -> None:
    back = answer(issuer)
    provider(issuer).proven(back["code"], NONCE, VERIFIER, back["iss"])
    with pytest.raises(Unproven):
        provider(issuer).proven(back["code"], NONCE, VERIFIER, back["iss"])


@pytest.mark.parametrize(
    ("client_id", "nonce", "verifier", "said"),
    [
        ("gatepost", "m" * 43, VERIFIER, None),  # of another sign-in
        ("gatepost", NONCE, "w" * 43, None),  # a code that somebody else's browser began
        ("gatepost", NONCE, VERIFIER, "https://another.example"),
        ("gatepost", NONCE, VERIFIER, ""),  # this provider says who it is, always
        ("another", NONCE, VERIFIER, None),  # a code for another program
    ],
)
def test_what_does_not_fit_is_refused(issuer: str, client_id: str, nonce: str, verifier: str, said: str | None) -> None:
    back = answer(issuer)
    with pytest.raises(Unproven):
        provider(issuer, client_id).proven(back["code"], nonce, verifier, None if said == "" else said or back["iss"])


def test_a_token_holds_for_this_program_from_this_issuer_under_its_own_key(issuer: str) -> None:
    """The real token, looked at by somebody else, or with a key that calls itself the same."""
    here = provider(issuer)
    tokens = here._tokens(here._about(), answer(issuer)["code"], VERIFIER)
    keys = requests.get(f"{issuer}/jwks", timeout=20).json()
    assert here._who(tokens, keys, NONCE).subject == "number-7"
    other = RSAKey.generate_key(2048, {"kid": keys["keys"][0]["kid"], "use": "sig"}).as_dict(private=False)
    unsigned = tokens["id_token"].split(".")
    for who, what, by in (
        (provider(issuer, "another"), tokens, keys),
        (provider("http://127.0.0.1:9"), tokens, keys),
        (here, tokens, {"keys": [other]}),
        (here, tokens, {"keys": []}),
        (here, tokens, {}),
        (here, {"id_token": f"eyJhbGciOiJub25lIn0.{unsigned[1]}."}, keys),
        (here, {"id_token": "nonsense"}, keys),
        (here, {}, keys),
    ):
        with pytest.raises(Unproven):
            who._who(what, by, NONCE)


def test_a_token_that_has_run_out_is_refused(issuer: str, monkeypatch: pytest.MonkeyPatch) -> None:
    code = answer(issuer)["code"]
    monkeypatch.setattr(openid, "LEEWAY", -700)  # by a clock that is so far on; it holds for ten minutes
    with pytest.raises(Unproven, match="expired"):
        provider(issuer).proven(code, NONCE, VERIFIER, issuer)


def test_an_issuer_is_taken_to_the_letter(issuer: str) -> None:
    for said in (issuer.replace("127.0.0.1", "localhost"), f"{issuer}/"):
        with pytest.raises(NotDone):
            provider(said).address(STATE, NONCE, VERIFIER, ask_again=False)


def test_a_provider_that_is_away_or_hangs_keeps_nobody_waiting_long() -> None:
    with closing(socket.create_server(("127.0.0.1", 0))) as silent:
        began = time.monotonic()
        for port in (silent.getsockname()[1], servers.free_port()):
            with pytest.raises(NotDone):
                provider(f"http://127.0.0.1:{port}").address(STATE, NONCE, VERIFIER, ask_again=False)
        assert time.monotonic() - began < 10
