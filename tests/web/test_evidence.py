"""What a check saw, said to people."""

import pytest

from moderation.db.models import Finding
from moderation.rules.findings import Detector, Kind
from moderation.web.evidence import sentence


@pytest.mark.parametrize(
    ("detector", "kind", "evidence", "said"),
    [
        (
            Detector.FACES, Kind.FACE_MATCH, "0.41 from reference photo 2 of 3",
            "This face looks very like reference photo 2 of 3 (distance 0.41: the smaller, the more alike). "
            "That is no proof: compare.",
        ),
        (
            Detector.FACES, Kind.FACE_POSSIBLE, "0.52 from reference photo 1 of 1",
            "This face looks somewhat like the reference photo (distance 0.52: the smaller, the more alike). "
            "That is no proof: compare.",
        ),
        (Detector.FACES, Kind.FACE_UNCLEAR, "too small to compare: 24 px high", "Too small to compare: 24 px high."),
        (
            Detector.NAMES, Kind.NAME_MATCH, "reads “Zoë”: is a name on the roll (93% sure)",
            "“Zoë” is a name on the roll. The program read it with 93 % certainty.",
        ),
        (
            Detector.NAMES, Kind.NAME_POSSIBLE, "reads “Ada Byron” where a name would stand (71% sure)",
            "“Ada Byron” where a name would stand. The program read it with 71 % certainty.",
        ),
        (
            Detector.WORDS, Kind.NAME_MATCH, "In the caption, 2 times: reads “Zoë”: is a name on the roll",
            "In the caption, 2 times: “Zoë” is a name on the roll.",
        ),
        (Detector.TAGS, Kind.TAG_REFUSED, "Must not appear.", "Must not appear."),
        (Detector.FACES, Kind.FACE_OTHER, "", ""),
    ],
)  # fmt: skip
def test_evidence_is_told_in_sentences(detector: Detector, kind: Kind, evidence: str, said: str) -> None:
    assert sentence(Finding(detector=detector, kind=kind, evidence=evidence)) == said
