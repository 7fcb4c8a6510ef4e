"""The strict setting of matching: whether what was seen of faces is what today's tags allow to be looked at."""

from collections.abc import Iterable
from typing import Protocol

from moderation.db.models import Post
from moderation.rules.findings import Kind
from moderation.services import appearing, matching
from moderation.services.work import Work

_COMPARED = frozenset({Kind.FACE_MATCH, Kind.FACE_POSSIBLE, Kind.FACE_OTHER})


class Seen(Protocol):
    """A sighting or a finding."""

    @property
    def kind(self) -> Kind: ...


def allows(work: Work, post: Post) -> bool | None:
    """Whether the faces of this post may be encoded today; None where the school's setting does not ask for tags.

    Recognition recorded or switched off moves the list on, so that everything is looked at again anyway.
    """
    lawful = matching.in_force(work)
    if lawful is None or not lawful.strict:
        return None
    return not matching.uncompared(work, appearing.tagged(work, post), post.others or 0)


def fits(seen: Iterable[Seen], allowed: bool | None) -> bool:
    """Whether a look at faces holds: none compared that may not be, and none left out that may be compared."""
    kinds = {one.kind for one in seen}
    if allowed is None:
        return True
    return Kind.FACE_UNCOMPARED not in kinds if allowed else not kinds & _COMPARED
