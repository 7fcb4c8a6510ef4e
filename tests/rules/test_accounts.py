"""The life of an account: every standing, step, role and relation against a table by hand; what each step needs."""

from dataclasses import replace
from datetime import date, timedelta
from itertools import product

import pytest

from moderation.rules.accounts import (
    ROWS,
    AccountStanding,
    Facts,
    Step,
    advance,
    available,
    lacks,
    looks_like_a_password,
    why_blocked,
)
from moderation.rules.guards import NotYours, Refused, Stale
from moderation.rules.roles import SYSTEM, Actor, Role

TODAY = date(2026, 11, 21)
ANYBODY = {Role.TEACHER, Role.ASSISTANT_HEAD, Role.HEADTEACHER, Role.RESOURCES_MANAGER, Role.DATA_LEAD} | {
    Role.ADMINISTRATOR
}
HEAD = {Role.HEADTEACHER}
KEEPERS = {Role.HEADTEACHER, Role.ADMINISTRATOR}
ME, APPLICANT, NAMED, OTHER, HOLDER = 1, 11, 12, 13, 14
RELATIONS = ("applicant", "named", "holder", "none")
# step · from · to · whose it is by role · relations that have it whatever their role · relations that never have it
LIFE: dict[Step, tuple[dict[str, str], set[Role], set[str], set[str]]] = {
    Step.APPLY: ({"": "applied for", "closed": "applied for"}, ANYBODY, set(), set()),
    Step.WITHDRAW: ({"applied for": "closed"}, ANYBODY, set(), {"named", "holder", "none"}),
    Step.APPROVE: ({"applied for": "approved"}, HEAD, set(), {"applicant"}),
    Step.REFUSE: ({"applied for": "closed"}, HEAD, set(), {"applicant"}),
    Step.WRITE_CASE: ({"in use": "in use", "blocked": "blocked"}, ANYBODY, set(), set()),
    Step.CONSENT: ({"in use": "in use", "blocked": "blocked"}, HEAD, set(), {"applicant"}),
    Step.PUT_IN_USE: ({"approved": "in use"}, KEEPERS, {"named", "holder"}, set()),
    Step.RECORD: ({"in use": "in use", "blocked": "blocked"}, KEEPERS, {"named", "holder"}, set()),
    Step.LOOK: ({"in use": "in use", "blocked": "blocked"}, KEEPERS, {"named", "holder"}, set()),
    Step.BLOCK: ({"in use": "blocked"}, KEEPERS | {Role.SYSTEM}, set(), set()),
    Step.TAKE_OVER: ({"in use": "in use", "blocked": "in use"}, KEEPERS, set(), set()),
    Step.CLOSE: ({"approved": "closed", "in use": "closed", "blocked": "closed"}, KEEPERS, set(), set()),
}
IN_ORDER = Facts(
    applicant_id=APPLICANT,
    named=frozenset({NAMED, OTHER}),
    holder_id=HOLDER,
    holder_is_there=True,
    is_consented=True,
    has_case=True,
    credentials_recorded=True,
    second_factor=True,
    changed_on=TODAY,
    left_on=TODAY,
    looked_on=TODAY,
    reason="because",
)


def facts_for(step: Step, relation: str = "none") -> Facts:
    facts = replace(IN_ORDER, is_consented=step not in (Step.WRITE_CASE, Step.CONSENT))
    if relation == "applicant":
        return replace(facts, applicant_id=ME)
    if relation == "named":
        return replace(facts, named=frozenset({ME, OTHER}))
    return replace(facts, holder_id=ME) if relation == "holder" else facts


def tried(standing: AccountStanding | None, step: Step, actor: Actor, facts: Facts) -> str | None:
    try:
        return advance(standing, step, actor, facts)
    except Refused as refused:
        assert str(refused).endswith("."), "whoever tried is told why in a sentence"
        return None


def test_every_standing_step_role_and_relation_is_as_the_table_says() -> None:
    wrong, walked = [], 0
    for standing, step, role, relation in product((None, *AccountStanding), Step, Role, RELATIONS):
        actor, facts = Actor(None if role is Role.SYSTEM else ME, role), facts_for(step, relation)
        moves, roles, whoever, never = LIFE[step]
        if role is Role.SYSTEM:
            mine = role in roles
        else:
            mine = (role in roles or relation in whoever) and relation not in never
        expected = moves.get(standing or "") if mine else None
        after = tried(standing, step, actor, facts)
        offered = standing is not None and step in available(standing, actor, facts)
        if after != expected or offered != (standing is not None and expected is not None):
            wrong.append((standing, step, role, relation, after, offered))
        walked += 1
    assert wrong == []
    assert walked == 6 * 12 * 7 * 4
    assert [row.step for row in ROWS] == list(Step), "one row for each step"


@pytest.mark.parametrize(
    ("change", "stopped"),
    [
        ({"named": frozenset({NAMED})}, "apply approve write_case consent put_in_use take_over"),
        ({"holder_is_there": False}, "put_in_use record take_over"),
        ({"credentials_recorded": False}, "put_in_use record take_over"),
        ({"changed_on": TODAY - timedelta(days=1)}, "put_in_use take_over"),
        ({"changed_on": None}, "put_in_use take_over"),
        ({"is_consented": False}, "put_in_use take_over"),
        ({"is_consented": True}, "write_case consent"),
        ({"has_case": False}, "consent"),
        ({"reason": " "}, "refuse block close"),
        ({"second_factor": False}, ""),
    ],
)
def test_what_is_not_in_order_stops_exactly_these_steps(change: dict[str, object], stopped: str) -> None:
    refused = set()
    for step in Step:
        actor = Actor(ME, Role.HEADTEACHER)
        facts = facts_for(step, "applicant" if step is Step.WITHDRAW else "none")
        standing = next(iter(LIFE[step][0]))
        if tried(AccountStanding(standing) if standing else None, step, actor, replace(facts, **change)) is None:  # type: ignore[arg-type]
            refused.add(step.name.lower())
    assert refused == set(stopped.split())


def test_an_application_is_never_approved_by_its_applicant_not_even_as_a_deputy() -> None:
    deputy = Actor(APPLICANT, Role.ASSISTANT_HEAD, frozenset({Role.HEADTEACHER}))
    with pytest.raises(Refused, match="somebody else has to decide"):
        advance(AccountStanding.APPLIED, Step.APPROVE, deputy, IN_ORDER)
    another = replace(deputy, id=ME)
    assert advance(AccountStanding.APPLIED, Step.APPROVE, another, IN_ORDER) is AccountStanding.APPROVED


def test_whoever_tries_what_is_not_theirs_or_no_longer_possible_is_told_which() -> None:
    with pytest.raises(NotYours):
        advance(AccountStanding.IN_USE, Step.CLOSE, Actor(NAMED, Role.TEACHER), IN_ORDER)
    with pytest.raises(Stale, match="is closed now"):
        advance(AccountStanding.CLOSED, Step.CLOSE, Actor(ME, Role.HEADTEACHER), IN_ORDER)


def test_the_program_takes_back_no_application_not_even_one_whose_applicant_nobody_knows() -> None:
    with pytest.raises(NotYours):
        advance(AccountStanding.APPLIED, Step.WITHDRAW, SYSTEM, replace(IN_ORDER, applicant_id=None))


def test_a_leaver_blocks_when_too_few_are_left_or_nobody_holds_the_credentials() -> None:
    assert why_blocked(IN_ORDER) == ""
    assert "fewer than 2" in why_blocked(replace(IN_ORDER, named=frozenset({NAMED})))
    assert "held its credentials" in why_blocked(replace(IN_ORDER, holder_is_there=False))


@pytest.mark.parametrize(
    ("change", "sentence"),
    [
        ({"has_case": False, "is_consented": False}, "No case written yet"),
        ({"is_consented": False}, "not consented"),
        ({"credentials_recorded": False}, "where the credentials are kept"),
        ({"second_factor": False}, "second factor is off"),
        ({"left_on": TODAY + timedelta(days=1)}, "not changed since"),
        ({"looked_on": TODAY - timedelta(days=365)}, "looked through"),
        ({"looked_on": None}, "looked through"),
    ],
)
def test_what_an_account_lacks_is_said_while_it_is_in_use_or_blocked(change: dict[str, object], sentence: str) -> None:
    assert lacks(AccountStanding.IN_USE, IN_ORDER, TODAY) == []
    for standing in AccountStanding:
        found = lacks(standing, replace(IN_ORDER, **change), TODAY)  # type: ignore[arg-type]
        counts = standing in (AccountStanding.IN_USE, AccountStanding.BLOCKED)
        assert len(found) == counts and all(sentence in one for one in found), (standing, found)


@pytest.mark.parametrize(
    ("text", "is_one"),
    [
        ("password: oak tree", True),
        ("The PIN is 4821", True),
        ("pwd=sunflower", True),
        ("in the office, Tr33!House", True),
        ("The school’s password manager, folder Publicity", False),
        ("Safe in the office; password changed each term", False),
        ("https://vault.example/Items?id=A1b2=", False),
        ("Password manager: shared vault", False),
        ("", False),
    ],
)
def test_what_looks_like_a_password_is_known(text: str, is_one: bool) -> None:
    assert looks_like_a_password(text) is is_one
