"""The schools whose pages are looked at: one with something of everything, one with nothing yet, one that stands still.

Nothing is looked at by an engine here: the pages show what the checks say, and say it of drawn photos as of any other.
"""

from dataclasses import dataclass, field, replace
from datetime import timedelta
from io import BytesIO
from pathlib import Path
from typing import Any

from PIL import Image
from sqlalchemy import select

from moderation.db.models import Account, Person
from moderation.demo import accounts as demo_accounts
from moderation.demo.acceptance import accept
from moderation.demo.concerns import tell
from moderation.media.photo import ingest
from moderation.rules.as_approved import How, Judged, Result
from moderation.rules.consent import Giver, Word
from moderation.rules.findings import Box, Detector, Kind, Sighting
from moderation.rules.roles import Role
from moderation.rules.staff_list import Entry
from moderation.rules.telling import News
from moderation.rules.workflow import Action
from moderation.services import (
    apart,
    copies,
    deputies,
    devices,
    groups,
    holding,
    incidents,
    intake,
    invitations,
    live,
    permissions,
    phone,
    publishing,
    register,
    reminders,
    retention,
    review,
    stickers,
    tagging,
    takedowns,
    telling,
)
from moderation.services.covering import Wish
from moderation.services.permissions import PermissionForm
from tests.builders import School, open_school
from tests.services.exports import begin, pupils, table
from tests.services.listed import listed
from tests.services.moments import Quick, later

LONG = "A morning of science for 4B, with a visitor who told us how the first computers were built and why it matters."


@dataclass
class Filled:
    """A school and the numbers of what is in it, by the names that the visits use."""

    school: School
    numbers: dict[str, Any] = field(default_factory=dict)


def photo(shade: int, size: tuple[int, int] = (960, 640)) -> bytes:
    out = BytesIO()
    Image.new("RGB", size, (shade, 255 - shade, 120)).save(out, "JPEG")
    return out.getvalue()


def sightings(person: Person) -> tuple[Sighting, ...]:
    """One of each kind that a page shows in its own way."""
    boxes = [Box(40 + 150 * n, 60, 160 + 150 * n, 200) for n in range(6)]
    kinds = (
        (Detector.FACES, Kind.FACE_MATCH, str(person.id)),
        (Detector.FACES, Kind.FACE_UNCLEAR, None),
        (Detector.FACES, Kind.FACE_UNCLEAR, None),
        (Detector.FACES, Kind.FACE_OTHER, None),
        (Detector.NAMES, Kind.NAME_MATCH, str(person.id)),
        (Detector.NAMES, Kind.TEXT_UNREADABLE, None),
    )
    return tuple(
        Sighting(detector, kind, box, subject, 0.4 if kind is Kind.FACE_MATCH else None)
        for box, (detector, kind, subject) in zip(boxes, kinds, strict=True)
    )


def empty(folder: Path) -> Filled:
    """As it stands after the first day: people can sign in, nothing is there and nobody is on the register."""
    return Filled(open_school(folder, Quick()))


def frozen(folder: Path) -> Filled:
    """Everything is stopped, and one post waits that cannot go on."""
    school = open_school(folder, Quick())
    there = Filled(school, {"in_review": school.in_review(caption=LONG), "released": school.released(caption=LONG)})
    with school.parts.work() as work:
        incidents.open_one(work, school.head, "Somebody threatens the school with its pictures.")
    return there


def filled(folder: Path) -> Filled:
    """Something of everything, in every state."""
    return fill(open_school(folder, Quick(), GATEPOST_PUBLIC_URL="http://localhost"))


def fill(school: School) -> Filled:
    there = Filled(school)
    _register(there)
    _accounts(there)
    _posts(there)
    _afterwards(there)
    _around(there)
    return there


def _register(there: Filled) -> None:
    school, numbers = there.school, there.numbers
    ada = listed(school, photos=2)
    grown = school.person("B2", "Rowan", "Fairweather", class_name="5A")
    left = listed(school, key="C3")
    numbers |= {"listed": ada.id, "person": grown.id, "left": left.id}
    with school.parts.work() as work:
        form = PermissionForm(Word.GRANTED, Giver.PARENT_1, work.today - timedelta(days=30), how="paper form")
        permissions.record(work, school.data_lead, grown.id, form)
        register.leave(work, school.data_lead, left.id)
        group = groups.make(work, school.data_lead, "Choir")
        groups.add(work, school.data_lead, group.id, [grown.id], None, None)
        numbers["group"] = group.id
    numbers["ledger"] = 4  # made, made, made, and the one destroyed as they left
    numbers["columns"] = begin(school, table(*pupils(3), ("", "No", "Key", "4B")))
    numbers["preview"] = begin(school, table(*pupils(3, "Yes", "No")))
    school.parts = replace(school.parts, looker=Quick(*sightings(ada)))


def _accounts(there: Filled) -> None:
    school, numbers = there.school, there.numbers
    with school.parts.work() as work:
        demo_accounts.fill(work, school.people)
        handles = {account.handle: account.id for account in work.session.scalars(select(Account))}
    numbers |= {
        "applied": handles[demo_accounts.APPLIED.handle],
        "blocked": handles[demo_accounts.BLOCKED.handle],
        "closed": handles[demo_accounts.CLOSED.handle],
        "website": handles[demo_accounts.IN_USE[2].handle],
    }


def _posts(there: Filled) -> None:
    school, numbers = there.school, there.numbers
    numbers["purged"] = school.draft(caption="Old.")
    with later(school, days=5 * 366) as work:
        numbers["purge"] = retention.purge(work, school.data_lead)
    numbers |= {
        "draft": school.draft(photo(10), photo(20), caption=LONG),
        "checking": school.submit(photo(30), caption="Being checked."),
        "in_review": school.in_review(photo(40), photo(50), caption=LONG),
        "some_settled": school.in_review(photo(60), caption="Half of it is settled."),
        "sent_back": school.in_review(photo(70), caption="Sent back."),
        "released": school.released(photo(80), caption="Ready."),
        "kit": school.released(photo(90), photo(100), caption="Its kit is open."),
        "live": school.live(photo(110), caption="Is live."),
        "out": school.live(caption="Is live, and not as it was approved."),
        "stopped": school.in_review(caption="Stopped."),
        "taken_down": school.live(caption="Was live."),
        "discarded": school.draft(caption="Thrown away."),
        "heads_own": school.in_review(caption="By the head.", author=school.head),
        "reminder": _reminder(school),
    }
    numbers["photo"] = school.post(numbers["in_review"]).photos[0].id
    numbers["draft_photo"] = school.post(numbers["draft"]).photos[0].id
    with school.parts.work() as work:
        review.decide(work, school.head, numbers["sent_back"], Action.SEND_BACK, "A sharper photo, please.")
        review.decide(work, school.head, numbers["stopped"], Action.STOP, "Not today.")
        publishing.take_down(work, school.manager, numbers["taken_down"], "The family asked.")
        intake.discard(work, school.teacher, numbers["discarded"])
        publishing.open_kit(work, school.manager, numbers["kit"])
        tagging.tag(work, school.teacher, numbers["draft"], [there.numbers["person"]])


def _reminder(school: School) -> int:
    with school.parts.work() as work:
        asked = reminders.Asked(intake.Words("The school is closed tomorrow.", (school.account.id,)), urgent=True)
        return reminders.save(work, school.teacher, None, asked)[0].id


def _afterwards(there: Filled) -> None:
    """What people did with those posts: settled, covered, compared, asked for."""
    school, numbers = there.school, there.numbers
    first = next(found for found in school.findings(numbers["some_settled"]) if found.box)
    school.cover(numbers["some_settled"], Wish((first.id,)))
    school.run_checks(numbers["some_settled"])
    with school.parts.work() as work:
        publishing_post = work.session.merge(school.post(numbers["out"]))
        seen = [Judged("The words", Result.DIFFERS, ("Missing: “!”.",))]
        live.record(work, school.manager, publishing_post, publishing_post.accounts[0], How.PASTED, seen)
        takedowns.ask_for(work, school.teacher, numbers["live"], "A family rang.")
        numbers["apart"] = apart.keep_apart(work, school.teacher, numbers["checking"], False, "What is seen").id
        holding.ask(work, school.teacher, numbers["draft"], work.now + timedelta(days=3))


def _around(there: Filled) -> None:
    """The school's own things: policy, concerns, devices, deputies, messages."""
    school, numbers = there.school, there.numbers
    accept(school.parts, school.people)
    tell(school.parts, school.people)
    with school.parts.work() as work:
        administrator = school.people[Role.ADMINISTRATOR]
        devices.add(work, administrator, "Canon EOS 90D", "The office")
        stickers.put(work, administrator, ingest(photo(200, (300, 300))))
        other = school.others[Role.TEACHER]
        deputies.name(work, administrator, other.id or 0, Role.ASSISTANT_HEAD, work.today, work.today)
        telling.tell(work, News.CHECK_FAILED, about=1)
        invited = invitations.invite(
            work, administrator, [Entry(1, "New Teacher", "new.teacher@school.example", Role.TEACHER)]
        )
        numbers["welcome"] = invitations.token(work, invited[0].id)
        numbers["copy"] = copies.begin(work, school.data_lead, numbers["person"]).id
        numbers["phone"] = phone.make(work, school.manager, numbers["kit"])
