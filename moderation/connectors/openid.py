"""The door to the school's OpenID provider: the code flow with PKCE, and what its tokens must hold."""

from dataclasses import dataclass
from typing import Any, Final

from authlib.integrations.requests_client import OAuth2Auth
from authlib.integrations.requests_client.oauth2_session import OAuth2ClientAuth
from authlib.oauth2.base import OAuth2Error
from authlib.oauth2.client import OAuth2Client
from authlib.oidc.core import CodeIDToken
from joserfc import jwt
from joserfc.errors import JoseError
from joserfc.jwk import KeySet

from moderation.connectors.calls import Calls, checked, origin, told
from moderation.rules.connecting import NotDone, Trouble

SECONDS: Final = (3.0, 5.0)  # to be reached, and between two pieces of an answer: somebody waits at the page
CALL_SECONDS: Final = 10.0  # for one call altogether
LEEWAY: Final = 60  # seconds, for clocks that are off
# Signed with a key of the provider's own; never with the client's secret, never unsigned.
ALGORITHMS: Final = [
    "RS256",
    "RS384",
    "RS512",
    "PS256",
    "PS384",
    "PS512",
    "ES256",
    "ES384",
    "ES512",
    "EdDSA",
    "Ed25519",
]
_KEYS: Final = ("RSA", "EC", "OKP")
# What makes the provider ask who it is, though the browser is still signed in there. Google knows another word only.
_ASK_AGAIN: Final = {"https://accounts.google.com": "select_account"}


class Unproven(Exception):
    """What came back does not prove who it is. The message says what was wrong, without any of it."""


@dataclass(frozen=True)
class Proven:
    """The provider's own number for a person, and how they showed who they are, if it says so."""

    subject: str
    amr: frozenset[str]


class _Client(OAuth2Client):  # type: ignore[misc]
    client_auth_class = OAuth2ClientAuth
    token_auth_class = OAuth2Auth
    SESSION_REQUEST_PARAMS = ("timeout",)


class Provider:
    """Asked anew each time: what it says of itself and its keys are never older than the sign-in they are used for."""

    def __init__(self, issuer: str, client_id: str, secret: str, back: str, inside: bool = False) -> None:
        """`back`: the full address that people are sent back to. `inside`: as for `Calls`."""
        self.issuer, self.client_id = issuer, client_id
        self._secret, self._back, self._inside = secret, back, inside

    def address(self, state: str, nonce: str, verifier: str, ask_again: bool) -> str:
        """Where the browser goes. `ask_again`: even if the browser is signed in there. Raises NotDone."""
        about = self._about()
        more = {"prompt": _ASK_AGAIN.get(self.issuer, "login")} if ask_again else {}
        with told():
            checked(about["authorization_endpoint"].split("?")[0], self._inside)
            client = self._client(None, about)
            where = about["authorization_endpoint"]
            url: str = client.create_authorization_url(where, state=state, nonce=nonce, code_verifier=verifier, **more)[
                0
            ]
        return url

    def proven(self, code: str, nonce: str, verifier: str, said_issuer: str | None) -> Proven:
        """Who came back with this code. Raises NotDone if the provider is away, Unproven otherwise.

        `said_issuer`: the `iss` beside the code, if any (RFC 9207).
        """
        about = self._about()
        if said_issuer != self.issuer and (
            said_issuer is not None or about.get("authorization_response_iss_parameter_supported")
        ):
            raise Unproven("issuer of the answer")
        with told():
            tokens = self._tokens(about, code, verifier)
            keys = self._at(about["jwks_uri"])
        return self._who(tokens, keys, nonce)

    def _about(self) -> dict[str, Any]:
        """What it publishes about itself. Raises NotDone."""
        about = self._at(f"{self.issuer.rstrip('/')}/.well-known/openid-configuration")
        if not isinstance(about, dict) or about.get("issuer") != self.issuer:
            raise NotDone(Trouble.UNKNOWN)
        return about

    def _at(self, url: str) -> Any:
        calls, path = self._calls(url)
        return calls.json("GET", path, timeout=SECONDS)

    def _calls(self, url: str) -> tuple[Calls, str]:
        """Calls to the server of this address, and the rest of it."""
        base = origin(url)
        return Calls(base, self._inside, CALL_SECONDS), url[len(base) :]

    def _client(self, session: Any, about: dict[str, Any]) -> _Client:
        ways = about.get("token_endpoint_auth_methods_supported", ["client_secret_basic"])
        way = "client_secret_basic" if "client_secret_basic" in ways else "client_secret_post"
        return _Client(
            session,
            self.client_id,
            self._secret,
            token_endpoint_auth_method=way,
            scope="openid",
            redirect_uri=self._back,
            code_challenge_method="S256",
        )

    def _tokens(self, about: dict[str, Any], code: str, verifier: str) -> dict[str, Any]:
        calls, _ = self._calls(about["token_endpoint"])
        client = self._client(calls.session, about)
        try:
            tokens: dict[str, Any] = client.fetch_token(
                about["token_endpoint"],
                grant_type="authorization_code",
                code=code,
                code_verifier=verifier,
                timeout=SECONDS,
            )
        except OAuth2Error:
            raise Unproven("code") from None
        return tokens

    def _who(self, tokens: dict[str, Any], keys: Any, nonce: str) -> Proven:
        try:
            usable = [key for key in keys["keys"] if key.get("kty") in _KEYS and key.get("use", "sig") == "sig"]
            token = jwt.decode(tokens["id_token"], KeySet.import_key_set({"keys": usable}), algorithms=ALGORITHMS)
            claims = CodeIDToken(
                token.claims,
                token.header,
                {
                    "iss": {"essential": True, "value": self.issuer},
                    "aud": {"essential": True, "value": self.client_id},
                    "sub": {"essential": True},
                },
                {"nonce": nonce, "client_id": self.client_id, "access_token": tokens.get("access_token")},
            )
            claims.validate(leeway=LEEWAY)
        except JoseError as error:
            raise Unproven(error.error or "token") from None
        except (KeyError, TypeError, ValueError, AttributeError):
            raise Unproven("token") from None
        subject, amr = claims["sub"], claims.get("amr") or []
        if not isinstance(subject, str) or not 0 < len(subject) <= 255:
            raise Unproven("subject")
        return Proven(subject, frozenset(one for one in amr if isinstance(one, str)))
