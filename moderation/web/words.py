"""How pages say things: kinds of findings, states, times in the school's own zone, plurals."""

from datetime import UTC, datetime

from moderation.rules.findings import Kind, Resolution
from moderation.rules.language import N_, gettext, plural
from moderation.rules.plain_words import KINDS as KINDS
from moderation.rules.plain_words import STATES as STATES
from moderation.rules.roles import Role

ADVICE = {
    Kind.FACE_MATCH: N_("Cover the face, or choose another photo."),
    Kind.FACE_POSSIBLE: N_("The assistant head will look. If you know that they must not appear, cover the face."),
    Kind.FACE_UNCLEAR: N_("The assistant head will look closely."),
    Kind.FACE_IDENTIFIABLE: N_("Choose a photo from farther away or from behind."),
    Kind.FACE_PUPIL: N_("Choose a photo without faces, or have them covered. Tag the adults who are in it."),
    Kind.FACE_COUNT: N_("The assistant head will count."),
    Kind.NAME_MATCH: N_("Cover it, or choose another photo. In words: leave the name out."),
    Kind.NAME_POSSIBLE: N_("If it is a name, cover it or leave it out."),
    Kind.TEXT_UNREADABLE: N_("If it is a name, cover it."),
    Kind.TEXT_PERSONAL: N_("Cover it, or leave it out."),
    Kind.TAG_REFUSED: N_("Choose a photo without them, or another account."),
    Kind.TAG_PUPIL: N_("Choose a photo without pupils, or another account."),
    Kind.TAG_MISSING: N_("Tap who is in it, or say that nobody can be recognised."),
    Kind.UNCHECKED: N_("The assistant head will look. A fresh copy of the photo may help."),
}
ROLE_SAYS = {
    Role.TEACHER: N_("writes posts and sends them in"),
    Role.ASSISTANT_HEAD: N_("looks at what the checks point at, and lets posts out or sends them back"),
    Role.HEADTEACHER: N_("the second word where the policy asks for one, and the school’s accounts"),
    Role.RESOURCES_MANAGER: N_("publishes exactly what was approved"),
    Role.DATA_LEAD: N_("keeps the register: who may appear, and whose names are looked for"),
    Role.ADMINISTRATOR: N_("lets people in and keeps the settings; has no part in posts"),
}
WORDS = {
    Resolution.FALSE_ALARM: N_("False alarm: it is not that"),
    Resolution.LOOKED_AT: N_("Looked at: nothing that must be covered"),
    Resolution.ALLOWED: N_("Allowed: it is meant to be there"),
}
_ANOTHER_PERSON = (
    N_("It is another person; I know them"),
    N_("I compared it with the reference photo: another person"),
)
_A_WORD = (N_("It is a word, not a name"), N_("It is the name of a place or a book"))
OWN_WORDS = {
    (Kind.FACE_PUPIL, Resolution.FALSE_ALARM): N_("It is no person’s face"),
    (Kind.FACE_PUPIL, Resolution.ALLOWED): N_("It is the face of an adult who is tagged and may appear"),
}
READY_REASONS: dict[Kind, dict[Resolution, tuple[str, ...]]] = {
    Kind.FACE_MATCH: {Resolution.FALSE_ALARM: _ANOTHER_PERSON},
    Kind.FACE_POSSIBLE: {Resolution.FALSE_ALARM: _ANOTHER_PERSON},
    Kind.FACE_UNCLEAR: {
        Resolution.LOOKED_AT: (N_("I looked closely: nobody on the list"), N_("Nobody could recognise this face"))
    },
    Kind.FACE_IDENTIFIABLE: {
        Resolution.ALLOWED: (N_("It is an adult who may be shown"),),
        Resolution.FALSE_ALARM: (N_("It is not a face"),),
    },
    Kind.FACE_PUPIL: {
        Resolution.FALSE_ALARM: (N_("It is a drawing, a statue or a toy"),),
        Resolution.ALLOWED: (N_("I know this adult, who is tagged"),),
    },
    Kind.FACE_COUNT: {
        Resolution.LOOKED_AT: (
            N_("I counted: everybody was looked at"),
            N_("Somebody is turned away; I looked: nobody on the list"),
        )
    },
    Kind.NAME_MATCH: {Resolution.FALSE_ALARM: _A_WORD},
    Kind.NAME_POSSIBLE: {Resolution.FALSE_ALARM: _A_WORD},
    Kind.TEXT_UNREADABLE: {Resolution.LOOKED_AT: (N_("I looked closely: no name"), N_("Nobody could read it"))},
    Kind.TEXT_PERSONAL: {
        Resolution.ALLOWED: (N_("It is the school’s own, public contact"),),
        Resolution.FALSE_ALARM: (N_("It is not a personal detail"),),
    },
    Kind.TAG_REFUSED: {
        Resolution.FALSE_ALARM: (
            N_("They are not in this post: a slip"),
            N_("Their face is covered now: nobody could recognise them"),
        )
    },
    Kind.TAG_MISSING: {
        Resolution.LOOKED_AT: (N_("I know everybody in it, and they may appear"), N_("Nobody in it can be recognised"))
    },
    Kind.UNCHECKED: {Resolution.LOOKED_AT: (N_("I looked at the whole picture myself: nothing to cover"),)},
}
ACTIONS = {
    "drafted": N_("Draft begun"),
    "submit": N_("Handed in"),
    "finish checks": N_("Checks ended"),
    "check again": N_("Checked again: the list, the roll or the checks moved on"),
    "cover": N_("Something covered; the new picture is checked"),
    "take cover off": N_("A cover taken off; the picture is checked as it was before"),
    "draft photos looked at": N_("The photos of the draft looked at by the checks"),
    "photo covered": N_("Something covered by the author"),
    "photo uncovered": N_("A cover taken off by the author"),
    "remove photo": N_("A photo removed by the approver"),
    "move crop": N_("Moved what an account gets of a photo; the new part is checked"),
    "crop moved by its author": N_("Moved what an account gets of a photo"),
    "leave out account": N_("An account left out of the post"),
    "photo removed": N_("A photo taken out by the author"),
    "photo put back": N_("A photo put back by the author"),
    "send back": N_("Sent back"),
    "approve": N_("Approved"),
    "release": N_("Every approval is there: ready to publish"),
    "ask for more approvals": N_("More approvals are asked for; those that were given stand"),
    "take own approval back": N_("Own approval taken back"),
    "marked sensitive": N_("Sensitive: one more person is asked"),
    "expire": N_("Approval expired"),
    "take approval back": N_("Approval taken back"),
    "take back to edit": N_("Taken back to edit"),
    "stop": N_("Stopped"),
    "resume": N_("Resumed; checked again"),
    "out on one account": N_("Out on one of its accounts"),
    "out after the kit closed": N_("It went out although its kit was closed; the rest is stopped"),
    "mark live": N_("Marked live"),
    "link corrected": N_("A link corrected"),
    "take down": N_("Taken down"),
    "discard": N_("Discarded"),
    "purge": N_("Purged: its time was over"),
    "purge again": N_("Purged again after a backup was restored"),
    "originals purged": N_("Uncovered and removed photos purged: their time was over"),
    "finding settled": N_("A flag settled"),
    "finding opened again": N_("A flag opened again"),
    "match allowed by two": N_("A match allowed by a second person"),
    "people tagged": N_("Who is in it: changed"),
    "takedown asked for": N_("Somebody asked for it to be taken down"),
    "deleted from own device": N_("Photos deleted from the author’s own device"),
    "takedown ended": N_("A takedown ended"),
    "held until": N_("The time until which it is held was set"),
    "takedown given back": N_("Whoever took it on does not take it down after all"),
    "mistake taken back": N_("The word that it was a mistake was taken back"),
    "takedown taken on": N_("Somebody said that they take it down"),
    "looked whether it was out": N_("Looked on the accounts whether it was out"),
    "concern reported": N_("A concern was reported"),
    "concern step": N_("A step about a concern"),
    "pictures kept apart": N_("Its pictures are kept apart"),
    "pictures put back": N_("Its pictures were put back"),
    "pictures purged": N_("Purged because of a picture"),
    "post to account asked for": N_("Gatepost was asked to post it to an account"),
    "posted to account": N_("Posted to an account"),
    "not posted to account": N_("Not posted to an account: it did not get through"),
    "removal from account asked for": N_("Gatepost was asked to remove it from an account"),
    "removed from account": N_("Removed from an account"),
    "not removed from account": N_("Not removed from an account: it did not get through"),
    "kit opened": N_("Kit opened"),
    "kit taken": N_("Kit downloaded"),
    "comparison asked for": N_("Somebody wanted it compared with what was approved"),
    "live compared": N_("What is live compared with what was approved"),
    "live settled": N_("What is live is not as approved: settled"),
    "kit picture taken": N_("A picture of the kit saved"),
    "phone link made": N_("A link to the kit made for a phone"),
    "kit opened on a phone": N_("Kit opened on a phone"),
    "evidence made": N_("An evidence pack made"),
}


# One for each of measuring.STEPS: how much is pointed at.
STEP_NAMES = (
    N_("Fewest false alarms"),
    N_("Much fewer false alarms"),
    N_("Fewer false alarms"),
    N_("As measured"),
    N_("Stricter"),
    N_("Much stricter"),
    N_("Strictest"),
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
    if not minutes:
        return gettext("just now")
    return gettext("for {minutes}").format(minutes=plural(minutes, "minute", "minutes"))


def how_long(since: datetime, now: datetime) -> str:
    """`3 hours`: in the largest unit of which there are two, as a clock across a room would say it."""
    minutes = max(0, int((now - since).total_seconds() // 60))
    if minutes >= 2 * 24 * 60:
        return plural(minutes // (24 * 60), "day", "days")
    if minutes >= 2 * 60:
        return plural(minutes // 60, "hour", "hours")
    if not minutes:
        return gettext("less than a minute")
    return plural(minutes, "minute", "minutes")


def said(kind: Kind, resolution: Resolution) -> str:
    """What somebody says who settles a flag of that kind like that."""
    return gettext(OWN_WORDS.get((kind, resolution), WORDS[resolution]))
