"""What a check can see in a picture or in words, and how much it weighs."""

from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum
from typing import NamedTuple

from moderation.rules.language import N_


class Detector(StrEnum):
    FACES = "faces"
    NAMES = "names"  # writing inside a picture
    WORDS = "words"  # caption, alt texts, file names
    TAGS = "tags"  # who is in it, as the submitter says
    PHOTO = "photo"  # the picture itself could not be opened


class Kind(StrEnum):
    FACE_MATCH = "face.match"
    FACE_POSSIBLE = "face.possible"
    FACE_UNCLEAR = "face.unclear"
    FACE_OTHER = "face.other"
    FACE_UNCOMPARED = "face.uncompared"  # found, and by law or by the school's rule compared with nobody
    FACE_IDENTIFIABLE = "face.identifiable"  # larger and clearer than the school's rule allows
    FACE_PUPIL = "face.pupil"  # may be a pupil's, and the school shows no recognisable pupils where the post goes
    FACE_COUNT = "face.count"  # more or fewer faces than the submitter said
    NAME_MATCH = "name.match"
    NAME_POSSIBLE = "name.possible"
    NAME_STAFF = "name.staff"  # a member of staff whose name may stand
    TEXT_UNREADABLE = "text.unreadable"
    TEXT_PERSONAL = "text.personal"
    TAG_REFUSED = "tag.refused"  # somebody tagged may not appear where the post goes
    TAG_PUPIL = "tag.pupil"  # a pupil is tagged, and the school shows none at all where the post goes
    TAG_MISSING = "tag.missing"  # faces, and no word on who is in it
    UNCHECKED = "photo.unchecked"


class Severity(StrEnum):
    BLOCK = "block"  # must be settled
    LOOK = "look"  # a person must look
    NOTE = "note"


class Resolution(StrEnum):
    """A person's word on a finding."""

    FALSE_ALARM = N_("false alarm")
    LOOKED_AT = N_("looked at")
    ALLOWED = N_("allowed")


class Verdict(StrEnum):
    FLAGGED = "flagged"
    LOOK = "look"
    CLEAR = "clear"
    UNCHECKED = "unchecked"


# Law 2: what could not be checked weighs as much as a match.
SEVERITY: dict[Kind, Severity] = {
    Kind.FACE_MATCH: Severity.BLOCK,
    Kind.FACE_POSSIBLE: Severity.LOOK,
    Kind.FACE_UNCLEAR: Severity.BLOCK,
    Kind.FACE_OTHER: Severity.NOTE,
    Kind.FACE_UNCOMPARED: Severity.NOTE,
    Kind.FACE_IDENTIFIABLE: Severity.BLOCK,
    Kind.FACE_PUPIL: Severity.BLOCK,
    Kind.FACE_COUNT: Severity.LOOK,
    Kind.NAME_MATCH: Severity.BLOCK,
    Kind.NAME_POSSIBLE: Severity.LOOK,
    Kind.NAME_STAFF: Severity.NOTE,
    Kind.TEXT_UNREADABLE: Severity.BLOCK,
    Kind.TEXT_PERSONAL: Severity.BLOCK,
    Kind.TAG_REFUSED: Severity.BLOCK,
    Kind.TAG_PUPIL: Severity.BLOCK,
    Kind.TAG_MISSING: Severity.LOOK,
    Kind.UNCHECKED: Severity.BLOCK,
}


# What a person may say about a finding. A face on the list or a name on the roll is never simply allowed. A face that
# may be a pupil's is allowed only as that of an adult who is tagged and may appear. A pupil who is tagged where the
# school shows none has no word at all: the author takes them out of the post.
RESOLUTIONS: dict[Kind, tuple[Resolution, ...]] = {
    Kind.FACE_MATCH: (Resolution.FALSE_ALARM,),
    Kind.FACE_POSSIBLE: (Resolution.FALSE_ALARM, Resolution.LOOKED_AT),
    Kind.FACE_UNCLEAR: (Resolution.LOOKED_AT,),
    Kind.FACE_OTHER: (),
    Kind.FACE_UNCOMPARED: (),
    Kind.FACE_IDENTIFIABLE: (Resolution.FALSE_ALARM, Resolution.ALLOWED),
    Kind.FACE_PUPIL: (Resolution.FALSE_ALARM, Resolution.ALLOWED),
    Kind.FACE_COUNT: (Resolution.LOOKED_AT,),
    Kind.NAME_MATCH: (Resolution.FALSE_ALARM,),
    Kind.NAME_POSSIBLE: (Resolution.FALSE_ALARM,),
    Kind.NAME_STAFF: (),
    Kind.TEXT_UNREADABLE: (Resolution.LOOKED_AT,),
    Kind.TEXT_PERSONAL: (Resolution.FALSE_ALARM, Resolution.ALLOWED),
    Kind.TAG_REFUSED: (Resolution.FALSE_ALARM,),
    Kind.TAG_PUPIL: (),
    Kind.TAG_MISSING: (Resolution.LOOKED_AT,),
    Kind.UNCHECKED: (Resolution.LOOKED_AT,),
}


# What two approvers may let through together, where the school says so: by default nobody may.
BY_TWO = frozenset({Kind.FACE_MATCH, Kind.NAME_MATCH})


def needs_two(kind: Kind, resolution: Resolution | None) -> bool:
    """Whether one person's word is not enough."""
    return kind in BY_TWO and resolution is Resolution.ALLOWED


class Box(NamedTuple):
    """Pixels of the upright picture; right and bottom are exclusive."""

    left: int
    top: int
    right: int
    bottom: int


@dataclass(frozen=True)
class Sighting:
    """One thing that one check saw. `subject` is the id of a person on the list or the roll, never a name."""

    detector: Detector
    kind: Kind
    box: Box | None = None
    subject: str | None = None
    score: float | None = None
    evidence: str = ""

    @property
    def severity(self) -> Severity:
        return SEVERITY[self.kind]


def verdict(sightings: Iterable[Sighting], opened: bool = True) -> Verdict:
    """The word for a whole picture: its heaviest sighting decides. `opened` is False if it could not be read at all."""
    if not opened:
        return Verdict.UNCHECKED
    severities = {sighting.severity for sighting in sightings}
    if Severity.BLOCK in severities:
        return Verdict.FLAGGED
    return Verdict.LOOK if Severity.LOOK in severities else Verdict.CLEAR


def unchecked(detector: Detector, why: str) -> Sighting:
    """A check that broke is itself a finding. `why` is shown to people: no names, no paths."""
    return Sighting(detector, Kind.UNCHECKED, evidence=why)
