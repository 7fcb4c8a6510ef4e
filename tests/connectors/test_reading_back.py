"""What the servers give back: as it went out, edited behind our back, or gone. And what is never asked for."""

import uuid
from datetime import UTC, datetime
from typing import Any

import pytest
import requests

from moderation.connectors import Connector, calls, open_connector
from moderation.connectors.calls import Calls
from moderation.rules.connecting import LivePost, NotDone, Outgoing, Picture, Sent
from tests.connectors.servers import Server
from tests.media.pictures import busy, encoded

WORDS = "A <b>good</b> day & “cake”\n\nMore at https://oakfield.example/day, or #oakfield.\nThe end."
PAGE = "rest_route"


def door(server: Server) -> Connector:
    return open_connector(server.kind, server.address, server.login, server.secret)


def nothing(so_far: dict[str, str]) -> None:
    """Nobody keeps what is there so far."""


def posted(server: Server, pictures: int = 2) -> tuple[Outgoing, Sent]:
    shown = (Picture(encoded(busy(seed=one), "JPEG"), f'Picture {one} & "more"', 320, 240) for one in range(pictures))
    post = Outgoing(WORDS, tuple(shown), uuid.uuid4().hex, datetime.now(UTC))
    return post, door(server).send(post, {}, nothing)


def lines(live: LivePost | None) -> list[str]:
    """The words line by line: empty lines are the network's affair."""
    assert live is not None and live.text is not None
    return [line for line in live.text.split("\n") if line]


def assert_as_sent(post: Outgoing, live: LivePost | None) -> None:
    assert live is not None and lines(live) == [line for line in post.words.split("\n") if line]
    assert live.pictures == tuple(one.data for one in post.pictures)
    assert live.alt_texts == tuple(one.alt_text for one in post.pictures) and live.besides == ()


def wp(server: Server, method: str, what: str, **how: Any) -> Any:
    """As somebody at the website does it, past Gatepost."""
    how.setdefault("params", {})[PAGE] = f"/wp/v2/{what}"
    answer = requests.request(
        method, f"{server.address}/index.php", auth=(server.login, server.secret), timeout=60, **how
    )
    answer.raise_for_status()
    return answer.json()


def put(server: Server, remote: dict[str, str], **changed: Any) -> None:
    """As another app of the school's does it, past Gatepost."""
    xrpc = f"{server.address}/xrpc/com.atproto"
    signed_in = {"identifier": server.login, "password": server.secret}
    token = requests.post(f"{xrpc}.server.createSession", json=signed_in, timeout=30).json()["accessJwt"]
    where = {"repo": remote["did"], "collection": "app.bsky.feed.post", "rkey": remote["rkey"]}
    record = requests.get(f"{xrpc}.repo.getRecord", params=where, timeout=30).json()["value"] | changed
    answer = requests.post(
        f"{xrpc}.repo.putRecord",
        json=where | {"record": record},
        headers={"Authorization": f"Bearer {token}"},
        timeout=30,
    )
    assert answer.ok, answer.text


def test_bluesky_gives_it_back_as_it_went_out_and_says_when_it_is_gone(bluesky: Server) -> None:
    for pictures in (0, 2):
        post, sent = posted(bluesky, pictures)
        assert_as_sent(post, door(bluesky).read(sent.remote))
        door(bluesky).remove(sent.remote)
        assert door(bluesky).read(sent.remote) is None


def test_bluesky_gives_back_what_somebody_else_made_of_it(bluesky: Server) -> None:
    _, sent = posted(bluesky)
    card = {"uri": "https://elsewhere.example", "title": "Here", "description": ""}
    put(bluesky, sent.remote, text="Other words", embed={"$type": "app.bsky.embed.external", "external": card})
    live = door(bluesky).read(sent.remote)
    assert live is not None and live.text == "Other words" and live.pictures == ()
    assert [sentence.split()[-1] for sentence in live.besides] == ["it.", "say."]
    door(bluesky).remove(sent.remote)


def test_wordpress_gives_it_back_as_it_went_out_and_says_when_nobody_sees_it_any_more(wordpress: Server) -> None:
    for pictures, behind_our_back in ((0, "DELETE"), (2, "POST")):
        post, sent = posted(wordpress, pictures)
        assert_as_sent(post, door(wordpress).read(sent.remote))
        number = f"posts/{sent.remote['post']}"
        wp(wordpress, behind_our_back, number, json={"status": "draft"} if behind_our_back == "POST" else None)
        assert door(wordpress).read(sent.remote) is None
        door(wordpress).remove(sent.remote)
        assert not door(wordpress).is_there(sent.remote) and door(wordpress).read(sent.remote) is None


def test_wordpress_gives_back_what_somebody_else_made_of_it(wordpress: Server) -> None:
    post, sent = posted(wordpress)
    number = f"posts/{sent.remote['post']}"
    raw = wp(wordpress, "GET", number, params={"context": "edit"})["content"]["raw"]
    other = wp(wordpress, "POST", "media", files={"file": ("o.jpg", encoded(busy(seed=9), "JPEG"), "image/jpeg")})
    text = raw.replace("The end.", 'The <a href="https://elsewhere.example">end</a>, soon.').partition("<figure")
    changed = {"content": text[0] + text[1] + text[2].replace("Picture 1", "Nobody"), "slug": "renamed"}
    wp(wordpress, "POST", number, json=changed | {"title": "A bad day", "featured_media": other["id"]})
    live = door(wordpress).read(sent.remote)
    assert live is not None and lines(live)[-1] == "The end, soon." and len(live.besides) == 2
    assert live.alt_texts == ('Picture 0 & "more"', 'Nobody & "more"', "")
    assert live.pictures[:2] == tuple(one.data for one in post.pictures) and len(live.pictures) == 3
    door(wordpress).remove(sent.remote)
    assert not door(wordpress).is_there(sent.remote), "found by its number, whatever it is called now"
    wp(wordpress, "DELETE", f"media/{other['id']}", params={"force": "true"})  # nobody's but the test's


def test_what_only_a_program_fills_in_counts_as_more(wordpress: Server) -> None:
    _, sent = posted(wordpress, 0)
    number = f"posts/{sent.remote['post']}"
    raw = wp(wordpress, "GET", number, params={"context": "edit"})["content"]["raw"]
    said = f"<!-- wp:paragraph -->{raw}<!-- /wp:paragraph -->"
    wp(wordpress, "POST", number, json={"content": said})
    live = door(wordpress).read(sent.remote)
    assert live is not None and live.besides == ()
    wp(wordpress, "POST", number, json={"content": said + '<!-- wp:latest-posts {"postsToShow":3} /-->'})
    live = door(wordpress).read(sent.remote)
    assert live is not None and live.besides
    door(wordpress).remove(sent.remote)


def test_a_picture_is_never_fetched_from_a_server_inside(wordpress: Server, bluesky: Server) -> None:
    """The server that is connected names another one, on this machine: nobody is asked."""
    asked = Calls(wordpress.address)
    for address in (f"{bluesky.address}/xrpc/_health", "https://127.0.0.1/a.jpg", "https://localhost/a.jpg", "data:,x"):
        assert asked.picture(address) == b""
    assert asked.picture(f"{wordpress.address}/readme.html"), "its own it gives"


def test_reading_ends_by_itself(wordpress: Server, monkeypatch: pytest.MonkeyPatch) -> None:
    _, sent = posted(wordpress, 0)
    monkeypatch.setattr(calls, "READING_SECONDS", -1.0)
    with pytest.raises(NotDone) as late:
        door(wordpress).read(sent.remote)
    assert late.value.trouble.may_pass
    monkeypatch.undo()
    door(wordpress).remove(sent.remote)
