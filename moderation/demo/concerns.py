"""The demonstration's concerns: the form for parents is open; one concern of a parent waits, one is closed."""

from sqlalchemy import select

from moderation.db.models import Post
from moderation.rules.concerns import Kind, What
from moderation.rules.roles import Actor, Role
from moderation.rules.workflow import State
from moderation.services import concern_desks, concerns
from moderation.services.concern_desks import Setting
from moderation.services.concerns import Report
from moderation.wiring import Parts


def tell(parts: Parts, people: dict[Role, Actor]) -> None:
    manager = people[Role.RESOURCES_MANAGER]
    with parts.work() as work:
        lead = Setting("recommended", {}, lead_id=people[Role.HEADTEACHER].id, public=True)
        concern_desks.save(work, people[Role.ADMINISTRATOR], lead)
        live = work.session.scalars(select(Post.id).where(Post.state == State.LIVE).limit(1)).first()
        concerns.add(work, None, _waits(live))
        closed = concerns.add(work, people[Role.TEACHER], _closed(live))
        concerns.step(work, manager, closed.id, What.DELETED, "It advertised a shop; our accounts are not for that.")
        concerns.step(work, manager, closed.id, What.CLOSED, "Deleted, and a line under the post says why.")


def _waits(live: int | None) -> Report:
    said = "The post about sports day says Friday. The letter we had says Thursday. Which is right?"
    return Report(Kind.POST, said, "Your Facebook page", live, "A parent of 4B", "parent@example.org")


def _closed(live: int | None) -> Report:
    return Report(Kind.COMMENT, "Somebody sells trainers under our post.", "https://social.example/oakfield", live)
