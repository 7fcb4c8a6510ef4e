"""Who may use which endpoint: one table. An endpoint that is not in it answers 403 to everybody (law 3)."""

from moderation.rules.roles import APPROVERS, PUBLISHERS, SIGN_INS, STAFF, Role

PUBLIC = None  # also for people who are not signed in

_DATA_LEAD = frozenset({Role.DATA_LEAD})
_ADMINISTRATOR = frozenset({Role.ADMINISTRATOR})

AUDIENCE: dict[str, frozenset[Role] | None] = {
    "static": PUBLIC,
    "health.healthz": PUBLIC,
    "signing_in.page": PUBLIC,
    "signing_in.sign_in": PUBLIC,
    "signing_in.home": SIGN_INS,
    "signing_in.sign_out": SIGN_INS,
    "posts.mine": STAFF,
    "posts.everybodys": STAFF,
    "posts.new": STAFF,
    "posts.create": STAFF,
    "posts.show": STAFF,
    "posts.progress": STAFF,
    "posts.edit": STAFF,
    "posts.save": STAFF,
    "posts.take_back": STAFF,
    "posts.discard": STAFF,
    "posts.stop": STAFF,
    "review.waiting": APPROVERS,
    "review.show": APPROVERS,
    "review.settle": APPROVERS,
    "review.unsettle": APPROVERS,
    "review.cover": APPROVERS,
    "review.remove_photo": APPROVERS,
    "review.approve": APPROVERS,
    "review.decide": APPROVERS,
    "publish.board": PUBLISHERS,
    "publish.open_kit": PUBLISHERS,
    "publish.kit": PUBLISHERS,
    "publish.zipped": PUBLISHERS,
    "publish.mark_live": PUBLISHERS,
    "publish.take_down": PUBLISHERS | APPROVERS,
    "register.everybody": _DATA_LEAD,
    "register.new": _DATA_LEAD,
    "register.create": _DATA_LEAD,
    "register.edit": _DATA_LEAD,
    "register.save": _DATA_LEAD,
    "register.add_reference": _DATA_LEAD,
    "register.leave": _DATA_LEAD,
    "staff.people": _ADMINISTRATOR,
    "staff.add": _ADMINISTRATOR,
    "staff.set_active": _ADMINISTRATOR,
    "staff.set_password": _ADMINISTRATOR,
    "staff.accounts": _ADMINISTRATOR,
    "staff.add_account": _ADMINISTRATOR,
    "staff.set_account_in_use": _ADMINISTRATOR,
    "media.photo": STAFF,
    "media.finding": STAFF,
    "media.reference": APPROVERS | _DATA_LEAD,
}
