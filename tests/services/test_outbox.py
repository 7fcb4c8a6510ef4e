"""Messages on their way: one a person, over a real mail server; nothing lost and nothing twice when it is away."""

import logging
import ssl
import subprocess
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from threading import Thread

import pytest
from aiosmtpd.smtp import AuthResult

from moderation.db.models import Message, NewsRow
from moderation.outlets import NotSent
from moderation.queue import Job
from moderation.rules import language
from moderation.rules.language import Language, gettext
from moderation.rules.letters import trial
from moderation.rules.roles import Role
from moderation.rules.telling import LINES, News
from moderation.rules.workflow import Action
from moderation.services import outbox, review, staff
from moderation.settings import MailServer, SettingsError, Tls, load
from tests.builders import School
from tests.services.mailing import BASE, Keeper, Told, channel_server, free_port, london, mail_server, told_school
from tests.services.moments import rows
from workers import jobs, sweep


@pytest.fixture
def keeper() -> Keeper:
    return Keeper()


@pytest.fixture
def told(school: School, keeper: Keeper) -> Iterator[Told]:
    with mail_server(keeper) as port:
        yield told_school(school, port)


def stop(told: Told, post_id: int) -> None:
    with told.parts.work() as work:
        review.decide(work, told.school.head, post_id, Action.STOP, "Not today.")


def test_what_happened_since_comes_in_one_digest(told: Told, keeper: Keeper) -> None:
    first, second = told.school.in_review(), told.school.in_review(caption="Another day.")
    assert told.deliver() == 0, "the digest is not due"
    told.at(london("2026-11-23 12:30"))
    assert told.deliver() == 5  # the teacher, and two people of each role that decides
    (message,) = keeper.to(told.address(told.school.head))
    assert message["Subject"] == "Gatepost: 2 things are new for you"
    lines = message.get_body(("plain",)).get_content().splitlines()  # type: ignore[union-attr]
    assert f"Open: {BASE}/review/{first}" in lines and f"Open: {BASE}/review/{second}" in lines
    assert f'href="{BASE}/review/{first}"' in message.get_body(("html",)).get_content()  # type: ignore[union-attr]
    assert told.deliver() == 0
    told.later(days=2)
    assert told.deliver() == 0 and len(keeper.kept) == 5


def test_each_letter_is_in_the_language_of_whoever_reads_it(told: Told, keeper: Keeper) -> None:
    with told.parts.work() as work:
        staff.choose_language(work, told.school.head, Language.WELSH)
    told.school.in_review()
    told.at(london("2026-11-23 12:30"))
    told.deliver()
    tags = {message["To"]: message.get_body(("html",)).get_content() for message in keeper.kept}  # type: ignore[union-attr]
    assert [one for one, html in tags.items() if 'lang="cy"' in html] == [told.address(told.school.head)]
    assert len(tags) > 1 and all('lang="cy"' in html or 'lang="en-GB"' in html for html in tags.values())
    with language.speaking(Language.WELSH):
        expected = gettext(LINES[News.WAITS].sentence)
    assert keeper.to(told.address(told.school.head))[0]["Subject"] == f"Gatepost: {expected.rstrip('.')}"


def test_the_sweep_rings_and_a_worker_sends(told: Told, keeper: Keeper, monkeypatch: pytest.MonkeyPatch) -> None:
    stop(told, told.school.in_review())
    told.parts.rung.clear()
    sweep.once(told.parts)
    monkeypatch.setattr(jobs, "_parts", told.parts)
    rung = [ids for job, ids in told.parts.rung if job is Job.SEND]
    assert rung and all(jobs.send(*ids) for ids in rung)  # type: ignore[arg-type]
    assert len(keeper.kept) == len(rung)


def test_a_message_says_what_it_is_to_other_programs(told: Told, keeper: Keeper) -> None:
    told.school.in_review()
    told.at(london("2026-11-23 12:30"))
    told.deliver()
    message = keeper.kept[0]
    assert message["Auto-Submitted"] == "auto-generated" and message["List-Id"] == "Gatepost <gatepost.gate.example>"
    assert message["From"] == "Gatepost <gatepost@gate.example>"
    assert message["Date"].datetime == london("2026-11-23 12:30")
    assert len({one["Message-ID"] for one in keeper.kept}) == len(keeper.kept)


def test_what_is_urgent_goes_out_at_night_and_all_else_waits_for_the_morning(told: Told, keeper: Keeper) -> None:
    urgent, other = told.school.in_review(), told.school.in_review(caption="Another day.")
    told.at(london("2026-11-23 22:00"))
    told.deliver()
    keeper.kept.clear()
    stop(told, urgent)
    with told.parts.work() as work:
        review.decide(work, told.school.head, other, Action.SEND_BACK, "A sharper photo.")
    assert told.deliver() > 0
    (message,) = keeper.to(told.address(told.school.teacher))
    assert message["Subject"] == "Gatepost: Your post was stopped, with a reason"
    told.at(london("2026-11-24 07:00"))
    told.deliver()
    assert keeper.to(told.address(told.school.teacher))[-1]["Subject"].endswith("sent back to you, with a reason")


def test_a_mail_server_that_is_away_loses_nothing_and_sends_nothing_twice(school: School, keeper: Keeper) -> None:
    port = free_port()
    told = told_school(school, port)
    stop(told, told.school.in_review())
    assert told.deliver() == 0 and rows(school, Message) > 3
    moments = [message.next_at for message in told.messages()]
    assert moments and all(moment > told.now for moment in moments)
    assert told.sweep() == [], "not before the pause is over"
    pauses = []
    for _ in range(4):
        told.at(max(message.next_at for message in told.messages()))
        assert told.deliver() == 0
        pauses.append(max(message.next_at for message in told.messages()) - told.now)
    assert pauses == sorted(pauses) and pauses[-1] > 4 * pauses[0]
    keys = {message.key for message in told.messages()}
    with mail_server(keeper, port):
        told.at(max(message.next_at for message in told.messages()))
        sent = told.deliver()
        told.later(hours=5)
        assert told.deliver() == 0
    assert len(keeper.kept) == sent == len(keys)
    assert {one["Message-ID"].split("@")[0].strip("<") for one in keeper.kept} == keys


def test_a_refusal_is_tried_again_and_after_a_day_parked_where_the_administrator_sees_it(
    told: Told, keeper: Keeper, caplog: pytest.LogCaptureFixture
) -> None:
    keeper.answer = "451 not now"
    post_id = told.school.in_review()
    stop(told, post_id)
    for _ in range(16):
        told.deliver()
        told.later(hours=2)
    assert all(message.parked_at for message in told.messages())
    assert all(1 < message.tries < 20 and "451" in message.trouble for message in told.messages())
    assert told.news(told.school.people[Role.ADMINISTRATOR], News.PARKED)
    ours = [record.getMessage() for record in caplog.records if record.name != "mail.log"]
    assert not [line for line in ours if "@" in line]
    told.later(days=3)
    assert told.sweep() == []
    keeper.answer = "250 kept"
    with told.parts.work() as work:
        again = outbox.try_parked_again(work)
    told.later(minutes=1)
    assert told.deliver() == again == len(keeper.kept)


def test_a_lost_queue_only_delays(told: Told, keeper: Keeper) -> None:
    stop(told, told.school.in_review())
    rung = told.sweep()
    assert rung and told.sweep() == [], "the bell is in the queue"
    told.later(seconds=11)  # the queue was emptied, and nobody heard it
    assert told.sweep() == rung
    assert sum(outbox.send(told.parts.work, told.parts.outlets, one) for one in rung + rung) == len(keeper.kept)
    assert len(keeper.kept) == len(rung)


def test_a_sender_that_died_is_followed_by_another_and_two_at_once_send_one(told: Told, keeper: Keeper) -> None:
    stop(told, told.school.in_review())
    first = told.sweep()[0]
    with told.parts.work() as work:
        assert outbox._claim(work, first)
    assert not outbox.send(told.parts.work, told.parts.outlets, first), "somebody has it"
    told.later(minutes=4)
    assert first in told.sweep()
    runs = [Thread(target=outbox.send, args=(told.parts.work, told.parts.outlets, first)) for _ in range(4)]
    for run in runs:
        run.start()
    for run in runs:
        run.join()
    assert len(keeper.kept) == 1


def test_somebody_who_left_or_has_another_role_gets_nothing_more(told: Told, keeper: Keeper) -> None:
    administrator = told.school.people[Role.ADMINISTRATOR]
    left, changed = told.school.head, told.school.others[Role.ASSISTANT_HEAD]
    told.school.in_review()
    told.at(london("2026-11-23 12:30"))
    rung = told.sweep()
    with told.parts.work() as work:
        staff.set_active(work, administrator, left.id or 0, False)
        staff.set_role(work, administrator, changed.id or 0, Role.TEACHER)
    for one in rung:
        outbox.send(told.parts.work, told.parts.outlets, one)
    assert keeper.kept and not keeper.to(told.address(left)) and not keeper.to(told.address(changed))


def test_what_was_decided_meanwhile_is_not_sent(told: Told, keeper: Keeper) -> None:
    post_id = told.school.in_review()
    told.at(london("2026-11-23 12:30"))
    rung = told.sweep()
    told.school.approve(post_id)
    for one in rung:
        outbox.send(told.parts.work, told.parts.outlets, one)
    assert keeper.kept == []
    assert all(message.dropped_at for message in told.messages())


def test_a_message_that_failed_does_not_come_in_the_quiet_hours(told: Told, keeper: Keeper) -> None:
    keeper.answer = "451 not now"
    told.at(london("2026-11-23 15:00"))
    told.school.in_review()
    told.at(london("2026-11-23 17:59"))
    assert told.deliver() == 0
    keeper.answer = "250 kept"
    told.at(london("2026-11-23 19:00"))
    assert told.deliver() == 0
    told.at(london("2026-11-24 07:00"))
    assert told.deliver() == len(keeper.kept) > 0


def test_without_a_mail_server_the_page_still_tells_and_nothing_piles_up(school: School) -> None:
    told = told_school(school, None)
    told.school.in_review()
    told.at(london("2026-11-23 12:30"))
    assert told.sweep() == [] and rows(school, Message) == 0
    assert rows(school, NewsRow) == 5
    with told.parts.reading() as work:
        assert not outbox.is_due(work)


def test_a_role_is_told_in_its_channel_once_for_all(school: School, keeper: Keeper) -> None:
    kept: list[str] = []
    with channel_server(kept) as address:
        told = told_school(school, None, ((Role.RESOURCES_MANAGER, address),))
        told.school.released()
        assert told.deliver() == 1 and told.deliver() == 0
    (body,) = kept
    assert "A post is ready to publish" in body and f"{BASE}/publish/" in body


def test_a_channel_that_is_away_is_tried_again(school: School, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.DEBUG)
    address = "json://office:hush-hush@127.0.0.1:9/hush-hush"  # nobody listens there
    told = told_school(school, None, ((Role.RESOURCES_MANAGER, address),))
    told.school.released()
    assert told.deliver() == 0
    assert [message.trouble for message in told.messages()] == ["the channel did not take it"]
    assert "hush-hush" not in caplog.text and "hush-hush" not in repr(told.parts.settings) + repr(told.parts.outlets)


@pytest.fixture(scope="session")
def certificate(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A certificate and its key for this machine, signed by itself."""
    path = tmp_path_factory.mktemp("tls") / "both.pem"
    subject = ["-subj", "/CN=localhost", "-addext", "subjectAltName=IP:127.0.0.1"]
    command = [
        "openssl",
        "req",
        "-x509",
        "-newkey",
        "ec",
        "-pkeyopt",
        "ec_paramgen_curve:P-256",
        "-nodes",
        "-days",
        "2",
    ]
    subprocess.run([*command, *subject, "-keyout", path, "-out", path], check=True, capture_output=True)
    return path


def encrypted(certificate: Path) -> ssl.SSLContext:
    context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    context.load_cert_chain(certificate)
    return context


def test_a_password_goes_over_an_encrypted_line_or_not_at_all(
    school: School, keeper: Keeper, certificate: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    tried = []

    def check(server: object, session: object, envelope: object, mechanism: str, data: object) -> AuthResult:
        tried.append((data.login.decode(), data.password.decode()))  # type: ignore[attr-defined]
        return AuthResult(success=True)

    def send(told: Told, port: int, tls: Tls) -> None:
        server = MailServer("127.0.0.1", port, tls, "gate", "p@ss word")
        outlets = replace(told.parts.outlets, server=server)
        outlets.mail("office@school.example", trial(BASE), "key", told.now)

    told = told_school(school, None)
    with mail_server(keeper, authenticator=check, auth_require_tls=False) as port, pytest.raises(NotSent):
        send(told, port, Tls.IF_OFFERED)  # it would take the password as it is
    more = {"tls_context": encrypted(certificate), "authenticator": check, "auth_required": True}
    with mail_server(keeper, **more) as port, pytest.raises(NotSent, match="SSL"):
        send(told, port, Tls.REQUIRED)  # nobody vouches for that certificate
    assert tried == [] and keeper.kept == []
    monkeypatch.setenv("SSL_CERT_FILE", str(certificate))
    with mail_server(keeper, **more) as port:
        send(told, port, Tls.REQUIRED)
    assert tried == [("gate", "p@ss word")] and len(keeper.kept) == 1


@pytest.mark.parametrize(
    ("url", "server"),
    [
        ("smtp://mail.example", MailServer("mail.example", 587, Tls.IF_OFFERED)),
        (
            "smtps://me%40school:a%3Ab@mail.example",
            MailServer("mail.example", 465, Tls.FROM_THE_START, "me@school", "a:b"),
        ),
        ("smtp+starttls://mail.example:25", MailServer("mail.example", 25, Tls.REQUIRED)),
    ],
)
def test_the_mail_server_is_one_address(url: str, server: MailServer, tmp_path: Path) -> None:
    assert load({"GATEPOST_SMTP_URL": url}, tmp_path).mail_server == server


@pytest.mark.parametrize("url", ["mail.example", "https://mail.example", "smtp://", "smtp://u:hush@mail.example:port"])
def test_an_address_that_is_no_use_is_told_without_its_password(url: str, tmp_path: Path) -> None:
    with pytest.raises(SettingsError, match="GATEPOST_SMTP_URL") as told:
        load({"GATEPOST_SMTP_URL": url}, tmp_path)
    assert "hush" not in str(told.value)


def test_the_queue_carries_nothing_but_the_number(told: Told) -> None:
    stop(told, told.school.in_review())
    told.sweep()
    assert told.parts.rung and all(job is Job.SEND for job, _ in told.parts.rung)
    assert all(len(ids) == 1 and isinstance(ids[0], int) for _, ids in told.parts.rung)
