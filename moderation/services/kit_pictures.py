"""The pictures in a kit: the post's own, and in a folder of its own those of each account that gets others."""

from dataclasses import dataclass
from hashlib import sha256

from moderation.db.models import Account, Post
from moderation.media import photo as pictures
from moderation.rules.workflow import Refused
from moderation.services import renditions
from moderation.services.work import Work


@dataclass(frozen=True)
class File:
    """A picture as it leaves: pixels only (law 6)."""

    name: str
    data: bytes
    alt_text: str

    def listed(self) -> dict[str, str]:
        return {"file": self.name, "sha256": sha256(self.data).hexdigest(), "alt_text": self.alt_text}


@dataclass(frozen=True)
class KitPictures:
    """`own` is empty where every account gets pictures made for it: what is not to be posted is not in the kit."""

    own: tuple[File, ...]
    of_accounts: tuple[tuple[Account, tuple[File, ...]], ...]

    @property
    def files(self) -> tuple[File, ...]:
        return (*self.own, *(file for _, files in self.of_accounts for file in files))


def of_post(work: Work, post: Post) -> KitPictures:
    """Raises NotPixelsOnly for bytes that must not leave, Refused for a picture that is not made."""
    keys = dict(renditions.in_digest(work, post))
    others = [account for account in post.accounts if account.id in keys]
    own = [photo.media_key for photo in post.photos] if len(others) < len(post.accounts) else []
    return KitPictures(
        _files(work, post, own, ""),
        tuple(
            (account, _files(work, post, keys[account.id], f"{account.network_key}-{account.id}/"))
            for account in others
        ),
    )


def of_account(work: Work, post: Post, account: Account) -> tuple[File, ...]:
    """What one account gets, in order. Raises as `of_post`."""
    return _files(work, post, renditions.keys_for(work, post, account), "")


def _files(work: Work, post: Post, keys: list[str] | tuple[str, ...], folder: str) -> tuple[File, ...]:
    if not all(keys):
        raise Refused("A picture for one of the accounts is not made yet. Try again in a minute.")
    alt_texts = [photo.alt_text for photo in post.photos]
    return tuple(
        File(f"{folder}photo-{number}.jpg", pictures.export(work.store.get(key)), alt_text)
        for number, (key, alt_text) in enumerate(zip(keys, alt_texts, strict=bool(keys)), 1)
    )
