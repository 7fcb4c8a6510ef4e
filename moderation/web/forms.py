"""Parses what browsers send into frozen values, at the edge."""

from collections.abc import Mapping
from datetime import date, datetime, tzinfo
from enum import StrEnum
from pathlib import PurePosixPath, PureWindowsPath
from typing import TypeVar
from urllib.parse import unquote, urlsplit

from werkzeug.datastructures import FileStorage, ImmutableMultiDict, MultiDict

from moderation.rules.columns import Column
from moderation.rules.consent import PersonKind
from moderation.rules.faces import FaceRules
from moderation.rules.language import gettext
from moderation.rules.retention import BY_TIME, Schedule
from moderation.rules.roles import Role
from moderation.services.import_files import Choices
from moderation.services.intake import Upload, Words
from moderation.services.register import PersonForm
from moderation.services.staff import UserForm
from moderation.services.work import Mistake

Form = ImmutableMultiDict[str, str]
MOST_FILES = 20
Chosen = TypeVar("Chosen", bound=StrEnum)


def parse_words(form: Form) -> Words:
    """Caption, chosen accounts, and `alt-ID` and `people-ID` for each photo."""
    return Words(
        caption=lines(form.get("caption", "")),
        account_ids=parse_ids(form, "account"),
        alt_texts={
            int(name[4:]): " ".join(text.replace("\0", "").split())
            for name, text in form.items()
            if name.startswith("alt-") and is_id(name[4:])
        },
        people={
            int(name[7:]): int(text) if is_id(text.strip()) else None
            for name, text in form.items()
            if name.startswith("people-") and is_id(name[7:])
        },
    )


def parse_id(form: Mapping[str, str], name: str) -> int | None:
    """The number of a row; None if nothing was chosen, or something that is none."""
    return int(text) if is_id(text := form.get(name, "")) else None


def one_line(form: Form, name: str) -> str:
    """What was typed, with single spaces and without line breaks."""
    return " ".join(form.get(name, "").replace("\0", "").split())


def parse_ids(form: Form, name: str) -> tuple[int, ...]:
    return tuple(int(value) for value in form.getlist(name) if is_id(value))


def parse_crop(form: Form) -> tuple[int, int, int | None]:
    """`photo`, `account`, and `at`, where the part stands (None if that is no number). Raises Mistake."""
    photo, account, at = (form.get(name, "").strip() for name in ("photo", "account", "at"))
    if not (is_id(photo) and is_id(account)):
        raise Mistake(gettext("That did not arrive as it should. Load the page again."))
    return int(photo), int(account), int(at) if is_id(at) else None


def parse_uploads(
    files: Mapping[str, FileStorage] | MultiDict[str, FileStorage],
) -> tuple[list[Upload], list[str]]:
    """The first MOST_FILES chosen files, each with the last part of its name only; a sentence for each of the rest."""
    chosen = [(base_name(file.filename), file) for file in MultiDict(files).getlist("photos") if file.filename]
    uploads = [Upload(name, file.read()) for name, file in chosen[:MOST_FILES]]
    return uploads, [
        gettext("{name}: send {count} photos at a time at most.").format(name=name, count=MOST_FILES)
        for name, _ in chosen[MOST_FILES:]
    ]


def parse_person(form: Form) -> PersonForm:
    def text(name: str, longest: int) -> str:
        value = " ".join(form.get(name, "").split())
        if len(value) > longest:
            raise Mistake(
                gettext("At most {longest} characters fit here: “{value}…”").format(longest=longest, value=value[:20])
            )
        return value

    return PersonForm(
        key=text("key", 40),
        forename=text("forename", 80),
        surname=text("surname", 80),
        preferred_name=text("preferred_name", 80),
        aliases=text("aliases", 400),
        class_name=text("class_name", 40),
        no_publish="no_publish" in form,
        kind=chosen(PersonKind, form.get("kind", ""), gettext("Say who it is."), PersonKind.PUPIL),
        protected_until=parse_day(form.get("protected_until", "")),
    )


def parse_choices(form: Form) -> Choices:
    """`column-N` for each column of the file, `kind`, and `take_off`."""
    names = {name[7:]: value for name, value in form.items() if name.startswith("column-") and is_id(name[7:])}
    try:
        columns = tuple(Column[names[str(n)]] if names[str(n)] else None for n in range(len(names)))
        return Choices(columns, PersonKind(form.get("kind", PersonKind.PUPIL)), "take_off" in form)
    except (KeyError, ValueError) as error:
        raise Mistake(gettext("Choose for each column what it is, and whom the file lists.")) from error


def parse_face_rules(form: Form) -> FaceRules:
    """`wider`, a distance; `largest_clear`, per cent of the picture or nothing."""
    percent = form.get("largest_clear", "").strip().removesuffix("%").strip()
    try:
        return FaceRules(float(form.get("wider", "0")), float(percent.replace(",", ".")) / 100 if percent else None)
    except ValueError as error:
        raise Mistake(gettext("Give the share of the picture as a number of per cent, such as 5.")) from error


def parse_schedule(form: Form) -> Schedule:
    """`months-NAME` of each rule, empty if it is off, and `by_itself`. Raises Mistake."""
    typed = {rule: form.get(f"months-{rule.name}", "").strip() for rule in BY_TIME}
    if not all(is_id(text) for text in typed.values() if text):
        raise Mistake(gettext("Give the months as whole numbers, or leave the field empty."))
    return Schedule({rule: int(text) for rule, text in typed.items() if text}, "by_itself" in form)


def parse_user(form: Form) -> UserForm:
    return UserForm(form.get("email", ""), form.get("name", ""), parse_role(form), form.get("password", ""))


def parse_role(form: Form) -> Role:
    try:
        return Role(form.get("role", ""))
    except ValueError as error:
        raise Mistake(gettext("Choose a role.")) from error


def parse_links(form: Form) -> dict[int, str]:
    """`link-ID` for each account."""
    return {int(name[5:]): link for name, link in form.items() if name.startswith("link-") and is_id(name[5:])}


def safe_path(wanted: str | None, root: str = "") -> str | None:
    """A path on this site, or None: nobody is redirected elsewhere after signing in.

    `root`: under which this school's pages lie. What is behind it belongs to another school of the trust.
    """
    if not wanted or not wanted.startswith("/") or wanted.startswith(("//", "/\\")):
        return None
    if any(sign < " " for sign in wanted):  # no browser sends such a path, and no answer can name it
        return None
    parsed = urlsplit(wanted)
    if parsed.scheme or parsed.netloc or "\\" in wanted:
        return None
    climbs = any(unquote(step) in (".", "..") for step in parsed.path.split("/"))  # which browsers do by themselves
    return wanted if not root or (f"{parsed.path}/".startswith(f"{root}/") and not climbs) else None


def parse_day(text: str) -> date | None:
    """A day as date fields send it. Raises Mistake."""
    if not text.strip():
        return None
    try:
        return date.fromisoformat(text.strip())
    except ValueError as error:
        raise Mistake(gettext("Give the day like this: 2026-09-01.")) from error


def parse_moment(text: str, zone: tzinfo) -> datetime | None:
    """A moment as `datetime-local` fields send it, in the school's time. Raises Mistake."""
    if not text.strip():
        return None
    try:
        return datetime.fromisoformat(text.strip()).replace(tzinfo=zone)
    except ValueError as error:
        raise Mistake(gettext("Give day and time like this: 2026-09-01T15:30.")) from error


def chosen(words: type[Chosen], text: str, problem: str, otherwise: Chosen | None = None) -> Chosen:
    try:
        return words(text)
    except ValueError as error:
        if otherwise is not None and not text:
            return otherwise
        raise Mistake(problem) from error


def lines(text: str) -> str:
    return text.replace("\0", "").replace("\r\n", "\n").replace("\r", "\n").strip()


def base_name(name: str) -> str:
    return PurePosixPath(PureWindowsPath(name).name).name


def is_id(text: str) -> bool:
    """Whether this can be the number of a row, and `int` takes it."""
    return text.isascii() and text.isdigit() and len(text) < 12
