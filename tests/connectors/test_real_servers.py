"""The doors to Bluesky's own server and to WordPress: once, found again after a crash, gone without a rest."""

import uuid
from datetime import UTC, datetime
from typing import NoReturn

import pytest

from moderation.connectors import Connector, open_connector
from moderation.rules.connecting import NotDone, Outgoing, Picture, Trouble
from tests.acceptance.connected import all_of, blobs_on_bluesky, on_bluesky, on_wordpress
from tests.connectors.servers import Server
from tests.media.pictures import busy, encoded

WORDS = "A <b>good</b> day & “cake”\n\nMore at https://oakfield.example/day, or #oakfield.\nThe end."


def door(server: Server, secret: str = "") -> Connector:
    return open_connector(server.kind, server.address, server.login, secret or server.secret)


def outgoing(pictures: int = 2) -> Outgoing:
    shown = (Picture(encoded(busy(seed=one), "JPEG"), f'Picture {one} & "more"', 320, 240) for one in range(pictures))
    return Outgoing(WORDS, tuple(shown), uuid.uuid4().hex, datetime.now(UTC))


class Killed(BaseException):
    """As a process that dies: nothing after it runs."""


def nothing(so_far: dict[str, str]) -> None:
    """Nobody keeps what is there so far."""


def test_bluesky_posts_once_and_a_second_try_changes_nothing(bluesky: Server) -> None:
    post = outgoing()
    sent = door(bluesky).send(post, {}, nothing)
    assert door(bluesky).send(post, {}, nothing) == sent
    (there,) = on_bluesky(bluesky)
    assert there.words == WORDS and there.alt_texts == tuple(one.alt_text for one in post.pictures)
    assert there.pictures == tuple(one.data for one in post.pictures)
    assert sent.link.startswith("https://bsky.app/profile/oakfield.test/post/")
    door(bluesky).remove(sent.remote)
    assert not door(bluesky).is_there(sent.remote)
    door(bluesky).remove(sent.remote)  # gone already is no error
    assert on_bluesky(bluesky) == [] and blobs_on_bluesky(bluesky) == 0


def test_wordpress_posts_once_and_a_second_try_changes_nothing(wordpress: Server) -> None:
    post = outgoing()
    sent = door(wordpress).send(post, {}, nothing)
    assert door(wordpress).send(post, {}, nothing) == sent
    (there,) = on_wordpress(wordpress)
    assert there.words == WORDS and there.alt_texts == tuple(one.alt_text for one in post.pictures)
    assert there.pictures == tuple(one.data for one in post.pictures)
    door(wordpress).remove(sent.remote)
    assert not door(wordpress).is_there(sent.remote)
    door(wordpress).remove(sent.remote)
    assert on_wordpress(wordpress, "publish,draft") == [] and all_of(wordpress, "media") == []


@pytest.mark.parametrize("steps", [1, 2])
def test_wordpress_killed_before_anybody_sees_it_goes_on_where_it_was(wordpress: Server, steps: int) -> None:
    post, kept = outgoing(), []

    def die(so_far: dict[str, str]) -> None:
        kept.append(so_far)
        if len(kept) == steps:
            raise Killed

    with pytest.raises(Killed):
        door(wordpress).send(post, {}, die)
    assert on_wordpress(wordpress) == []
    sent = door(wordpress).send(post, kept[-1], nothing)
    assert len(on_wordpress(wordpress)) == 1 and len(all_of(wordpress, "media")) == 2
    door(wordpress).remove(sent.remote)


def test_a_draft_that_an_earlier_try_left_too_late_is_never_published(wordpress: Server) -> None:
    post = outgoing(0)
    first, late = door(wordpress), door(wordpress)
    calls = first._calls.json  # type: ignore[attr-defined]

    def slow(method: str, path: str, **how: object) -> object:
        """Between the look and the draft another try makes its own."""
        if method == "POST" and how.get("json", {}).get("status") == "draft":  # type: ignore[attr-defined]
            with pytest.raises(Killed):
                late.send(post, {}, _second())
        return calls(method, path, **how)

    first._calls.json = slow  # type: ignore[attr-defined]
    sent = first.send(post, {}, nothing)
    assert len(on_wordpress(wordpress)) == 1 and on_wordpress(wordpress, "draft") == []
    first.remove(sent.remote)
    assert on_wordpress(wordpress) == []


def _second() -> object:
    seen: list[int] = []

    def die(so_far: dict[str, str]) -> None:
        seen.append(1)
        if len(seen) == 2:
            raise Killed

    return die


def test_the_servers_say_who_answers_and_refuse_a_wrong_sign_in(bluesky: Server, wordpress: Server) -> None:
    for server in (bluesky, wordpress):
        assert door(server).who() == server.handle
        with pytest.raises(NotDone) as refused:
            door(server, "wrong").who()
        assert refused.value.trouble is Trouble.LOGIN


def test_what_the_gate_says_in_the_middle_ends_the_sending(bluesky: Server) -> None:
    def stopped(so_far: dict[str, str]) -> NoReturn:
        raise LookupError

    with pytest.raises(LookupError):
        door(bluesky).send(outgoing(), {}, stopped)
    assert on_bluesky(bluesky) == []
