"""What a face's size, sharpness and distance to the people on the list mean."""

import math
from collections.abc import Sequence
from dataclasses import dataclass

from moderation.rules.findings import Kind

MATCH = 0.50  # distance up to which a clear face is a match
POSSIBLE = 0.56  # and up to which it is a possible match
SMALLEST = 22  # pixels of height below which a face says too little
SOFTEST = 0.004  # sharpness below which a face says too little
CLEAR_HEIGHT = 60  # from here on a face is as good as a large one
CLEAR_SHARPNESS = 0.02
WIDEN = 0.10  # how much farther a face at the edge of comparable may be from its references
REACH = POSSIBLE + WIDEN  # nobody farther away than this is ever pointed at


@dataclass(frozen=True)
class Quality:
    """How well one face can be seen: its height in pixels, and how sharp its edges are for its contrast (0 to 1)."""

    height: int
    sharpness: float


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


def unusable(quality: Quality) -> str | None:
    """Why a face cannot be compared with others, or None if it can."""
    if quality.height < SMALLEST:
        return f"too small to compare: {quality.height} px high"
    if quality.sharpness < SOFTEST:
        return "too blurred to compare"
    return None


def allowance(quality: Quality) -> float:
    """How much farther than a clear face this one may be: small and soft faces drift away from their references."""
    small = _share(quality.height, CLEAR_HEIGHT, SMALLEST)
    soft = _share(quality.sharpness, CLEAR_SHARPNESS, SOFTEST)
    return WIDEN * max(small, soft)


def judge(quality: Quality, candidates: Sequence[Candidate], people: int) -> list[Judgement]:
    """One judgement for each person on the list whom the face may be, nearest first; else one that says why not.

    `people` is how many it was compared with, `candidates` at least those of them within REACH.
    """
    if why := unusable(quality):
        return [Judgement(Kind.FACE_UNCLEAR, why)]
    if not people:
        return [Judgement(Kind.FACE_OTHER, "nobody is on the list to compare with")]
    extra = allowance(quality)
    near = sorted((c for c in candidates if c.distance <= POSSIBLE + extra), key=lambda c: c.distance)
    if near:
        return [_near(c) for c in near]
    return [Judgement(Kind.FACE_OTHER, f"compared with {_counted(people)} on the list: no match found")]


def _near(candidate: Candidate) -> Judgement:
    kind = Kind.FACE_MATCH if candidate.distance <= MATCH else Kind.FACE_POSSIBLE
    evidence = f"{candidate.distance:.2f} from reference photo {candidate.reference} of {candidate.references}"
    return Judgement(kind, evidence, candidate.person_id, candidate.distance)


def _counted(people: int) -> str:
    return "1 person" if people == 1 else f"{people} people"


def _share(value: float, clear: float, edge: float) -> float:
    """0 for a value that is clear, 1 at the edge of comparable, even steps on a logarithmic scale between."""
    if value >= clear:
        return 0.0
    return math.log(clear / max(value, edge)) / math.log(clear / edge)
