"""The school's name and look, kept by the administrator: its name, one colour and a logo, on every page."""

from dataclasses import dataclass
from typing import Final

from moderation.db.models import SchoolLook
from moderation.media import photo as pictures
from moderation.rules import school_look
from moderation.rules.findings import Box
from moderation.rules.language import gettext
from moderation.rules.roles import Actor
from moderation.services import audit
from moderation.services.work import Mistake, NotFound, Work
from moderation.settings.shape import NO_NAME

SHOWN: Final = (288, 48)  # pixels, at most, of the logo on a page
KEPT: Final = 3  # times as many, for screens with small pixels
LONGEST: Final = 80  # characters of the name
NAMED: Final = 16  # digits of the logo's digest in its address: another logo has another address


def is_named(work: Work) -> bool:
    """By the administrator or by whoever looks after the machine."""
    return work.school != NO_NAME


def set_name(work: Work, actor: Actor, typed: str) -> None:
    """From now on it is called that, on every page. Raises Mistake."""
    name = " ".join(typed.split())
    if not name:
        raise Mistake(gettext("Write the school’s name."))
    if len(name) > LONGEST:
        raise Mistake(gettext("The name is too long: at most {longest} characters.").format(longest=LONGEST))
    _row(work).name = name
    audit.append(work, actor, "school named", name=name)


@dataclass(frozen=True)
class Look:
    """What every page shows. `colour`: `#rrggbb`; None as long as the school has none of its own. So `logo_name`."""

    school: str
    colour: str | None
    logo_name: str | None


def in_force(work: Work) -> Look:
    row = _row(work)  # held on to, so that it is read once
    return Look(work.school, row.colour, row.media_key[:NAMED] if row.media_key else None)


def logo(work: Work, name: str) -> bytes:
    """The JPEG of the logo under this name. Raises NotFound for one that it is no more."""
    key = _row(work).media_key
    if key is None or key[:NAMED] != name:
        raise NotFound
    return work.store.get(key)


def set_colour(work: Work, actor: Actor, typed: str) -> None:
    """From now on this one. Raises Mistake, with what to do."""
    chosen = school_look.parse(typed)
    if chosen is None:
        raise Mistake(gettext("A colour is written as a # and six digits or letters from a to f, such as #14532d."))
    if problem := school_look.problem(chosen):
        raise Mistake(problem)
    _row(work).colour = chosen
    audit.append(work, actor, "school colour set", colour=chosen)


def put_logo(work: Work, actor: Actor, picture: pictures.Photo) -> None:
    """From now on this one, as small as pages need it; the last one is deleted."""
    shrink = min(1.0, *(KEPT * most / side for most, side in zip(SHOWN, (picture.width, picture.height), strict=True)))
    size = max(1, round(picture.width * shrink)), max(1, round(picture.height * shrink))
    made = pictures.fitted(picture.jpeg, Box(0, 0, picture.width, picture.height), size)
    _set_logo(work, work.store.put(made.jpeg))
    audit.append(work, actor, "school logo put", digest=made.digest)


def remove_logo(work: Work, actor: Actor) -> None:
    if _row(work).media_key:
        _set_logo(work, None)
        audit.append(work, actor, "school logo removed")


def undo(work: Work, actor: Actor) -> None:
    """Back to Gatepost's own look, whatever there was."""
    _row(work).colour = None
    _set_logo(work, None)
    audit.append(work, actor, "school look undone")


def _row(work: Work) -> SchoolLook:
    return work.session.get_one(SchoolLook, 1)


def _set_logo(work: Work, key: str | None) -> None:
    row = _row(work)
    last, row.media_key = row.media_key, key
    work.session.flush()
    if last:
        work.delete_media(last)
