"""The door to Mastodon, against mastodon_mock: a mock, for no real Mastodon runs on a school's machine."""

import uuid
from collections.abc import Iterator
from datetime import UTC, datetime

import pytest
from mastodon import Mastodon
from mastodon_mock.testing import MockServer

from moderation.connectors import Connector, open_connector
from moderation.rules.connecting import Kind, NotDone, Outgoing, Picture, Trouble
from tests.media.pictures import busy, encoded


@pytest.fixture(scope="module")
def mock() -> Iterator[MockServer]:
    with MockServer() as server:
        yield server


def door(mock: MockServer, secret: str = "alice_token") -> Connector:
    return open_connector(Kind.MASTODON, mock.base_url, "", secret)


def reader(mock: MockServer) -> Mastodon:
    return Mastodon(api_base_url=mock.base_url, access_token="alice_token", version_check_mode="none")


def outgoing(pictures: int = 2) -> Outgoing:
    shown = (Picture(encoded(busy(seed=one), "JPEG"), f"Picture {one}", 320, 240) for one in range(pictures))
    return Outgoing(f"A good day {uuid.uuid4().hex}", tuple(shown), uuid.uuid4().hex, datetime.now(UTC))


def saying(mock: MockServer, words: str) -> list[object]:
    me = reader(mock).me()["id"]
    return [one for one in reader(mock).account_statuses(me, limit=40) if words in one["content"]]


@pytest.mark.parametrize("pictures", [0, 2])
def test_it_is_posted_once_with_alt_texts_and_removed(mock: MockServer, pictures: int) -> None:
    post, kept = outgoing(pictures), {}
    sent = door(mock).send(post, {}, kept.update)
    assert door(mock).send(post, kept, kept.update).remote["status"] == sent.remote["status"]
    (status,) = saying(mock, post.words)
    assert [one["description"] for one in status["media_attachments"]] == [one.alt_text for one in post.pictures]
    door(mock).remove(sent.remote)
    assert not door(mock).is_there(sent.remote) and saying(mock, post.words) == []


@pytest.mark.parametrize("pictures", [0, 2])
def test_it_is_found_again_after_the_hour_of_the_key(mock: MockServer, pictures: int) -> None:
    """Another key, as if the server had forgotten the first: what is there is found by its pictures, or its words."""
    post, kept = outgoing(pictures), {}
    door(mock).send(post, {}, kept.update)
    later = Outgoing(post.words, post.pictures, uuid.uuid4().hex, post.at)
    door(mock).send(later, kept, kept.update)
    assert len(saying(mock, post.words)) == 1


def test_what_was_never_recorded_is_removed_all_the_same(mock: MockServer) -> None:
    post, kept = outgoing(), {}
    door(mock).send(post, {}, kept.update)
    assert "status" not in kept
    door(mock).remove(kept)
    assert saying(mock, post.words) == []


def test_it_is_given_back_with_words_and_alternative_texts_until_it_is_gone(mock: MockServer) -> None:
    post = outgoing(1)
    sent = door(mock).send(post, {}, {}.update)
    live = door(mock).read(sent.remote)
    assert live is not None and live.text == post.words and live.alt_texts == ("Picture 0",) and live.besides == ()
    reader(mock).status_update(sent.remote["status"], "Other words", spoiler_text="Look")
    live = door(mock).read(sent.remote)
    assert live is not None and live.text == "Other words" and live.besides == ("Words were put before it.",)
    door(mock).remove(sent.remote)
    assert door(mock).read(sent.remote) is None


def test_a_wrong_token_is_told_apart(mock: MockServer) -> None:
    assert door(mock).who() == "@alice"
    with pytest.raises(NotDone) as refused:
        door(mock, "wrong").who()
    assert refused.value.trouble is Trouble.LOGIN
