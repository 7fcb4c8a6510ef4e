"""The life of a post against a table written out by hand: every state, action, role and relation to the post."""

from dataclasses import fields, replace
from itertools import product
from typing import Any

import pytest

from moderation.rules.acceptance import OPEN, Entry, Trained
from moderation.rules.checklist import ANSWERED
from moderation.rules.post_kinds import DECIDERS, PostKind
from moderation.rules.roles import SYSTEM, Actor, Role
from moderation.rules.route import Given, Route, Standing
from moderation.rules.route_presets import PRESETS, REMINDERS
from moderation.rules.workflow import TRANSITIONS, Action, Case, NotYours, Refused, Stale, State, advance, available

STAFF = {"teacher", "assistant head", "headteacher", "resources manager", "data lead"}
APPROVER = {"assistant head", "headteacher"}
WHO = {"staff": STAFF, "approver": APPROVER, "publisher": {"resources manager"}, "program": {"system"}}
WHO["publisher or approver"] = WHO["publisher"] | APPROVER
WHO["decider"] = APPROVER  # about a post; about a reminder the publisher as well

# from · action · who · which of them · to. What is not written here is not possible.
LIFE = """
draft      · submit             · staff                 · author                     · checking
draft      · discard            · staff                 · author                     · discarded
sent back  · submit             · staff                 · author                     · checking
sent back  · discard            · staff                 · author                     · discarded
sent back  · stop               · staff                 · anybody                    · stopped
checking   · finish checks      · program               · anybody                    · in review
checking   · take back to edit  · staff                 · author                     · draft
checking   · stop               · staff                 · anybody                    · stopped
in review  · check again        · program               · anybody                    · checking
in review  · settle             · decider               · not author                 · in review
in review  · cover              · approver              · not author                 · checking
in review  · take cover off     · approver              · not author                 · checking
in review  · remove photo       · approver              · not author                 · checking
in review  · move crop          · approver              · not author                 · checking
in review  · leave out account  · approver              · not author                 · checking
in review  · send back          · decider               · not author                 · sent back
in review  · approve            · decider               · neither author nor editor  · in review
in review  · release            · decider               · neither author nor editor  · released
in review  · take own approval back · decider           · anybody                    · in review
released   · ask for more approvals · program           · anybody                    · in review
in review  · take back to edit  · staff                 · author                     · draft
in review  · stop               · staff                 · anybody                    · stopped
released   · check again        · program               · anybody                    · checking
released   · expire             · program               · anybody                    · in review
released   · take approval back · decider               · anybody                    · in review
released   · take back to edit  · staff                 · author                     · draft
released   · stop               · staff                 · anybody                    · stopped
released   · mark live          · publisher             · anybody                    · live
released   · out on one account · publisher             · anybody                    · released
released   · out after the kit closed · publisher       · anybody                    · stopped
checking   · out after the kit closed · publisher       · anybody                    · stopped
in review  · out after the kit closed · publisher       · anybody                    · stopped
stopped    · out after the kit closed · publisher       · anybody                    · stopped
stopped    · send back          · decider               · not author                 · sent back
stopped    · resume             · approver              · not author                 · checking
stopped    · discard            · staff                 · author                     · discarded
live       · take down          · publisher or approver · anybody                    · taken down
released   · take down          · publisher or approver · anybody                    · taken down
checking   · take down          · publisher or approver · anybody                    · taken down
in review  · take down          · publisher or approver · anybody                    · taken down
stopped    · take down          · publisher or approver · anybody                    · taken down
draft      · purge              · program               · anybody                    · purged
sent back  · purge              · program               · anybody                    · purged
stopped    · purge              · program               · anybody                    · purged
discarded  · purge              · program               · anybody                    · purged
taken down · purge              · program               · anybody                    · purged
draft      · purge again        · program               · anybody                    · purged
checking   · purge again        · program               · anybody                    · purged
in review  · purge again        · program               · anybody                    · purged
sent back  · purge again        · program               · anybody                    · purged
released   · purge again        · program               · anybody                    · purged
live       · purge again        · program               · anybody                    · purged
stopped    · purge again        · program               · anybody                    · purged
taken down · purge again        · program               · anybody                    · purged
discarded  · purge again        · program               · anybody                    · purged
"""
ME, AUTHOR, EDITOR = 1, 11, 12
# What I am to the post: (the author's id, the last editor's id).
RELATIONS = {"author and editor": (ME, ME), "author": (ME, EDITOR), "editor": (AUTHOR, ME), "neither": (AUTHOR, EDITOR)}
WHICH = {
    "anybody": set(RELATIONS),
    "author": {"author", "author and editor"},
    "not author": {"editor", "neither"},
    "neither author nor editor": {"neither"},
}
IN_ORDER = Case(
    author_id=AUTHOR,
    last_editor_id=EDITOR,
    says_something=True,
    accounts=1,
    checks_current=True,
    digest="now",
    seen_digest="now",
    approved_digest="now",
    kit_opened=True,
    reason="because",
    entry=OPEN,
    publishers=None,
    handing=ANSWERED,
    handed_in=True,
)
EITHER = PRESETS["either"].route
HEADS = frozenset({Role.ASSISTANT_HEAD, Role.HEADTEACHER})
NOT_YET, I_DID = Standing(EITHER), Standing(EITHER, (Given(ME, HEADS),))
OFFICE = Standing(REMINDERS["office"].route, deciders=DECIDERS[PostKind.REMINDER])
# What stands where each action is in order; an approval of my own everywhere else.
STANDING = {Action.APPROVE: NOT_YET, Action.ASK_AGAIN: NOT_YET}


def oracle(kind: PostKind = PostKind.POST) -> dict[tuple[str, str], tuple[set[str], set[str], str]]:
    rows = [tuple(cell.strip() for cell in line.split("·")) for line in LIFE.strip().splitlines()]
    who_is = WHO | ({"decider": WHO["publisher or approver"]} if kind is PostKind.REMINDER else {})
    return {(state, action): (who_is[who], WHICH[which], to) for state, action, who, which, to in rows}


def tried(state: State, action: Action, actor: Actor, case: Case) -> State | None:
    try:
        return advance(state, action, actor, case)
    except Refused as refused:
        assert str(refused).endswith("."), "whoever tried is told why in a sentence"
        return None


def case_for(action: Action, relation: str = "neither") -> Case:
    author_id, last_editor_id = RELATIONS[relation]
    expired = action is Action.EXPIRE  # the one action that wants an expired approval
    case = replace(IN_ORDER, author_id=author_id, last_editor_id=last_editor_id, approval_expired=expired)
    return replace(case, standing=STANDING.get(action, I_DID), out_on=int(action is Action.TAKE_DOWN))


def test_law_3_every_kind_state_action_role_and_relation_is_as_the_table_says() -> None:
    wrong, walked = [], 0
    for kind, state, action, role, relation in product(PostKind, State, Action, Role, RELATIONS):
        allowed = oracle(kind)
        actor = Actor(None if role is Role.SYSTEM else ME, role)
        case = replace(case_for(action, relation), kind=kind)
        if kind is PostKind.REMINDER and action is Action.APPROVE:
            case = replace(case, standing=OFFICE)
        roles, relations, target = allowed.get((state, action), (set(), set(), ""))
        mine = role in roles and (relation in relations or role is Role.SYSTEM)
        after = tried(state, action, actor, case)
        offered = action in available(state, actor, case.author_id, case.last_editor_id, case.out_on, kind)
        if after != (target if mine else None) or offered != mine:
            wrong.append((kind, state, action, role, relation, after))
        walked += 1
    assert wrong == []
    assert walked == len(PostKind) * len(State) * len(Action) * len(Role) * len(RELATIONS) == 2 * 10 * 26 * 7 * 4


def test_law_3_the_table_by_hand_knows_every_action_and_every_row_of_the_program() -> None:
    assert {action for _, action in oracle()} == set(Action)
    assert {row.action for row in TRANSITIONS} == set(Action)
    assert len(TRANSITIONS) == len(Action), "one row for each action"
    assert {(s, row.action) for row in TRANSITIONS for s in row.sources} == set(oracle())


@pytest.mark.parametrize("action", Action)
def test_law_3_each_row_names_the_roles_the_states_and_the_target_of_the_table_by_hand(action: Action) -> None:
    row = next(row for row in TRANSITIONS if row.action is action)
    by_hand = {state: said for (state, asked), said in oracle(PostKind.REMINDER).items() if asked == action}
    assert row.sources == set(by_hand)
    assert all((row.roles, row.target) == (roles, target) for roles, _, target in by_hand.values())


@pytest.mark.parametrize(("kind", "role"), [(kind, role) for kind in PostKind for role in sorted(DECIDERS[kind])])
@pytest.mark.parametrize("relation", ["author", "editor", "author and editor"])
def test_law_3_author_and_last_editor_never_approve_whatever_their_role(
    kind: PostKind, role: Role, relation: str
) -> None:
    case = replace(case_for(Action.APPROVE, relation), kind=kind)
    with pytest.raises(Refused, match="somebody else has to decide"):
        advance(State.IN_REVIEW, Action.APPROVE, Actor(ME, role), case)


def test_law_3_a_publisher_decides_about_no_post_unless_they_stand_in_for_a_head() -> None:
    """Whatever the route says, and in every state: the table alone refuses it, as not theirs."""
    of_posts = oracle()
    theirs = [at for at, (roles, *_) in oracle(PostKind.REMINDER).items() if roles != of_posts[at][0]]
    assert len(theirs) == 7
    for state, action in theirs:
        case = replace(case_for(Action(action)), standing=OFFICE)
        with pytest.raises(NotYours, match="reminders only"):
            advance(State(state), Action(action), Actor(ME, Role.RESOURCES_MANAGER), case)
    acting = Actor(ME, Role.RESOURCES_MANAGER, frozenset({Role.ASSISTANT_HEAD}))
    assert advance(State.IN_REVIEW, Action.APPROVE, acting, case_for(Action.APPROVE)) is State.IN_REVIEW


def test_law_3_the_headteachers_consent_is_asked_of_whoever_publishes_and_the_program_approves_nothing() -> None:
    case, publisher = case_for(Action.MARK_LIVE), Actor(ME, Role.RESOURCES_MANAGER)
    with pytest.raises(Refused, match="written consent"):
        advance(State.RELEASED, Action.MARK_LIVE, publisher, replace(case, publishers=SOMEBODY_ELSE))
    consented = replace(case, publishers=SOMEBODY_ELSE | {ME})
    assert advance(State.RELEASED, Action.MARK_LIVE, publisher, consented) is State.LIVE
    nobody = Actor(None, Role.ASSISTANT_HEAD)
    with pytest.raises(Refused, match="not asked for now"):
        advance(State.IN_REVIEW, Action.APPROVE, nobody, case_for(Action.APPROVE))


@pytest.mark.parametrize("state", State)
def test_law_3_the_administrator_and_the_data_lead_decide_nothing(state: State) -> None:
    """An administrator has no action on a post at all; a data lead only what any member of staff has."""
    for action in Action:
        assert tried(state, action, Actor(ME, Role.ADMINISTRATOR), case_for(action)) is None
    assert available(state, Actor(ME, Role.DATA_LEAD), AUTHOR, EDITOR) <= {Action.STOP}


@pytest.mark.parametrize("state", [State.DISCARDED, State.TAKEN_DOWN])
def test_nothing_comes_back_from_discarded_or_taken_down(state: State) -> None:
    assert {target for (s, _), (_, _, target) in oracle().items() if s == state} == {State.PURGED}


def test_nothing_comes_back_from_purged() -> None:
    assert [action for s, action in oracle() if s == State.PURGED] == []


# What is not in order · which actions it stops. Every other action goes on.
DECIDE = {"approve", "release"}
LOOKING = {"settle", "cover", "take cover off", "remove photo", "move crop", "leave out account"} | DECIDE
COMPLETE = {"submit", "resume"} | DECIDE
OUT = {"mark live", "out on one account"}
SOMEBODY_ELSE = frozenset({AUTHOR, EDITOR})
SPOILED: dict[str, tuple[dict[str, Any], set[str]]] = {
    "nothing is said": ({"says_something": False}, COMPLETE),
    "a photo without description": ({"photos_without_alt_text": 1}, COMPLETE),
    "it was sent back and not handed in again": ({"handed_in": False}, {"resume"}),
    "no account": ({"accounts": 0}, {*COMPLETE, "leave out account"}),
    "an account does not take it": ({"misfits": 1}, {"submit"} | DECIDE),
    "an account was closed": ({"closed_accounts": 1}, DECIDE | OUT),
    "a check waits": ({"checks_waiting": 1}, {"finish checks", *OUT} | DECIDE),
    "checks of an earlier list": ({"checks_current": False}, {"finish checks", *OUT} | DECIDE),
    "an older database came back": ({"restored": True}, OUT | DECIDE),
    "a picture is kept apart": (
        {"kept_apart": True},
        {str(action) for action in Action} - {"stop", "take down", "purge again"},
    ),
    "everything is stopped": ({"frozen": True}, {"release"} | OUT),
    "a flag is open": ({"unsettled": 1}, DECIDE),
    "another version was seen": ({"seen_digest": "before"}, LOOKING),
    "no version was seen": ({"seen_digest": None}, LOOKING),
    "another version was approved": ({"approved_digest": "before"}, OUT),
    "nothing was approved": ({"approved_digest": None}, OUT),
    "nobody has approved": (
        {"standing": NOT_YET},
        {"release", "take own approval back", *OUT},
    ),
    "everybody has approved, I too": ({"standing": I_DID}, {"ask for more approvals"}),
    "somebody else comes first": (
        {"standing": Standing(PRESETS["in-order"].route, (Given(ME, frozenset({Role.ASSISTANT_HEAD})),))},
        {"approve", "release", *OUT},
    ),
    "others have approved, and I have not": (
        {"standing": Standing(EITHER, (Given(AUTHOR, HEADS),))},
        {"release", "take own approval back", "ask for more approvals"},
    ),
    "the route names nobody": (
        {"standing": Standing(Route())},
        {"approve", "release", "take own approval back", *OUT},
    ),
    "the kit was not opened": ({"kit_opened": False}, OUT),
    "a link is missing": ({"links_missing": 1}, {"mark live"}),
    "some of it is out": (
        {"out_on": 1},
        {"cover", "take cover off", "remove photo", "move crop", "send back", "take back to edit", "discard"},
    ),
    "nothing of it is out": ({"out_on": 0}, {"take down"}),
    "something of it has to go": ({"to_take_down": 1}, OUT),
    "no reason": (
        {"reason": " \n"},
        {"send back", "take approval back", "stop", "resume", "take down", "out after the kit closed"},
    ),
    "I took off somebody else’s cover": ({"took_cover_off": frozenset({ME})}, DECIDE),
    "the policy is not signed": (
        {"entry": replace(OPEN, signed=SOMEBODY_ELSE)},
        {"submit", "resume", *OUT} | LOOKING,
    ),
    "no training, and everybody needs one": (
        {"entry": Entry(None, Trained.EVERYBODY, SOMEBODY_ELSE)},
        {"submit", "resume", *OUT} | LOOKING,
    ),
    "no training, and submitters need one": ({"entry": Entry(None, Trained.SUBMITTERS, SOMEBODY_ELSE)}, {"submit"}),
    "no training, and deciders need one": (
        {"entry": Entry(None, Trained.DECIDERS, SOMEBODY_ELSE)},
        {"resume", *OUT} | LOOKING,
    ),
    "the headteacher consented to other publishers": ({"publishers": SOMEBODY_ELSE}, OUT),
    "a line of the checklist is not ticked": ({"handing": replace(ANSWERED, ticked=False)}, {"submit"}),
    "nobody said whose photos": ({"handing": replace(ANSWERED, says_origin=False)}, {"submit"}),
    "somebody else's photos without credit": ({"handing": replace(ANSWERED, credits_others=False)}, {"submit"}),
    "the approval is fresh": ({"approval_expired": False}, {"expire"}),
    "the approval has expired": ({"approval_expired": True}, OUT),
    "its time has not come": ({"held_until": "Friday 27 November 2026, 15:30"}, OUT),
    "its time has passed": ({"in_time": False}, {"approve"}),
}


@pytest.mark.parametrize("what", SPOILED)
def test_laws_1_2_and_11_what_is_not_in_order_stops_exactly_these_actions(what: str) -> None:
    change, stopped = SPOILED[what]
    by_action = {row.action: row for row in TRANSITIONS}
    refused = set()
    for action, row in by_action.items():
        role = sorted(row.roles)[0]
        relation = "neither" if tried_by(row.roles, action, "neither") else "author"
        actor = Actor(None if role is Role.SYSTEM else ME, role)
        case = replace(case_for(action, relation), **change)
        if tried(sorted(row.sources)[0], action, actor, case) is None:
            refused.add(str(action))
    assert refused == stopped


def tried_by(roles: frozenset[Role], action: Action, relation: str) -> bool:
    state = next(State(s) for s, a in oracle() if a == action)
    actor = SYSTEM if Role.SYSTEM in roles else Actor(ME, sorted(roles)[0])
    return tried(state, action, actor, case_for(action, relation)) is not None


def test_every_fact_that_guards_ask_for_has_been_spoiled_here() -> None:
    spoiled = {name for change, _ in SPOILED.values() for name in change}
    assert {field.name for field in fields(Case)} - spoiled == {"author_id", "last_editor_id", "digest", "kind"}


def test_law_1_an_approver_who_saw_another_version_is_told_so_as_stale() -> None:
    """Stale, not merely refused: the page shows the post as it is now."""
    for seen in ("before", None, ""):
        with pytest.raises(Stale, match="changed since you opened it"):
            case = replace(case_for(Action.APPROVE), seen_digest=seen)
            advance(State.IN_REVIEW, Action.APPROVE, Actor(ME, Role.HEADTEACHER), case)


def test_a_decision_that_somebody_else_made_first_is_stale() -> None:
    with pytest.raises(Stale, match="This post is released now"):
        advance(State.RELEASED, Action.APPROVE, Actor(ME, Role.HEADTEACHER), case_for(Action.APPROVE))


def test_the_wrong_role_is_told_that_before_anything_about_the_post() -> None:
    with pytest.raises(NotYours, match="not yours"):
        advance(State.DRAFT, Action.APPROVE, Actor(ME, Role.TEACHER), Case(ME, ME))


def test_a_case_that_nobody_filled_in_is_refused_everything_a_person_decides() -> None:
    """Fail closed: forgotten facts say no."""
    empty = Case(author_id=AUTHOR, last_editor_id=EDITOR)
    for action in (
        Action.APPROVE,
        Action.RELEASE,
        Action.MARK_LIVE,
        Action.FINISH_CHECKS,
        Action.SUBMIT,
        Action.RESUME,
    ):
        row = next(row for row in TRANSITIONS if row.action is action)
        role = sorted(row.roles)[0]
        assert tried(sorted(row.sources)[0], action, Actor(ME, role), empty) is None
