"""Law 10: a school full of distinctive names sends every message there is; no message, log line or job has one."""

import logging
import re
from collections.abc import Iterable

import pytest
from sqlalchemy import select, update

from moderation.db.models import Account, Message, NewsRow, Photo, User
from moderation.rules.roles import SIGN_INS, Role
from moderation.rules.telling import LINES, News, Pace, Topic, roles_of, topics_of
from moderation.rules.workflow import Action
from moderation.services import acceptance, cases, intake, invitations, news, outbox, publishing, review, telling
from moderation.services.acceptance import PolicyForm
from moderation.services.work import Work
from moderation.web import create_app
from moderation.web.audience import AUDIENCE
from tests.builders import School
from tests.services.mailing import BASE, Keeper, Told, channel_server, mail_server, told_school
from tests.services.moments import small_photo

PUPIL = ("Philippa", "Quennell", "Pippa", "Quenny")
STAFF_NAMES = ("Ottoline", "Brackenbury")
WORDS = ("trampolines", "kingfisher", "saxophones", "IMG_7731", "rhododendron", "hollyhock")
NAMES = (*PUPIL, *STAFF_NAMES, *WORDS)


def named(texts: Iterable[str]) -> list[str]:
    return [text for text in texts if any(name.casefold() in text.casefold() for name in NAMES)]


def fill(told: Told) -> None:
    """Names wherever a school has any."""
    forename, surname, preferred, alias = PUPIL
    told.school.person("p1", forename, surname, preferred_name=preferred, aliases=alias, class_name="hollyhock")
    with told.parts.work() as work:
        work.session.execute(update(User).values(name=" ".join(STAFF_NAMES)))
        work.session.execute(update(Account).values(handle="rhododendron"))
        for role in SIGN_INS:
            news.choose(work, told.school.people[role], dict.fromkeys(topics_of(role), Pace.AT_ONCE))


def post(told: Told) -> int:
    """A post full of names, handed in and checked."""
    post_id = told.school.draft(small_photo(), caption="Philippa Quennell and the trampolines")
    with told.parts.work() as work:
        photo = work.session.scalars(select(Photo).where(Photo.post_id == post_id)).one()
        photo.alt_text, photo.file_name = "Pippa with a kingfisher", "IMG_7731 Quenny.jpg"
    with told.parts.work() as work:
        intake.submit(work, told.school.teacher, post_id)
    told.school.run_checks(post_id)
    return post_id


def go_the_whole_way(told: Told) -> int:
    post_id = post(told)
    reason = "Quennell asked about the saxophones"
    with told.parts.work() as work:
        review.decide(work, told.school.head, post_id, Action.SEND_BACK, reason)
    with told.parts.work() as work:
        intake.submit(work, told.school.teacher, post_id)
    told.school.to_the_kit(post_id)
    with told.parts.work() as work:
        publishing.mark_live(
            work, told.school.manager, post_id, {told.school.account.id: "https://social.example/Quennell"}
        )
    with told.parts.work() as work:
        publishing.take_down(work, told.school.manager, post_id, reason)
    other = post(told)
    with told.parts.work() as work:
        review.decide(work, told.school.head, other, Action.STOP, reason)
    return other


def _invited(work: Work, told: Told) -> int:
    """The number of a link for somebody of this school."""
    administrator = told.school.people[Role.ADMINISTRATOR]
    return invitations.again(work, administrator, told.school.teacher.id or 0).id


def tell_the_rest(told: Told, post_id: int) -> None:
    """Whatever the table holds, once more and by itself."""
    for new, line in LINES.items():
        told.later(seconds=1)
        with told.parts.work() as work:
            about = cases.get(work, post_id) if line.page in ("/posts/{}", "/review/{}", "/publish/") else None
            number = None if about else _invited(work, told) if new is News.INVITED else 1
            assert telling.tell(work, new, about, about=number) or new is News.ESCALATED
        told.deliver()
        with told.parts.work() as work:
            work.session.execute(update(NewsRow).values(over_at=told.now))


def test_every_message_there_is_and_not_one_name(school: School, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.DEBUG)
    keeper, told_in_channels, queued = Keeper(), list[str](), list[str]()
    with mail_server(keeper) as port, channel_server(told_in_channels) as address:
        channels = tuple((role, address) for role in sorted(SIGN_INS))
        told = told_school(school, port, channels)
        fill(told)
        post_id = go_the_whole_way(told)
        with told.parts.work() as work:
            text = "Ask Ottoline Brackenbury"
            acceptance.publish(work, told.school.people[Role.HEADTEACHER], PolicyForm(text, work.today))
        told.deliver()
        tell_the_rest(told, post_id)
        for where in ("answer", "to_recipient"):
            setattr(keeper, where, "550 no Quennell here")  # what the mail server says is not repeated either
            told.later(seconds=30)
            with told.parts.work() as work:
                telling.tell(work, News.DOWN, cases.get(work, post_id))
            told.deliver()
        queued += [repr(bell) for bell in told.parts.rung]
    with told.parts.reading() as work:
        sent = set(
            work.session.scalars(
                select(NewsRow.news).join(Message, Message.id == NewsRow.message_id).where(Message.sent_at.is_not(None))
            )
        )
        troubles = [message.trouble for message in outbox.struggling(work)]
    assert any("refused (550)" in one for one in troubles) and any("SMTPDataError" in one for one in troubles)
    assert sent == {new for new, line in LINES.items() if line.pace is not Pace.NONE}
    bodies = [part for message in keeper.kept for part in parts_of(message)]
    mails = [message.as_string() for message in keeper.kept] + bodies
    assert len(keeper.kept) > 60 and len(told_in_channels) > 30 and troubles and queued
    assert named([*mails, *told_in_channels, *queued, *troubles]) == []
    ours = [record for record in caplog.records if record.name != "mail.log"]  # the test's own mail server's
    lines = [f"{record.name} {record.getMessage()} {record.args} {record.exc_text}" for record in ours]
    assert lines and named(lines) == []
    for link in {link for body in bodies for link in re.findall(r"https?://[^\s\"<>]+", body)}:
        assert re.fullmatch(
            rf"{re.escape(BASE)}(/[a-z-]+)+(/\d+)?(/[a-z-]+)?/?|{re.escape(BASE)}/welcome/\d+-[\w-]+", link
        ), link
    assert named(["the saxophones of pippa"]), "the search finds what is there"


def parts_of(message: object) -> list[str]:
    """Text and HTML, decoded."""
    return [part.get_content() for part in message.walk() if not part.is_multipart()]  # type: ignore[attr-defined]


def test_every_message_leads_to_a_page_that_its_reader_may_open(school: School) -> None:
    routes = create_app(school.parts).url_map.bind("gate.example")
    for new in News:
        endpoint, _ = routes.match(LINES[new].page.format(7), method="GET")
        assert roles_of(new) <= (AUDIENCE[endpoint] or SIGN_INS), new
        assert Role.SYSTEM not in roles_of(new) and LINES[new].topic in Topic, new
