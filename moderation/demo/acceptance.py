"""The demonstration school's policy, signed by everybody, a training for each, and its checklist."""

from datetime import timedelta

from moderation.db.models import User
from moderation.rules.acceptance import Trained
from moderation.rules.roles import Actor, Role
from moderation.services import acceptance, checklist, training
from moderation.services.acceptance import PolicyForm
from moderation.services.training import TrainingForm
from moderation.wiring import Parts

POLICY = """# Social media at our school

We show what our children learn, and we look after them while we do.

## Before you post

- Use a school device, or delete the photos from your own as soon as they are uploaded.
- Never show a child whose family has not agreed, and never give a child’s name with a picture.
- Be kind, be relevant, and say whose work it is if it is not your own.

## Who decides

- Every post is checked and approved by somebody who did not write it.
- Anybody may stop a post, at any time. Say why.
- What you do in Gatepost is recorded.
"""


def accept(parts: Parts, people: dict[Role, Actor]) -> None:
    with parts.work() as work:
        keeper = people[Role.ADMINISTRATOR]
        policy = acceptance.publish(work, keeper, PolicyForm(POLICY, work.today))
        checklist.take_ready(work, keeper)
        training.ask(work, keeper, Trained.EVERYBODY)
        for actor in people.values():
            user = work.session.get_one(User, actor.id)
            acceptance.sign(work, actor, policy.number, user.name)
            had_on = work.today - timedelta(days=60)
            form = TrainingForm(user.id, "Safeguarding and social media", had_on, had_on + timedelta(days=365))
            training.record(work, keeper, form)
