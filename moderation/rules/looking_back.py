"""Looking back over what is live: why it is done, how somebody was found, and how a takedown ends."""

from collections.abc import Collection
from enum import StrEnum

from moderation.rules.language import N_


class Cause(StrEnum):
    """Why a look-back was started: for the data lead alone."""

    WITHDRAWN = N_("a permission was withdrawn")
    REFUSED = N_("a refusal was recorded")
    LISTED = N_("put on the no-publish list")
    ENDED = N_("a permission came to its last day")
    ASKED = N_("asked not to be in it that day")
    COMPARABLE = N_("their face can be compared now")
    BY_HAND = N_("asked for by hand")


class Way(StrEnum):
    """How a live post was found."""

    TAG = N_("tagged by its author")
    WORDS = N_("named in the words")
    WRITING = N_("named in a picture")
    FACE = N_("recognised in a picture")
    UNCHECKED = N_("could not be looked at")


class Reason(StrEnum):
    """Why a takedown was opened, as any member of staff may read it: never the family's reason."""

    MUST_NOT_APPEAR = N_("must not appear there")
    LOOK_FIRST = N_("may be in it: look first")
    ASKED_FOR = N_("a member of staff asks for it")


class End(StrEnum):
    REMOVED = N_("removed")
    SOMEBODY_ELSE = N_("somebody else")  # a person looked: it does not show them
    STAYS = N_("stays")  # it was asked for, and an approver decided that the post may stay


def reason_of(ways: Collection[Way]) -> Reason:
    """Only a person's own word, the tag, is sure; the program points and people look."""
    return Reason.MUST_NOT_APPEAR if Way.TAG in ways else Reason.LOOK_FIRST
