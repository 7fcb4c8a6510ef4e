"""How pages say things: kinds of findings, states, times in the school's own zone, plurals."""

from datetime import UTC, datetime

from moderation.rules.findings import Kind, Resolution
from moderation.rules.plain_words import KINDS as KINDS
from moderation.rules.plain_words import STATES as STATES
from moderation.rules.roles import Role

ADVICE = {
    Kind.FACE_MATCH: "Cover the face, or choose another photo.",
    Kind.FACE_POSSIBLE: "The assistant head will look. If you know that they must not appear, cover the face.",
    Kind.FACE_UNCLEAR: "The assistant head will look closely.",
    Kind.FACE_IDENTIFIABLE: "Choose a photo from farther away or from behind.",
    Kind.FACE_PUPIL: "Choose a photo without faces, or have them covered. Tag the adults who are in it.",
    Kind.FACE_COUNT: "The assistant head will count.",
    Kind.NAME_MATCH: "Cover it, or choose another photo. In words: leave the name out.",
    Kind.NAME_POSSIBLE: "If it is a name, cover it or leave it out.",
    Kind.TEXT_UNREADABLE: "If it is a name, cover it.",
    Kind.TEXT_PERSONAL: "Cover it, or leave it out.",
    Kind.TAG_REFUSED: "Choose a photo without them, or another account.",
    Kind.TAG_PUPIL: "Choose a photo without pupils, or another account.",
    Kind.TAG_MISSING: "Tap who is in it, or say that nobody can be recognised.",
    Kind.UNCHECKED: "The assistant head will look. A fresh copy of the photo may help.",
}
ROLE_SAYS = {
    Role.TEACHER: "writes posts and sends them in",
    Role.ASSISTANT_HEAD: "looks at what the checks point at, and lets posts out or sends them back",
    Role.HEADTEACHER: "the second word where the policy asks for one, and the school’s accounts",
    Role.RESOURCES_MANAGER: "publishes exactly what was approved",
    Role.DATA_LEAD: "keeps the register: who may appear, and whose names are looked for",
    Role.ADMINISTRATOR: "lets people in and keeps the settings; has no part in posts",
}
WORDS = {
    Resolution.FALSE_ALARM: "False alarm: it is not that",
    Resolution.LOOKED_AT: "Looked at: nothing that must be covered",
    Resolution.ALLOWED: "Allowed: it is meant to be there",
}
_ANOTHER_PERSON = ("It is another person; I know them", "I compared it with the reference photo: another person")
_A_WORD = ("It is a word, not a name", "It is the name of a place or a book")
OWN_WORDS = {
    (Kind.FACE_PUPIL, Resolution.FALSE_ALARM): "It is no person’s face",
    (Kind.FACE_PUPIL, Resolution.ALLOWED): "It is the face of an adult who is tagged and may appear",
}
READY_REASONS: dict[Kind, dict[Resolution, tuple[str, ...]]] = {
    Kind.FACE_MATCH: {Resolution.FALSE_ALARM: _ANOTHER_PERSON},
    Kind.FACE_POSSIBLE: {Resolution.FALSE_ALARM: _ANOTHER_PERSON},
    Kind.FACE_UNCLEAR: {
        Resolution.LOOKED_AT: ("I looked closely: nobody on the list", "Nobody could recognise this face")
    },
    Kind.FACE_IDENTIFIABLE: {
        Resolution.ALLOWED: ("It is an adult who may be shown",),
        Resolution.FALSE_ALARM: ("It is not a face",),
    },
    Kind.FACE_PUPIL: {
        Resolution.FALSE_ALARM: ("It is a drawing, a statue or a toy",),
        Resolution.ALLOWED: ("I know this adult, who is tagged",),
    },
    Kind.FACE_COUNT: {
        Resolution.LOOKED_AT: (
            "I counted: everybody was looked at",
            "Somebody is turned away; I looked: nobody on the list",
        )
    },
    Kind.NAME_MATCH: {Resolution.FALSE_ALARM: _A_WORD},
    Kind.NAME_POSSIBLE: {Resolution.FALSE_ALARM: _A_WORD},
    Kind.TEXT_UNREADABLE: {Resolution.LOOKED_AT: ("I looked closely: no name", "Nobody could read it")},
    Kind.TEXT_PERSONAL: {
        Resolution.ALLOWED: ("It is the school’s own, public contact",),
        Resolution.FALSE_ALARM: ("It is not a personal detail",),
    },
    Kind.TAG_REFUSED: {
        Resolution.FALSE_ALARM: (
            "They are not in this post: a slip",
            "Their face is covered now: nobody could recognise them",
        )
    },
    Kind.TAG_MISSING: {
        Resolution.LOOKED_AT: ("I know everybody in it, and they may appear", "Nobody in it can be recognised")
    },
    Kind.UNCHECKED: {Resolution.LOOKED_AT: ("I looked at the whole picture myself: nothing to cover",)},
}
ACTIONS = {
    "drafted": "Draft begun",
    "submit": "Handed in",
    "finish checks": "Checks ended",
    "check again": "Checked again: the list, the roll or the checks moved on",
    "cover": "Something covered; the new picture is checked",
    "take cover off": "A cover taken off; the picture is checked as it was before",
    "draft photos looked at": "The photos of the draft looked at by the checks",
    "photo covered": "Something covered by the author",
    "photo uncovered": "A cover taken off by the author",
    "remove photo": "A photo removed by the approver",
    "move crop": "Moved what an account gets of a photo; the new part is checked",
    "crop moved by its author": "Moved what an account gets of a photo",
    "leave out account": "An account left out of the post",
    "photo removed": "A photo taken out by the author",
    "photo put back": "A photo put back by the author",
    "send back": "Sent back",
    "approve": "Approved",
    "release": "Every approval is there: ready to publish",
    "ask for more approvals": "More approvals are asked for; those that were given stand",
    "take own approval back": "Own approval taken back",
    "marked sensitive": "Sensitive: one more person is asked",
    "expire": "Approval expired",
    "take approval back": "Approval taken back",
    "take back to edit": "Taken back to edit",
    "stop": "Stopped",
    "resume": "Resumed; checked again",
    "out on one account": "Out on one of its accounts",
    "out after the kit closed": "It went out although its kit was closed; the rest is stopped",
    "mark live": "Marked live",
    "link corrected": "A link corrected",
    "take down": "Taken down",
    "discard": "Discarded",
    "purge": "Purged: its time was over",
    "purge again": "Purged again after a backup was restored",
    "originals purged": "Uncovered and removed photos purged: their time was over",
    "finding settled": "A flag settled",
    "finding opened again": "A flag opened again",
    "match allowed by two": "A match allowed by a second person",
    "people tagged": "Who is in it: changed",
    "takedown asked for": "Somebody asked for it to be taken down",
    "deleted from own device": "Photos deleted from the author’s own device",
    "takedown ended": "A takedown ended",
    "held until": "The time until which it is held was set",
    "takedown given back": "Whoever took it on does not take it down after all",
    "mistake taken back": "The word that it was a mistake was taken back",
    "takedown taken on": "Somebody said that they take it down",
    "looked whether it was out": "Looked on the accounts whether it was out",
    "concern reported": "A concern was reported",
    "concern step": "A step about a concern",
    "pictures kept apart": "Its pictures are kept apart",
    "pictures put back": "Its pictures were put back",
    "pictures purged": "Purged because of a picture",
    "post to account asked for": "Gatepost was asked to post it to an account",
    "posted to account": "Posted to an account",
    "not posted to account": "Not posted to an account: it did not get through",
    "removal from account asked for": "Gatepost was asked to remove it from an account",
    "removed from account": "Removed from an account",
    "not removed from account": "Not removed from an account: it did not get through",
    "kit opened": "Kit opened",
    "kit taken": "Kit downloaded",
    "comparison asked for": "Somebody wanted it compared with what was approved",
    "live compared": "What is live compared with what was approved",
    "live settled": "What is live is not as approved: settled",
    "kit picture taken": "A picture of the kit saved",
    "phone link made": "A link to the kit made for a phone",
    "kit opened on a phone": "Kit opened on a phone",
    "evidence made": "An evidence pack made",
}


# One for each of measuring.STEPS: how much is pointed at.
STEP_NAMES = (
    "Fewest false alarms",
    "Much fewer false alarms",
    "Fewer false alarms",
    "As measured",
    "Stricter",
    "Much stricter",
    "Strictest",
)


def capital(text: str) -> str:
    """The same words with a capital letter first; the rest as it is."""
    return f"{text[:1].upper()}{text[1:]}"


def lower_first(text: str) -> str:
    """The same words with a small letter first; the rest as it is."""
    return f"{text[:1].lower()}{text[1:]}"


def ago(since: datetime, now: datetime | None = None) -> str:
    """`for 2 minutes`, of what began today."""
    minutes = int(((now or datetime.now(UTC)) - since).total_seconds() // 60)
    return f"for {plural(minutes, 'minute')}" if minutes else "just now"


def plural(count: int, one: str, many: str | None = None) -> str:
    """`3 photos`, `1 photo`."""
    return f"{count:,} {one if count == 1 else many or one + 's'}"


def said(kind: Kind, resolution: Resolution) -> str:
    """What somebody says who settles a flag of that kind like that."""
    return OWN_WORDS.get((kind, resolution), WORDS[resolution])
