"""Secrets that outside proofs rest on: the same for as long as the school is, whatever becomes of the master key."""

from typing import Final

from moderation.db.models import KeptSecret
from moderation.services.work import Work

EVIDENCE_SEAL: Final = "the seal on evidence packs"
RECOVERY_CODES: Final = "the hashes of recovery codes"
WRONG_TRIES: Final = "whose wrong tries were counted"
PASSKEY_HANDLES: Final = "whom a passkey calls by which number"
INVITATIONS: Final = "links that invite somebody"
PURPOSES: Final = (EVIDENCE_SEAL, RECOVERY_CODES, WRONG_TRIES, PASSKEY_HANDLES, INVITATIONS)


def of(work: Work, purpose: str) -> bytes:
    """32 bytes: kept ones, else those that the master key gives. Raises Unsealable."""
    kept = work.session.get(KeptSecret, purpose)
    if kept is None:
        return work.vault.derived(f"gatepost: {purpose}".encode())
    return work.vault.open(kept.wrapped_key, kept.sealed, purpose.encode())


def keep(work: Work) -> None:
    """Write down what is derived, each once: from now on the master key may change. Raises Unsealable."""
    for purpose in PURPOSES:
        if work.session.get(KeptSecret, purpose) is None:
            key = work.vault.new_key()
            sealed = work.vault.seal(key, of(work, purpose), purpose.encode())
            work.session.add(KeptSecret(purpose=purpose, wrapped_key=key, sealed=sealed))
    work.session.flush()
