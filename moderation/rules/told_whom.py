"""Whose news it can be, in the words of the table of telling, and the roles behind each word."""

from enum import StrEnum

from moderation.rules.roles import APPROVERS, IMPORT_CONFIRMERS, PUBLISHERS, SIGN_INS, STAFF, Role


class Whom(StrEnum):
    AUTHOR = "author"
    APPROVERS = "approvers"
    DEPUTIES = "deputies"
    DECIDERS = "whoever decides about the post"
    PUBLISHERS = "publishers"
    OFFICE = "approvers and publishers"
    CONCERNED = "approvers, publishers and data lead"
    EVERYBODY = "everybody"
    DATA_LEAD = "data lead"
    CONFIRMERS = "who may confirm an import"
    ADMINISTRATORS = "administrators"
    LOOKING_AFTER = "who looks after an account"
    WATCHING = "approvers and administrators"


_DATA_LEAD = frozenset({Role.DATA_LEAD})
ROLES: dict[Whom, frozenset[Role]] = {
    Whom.AUTHOR: STAFF,
    Whom.APPROVERS: APPROVERS,
    Whom.DEPUTIES: frozenset({Role.HEADTEACHER}),
    Whom.DECIDERS: APPROVERS | PUBLISHERS,  # of these, those whom the post asks
    Whom.PUBLISHERS: PUBLISHERS,
    Whom.OFFICE: APPROVERS | PUBLISHERS,
    Whom.CONCERNED: APPROVERS | PUBLISHERS | _DATA_LEAD,
    Whom.EVERYBODY: SIGN_INS,
    Whom.DATA_LEAD: _DATA_LEAD,
    Whom.CONFIRMERS: IMPORT_CONFIRMERS,
    Whom.ADMINISTRATORS: frozenset({Role.ADMINISTRATOR}),
    Whom.LOOKING_AFTER: SIGN_INS,
    Whom.WATCHING: APPROVERS | frozenset({Role.ADMINISTRATOR}),
}
