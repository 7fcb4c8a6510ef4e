"""What a move of a post tells, and whom: one table."""

from moderation.rules.telling import News
from moderation.rules.workflow import Action, State

# Told of an urgent reminder instead.
IF_URGENT: dict[News, News] = {News.WAITS: News.URGENT_WAITS, News.EXPIRED: News.URGENT_WAITS}
# Told of a reminder to publishers, who own them; to the heads only where no publisher can decide.
OWNERS_FIRST = frozenset({News.WAITS, News.EXPIRED})


def of_move(
    action: Action, before: State, after: State, *, flags: bool, withdrawn: bool, kit: bool, held: bool = False
) -> set[News]:
    """What a move tells. `withdrawn`: somebody in it may no longer appear. `kit`: it was opened before.

    `held`: until a time to come; then it is ready, and that is told.
    """
    was_released = before is State.RELEASED and after is not State.RELEASED
    if action is Action.RECHECK and was_released and withdrawn:
        return {News.OWN_HELD, News.PERHAPS_OUT if kit else News.HELD}
    lost = (
        {News.LOST}
        if was_released and action in (Action.RECHECK, Action.UNAPPROVE, Action.ASK_AGAIN, Action.TAKE_BACK)
        else set()
    )
    own = {News.OWN_LOST} if lost and action is not Action.TAKE_BACK else set()
    told = {News.OWN_FLAGS if flags else News.OWN_CHECKED} if action is Action.FINISH_CHECKS else set()
    not_yet = {News.READY} if held else set()
    return (lost | own | told | _PLAIN.get(action, frozenset())) - not_yet


_PLAIN: dict[Action, frozenset[News]] = {
    Action.FINISH_CHECKS: frozenset({News.WAITS}),
    Action.UNAPPROVE: frozenset({News.WAITS}),
    Action.COVER: frozenset({News.OWN_CHANGED}),
    Action.REMOVE_PHOTO: frozenset({News.OWN_CHANGED}),
    Action.SEND_BACK: frozenset({News.OWN_SENT_BACK}),
    Action.RELEASE: frozenset({News.OWN_APPROVED, News.READY}),
    Action.ASK_AGAIN: frozenset({News.WAITS}),
    Action.EXPIRE: frozenset({News.OWN_EXPIRED, News.EXPIRED}),
    Action.RESUME: frozenset({News.OWN_RESUMED}),
    Action.OUT_UNASKED: frozenset({News.OWN_STOPPED, News.STOPPED}),
    Action.STOP: frozenset({News.OWN_STOPPED, News.STOPPED}),
    Action.MARK_LIVE: frozenset({News.OWN_LIVE, News.LIVE}),
    Action.TAKE_DOWN: frozenset({News.OWN_DOWN, News.DOWN}),
}
