"""Which column of an export is what: known spellings of SIMS, Arbor, Bromcom and others, and the line of headings."""

import re
from collections.abc import Mapping, Sequence
from enum import StrEnum

from moderation.rules.language import N_


class Column(StrEnum):
    """What a column can be. The text is what the page says."""

    KEY = N_("UPN or admission number")
    FORENAME = N_("Forename")
    SURNAME = N_("Surname")
    FULL_NAME = N_("Whole name: Surname, Forename")
    PREFERRED_NAME = N_("Preferred forename")
    OTHER_NAME = N_("Another name they are known by")
    CLASS_NAME = N_("Class or group")
    KIND = N_("Pupil or staff")
    BORN = N_("Date of birth: only the last day of protection is kept")
    LOOKED_AFTER = N_("Looked after: a yes protects longer")
    SPECIAL_NEEDS = N_("Special educational needs: a yes protects longer")
    MUST_NOT_APPEAR = N_("Must not appear: a yes puts them on the no-publish list")
    PHOTOS = N_("Photo consent, channel not said: only a no counts")
    EVERY_CHANNEL = N_("Photo consent: every channel")
    WEBSITE = N_("Photo consent: website")
    SOCIAL = N_("Photo consent: social media")
    NEWSLETTER = N_("Photo consent: newsletter")
    PRESS = N_("Photo consent: press")


CHANNELS = (Column.WEBSITE, Column.SOCIAL, Column.NEWSLETTER, Column.PRESS)
CONSENTS = (Column.PHOTOS, Column.EVERY_CHANNEL, *CHANNELS)
# What several columns of a file may be at once: more names, both parents' words.
SHARED = frozenset({Column.OTHER_NAME, Column.MUST_NOT_APPEAR, *CONSENTS})

# Spellings as `plain` leaves them, in the order of preference: the first that a file has is taken.
KNOWN: dict[Column, tuple[str, ...]] = {
    Column.KEY: (
        *("upn", "unique pupil number", "student upn", "pupil upn", "current upn"),
        *("admission number", "adno", "admission no", "adm no", "adm number", "student admission number"),
        *("student id", "pupil id", "arbor student id", "arbor id", "mis id", "person id"),
        *("staff code", "staff id", "employee number", "payroll number", "id", "key"),
    ),
    Column.FORENAME: (
        *("legal forename", "legal first name", "forename", "first name", "given name", "forenames", "first names"),
        *("student forename", "pupil forename", "student first name", "pupil first name"),
    ),
    Column.PREFERRED_NAME: (
        *("preferred forename", "preferred first name", "chosen forename", "chosen first name", "chosen name"),
        *("preferred name", "known as", "calling name"),
        *("forename", "first name"),  # beside a legal one these are the preferred ones
    ),
    Column.SURNAME: (
        *("legal surname", "legal last name", "surname", "last name", "family name", "student surname"),
        *("pupil surname", "student last name", "pupil last name"),
    ),
    Column.OTHER_NAME: (
        *("preferred surname", "preferred last name", "chosen surname", "former surname", "surname", "last name"),
        *("alias", "aliases", "other names", "nickname"),
    ),
    Column.CLASS_NAME: (
        *("class", "class name", "reg group", "reg", "registration group", "registration form", "registration"),
        *("tutor group", "form", "form group", "tutor", "year group", "year", "nc year", "curriculum year"),
    ),
    Column.KIND: ("kind", "person type", "pupil or staff"),
    Column.MUST_NOT_APPEAR: (
        *("must not appear", "no photos", "no photo", "no photographs", "do not photograph", "no publish"),
        *("photo refusal", "photos refused", "not to be photographed"),
    ),
}
STAFF_HEADINGS = frozenset({"staff code", "staff id", "employee number", "payroll number"})  # such a file lists staff
_WHOLE = ("name", "full name", "student", "pupil", "student name", "pupil name", "legal name", "legal full name")
_ABOUT_PHOTOS = {
    "photo",
    "photos",
    "photograph",
    "photographs",
    "photography",
    "image",
    "images",
    "picture",
    "pictures",
}
_ABOUT_CONSENT = {"consent", "consents", "permission", "permissions", "agreed", "consented", "media"}
_CHANNEL_WORDS = {
    Column.WEBSITE: {"website", "web", "site"},
    Column.SOCIAL: {"social", "facebook", "instagram", "twitter", "x", "youtube", "linkedin", "threads", "bluesky"},
    Column.NEWSLETTER: {"newsletter", "newsletters"},
    Column.PRESS: {"press", "newspaper", "newspapers"},
}
# Words that make something else of a consent column: who gave it and when, a no turned round, a use inside the school.
_NOT_A_WORD = {"date", "by", "from", "until", "expiry", "expires", "notes", "note", "comment", "comments", "source"}
_TURNED = {"no", "not", "refused", "refusal", "withheld", "withdrawn", "declined", "objection", "opt", "out", "without"}
_OTHER_USES = {"internal", "display", "displays", "classroom", "biometric", "biometrics", "trip", "trips", "medical"}
_HEADINGS_WITHIN = 20  # lines; reports begin with a title and a date


def plain(heading: str) -> str:
    """`Reg. Group` and `reg_group` are one spelling."""
    return " ".join(re.findall(r"[^\W_]+", heading.casefold()))


def guess(headings: Sequence[str], remembered: Mapping[str, Column | None] | None = None) -> list[Column | None]:
    """What each column is: by what was chosen last time for the same heading (as `plain` leaves it), then by name."""
    names = [plain(heading) for heading in headings]
    memory = remembered or {}
    found = [memory.get(name) for name in names]
    free = {n for n, name in enumerate(names) if name and name not in memory}
    for column in (Column.KEY, Column.FORENAME, Column.SURNAME):  # legal names before the others
        _take(column, KNOWN[column], names, found, free)
    for column, spellings in KNOWN.items():
        _take(column, spellings, names, found, free)
    for wanted, instead in ((Column.FORENAME, Column.PREFERRED_NAME), (Column.SURNAME, Column.OTHER_NAME)):
        if wanted not in found and instead in found and not memory:  # a file that has preferred names alone
            found[found.index(instead)] = wanted
    if Column.SURNAME not in found and Column.FORENAME not in found:
        _take(Column.FULL_NAME, _WHOLE, names, found, free)
    for n in free:
        found[n] = _consent(set(names[n].split()))
    return found


def _take(
    column: Column, spellings: Sequence[str], names: list[str], found: list[Column | None], free: set[int]
) -> None:
    """The first spelling that a free heading has; for what may be several columns at once, each of them."""
    for spelling in spellings:
        for n in sorted(free):
            if names[n] == spelling and (column in SHARED or column not in found):
                found[n] = column
                free.discard(n)


def _consent(words: set[str]) -> Column | None:
    """A consent column by the words in its heading; none where it is about something else."""
    if words & (_NOT_A_WORD | _TURNED | _OTHER_USES):
        return None
    channels = [column for column, those in _CHANNEL_WORDS.items() if words & those]
    if len(channels) == 1:
        alone = words <= _CHANNEL_WORDS[channels[0]] | {"media"}
        return channels[0] if alone or words & (_ABOUT_PHOTOS | _ABOUT_CONSENT) else None
    return Column.PHOTOS if words & _ABOUT_PHOTOS and not channels else None


def headings_at(first_lines: Sequence[Sequence[str]]) -> int:
    """The index of the line that holds the headings: the one with most known names, the first of equals."""

    def known(cells: Sequence[str]) -> tuple[int, int]:
        columns = [column for column in guess(cells) if column]
        return len(columns), sum(1 for cell in cells if cell.strip()) > 1

    lines = list(first_lines[:_HEADINGS_WITHIN])
    return max(range(len(lines)), key=lambda n: (known(lines[n]), -n), default=0)
