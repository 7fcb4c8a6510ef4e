"""Bluesky: a record under a key of our own, so that putting it twice leaves one."""

import re
from datetime import UTC, datetime
from typing import Any
from urllib.parse import urlencode
from zlib import crc32

from moderation.connectors.calls import Calls, told
from moderation.rules.connecting import Keep, LivePost, NotDone, Outgoing, Picture, Sent, Trouble
from moderation.rules.language import N_

_POSTS, _IMAGES = "app.bsky.feed.post", "app.bsky.embed.images"
_OURS = {"$type", "text", "createdAt", "facets", "embed"}  # what a record of Gatepost's consists of
_LETTERS = "234567abcdefghijklmnopqrstuvwxyz"  # in which Bluesky writes the keys of records
_MARKS = re.compile(r"(?P<link>https://[^\s<>\"]*[^\s<>\".,;:!?)\]])|(?<!\w)#(?P<tag>\w*[^\W\d]\w*)")


class Bluesky:
    """An account on a personal data server, signed in to by an app password."""

    def __init__(self, calls: Calls, login: str, secret: str) -> None:
        self._calls, self._login, self._secret = calls, login.strip().removeprefix("@"), secret

    def who(self) -> str:
        return f"@{self._sign_in()[1]['handle']}"

    def send(self, post: Outgoing, so_far: dict[str, str], keep: Keep) -> Sent:
        """Pictures are kept by what is in them and vanish by themselves if no post shows them: nothing to tidy."""
        key, me = record_key(post.at, post.key), self._sign_in()
        blobs = [self._blob(me, picture.data) for picture in post.pictures]
        keep({"rkey": key, "did": str(me[1]["did"])})
        record = {"repo": me[1]["did"], "collection": _POSTS, "rkey": key, "record": _written(post, blobs)}
        self._call(me, "com.atproto.repo.putRecord", json=record)
        return Sent(f"https://bsky.app/profile/{me[1]['handle']}/post/{key}", {"rkey": key, "did": str(me[1]["did"])})

    def remove(self, remote: dict[str, str]) -> None:
        record = {"repo": remote["did"], "collection": _POSTS, "rkey": remote["rkey"]}
        self._call(self._sign_in(), "com.atproto.repo.deleteRecord", json=record)

    def is_there(self, remote: dict[str, str]) -> bool:
        return self._record(remote) is not None

    def read(self, remote: dict[str, str]) -> LivePost | None:
        self._calls.hurry()
        record = self._record(remote)
        if record is None:
            return None
        with told():
            embed = record.get("embed") or {}
            images = embed["images"] if embed.get("$type") == _IMAGES else []
            found = self._calls.pictures(
                (self._shown(remote["did"], one["image"]["ref"]["$link"]), str(one["alt"])) for one in images
            )
            return LivePost(str(record["text"]), found.shown, found.alt_texts, _besides(record, embed) + found.besides)

    def _shown(self, did: str, cid: str) -> str:
        where = urlencode({"did": did, "cid": cid})
        return f"{self._calls.address}/xrpc/com.atproto.sync.getBlob?{where}"

    def _record(self, remote: dict[str, str]) -> dict[str, Any] | None:
        """As the server gives it to anybody. None: there is none."""
        where = {"repo": remote["did"], "collection": _POSTS, "rkey": remote["rkey"]}
        answer = self._calls.ask("GET", "/xrpc/com.atproto.repo.getRecord", ok=(200, 400, 404), params=where)
        if answer.status_code == 200:
            with told():
                return dict(answer.json()["value"])
        if "RecordNotFound" not in answer.text:
            raise NotDone(Trouble.UNKNOWN)
        return None

    def _sign_in(self) -> tuple[dict[str, str], dict[str, Any]]:
        """The header that signs in, and who that is."""
        given = {"identifier": self._login, "password": self._secret}
        found = self._calls.json("POST", "/xrpc/com.atproto.server.createSession", json=given)
        if not isinstance(found, dict) or not {"accessJwt", "did", "handle"} <= found.keys():
            raise NotDone(Trouble.UNKNOWN)
        return {"Authorization": f"Bearer {found['accessJwt']}"}, found

    def _blob(self, me: tuple[dict[str, str], dict[str, Any]], data: bytes) -> Any:
        answer = self._call(me, "com.atproto.repo.uploadBlob", data=data, headers={"Content-Type": "image/jpeg"})
        return answer["blob"]

    def _call(self, me: tuple[dict[str, str], dict[str, Any]], name: str, **how: Any) -> dict[str, Any]:
        headers = me[0] | how.pop("headers", {})
        answer = self._calls.json("POST", f"/xrpc/{name}", headers=headers, **how)
        return dict(answer)


def _besides(record: dict[str, Any], embed: dict[str, Any]) -> tuple[str, ...]:
    said = []
    if embed and (embed.get("$type") != _IMAGES or embed.keys() - {"$type", "images"}):
        said.append(N_("Something that is no picture is attached to it."))
    if record.get("facets", []) != facets(str(record["text"])):
        said.append(N_("A link or a hashtag in it leads elsewhere than its words say."))
    if record.keys() - _OURS:
        said.append(N_("The network keeps more with it than Gatepost gave it."))
    return tuple(said)


def _written(post: Outgoing, blobs: list[Any]) -> dict[str, Any]:
    moment = post.at.astimezone(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")
    record: dict[str, Any] = {"$type": _POSTS, "text": post.words, "createdAt": moment}
    if marks := facets(post.words):
        record["facets"] = marks
    if blobs:
        images = [_image(picture, blob) for picture, blob in zip(post.pictures, blobs, strict=True)]
        record["embed"] = {"$type": _IMAGES, "images": images}
    return record


def _image(picture: Picture, blob: Any) -> dict[str, Any]:
    return {
        "image": blob,
        "alt": picture.alt_text,
        "aspectRatio": {"width": picture.width, "height": picture.height},
    }


def facets(words: str) -> list[dict[str, Any]]:
    """Which bytes of the words are a link or a hashtag: Bluesky does not look for itself."""
    found = []
    for mark in _MARKS.finditer(words):
        start = len(words[: mark.start()].encode())
        end = start + len(mark[0].encode())
        feature = (
            {"$type": "app.bsky.richtext.facet#link", "uri": mark["link"]}
            if mark["link"]
            else {"$type": "app.bsky.richtext.facet#tag", "tag": mark["tag"]}
        )
        found.append({"index": {"byteStart": start, "byteEnd": end}, "features": [feature]})
    return found


def record_key(at: datetime, key: str) -> str:
    """The key of the record: 13 letters, the moment and a little of our own key. The same post has the same."""
    number = int(at.timestamp() * 1_000_000) << 10 | crc32(key.encode()) & 1023
    return "".join(_LETTERS[number >> 5 * place & 31] for place in reversed(range(13)))
