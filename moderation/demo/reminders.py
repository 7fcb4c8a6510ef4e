"""The demonstration's reminders: one is live, an urgent one waits."""

import click

from moderation.demo.posts import check, publish
from moderation.rules.roles import Actor, Role
from moderation.services import cases, intake, reminders, review
from moderation.wiring import Parts


def remind(parts: Parts, people: dict[Role, Actor]) -> None:
    """One reminder that is live, let out by the resources manager, and an urgent one that waits."""
    click.echo("  reminders: one is live, an urgent one waits for a decision")
    evening = "Parents’ evening is on Tuesday from four to seven. Book your time on the school’s website."
    closed = "The school is closed tomorrow: the heating has failed. We hope to open again on Friday."
    live, waits = _ask(parts, people, evening), _ask(parts, people, closed, urgent=True)
    manager = people[Role.RESOURCES_MANAGER]
    for post_id in (live, waits):
        check(parts, people, post_id)
    with parts.work() as work:
        review.approve(work, manager, live, cases.digest_of(work, cases.get(work, live)))
    publish(parts, manager, live)


def _ask(parts: Parts, people: dict[Role, Actor], words: str, urgent: bool = False) -> int:
    with parts.work() as work:
        every = tuple(account.id for account in reminders.accounts(work))
        asked = reminders.Asked(intake.Words(words, every), urgent=urgent)
        return reminders.save(work, people[Role.TEACHER], None, asked)[0].id
