"""The audit trail's chain of hashes: pure, so that an export can be verified without the server."""

import hashlib
import json
from collections.abc import Iterable
from dataclasses import dataclass

START = "0" * 64
_quoted = json.encoder.encode_basestring  # as JSON writes a text, with letters of any language as they are


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
    """64 hex digits that bind this row to all rows before it.

    The form is canonical JSON: keys in order, no spaces. Written out, because a trail has millions of rows.
    """
    form = (
        f'{{"action":{_quoted(link.action)},"actor_id":{_number(link.actor_id)},"at":{_quoted(link.at)}'
        f',"detail":{_quoted(link.detail)},"number":{link.number},"post_id":{_number(link.post_id)}'
        f',"previous":{_quoted(previous)}}}'
    )
    return hashlib.sha256(form.encode()).hexdigest()


def _number(value: int | None) -> str:
    return "null" if value is None else str(value)


def first_bad(rows: Iterable[tuple[Link, str, str]]) -> int | None:
    """The number of the first row (link, its previous hash, its hash) that does not fit, or None if all do."""
    previous, expected = START, 1
    for link, claimed_previous, claimed in rows:
        if link.number != expected or claimed_previous != previous or link_hash(previous, link) != claimed:
            return link.number
        previous, expected = claimed, expected + 1
    return None
