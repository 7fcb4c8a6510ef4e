"""Words looked at while they are typed: answered at once, and neither kept nor logged."""

import logging
from dataclasses import dataclass

from moderation.rules.caption import check_words
from moderation.rules.findings import SEVERITY, Severity
from moderation.rules.names import Roll
from moderation.rules.rewording import Change, changes
from moderation.services import evidence_words

log = logging.getLogger(__name__)

MOST = 100  # things that are told at once; the rest is counted


@dataclass(frozen=True)
class Told:
    """One thing in the text. `sentence` quotes the text and nothing else of the roll."""

    start: int
    end: int
    severity: Severity
    sentence: str
    changes: tuple[Change, ...]


@dataclass(frozen=True)
class Answer:
    """The first things in the text, how many `more` there are, and whether `nobody` is on the roll to look for."""

    told: tuple[Told, ...]
    more: int
    nobody: bool


def look_at(text: str, roll: Roll) -> Answer | None:
    """What the check of the words will point at, with ways to write it; None if the check broke."""
    try:
        hits = check_words(text, roll)
        told = [
            Told(hit.start, hit.end, SEVERITY[hit.kind], _sentence(hit.evidence), changes(text, hit))
            for hit in hits[:MOST]
        ]
    except Exception as error:  # noqa: BLE001 (law 2: the page says that it was not checked; the words stay out of the log)
        log.error("the check of typed words failed: %s", type(error).__name__)
        return None
    return Answer(tuple(told), len(hits) - len(told), not roll.entries)


def _sentence(evidence: str) -> str:
    """“Zoë” is a name on the roll."""
    return evidence_words.told(evidence.removeprefix("reads ").replace("”: ", "” ", 1)) + "."
