"""Law 10: from the register to the live post, no pupil's name stands in an address, a redirect or a line of the log."""

import io
import logging
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

import pytest
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from moderation.rules.roles import Role
from moderation.rules.workflow import State
from tests.builders import LINK, School
from tests.web.pages import page_of, plain

NAMES = ("Philippa", "Quennell", "Pippa", "Quenny")  # forename, surname, preferred name, another name
FAILS = {  # and works again; each database in its own words
    "sqlite": (
        "CREATE TRIGGER full BEFORE INSERT ON people BEGIN SELECT RAISE(ABORT, 'the disk is full'); END",
        "DROP TRIGGER full",
    ),
    "postgresql": (
        'ALTER TABLE people ADD CONSTRAINT "full" CHECK (false) NOT VALID',
        'ALTER TABLE people DROP CONSTRAINT "full"',
    ),
}
CAPTION = "Philippa Quennell and Pippa won a prize."


@dataclass
class Watch:
    """Everything that passed outside of pages: addresses, redirects, headers, queued jobs."""

    school: School
    seen: list[str] = field(default_factory=list)
    browsers: dict[Role, FlaskClient] = field(default_factory=dict)

    def ask(self, role: Role, method: str, address: str, **more: Any) -> TestResponse:
        if role not in self.browsers:
            self.browsers[role] = self.school.browser(role)
        answer = self.browsers[role].open(address, method=method, **more)
        self.seen += [address, *(f"{name}: {value}" for name, value in answer.headers)]
        if answer.mimetype == "text/html":
            self.seen += page_of(answer).addresses
        return answer


@pytest.fixture
def watch(desk: School, caplog: pytest.LogCaptureFixture) -> Iterator[Watch]:
    caplog.set_level(logging.DEBUG)
    yield Watch(desk)


def named(texts: list[str]) -> list[str]:
    return [text for text in texts if any(name.lower() in text.lower() for name in NAMES)]


def register(watch: Watch) -> None:
    person = dict(zip(("forename", "surname", "preferred_name", "aliases"), NAMES, strict=True))
    answer = watch.ask(Role.DATA_LEAD, "POST", "/register/new", data={"key": "n1", "no_publish": "on", **person})
    watch.ask(Role.DATA_LEAD, "GET", answer.headers["Location"])
    again = watch.ask(Role.DATA_LEAD, "POST", "/register/new", data={"key": "n1", **person})
    assert again.status_code == 422
    watch.ask(Role.DATA_LEAD, "GET", "/register/")


def hand_in(watch: Watch) -> int:
    """A post full of names: in the caption, in a file's name, in an alt text; one photo of it is broken."""
    photos = [(io.BytesIO(plain(40)), "Philippa Quennell.jpg"), (io.BytesIO(b"none"), "Pippa.jpg")]
    form = {"caption": CAPTION, "account": str(watch.school.account.id), "do": "send"}
    answer = watch.ask(
        Role.TEACHER, "POST", "/posts/new", data={**form, "photos": photos}, content_type="multipart/form-data"
    )
    assert answer.status_code == 422 and "Pippa.jpg" in answer.text
    edit = next(address for address in page_of(answer).addresses if address.endswith("/edit"))
    alt_text = next(name for name in page_of(answer).values if name.startswith("alt-"))
    answer = watch.ask(Role.TEACHER, "POST", edit, data={**form, alt_text: "Philippa holds a cup"})
    assert answer.status_code == 303
    post_id = int(re.findall(r"\d+", edit)[0])
    watch.school.run_checks(post_id)
    watch.ask(Role.TEACHER, "GET", f"/posts/{post_id}")
    return post_id


def decide(watch: Watch, post_id: int) -> None:
    head = Role.ASSISTANT_HEAD
    assert "Philippa" in watch.ask(head, "GET", f"/review/{post_id}").text
    digest = watch.school.digest(post_id)
    assert watch.ask(head, "POST", f"/review/{post_id}/approve", data={"digest": digest}).status_code == 409
    for finding in watch.school.findings(post_id):
        form = {"digest": digest, "finding": finding.id, "resolution": "false alarm", "reason": "It is a place."}
        answer = watch.ask(head, "POST", f"/review/{post_id}/settle", data=form)
        assert answer.status_code == 303
    assert watch.ask(head, "POST", f"/review/{post_id}/approve", data={"digest": digest}).status_code == 303
    watch.ask(head, "GET", "/review/")


def publish(watch: Watch, post_id: int) -> None:
    manager = Role.RESOURCES_MANAGER
    watch.ask(manager, "GET", "/publish/")
    watch.ask(manager, "POST", f"/publish/{post_id}/kit")
    watch.ask(manager, "GET", f"/publish/{post_id}/kit")
    watch.ask(manager, "GET", f"/publish/{post_id}/kit.zip")
    watch.ask(manager, "POST", f"/publish/{post_id}/live", data={f"link-{watch.school.account.id}": LINK})
    assert watch.school.state(post_id) is State.LIVE
    watch.ask(manager, "POST", f"/publish/{post_id}/take-down", data={"reason": "Philippa's family asked."})
    watch.ask(manager, "GET", f"/posts/{post_id}")


def test_no_name_leaves_the_pages(watch: Watch, caplog: pytest.LogCaptureFixture) -> None:
    register(watch)
    post_id = hand_in(watch)
    decide(watch, post_id)
    publish(watch, post_id)
    assert watch.school.state(post_id) is State.TAKEN_DOWN
    assert len(watch.seen) > 200
    assert named(watch.seen) == []
    lines = [f"{record.name} {record.getMessage()} {record.args} {record.exc_text}" for record in caplog.records]
    assert lines, "the log was not heard"
    assert named(lines) == []


def test_a_database_that_fails_does_not_log_the_person(watch: Watch, caplog: pytest.LogCaptureFixture) -> None:
    """The database's own errors quote what was to be written."""
    fails, works_again = FAILS[watch.school.parts.engine.dialect.name]
    with watch.school.parts.engine.begin() as connection:
        connection.exec_driver_sql(fails)
    try:
        form = {"key": "n2", "forename": NAMES[0], "surname": NAMES[1]}
        answer = watch.ask(Role.DATA_LEAD, "POST", "/register/new", data=form)
    finally:
        with watch.school.parts.engine.begin() as connection:
            connection.exec_driver_sql(works_again)
    assert answer.status_code == 500
    assert named([answer.text]) == []
    assert "IntegrityError" in caplog.text
    assert named([caplog.text]) == []
