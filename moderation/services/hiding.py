"""Other people hidden: their names in texts, their faces and names in pictures. What is not sure is hidden too."""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from sqlalchemy import select

from moderation.db.models import Person, User
from moderation.detect.faces import Face
from moderation.media import photo as pictures
from moderation.rules.caption import check_words
from moderation.rules.findings import Box, Kind
from moderation.rules.language import N_, gettext
from moderation.rules.names import Roll, RollEntry, titled_names
from moderation.rules.nicknames import with_own
from moderation.services.looking import Looker
from moderation.services.work import Work

ANOTHER = N_("another person")
DETAIL = N_("(personal detail)")
_COVERED = N_("Faces of others that were found and covered: {count}.")
_ALL_COVERED = N_("No face could be told to be this person’s, so every face that was found is covered: {count}.")
_NO_FACE = N_("No face was found in this picture.")
_WRITING = N_("Places with writing that are covered: {count}.")
_UNREAD = N_("Writing in this picture was not looked for: read it yourself.")
SAME_FACE = 0.5  # share of their common area from which on two boxes are of one face
MARGIN = 0.3
LONGEST = 1600  # pixels of the longer side of a picture in a copy


class Names:
    """Replaces whoever is not this person: all on the register, leavers, and the staff who sign in."""

    def __init__(self, work: Work, person_id: int) -> None:
        self.own = str(person_id)
        self.roll = Roll.build(_everybody(work), with_own(work.own_nicknames())[0])

    def hidden(self, text: str) -> str:
        """The text with other people's names, and anything that leads to somebody, replaced."""
        another, detail = gettext(ANOTHER), gettext(DETAIL)
        found = [(hit.start, hit.end, hit.subjects, another) for hit in self.roll.find(text)]
        for hit in check_words(text, self.roll):
            word = detail if hit.kind is Kind.TEXT_PERSONAL else another
            found.append((hit.start, hit.end, hit.subjects, word))
        found += [(start, end, (), another) for start, end in titled_names(text)]
        own = {place for start, end, who, _ in found if self.own in who for place in range(start, end)}
        return _replaced(text, [(s, e, word) for s, e, who, word in found if own.isdisjoint(range(s, e))])


def _replaced(text: str, spans: Iterable[tuple[int, int, str]]) -> str:
    """Overlapping spans become one."""
    out, at = "", 0
    for start, end, word in sorted(spans, key=lambda span: (span[0], -span[1])):
        if start >= at:
            out += text[at:start] + word
        at = max(at, end)
    return out + text[at:]


def _everybody(work: Work) -> Iterable[RollEntry]:
    for person in work.session.scalars(select(Person).where(Person.erased_at.is_(None))):
        aliases = tuple(alias.strip() for alias in person.aliases.split(";") if alias.strip())
        yield RollEntry(str(person.id), person.forename, person.surname, person.preferred_name, "", aliases)
    for user in work.session.scalars(select(User)):
        forename, _, surname = user.name.rpartition(" ")
        yield RollEntry(f"user {user.id}", forename, surname)


@dataclass(frozen=True)
class Shown:
    """What is known about one picture before its faces are looked for.

    `own`: boxes of this person by match. `alone`: nobody else is in the post, as its author says. `names`: boxes of
    writing that is not this person's name; `unread`: nobody looked for writing.
    """

    own: tuple[Box, ...] = ()
    alone: bool = False
    names: tuple[Box, ...] = ()
    unread: bool = False


@dataclass(frozen=True)
class Hidden:
    """A small JPEG in which everything but this person is covered, and what was done, in English sentences."""

    jpeg: bytes
    words: str


def cover_others(looker: Looker, jpeg: bytes, shown: Shown) -> Hidden:
    """Cover every face but this person's, and those that cannot be told apart. Raises what an engine raises."""
    faces = looker.faces.find(pictures.pixels(jpeg))
    own = attributed(faces, shown)
    others = [face.box for face in faces if face not in own]
    boxes = [*others, *shown.names]
    covered = pictures.cover(jpeg, boxes, MARGIN).jpeg if boxes else jpeg
    return Hidden(pictures.preview(covered, LONGEST), _said(len(others), own, shown))


def attributed(faces: Sequence[Face], shown: Shown) -> list[Face]:
    """The faces that are surely this person's: one for each match, or the only face of somebody who is there alone."""
    if not shown.own:
        return list(faces) if shown.alone and len(faces) == 1 else []
    own = []
    for box in shown.own:
        near = [face for face in faces if overlap(face.box, box) > 0]
        if len(near) == 1 and overlap(near[0].box, box) >= SAME_FACE:
            own.append(near[0])
    return own


def overlap(one: Box, other: Box) -> float:
    """The share of their common area in the area of both: 0 for none, 1 for the same box."""
    across = min(one.right, other.right) - max(one.left, other.left)
    down = min(one.bottom, other.bottom) - max(one.top, other.top)
    if across <= 0 or down <= 0:
        return 0.0
    return across * down / (_area(one) + _area(other) - across * down)


def _area(box: Box) -> int:
    return (box.right - box.left) * (box.bottom - box.top)


def _said(others: int, own: Sequence[Face], shown: Shown) -> str:
    said = [(_COVERED if own else _ALL_COVERED if others else _NO_FACE).format(count=others)]
    if shown.names:
        said.append(_WRITING.format(count=len(shown.names)))
    return " ".join(said + ([_UNREAD] if shown.unread else []))


def in_words(kept: str) -> str:
    """What is kept of a picture in a copy, in the language spoken."""
    for sentence in (_COVERED, _ALL_COVERED, _NO_FACE, _WRITING, _UNREAD):
        pattern = re.escape(sentence).replace(re.escape("{count}"), r"(?P<count>\d+)")
        if found := re.search(pattern, kept):
            kept = kept.replace(found[0], gettext(sentence).format(**found.groupdict()))
    return kept
