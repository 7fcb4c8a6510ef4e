"""Faces compared by a command, beside the register: where a school is set up, only those whom its register permits."""

from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from moderation.settings import Settings

PERMITTED = "The permission of everybody in the folder is recorded elsewhere, not on this school's register."
MOST_NAMED = 5


def check_permission(settings: "Settings", folder: Path) -> None:
    """Raises NotUsable for a folder of people whom the register of this installation does not permit to match.

    Where no school is set up there is no register to ask: whoever types the command answers for it.
    """
    from sqlalchemy.exc import SQLAlchemyError

    from moderation.services import matching
    from moderation.services.files import NotUsable
    from moderation.wiring import NotSetUp, wire

    try:
        parts = wire(settings)
    except NotSetUp:
        return
    people = sorted(one.name for one in folder.iterdir() if one.is_dir()) if folder.is_dir() else []
    try:
        with parts.reading() as work:
            refused = matching.not_permitted(work, people)
    except SQLAlchemyError as error:
        raise NotUsable("the school's register cannot be asked whose face may be compared.") from error
    if refused:
        named = ", ".join(refused[:MOST_NAMED]) + (" …" if len(refused) > MOST_NAMED else "")
        raise NotUsable(
            f"{folder}: the school's register does not permit to match {named}. Name each subfolder by the admission "
            "number or UPN of somebody with permission to match; or say --permitted if it is recorded elsewhere."
        )
