"""Writing in pictures: reads it, and points at names of the roll and at writing that a person must look at."""

from dataclasses import replace

import numpy as np

from moderation.detect.text_boxes import Picture, Quad, turned_with
from moderation.detect.text_engine import ENGINE, TextEngine
from moderation.detect.text_lines import Line, covers, direction, read_quads, settled, sheets, small_writing, surer
from moderation.detect.text_names import candidates
from moderation.detect.text_places import Place, empty_slots, name_start, ordinary, places
from moderation.rules.caption import personal_details
from moderation.rules.findings import Box, Detector, Kind, Sighting
from moderation.rules.name_pieces import pieces
from moderation.rules.name_words import COMMON
from moderation.rules.names import Context, NameHit, Roll, titled_names

__all__ = ["ENGINE", "Line", "TextEngine", "read", "sightings"]

_LONGEST = 1600  # px of the longest side, for finding lines
_PLACE = 800  # the same for a look at one place
_LEAST = 320  # and what a small place is enlarged to
_MOST_SHEETS, _MOST_SLOTS = 2, 4  # so that a wall of papers costs bounded time
_READ = 0.9  # mean surety of its letters from which a line counts as read
_LIKELY = 0.6  # and from which it may carry a number or an address
_GUESS = 0.4  # below this the letters are worth nothing


def read(engine: TextEngine, rgb: Picture) -> list[Line]:
    """Every line of writing in a picture (H×W×3 RGB, 8 bits); boxes in its pixels.

    A second look turns the picture if most of its writing is turned, a third goes closer to small writing, and the
    last to where a name should stand and none was found.
    """
    whole = Box(0, 0, rgb.shape[1], rgb.shape[0])
    lines = read_quads(engine, rgb, _look(engine, rgb, whole, 0))
    quarters = direction(lines)
    if quarters:
        upright = read_quads(engine, rgb, _look(engine, rgb, whole, quarters))
        lines = upright + [line for line in lines if not any(covers(other, line.quad) for other in upright)]
    closer = small_writing(lines, rgb)
    lines = _closer(engine, rgb, lines, _look(engine, rgb, closer, quarters)) if closer else lines
    for part in [*sheets(lines, rgb)[:_MOST_SHEETS], *empty_slots(lines, rgb)[:_MOST_SLOTS]]:
        lines = _closer(engine, rgb, lines, _look(engine, rgb, part, quarters, _PLACE))
    return lines


def _closer(engine: TextEngine, rgb: Picture, lines: list[Line], quads: list[Quad]) -> list[Line]:
    """The lines after a look from nearer; what is surely read stays."""
    return surer(lines, read_quads(engine, rgb, [quad for quad in quads if not settled(lines, quad)]))


def _look(engine: TextEngine, rgb: Picture, part: Box, quarters: int, longest: int = _LONGEST) -> list[Quad]:
    """Lines in a part of the picture, looked at after turning it back by so many quarters."""
    view = rgb[part.top : part.bottom, part.left : part.right]
    height, width = view.shape[:2]
    quads = engine.find(np.rot90(view, quarters), min(longest, max(height, width, _LEAST)))
    placed = [turned_with(quad, quarters, width, height) + np.array(part[:2], np.float32) for quad in quads]
    return [quad for quad in placed if not _cut_off(quad, part, rgb)]


def _cut_off(quad: Quad, part: Box, rgb: Picture) -> bool:
    """Does writing go on beyond this part of the picture? Half a word is another word: lines, Ines."""
    height, width = rgb.shape[:2]
    left, top = quad.min(axis=0)
    right, bottom = quad.max(axis=0)
    return bool(
        (left <= part.left and part.left > 0)
        or (top <= part.top and part.top > 0)
        or (right >= part.right and part.right < width)
        or (bottom >= part.bottom and part.bottom < height)
    )


def prepare(roll: Roll) -> None:
    """Make what reading with this roll needs, which is done once for each roll."""
    candidates(roll)


def sightings(engine: TextEngine, rgb: Picture, roll: Roll | None) -> list[Sighting]:
    """The whole check of names for one upright picture (H×W×3 RGB, 8 bits)."""
    lines = read(engine, rgb)
    found: list[Sighting] = []
    for line, place in zip(lines, places(lines), strict=True):
        names = _titled(line, rgb, roll) + (_names(engine, line, place, rgb, roll) if roll and roll.entries else [])
        found += _details(line, rgb) + (names or _unread(line, place, rgb))
    return found


def _names(engine: TextEngine, line: Line, place: Place, rgb: Picture, roll: Roll) -> list[Sighting]:
    named = place is Place.LIST or (place is Place.SLOT and not ordinary(_words(line)))
    whole = None if place is Place.TEXT else line.part_box(name_start(line.text) or 0, len(line.text), rgb)
    found = []
    hits = roll.find(line.text, Context.SLOT if named else Context.PICTURE) if line.score > _GUESS else []
    for hit in hits or _by_joined(line, roll):
        box = whole or line.part_box(hit.start, hit.end, rgb)
        found.append(_sighting(hit.kind, box, hit.subjects[0], hit.score * line.score, hit.evidence))
    if found:
        return found
    best = candidates(roll).spot(engine, line, place, rgb)
    subject = best.subject if best else _nearly(line, place, roll)
    if subject is None:
        return []
    box = whole or (line.share_box(best.start, best.end, rgb) if best else line.box)
    evidence = f"reads “{line.text}”: the writing could be a name on the roll"
    return [_sighting(Kind.NAME_POSSIBLE, box, subject, best.score if best else line.score, evidence)]


def _by_joined(line: Line, roll: Roll) -> list[NameHit]:
    """Below a painting the first space is easily lost: BYBEA. Words of every day that start so are no names."""
    if line.score <= _GUESS or line.text[:2].lower() != "by" or not line.text[2:3].isalpha():
        return []
    hits = roll.find(line.text[2:], Context.SLOT)
    return [replace(hit, start=hit.start + 2, end=hit.end + 2) for hit in hits]


def _nearly(line: Line, place: Place, roll: Roll) -> str | None:
    """Who a doubtful word or two by themselves are one letter away from: “bieal” may be Bilal."""
    words = _words(line)
    if place is Place.TEXT or len(words) > 2 or line.score >= _READ:
        return None
    near = (found for word in words if word not in COMMON for found in roll.index.like(word))
    return next((roll.entries[min(found.token.forename)].id for found in near if found.token.forename), None)


def _unread(line: Line, place: Place, rgb: Picture) -> list[Sighting]:
    """Writing where a name would stand, that is no everyday word and no name of the roll."""
    start = name_start(line.text) or 0
    rest = [piece.letters for piece in pieces(line.text[start:])]
    everyday = ordinary(rest)
    if place not in (Place.SLOT, Place.LIST) or (everyday and (place is Place.SLOT or len(rest) != 1)):
        return []
    if line.score >= _READ and sum(map(len, rest)) < 2:
        return []  # a class, a mark, a number
    box = line.part_box(start, len(line.text), rgb)
    if line.score < _READ:
        return [
            _sighting(
                Kind.TEXT_UNREADABLE, box, None, line.score, "writing where a name would stand, not surely readable"
            )
        ]
    evidence = f"reads “{line.text[start:]}” where a name would stand"
    return [_sighting(Kind.NAME_POSSIBLE, box, None, line.score, evidence)]


def _titled(line: Line, rgb: Picture, roll: Roll | None) -> list[Sighting]:
    return [
        _sighting(
            Kind.NAME_POSSIBLE,
            line.part_box(start, end, rgb),
            None,
            line.score,
            f"reads “{line.text[start:end]}”: a name with a title",
        )
        for start, end in titled_names(line.text, roll)
    ]


def _details(line: Line, rgb: Picture) -> list[Sighting]:
    found = personal_details(line.text) if line.score >= _LIKELY else []
    return [
        _sighting(hit.kind, line.part_box(hit.start, hit.end, rgb), None, line.score, hit.evidence) for hit in found
    ]


def _words(line: Line) -> list[str]:
    return [piece.letters for piece in pieces(line.text)]


def _sighting(kind: Kind, box: Box, subject: str | None, score: float, evidence: str) -> Sighting:
    return Sighting(Detector.NAMES, kind, box, subject, round(float(score), 3), f"{evidence} ({score:.0%} sure)")
