"""What is in a kit, whole or for one account: the words, the pictures in order, their descriptions, a manifest."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from hashlib import sha256

from moderation.db.models import Account, Post
from moderation.media import zips
from moderation.services import kit_pictures
from moderation.services.kit_pictures import File
from moderation.services.work import Work


@dataclass(frozen=True)
class KitFiles:
    """What the publisher takes away: (name, bytes) in order, `manifest.json` last."""

    post_id: int
    digest: str
    files: tuple[tuple[str, bytes], ...]

    def zipped(self) -> bytes:
        return zips.zipped(self.files)


def whole(work: Work, post: Post, digest: str) -> KitFiles:
    """For every account; pictures made for one alone stand in a folder of its own."""
    pictures = kit_pictures.of_post(work, post)
    photos_of = {account.title: [file.listed() for file in files] for account, files in pictures.of_accounts}
    listed = {"photos": [file.listed() for file in pictures.own], "photos_of": photos_of}
    return _put_together(post, digest, post.accounts, pictures.files, listed)


def of_account(work: Work, post: Post, digest: str, account: Account) -> KitFiles:
    """For one account alone."""
    pictures = kit_pictures.of_account(work, post, account)
    listed = {"photos": [file.listed() for file in pictures]}
    return _put_together(post, digest, [account], pictures, listed)


def _put_together(
    post: Post, digest: str, accounts: Sequence[Account], pictures: Sequence[File], listed: Mapping[str, object]
) -> KitFiles:
    caption = post.words_out.encode()
    manifest = {
        "format": 1,
        "post": post.id,
        "digest": digest,
        "accounts": [account.title for account in accounts],
        "caption": {"file": "caption.txt", "sha256": sha256(caption).hexdigest()},
        **listed,
    }
    alt_texts = [f"photo-{number}.jpg: {photo.alt_text}" for number, photo in enumerate(post.photos, 1)]
    return KitFiles(
        post.id,
        digest,
        (
            ("caption.txt", caption),
            *((file.name, file.data) for file in pictures),
            ("alt-texts.txt", "\n\n".join(alt_texts).encode()),
            ("manifest.json", json.dumps(manifest, ensure_ascii=False, indent=2).encode()),
        ),
    )
