"""Is the checking itself well? What can be wrong with it, when that is so, and what to do about it: one table."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from enum import StrEnum

from moderation.rules.findings import Detector
from moderation.rules.language import N_

SWEEP_SILENT = timedelta(minutes=5)  # a sweep that is well says so twice a minute
WAITS_LONG = timedelta(minutes=10)  # a check takes seconds; ten minutes are a long line or a line that stands still
CANARY_LATE = timedelta(hours=1)


class Canary(StrEnum):
    """What is sent each morning through the checks, though nobody could want it published."""

    NAMES = "names"
    FACES = "faces"
    WORDS = "words"


DETECTOR = {Canary.NAMES: Detector.NAMES, Canary.FACES: Detector.FACES, Canary.WORDS: Detector.WORDS}


class Outcome(StrEnum):
    CAUGHT = "caught"
    PASSED = "passed"  # nothing was pointed at: the check does not see what it is there for
    BROKEN = "broken"  # the check said that it could not look


class Trouble(StrEnum):
    QUEUE_AWAY = "queue away"
    WORKERS_AWAY = "workers away"
    SWEEP_AWAY = "sweep away"
    WAITING = "checks wait"
    PARKED = "checks parked"
    NAMES_PASSED = "names passed"
    FACES_PASSED = "faces passed"
    WORDS_PASSED = "words passed"
    CANARY_BROKEN = "canary broken"
    CANARY_LATE = "canary late"


PASSED = {
    Canary.NAMES: Trouble.NAMES_PASSED,
    Canary.FACES: Trouble.FACES_PASSED,
    Canary.WORDS: Trouble.WORDS_PASSED,
}

# What is wrong, and what to do, in the words of the page.
SENTENCES: Mapping[Trouble, tuple[str, str]] = {
    Trouble.QUEUE_AWAY: (
        N_("The queue is away, so no post is being checked."),
        N_("Tell your technician. Nothing is lost: what was handed in waits."),
    ),
    Trouble.WORKERS_AWAY: (
        N_("No worker is running, so no post is being checked."),
        N_("Tell your technician. Nothing is lost: what was handed in waits."),
    ),
    Trouble.SWEEP_AWAY: (
        N_("The sweep has stopped: permissions that end, messages and lost checks are not seen to."),
        N_("Tell your technician to start Gatepost again."),
    ),
    Trouble.WAITING: (
        N_("A check has waited for more than ten minutes."),
        N_("If much was handed in at once, it will end by itself. Otherwise tell your technician."),
    ),
    Trouble.PARKED: (
        N_("A check was tried three times and given up."),
        N_("The post says which photo nobody has checked: look at it with your own eyes, and settle the flag."),
    ),
    Trouble.NAMES_PASSED: (
        N_("The check for names in pictures let a test picture pass."),
        N_("Read every picture yourself before you approve, and tell your technician today."),
    ),
    Trouble.FACES_PASSED: (
        N_("The check for faces let a test picture pass."),
        N_("Compare every face yourself before you approve, and tell your technician today."),
    ),
    Trouble.WORDS_PASSED: (
        N_("The check for names in captions let a test caption pass."),
        N_("Read every caption yourself before you approve, and tell your technician today."),
    ),
    Trouble.CANARY_BROKEN: (
        N_("This morning’s test picture could not be checked."),
        N_("Posts are flagged as unchecked while that lasts. Tell your technician."),
    ),
    Trouble.CANARY_LATE: (
        N_("This morning’s test pictures have not come back from the checks."),
        N_("Tell your technician. Until then nobody knows whether the checks see what they should."),
    ),
}
ALARMING = frozenset(PASSED.values())
# With these /healthz answers 503. What is merely slow, or given up and flagged, is for people to see.
UNWELL = ALARMING | {Trouble.QUEUE_AWAY, Trouble.WORKERS_AWAY, Trouble.SWEEP_AWAY}


@dataclass(frozen=True)
class Facts:
    """How things stand at one moment. Moments are aware UTC."""

    now: datetime
    queue_is_there: bool
    workers: int
    sweep_at: datetime  # its last round
    oldest_waiting: datetime | None  # since when the check waits that has waited longest
    parked: int  # checks given up, of posts that wait for a decision
    outcomes: Mapping[Canary, Outcome] = field(default_factory=dict)  # the last of each that has come back
    canary_waits_since: datetime | None = None


def troubles(facts: Facts) -> tuple[Trouble, ...]:
    """What is wrong now, the worst first."""
    found = [PASSED[canary] for canary, outcome in facts.outcomes.items() if outcome is Outcome.PASSED]
    found += [Trouble.CANARY_BROKEN] if Outcome.BROKEN in facts.outcomes.values() else []
    if not facts.queue_is_there:
        found.append(Trouble.QUEUE_AWAY)
    elif not facts.workers:
        found.append(Trouble.WORKERS_AWAY)
    if facts.now - facts.sweep_at > SWEEP_SILENT:
        found.append(Trouble.SWEEP_AWAY)
    if facts.oldest_waiting and facts.now - facts.oldest_waiting > WAITS_LONG:
        found.append(Trouble.WAITING)
    if facts.canary_waits_since and facts.now - facts.canary_waits_since > CANARY_LATE:
        found.append(Trouble.CANARY_LATE)
    if facts.parked:
        found.append(Trouble.PARKED)
    return tuple(found)
