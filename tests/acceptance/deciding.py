"""A school for the decision's tests: routes set by its administrator, posts brought to review by the hundred."""

from collections.abc import Sequence
from datetime import date, timedelta

from moderation.db.models import Person, ScanState
from moderation.rules.consent import Giver, Word
from moderation.rules.roles import Actor, Role
from moderation.rules.route import Route, Step
from moderation.services import (
    cases,
    checks,
    deputies,
    intake,
    permissions,
    register,
    review,
    route_changes,
    sweep,
    tagging,
)
from moderation.services.permissions import PermissionForm
from moderation.services.register import PersonForm
from moderation.services.work import Work
from tests.builders import School


def set_route(school: School, route: Route, extra: Step | None = None, reminders: str | None = None) -> None:
    with school.parts.work() as work:
        route_changes.set_route(work, school.people[Role.ADMINISTRATOR], route, extra, reminders)


def name_deputy(school: School, actor: Actor, role: Role) -> Actor:
    """This person, acting in that role from today for a week."""
    with school.parts.work() as work:
        naming = school.people[Role.HEADTEACHER]
        row = deputies.name(work, naming, actor.id or 0, role, work.today, work.today + timedelta(days=7))
        return deputies.actor_of(work, row.user)


def in_review(school: School, count: int, people: Sequence[Person] = ()) -> list[int]:
    """So many posts of words, each with one of these people in it, their checks ended without a finding."""
    with school.parts.work() as work:
        posts = [_submitted(work, school, people[number : number + 1], number) for number in range(count)]
        for post_id in posts:
            finish_checks(work, post_id)
        return posts


def _submitted(work: Work, school: School, people: Sequence[Person], number: int) -> int:
    words = intake.Words(f"A good day, number {number}.", (school.account.id,))
    post, _ = intake.save(work, school.teacher, None, words, [])
    tagging.tag(work, school.teacher, post.id, [person.id for person in people])
    intake.submit(work, school.teacher, post.id)
    return post.id


def finish_checks(work: Work, post_id: int) -> None:
    """As a worker would that found nothing."""
    post = cases.get(work, post_id)
    for scan in checks.current_scans(work, post):
        scan.state, scan.ended_at = ScanState.DONE, work.now
    work.session.flush()
    sweep.refresh(work, post_id)


def permitted_people(school: School, count: int) -> list[tuple[Person, int]]:
    """People who may appear, each with the number of their permission."""
    form = PermissionForm(Word.GRANTED, Giver.PARENT_1, date(2020, 1, 1))
    with school.parts.work() as work:
        found = []
        for number in range(count):
            person = register.save(work, school.data_lead, PersonForm(f"D{number}", f"Forename{number}", "Quill"))
            found.append((person, permissions.record(work, school.data_lead, person.id, form).id))
        return found


def approve(school: School, actor: Actor, post_id: int, seen: str) -> None:
    with school.parts.work() as work:
        review.approve(work, actor, post_id, seen)
