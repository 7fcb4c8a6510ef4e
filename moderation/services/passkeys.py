"""Passkeys: a person's own device signs a challenge after a finger, a face or its own code. Both steps in one."""

import hmac
from dataclasses import dataclass
from hashlib import sha256
from ipaddress import ip_address
from typing import Final
from urllib.parse import urlsplit

import webauthn
from cryptography.hazmat.primitives.asymmetric import ec
from sqlalchemy import select
from webauthn.helpers.encode_cbor import encode_cbor
from webauthn.helpers.exceptions import WebAuthnException
from webauthn.helpers.structs import (
    AuthenticatorSelectionCriteria,
    PublicKeyCredentialDescriptor,
    ResidentKeyRequirement,
    UserVerificationRequirement,
)

from moderation.db.models import Passkey, User
from moderation.rules.language import N_, gettext
from moderation.rules.roles import Actor
from moderation.rules.sign_ins import How
from moderation.services import kept_secrets, second_step, signing_in
from moderation.services.begun import Step
from moderation.services.signing_in import Recognised
from moderation.services.work import Mistake, NotFound, Work, written

WRONG: Final = N_("That passkey does not sign in here. Try another one, or sign in with your password.")
NOT_MADE: Final = N_("The passkey could not be added. Try again, or use another device.")
MOST: Final = 20
LONGEST: Final = 20_000  # characters of a browser's answer
_CHALLENGE: Final = "challenge"
# Looked at when nobody has the passkey, so that the answer takes as long. Its other half is dropped at once.
_NOBODY: Final = ec.generate_private_key(ec.SECP256R1()).public_key().public_numbers()
_NOBODYS: Final = encode_cbor(
    {1: 2, 3: -7, -1: 1, -2: _NOBODY.x.to_bytes(32, "big"), -3: _NOBODY.y.to_bytes(32, "big")}
)


@dataclass(frozen=True)
class Site:
    """For which pages a passkey is made: it works on no others."""

    host: str
    origin: str


def site(public_url: str) -> Site | None:
    """None: browsers keep no passkeys for this address. They want a name, and TLS unless it is this machine."""
    parts = urlsplit(public_url)
    host = parts.hostname or ""
    if not (parts.scheme == "https" or host == "localhost") or (host != "localhost" and "." not in host):
        return None
    try:
        ip_address(host)
    except ValueError:
        return Site(host, f"{parts.scheme}://{parts.netloc}")
    return None


def offer(site: Site, step: Step) -> str:
    """What the browser asks its devices, as JSON. It names nobody, so it is the same for everybody."""
    return webauthn.options_to_json(
        webauthn.generate_authentication_options(
            rp_id=site.host,
            challenge=step.raw(_CHALLENGE),
            user_verification=UserVerificationRequirement.REQUIRED,
        )
    )


def recognise(work: Work, site: Site, step: Step, answer: str) -> Recognised:
    """Whose passkey answered. Raises Mistake with the same sentence whatever was wrong."""
    try:
        found = webauthn.helpers.parse_authentication_credential_json(answer[:LONGEST])
        key = work.session.scalars(select(Passkey).where(Passkey.credential_id == found.raw_id)).first()
        shown = webauthn.verify_authentication_response(
            credential=found,
            expected_challenge=step.raw(_CHALLENGE),
            expected_rp_id=site.host,
            expected_origin=site.origin,
            credential_public_key=key.public_key if key else _NOBODYS,
            credential_current_sign_count=key.sign_count if key else 0,
            require_user_verification=True,
        )
    except (WebAuthnException, ValueError, TypeError, KeyError, AttributeError):
        raise Mistake(gettext(WRONG)) from None
    is_theirs = key is not None and hmac.compare_digest(found.response.user_handle or b"", _handle(work, key.user_id))
    if key is None or not is_theirs or not key.user.is_here(work.today):
        raise Mistake(gettext(WRONG))
    key.sign_count, key.used_at = shown.new_sign_count, work.now
    return Recognised(key.user_id, None, How.PASSKEY, both_steps=True)


def new(work: Work, actor: Actor, site: Site, step: Step) -> str:
    """What the browser needs to make one, as JSON."""
    user = work.session.get_one(User, actor.id)
    return webauthn.options_to_json(
        webauthn.generate_registration_options(
            rp_id=site.host,
            rp_name=f"Gatepost {work.school}".strip(),
            user_id=_handle(work, user.id),
            user_name=user.email,
            user_display_name=user.name,
            challenge=step.raw(_CHALLENGE),
            authenticator_selection=AuthenticatorSelectionCriteria(
                resident_key=ResidentKeyRequirement.REQUIRED,
                user_verification=UserVerificationRequirement.REQUIRED,
            ),
            exclude_credentials=[PublicKeyCredentialDescriptor(id=one.credential_id) for one in listed(work, actor)],
        )
    )


def add(work: Work, actor: Actor, site: Site, step: Step, answer: str, called: str) -> list[str]:
    """Returns recovery codes, seen this once, if there were none yet; else nothing. Raises Mistake."""
    called = written(called, 80, gettext("Give the passkey a name, such as the device it is on."))
    if step.user_id != actor.id or len(listed(work, actor)) >= MOST:
        raise Mistake(gettext(NOT_MADE))
    try:
        made = webauthn.verify_registration_response(
            credential=answer[:LONGEST],
            expected_challenge=step.raw(_CHALLENGE),
            expected_rp_id=site.host,
            expected_origin=site.origin,
            require_user_verification=True,
        )
    except (WebAuthnException, ValueError, TypeError, KeyError, AttributeError):
        raise Mistake(gettext(NOT_MADE)) from None
    if work.session.scalars(select(Passkey.id).where(Passkey.credential_id == made.credential_id)).first():
        raise Mistake(gettext(NOT_MADE))
    key = Passkey(
        user_id=actor.id,
        credential_id=made.credential_id,
        public_key=made.credential_public_key,
        sign_count=made.sign_count,
        called=called,
        added_at=work.now,
    )
    work.session.add(key)
    work.session.flush()
    signing_in.way_in_changed(work, actor, "passkey added", passkey=key.id)
    return [] if second_step.codes_left(work, actor.id) else second_step.new_codes(work, actor)


def listed(work: Work, actor: Actor) -> list[Passkey]:
    mine = select(Passkey).where(Passkey.user_id == actor.id)
    return list(work.session.scalars(mine.order_by(Passkey.id)))


def remove(work: Work, actor: Actor, passkey_id: int) -> None:
    """One's own; somebody else's is answered as one that is not there."""
    key = work.session.get(Passkey, passkey_id)
    if key is None or key.user_id != actor.id:
        raise NotFound
    work.session.delete(key)
    work.session.flush()
    second_step.forget_codes_alone(work, actor.id)
    signing_in.way_in_changed(work, actor, "passkey removed", passkey=passkey_id)


def _handle(work: Work, user_id: int) -> bytes:
    """The number that a device knows a person by: it tells nothing about them."""
    return hmac.new(kept_secrets.of(work, kept_secrets.PASSKEY_HANDLES), str(user_id).encode(), sha256).digest()
