"""The way through setting up a school: what is next for whom, and what a page leads back and on to."""

from dataclasses import replace

import pytest

from moderation.rules.roles import Role
from moderation.rules.setting_up import PAGES, WORDS, Step, Task, Way, is_unfinished, step_of, way

ADMINISTRATOR, DATA_LEAD, TEACHER = (frozenset({role}) for role in (Role.ADMINISTRATOR, Role.DATA_LEAD, Role.TEACHER))
TASKS = (
    Task(Step.NAME, "look.show", ADMINISTRATOR, done=True),
    Task(Step.PEOPLE, "invitations.form", ADMINISTRATOR, done=False),
    Task(Step.ACCOUNTS, "accounts.new", ADMINISTRATOR, done=False),
    Task(Step.PRESET, "permissions.asked_for", DATA_LEAD, done=False),
    Task(Step.FIRST_POST, "writing.new", TEACHER, done=False, waits=True),
    Task(Step.BACKUP, "", frozenset(), done=False),
    Task(Step.ROUTE, "routes.show", ADMINISTRATOR, done=False),
)


def after(*done: Step) -> list[Task]:
    return [replace(task, done=task.done or task.step in done) for task in TASKS]


def steps(found: Way) -> tuple[Step | None, ...]:
    return tuple(one and one.step for one in (found.back, found.next, found.then))


def test_every_step_has_its_words_and_every_page_its_step() -> None:
    assert set(WORDS) == set(Step) >= set(PAGES.values())
    assert step_of("importing.preview") is Step.REGISTER
    assert (step_of("permissions.add"), step_of("review.show")) == (None, None)


def test_on_a_first_page_the_next_needed_step_of_ones_own_is_offered_and_no_wish() -> None:
    assert steps(way(TASKS, ADMINISTRATOR, "staff.people")) == (None, Step.PEOPLE, None)
    rest = way(after(Step.PEOPLE, Step.ACCOUNTS), ADMINISTRATOR, "staff.people")
    assert steps(rest) == (None, None, Step.PRESET), "what is left is the data lead's"
    assert (rest.done, rest.needed) == (3, 6)


def test_a_step_can_be_skipped_and_is_offered_again_at_the_end() -> None:
    people = way(TASKS, ADMINISTRATOR, "invitations.form")
    assert people.skips and steps(people) == (Step.NAME, Step.ACCOUNTS, None)
    assert steps(way(TASKS, ADMINISTRATOR, "accounts.new")) == (Step.PEOPLE, Step.ROUTE, None)
    assert steps(way(TASKS, ADMINISTRATOR, "routes.show")) == (Step.ACCOUNTS, Step.PEOPLE, None)


def test_what_waits_for_others_is_nobodys_next_step_and_nothing_to_skip() -> None:
    waiting = [replace(task, waits=task.waits or task.step is Step.PEOPLE) for task in TASKS]
    assert steps(way(waiting, ADMINISTRATOR, "staff.people"))[1] is Step.ACCOUNTS
    assert not way(waiting, ADMINISTRATOR, "invitations.waiting").skips
    assert not way(TASKS, DATA_LEAD, "accounts.show").skips, "it is not theirs"


@pytest.mark.parametrize("left", [Step.PEOPLE, Step.ACCOUNTS, Step.PRESET, Step.FIRST_POST])
def test_setting_up_ends_when_only_the_machine_and_wishes_are_left(left: Step) -> None:
    everything = {Step.PEOPLE, Step.ACCOUNTS, Step.PRESET, Step.FIRST_POST}
    assert not is_unfinished(after(*everything))
    assert is_unfinished(after(*everything - {left}))
