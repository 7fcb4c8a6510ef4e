"""Opens what GATEPOST_MEDIA_URL names: the places of the pictures and of the keys of people, and the school's books."""

from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from moderation.media.books import Book, FileBook
from moderation.media.keys import KEY_ID, PersonKeys
from moderation.media.master import text_of
from moderation.media.places import Folder, Place
from moderation.media.store import KEY, MediaStore
from moderation.media.vault import Vault
from moderation.rules.media import BucketAddress, address
from moderation.settings import Settings, SettingsError

if TYPE_CHECKING:
    from moderation.media.bucket import Door


class Media(NamedTuple):
    """Everything of a school that is neither in its database nor in its queue."""

    store: MediaStore
    keys: PersonKeys
    trail: Book  # how far the audit trail had come: `services.restored`
    purged: Book  # what was purged: `services.purge_ledger`


def open_media(settings: Settings, vault: Vault) -> Media:
    """All of them. Raises SettingsError without the address, MediaAway if a name in it cannot be looked up just now.

    In a bucket keys and books lie beside the pictures, so that all machines have the same; else in the instance folder.
    """
    try:
        where = address(settings.media_url)
        people: Place
        media: Place
        trail: Book
        purged: Book
        if isinstance(where, BucketAddress):
            from moderation.media.bucket import Bucket  # botocore, for schools that have one
            from moderation.media.bucket_book import BucketBook

            door = _door(where, settings)
            media = Bucket(door, f"{where.prefix}media/", KEY, deep=True)
            people = Bucket(door, f"{where.prefix}people/", KEY_ID)
            trail, purged = (BucketBook(door, f"{where.prefix}{name}/") for name in ("trail", "purged"))
        else:
            media = Folder(Path(where), KEY, deep=True)
            people = Folder(settings.person_keys_folder, KEY_ID)
            trail, purged = FileBook(settings.trail_file), FileBook(settings.purged_file)
    except ValueError as error:
        raise SettingsError(str(error)) from None
    return Media(MediaStore(media, vault), PersonKeys(people), trail, purged)


def _door(where: BucketAddress, settings: Settings) -> "Door":
    from moderation.media.bucket import Door

    if settings.media_access_key is None or settings.media_secret_key is None:
        raise SettingsError("GATEPOST_MEDIA_URL names a bucket: set GATEPOST_MEDIA_ACCESS_KEY and _SECRET_KEY too.")
    return Door(where, settings.media_access_key, text_of(settings.media_secret_key).strip())
