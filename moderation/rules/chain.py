"""The audit trail's chain of hashes: pure, so that an export can be verified without the server."""

import hashlib
import json
from collections.abc import Iterable
from dataclasses import dataclass

START = "0" * 64


@dataclass(frozen=True)
class Link:
    """One audit row as it is hashed. `at` is UTC in ISO 8601 with microseconds; `detail` is canonical JSON."""

    number: int
    at: str
    actor_id: int | None
    action: str
    post_id: int | None
    detail: str


def link_hash(previous: str, link: Link) -> str:
    """64 hex digits that bind this row to all rows before it."""
    form = json.dumps({"previous": previous, **vars(link)}, sort_keys=True, ensure_ascii=False, separators=(",", ":"))
    return hashlib.sha256(form.encode()).hexdigest()


def first_bad(rows: Iterable[tuple[Link, str, str]]) -> int | None:
    """The number of the first row (link, its previous hash, its hash) that does not fit, or None if all do."""
    previous, expected = START, 1
    for link, claimed_previous, claimed in rows:
        if link.number != expected or claimed_previous != previous or link_hash(previous, link) != claimed:
            return link.number
        previous, expected = claimed, expected + 1
    return None
