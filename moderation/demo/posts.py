"""The demonstration's posts: one in every state, each really checked by the engines and really decided."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, time, timedelta
from functools import partial

import click
from sqlalchemy import update

from moderation.db.models import Account, Post, Publication, Scan, ScanState
from moderation.demo.book import book_cover
from moderation.demo.certificate import certificate
from moderation.demo.display import classroom_display
from moderation.demo.group import group
from moderation.demo.outdoors import sports_day
from moderation.demo.portraits import Portrait, portrait
from moderation.rules.as_approved import How, Judged, Result
from moderation.rules.checklist import Line, Origin
from moderation.rules.findings import RESOLUTIONS
from moderation.rules.roles import Actor, Role
from moderation.rules.workflow import Action
from moderation.services import (
    cases,
    checklist,
    checks,
    holding,
    intake,
    live,
    publishing,
    review,
    roster,
    scanning,
    tagging,
)
from moderation.wiring import Parts

People = dict[Role, Actor]
Way = Callable[[Parts, People, int], None]


@dataclass(frozen=True)
class Shot:
    """One photo: its file name as a phone would give it, how it is drawn, its alt text."""

    file_name: str
    draw: Callable[[], bytes]
    alt_text: str


@dataclass(frozen=True)
class Sample:
    """A post: what it is for, its words and photos, and how it comes as far as it is."""

    title: str
    caption: str
    shots: tuple[Shot, ...]
    keys: tuple[str, ...] = ()  # of the people on the register who are in it
    others: int | None = 0  # how many are in it who are not
    way: Way | None = None


def write(parts: Parts, people: dict[Role, Actor], samples: tuple[Sample, ...] | None = None) -> None:
    """`samples`: other than the ordinary demonstration's."""
    samples = SAMPLES if samples is None else samples
    for number, sample in enumerate(samples, 1):
        click.echo(f"  post {number} of {len(samples)}: {sample.title}")
        post_id = _draft(parts, people[Role.TEACHER], sample)
        if sample.way:
            sample.way(parts, people, post_id)


def _draft(parts: Parts, teacher: Actor, sample: Sample) -> int:
    prepared, problems = intake.prepare([intake.Upload(shot.file_name, shot.draw()) for shot in sample.shots])
    if problems:
        raise RuntimeError(f"a picture of the demonstration cannot be used: {problems}")
    with parts.work() as work:
        every = tuple(
            account.id for account in intake.accounts(work)[:2] if sample.shots or _takes_words_alone(account)
        )
        post, _ = intake.save(work, teacher, None, intake.Words(sample.caption, every), prepared)
        alt_texts = {photo.id: shot.alt_text for photo, shot in zip(post.photos, sample.shots, strict=True)}
        intake.save(work, teacher, post.id, intake.Words(sample.caption, every, alt_texts), [])
        there = tuple(person.id for person in roster.named(work) if person.key in sample.keys)
        tagging.save(work, teacher, post.id, tagging.People(ticked=there, others=sample.others))
        every_line = tuple(line.id for line in checklist.lines(work) if line.sort is Line.TICK)
        checklist.save(work, post, checklist.Answers(every_line, Origin.SCHOOL), new_photos=True)
        return post.id


def _takes_words_alone(account: Account) -> bool:
    return account.rules is None or not account.rules.pictures.least


def _submit(parts: Parts, people: dict[Role, Actor], post_id: int) -> None:
    with parts.work() as work:
        intake.submit(work, people[Role.TEACHER], post_id)


def check(parts: Parts, people: dict[Role, Actor], post_id: int) -> None:
    """Hand it in and let the real checks look, here instead of in a worker."""
    _submit(parts, people, post_id)
    while waiting := _waiting(parts, post_id):  # what is made for networks comes after the photos
        for scan in waiting:
            scanning.scan(parts.work, parts.reading, parts.looker, scan.id, scan.token)


def _waiting(parts: Parts, post_id: int) -> list[Scan]:
    with parts.reading() as work:
        scans = checks.current_scans(work, work.session.get_one(Post, post_id))
    return [scan for scan in scans if scan.state is ScanState.WAITING]


def _send_back(parts: Parts, people: dict[Role, Actor], post_id: int) -> None:
    check(parts, people, post_id)
    _decide(
        parts, people, post_id, Action.SEND_BACK, "A name can be read. Choose another photo, or leave the name out."
    )


def _stop(parts: Parts, people: dict[Role, Actor], post_id: int) -> None:
    check(parts, people, post_id)
    with parts.work() as work:
        reason = "The trip was moved to next week; please wait."
        review.decide(work, people[Role.RESOURCES_MANAGER], post_id, Action.STOP, reason)


def approve(parts: Parts, people: dict[Role, Actor], post_id: int) -> None:
    check(parts, people, post_id)
    with parts.work() as work:
        head = people[Role.ASSISTANT_HEAD]
        post = cases.get(work, post_id)
        digest = cases.digest_of(work, post)
        for finding in checks.findings(work, post):
            if not finding.is_settled:
                word = review.Word(RESOLUTIONS[finding.kind][0], "Looked at for the demonstration")
                review.settle(work, head, post_id, [finding.id], word, digest)
        review.approve(work, head, post_id, digest)


def _go_live(parts: Parts, people: dict[Role, Actor], post_id: int) -> None:
    approve(parts, people, post_id)
    publish(parts, people[Role.RESOURCES_MANAGER], post_id)
    with parts.work() as work:
        post = cases.get(work, post_id)
        seen = [Judged("The words", Result.DIFFERS, ("Missing: “!”.",))]
        check = live.record(work, people[Role.RESOURCES_MANAGER], post, post.accounts[0], How.PASTED, seen)
        live.settle(work, people[Role.ASSISTANT_HEAD], check.id, "The office typed it; that sign may be missing.")


def publish(parts: Parts, manager: Actor, post_id: int) -> None:
    with parts.work() as work:
        publishing.open_kit(work, manager, post_id)
        accounts = cases.get(work, post_id).accounts
        place = f"https://social.example/{parts.settings.key or 'oakfield'}"
        links = {account.id: f"{place}/{post_id}-{account.id}" for account in accounts}
        publishing.mark_live(work, manager, post_id, links)


def live_since(days: int) -> Way:
    """Live for so many days, as far as the pages show it; what was recorded when keeps its own moments."""

    def way(parts: Parts, people: dict[Role, Actor], post_id: int) -> None:
        _go_live(parts, people, post_id)
        with parts.work() as work:
            since = work.now - timedelta(days)
            work.session.execute(update(Publication).where(Publication.post_id == post_id).values(at=since))
            cases.get(work, post_id).state_since = since

    return way


def _hold(parts: Parts, people: dict[Role, Actor], post_id: int) -> None:
    """Approved, and held until the group is back: in three days at half past three."""
    with parts.work() as work:
        back = datetime.combine(work.today + timedelta(3), time(15, 30), work.zone)
        holding.ask(work, people[Role.TEACHER], post_id, back)
    approve(parts, people, post_id)


def _take_down(parts: Parts, people: dict[Role, Actor], post_id: int) -> None:
    _go_live(parts, people, post_id)
    with parts.work() as work:
        publishing.take_down(work, people[Role.RESOURCES_MANAGER], post_id, "A family asked us to.")


def _decide(parts: Parts, people: dict[Role, Actor], post_id: int, action: Action, reason: str) -> None:
    with parts.work() as work:
        review.decide(work, people[Role.ASSISTANT_HEAD], post_id, action, reason)


TUDOR = Shot("IMG_2041.jpg", partial(classroom_display, ["Our Tudor houses"]), "A wall of Tudor houses made of card")
_SPORTS = Shot("IMG_2077.jpg", sports_day, "Bunting and cones on the school field, before the races begin")
_BLANK = Shot("IMG_2102.jpg", partial(certificate, None), "A certificate without a name, pinned to a board")
_NAMED = Shot("IMG_2103.jpg", partial(certificate, "Harvey Pemberton"), "A certificate for kindness")
_LISTED = Shot(
    "IMG_2110.jpg", partial(portrait, Portrait.COLLINS, 2), "Somebody in an orange space suit on the school field"
)
_GROUP = Shot("IMG_2112.jpg", group, "A visitor in the hall, and somebody far behind at the cake stall")
_BOOK = Shot("IMG_2115.jpg", partial(book_cover, "Dylan Prosser", "Science", "4B"), "An exercise book on a desk")
_VISITOR = Shot(
    "IMG_2118.jpg", partial(portrait, Portrait.HOPPER, 1), "Our visitor, who told us about the first computers"
)

SAMPLES = (
    Sample("live", "Ready, steady… our field is set for sports day on Friday!", (_SPORTS,), way=_go_live),
    Sample("taken down", "Look at these Tudor houses. Which one would you live in?", (TUDOR,), way=_take_down),
    Sample(
        "ready to publish", "Every week somebody is kind. This is waiting for its next name.", (_BLANK,), way=approve
    ),
    Sample("held until", "Year 5 walked the whole river path. Ask them about the heron!", (), way=_hold),
    Sample("live for three days", "Our library is open before school now, from eight.", (), way=live_since(3)),
    Sample("live for a week", "Thank you to everybody who brought a cake on Friday.", (), way=live_since(7)),
    Sample("stopped", "Year 4 are off to the museum tomorrow. We will tell you all about it!", (), way=_stop),
    Sample("sent back", "Well done to our kindness champion!", (_NAMED,), ("P1002",), way=_send_back),
    Sample(
        "waiting for a decision, with flags",
        "A morning of science, and a certificate to end it.",
        (_LISTED, _NAMED, _GROUP),
        ("P1002", "P1006", "S0001"),  # one of them may appear on the website alone
        3,
        check,
    ),
    Sample(
        "waiting for a decision", "A visitor told us how the first computers were built.", (_VISITOR,), (), 1, check
    ),
    Sample("a draft", "Our science books are nearly full.", (_BOOK,), others=None),
    Sample("being checked", "Our field, seen from the tower.", (_SPORTS, TUDOR), way=_submit),
)
