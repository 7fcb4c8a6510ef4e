"""Which OpenID provider the school signs in with: read from settings, and what its word is worth."""

from collections.abc import Callable, Collection
from dataclasses import dataclass
from enum import StrEnum
from urllib.parse import urlsplit

from moderation.rules.this_machine import HOSTS

_ANYBODYS = ("common", "organizations", "consumers")  # Microsoft's doors for every tenant there is


class WhoAsks(StrEnum):
    """Who asks for the second step when somebody signs in through the provider."""

    GATEPOST = "gatepost"  # as after a password
    CLAIM = "claim"  # the provider, if its token says so; else Gatepost
    PROVIDER = "provider"  # the provider, always: the school has seen to that


@dataclass(frozen=True)
class SingleSignOn:
    """`issuer` is taken to the letter. `label`: what stands behind "Sign in with"."""

    issuer: str
    client_id: str
    label: str
    second_step: WhoAsks

    def counts_as_both(self, amr: Collection[str]) -> bool:
        """Whether a token with these methods stands for both steps."""
        return self.second_step is WhoAsks.PROVIDER or (self.second_step is WhoAsks.CLAIM and "mfa" in amr)


def given(get: Callable[[str], str | None]) -> SingleSignOn | None:
    """As the settings say; None: there is no single sign-on. Raises ValueError with a sentence."""
    issuer, client_id = get("SSO_ISSUER"), get("SSO_CLIENT_ID")
    if not issuer and not client_id:
        return None
    if not (issuer and client_id and any(get(f"SSO_CLIENT_SECRET{ending}") for ending in ("", "_FILE", "_COMMAND"))):
        raise ValueError("GATEPOST_SSO_ISSUER, GATEPOST_SSO_CLIENT_ID and GATEPOST_SSO_CLIENT_SECRET: set all three.")
    parts = urlsplit(issuer)
    host = parts.hostname or ""
    if not host or parts.query or parts.fragment or (parts.scheme, host in HOSTS) not in _SAFE:
        raise ValueError("GATEPOST_SSO_ISSUER: write the issuer as the provider does, with https://.")
    if host.endswith(".microsoftonline.com") and parts.path.strip("/").split("/")[0] in _ANYBODYS:
        raise ValueError("GATEPOST_SSO_ISSUER: name your own tenant by its number; this address lets every tenant in.")
    try:
        second_step = WhoAsks(get("SSO_SECOND_STEP") or WhoAsks.GATEPOST)
    except ValueError:
        raise ValueError("GATEPOST_SSO_SECOND_STEP: write gatepost, claim or provider.") from None
    return SingleSignOn(issuer, client_id, get("SSO_LABEL") or host, second_step)


_SAFE = {("https", True), ("https", False), ("http", True)}
