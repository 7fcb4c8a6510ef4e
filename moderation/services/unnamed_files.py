"""Files of the media that no row names: a picture whose saving broke off before its row was written."""

import logging
from collections.abc import Iterable
from typing import Final

from sqlalchemy import select

from moderation.db.snapshot import NAMES_FILES
from moderation.rules.roles import SYSTEM
from moderation.services import audit, restored
from moderation.services.work import Work

log = logging.getLogger(__name__)

OLD: Final = 86_400  # seconds; by then nobody is still about to write the row


def find(work: Work) -> list[str]:
    """Keys of those that lie there for a day and longer. None while the database is an older or another one: the rows
    that name them are in the one that is to come back."""
    if restored.is_behind(work):
        return []
    return [key for key in _not_named(work, work.store.keys()) if work.store.age(key) > OLD]


def remove(work: Work, keys: Iterable[str]) -> int:
    """Those of them that no row names still: whoever picked the same picture meanwhile keeps it. How many went."""
    if restored.is_behind(work):
        return 0
    gone = [key for key in _not_named(work, keys) if work.store.age(key) > OLD]
    for key in gone:
        work.store.delete(key)
    count = len(gone)
    if count:
        audit.append(work, SYSTEM, "files without a row removed", files=count)
        log.info("%d files of the media that no row named were removed.", count)
    return count


def _not_named(work: Work, keys: Iterable[str]) -> list[str]:
    named = {key for column in NAMES_FILES for key in work.session.scalars(select(column).where(column.is_not(None)))}
    return [key for key in keys if key not in named]
