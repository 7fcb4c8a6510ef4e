"""An evidence pack's seals: every field has one of its own, so that whoever checks it learns which field was changed.

A pack is a tree of fields. Each leaf is sealed with its value, each branch with the names (or the number) of what
hangs on it, and all of them with the pack's own number: nothing can be changed, added, left out or brought over from
another pack of the same school without a seal that no longer fits.
"""

import base64
import binascii
import hashlib
import json
from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from moderation.rules.chain import Link, link_hash
from moderation.rules.digest import of_text

FORMAT = "gatepost evidence 1"
_PARTS = {"evidence", "seal"}
_WHOLE = "evidence"  # what the first branch is called
_SEAL = {"pack", "key", "fingerprint", "fields"}


class NotAPack(Exception):
    """It cannot be read as an evidence pack. The message says why."""


@dataclass(frozen=True)
class Wrong:
    """One field that is not as it was sealed: its name as a path, and what is the matter with it."""

    field: str
    why: str

    def __str__(self) -> str:
        return f"{self.field} {self.why}"


def fingerprint(public: bytes) -> str:
    """What people compare: the SHA-256 of the public key, 64 hex digits."""
    return hashlib.sha256(public).hexdigest()


def in_groups(print_: str) -> str:
    """A fingerprint as people read it out."""
    return " ".join(print_[at : at + 8] for at in range(0, len(print_), 8))


def typed(print_: str) -> str:
    """A fingerprint as somebody typed it, without what makes it readable."""
    return "".join(print_.split()).replace(":", "").lower()


def fields(value: Any, path: str = "") -> Iterator[tuple[str, object]]:
    """(path, what is sealed) of the value and of all that hangs on it."""
    if isinstance(value, dict):
        yield path, ["fields", sorted(value)]
        for name, one in value.items():
            yield from fields(one, f"{path}.{name}" if path else name)
    elif isinstance(value, list):
        yield path, ["rows", len(value)]
        for number, one in enumerate(value):
            yield from fields(one, f"{path}[{number}]")
    else:
        yield path, ["value", value]


def message(pack: str, path: str, sealed: object) -> bytes:
    """The bytes that one field's seal is of: plain ASCII, whatever the field holds."""
    return json.dumps([FORMAT, pack, path, sealed], separators=(",", ":")).encode()


def seal(evidence: Mapping[str, Any], pack: str, public: bytes, sign: Callable[[bytes], bytes]) -> dict[str, Any]:
    """The whole document. `pack`: this pack's own number, used for no other."""
    seals = {
        path: base64.b64encode(sign(message(pack, path, sealed))).decode() for path, sealed in fields(dict(evidence))
    }
    about = {"pack": pack, "key": public.hex(), "fingerprint": fingerprint(public), "fields": seals}
    return {"evidence": evidence, "seal": about}


def read(data: bytes) -> dict[str, Any]:
    """The document of a pack's JSON. Raises NotAPack."""
    try:
        document = json.loads(data.decode(), object_pairs_hook=_once, parse_constant=_no_number)
    except NotAPack:
        raise
    except (ValueError, RecursionError):
        raise NotAPack("It is cut short or damaged: its JSON cannot be read.") from None
    if not isinstance(document, dict) or not isinstance(document.get("evidence"), dict):
        raise NotAPack("It is no evidence pack of Gatepost: it has no evidence.")
    about = document.get("seal")
    if not isinstance(about, dict) or not about.keys() >= _SEAL or not isinstance(about["fields"], dict):
        raise NotAPack("It is no evidence pack of Gatepost, or its seal was taken out.")
    return document


def _once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    """One program would show the first of two fields of the same name, another one the second."""
    found = dict(pairs)
    if len(found) < len(pairs):
        twice = next(name for number, (name, _) in enumerate(pairs) if name in dict(pairs[:number]))
        raise NotAPack(f"The field {twice!r} is there twice.")
    return found


def _no_number(name: str) -> None:
    raise NotAPack(f"It holds {name}, which is no number.")


def wrong(document: dict[str, Any], fits: Callable[[bytes, bytes, bytes], bool]) -> list[Wrong]:
    """Everything that is not as it was sealed, in the order of the pack; empty if all of it is.

    `fits`: whether a public key, a message and a signature belong together. `document`: as `read` gives it.
    """
    found = [Wrong(name, "was added.") for name in sorted(document.keys() - _PARTS)]
    found += [Wrong(f"seal.{name}", "was added.") for name in sorted(document["seal"].keys() - _SEAL)]
    try:
        return found + (_seals(document, fits) or _sums(document["evidence"]))
    except (KeyError, TypeError, AttributeError):  # sealed by somebody, and by no program of ours
        return [*found, Wrong("evidence", "has not the form of an evidence pack.")]


def _seals(document: dict[str, Any], fits: Callable[[bytes, bytes, bytes], bool]) -> list[Wrong]:
    about, told = document["seal"], list(fields(document["evidence"]))
    there = dict(told)
    if len(there) < len(told):  # a name that makes up another field's path: one of the two would go unchecked
        times = Counter(path for path, _ in told)
        return [Wrong(path or _WHOLE, "is there twice.") for path in there if times[path] > 1]
    public, seals = _bytes(about["key"], bytes.fromhex, bytes.hex), about["fields"]
    # A field that was left out is told by its own name, not by the names of all that hung on it.
    found = [Wrong(path, "was taken out.") for path in seals if path not in there and _above(path) in there]
    found += [
        Wrong(path or _WHOLE, "was added.")
        for path in there
        if path not in seals and (_above(path) in seals or not path)
    ]
    bad = [
        path
        for path, sealed in there.items()
        if path in seals and not fits(public, message(str(about["pack"]), path, sealed), _signature(seals[path]))
    ]
    if bad and len(bad) == len(there):
        bad, found = [], [*found, _whole_seal(about, public)]
    elif about["fingerprint"] != fingerprint(public):
        found.append(Wrong("seal.fingerprint", "is not that of the key."))
    named = {wrong.field for wrong in found}
    deepest = [path for path in bad if not any(_above(field) == path for field in named)]
    return found + [Wrong(path or _WHOLE, "is not as it was sealed.") for path in deepest]


def _whole_seal(about: Mapping[str, Any], public: bytes) -> Wrong:
    """No seal fits at all: what they have in common was changed."""
    if about["fingerprint"] != fingerprint(public):
        return Wrong("seal.key", "was changed: no field’s seal fits it.")
    return Wrong("seal.pack", "or the key with its fingerprint was changed: no field’s seal fits.")


def _above(path: str) -> str:
    """The path of what a field hangs on."""
    return path[: max(path.rfind("."), path.rfind("["), 0)]


def _signature(text: object) -> bytes:
    return _bytes(text, base64.b64decode, lambda signature: base64.b64encode(signature).decode())


def _bytes(text: object, decode: Callable[[str], bytes], encode: Callable[[bytes], str]) -> bytes:
    """Nothing for what is not written exactly as Gatepost writes it: several texts would stand for the same bytes."""
    try:
        found = decode(text) if isinstance(text, str) else b""
    except (ValueError, binascii.Error):
        return b""
    return found if encode(found) == text else b""


def _sums(evidence: Mapping[str, Any]) -> list[Wrong]:
    """What can be reckoned again from the evidence itself: digests, and the audit rows' chain."""
    found = [
        Wrong(f"versions[{number}].digest", "is not the SHA-256 of its form.")
        for number, version in enumerate(evidence["versions"])
        if version["form"] is not None and of_text(version["form"]) != version["digest"]
    ]
    trail, before = evidence["audit"], None
    for number, row in enumerate(trail["rows"]):
        link = Link(row["number"], row["at"], row["actor"], row["action"], row["post"], row["detail"])
        if link_hash(row["previous"], link) != row["hash"]:
            found.append(Wrong(f"audit.rows[{number}].hash", "is not that of the row."))
        if before and row["number"] <= before["number"]:
            found.append(Wrong(f"audit.rows[{number}].number", "is out of order."))
        if before and row["number"] == before["number"] + 1 and row["previous"] != before["hash"]:
            found.append(Wrong(f"audit.rows[{number}].previous", "is not the hash of the row before."))
        before = row
    if before is None or any(before[name] != trail["head"][name] for name in ("number", "hash", "at")):
        found.append(Wrong("audit.head", "is not the last row."))
    return found


def wrong_files(document: Mapping[str, Any], files: Mapping[str, bytes]) -> list[Wrong]:
    """What came with the pack (by name), against the digests in it."""
    try:
        known = {row["name"]: row["sha256"] for row in document["evidence"]["files"]}
    except (KeyError, TypeError):
        return [Wrong("files", "has not the form of an evidence pack.")]
    found = [Wrong(name, "is missing.") for name in known if name not in files]
    for name, data in files.items():
        if name not in known:
            found.append(Wrong(name, "does not belong to the pack."))
        elif hashlib.sha256(data).hexdigest() != known[name]:
            found.append(Wrong(name, "is not the file that was sealed."))
    return found
