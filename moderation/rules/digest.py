"""The canonical form of a post and its SHA-256: what an approval is for."""

import hashlib
import json
from dataclasses import dataclass


@dataclass(frozen=True)
class Content:
    """Everything that an approver answers for. Change any of it and every approval is void (law 1)."""

    caption: str
    photos: tuple[tuple[str, str], ...]  # in order: SHA-256 of the picture's bytes, alt text
    accounts: tuple[tuple[int, str, str], ...]  # id, network, handle; sorted by id
    list_version: int
    roll_version: int
    people: str = ""  # digest of who is tagged and whether each may appear; empty while nobody is
    # The accounts whose network gets other pictures: id, and in order the SHA-256 of each (empty: not made yet).
    pictures: tuple[tuple[int, tuple[str, ...]], ...] = ()


def digest(content: Content) -> str:
    """64 hex digits: the SHA-256 of the canonical form."""
    return of_text(canonical(content))


def canonical(content: Content) -> str:
    """The text that the digest is of. The form is versioned, so that an old approval can always be recomputed."""
    fields = dict(vars(content))
    if not content.people:
        fields.pop("people")  # as every post was before people could be tagged
    if not content.pictures:
        fields.pop("pictures")  # as every post was before networks got pictures of their own
    return _text({"form": 1, **fields})


def words_digest(texts: tuple[tuple[str, str], ...]) -> str:
    """What a check of words is bound to: pairs of field and text, in order."""
    return _sha256(texts)


def people_digest(
    photos: tuple[str, ...],
    answers: tuple[tuple[int, tuple[tuple[int, bool], ...]], ...],
    never: tuple[int, ...] = (),
) -> str:
    """What a check of the tagged people is bound to: the pictures, and by person the answer for each account.

    `never` are pupils whom the school does not show there at all.
    """
    return _sha256({"photos": photos, "people": answers, **({"never": never} if never else {})})


def recipe_digest(recipe: dict[str, object]) -> str:
    """What the making of a network's picture is bound to: the picture it is made from, the part and the size."""
    return _sha256({"form": 1, **recipe})


def of_text(form: str) -> str:
    """The digest of a canonical form that was kept."""
    return hashlib.sha256(form.encode()).hexdigest()


def _text(value: object) -> str:
    return json.dumps(value, sort_keys=True, ensure_ascii=False, separators=(",", ":"))


def _sha256(value: object) -> str:
    return of_text(_text(value))
