"""Ready routes in plain words, and the one that a school puts together: a number of the people ticked."""

from dataclasses import dataclass

from moderation.rules.language import N_
from moderation.rules.roles import PUBLISHERS, Role
from moderation.rules.route import Member, Route, Step

_ASSISTANT, _HEAD = Step(frozenset({Role.ASSISTANT_HEAD})), Step(frozenset({Role.HEADTEACHER}))
_EITHER = Step(_ASSISTANT.members | _HEAD.members, 1)


@dataclass(frozen=True)
class Preset:
    title: str
    says: str
    route: Route


PRESETS: dict[str, Preset] = {
    "either": Preset(
        N_("Assistant head or headteacher"), N_("One approval is enough, whoever is quicker."), Route((_EITHER,))
    ),
    "assistant-head": Preset(N_("Assistant head"), N_("One approval, by an assistant head."), Route((_ASSISTANT,))),
    "both": Preset(
        N_("Assistant head and headteacher, any order"),
        N_("Two approvals; whoever looks first begins."),
        Route((_ASSISTANT, _HEAD)),
    ),
    "in-order": Preset(
        N_("Assistant head, then headteacher"),
        N_("Two approvals; the headteacher is asked once the assistant head has approved."),
        Route((_ASSISTANT, _HEAD), in_order=True),
    ),
    "headteacher": Preset(N_("Headteacher"), N_("One approval, by the headteacher."), Route((_HEAD,))),
}


# For reminders to parents, which have a route of their own.
REMINDERS: dict[str, Preset] = {
    "office": Preset(
        N_("The resources manager, or a head"),
        N_("One approval is enough, by any of them."),
        Route((Step(_EITHER.members | PUBLISHERS, 1),)),
    ),
    "heads": Preset(N_("A head only"), N_("One approval, by an assistant head or the headteacher."), Route((_EITHER,))),
}


def any_of(members: frozenset[Member], how_many: int) -> Route:
    return Route((Step(members, how_many),))


def preset_of(route: Route) -> str:
    """The name of a ready route, or "any"."""
    return next((name for name, preset in PRESETS.items() if preset.route == route), "any")
