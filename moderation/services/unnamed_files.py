"""Files of the media that no row names: a picture whose saving broke off before its row was written."""

import logging
from collections.abc import Iterable
from datetime import datetime
from typing import Final

from sqlalchemy import select

from moderation.db.snapshot import NAMES_FILES
from moderation.media.places import BEHIND
from moderation.rules.roles import SYSTEM
from moderation.services import audit, restored
from moderation.services.work import Work

log = logging.getLogger(__name__)

SHARES: Final = 23
Share = tuple[str, str]  # keys from the first until before the second
EVERY: Final[Share] = ("", BEHIND)
OLD: Final = 86_400  # seconds; by then nobody is still about to write the row


def share_of(moment: datetime) -> Share:
    """What is looked at in this hour: all of the store within a day, a part of millions of files at a time.

    The number of shares and that of a day's hours have no divisor: a machine that runs by day alone sees all too.
    """
    number = int(moment.timestamp()) // 3600 % SHARES
    first, end = (256 * part // SHARES for part in (number, number + 1))
    return f"{first:02x}" if first else "", f"{end:02x}" if number + 1 < SHARES else BEHIND


def find(work: Work, share: Share = EVERY) -> list[str]:
    """Keys of those that lie there for a day and longer. None while the database is an older or another one: the rows
    that name them are in the one that is to come back."""
    if restored.is_behind(work):
        return []
    named = _named(work, share)
    return [key for key in work.store.keys(*share) if key not in named and work.store.age(key) > OLD]


def remove(work: Work, keys: Iterable[str]) -> int:
    """Those of them that no row names still: whoever picked the same picture meanwhile keeps it. How many went."""
    if restored.is_behind(work):
        return 0
    keys = sorted(keys)
    named = _named(work, (keys[0], keys[-1] + BEHIND)) if keys else set()
    gone = [key for key in keys if key not in named and work.store.age(key) > OLD]
    for key in gone:
        work.store.delete(key)
    count = len(gone)
    if count:
        audit.append(work, SYSTEM, "files without a row removed", files=count)
        log.info("%d files of the media that no row named were removed.", count)
    return count


def _named(work: Work, share: Share) -> set[str]:
    """By whatever row."""
    return {
        key
        for column in NAMES_FILES
        for key in work.session.scalars(select(column).where(column >= share[0], column < share[1]))
        if key is not None
    }
