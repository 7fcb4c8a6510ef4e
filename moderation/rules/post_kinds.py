"""The two kinds of posts, and who decides about each: a reminder is words alone, and its owner may let it out."""

from enum import StrEnum

from moderation.rules.language import N_
from moderation.rules.roles import APPROVERS, PUBLISHERS, Role


class PostKind(StrEnum):
    """What a post is from its first draft on; it never becomes the other kind."""

    POST = N_("post")
    REMINDER = N_("reminder")  # to parents, without any picture


# Who settles its flags, sends it back and approves it.
DECIDERS: dict[PostKind, frozenset[Role]] = {
    PostKind.POST: APPROVERS,
    PostKind.REMINDER: APPROVERS | PUBLISHERS,
}
