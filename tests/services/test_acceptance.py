"""Acceptance: nobody hands in, approves or publishes before they have signed what holds and were trained if asked."""

from collections.abc import Callable
from datetime import timedelta
from hashlib import sha256

import pytest
from sqlalchemy import select
from sqlalchemy.exc import DatabaseError

from moderation.db.models import AuditRow, Policy, Signature
from moderation.rules.acceptance import Trained, earliest
from moderation.rules.findings import Resolution
from moderation.rules.roles import Actor, Role
from moderation.rules.workflow import Action, NotAccepted, State
from moderation.services import acceptance, audit, cases, checks, intake, publishing, review, training
from moderation.services.acceptance import PolicyForm
from moderation.services.training import TrainingForm
from moderation.services.work import Mistake, NotFound
from tests.builders import LINK, School
from tests.services.moments import later

TEXT = "# Our policy\n\nBe kind."


def announce(
    school: School, text: str = TEXT, days: int = 0, urgent: str = "", role: Role = Role.HEADTEACHER
) -> Policy:
    with school.parts.work() as work:
        form = PolicyForm(text, work.today + timedelta(days), urgent)
        return acceptance.publish(work, school.people[role], form)


def sign(school: School, *actors: Actor, number: int = 1) -> None:
    with school.parts.work() as work:
        for actor in actors:
            acceptance.sign(work, actor, number, "Zoë Łukasz")


def train(school: School, actor: Actor, ago: int = 10, lasts: int | None = None) -> int:
    with school.parts.work() as work:
        until = None if lasts is None else work.today + timedelta(lasts)
        form = TrainingForm(actor.id or 0, "Safeguarding", work.today - timedelta(ago), until)
        return training.record(work, school.people[Role.ADMINISTRATOR], form).id


def ask(school: School, who: Trained) -> None:
    with school.parts.work() as work:
        training.ask(work, school.people[Role.ADMINISTRATOR], who)


# Each verb that the gate guards: what is made before, and what is tried then by a person of some role.
def hands_in(school: School, actor: Actor) -> Callable[[], None]:
    post_id = school.draft(author=actor)

    def go() -> None:
        with school.parts.work() as work:
            intake.submit(work, actor, post_id)

    return go


def approves(school: School, actor: Actor) -> Callable[[], None]:
    post_id = school.in_review()
    return lambda: school.approve(post_id, actor)


def settles(school: School, actor: Actor) -> Callable[[], None]:
    post_id = school.in_review(caption="Ring us: 07700 900123")

    def go() -> None:
        with school.parts.work() as work:
            (finding,) = checks.findings(work, cases.get(work, post_id))
            word = review.Word(Resolution.ALLOWED, "It is the school’s own")
            review.settle(work, actor, post_id, [finding.id], word, cases.digest_of(work, cases.get(work, post_id)))

    return go


def opens_the_kit(school: School, actor: Actor) -> Callable[[], None]:
    post_id = school.released()

    def go() -> None:
        with school.parts.work() as work:
            publishing.open_kit(work, actor, post_id)

    return go


def _with_open_kit(school: School, actor: Actor) -> int:
    post_id = school.released()
    with school.parts.work() as work:
        publishing.open_kit(work, actor, post_id)
    return post_id


def takes_the_kit(school: School, actor: Actor) -> Callable[[], None]:
    post_id = _with_open_kit(school, actor)

    def go() -> None:
        with school.parts.work() as work:
            publishing.kit_files(work, actor, post_id)

    return go


def marks_live(school: School, actor: Actor) -> Callable[[], None]:
    post_id = _with_open_kit(school, actor)

    def go() -> None:
        with school.parts.work() as work:
            publishing.mark_live(work, actor, post_id, {school.account.id: LINK})

    return go


HEADS = (Role.ASSISTANT_HEAD, Role.HEADTEACHER)
MANAGER = (Role.RESOURCES_MANAGER,)
EVERYBODY = (Role.TEACHER, *HEADS, *MANAGER, Role.DATA_LEAD)
DECIDING = (
    (approves, HEADS),
    (settles, HEADS),
    (opens_the_kit, MANAGER),
    (takes_the_kit, MANAGER),
    (marks_live, MANAGER),
)
VERBS = [
    pytest.param(verb, role, id=f"{role} {verb.__name__.replace('_', ' ')}")
    for verb, roles in ((hands_in, EVERYBODY), *DECIDING)
    for role in roles
]


@pytest.mark.parametrize(("verb", "role"), VERBS)
def test_nobody_does_it_before_they_have_signed_what_holds(
    school: School, verb: Callable[[School, Actor], Callable[[], None]], role: Role
) -> None:
    me = school.people[role]
    go = verb(school, me)
    announce(school)
    sign(school, *(actor for actor in (*school.people.values(), *school.others.values()) if actor != me))
    with pytest.raises(NotAccepted, match="sign the school’s social media policy"):
        go()
    sign(school, me)
    go()


@pytest.mark.parametrize(("verb", "role"), VERBS)
def test_who_is_asked_for_training_does_it_only_while_one_is_valid(
    school: School, verb: Callable[[School, Actor], Callable[[], None]], role: Role
) -> None:
    me = school.people[role]
    go = verb(school, me)
    train(school, me, ago=400, lasts=-1)
    for who in (Trained.SUBMITTERS if verb is hands_in else Trained.DECIDERS, Trained.EVERYBODY):
        ask(school, who)
        with pytest.raises(NotAccepted, match="training"):
            go()
    train(school, me, lasts=0)
    go()


def test_stopping_sending_back_and_taking_down_need_no_signature(school: School) -> None:
    stopped, sent_back, live = school.in_review(), school.in_review(), school.live()
    announce(school)
    with school.parts.work() as work:
        review.decide(work, school.teacher, stopped, Action.STOP, "Not today.")
        review.decide(work, school.head, sent_back, Action.SEND_BACK, "Another photo, please.")
        publishing.take_down(work, school.manager, live, "The family asked.")
    assert [school.state(one) for one in (stopped, sent_back, live)] == [
        State.STOPPED,
        State.SENT_BACK,
        State.TAKEN_DOWN,
    ]


def test_a_school_without_a_policy_is_asked_for_nothing(school: School) -> None:
    with school.parts.reading() as work:
        assert acceptance.in_force(work) is None
        assert all(not one.unsigned and not one.untrained for one in training.standings(work))
    assert school.state(school.live()) is State.LIVE


def test_a_new_version_asks_again_from_its_day_on_and_not_before(school: School) -> None:
    announce(school)
    sign(school, school.teacher)
    with school.parts.work() as work:
        form = PolicyForm(TEXT + "\n\nBe early.", earliest(work.today))
        acceptance.publish(work, school.people[Role.ADMINISTRATOR], form)
    draft = school.draft()
    with school.parts.work() as work:
        intake.submit(work, school.teacher, draft)
    draft = school.draft()
    with pytest.raises(NotAccepted), later(school, days=32) as work:
        intake.submit(work, school.teacher, draft)
    sign(school, school.teacher, number=2)  # signed before it holds: nothing interrupts on the day
    with later(school, days=32) as work:
        intake.submit(work, school.teacher, draft)


@pytest.mark.parametrize("role", [Role.ADMINISTRATOR, Role.HEADTEACHER])
def test_a_change_needs_a_months_notice(school: School, role: Role) -> None:
    announce(school, role=role)
    with pytest.raises(Mistake, match="month’s notice"):
        announce(school, "Another text.", days=20, role=role)
    assert announce(school, "Another text.", days=31, role=role).urgent_reason == ""


def test_only_the_headteacher_lets_a_change_hold_sooner_and_says_why(school: School) -> None:
    announce(school)
    with pytest.raises(Mistake, match="Only the headteacher"):
        announce(school, "Another text.", urgent="The law changed.", role=Role.ADMINISTRATOR)
    policy = announce(school, "Another text.", urgent="The law changed.")
    assert policy.urgent_reason == "The law changed."
    with school.parts.reading() as work:
        held = acceptance.in_force(work)
        assert held is not None and held.number == 2
        row = work.session.scalars(select(AuditRow).order_by(AuditRow.number.desc())).first()
        assert row is not None and row.action == "policy version" and row.reason == "The law changed."
        assert policy.sha256 == sha256(b"Another text.").hexdigest() and policy.sha256 in row.detail


@pytest.mark.parametrize(
    ("text", "days", "sentence"), [(" ", 0, "Paste"), (TEXT, -1, "before today"), ("a" * 200_001, 0, "longer")]
)
def test_what_cannot_be_a_policy_is_refused_with_a_sentence(
    school: School, text: str, days: int, sentence: str
) -> None:
    with pytest.raises(Mistake, match=sentence):
        announce(school, text, days)
    announce(school)
    with pytest.raises(Mistake, match="letter for letter"):
        announce(school, TEXT, 40)


def test_a_signature_holds_name_day_and_version_once_and_in_the_audit_trail(school: School) -> None:
    announce(school)
    sign(school, school.teacher)
    sign(school, school.teacher)
    with school.parts.reading() as work:
        (signed,) = work.session.scalars(select(Signature)).all()
        assert (signed.name, signed.signed_on, signed.policy_number) == ("Zoë Łukasz", work.today, 1)
        row = work.session.scalars(select(AuditRow).where(AuditRow.action == "policy signed")).one()
        assert "Zoë" not in row.detail and row.actor_id == school.teacher.id
        assert audit.verify(work.session) is None


@pytest.mark.parametrize(("name", "number"), [("", 1), (" . ", 1), ("x" * 121, 1), ("Zoë Łukasz", 2)])
def test_what_cannot_be_a_signature_is_refused(school: School, name: str, number: int) -> None:
    announce(school)
    with pytest.raises(Mistake), school.parts.work() as work:
        acceptance.sign(work, school.teacher, number, name)


def test_a_version_that_no_longer_holds_cannot_be_signed_in_place_of_the_new_one(school: School) -> None:
    announce(school)
    announce(school, "Another text.", urgent="The law changed.")
    with pytest.raises(Mistake, match="not the one to sign"):
        sign(school, school.teacher)


@pytest.mark.parametrize(
    "statement",
    ["UPDATE signatures SET name = 'x'", "DELETE FROM signatures", "UPDATE policies SET text = 'x'"],
)
def test_the_database_itself_keeps_what_was_signed_as_it_was(school: School, statement: str) -> None:
    announce(school)
    sign(school, school.teacher)
    with pytest.raises(DatabaseError, match="append-only"), school.parts.work() as work:
        work.session.connection().exec_driver_sql(statement)


def test_each_person_prints_their_own_statement_and_the_keepers_anybodys(school: School) -> None:
    announce(school)
    sign(school, school.teacher)
    with school.parts.reading() as work:
        for actor in (school.teacher, school.people[Role.ADMINISTRATOR], school.people[Role.HEADTEACHER]):
            assert acceptance.statement(work, actor, 1).user_id == school.teacher.id
        for actor in (school.head, school.manager, school.data_lead, school.others[Role.TEACHER]):
            with pytest.raises(NotFound):
                acceptance.statement(work, actor, 1)


def test_a_training_that_runs_out_is_reminded_of_unless_another_one_lasts(school: School) -> None:
    train(school, school.teacher, lasts=20)
    train(school, school.head, lasts=20)
    train(school, school.head, lasts=200)
    train(school, school.manager, lasts=20)
    train(school, school.manager)
    with school.parts.reading() as work:
        soon = {one.user.id for one in training.standings(work) if one.runs_out}
    assert soon == {school.teacher.id}


def test_a_training_struck_out_counts_no_more(school: School) -> None:
    ask(school, Trained.SUBMITTERS)
    number = train(school, school.teacher)
    with school.parts.work() as work:
        training.strike(work, school.people[Role.ADMINISTRATOR], number)
    draft = school.draft()
    with pytest.raises(NotAccepted), school.parts.work() as work:
        intake.submit(work, school.teacher, draft)


@pytest.mark.parametrize(
    ("user", "kind", "ago", "lasts"), [(999, "a", 1, None), (1, " ", 1, None), (1, "a", -1, None), (1, "a", 1, -2)]
)
def test_what_cannot_be_a_training_is_refused(
    school: School, user: int, kind: str, ago: int, lasts: int | None
) -> None:
    with pytest.raises(Mistake), school.parts.work() as work:
        until = None if lasts is None else work.today + timedelta(lasts)
        form = TrainingForm(user, kind, work.today - timedelta(ago), until)
        training.record(work, school.people[Role.ADMINISTRATOR], form)
