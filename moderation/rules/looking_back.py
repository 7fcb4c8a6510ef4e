"""Looking back over what is live: why it is done, how somebody was found, and how a takedown ends."""

from collections.abc import Collection
from enum import StrEnum


class Cause(StrEnum):
    """Why a look-back was started: for the data lead alone."""

    WITHDRAWN = "a permission was withdrawn"
    REFUSED = "a refusal was recorded"
    LISTED = "put on the no-publish list"
    ENDED = "a permission came to its last day"
    ASKED = "asked not to be in it that day"
    COMPARABLE = "their face can be compared now"
    BY_HAND = "asked for by hand"


class Way(StrEnum):
    """How a live post was found."""

    TAG = "tagged by its author"
    WORDS = "named in the words"
    WRITING = "named in a picture"
    FACE = "recognised in a picture"
    UNCHECKED = "could not be looked at"


class Reason(StrEnum):
    """Why a takedown was opened, as any member of staff may read it: never the family's reason."""

    MUST_NOT_APPEAR = "must not appear there"
    LOOK_FIRST = "may be in it: look first"
    ASKED_FOR = "a member of staff asks for it"


class End(StrEnum):
    REMOVED = "removed"
    SOMEBODY_ELSE = "somebody else"  # a person looked: it does not show them
    STAYS = "stays"  # it was asked for, and an approver decided that the post may stay


def reason_of(ways: Collection[Way]) -> Reason:
    """Only a person's own word, the tag, is sure; the program points and people look."""
    return Reason.MUST_NOT_APPEAR if Way.TAG in ways else Reason.LOOK_FIRST
