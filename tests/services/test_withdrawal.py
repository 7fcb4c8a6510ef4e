"""A permission ends: whatever state a post is in, nothing of it goes out from the next request on."""

from collections.abc import Callable
from datetime import date

import pytest
from sqlalchemy import select

from moderation.db.models import LookBack, Person
from moderation.rules.consent import Giver, Medium, Word
from moderation.rules.findings import Kind
from moderation.rules.roles import Role
from moderation.rules.workflow import Action, Refused, State
from moderation.services import (
    cases,
    intake,
    permissions,
    publishing,
    purging,
    register,
    review,
    sweep,
    tagging,
    withdrawal,
)
from moderation.services.permissions import PermissionForm
from tests.builders import LINK, School
from tests.services.exports import bring_in, person, pupils, table
from tests.services.moments import actions, rows

LONG_AGO = date(2020, 1, 1)
KIT_OPEN = "released, its kit opened"


def grant(school: School, person: Person, **more: object) -> int:
    form = PermissionForm(Word.GRANTED, Giver.PARENT_1, LONG_AGO, **more)  # type: ignore[arg-type]
    with school.parts.work() as work:
        return permissions.record(work, school.data_lead, person.id, form).id


def withdrawn(school: School, person: Person, permission: int) -> None:
    with school.parts.work() as work:
        permissions.withdraw(work, school.data_lead, person.id, permission)


def refused(school: School, person: Person, permission: int) -> None:
    with school.parts.work() as work:
        permissions.record(work, school.data_lead, person.id, PermissionForm(Word.REFUSED, Giver.CHILD, LONG_AGO))


def asked_out(school: School, person: Person, permission: int) -> None:
    with school.parts.work() as work:
        permissions.exclude_today(work, school.teacher, person.id)


def listed(school: School, person: Person, permission: int) -> None:
    with school.parts.work() as work:
        form = register.PersonForm(person.key, person.forename, person.surname, no_publish=True)
        register.save(work, school.data_lead, form, person.id)


ENDINGS = {end.__name__: end for end in (withdrawn, refused, asked_out, listed)}


def draft_of(school: School, *people: Person, caption: str = "A good day.") -> int:
    post_id = school.draft(caption=caption)
    with school.parts.work() as work:
        tagging.tag(work, school.teacher, post_id, [person.id for person in people])
    return post_id


def submit(school: School, post_id: int) -> None:
    with school.parts.work() as work:
        intake.submit(work, school.teacher, post_id)


def bring_to(school: School, post_id: int, state: str) -> None:
    """From a draft to any state of a post, by the steps that people take."""
    way = {
        State.DRAFT: [],
        State.CHECKING: ["submit"],
        State.IN_REVIEW: ["submit", "check"],
        State.SENT_BACK: ["submit", "check", Action.SEND_BACK],
        State.STOPPED: ["submit", "check", Action.STOP],
        State.RELEASED: ["submit", "check", "approve"],
        KIT_OPEN: ["submit", "check", "approve", "open"],
        State.LIVE: ["submit", "check", "approve", "open", "live"],
        State.TAKEN_DOWN: ["submit", "check", "approve", "open", "live", "down"],
        State.DISCARDED: ["discard"],
        State.PURGED: ["discard", "purge"],
    }
    steps: dict[str, Callable[[], None]] = {
        "submit": lambda: submit(school, post_id),
        "check": lambda: school.run_checks(post_id),
        "approve": lambda: school.approve(post_id),
    }
    for step in way[state]:  # type: ignore[index]
        if step in steps:
            steps[step]()
            continue
        with school.parts.work() as work:
            if step == "open":
                publishing.open_kit(work, school.manager, post_id)
            elif step == "live":
                publishing.mark_live(work, school.manager, post_id, {school.account.id: LINK})
            elif step == "down":
                publishing.take_down(work, school.manager, post_id, "The family asked.")
            elif step == "discard":
                intake.discard(work, school.teacher, post_id)
            elif step == "purge":
                purging.post(work, school.data_lead, cases.get(work, post_id))
            else:
                review.decide(work, school.head, post_id, Action(step), "A reason.")
    assert school.state(post_id) is (State.RELEASED if state == KIT_OPEN else state)


def kit_refuses(school: School, post_id: int) -> None:
    attempts: list[Callable[..., object]] = [
        lambda work: publishing.open_kit(work, school.manager, post_id),
        lambda work: publishing.opened_kit(work, school.manager, post_id),
        lambda work: publishing.kit_files(work, school.manager, post_id),
        lambda work: publishing.mark_live(work, school.manager, post_id, {school.account.id: LINK}),
    ]
    for attempt in attempts:
        with pytest.raises(Refused), school.parts.work() as work:
            attempt(work)


def after_the_sweep(school: School, post_id: int) -> State:
    with school.parts.work() as work:
        sweep.refresh(work, post_id)
    school.run_checks(post_id)
    with school.parts.work() as work:
        sweep.refresh(work, post_id)
    return school.state(post_id)


@pytest.mark.parametrize("end", ENDINGS)
@pytest.mark.parametrize("state", [*State, KIT_OPEN])
def test_law_1_when_a_permission_ends_the_kit_refuses_at_once_whatever_state_the_post_is_in(
    school: School, state: str, end: str
) -> None:
    ada = school.person("A1", "Ada", "Quill")
    permission = grant(school, ada)
    post_id = draft_of(school, ada)
    bring_to(school, post_id, state)
    ENDINGS[end](school, ada, permission)
    kit_refuses(school, post_id)
    with school.parts.reading() as work:
        post = cases.get(work, post_id)
        assert cases.standing_approval(work, post) is None or state in (State.LIVE, State.TAKEN_DOWN)
        was_open = state in (State.CHECKING, State.IN_REVIEW, State.RELEASED, KIT_OPEN)
        assert (post.state is State.CHECKING) == was_open
        assert was_open == post.note.startswith(withdrawal.HELD)
        assert (post.note == withdrawal.PERHAPS_OUT) == (state == KIT_OPEN)
    if was_open:
        assert after_the_sweep(school, post_id) is State.IN_REVIEW
        assert Kind.TAG_REFUSED in {finding.kind for finding in school.findings(post_id)}
    kit_refuses(school, post_id)


@pytest.mark.parametrize("state", [State.DRAFT, State.SENT_BACK, State.STOPPED])
def test_what_comes_back_later_is_held_against_the_answer_of_then(school: School, state: State) -> None:
    ada = school.person("A1", "Ada", "Quill")
    permission = grant(school, ada)
    post_id = draft_of(school, ada)
    bring_to(school, post_id, state)
    withdrawn(school, ada, permission)
    if state is State.STOPPED:
        with school.parts.work() as work:
            review.decide(work, school.head, post_id, Action.RESUME, "Go on.")
    else:
        submit(school, post_id)
    assert after_the_sweep(school, post_id) is State.IN_REVIEW
    assert Kind.TAG_REFUSED in {finding.kind for finding in school.findings(post_id)}


def test_law_7_the_trail_says_that_the_program_held_it_back_and_no_reason_of_a_family(school: School) -> None:
    ada = school.person("A1", "Ada", "Quill")
    permission = grant(school, ada)
    post_id = draft_of(school, ada)
    bring_to(school, post_id, State.RELEASED)
    withdrawn(school, ada, permission)
    assert actions(school, post_id)[-1] == "check again"
    page = school.browser(Role.TEACHER).get(f"/posts/{post_id}").text
    assert withdrawal.HELD in page
    for telling in ("withdrawn", "refus", "permission"):
        assert telling not in page.split("<main")[1]
    board = school.browser(Role.RESOURCES_MANAGER).get("/publish/").text
    assert withdrawal.HELD in board


def test_a_post_whose_answer_stays_the_same_is_left_alone(school: School) -> None:
    ada, ben = school.person("A1", "Ada", "Quill"), school.person("B2", "Ben", "Fenn")
    everywhere, press = grant(school, ada), grant(school, ada, medium=Medium.PRESS)
    post_id, other = draft_of(school, ada), draft_of(school, ben)
    grant(school, ben)
    bring_to(school, post_id, State.RELEASED)
    bring_to(school, other, State.RELEASED)
    withdrawn(school, ada, press)
    assert school.state(post_id) is State.RELEASED
    withdrawn(school, ada, everywhere)
    assert (school.state(post_id), school.state(other)) == (State.CHECKING, State.RELEASED)


def test_a_refusal_that_is_withdrawn_starts_no_look_back(school: School) -> None:
    ada = school.person("A1", "Ada", "Quill")
    form = PermissionForm(Word.REFUSED, Giver.PARENT_2, LONG_AGO)
    with school.parts.work() as work:
        no = permissions.record(work, school.data_lead, ada.id, form).id
    before = rows(school, LookBack)
    withdrawn(school, ada, no)
    assert rows(school, LookBack) == before


@pytest.mark.parametrize("answer", ["no to one channel", "no to all"])
def test_a_refusal_that_an_import_brings_holds_back_and_looks_back_as_well(school: School, answer: str) -> None:
    yes, no = ("Yes", "Yes"), ("Yes", "No") if answer == "no to one channel" else ("No", "No")
    bring_in(school, table(*pupils(2, *yes)))
    first, second = person(school, pupils(1)[0][0]), person(school, pupils(1, first=2)[0][0])
    released = draft_of(school, first)
    bring_to(school, released, State.RELEASED)
    bring_in(school, table(*pupils(1, *no), *pupils(1, *no, first=2)))
    assert school.state(released) is not State.RELEASED
    with school.parts.reading() as work:
        assert work.session.scalars(select(LookBack.person_id)).all() == [first.id], f"{second.id} is in no post"
