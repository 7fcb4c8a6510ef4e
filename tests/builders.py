"""Schools, people and posts for tests, made by the program's own services."""

import atexit
import sqlite3
from collections.abc import Iterable, Iterator
from contextlib import closing, contextmanager, suppress
from dataclasses import dataclass, replace
from functools import cache
from pathlib import Path
from shutil import copymode, copytree, ignore_patterns
from tempfile import TemporaryDirectory

from flask import Flask
from flask.testing import FlaskClient

from moderation.db.migrate import migrate
from moderation.db.models import Account, Finding, Person, Post, ScanState
from moderation.demo import certificate, outdoors, portraits
from moderation.demo.accounts import put_in_use
from moderation.demo.lawful import lawful, permitted
from moderation.demo.portraits import Portrait
from moderation.rules.consent import Medium
from moderation.rules.findings import RESOLUTIONS
from moderation.rules.roles import SIGN_INS, SYSTEM, Actor, Role
from moderation.rules.workflow import State
from moderation.services import (
    cases,
    checks,
    covering,
    enrolment,
    intake,
    matching,
    permission_to_match,
    publishing,
    register,
    review,
    scanning,
    staff,
)
from moderation.services.accounts import Place
from moderation.services.covering import Wish
from moderation.services.looking import Looker
from moderation.services.register import PersonForm
from moderation.services.staff import UserForm
from moderation.services.work import Work
from moderation.settings import Settings, load
from moderation.web import create_app
from moderation.wiring import Parts, create_keys, wire
from tests import buckets, postgresql

PASSWORD = "three words here"
DATABASE = "gatepost.sqlite3"
LINK = "https://social.example/1"


def email(role: Role, number: int = 1) -> str:
    return f"{role.replace(' ', '.')}{number}@school.example"


class _Undone(Exception):
    pass


@dataclass
class School:
    """A wired school with two people of every role."""

    parts: Parts
    people: dict[Role, Actor]
    others: dict[Role, Actor]
    account: Account
    app: tuple[Parts, Flask] | None = None  # of the browsers, made once

    @property
    def teacher(self) -> Actor:
        return self.people[Role.TEACHER]

    @property
    def head(self) -> Actor:
        return self.people[Role.ASSISTANT_HEAD]

    @property
    def manager(self) -> Actor:
        return self.people[Role.RESOURCES_MANAGER]

    @property
    def data_lead(self) -> Actor:
        return self.people[Role.DATA_LEAD]

    @contextmanager
    def trying(self) -> Iterator[Work]:
        """A transaction that may write and of which nothing is kept."""
        with suppress(_Undone), self.parts.work() as work:
            yield work
            raise _Undone

    def person(
        self, key: str, forename: str, surname: str, *, references: Iterable[bytes] = (), **more: object
    ) -> Person:
        """Somebody on the register; with reference photos they are on the no-publish list and may be matched."""
        references = list(references)
        if references:
            more = {"no_publish": True, "may_match": True, **more}
        may_match = more.pop("may_match", False)
        with self.parts.work() as work:
            form = PersonForm(key, forename, surname, **more)  # type: ignore[arg-type]
            person = register.save(work, self.data_lead, form)
            if may_match:
                self.permit(work, person)
        for photo in references:
            judged = enrolment.enrol(self.parts.looker, photo)
            with self.parts.work() as work:
                enrolment.add_reference(work, self.data_lead, person.id, judged)
        return person

    def add_account(self, work: Work, network: str, handle: str, medium: Medium = Medium.SOCIAL) -> Account:
        """An account with a complete case, approved and in use."""
        return put_in_use(work, self.people, Place(network, handle, medium))

    def permit(self, work: Work, person: Person, **more: object) -> None:
        """Record all that law 9 asks for; what recognition rests on too, if nobody did yet."""
        if matching.in_force(work) is None:
            matching.record(work, self.data_lead, lawful(work.today))
        permission_to_match.record(work, self.data_lead, person.id, replace(permitted(work.today), **more))  # type: ignore[arg-type]

    def draft(self, *photos: bytes, caption: str = "A good day.", author: Actor | None = None) -> int:
        """A complete draft, ready to hand in."""
        author = author or self.teacher
        prepared, problems = intake.prepare([intake.Upload(f"IMG_{n}.jpg", data) for n, data in enumerate(photos, 1)])
        assert not problems, problems
        with self.parts.work() as work:
            words = intake.Words(caption, (self.account.id,))
            post, problems = intake.save(work, author, None, words, prepared)
            assert not problems, problems
            post.others = 0  # the author's word: nobody in it is on the register
            for photo in post.photos:
                photo.alt_text = "What the photo shows"
            return post.id

    def submit(self, *photos: bytes, caption: str = "A good day.", author: Actor | None = None) -> int:
        author = author or self.teacher
        post_id = self.draft(*photos, caption=caption, author=author)
        with self.parts.work() as work:
            intake.submit(work, author, post_id)
        return post_id

    def run_checks(self, post_id: int) -> None:
        """Every check that waits runs here, with the real engines; then those that come after them."""
        while waiting := self._waiting(post_id):
            for scan_id, token in waiting:
                assert scanning.scan(self.parts.work, self.parts.reading, self.parts.looker, scan_id, token)

    def _waiting(self, post_id: int) -> list[tuple[int, str]]:
        with self.parts.reading() as work:
            return [
                (scan.id, scan.token)
                for scan in checks.current_scans(work, cases.get(work, post_id))
                if scan.state is ScanState.WAITING
            ]

    def in_review(self, *photos: bytes, caption: str = "A good day.", author: Actor | None = None) -> int:
        post_id = self.submit(*photos, caption=caption, author=author)
        self.run_checks(post_id)
        return post_id

    def settle_all(self, post_id: int) -> None:
        with self.parts.work() as work:
            digest = cases.digest_of(work, cases.get(work, post_id))
            for finding in checks.findings(work, cases.get(work, post_id)):
                if not finding.is_settled:
                    word = review.Word(RESOLUTIONS[finding.kind][0], "I looked closely")
                    review.settle(work, self.head, post_id, [finding.id], word, digest)

    def approve(self, post_id: int, actor: Actor | None = None) -> None:
        with self.parts.work() as work:
            digest = cases.digest_of(work, cases.get(work, post_id))
            review.approve(work, actor or self.head, post_id, digest)

    def to_the_kit(self, post_id: int) -> None:
        """What was handed in is checked, settled and approved, and the publisher opens its kit."""
        self.run_checks(post_id)
        self.settle_all(post_id)
        self.approve(post_id)
        with self.parts.work() as work:
            publishing.open_kit(work, self.manager, post_id)

    def cover(self, post_id: int, wish: Wish, actor: Actor | None = None, photo_id: int | None = None) -> int:
        """Cover in one photo, by default that of the findings; the number of the covered photo."""
        actor, seen = actor or self.head, self.digest(post_id)
        with self.parts.reading() as work:
            photo = photo_id or covering.photo_of(work, actor, post_id, wish.finding_ids)
            covered = covering.make(work, actor, post_id, photo, wish, seen)
        with self.parts.work() as work:
            covering.put(work, actor, post_id, covered, seen)
        return next(one.id for one in self.post(post_id).photos if one.covered_from_id == photo)

    def released(self, *photos: bytes, caption: str = "A good day.") -> int:
        post_id = self.in_review(*photos, caption=caption)
        self.settle_all(post_id)
        self.approve(post_id)
        return post_id

    def live(self, *photos: bytes, caption: str = "A good day.") -> int:
        post_id = self.released(*photos, caption=caption)
        with self.parts.work() as work:
            publishing.open_kit(work, self.manager, post_id)
            publishing.mark_live(work, self.manager, post_id, {self.account.id: LINK})
        return post_id

    def state(self, post_id: int) -> State:
        with self.parts.reading() as work:
            return cases.get(work, post_id).state

    def findings(self, post_id: int) -> list[Finding]:
        with self.parts.reading() as work:
            return checks.findings(work, cases.get(work, post_id))

    def post(self, post_id: int) -> Post:
        with self.parts.reading() as work:
            post = cases.get(work, post_id)
            assert post.photos is not None and post.accounts is not None
            return post

    def digest(self, post_id: int) -> str:
        with self.parts.reading() as work:
            return cases.digest_of(work, cases.get(work, post_id))

    def browser(self, role: Role | None = None, number: int = 1) -> FlaskClient:
        """A test client, signed in through the page if a role is given. CSRF tokens have a test of their own."""
        if self.app is None or self.app[0] is not self.parts:
            app = create_app(self.parts)
            app.config["WTF_CSRF_ENABLED"] = False
            self.app = self.parts, app
        client = self.app[1].test_client()
        if role is not None:
            form = {"email": email(role, number), "password": PASSWORD}
            assert client.post("/sign-in", data=form).status_code == 303
        return client


def open_school(folder: Path, looker: Looker, **environ: str) -> School:
    """A school of its own in this folder: real database, media and keys; no queue is running.

    A copy of one that was set up once: hashing twelve passwords takes two seconds.
    """
    return copy_of(_pattern(looker), folder, **environ)


def copy_of(school: School, folder: Path, **environ: str) -> School:
    """Another school with everything that this one has at the moment, though somebody may be looking at its pages."""
    instance = school.parts.settings.instance
    copytree(instance, folder, dirs_exist_ok=True, ignore=ignore_patterns(f"{DATABASE}*"))
    if (instance / DATABASE).exists():
        with (
            closing(sqlite3.connect(instance / DATABASE)) as there,
            closing(sqlite3.connect(folder / DATABASE)) as here,
        ):
            there.backup(here)
        copymode(instance / DATABASE, folder / DATABASE)
    school.parts.engine.dispose()
    _lies_elsewhere(folder, school)
    return replace(school, parts=replace(wire(load(environ, instance=folder)), looker=school.parts.looker))


def _lies_elsewhere(folder: Path, like: School | None = None) -> None:
    """In the engines that this run wants; with all that the other school has there."""
    values: dict[str, str] = {}
    if postgresql.WANTED:
        values["GATEPOST_DATABASE_URL"] = postgresql.create(like.parts.settings.database_url if like else None)
    if buckets.WANTED:
        values |= buckets.server().settings(like.parts.settings.media_url if like else None)
    if values:
        (folder / ".env").write_text("".join(f"{name}='{value}'\n" for name, value in values.items()))


@cache
def _pattern(looker: Looker) -> School:
    folder = TemporaryDirectory(prefix="school-")
    atexit.register(folder.cleanup)
    _lies_elsewhere(Path(folder.name))
    return found(load({}, instance=Path(folder.name)), looker)


def found(settings: Settings, looker: Looker) -> School:
    """A school that shares nothing with any other: keys, people and links of its own."""
    create_keys(settings)
    parts = replace(wire(settings), looker=looker)
    migrate(parts.engine)
    people: dict[Role, Actor] = {}
    others: dict[Role, Actor] = {}
    with parts.work() as work:
        for role in sorted(SIGN_INS):
            for number, into in ((1, people), (2, others)):
                form = UserForm(email(role, number), f"{role} {number}", role, PASSWORD)
                into[role] = staff.add(work, SYSTEM, form, password_is_own=True).actor
        account = put_in_use(work, people, Place("Facebook", "Our School"))
    parts.engine.dispose()  # all of it is in the file now
    return School(parts, people, others, account)


@cache
def listed_portrait(variant: int = 0) -> bytes:
    """A photo of the face that tests put on the no-publish list."""
    return portraits.portrait(Portrait.COLLINS, variant)


@cache
def stranger_portrait(variant: int = 0) -> bytes:
    return portraits.portrait(Portrait.HOPPER, variant)


@cache
def named_certificate(name: str = "Harvey Pemberton") -> bytes:
    return certificate.certificate(name)


@cache
def harmless_scene() -> bytes:
    return outdoors.sports_day()
