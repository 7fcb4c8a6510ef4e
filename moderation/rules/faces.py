"""What a face's size, sharpness and distance to the people on the list mean."""

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from enum import StrEnum

from moderation.rules.findings import Kind
from moderation.rules.language import N_

# Distances up to which a clear face is a match, and up to which a possible one, by the number of references (the last
# for more): the mean of several is nearer to everybody. Measured with 20 people on the list: about 0.5 % and 4 % of
# strangers' photos are pointed at.
MATCH = (0.49, 0.475, 0.46)
POSSIBLE = (0.565, 0.53, 0.51)

# For each measure of a face: the value from which on it is clear, and the one below which it says too little.
HEIGHT = (60, 28)  # pixels
SHARPNESS = (0.006, 0.003)
SURENESS = (0.85, 0.75)  # half hidden or turned away lies below
WIDEN = 0.10  # how much farther than a clear face one at the lower edge may be
ALIKE = 0.45  # people on the list whose references are that near are both named on every hit
UNLIKE = 0.60  # a reference that far from the others of the same person may be of somebody else
WIDEST = 0.06  # how far a school may move every limit, to point at more or at fewer
REACH = max(POSSIBLE) + WIDEN + WIDEST  # nobody farther away than this is ever pointed at


FRONTAL = 0.3  # how far the nose's tip may stand from between the eyes, in distances of the eyes, in a frontal face


@dataclass(frozen=True)
class FaceRules:
    """What a school sets. `wider` is added to every limit, -WIDEST to WIDEST: more is more pointed at, less missed.

    `largest_clear` is the share of a picture (0 to 1) that a clear frontal face may fill; None: as large as it likes.
    """

    wider: float = 0.0
    largest_clear: float | None = None


AS_MEASURED = FaceRules()


@dataclass(frozen=True)
class Quality:
    """How well a face can be seen: height in pixels, how sharp for its contrast and how surely a face (both 0 to 1).

    `turn` is how far it is turned to a side: 0 for a frontal face, about 0.3 where one eye is nearer than the other.
    """

    height: int
    sharpness: float
    sureness: float
    turn: float = 0.0


@dataclass(frozen=True)
class Candidate:
    """How near one face is to one person on the list. `reference` is the nearest of `references` pictures, from 1."""

    person_id: str
    distance: float
    reference: int
    references: int


@dataclass(frozen=True)
class Judgement:
    """What one face is for the gate; `subject` and `distance` only where it is near someone on the list."""

    kind: Kind
    evidence: str
    subject: str | None = None
    distance: float | None = None


class Grade(StrEnum):
    """How well a face could be recognised by anybody, whoever it is."""

    CLEAR = "clear"
    SMALL = "small"  # or blurred
    TURNED_AWAY = "turned away"


def grade(quality: Quality) -> Grade:
    if quality.height < HEIGHT[0] or quality.sharpness < SHARPNESS[0]:
        return Grade.SMALL
    return Grade.TURNED_AWAY if quality.turn > FRONTAL or quality.sureness < SURENESS[1] else Grade.CLEAR


def identifiable(quality: Quality, share: float, rules: FaceRules) -> Judgement | None:
    """The school's rule on clear frontal faces, for one that fills `share` of its picture. It needs no list."""
    if rules.largest_clear is None or share <= rules.largest_clear or grade(quality) is not Grade.CLEAR:
        return None
    sentence = f"a clear frontal face on {share:.1%} of the picture; the school allows {rules.largest_clear:.1%}"
    return Judgement(Kind.FACE_IDENTIFIABLE, sentence)


def unusable(quality: Quality, said: Callable[[str], str] = N_) -> str | None:
    """Why a face cannot be compared with others, or None if it can. `said`: gettext where somebody reads it now."""
    if quality.height < HEIGHT[1]:
        return said(N_("too small to compare: {height} px high")).format(height=quality.height)
    if quality.sharpness < SHARPNESS[1]:
        return said(N_("too blurred to compare"))
    if quality.sureness < SURENESS[1]:
        return said(N_("too much hidden or turned away to compare"))
    return None


def allowance(quality: Quality) -> float:
    """How much farther than a clear face this one may be: faces seen badly drift away from their references."""
    measures = (quality.height, HEIGHT), (quality.sharpness, SHARPNESS), (quality.sureness, SURENESS)
    return WIDEN * max(_lack(value, *limits) for value, limits in measures)


def judge(
    quality: Quality, candidates: Sequence[Candidate], people: int, wider: float = 0.0, uncompared: str = ""
) -> list[Judgement]:
    """One judgement for each person on the list whom the face may be, nearest first; else one that says why not.

    `people` is how many it was compared with, `candidates` at least those of them within REACH + `wider`, which is
    added to both limits. `uncompared` says why nothing may be compared at all, if that is so.
    """
    if why := unusable(quality):
        return [Judgement(Kind.FACE_UNCLEAR, why)]
    if uncompared:
        return [Judgement(Kind.FACE_UNCOMPARED, uncompared)]
    if not people:
        return [Judgement(Kind.FACE_OTHER, "nobody is on the list to compare with")]
    extra = allowance(quality) + wider
    near = sorted((c for c in candidates if c.distance <= _limit(POSSIBLE, c) + extra), key=lambda c: c.distance)
    if near:
        return [_near(c, wider) for c in near]
    return [Judgement(Kind.FACE_OTHER, f"compared with {_counted(people)} on the list: no match found")]


def _near(candidate: Candidate, wider: float) -> Judgement:
    kind = Kind.FACE_MATCH if candidate.distance <= _limit(MATCH, candidate) + wider else Kind.FACE_POSSIBLE
    evidence = f"{candidate.distance:.2f} from reference photo {candidate.reference} of {candidate.references}"
    return Judgement(kind, evidence, candidate.person_id, candidate.distance)


def lookalike(person_id: str) -> Judgement:
    """A face that matched somebody whom the program could take for this person too."""
    return Judgement(Kind.FACE_POSSIBLE, "looks so like the person who matched that it may be either", person_id)


def _counted(people: int) -> str:
    return "1 person" if people == 1 else f"{people} people"


def _limit(limits: tuple[float, ...], candidate: Candidate) -> float:
    return limits[min(candidate.references, len(limits)) - 1]


def _lack(value: float, clear: float, edge: float) -> float:
    """0 for a value that is clear, 1 at the edge of comparable, even steps on a logarithmic scale between."""
    if value >= clear:
        return 0.0
    return math.log(clear / max(value, edge)) / math.log(clear / edge)
