"""Mastodon, through Mastodon.py: an idempotency key for the hour in which the server keeps it, then a look."""

import io
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from datetime import datetime, timedelta
from hashlib import sha256
from typing import Any

from moderation.connectors.calls import SECONDS, Calls, told
from moderation.rules.connecting import Keep, LivePost, NotDone, Outgoing, Picture, Sent, Trouble
from moderation.rules.language import N_

_EARLIER = timedelta(minutes=5)  # that the server's clock may be behind
_LOOKED_AT = 40  # of the account's newest posts


class MastodonServer:
    """An account on a Mastodon server, signed in to by an access token of an application of its own."""

    def __init__(self, calls: Calls, secret: str) -> None:
        from mastodon import Mastodon  # a quarter of a second, and few processes need it

        self._calls = calls
        self._server = Mastodon(
            access_token=secret,
            api_base_url=calls.address,
            session=calls.session,
            request_timeout=SECONDS,
            ratelimit_method="throw",
            version_check_mode="none",  # asks the server nothing that nobody asked for
        )

    def who(self) -> str:
        with _told():
            return f"@{self._server.account_verify_credentials()['acct']}"

    def send(self, post: Outgoing, so_far: dict[str, str], keep: Keep) -> Sent:
        with _told():
            kept = so_far | {"words": _digest(post.words), "since": (post.at - _EARLIER).isoformat()}
            there = self._find(kept)
            if there is None:
                keep(kept)
                for number, picture in enumerate(post.pictures):
                    if f"picture-{number}" not in kept:
                        kept[f"picture-{number}"] = self._picture(picture, f"photo-{number + 1}.jpg")
                        keep(kept)
                media_ids = [kept[f"picture-{number}"] for number in range(len(post.pictures))]
                there = self._server.status_post(post.words, media_ids=media_ids, idempotency_key=post.key)
            return Sent(str(there["url"]), kept | {"status": str(there["id"])})

    def _picture(self, picture: Picture, name: str) -> str:
        file = io.BytesIO(picture.data)
        media = self._server.media_post(file, "image/jpeg", picture.alt_text, file_name=name, synchronous=True)
        return str(media["id"])

    def _find(self, kept: dict[str, str]) -> Any:
        """What an earlier try has posted: a picture belongs to one post only, and words are compared as written."""
        me = self._server.account_verify_credentials()["id"]
        ours = {value for key, value in kept.items() if key.startswith("picture-")}
        for status in self._server.account_statuses(me, limit=_LOOKED_AT, exclude_reblogs=True):
            if status["created_at"] < datetime.fromisoformat(kept["since"]):
                continue
            attached = {str(media["id"]) for media in status["media_attachments"]}
            if attached & ours or (not attached and not ours and self._said(status) == kept["words"]):
                return status
        return None

    def _said(self, status: Any) -> str:
        return _digest(str(self._server.status_source(status["id"])["text"]))

    def remove(self, remote: dict[str, str]) -> None:
        from mastodon import MastodonNotFoundError

        with _told():
            found = remote.get("status") or (self._find(remote) or {}).get("id")
            if found:
                with suppress(MastodonNotFoundError):
                    self._server.status_delete(found, delete_media=True)

    def is_there(self, remote: dict[str, str]) -> bool:
        from mastodon import MastodonNotFoundError

        with _told():
            if "status" not in remote:
                return self._find(remote) is not None
            try:
                self._server.status(remote["status"])
            except MastodonNotFoundError:
                return False
            return True

    def read(self, remote: dict[str, str]) -> LivePost | None:
        from mastodon import MastodonNotFoundError

        self._calls.hurry()
        with _told():
            try:
                status = self._server.status(remote["status"])
            except MastodonNotFoundError:
                self._server.account_verify_credentials()  # an answer of the server's own, not of whatever is there now
                return None
            words = str(self._server.status_source(status["id"])["text"])
            media = [(str(one["url"]), str(one["description"] or "")) for one in status["media_attachments"]]
            found = self._calls.pictures(media)
        return LivePost(words, found.shown, found.alt_texts, _besides(status) + found.besides)


def _besides(status: Any) -> tuple[str, ...]:
    said = []
    if any(one["type"] != "image" for one in status["media_attachments"]):
        said.append(N_("Something that is no picture is attached to it."))
    if status.get("poll"):
        said.append(N_("There is a poll in it."))
    if status.get("spoiler_text"):
        said.append(N_("Words were put before it."))
    return tuple(said)


def _digest(words: str) -> str:
    return sha256(words.encode()).hexdigest()


@contextmanager
def _told() -> Iterator[None]:
    """What Mastodon.py raises, as NotDone; its messages hold addresses."""
    from mastodon import errors

    try:
        with told():
            yield
    except errors.MastodonUnauthorizedError:
        raise NotDone(Trouble.LOGIN) from None
    except errors.MastodonNetworkError as error:
        inner = error.__context__
        raise NotDone(inner.trouble if isinstance(inner, NotDone) else Trouble.AWAY) from None
    except (errors.MastodonRatelimitError, errors.MastodonServerError):
        raise NotDone(Trouble.BUSY) from None
    except errors.MastodonAPIError as error:
        status = next((part for part in error.args if isinstance(part, int)), 400)
        raise NotDone(Trouble.RIGHTS if status == 403 else Trouble.REFUSED) from None
    except errors.MastodonError:
        raise NotDone(Trouble.UNKNOWN) from None
